/** Files on this computer that are to be sent: what they are now, and what is said when they cannot be read. */
import { stat } from 'node:fs/promises';
import type { Fingerprint } from '../../shared/domain.ts';
import { asSidelineError, reasonOf, SidelineError, type Reason } from '../../shared/errors.ts';
import { systemCode } from '../system-code.ts';
import { fingerprintOf } from './fingerprint.ts';

/** What the file is now. Throws `source-gone` or `source-unreadable`. */
export async function fingerprintAt(source: string): Promise<Fingerprint> {
  try {
    return fingerprintOf(await stat(source));
  } catch (error) {
    throw asSourceError(error, source);
  }
}

/**
 * What the source of a transfer that failed is now, if it failed because the source had changed; null where it was something
 * else, or where the source is gone by now. For callers that have not moved the transfer yet: one that were planned while its
 * source is looked at would be queued by others meanwhile.
 */
export async function lookAgain(
  failure: SidelineError,
  source: string,
): Promise<{ failure: SidelineError; found: Fingerprint | null }> {
  if (failure.kind !== 'source-changed') return { failure, found: null };
  try {
    return { failure, found: await fingerprintAt(source) };
  } catch (error) {
    return { failure: asSidelineError(error), found: null };
  }
}

/** A file system's refusal as a SidelineError: gone, or unreadable with the system's own code. */
export function asSourceError(error: unknown, source: string): SidelineError {
  if (error instanceof SidelineError) return error;
  const code = systemCode(error);
  if (code === 'ENOENT' || code === 'ENOTDIR')
    return new SidelineError('source-gone', { subject: source, cause: error });
  return new SidelineError('source-unreadable', { subject: code, cause: error });
}

export function sourceError(error: unknown, source: string): Reason {
  return reasonOf(asSourceError(error, source));
}
