/** A found file with what its content says: all that is needed to plan it, and nothing that the plan decides. */
import type { Fingerprint } from '../../../shared/domain.ts';
import { reasonOf, SidelineError, type Reason } from '../../../shared/errors.ts';
import type { Inspected } from '../../../shared/inspected.ts';
import { nothingKnown } from '../inspect/found.ts';
import type { Inspections } from '../inspect/inspections.ts';
import type { Found } from '../scan/scan.ts';

export interface Refusal {
  state: 'failed' | 'skipped';
  reason: Reason;
}

export interface LookedFile {
  /** absolute path */
  source: string;
  /** as dropped, with slashes */
  relativePath: string;
  fingerprint: Fingerprint;
  inspected: Inspected;
  /** why it cannot go, whatever the destinations say */
  refusal: Refusal | null;
}

const noFingerprint: Fingerprint = { size: 0, mtime: 0, inode: '0' };

/** What is known of it before anybody looks. */
export function unlooked(found: Found): LookedFile {
  const { source, relativePath } = found;
  const isFile = found.found === 'file';
  return {
    ...{ source, relativePath, inspected: nothingKnown },
    fingerprint: isFile ? found.fingerprint : noFingerprint,
    refusal: isFile ? null : { state: found.found, reason: found.reason },
  };
}

/** What the scan would have found. */
export function foundOf({ source, relativePath, fingerprint, refusal }: LookedFile): Found {
  const named = { source, relativePath };
  if (refusal === null) return { ...named, found: 'file', fingerprint };
  return { ...named, found: refusal.state, reason: refusal.reason };
}

/** Fills in what the content says, or why it cannot be read. Throws the signal's reason, and what is a mistake of ours. */
export async function lookInto(
  inspections: Pick<Inspections, 'of'>,
  file: LookedFile,
  signal?: AbortSignal,
): Promise<void> {
  if (file.refusal !== null) return;
  try {
    file.inspected = await inspections.of(file.source, file.fingerprint, signal);
  } catch (error) {
    signal?.throwIfAborted();
    if (!(error instanceof SidelineError)) throw error;
    file.refusal = { state: 'failed', reason: reasonOf(error) };
  }
}
