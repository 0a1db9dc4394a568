/** What is said when a file on this computer cannot be read. */
import { reasonOf, SidelineError, type Reason } from '../../shared/errors.ts';

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
