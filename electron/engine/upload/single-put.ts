import type { Job } from './job.ts';
import { attemptInSlot, takeFirstSlot } from './job.ts';
import { readBody, type Body, type Source } from './body.ts';
import { send } from './send.ts';
import type { Uploaded } from './upload.ts';
import { isProven, type Content } from '../verify/verify.ts';

/** Sends the whole file with one PUT. Throws a SidelineError that the queue deals with, or the job's stop. */
export function putWhole(job: Job, source: Source, contentType: string): Promise<Uploaded> {
  const { line } = job;
  const { size, key } = job.transfer;
  // It may have arrived before this process or this attempt: only its answer was lost.
  const begunBefore = job.transfer.sends > 0;
  return attemptInSlot(job, size, takeFirstSlot(job), async (slot, arrived) => {
    const body = await readBody(source, { offset: 0, length: size }, slot, line);
    if (arrived || begunBefore || job.transfer.checkFirst) {
      const found = await findWhole(job, body);
      if (found !== null) return found;
    }
    job.transfer = line.journal.countSend(job.transfer);
    const sent = await send(line, slot, { key, query: {}, contentType }, body);
    return { ...sent, size, found: false };
  });
}

/** The object, when it is there already as this file: sent before a crash, or by a request whose answer was lost. */
async function findWhole(job: Job, body: Body): Promise<Uploaded | null> {
  const stored = await job.line.storage.head(job.transfer.key, job.signal);
  if (stored === null) return null;
  const content: Content = { size: body.size, crc32: body.crc32, etag: body.md5 };
  if (!isProven(stored, content)) return null;
  return { size: stored.size, crc32: body.crc32, etag: stored.etag, versionId: stored.versionId, found: true };
}
