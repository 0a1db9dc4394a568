/** How the upload stage of a transfer ends, where it ends well. */
import type { IntegrityMode } from '../../../shared/domain.ts';
import { reason, type Reason } from '../../../shared/errors.ts';

/** The object as the store has it now. */
export interface Uploaded {
  /** bytes */
  size: number;
  crc32: number | null;
  /** null: a backend's storage gave none */
  etag: string | null;
  versionId: string | null;
  /** it was there already, and nothing was sent now */
  found: boolean;
  /** of what went over a backend */
  kept?: Kept;
}

/** What a backend made of a file. */
export interface Kept {
  /** null: it does not say */
  key: string | null;
  /** its own address; null: it has none, or does not say */
  url: string | null;
  integrity: IntegrityMode;
}

/** It is there already, and nothing was sent: why. */
export interface Skipped {
  skipped: Reason;
}

export const sentBefore: Skipped = { skipped: reason('already-sent') };
