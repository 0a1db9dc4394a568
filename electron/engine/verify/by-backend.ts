/**
 * What a backend has now, against the receipt of what was sent over it, by what that backend lets us see: the ETag of its storage,
 * where a link leads there, else the whole content, read and thrown away; else only what its record says.
 */
import { crc32 } from 'node:zlib';
import type { Receipt } from '../../../shared/domain.ts';
import { SidelineError } from '../../../shared/errors.ts';
import { verify as words } from '../../../shared/strings/verify.ts';
import type { Content } from '../../broker/api.ts';
import type { Broker } from '../../broker/broker.ts';
import type { FileRef } from '../../broker/place.ts';
import { isKnown, openFile, piecesOf, wayToRead } from '../../broker/reading.ts';
import { compareReceipt, type Compared } from './compare-receipt.ts';

export type SentOver = Pick<Receipt, 'size' | 'crc32' | 'etag'>;

/** Throws what the backend, its storage and the network can cause, and the signal's reason. Never `same` for what was not seen. */
export async function compareOverBackend(
  receipt: SentOver,
  ref: FileRef,
  broker: Broker,
  signal: AbortSignal,
): Promise<Compared> {
  const way = wayToRead(broker, ref);
  if (way === 'none') return await byRecord(broker, ref, signal);
  try {
    const byHead = way === 'backend' ? null : await compareHead(receipt, ref, broker, signal);
    return byHead ?? (await compareContent(receipt, await openFile(broker, ref, null, signal), broker, signal));
  } catch (error) {
    const isMissing = error instanceof SidelineError && ['broker-missing', 'object-missing'].includes(error.kind);
    if (isMissing) return { outcome: 'missing', message: words.missing };
    throw error;
  }
}

/**
 * By size and ETag, as an answer to its first byte has them: a presigned GET allows no HEAD. Null: these do not decide it, since
 * not every ETag is the storage's own.
 */
async function compareHead(
  receipt: SentOver,
  ref: FileRef,
  broker: Broker,
  signal: AbortSignal,
): Promise<Compared | null> {
  if (receipt.etag === null || receipt.etag === '' || receipt.size === 0) return null; // an empty file has no first byte
  const { body, whole, etag } = await openFile(broker, ref, 'bytes=0-0', signal);
  body.destroy();
  if (whole === null) return null;
  const isSame = whole === receipt.size && etag === receipt.etag;
  return isSame || whole !== receipt.size
    ? compareReceipt(receipt, { size: whole, crc32: null, etag: etag ?? '' })
    : null;
}

async function compareContent(
  receipt: SentOver,
  content: Content,
  broker: Broker,
  signal: AbortSignal,
): Promise<Compared> {
  let size = 0;
  let crc = 0;
  for await (const piece of piecesOf(content, broker.host, signal)) {
    size += piece.length;
    crc = crc32(piece, crc);
    if (size > receipt.size) break; // another one, however it goes on
  }
  const stored = size > receipt.size && content.whole !== null ? content.whole : size;
  return compareReceipt(receipt, { size: stored, crc32: crc, etag: content.etag ?? '' });
}

/** A record is no proof of the object: what it says is passed on as that. */
async function byRecord(broker: Broker, ref: FileRef, signal: AbortSignal): Promise<Compared> {
  if (broker.status === null || !isKnown(broker, ref)) return { outcome: 'unknown', message: words.noWayToLook };
  try {
    return { outcome: 'unknown', message: words.onlyStatus(await broker.status(ref, signal)) };
  } catch (error) {
    const isMissing = error instanceof SidelineError && error.kind === 'broker-missing';
    if (isMissing) return { outcome: 'missing', message: words.recordMissing };
    throw error;
  }
}
