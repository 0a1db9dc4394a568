/** The upload stage of one transfer: over a backend as that wants it; else what its part size says, by one PUT or by parts, under a key that it may have. */
import type { Fingerprint, Transfer } from '../../../shared/domain.ts';
import { SidelineError } from '../../../shared/errors.ts';
import { withOtherName } from '../../../shared/key-template/index.ts';
import { looksChanged } from '../fingerprint.ts';
import { uploadByBroker } from './by-broker.ts';
import { attempt, isOverBackend, type AnyJob, type Job } from './job.ts';
import { putParts } from './multipart.ts';
import { sentBefore, type Skipped, type Uploaded } from './outcome.ts';
import { putWhole } from './single-put.ts';
import { letGo } from './stale.ts';

/** More names than anybody gives; a store that always says that there is another object ends here too. */
const mostNames = 1000;

/** As `uploadToStore`, and `uploadByBroker`. */
export async function upload(job: AnyJob): Promise<Uploaded | Skipped> {
  return isOverBackend(job) ? await uploadByBroker(job) : await uploadToStore(job);
}

/** Throws `sse-refused` where the store cannot encrypt as it should, and `object-exists` where the destination replaces nothing and no free name was found. */
async function uploadToStore(job: Job): Promise<Uploaded | Skipped> {
  refuseUnencrypted(job);
  if (job.transfer.checkFirst && (await attempt(job, () => wasSentBefore(job)))) return sentBefore;
  const first = job.transfer.key;
  for (let n = 2; ; n++) {
    try {
      return await uploadOnce(job);
    } catch (error) {
      const taken = error instanceof SidelineError && error.kind === 'object-exists';
      if (!taken || job.sending.overwrite !== 'never' || n > mostNames) throw error;
      job.transfer = rename(job, withOtherName(first, n));
    }
  }
}

/**
 * Else it would be refused with words that say nothing, or arrive as nobody wanted it. What the store was asked is whether it
 * encrypts with a key of its own; keys of a key service are another matter, and its answer to those says what is wrong.
 */
function refuseUnencrypted({ line, sending }: Job): void {
  const { sse } = sending.options;
  if (sse?.by === 'AES256' && !line.sse) throw new SidelineError('sse-refused', { subject: sse.by });
}

async function uploadOnce(job: Job): Promise<Uploaded | Skipped> {
  const { partSize } = job.transfer;
  if (partSize === null) return await putWhole(job);
  const end = await putParts(job, partSize);
  if (!('skipped' in end)) await tagAgain(job);
  return end;
}

/** Ceph, for one, drops the tags that a multipart upload was created with. */
async function tagAgain(job: Job): Promise<void> {
  const { storage } = job.line;
  const { tags } = job.sending.options;
  if (Object.keys(tags).length === 0 || storage.connection.config.endpoint === null) return;
  await attempt(job, () => storage.tag(job.transfer.key, tags, job.signal));
}

function rename(job: Job, key: string): Transfer {
  const { journal, now } = job.line;
  return journal.together(() => {
    letGo(journal, job.transfer, now());
    return journal.update(job.transfer, { key, uploadId: null, sends: 0 });
  });
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
