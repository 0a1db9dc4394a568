import { reason, SidelineError } from '../../../shared/errors.ts';
import { isProven, type Content } from '../verify/verify.ts';
import { readBody, refuseGrown, type Body } from './body.ts';
import type { Job } from './job.ts';
import { attemptInSlot, takeFirstSlot } from './job.ts';
import { sentBefore, type Skipped, type Uploaded } from './outcome.ts';
import { findSame, mayBeThere } from './same-content.ts';
import { send } from './send.ts';

/** What has arrived so soon after it was read is not looked at once more: that would be a tenth of all work for small files. ms */
const atOnce = 100;

/** Sends the whole file with one PUT, unless it is there. Throws a SidelineError that the queue deals with, or the job's stop. */
export function putWhole(job: Job): Promise<Uploaded | Skipped> {
  const { line, sending } = job;
  const { size, key } = job.transfer;
  // It may have arrived before this process or this attempt: only its answer was lost.
  const begunBefore = job.transfer.sends > 0;
  const onlyIfFree = sending.overwrite === 'never';
  const looks = sending.overwrite === 'skip-equal' || (onlyIfFree && !line.conditionalWrites);
  return attemptInSlot(job, size, takeFirstSlot(job), async (slot, arrived) => {
    const body = await readBody(sending.source, { offset: 0, length: size }, slot, line);
    const readAt = performance.now();
    const maySent = arrived || begunBefore || job.transfer.checkFirst;
    if (maySent || looks) {
      const found = await findWhole(job, body, onlyIfFree);
      if (found !== null) return maySent ? found : sentBefore;
    }
    const same = mayBeThere(job) ? await findSame(job, contentOf(body)) : null;
    if (same !== null) return { skipped: reason('same-content', same.key) };
    job.transfer = line.journal.countSend(job.transfer);
    const conditional = onlyIfFree && line.conditionalWrites;
    try {
      const sent = await send(line, slot, { key, query: {}, options: sending.options, onlyIfFree: conditional }, body);
      if (performance.now() - readAt > atOnce) await refuseGrown(sending.original);
      return { ...sent, size, found: false };
    } catch (error) {
      if (!(error instanceof SidelineError) || error.kind !== 'object-exists') throw error;
      // Our own, sent by a request whose answer was lost, or the same from elsewhere; another one is thrown.
      const found = await findWhole(job, body, true);
      if (found === null) throw error;
      return found;
    }
  });
}

function contentOf({ size, crc32, md5 }: Body): Content {
  return { size, crc32, etag: md5 };
}

/**
 * The object, when it is there already as this file: sent before a crash, or by a request whose answer was lost. Another object
 * under the key is `object-exists`, where that matters.
 */
async function findWhole(job: Job, body: Body, refuseOther: boolean): Promise<Uploaded | null> {
  const { key } = job.transfer;
  const stored = await job.line.storage.head(key, job.signal);
  if (stored === null) return null;
  if (isProven(stored, contentOf(body)))
    return { size: stored.size, crc32: body.crc32, etag: stored.etag, versionId: stored.versionId, found: true };
  if (refuseOther) throw new SidelineError('object-exists', { subject: key });
  return null;
}
