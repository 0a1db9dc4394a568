/** The files that are made: written beside their names, and given them once they are whole. */
import { mkdir, open, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { SidelineError } from '../../../shared/errors.ts';
import { systemCode } from '../../system-code.ts';

const partOf = (target: string): string => `${target}.part`;

/** Throws `image-unwritten`, with the system's code. */
export async function writePart(target: string, data: Uint8Array): Promise<void> {
  await onDisk(async () => {
    await mkdir(path.dirname(target), { recursive: true });
    const file = await open(partOf(target), 'w', 0o600);
    await file.writeFile(data).finally(() => file.close());
  });
}

/** Throws `image-unwritten`. */
export async function renameParts(targets: readonly string[]): Promise<void> {
  for (const target of targets) await onDisk(() => rename(partOf(target), target));
}

/** What a request has left that was not answered. */
export async function removeTargets(outputs: readonly { target: string }[]): Promise<void> {
  for (const { target } of outputs) {
    for (const file of [target, partOf(target)]) await remove(file);
  }
}

async function remove(file: string): Promise<void> {
  try {
    // Windows keeps a file for a moment after the process is gone that had it open.
    await rm(file, { force: true, maxRetries: 5 });
  } catch (error) {
    if (systemCode(error) !== 'ENOTDIR') throw error; // no folder, no file
  }
}

async function onDisk(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    throw new SidelineError('image-unwritten', { subject: systemCode(error), cause: error });
  }
}
