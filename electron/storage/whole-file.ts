/** Small files that are replaced as a whole: a crash leaves the old one or the new one, never half of it. */
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** Writes through a second file, readable by its owner only; makes the folder. Rejects with the system's error. */
export async function writeWhole(file: string, content: string | Buffer): Promise<void> {
  const temporary = `${file}.new`;
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
  await rm(temporary, { force: true }); // one that a crash left keeps its own mode
  await writeFile(temporary, content, { mode: 0o600, flag: 'wx', flush: true });
  await rename(temporary, file);
}

/** The name under which a file is kept that cannot be used, beside where it was. */
export function asideName(file: string, at: Date): string {
  return `${file}.damaged-${at.toISOString().replaceAll(/[:.]/g, '-')}`;
}

/** Runs one piece of work after another: each begins when the one before has ended, however it ended. */
export function createTurns(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const done = last.then(work);
    last = done.catch(() => undefined); // its failure is its caller's
    return done;
  };
}
