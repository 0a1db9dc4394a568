/** Objects that other programs of this computer show: as a copy that nobody writes into, named after what it is. */
import { randomBytes } from 'node:crypto';
import { chmod, mkdir } from 'node:fs/promises';
import path from 'node:path';
import { SidelineError } from '../../shared/errors.ts';
import { formatBytes } from '../../shared/format.ts';
import { previews as words } from '../../shared/strings/previews.ts';
import { safeName } from '../admin/download/local-names.ts';
import type { Bucket } from '../admin/bucket.ts';
import { endingOf } from '../admin/preview/kind-of.ts';
import { lastName, type ObjectLook } from '../admin/preview/look-at.ts';
import { fetchTo } from '../admin/preview/picture.ts';

type Looked = Pick<ObjectLook, 'type' | 'object'>;

/** bytes */
const mostOpened = 500 * 2 ** 20;

export function canOpen({ type, object }: Looked): boolean {
  return endingOf(type) !== null && object.size > 0 && object.size <= mostOpened;
}

/**
 * `folder`: absolute; the copy gets one of its own in it. Throws `invalid-input` with why this computer does not open it, and what
 * fetching it throws.
 */
export async function openCopy(
  { bucket, looked, folder }: { bucket: Bucket; looked: Looked; folder: string },
  openPath: (file: string) => Promise<string>,
  signal: AbortSignal,
): Promise<void> {
  const { type, object } = looked;
  const ending = endingOf(type);
  if (ending === null || object.size === 0) throw refused(words.noProgram);
  if (object.size > mostOpened) throw refused(words.tooLarge(formatBytes(mostOpened)));
  const own = path.join(folder, randomBytes(8).toString('hex'));
  const file = path.join(own, `${stemOf(object.key)}.${ending}`);
  await mkdir(own, { recursive: true, mode: 0o700 });
  await fetchTo(file, { bucket, object }, signal);
  await chmod(file, 0o400); // what is written into a copy would be lost with it
  const trouble = await openPath(file);
  if (trouble !== '') throw refused(words.notOpened(trouble));
}

/** The name that a person knows it by, without its ending. */
function stemOf(key: string): string {
  const name = lastName(key).replace(/\.[^.]*$/, '');
  return safeName(Array.from(name).slice(0, 60).join('').trim() || 'object', { windows: true, folds: true });
}

function refused(subject: string): SidelineError {
  return new SidelineError('invalid-input', { subject });
}
