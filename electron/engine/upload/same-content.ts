/** Whether a destination has the same content already, by an earlier receipt: then it is not sent a second time. */
import type { Receipt } from '../../../shared/domain.ts';
import type { Output } from '../../../shared/output.ts';
import { looksChanged } from '../fingerprint.ts';
import type { Content } from '../verify/verify.ts';
import { attempt, type AnyJob, type Job } from './job.ts';

/** Whether a file of this size was sent there before: only then its content has to be known. */
export function mayBeThere(job: Job): boolean {
  return candidates(job).length > 0;
}

/** Receipts of the same content. Whether it is still there is to be asked. */
export function sameReceipts(job: AnyJob, content: Content): Receipt[] {
  return candidates(job).filter((one) => isSame(one, content));
}

/** The receipt of the same content, whose object is still there as it was; null: there is none. */
export async function findSame(job: Job, content: Content): Promise<Receipt | null> {
  for (const receipt of sameReceipts(job, content)) {
    const stored = await attempt(job, () => job.line.storage.head(receipt.key, job.signal));
    if (stored !== null && stored.size === receipt.size && stored.etag === receipt.etag) return receipt;
  }
  return null;
}

/**
 * Each of its own kind: two sizes of a small image may well be the same, and both are wanted. Stills of two videos may be the
 * same too: what was made of a file is there only where it was made of that very file.
 */
function candidates({ line, sending, transfer }: AnyJob): Receipt[] {
  const { destinationId, source, sourceSize } = sending.receipt;
  if (destinationId === null || sourceSize === null) return [];
  const isMade = sending.role === 'derived' || sending.role === 'still';
  const isSameFile = (receipt: Receipt, { source: planned }: Output) =>
    receipt.source === source && sending.planned !== null && !looksChanged(planned, sending.planned);
  const isOfKind = (receipt: Receipt, output: Output | null) =>
    output?.role === sending.role && output.name === sending.name && (!isMade || isSameFile(receipt, output));
  return line.journal
    .receiptsOfSize(destinationId, sourceSize)
    .filter(
      (receipt) =>
        receipt.transferId !== transfer.id &&
        receipt.connectionId === transfer.connectionId &&
        receipt.size === transfer.size &&
        isOfKind(receipt, line.journal.output(receipt.transferId)),
    );
}

/** An ETag that is the MD5 of the whole, as of one PUT without encryption by a key of its own. */
const plainMd5 = /^[0-9a-f]{32}$/;

/** By the CRC32 of what is sent, with its size and the source's; by its MD5 too where both are known. */
function isSame({ crc32, etag }: Receipt, content: Content): boolean {
  if (crc32 === null || crc32 !== content.crc32) return false;
  return (
    content.etag === null ||
    etag === null ||
    !plainMd5.test(etag) ||
    !plainMd5.test(content.etag) ||
    etag === content.etag
  );
}
