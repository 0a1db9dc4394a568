/** The file on this computer: what it was when it was planned, and what is said when it cannot be read. */
import type { Stats } from 'node:fs';
import type { Fingerprint } from '../../shared/domain.ts';
import { reasonOf, SidelineError, type Reason } from '../../shared/errors.ts';

export function fingerprintOf(stats: Stats): Fingerprint {
  return { size: stats.size, mtime: Math.trunc(stats.mtimeMs), inode: String(stats.ino) };
}

/** Size and time decide. The inode alone may change when a camera card is plugged in again: then the content decides. */
export function looksChanged(planned: Fingerprint, now: Fingerprint): boolean {
  return planned.size !== now.size || planned.mtime !== now.mtime;
}

/** A file system's refusal as a SidelineError: gone, or unreadable with the system's own code. */
export function asSourceError(error: unknown, source: string): SidelineError {
  if (error instanceof SidelineError) return error;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'ENOENT' || code === 'ENOTDIR')
    return new SidelineError('source-gone', { subject: source, cause: error });
  return new SidelineError('source-unreadable', { subject: code, cause: error });
}

export function sourceError(error: unknown, source: string): Reason {
  return reasonOf(asSourceError(error, source));
}
