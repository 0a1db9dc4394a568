/**
 * What runs next: the queued transfers of the batches in their order, as places on the line come free. All that is lasting
 * is in the journal; what is here is only what is under way.
 */
import type { Logger } from 'pino';
import type { Batch, Transfer } from '../../shared/domain.ts';
import { asSidelineError, reasonOf, SidelineError } from '../../shared/errors.ts';
import type { Journal } from '../journal/journal.ts';
import type { Lines } from './lines.ts';
import { settleDone, settleFailed, settleReplanned, settleSkipped, settleStopped } from './settle.ts';
import { lookAgain } from './source.ts';
import { Stop, type StopCause } from './stop.ts';
import { isTooLarge } from './upload/cut-smaller.ts';
import type { AnyJob } from './upload/job.ts';
import type { AnyLine } from './upload/line.ts';
import { partSizeFor } from './upload/part-size.ts';
import { sendingOf } from './upload/sending.ts';
import type { Slots } from './upload/slots.ts';
import { upload } from './upload/upload.ts';

export interface QueueDeps {
  journal: Journal;
  lines: Lines;
  slots: Slots;
  log: Logger;
  now(): number;
  /** More are queued, some of which are perhaps to be prepared first. */
  onQueued(): void;
  /** told of every transfer that has come to rest: done, failed, skipped, waiting, paused, cancelled */
  onSettled(transfer: Transfer): void;
  /** The last of what was under way has come to rest, and nothing else can begin now. */
  onIdle(): void;
  /** The journal could not be written. Nothing further is started. */
  onBroken(error: SidelineError): void;
}

export interface Queue {
  /** Which batches are worked on; those planned later are added with it too. */
  setBatches(batches: readonly Batch[]): void;
  /** Looks for work: called whenever there may be some, or when its order has changed. */
  wake(): void;
  /** Stops what runs and is meant; resolves when it has come to rest in the journal. */
  stop(which: (transfer: Transfer) => boolean, why: StopCause): Promise<void>;
  /** Begins anew, in smaller parts, what the line is too slow for. `inTime`: see `bytesInTime` */
  cutSmaller(inTime: number): void;
  /** No further transfer is started. */
  hold(): void;
  active(): readonly Active[];
}

/** A transfer that is under way. */
export interface Active {
  transfer: Transfer;
  /** bytes that are at the store, or left for it */
  sent: number;
}

interface Running {
  job: AnyJob;
  abort: AbortController;
  ended: Promise<void>;
}

const pageSize = 64;
const dueAtOnce = 500;
const queueAtOnce = 500;

export function createQueue(deps: QueueDeps): Queue {
  const { journal, lines, slots, log } = deps;
  const running = new Set<Running>();
  let batches: readonly Batch[] = [];
  let page: Transfer[] = [];
  /** those that a person wants first; null: to be asked for */
  let first: Transfer[] | null = null;
  let held = false;
  slots.onVacancy = fill;

  function fill(): void {
    while (!held && slots.vacant()) {
      const next = takeNext();
      if (next === null) return;
      start(next.line, next.transfer);
    }
  }

  function takeNext(): { line: AnyLine; transfer: Transfer } | null {
    return takeFirst() ?? takeInTurn();
  }

  function takeFirst(): { line: AnyLine; transfer: Transfer } | null {
    first ??= isAnyAhead() ? journal.nextRanked(pageSize) : [];
    for (let transfer = first.shift(); transfer !== undefined; transfer = first.shift()) {
      const { batchId, connectionId, id } = transfer;
      const batch = batches.find((one) => one.id === batchId);
      const line = batch === undefined || batch.plannedAt === null ? null : lines.get(connectionId);
      if (line === null) continue; // in its turn, when its line is open
      page = page.filter((other) => other.id !== id);
      return { line, transfer };
    }
    return null;
  }

  /** Known without reading: at rest the queue is woken five times a second. */
  function isAnyAhead(): boolean {
    return batches.some(({ id }) => journal.filesAhead(id) > 0);
  }

  function takeInTurn(): { line: AnyLine; transfer: Transfer } | null {
    for (const batch of batches) {
      if (batch.plannedAt === null || journal.filesAhead(batch.id) === 0) continue;
      for (const connectionId of batch.connectionIds) {
        const line = lines.get(connectionId);
        if (line === null) continue;
        if (page[0]?.batchId !== batch.id || page[0].connectionId !== connectionId)
          page = nextPage(batch, connectionId);
        const transfer = page.shift();
        if (transfer !== undefined) return { line, transfer };
      }
    }
    return null;
  }

  /** Planned ones are queued as the queue runs dry. */
  function nextPage({ id: batchId }: Batch, connectionId: number): Transfer[] {
    const queued = journal.nextQueued(batchId, connectionId, pageSize);
    if (queued.length > 0) return queued;
    const moved = journal.moveMany({ batchId, connectionId, from: 'planned', limit: queueAtOnce }, 'queued');
    if (moved > 0) deps.onQueued();
    return journal.nextQueued(batchId, connectionId, pageSize);
  }

  /** Pages are read ahead: a transfer that was paused or cancelled since is passed over. */
  function start(line: AnyLine, queued: Transfer): void {
    const partSize = partSizeOf(line, queued);
    const transfer = journal.tryMove(queued, 'uploading', { partSize });
    if (transfer === null) return;
    const abort = new AbortController();
    // The place is taken before anything is awaited, so that no more are started than there are places.
    const place = slots.acquire(Math.min(queued.size, partSize ?? queued.size), abort.signal);
    const sending = sendingOf(journal, transfer);
    const rest = { transfer, signal: abort.signal, firstSlot: null, sending, begunAt: deps.now() };
    const job: AnyJob = 'backend' in line ? { line, ...rest } : { line, ...rest };
    // By itself, not by its id: one that is queued again may be started again before its last job has left.
    const one: Running = { job, abort, ended: Promise.resolve() };
    running.add(one);
    one.ended = run(job, place)
      .finally(() => running.delete(one))
      .then(() => {
        fill();
        if (running.size === 0) deps.onIdle();
      })
      .catch((error: unknown) => {
        held = true; // the journal could not be written: nothing may go on without it
        deps.onBroken(asSidelineError(error));
      });
  }

  async function run(job: AnyJob, place: ReturnType<Slots['acquire']>): Promise<void> {
    try {
      job.firstSlot = await place;
      const end = await upload(job);
      job.transfer = 'skipped' in end ? settleSkipped(job, end.skipped) : settleDone(job, end);
    } catch (error) {
      await endedBadly(job, error);
    } finally {
      job.firstSlot?.release();
    }
    deps.onSettled(job.transfer);
  }

  async function endedBadly(job: AnyJob, error: unknown): Promise<void> {
    const { failure, found } = await lookAgain(ofPrepared(job, asSidelineError(error)), job.transfer.source);
    const reason: unknown = job.signal.reason;
    if (reason instanceof Stop) {
      job.transfer = settleStopped(job, reason);
      return;
    }
    log.warn({ transfer: job.transfer.id, key: job.transfer.key, error: failure }, 'an upload failed');
    const verdict =
      found === null ? settleFailed(job, failure) : { moved: settleReplanned(job.line, job.transfer, found) };
    job.transfer = verdict.moved;
    const { connectionId } = job.transfer;
    if ('refused' in verdict) lines.refuse(connectionId, job.line, verdict.refused);
    // Who has signed in meanwhile is not asked again: this one goes on with the rest.
    if ('held' in verdict && !lines.hold(connectionId, job.line, verdict.held))
      job.transfer = journal.move(job.transfer, 'queued');
  }

  return {
    setBatches(now) {
      batches = now;
      page = [];
      first = null;
    },
    wake() {
      page = [];
      first = null;
      for (const batch of batches) queueDue(batch);
      fill();
    },
    async stop(which, why) {
      const meant = [...running].filter(({ job }) => which(job.transfer));
      for (const { abort } of meant) abort.abort(new Stop(why));
      page = [];
      first = null;
      await Promise.all(meant.map(({ ended }) => ended));
    },
    cutSmaller(inTime) {
      const taken = slots.taken();
      for (const { job, abort } of running) if (isTooLarge(job, taken, inTime)) abort.abort(new Stop('slow'));
    },
    hold() {
      held = true;
    },
    active() {
      const leaving = Map.groupBy(slots.taken(), ({ owner }) => owner);
      return [...running].map(({ job: { transfer, signal } }) => {
        const underWay = (leaving.get(signal) ?? []).reduce((sum, slot) => sum + slot.sent, 0);
        return { transfer, sent: underWay + (transfer.uploadId === null ? 0 : journal.sentBytes(transfer.id)) };
      });
    },
  };

  function queueDue(batch: Batch): void {
    if (journal.totals(batch.id).waiting.files === 0) return;
    for (const transfer of journal.due(batch.id, deps.now(), dueAtOnce)) journal.move(transfer, 'queued');
  }
}

/** What goes over a backend goes whole. What was once cut smaller, because the line was too slow, stays so. */
function partSizeOf(line: AnyLine, { size, uploadId, partSize }: Transfer): number | null {
  if ('backend' in line) return null;
  if (uploadId !== null) return partSize;
  const wanted = Math.min(partSizeFor(size, line.rate(), line.parts) ?? size, partSize ?? size);
  return wanted < size ? wanted : null;
}

/** What was prepared and is gone is made again: the file that it was made from decides what is wrong. */
function ofPrepared({ sending, transfer }: AnyJob, error: SidelineError): SidelineError {
  const isOfPrepared = sending.source.path !== transfer.source && error.kind === 'source-gone';
  return isOfPrepared ? new SidelineError('source-changed', { cause: error }) : error;
}

/** States in which a transfer waits for its turn. */
export const aheadStates = ['queued', 'planned', 'waiting'] as const;

/** All of a connection that nobody can help now fails at once, with the one reason, in steps that leave the loop free. */
export async function failQueued(
  journal: Journal,
  batchId: number,
  connectionId: number,
  error: SidelineError,
): Promise<void> {
  const limit = 1000;
  for (const from of aheadStates) {
    const which = { batchId, from, limit, connectionId };
    while (journal.moveMany(which, 'failed', reasonOf(error)) === limit) await nextTurn();
  }
}

export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
