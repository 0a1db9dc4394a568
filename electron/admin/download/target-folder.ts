/** The folder that a person has chosen. Nothing is made or written outside it, whatever a link in it points to. */
import { lstat, mkdir, realpath, statfs } from 'node:fs/promises';
import path from 'node:path';
import { SidelineError } from '../../../shared/errors.ts';
import { asTargetError } from './target-errors.ts';

export interface TargetFolder {
  /** absolute, without links */
  readonly root: string;
  /** Makes the folder of these names and those above it; absolute path. Throws `link-outside`, `target-exists`, and as `asTargetError`. */
  make(segments: readonly string[]): Promise<string>;
  /** bytes that can still be written there */
  free(): Promise<number>;
}

/** Makes it where it is not there yet. Throws as `asTargetError` says. */
export async function openTargetFolder(folder: string): Promise<TargetFolder> {
  const root = await inWords(folder, async () => {
    await mkdir(folder, { recursive: true });
    return await realpath(folder);
  });
  const made = new Map<string, Promise<string>>([['', Promise.resolve(root)]]);

  function make(segments: readonly string[]): Promise<string> {
    const name = segments.join('/');
    let folder = made.get(name);
    if (folder === undefined) {
      folder = makeIn(root, make(segments.slice(0, -1)), segments.at(-1) ?? '');
      made.set(name, folder);
      folder.catch(() => made.delete(name)); // it may be made later: a person has removed what stood in the way
    }
    return folder;
  }

  return {
    root,
    make,
    free: () =>
      inWords(root, async () => {
        const { bavail, bsize } = await statfs(root);
        return bavail * bsize;
      }),
  };
}

async function makeIn(root: string, parent: Promise<string>, name: string): Promise<string> {
  const folder = path.join(await parent, name);
  // The names were made safe before; this is what would notice if one was not.
  if (path.dirname(folder) !== (await parent))
    throw new SidelineError('target-name', { subject: JSON.stringify(name) });
  return await inWords(folder, async () => {
    try {
      await mkdir(folder);
      return folder;
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    }
    const found = await lstat(folder);
    if (found.isDirectory()) return folder;
    if (!found.isSymbolicLink()) throw new SidelineError('target-exists', { subject: folder });
    const real = await realpath(folder);
    if (real !== root && !real.startsWith(root.endsWith(path.sep) ? root : root + path.sep))
      throw new SidelineError('link-outside', { subject: real });
    if (!(await lstat(real)).isDirectory()) throw new SidelineError('target-exists', { subject: folder });
    return real;
  });
}

async function inWords<T>(where: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw asTargetError(error, where);
  }
}
