/** A file that is written piece by piece and appears as a whole: whatever happens meanwhile, no half of it is left under its name. */
import { open, rename, rm } from 'node:fs/promises';
import { SidelineError } from '../../../shared/errors.ts';
import { refusals } from '../../../shared/strings/refusals.ts';

/** `temporary`: beside `file`. What was there under the name is replaced. Throws `invalid-input` where the disk refuses. */
export async function writePieces(
  file: string,
  temporary: string,
  pieces: Iterable<string> | AsyncIterable<string>,
): Promise<void> {
  try {
    const handle = await open(temporary, 'wx').catch(refused(file));
    try {
      for await (const piece of pieces) await handle.writeFile(piece).catch(refused(file));
      await handle.sync().catch(refused(file));
    } finally {
      await handle.close();
    }
    await rename(temporary, file).catch(refused(file));
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

function refused(file: string): (cause: unknown) => never {
  return (cause) => {
    throw new SidelineError('invalid-input', { subject: refusals.exportNotWritten(file), cause });
  };
}
