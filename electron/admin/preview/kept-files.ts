/** A folder of files that can be made anew at any time: those that were not used for the longest go when it grows too large. */
import { readdir, rm, stat, utimes } from 'node:fs/promises';
import path from 'node:path';

export interface KeptFiles {
  /** Whether it is there; it counts as used then. `name`: of a file in the folder */
  has(name: string): Promise<boolean>;
  /** Another one was written. */
  added(): void;
}

/** Files that are added between two looks at the folder. */
const lookAfter = 100;
/** Some room is made at once, so that it is not looked at again and again. */
const keptOfLimit = 0.9;

/** `limit`: bytes. `onTrouble` hears when the folder could not be tidied. */
export function keepFiles(folder: string, limit: number, onTrouble: (error: unknown) => void): KeptFiles {
  let untilLook = 0;

  async function tidy(): Promise<void> {
    const files = await filesIn(folder);
    let bytes = files.reduce((sum, { size }) => sum + size, 0);
    if (bytes <= limit) return;
    for (const { file, size } of files.sort((one, other) => one.used - other.used)) {
      if (bytes <= limit * keptOfLimit) break;
      await rm(file, { force: true });
      bytes -= size;
    }
  }

  return {
    async has(name) {
      const now = new Date();
      return await utimes(path.join(folder, name), now, now).then(
        () => true,
        () => false,
      );
    },
    added() {
      if (untilLook-- > 0) return;
      untilLook = lookAfter;
      tidy().catch(onTrouble);
    },
  };
}

interface Kept {
  file: string;
  /** bytes */
  size: number;
  /** ms since 1970 */
  used: number;
}

async function filesIn(folder: string): Promise<Kept[]> {
  const names = await readdir(folder);
  const found = await Promise.all(
    names.map(async (name) => {
      const file = path.join(folder, name);
      const stats = await stat(file).catch(() => null); // gone meanwhile
      return stats?.isFile() === true ? { file, size: stats.size, used: stats.mtimeMs } : null;
    }),
  );
  return found.filter((one) => one !== null);
}
