/**
 * The stage before the upload, of transfers that are not sent as they are: prepared a few ahead of the line, so that the
 * processor and the line work side by side. What is prepared lies in a folder until it has been sent.
 */
import { mkdir, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Logger } from 'pino';
import type { Batch, Transfer, TransferState } from '../../../shared/domain.ts';
import { asSidelineError, reasonOf, type SidelineError } from '../../../shared/errors.ts';
import type { Journal } from '../../journal/journal.ts';
import { settleReplanned } from '../settle.ts';
import { lookAgain } from '../source.ts';
import { Stop, type StopCause } from '../stop.ts';
import { isUnfinished } from '../transfer-state.ts';
import { prepareOutput, preparedFile, type OutputDeps } from './prepare-output.ts';

export interface PreparingDeps extends OutputDeps {
  log: Logger;
  now(): number;
  /** There is something to be sent. */
  onReady(): void;
  /** Of what goes no further: failed, skipped. */
  onSettled(transfer: Transfer): void;
  /** The journal could not be written. Nothing further is started. */
  onBroken(error: SidelineError): void;
}

export interface Preparing {
  setBatches(batches: readonly Batch[]): void;
  /** Looks for work: called whenever there may be some. */
  wake(): void;
  /** Stops what runs and is meant; resolves when it has come to rest in the journal. */
  stop(which: (transfer: Transfer) => boolean, why: StopCause): Promise<void>;
  hold(): void;
  /** transfers that are being prepared */
  active(): readonly Transfer[];
  /** Of a transfer that is sent, or never will be, what was prepared is thrown away. */
  discard(transferId: number): Promise<void>;
  /** Throws away what an earlier run left of transfers that are not ahead any more. */
  sweep(): Promise<void>;
}

type Work = 'image' | 'still';

/**
 * Images: as many as the preparer has processes, for a third would only wait, and could not be stopped as fast. Stills are taken
 * one at a time, beside them: a video that takes long holds up no image.
 */
const sideBySide: Readonly<Record<Work, number>> = { image: 2, still: 1 };
/** Prepared and not sent: enough that the line never waits, and a disk's worth of nothing. */
const mostAhead = 32;

interface Running {
  transfer: Transfer;
  work: Work;
  abort: AbortController;
  ended: Promise<void>;
}

export function createPreparing(deps: PreparingDeps): Preparing {
  const { journal, log } = deps;
  const running = new Set<Running>();
  /** prepared by this run, and not sent yet */
  const ahead = new Set<number>();
  let batches: readonly Batch[] = [];
  /** those with a destination that wants stills */
  let withStills: ReadonlySet<number> = new Set();
  let held = false;

  function fill(): void {
    fillWith('image');
    if (withStills.size > 0) fillWith('still');
  }

  function fillWith(work: Work): void {
    while (!held && countOf(work) < sideBySide[work] && hasRoom()) {
      const next = takeNext(work);
      if (next === null) return;
      start(next, work);
    }
  }

  function countOf(work: Work): number {
    return [...running].filter((one) => one.work === work).length;
  }

  /** What was paused or cancelled since does not hold up the rest. */
  function hasRoom(): boolean {
    if (ahead.size + running.size < mostAhead) return true;
    for (const id of ahead) if (!isOnItsWay(journal.transfer(id))) ahead.delete(id);
    return ahead.size + running.size < mostAhead;
  }

  function takeNext(work: Work): Transfer | null {
    for (const { id, plannedAt } of batches) {
      if (plannedAt === null || journal.totals(id).queued.files === 0) continue;
      const next = nextOf(id, work);
      if (next !== null) return next;
    }
    return null;
  }

  function nextOf(batchId: number, work: Work): Transfer | null {
    if (withStills.has(batchId)) return journal.nextToPrepareOf(batchId, work);
    return work === 'image' ? journal.nextToPrepare(batchId) : null;
  }

  function start(queued: Transfer, work: Work): void {
    const transfer = journal.move(queued, 'preparing');
    const abort = new AbortController();
    const one: Running = { transfer, work, abort, ended: Promise.resolve() };
    running.add(one);
    one.ended = prepare(transfer, abort.signal)
      .finally(() => running.delete(one))
      .then(fill)
      .catch((error: unknown) => {
        held = true; // the journal could not be written: nothing may go on without it
        deps.onBroken(asSidelineError(error));
      });
  }

  async function prepare(transfer: Transfer, signal: AbortSignal): Promise<void> {
    const end = await prepareOutput(deps, transfer, signal).catch((error: unknown) =>
      endedBadly(transfer, signal, error),
    );
    if (end.state === 'queued' && !end.todo) {
      ahead.add(end.id);
      deps.onReady();
    } else {
      await discard(transfer.id);
      if (end.state !== 'queued') deps.onSettled(end);
    }
  }

  async function endedBadly(transfer: Transfer, signal: AbortSignal, error: unknown): Promise<Transfer> {
    const { failure, found } = await lookAgain(asSidelineError(error), transfer.source);
    const stop: unknown = signal.reason;
    if (stop instanceof Stop) return journal.move(transfer, restOf(stop.why));
    log.warn({ transfer: transfer.id, source: transfer.source, error: failure }, 'a file could not be prepared');
    if (failure.kind === 'journal-failed') throw failure;
    if (found === null) return journal.move(transfer, 'failed', { reason: reasonOf(failure) });
    return settleReplanned(deps, transfer, found);
  }

  async function discard(transferId: number): Promise<void> {
    ahead.delete(transferId);
    await rm(preparedFile(deps.folder, transferId), { force: true }).catch((error: unknown) =>
      log.warn({ transfer: transferId, error }, 'what was prepared is thrown away later'),
    );
    fill();
  }

  return {
    setBatches(now) {
      batches = now;
      withStills = new Set(now.map(({ id }) => id).filter((id) => wantsStills(journal, id)));
    },
    wake: fill,
    async stop(which, why) {
      const meant = [...running].filter(({ transfer }) => which(transfer));
      for (const { abort } of meant) abort.abort(new Stop(why));
      await Promise.all(meant.map(({ ended }) => ended));
    },
    hold() {
      held = true;
    },
    active: () => [...running].map(({ transfer }) => transfer),
    discard,
    async sweep() {
      await mkdir(deps.folder, { recursive: true });
      for (const name of await readdir(deps.folder)) {
        const transfer = journal.transfer(Number.parseInt(name, 10) || 0);
        if (transfer === null || !isUnfinished(transfer.state)) await rm(path.join(deps.folder, name), { force: true });
      }
    },
  };
}

const onTheirWay: readonly TransferState[] = ['queued', 'uploading', 'verifying', 'waiting'];

function isOnItsWay(transfer: Transfer | null): boolean {
  return transfer !== null && onTheirWay.includes(transfer.state);
}

/** The line has no say in what is prepared: what waits for it is only queued again. */
function restOf(why: StopCause): 'paused' | 'cancelled' | 'queued' {
  if (why === 'pause') return 'paused';
  return why === 'cancel' ? 'cancelled' : 'queued';
}

export function wantsStills(journal: Journal, batchId: number): boolean {
  return journal.targets(batchId).some(({ rules }) => rules.videoStill !== null);
}
