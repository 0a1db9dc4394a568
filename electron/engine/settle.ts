/** What becomes of a transfer when its upload has come to an end, whichever: one move in the journal. */
import type { BrokerCounts, Fingerprint, Receipt, Transfer } from '../../shared/domain.ts';
import { asSidelineError, reason, reasonOf, type Reason, type SidelineError } from '../../shared/errors.ts';
import type { Journal } from '../journal/journal.ts';
import { publicUrl } from '../storage/public-url.ts';
import { destinedOf } from './plan/destined.ts';
import { isMade, plannedAs } from './plan/plan-file.ts';
import { Stop } from './stop.ts';
import { isOverBackend, type AnyJob } from './upload/job.ts';
import type { BaseLine } from './upload/line.ts';
import { betterPartSize } from './upload/cut-smaller.ts';
import { backoff, mostAttempts, remedies } from './upload/retry.ts';
import { letGo } from './upload/stale.ts';
import type { Uploaded } from './upload/outcome.ts';

/** A source that changes is looked at again when it has rested for so long. ms */
const restsFor = 2000;
/** ms between looks for credentials that somebody may have renewed */
const credentialsAgain = 30_000;

export type Verdict =
  | { moved: Transfer }
  /** nothing on this connection can work: see `Remedy` */
  | { moved: Transfer; refused: SidelineError }
  /** it waits, and all others of the connection with it, until a person has answered */
  | { moved: Transfer; held: SidelineError };

export function settleDone(job: AnyJob, uploaded: Uploaded): Transfer {
  const { journal } = job.line;
  const { kept } = uploaded;
  const receipt: Receipt = {
    transferId: job.transfer.id,
    connectionId: job.transfer.connectionId,
    key: kept?.key ?? job.transfer.key,
    size: uploaded.size,
    crc32: uploaded.crc32,
    etag: uploaded.etag,
    versionId: uploaded.versionId,
    integrity: isOverBackend(job) ? (kept?.integrity ?? 'none') : job.line.integrity,
    finishedAt: job.line.now(),
    ...job.sending.receipt,
    partSize: job.transfer.partSize,
    begunAt: job.begunAt,
    url: urlOf(job, uploaded),
  };
  // The move first, for it may be refused. The two are one write as they are, being of one turn of the loop.
  const done = journal.move(job.transfer, 'done', { uploadId: null, attempts: 0, checkFirst: false });
  journal.addReceipt(receipt);
  if (isOverBackend(job)) {
    journal.endPlace(done.id);
    countEnd(job, { successes: 1, failures: 0, bytes: uploaded.size });
  }
  return done;
}

/** Behind a custom domain or CDN, or as the backend says. */
function urlOf({ sending: { publicUrlBase }, transfer }: AnyJob, { kept }: Uploaded): string | null {
  const key = kept === undefined ? transfer.key : kept.key;
  return publicUrlBase === null || key === null ? (kept?.url ?? null) : publicUrl(publicUrlBase, key);
}

function countEnd({ line, transfer, begunAt }: AnyJob, end: Omit<BrokerCounts, 'ms'>): void {
  line.journal.countBroker(transfer.connectionId, { ...end, ms: Math.max(0, line.now() - begunAt) });
}

export function settleSkipped(job: AnyJob, why: Reason): Transfer {
  return job.line.journal.move(job.transfer, 'skipped', { reason: why, checkFirst: false });
}

/** A job that was told to stop keeps what it has done, unless it was cancelled. */
export function settleStopped(job: AnyJob, stop: Stop): Transfer {
  const { journal } = job.line;
  switch (stop.why) {
    case 'pause':
      return journal.move(job.transfer, 'paused');
    case 'offline':
      return journal.move(job.transfer, 'waiting', { reason: reason('offline') });
    case 'close':
      return journal.move(job.transfer, 'queued');
    case 'cancel':
      return cancel(job.line, job.transfer);
    case 'slow':
      return journal.together(() => journal.move(job.transfer, 'queued', cutSmaller(job)));
    default:
      return journal.move(job.transfer, 'waiting', { reason: stop.why });
  }
}

/** Notes the multipart upload for the sweep in the same write that lets go of it. */
export function cancel(line: Pick<BaseLine, 'journal' | 'now'>, transfer: Transfer): Transfer {
  return line.journal.together(() => {
    letGo(line.journal, transfer, line.now());
    return line.journal.move(transfer, 'cancelled', { uploadId: null, attempts: 0 });
  });
}

export function settleFailed(job: AnyJob, thrown: unknown): Verdict {
  const error = asSidelineError(thrown);
  const { journal, now, random, backoff: rules } = job.line;
  const attempts = job.transfer.attempts + 1;
  const why = reasonOf(error);
  const waitFor = (ms: number, changes = {}): Verdict => ({
    moved: journal.move(job.transfer, 'waiting', { reason: why, notBefore: now() + ms, ...changes }),
  });
  const fail = () => {
    if (isOverBackend(job)) countEnd(job, { successes: 0, failures: 1, bytes: 0 });
    return journal.move(job.transfer, 'failed', { reason: why });
  };

  switch (remedies[error.kind]) {
    case 'network':
    case 'backoff':
      if (attempts >= mostAttempts) return { moved: fail() };
      if (error.kind === 'integrity' && job.transfer.state === 'verifying') return { moved: anew(job, why, attempts) };
      return waitFor(backoff(attempts + 2, random, rules), { attempts });
    case 'slower':
      return waitFor(backoff(6, random, rules));
    case 'smaller':
      if (attempts >= mostAttempts) return { moved: fail() };
      return journal.together(() => waitFor(backoff(6, random, rules), { attempts, ...cutSmaller(job) }));
    case 'anew':
      return { moved: attempts >= mostAttempts ? fail() : anew(job, why, attempts) };
    case 'credentials':
      return waitFor(credentialsAgain);
    case 'login':
      return { moved: journal.move(job.transfer, 'waiting', { reason: why }), held: error };
    case 'clock':
    case 'connection':
      return { moved: fail(), refused: error };
    case 'replan': // with what the source is now it is `settleReplanned`
    case 'fail':
      return { moved: fail() };
  }
}

/** The multipart upload is lost or is wrong as a whole: all of its parts are sent again, into a new one. */
function anew(job: AnyJob, why: Transfer['reason'], attempts: number): Transfer {
  const { journal, now, random, backoff: rules } = job.line;
  return journal.together(() => {
    const { connectionId, key, uploadId } = job.transfer;
    if (uploadId !== null) journal.addStaleUpload({ connectionId, key, uploadId, since: 0, until: now() });
    journal.forgetParts(job.transfer.id);
    const notBefore = now() + backoff(attempts, random, rules);
    return journal.move(job.transfer, 'waiting', { reason: why, notBefore, uploadId: null, attempts });
  });
}

/** Lets go of what was begun, where it is worth it. Returns how the file is to be cut, nothing where it stays as it is. */
function cutSmaller(job: AnyJob): Partial<Pick<Transfer, 'uploadId' | 'partSize'>> {
  const partSize = betterPartSize(job);
  if (partSize === null) return {};
  letGo(job.line.journal, job.transfer, job.line.now());
  return { uploadId: null, partSize };
}

/** What was made of the source as it was is no longer wanted. Returns as what it is to be made, or sent, again. */
function forgetPrepared(
  journal: Journal,
  transfer: Transfer,
  found: Fingerprint,
): Fingerprint & Pick<Transfer, 'todo'> {
  const destined = destinedOf(journal, transfer);
  if (destined === null) return { ...found, todo: false };
  const { target, output } = destined;
  journal.setOutput(transfer.id, { ...output, source: found, prepared: null });
  return { ...plannedAs(output.role, found), todo: isMade(target.rules, output) };
}

/** A source that has changed is sent from its start, once it rests: what was sent of the old one is let go. `found`: what it is now */
export function settleReplanned(
  { journal, now }: Pick<BaseLine, 'journal' | 'now'>,
  transfer: Transfer,
  found: Fingerprint,
): Transfer {
  return journal.together(() => {
    letGo(journal, transfer, now());
    const again = forgetPrepared(journal, transfer, found);
    const planned = journal.move(transfer, 'planned');
    const queued = journal.move(planned, 'queued', { ...again, uploadId: null, partSize: null });
    if (now() - found.mtime >= restsFor) return queued;
    return journal.move(queued, 'waiting', { reason: reason('source-changed'), notBefore: now() + restsFor });
  });
}
