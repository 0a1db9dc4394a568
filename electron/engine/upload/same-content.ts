/**
 * Whether the same content is at its place already, by an earlier receipt: then it is not sent a second time. A place is a
 * destination with its prefix, its template and the values of its fields: what is in event 42 is wanted in event 43 too.
 */
import { isDeepStrictEqual } from 'node:util';
import type { DestinationRules } from '../../../shared/destination.ts';
import type { Receipt } from '../../../shared/domain.ts';
import type { Output } from '../../../shared/output.ts';
import type { Journal } from '../../journal/journal.ts';
import { looksChanged } from '../fingerprint.ts';
import type { Content } from '../verify/verify.ts';
import { attempt, type AnyJob, type Job } from './job.ts';
import type { Sending } from './sending.ts';

type Kind = Pick<Sending, 'role' | 'name'>;

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
    receipt.source === source && !looksChanged(planned, sending.original.planned);
  const isOfKind = (receipt: Receipt, output: Output | null) =>
    output?.role === sending.role && output.name === sending.name && (!isMade || isSameFile(receipt, output));
  const place = placeOf(line.journal, transfer.targetId, sending);
  const targetOf = (id: number) => line.journal.transfer(id)?.targetId ?? null;
  return line.journal
    .receiptsOfSize(destinationId, sourceSize)
    .filter(
      (receipt) =>
        receipt.transferId !== transfer.id &&
        receipt.connectionId === transfer.connectionId &&
        receipt.size === transfer.size &&
        isOfKind(receipt, line.journal.output(receipt.transferId)) &&
        isDeepStrictEqual(placeOf(line.journal, targetOf(receipt.transferId), sending), place),
    );
}

/** What makes a key, apart from the file itself, the date and chance; null: it goes up as it is. */
function placeOf(journal: Journal, targetId: number | null, { role, name }: Kind): unknown {
  const rules = targetId === null ? null : (journal.target(targetId)?.rules ?? null);
  if (rules === null) return null;
  const prefix = role === 'original' ? rules.originalPrefix : rules.prefix;
  return { prefix, template: templateOf(rules, { role, name }), fields: rules.fields };
}

function templateOf({ keyTemplate, derived, videoStill }: DestinationRules, { role, name }: Kind): string | null {
  if (role === 'derived') return derived.find((one) => one.name === name)?.keyTemplate ?? null;
  return role === 'still' ? (videoStill?.keyTemplate ?? null) : keyTemplate;
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
