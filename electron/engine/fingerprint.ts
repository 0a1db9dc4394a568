/** What a source was when it was planned, and whether it still is. Imports nothing: the reader's threads have it too. */
import type { Stats } from 'node:fs';
import type { Fingerprint } from '../../shared/domain.ts';

export function fingerprintOf(stats: Stats): Fingerprint {
  return { size: stats.size, mtime: Math.trunc(stats.mtimeMs), inode: String(stats.ino) };
}

/** Size and time decide. The inode alone may change when a camera card is plugged in again: then the content decides. */
export function looksChanged(planned: Fingerprint, now: Fingerprint): boolean {
  return planned.size !== now.size || planned.mtime !== now.mtime;
}
