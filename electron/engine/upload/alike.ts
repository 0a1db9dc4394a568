/** What a sending left at a backend whose answer was lost: found by its content, so that it is not sent a second time. */
import { createHash } from 'node:crypto';
import { SidelineError } from '../../../shared/errors.ts';
import type { BrokerFile } from '../../broker/kind.ts';
import type { FileRef, Place } from '../../broker/place.ts';
import { piecesOf } from '../../broker/reading.ts';
import type { Body } from './body.ts';
import type { Job } from './job.ts';
import type { BrokerLine } from './line.ts';

/**
 * Makes it the transfer's own. False: nothing of it is there, or the backend cannot be asked. A record that another transfer has
 * is that one's: two files may well be the same. `begunAt`: ms since 1970
 */
export async function adoptAlike(
  job: Job<BrokerLine>,
  place: Place,
  begunAt: number,
  body: Pick<Body, 'crc32' | 'md5'>,
): Promise<boolean> {
  const { alike } = job.line.backend.broker;
  if (alike === null) return false;
  for (const record of await alike(place, begunAt, job.signal)) {
    if (isOthers(job, record) || !(await hasContent(job, record, body))) continue;
    if (isOthers(job, record)) continue; // one that looked at the same time was faster
    const proof = { etag: null, versionId: null, crc32: body.crc32, integrity: 'none' } as const;
    job.line.journal.arriveAtPlace(job.transfer.id, record, proof);
    return true;
  }
  return false;
}

/** Whether another transfer has this record. */
export function isOthers({ line, transfer }: Job<BrokerLine>, { id }: Pick<FileRef, 'id'>): boolean {
  const owner = id === null ? null : line.journal.transferOfRecord(transfer.connectionId, id);
  return owner !== null && owner !== transfer.id;
}

async function hasContent(
  { line, signal }: Job<BrokerLine>,
  record: BrokerFile,
  body: Pick<Body, 'md5'>,
): Promise<boolean> {
  const { read } = line.backend.broker;
  if (read === null) return true; // size, type, time and words are the same: all that can be known
  const hash = createHash('md5');
  try {
    const content = await read(record, null, signal);
    for await (const piece of piecesOf(content, line.backend.broker.host, signal)) hash.update(piece);
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof SidelineError && error.kind === 'broker-missing') return false;
    throw error;
  }
  return hash.digest('hex') === body.md5;
}
