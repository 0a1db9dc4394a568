/** How the upload stage of a transfer ends, where it ends well. */
import { reason, type Reason } from '../../../shared/errors.ts';

/** The object as the store has it now. */
export interface Uploaded {
  /** bytes */
  size: number;
  crc32: number | null;
  etag: string;
  versionId: string | null;
  /** it was there already, and nothing was sent now */
  found: boolean;
}

/** It is there already, and nothing was sent: why. */
export interface Skipped {
  skipped: Reason;
}

export const sentBefore: Skipped = { skipped: reason('already-sent') };
