/** The upload stage of one transfer: what its part size says, by one PUT or by parts. */
import path from 'node:path';
import mime from 'mime';
import type { Fingerprint } from '../../../shared/domain.ts';
import { looksChanged } from '../fingerprint.ts';
import { attempt, type Job } from './job.ts';
import { putParts } from './multipart.ts';
import { putWhole } from './single-put.ts';

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

/** null: an earlier transfer of this very file has its receipt, and the object is still there. */
export async function upload(job: Job): Promise<Uploaded | null> {
  if (job.transfer.checkFirst && (await attempt(job, () => wasSentBefore(job)))) return null;
  const contentType = mime.getType(path.basename(job.transfer.source)) ?? 'application/octet-stream';
  const source = { path: job.transfer.source, planned: job.transfer };
  const { partSize } = job.transfer;
  return partSize === null
    ? await putWhole(job, source, contentType)
    : await putParts(job, source, partSize, contentType);
}

async function wasSentBefore(job: Job): Promise<boolean> {
  const { journal, storage } = job.line;
  const { connectionId, key, id } = job.transfer;
  const earlier = journal
    .transfersByKey(connectionId, key)
    .find(
      (other) => other.id !== id && other.state === 'done' && !looksChanged(other satisfies Fingerprint, job.transfer),
    );
  const receipt = earlier === undefined ? null : journal.receipt(earlier.id);
  if (receipt === null) return false;
  const stored = await storage.head(key, job.signal);
  return stored !== null && stored.size === receipt.size && stored.etag === receipt.etag;
}
