/** The last look at the copies of a move before their originals go: somebody may have moved, replaced or deleted them meanwhile. */
import { SidelineError } from '../../../shared/errors.ts';
import { transfers as words } from '../../../shared/strings/object-transfers.ts';
import { unquoted } from '../../storage/etag.ts';
import type { Bucket } from '../bucket.ts';
import { lookAt, type Seen } from '../delete/look.ts';
import { sideBySide } from '../side-by-side.ts';
import { contentHead } from './content-head.ts';

export interface Made {
  /** of the copy */
  key: string;
  /** without quotes, as it was told when the copy was proved */
  etag: string;
}

/** requests */
const asked = 16;

/** By the key of its copy, why an original is to stay: that is gone, or another by now. What a list shows otherwise is asked for by itself. */
export async function lostCopies(
  bucket: Bucket,
  copies: readonly Made[],
  signal: AbortSignal,
): Promise<Map<string, SidelineError>> {
  const keys = copies.map(({ key }) => key).sort((one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other)));
  const seen = await listed(bucket, keys, signal);
  const doubtful = copies.filter(({ key, etag }) => seen.get(key)?.etag !== etag);
  const lost = new Map<string, SidelineError>();
  await sideBySide(doubtful, asked, async ({ key, etag }) => {
    const there = await contentHead(bucket, key, signal);
    if (there === null || unquoted(there.ETag) !== etag)
      lost.set(key, new SidelineError('invalid-input', { subject: words.copyLost(key) }));
  });
  return lost;
}

/** Of what may not be listed, nothing is known here. */
async function listed(
  bucket: Bucket,
  keys: readonly string[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, Seen>> {
  try {
    return await lookAt(bucket, keys, false, signal);
  } catch (error) {
    if (error instanceof SidelineError && (error.kind === 'denied' || error.kind === 'prefix-locked')) return new Map();
    throw error;
  }
}
