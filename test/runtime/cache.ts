/** The user's cache folder: things that take long to make, each in a folder of its own, whole or not there. */
import { existsSync, statSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

const partial = '.partial-';
/** Nothing takes that long to make: what is older was left by a process that was killed. ms */
const abandoned = 60 * 60 * 1000;

export function cacheFolder(): string {
  const base = process.env.XDG_CACHE_HOME;
  return path.join(base !== undefined && path.isAbsolute(base) ? base : path.join(os.homedir(), '.cache'), 'sideline');
}

/**
 * The folder of that name, made by `make` when it is not there: in a temporary folder beside it that gets the name at the end, so
 * that a broken one is never taken. Rejects with what `make` throws.
 */
export async function inCache(name: string, make: (folder: string) => Promise<void>): Promise<string> {
  const folder = path.join(cacheFolder(), name);
  if (existsSync(folder)) return folder;
  await mkdir(cacheFolder(), { recursive: true });
  await removeAbandoned();
  const temporary = await mkdtemp(path.join(cacheFolder(), `${name}${partial}`));
  try {
    await make(temporary);
    await rename(temporary, folder).catch((error: unknown) => {
      if (!existsSync(folder)) throw error; // else another process was faster, and its folder is as good
    });
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
  return folder;
}

async function removeAbandoned(): Promise<void> {
  for (const name of (await readdir(cacheFolder())).filter((one) => one.includes(partial))) {
    const folder = path.join(cacheFolder(), name);
    const made = statSync(folder, { throwIfNoEntry: false })?.mtimeMs; // undefined: it got its name meanwhile
    if (made !== undefined && Date.now() - made > abandoned) await rm(folder, { recursive: true, force: true });
  }
}
