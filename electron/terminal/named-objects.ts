/** Objects and folders as a person names them for a command. */
import { SidelineError } from '../../shared/errors.ts';
import { transferring as words } from '../../shared/strings/terminal-transfers.ts';
import type { Bucket } from '../admin/bucket.ts';
import type { Patience } from '../admin/patience.ts';
import type { Chosen } from '../admin/selection.ts';

/**
 * A name without a slash at its end is an object, and with --recursive the folder of that name too; an empty one, or a slash by
 * itself, is then the whole bucket. Throws `invalid-input` for a folder without --recursive.
 */
export async function namedObjects(
  bucket: Bucket,
  names: readonly string[],
  recursive: boolean,
  patience: Patience,
): Promise<Chosen> {
  const isFolder = (name: string) => name === '' || name.endsWith('/');
  const folder = names.find(isFolder);
  if (!recursive) {
    if (folder === undefined) return { keys: names, prefixes: [], objects: [] };
    throw new SidelineError('invalid-input', { subject: words.isFolder(folder) });
  }
  const keys: string[] = [];
  for (const key of names) if (!isFolder(key) && (await isThere(bucket, key, patience))) keys.push(key);
  return { keys, prefixes: names.map(prefixOf), objects: [] };
}

function prefixOf(name: string): string {
  return name === '' || name === '/' ? '' : name.replace(/\/?$/, '/');
}

async function isThere(bucket: Bucket, key: string, { lasting, signal }: Patience): Promise<boolean> {
  const need = { right: 'read', key, operation: 'download' } as const;
  return (await lasting(() => bucket.attempt(need, () => bucket.storage.head(key, signal), signal))) !== null;
}
