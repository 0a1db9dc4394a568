/** What names a folder takes: asked of it, for a drive may have another file system than its system is used to. */
import { randomUUID } from 'node:crypto';
import { access, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { ownNames, type NameRules } from './local-names.ts';
import { asTargetError } from './target-errors.ts';

/** Throws `target-unwritable` where nothing can be written there. */
export async function rulesOf(folder: string): Promise<NameRules> {
  const trial = `${ownNames}${randomUUID().slice(0, 8)}`;
  const file = path.join(folder, `${trial}-\u00e4a`);
  try {
    await writeFile(file, '', { flag: 'wx' });
  } catch (error) {
    throw asTargetError(error, folder);
  }
  try {
    const other = [`${trial}-\u00e4A`, `${trial}-a\u0308a`].map((name) => path.join(folder, name));
    const folds = (await Promise.all(other.map(exists))).includes(true);
    return { folds, windows: process.platform === 'win32' || (await refuses(path.join(folder, `${trial}-:?`))) };
  } finally {
    await rm(file, { force: true });
  }
}

async function exists(file: string): Promise<boolean> {
  return await access(file).then(
    () => true,
    () => false,
  );
}

/** A drive in the format of Windows refuses its characters on every system. */
async function refuses(file: string): Promise<boolean> {
  try {
    await writeFile(file, '', { flag: 'wx' });
  } catch {
    return true;
  }
  await rm(file, { force: true });
  return false;
}
