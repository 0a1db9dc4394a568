/**
 * What is there of a file that is not whole yet: beside its target, under a name of its own, with a note of which ranges it has.
 * Both outlive a crash; the next download of the same object into the same folder goes on with them.
 */
import { hash } from 'node:crypto';
import { constants } from 'node:fs';
import { link, lstat, open, readFile, rename, unlink, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { SidelineError } from '../../../shared/errors.ts';
import type { Bucket } from '../bucket.ts';
import { ownNames } from './local-names.ts';
import { systemCode } from '../../system-code.ts';

const beginningSchema = z.strictObject({
  version: z.literal(1),
  key: z.string(),
  etag: z.string(),
  /** bytes of the object, and of each range but the last */
  size: z.number(),
  range: z.number(),
  /** ms since 1970 */
  modified: z.number(),
});
export type Beginning = Omit<z.infer<typeof beginningSchema>, 'version'>;

export interface PartialPaths {
  file: string;
  note: string;
}

export interface PartialFile {
  handle: FileHandle;
  /** ranges that are whole, from 0 */
  whole: ReadonlySet<number>;
  /** Its bytes are in the system's hands. */
  mark(range: number): Promise<void>;
  close(): Promise<void>;
}

/** `folder`: absolute. Of every object of every store there are others. */
export function partialOf(
  { storage, name }: Pick<Bucket, 'storage' | 'name'>,
  { key, versionId }: { key: string; versionId?: string },
  folder: string,
): PartialPaths {
  const version = versionId === undefined ? '' : `\0${versionId}`;
  const object = hash('sha256', `${storage.host}/${name}/${key}${version}`);
  const stem = path.join(folder, `${ownNames}${object.slice(0, 20)}`);
  return { file: `${stem}.part`, note: `${stem}.json` };
}

/** A link that somebody has put there is not followed. Windows has no such flag, and needs a right to make links. */
const noLinks = constants.O_NOFOLLOW || 0;

/** Empty, whatever was there. */
export async function newFile({ file }: PartialPaths): Promise<FileHandle> {
  return await open(file, constants.O_RDWR | constants.O_CREAT | constants.O_TRUNC | noLinks);
}

/** Goes on with what is there of the same content in the same ranges; else begins anew. */
export async function openPartial(paths: PartialPaths, beginning: Beginning): Promise<PartialFile> {
  const whole = await readNote(paths.note, beginning);
  const kept = whole === null ? null : await open(paths.file, constants.O_RDWR | noLinks).catch(() => null);
  if (kept !== null && whole !== null) {
    const note = await appending(paths.note, 0);
    await note.write('\n'); // its last line may have been cut
    return partial(kept, note, whole);
  }
  await remove(paths.note);
  const handle = await newFile(paths);
  try {
    const note = await appending(paths.note, constants.O_EXCL);
    await note.write(`${JSON.stringify({ version: 1, ...beginning })}\n`);
    return partial(handle, note, new Set());
  } catch (error) {
    await handle.close();
    throw error;
  }
}

async function appending(note: string, flags: number): Promise<FileHandle> {
  return await open(note, constants.O_WRONLY | constants.O_CREAT | constants.O_APPEND | noLinks | flags);
}

function partial(handle: FileHandle, note: FileHandle, whole: Set<number>): PartialFile {
  return {
    handle,
    whole,
    async mark(range) {
      await note.write(`${range}${lineEnd}\n`);
      whole.add(range);
    },
    async close() {
      await Promise.all([handle.close(), note.close()]);
    },
  };
}

/** A line without it was cut. */
const lineEnd = ';';

/** null: there is none, or it speaks of something else. */
async function readNote(file: string, beginning: Beginning): Promise<Set<number> | null> {
  const text = await readFile(file, 'utf8').catch(() => '');
  const [first = '', ...lines] = text.split('\n');
  const parsed = beginningSchema.safeParse(parseJson(first));
  const isSame =
    parsed.success && Object.entries(beginning).every(([name, value]) => Reflect.get(parsed.data, name) === value);
  if (!isSame) return null;
  const count = Math.ceil(beginning.size / beginning.range);
  const ranges = lines.filter((line) => /^\d+;$/.test(line)).map((line) => Number(line.slice(0, -1)));
  return new Set(ranges.filter((range) => range < count));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null; // it was cut
  }
}

export async function discard({ file, note }: PartialPaths): Promise<void> {
  await Promise.all([remove(file), remove(note)]);
}

/** Where it is there. */
async function remove(file: string): Promise<void> {
  try {
    await unlink(file);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
  }
}

/** File systems without hard links say one of these. */
const cannotLink = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EXDEV', 'EMLINK', 'EINVAL', 'UNKNOWN']);

/** Gives what is whole its name. Throws `target-exists` where that is taken and nothing may be replaced, and the system's errors. */
export async function publish(paths: PartialPaths, target: string, overwrite: boolean): Promise<void> {
  if (overwrite) await rename(paths.file, target);
  else await publishIfFree(paths.file, target);
  await remove(paths.note);
}

/** A rename would replace a file that came there meanwhile: a link does not. */
async function publishIfFree(file: string, target: string): Promise<void> {
  try {
    await link(file, target);
    await remove(file);
  } catch (error) {
    const code = systemCode(error);
    if (code === 'EEXIST') throw new SidelineError('target-exists', { subject: target, cause: error });
    if (!cannotLink.has(code)) throw error;
    if (await isThere(target)) throw new SidelineError('target-exists', { subject: target });
    await rename(file, target);
  }
}

async function isThere(file: string): Promise<boolean> {
  return await lstat(file).then(
    () => true,
    () => false,
  );
}
