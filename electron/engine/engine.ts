/** The engine: scan, plan, upload, verify, over one journal. The terminal and the window drive this same object. */
import { stat } from 'node:fs/promises';
import type { Logger } from 'pino';
import { isBroker } from '../../shared/connection-kind.ts';
import type {
  Batch,
  BrokerConnection,
  Capabilities,
  Connection,
  Totals,
  Transfer,
  TransferState,
} from '../../shared/domain.ts';
import { transferStates } from '../../shared/domain.ts';
import type { BatchDetails } from '../../shared/destination.ts';
import { reasonOf, SidelineError, type Reason } from '../../shared/errors.ts';
import type { OpenedBroker } from '../broker/open.ts';
import type { Journal } from '../journal/journal.ts';
import { writeBackup } from '../journal/open.ts';
import type { Storage } from '../storage/storage.ts';
import { createLines, type LineDeps, type LineState } from './lines.ts';
import type { Inspections } from './inspect/inspections.ts';
import { refuseForbidden } from './plan/allowed.ts';
import { planForTargets } from './plan/plan-to-targets.ts';
import { planFound } from './plan/plan.ts';
import { sameOpenBatch, type WantedPlace } from './plan/same-batch.ts';
import { tieSessions } from './plan/tie-sessions.ts';
import type { ImagePreparer } from './prepare/prepare-images.ts';
import { createPreparing, wantsStills } from './prepare/preparing.ts';
import type { StillTaker } from './prepare/stills.ts';
import { aheadStates, createQueue, failQueued, nextTurn, type Active } from './queue.ts';
import { scan, type Found } from './scan/scan.ts';
import { cancel } from './settle.ts';
import { fingerprintOf } from './fingerprint.ts';
import { sourceError } from './source.ts';
import type { StopCause } from './stop.ts';
import { isUnfinished } from './transfer-state.ts';
import { createBandwidth } from './upload/bandwidth.ts';
import { createBuffers } from './upload/buffers.ts';
import { createGovernor } from './upload/governor.ts';
import { createMeter } from './upload/meter.ts';
import { bytesInTime, partRules, type PartRules } from './upload/part-size.ts';
import { createReader } from './upload/reader.ts';
import { backoffRules, type BackoffRules } from './upload/retry.ts';
import { createSlots, shed } from './upload/slots.ts';
import { tellLeft } from './upload/left-places.ts';
import { sweep } from './upload/stale.ts';

export interface EngineOptions {
  journal: Journal;
  log: Logger;
  openStorage(connection: Connection): Promise<Storage>;
  openBroker(connection: BrokerConnection): Promise<OpenedBroker>;
  /** asks the store what it can do, under keys with this prefix */
  probe(storage: Storage, prefix: string, signal: AbortSignal): Promise<Capabilities>;
  /** what files are, for the destinations */
  inspections: Pick<Inspections, 'of'>;
  images: ImagePreparer;
  /** takes stills of videos; null: nobody here can, and they are left to who can */
  stills: StillTaker | null;
  /** absolute path of a folder for what is prepared and not sent yet */
  preparedFolder: string;
  /** bytes per second, or null: as fast as the line */
  limitRate?: number | null;
  /** requests side by side, or null: found out */
  concurrency?: number | null;
  /** A socket on which nothing moves for so long is given up. ms */
  stallAfter?: number;
  parts?: PartRules;
  /** What the line carries is known after it was watched for so long. ms, at most 60 s */
  watchFor?: number;
  backoff?: BackoffRules;
  /** how often an absent network is looked for */
  offlineRules?: BackoffRules;
  random?: () => number;
  onSettled?: (transfer: Transfer) => void;
  /** Nothing is under way any more: all has come to rest, or waits. */
  onIdle?: () => void;
  /** What is ahead on a connection waits until a person has answered: a proxy or a backend asks who sends. */
  onHeld?: (error: SidelineError, connectionId: number) => void;
  /** Nothing that is ahead on a connection can work until somebody has mended it: all of it fails for this, with no word of its own. */
  onRefused?: (error: SidelineError, connectionId: number) => void;
  /** A store answers, for the first time or again. */
  onOpen?: () => void;
  /** Somebody has resumed or retried. */
  onPerson?: () => void;
  /** The journal can no longer be written, or the like: nothing goes on. */
  onBroken?: (error: SidelineError) => void;
}

/** What is under way. */
export interface Motion {
  /** bytes per second over the last ten seconds, null when not known yet */
  rate: number | null;
  active: readonly Active[];
  offline: boolean;
  /** a proxy or a backend asks who sends, and what goes there waits for the answer */
  held: boolean;
}

export interface Snapshot extends Motion {
  totals: Totals;
  /** bytes of the batches that are at the store, as far as is known */
  arrivedBytes: number;
  /** bytes that left since the engine was started */
  sentBytes: number;
}

export interface WantedBatch extends WantedPlace {
  details?: BatchDetails;
}

/** A connection on whose store something may be left that nobody wants any more, and how far its line is. */
export interface StaleConnection {
  connection: Connection;
  /** null: it was not asked for */
  line: LineState | null;
}

export { isOpen, type WantedTarget } from './plan/same-batch.ts';

/** Which transfers a command means: these, or all of the engine's batches. */
export type Which = readonly number[] | 'all';

export type Engine = ReturnType<typeof createEngine>;

const atOnce = 500;
/** ms */
const every = { wake: 200, tune: 1000, sweep: 60_000, backup: 10 * 60_000 };
/** ms */
const justNow = 2000;

/** Makes an engine at rest: nothing runs before `start`. */
export function createEngine(options: EngineOptions) {
  const { journal, log, parts = partRules, watchFor = 20_000 } = options;
  const now = () => Date.now();
  const random = options.random ?? Math.random;
  const governor = createGovernor();
  governor.fix(options.concurrency ?? null);
  const buffers = createBuffers();
  const slots = createSlots(governor, buffers, () => inTime(lineRate));
  const meter = createMeter();
  const reader = createReader(buffers.memory);
  const bandwidth = createBandwidth(options.limitRate ?? null);
  const timers: NodeJS.Timeout[] = [];
  const closing = new AbortController();
  let batches: Batch[] = [];
  /** bytes per second, as last seen over `watchFor`; null: not seen yet */
  let lineRate: number | null = null;
  let busySince: number | null = null;

  const lineDeps: LineDeps = {
    journal,
    log,
    openStorage: options.openStorage,
    openBroker: options.openBroker,
    inspections: options.inspections,
    probe: options.probe,
    offlineRules: options.offlineRules ?? { first: 1000, longest: 30_000 },
    shared: {
      slots,
      governor,
      bandwidth,
      reader,
      parts,
      backoff: options.backoff ?? backoffRules,
      stallAfter: options.stallAfter ?? 60_000,
      random,
      now,
      rate: () => withinLimit(lineRate),
      onSent(bytes) {
        meter.add(bytes);
        governor.sent(bytes);
      },
    },
  };
  const lines = createLines(lineDeps, {
    onOpen(connectionId) {
      requeue(connectionId);
      queue.wake();
      options.onOpen?.();
    },
    onOffline(connectionId) {
      inBackground(stopLine(connectionId, 'offline', 'offline'));
    },
    onHeld(connectionId, error) {
      inBackground(stopLine(connectionId, reasonOf(error), 'held'));
      options.onHeld?.(error, connectionId);
    },
    onRefused(connectionId, error) {
      failRefused();
      options.onRefused?.(error, connectionId);
    },
  });
  const queue = createQueue({
    journal,
    lines,
    slots,
    log,
    now,
    onQueued: () => preparing.wake(),
    onSettled: settled,
    onIdle: () => {
      if (preparing.active().length === 0) options.onIdle?.();
    },
    onBroken: broken,
  });
  const preparing = createPreparing({
    journal,
    log,
    images: options.images,
    stills: options.stills,
    folder: options.preparedFolder,
    now,
    onReady: () => queue.wake(),
    onSettled: (transfer) => options.onSettled?.(transfer), // it has thrown away what it made itself
    onBroken: broken,
  });

  function settled(transfer: Transfer): void {
    if (transfer.targetId !== null && !isUnfinished(transfer.state)) inBackground(preparing.discard(transfer.id));
    options.onSettled?.(transfer);
  }

  function broken(error: SidelineError): void {
    log.error({ error }, 'the engine stops');
    options.onBroken?.(error);
  }

  function inBackground(work: Promise<unknown>): void {
    work.catch((error: unknown) => log.error({ error }, 'work in the background failed'));
  }

  function batchesOf(connectionId: number): Batch[] {
    return batches.filter((batch) => batch.connectionIds.includes(connectionId));
  }

  function inState(state: LineState): boolean {
    return batches.some(({ connectionIds }) => connectionIds.some((id) => lines.state(id) === state));
  }

  /** Looked for again and again: files come to a refused line later too, as they are planned, prepared or looked at anew. */
  function failRefused(): void {
    for (const { id, connectionIds } of batches) {
      for (const connectionId of connectionIds) {
        const error = lines.refusal(connectionId);
        if (error === null || !aheadStates.some((state) => journal.isAny(id, connectionId, state))) continue;
        inBackground(failQueued(journal, id, connectionId, error));
      }
    }
  }

  /** What runs on a line stops and waits; what has stopped only when the line is back already goes on with the rest. */
  async function stopLine(connectionId: number, why: StopCause, state: LineState): Promise<void> {
    await queue.stop((transfer) => transfer.connectionId === connectionId, why);
    if (lines.state(connectionId) !== state) requeue(connectionId);
  }

  /** What waited for the network, or for a person, goes on. */
  function requeue(connectionId: number): void {
    for (const batch of batchesOf(connectionId)) inBackground(moveAll(batch, 'waiting', 'queued', [connectionId]));
  }

  /** Lines that are held are tried again; their transfers are queued, for nothing else asks for a line. */
  function release(): void {
    for (const id of lines.release()) requeue(id);
  }

  /** `lastNames`: of the scan that found these. */
  async function plan(
    batch: Batch,
    found: readonly Found[],
    lastNames = new Map<string, number>(),
    signal?: AbortSignal,
  ): Promise<void> {
    const [first, ...others] = journal.targets(batch.id);
    const deps = { journal, inspections: options.inspections, lastNames, now };
    if (first === undefined) planFound(journal, batch, found);
    else await planForTargets(deps, batch, [first, ...others], found, untilClosed(signal));
  }

  /** What is looked into while the engine closes is given up: the journal may be gone by the answer. */
  function untilClosed(signal?: AbortSignal): AbortSignal {
    return signal === undefined ? closing.signal : AbortSignal.any([signal, closing.signal]);
  }

  /** Scans the roots of a batch into the journal, from the start; what is there already stays as it is. */
  async function scanBatch(batch: Batch, signal?: AbortSignal): Promise<Batch> {
    const lastNames = new Map<string, number>();
    for await (const found of scan(batch.roots, signal === undefined ? {} : { signal })) {
      await plan(batch, found, lastNames, signal);
      await nextTurn();
    }
    await tieSessions(journal, batch);
    const planned = { ...batch, plannedAt: now() };
    journal.setPlanned(batch.id, planned.plannedAt);
    await journal.flush();
    return planned;
  }

  async function moveAll(
    batch: Batch,
    from: TransferState,
    to: TransferState,
    over: readonly number[] = batch.connectionIds,
  ): Promise<void> {
    for (const connectionId of over) {
      const which = { batchId: batch.id, connectionId, from, limit: atOnce };
      while (journal.moveMany(which, to) === atOnce) await nextTurn();
    }
  }

  /** The batch of these roots in the journal, not planned yet; an unfinished one of the same roots is gone on with. */
  async function openBatch(wanted: WantedBatch): Promise<Batch> {
    refuseForbidden(journal, wanted);
    reader.warmUp();
    lines.forgive(); // somebody has acted: what was refused before is tried again
    const { targets = [] } = wanted;
    const connectionIds = targets.length === 0 ? [wanted.connectionId] : targets.map((target) => target.connectionId);
    for (const id of connectionIds) lines.get(id); // they open while the folders are scanned
    const same = sameOpenBatch(journal, wanted);
    if (same === null) return addNewBatch(wanted);
    if (!batches.some(({ id }) => id === same.id)) await recover(same); // else it is being worked on, and knows itself
    return same;
  }

  function addNewBatch({ targets = [], ...wanted }: WantedBatch): Batch {
    return journal.together(() => {
      const { id } = journal.addBatch({ ...wanted, roots: [...wanted.roots], createdAt: now() });
      for (const target of targets) journal.addTarget({ ...target, batchId: id });
      return journal.batch(id);
    });
  }

  async function planBatch(batch: Batch, signal?: AbortSignal): Promise<Batch> {
    const planned = await scanBatch(batch, signal);
    inBackground(writeBackup(journal));
    return planned;
  }

  /** What an earlier run left in the middle can begin again: its part of the way is in the journal or at the store. */
  async function recover(batch: Batch): Promise<void> {
    journal.distrustUnfinished(batch.id);
    for (const state of ['uploading', 'verifying', 'preparing', 'waiting'] as const) {
      await moveAll(batch, state, 'queued');
    }
    takeUpStills(batch.id);
  }

  /** Those that were left to an engine that can take them. */
  function takeUpStills(batchId: number): void {
    if (options.stills === null || !wantsStills(journal, batchId)) return;
    journal.together(() => {
      for (const left of journal.skippedFor(batchId, 'still-elsewhere')) journal.move(left, 'planned', { todo: true });
    });
  }

  async function sweepLines(): Promise<void> {
    const stale = journal.staleConnections().map(({ id }) => id);
    for (const id of new Set([...batches.flatMap((batch) => batch.connectionIds), ...stale])) await lines.sweep(id);
  }

  /** A line sweeps as it opens; where nothing is ahead, nobody else asks for it. */
  function openStale(): void {
    for (const { id } of journal.staleConnections()) lines.get(id);
  }

  /** A line that was refused or held may have been dropped since, because somebody has acted: it is asked for again. */
  async function sweepAll(): Promise<void> {
    openStale();
    await sweepLines();
  }

  async function stop(which: (transfer: Transfer) => boolean, why: StopCause): Promise<void> {
    await Promise.all([queue.stop(which, why), preparing.stop(which, why)]);
  }

  function isUnderWay(which: (transfer: Transfer) => boolean): boolean {
    return queue.active().some(({ transfer }) => which(transfer)) || preparing.active().some(which);
  }

  /**
   * Moves all that are meant and rest in one of these states, and stops those under way: again, until there are none. What
   * stops for another reason just then (it failed, the network went) rests where the first look did not see it.
   */
  async function bringToRest(
    which: Which,
    states: readonly TransferState[],
    why: StopCause,
    rest: (transfer: Transfer) => Transfer,
  ): Promise<void> {
    const isMeant = meant(which);
    for (let left = true; left;) {
      const wasUnderWay = isUnderWay(isMeant); // it may come to rest during the look, behind it
      const moved = await moveEach(which, states, rest);
      left = wasUnderWay || moved > 0 || isUnderWay(isMeant);
      await stop(isMeant, why);
    }
  }

  function setBatches(changed: Batch[]): void {
    batches = changed;
    queue.setBatches(changed);
    preparing.setBatches(changed);
  }

  function meant(which: Which): (transfer: Transfer) => boolean {
    if (which === 'all') return () => true;
    const ids = new Set(which);
    return (transfer) => ids.has(transfer.id);
  }

  /**
   * All that are meant and in one of these states, page by page: each is read when it is asked for. By their ids those of batches
   * too whose folders are still being read.
   */
  function* pages(which: Which, states: readonly TransferState[]): Generator<Transfer[]> {
    if (which !== 'all') {
      yield* pagesOf(which, states);
      return;
    }
    for (const { id: batchId } of batches) {
      let after = 0;
      for (;;) {
        const page = journal.transfers({ batchId, states, after, limit: atOnce });
        yield page;
        const last = page.at(-1);
        if (last === undefined || page.length < atOnce) break;
        after = last.id;
      }
    }
  }

  function* pagesOf(ids: readonly number[], states: readonly TransferState[]): Generator<Transfer[]> {
    for (let at = 0; at < ids.length; at += atOnce) {
      const page = ids.slice(at, at + atOnce).map((id) => journal.transfer(id));
      yield page.filter((one) => one !== null).filter(({ state }) => states.includes(state));
    }
  }

  /** In turns, so that the loop stays free; none between reading a page and moving it, for others move transfers too. */
  async function moveEach(
    which: Which,
    states: readonly TransferState[],
    move: (transfer: Transfer) => Transfer,
  ): Promise<number> {
    let count = 0;
    for (const page of pages(which, states)) {
      journal.together(() => page.forEach(move));
      count += page.length;
      await nextTurn();
    }
    return count;
  }

  /** What the line carries is only seen while it is used: a pause is not a slow line. */
  function watchLine(): void {
    if (slots.taken().length === 0) busySince = null;
    else busySince ??= performance.now();
    const seen = busySince !== null && performance.now() - busySince >= watchFor;
    if (seen) learnRate(meter.rate(watchFor));
    tuneToLine(inTime(seen ? lineRate : null));
  }

  /** A line on which hardly anything moves stands still: what it carries otherwise is not known from that. */
  function learnRate(rate: number | null): void {
    if (rate !== null && rate >= 1024) lineRate = rate;
  }

  /** A limit that a person has set is what the line carries, as long as less was not seen. bytes per second */
  function withinLimit(rate: number | null): number | null {
    const { limit } = bandwidth;
    return limit === null ? rate : Math.min(limit, rate ?? limit);
  }

  /** Bytes that a line of this rate carries while a request may take. */
  function inTime(seen: number | null): number {
    const rate = withinLimit(seen);
    return rate === null ? Infinity : bytesInTime(rate, parts);
  }

  function tuneToLine(bytes: number): void {
    if (bytes < Infinity) {
      queue.cutSmaller(bytes);
      shed(slots, bytes);
    }
    slots.pump();
  }

  function motion(): Motion {
    return {
      rate: meter.rate(10_000),
      active: queue.active(),
      offline: inState('offline'),
      held: inState('held'),
    };
  }

  function wake(): void {
    failRefused();
    queue.wake();
    preparing.wake();
  }

  function startTimers(): void {
    if (timers.length > 0) return;
    timers.push(
      setInterval(wake, every.wake),
      setInterval(() => {
        watchLine();
        inBackground(journal.flush());
      }, every.tune),
      setInterval(() => inBackground(sweepAll()), every.sweep),
      setInterval(() => inBackground(writeBackup(journal)), every.backup),
    );
  }

  return {
    bandwidth,

    /** Why all that goes over this connection waits for a person; null: it does not. */
    holdOf(connectionId: number): Reason | null {
      const error = lines.holdOf(connectionId);
      return error === null ? null : reasonOf(error);
    },

    /** requests side by side; null: found out */
    setConcurrency(count: number | null): void {
      governor.fix(count);
      slots.pump();
    },

    openBatch,
    planBatch,

    /** Finds and plans all files of the roots (absolute paths): `openBatch`, then `planBatch`. */
    async addBatch(wanted: WantedBatch, signal?: AbortSignal): Promise<Batch> {
      return await planBatch(await openBatch(wanted), signal);
    },

    /** Takes over what an earlier run left of these batches, without working on them. */
    async load(wanted: readonly Batch[]): Promise<void> {
      for (const batch of wanted) await recover(batch);
      setBatches([...wanted]);
    },

    /** Begins to work on these batches, from where they are. A scan that was cut short is done anew. */
    async start(wanted: readonly Batch[]): Promise<void> {
      reader.warmUp();
      const ready: Batch[] = [];
      for (const batch of wanted) {
        await recover(batch);
        ready.push(batch.plannedAt === null ? await scanBatch(batch) : batch);
      }
      await preparing.sweep();
      setBatches(ready);
      tellBackends();
      openStale();
      startTimers();
      wake();
    },

    /** A planned batch joins those that are worked on, or takes the place of what it was before. */
    include(planned: Batch): void {
      setBatches([...batches.filter(({ id }) => id !== planned.id), planned].toSorted((a, b) => a.id - b.id));
      wake();
    },

    /** Of a batch that is not worked on yet: it begins with nothing until `resume`. */
    async pausePlanned(batch: Batch): Promise<void> {
      await moveAll(batch, 'planned', 'paused');
    },

    /** These are no longer looked at: all of them have come to rest. */
    leave(ids: readonly number[]): void {
      setBatches(batches.filter(({ id }) => !ids.includes(id)));
    },

    /** Stops what is under way and keeps the rest from starting, until `resume`. */
    async pause(which: Which = 'all'): Promise<void> {
      await bringToRest(which, aheadStates, 'pause', (transfer) => journal.move(transfer, 'paused'));
    },

    async resume(which: Which = 'all'): Promise<void> {
      options.onPerson?.();
      lines.forgive();
      release();
      await moveEach(which, ['paused'], (transfer) => journal.move(transfer, 'queued'));
      wake();
    },

    /** Nothing of these is sent any more; what was begun at the store is aborted. What is done stays. */
    async cancel(which: Which = 'all'): Promise<void> {
      const resting = [...aheadStates, 'paused', 'failed'] as const;
      await bringToRest(which, resting, 'cancel', (transfer) => cancel({ journal, now }, transfer));
      await sweepLines();
    },

    /** Failed ones are looked at again and queued. Returns how many were meant. */
    async retry(which: Which = 'all'): Promise<number> {
      options.onPerson?.();
      lines.forgive();
      release();
      let count = 0;
      for (const page of pages(which, ['failed'])) {
        count += page.length;
        for (const transfer of page) await retryOne(transfer);
      }
      wake();
      return count;
    },

    /** They go before all others, in this order, those that wait or are paused too. */
    async sendFirst(which: readonly number[]): Promise<void> {
      await moveEach(which, ['planned', 'waiting', 'paused'], (transfer) => journal.move(transfer, 'queued'));
      journal.rankFirst(which);
      queue.wake();
    },

    /** Somebody has signed in: what waited for it goes on. */
    signedIn(): void {
      lines.forgive();
      release();
      wake();
    },

    /**
     * The computer woke up, or has another network: who waits looks again, and what was being sent is sent anew on new
     * sockets, unless it was seen to move just now.
     */
    lookAgain(why: 'woke' | 'network'): void {
      lines.hurry();
      release(); // the proxy that asks may be that of the network of before
      const moves = why === 'network' && (meter.rate(justNow) ?? 0) > 0;
      if (!moves) for (const slot of slots.taken()) slot.yieldPlace();
      queue.wake();
    },

    /** A connection was edited: what runs on it stops, and goes on with the connection as it is now. */
    async reopen(connectionId: number): Promise<void> {
      lines.forget(connectionId); // first: what takes the freed places must be on the new line
      await queue.stop((transfer) => transfer.connectionId === connectionId, 'close');
      requeue(connectionId); // what waited for the line of before: nothing else would ask for the new one
      queue.wake();
    },

    motion,

    snapshot(): Snapshot {
      const totals = sumTotals(batches.map((batch) => journal.totals(batch.id)));
      const ofParts = batches.reduce((sum, { id }) => sum + journal.begunBytes(id), 0);
      const underWay = slots.taken().reduce((sum, slot) => sum + slot.sent, 0);
      return {
        totals,
        arrivedBytes: totals.done.bytes + ofParts + underWay,
        sentBytes: meter.total(),
        ...motion(),
      };
    },

    /** Where something stale is still noted. What is open was swept: more than that cannot be done there now. */
    stale(): StaleConnection[] {
      return journal.staleConnections().map((connection) => ({ connection, line: lines.state(connection.id) }));
    },

    /** Aborts what is stale on the stores of these connections, and tells their backends, opening what is needed for it. */
    async sweep(connections: readonly Connection[]): Promise<void> {
      for (const connection of connections) {
        if (isBroker(connection)) {
          await tellBackend(connection);
          continue;
        }
        if (journal.staleUploads(connection.id).length === 0) continue;
        const storage = await options.openStorage(connection);
        try {
          await sweep(journal, storage, new Set(), AbortSignal.timeout(60_000));
        } finally {
          storage.close();
        }
      }
    },

    /** Stops everything where it is: the next start goes on from there. */
    async close(): Promise<void> {
      closing.abort(new SidelineError('invalid-input', { subject: 'Files are no longer planned: Sideline closes.' }));
      for (const timer of timers) clearInterval(timer);
      queue.hold();
      preparing.hold();
      await stop(() => true, 'close');
      await sweepLines();
      await lines.close();
      await reader.close();
      await Promise.all([options.images.close(), options.stills?.close()]);
      await journal.flush();
    },
  };

  /** What an earlier run could not tell is told as soon as their lines are open. */
  function tellBackends(): void {
    for (const { id } of journal.connections().filter(isBroker)) {
      if (journal.leftPlaces(id).length > 0 || journal.openSessions(id).length > 0) lines.get(id);
    }
  }

  /** Where nobody is signed in it stays noted. */
  async function tellBackend(connection: BrokerConnection): Promise<void> {
    const { id } = connection;
    if (journal.leftPlaces(id).length === 0 && journal.givenUpPlaces(id).length === 0) return;
    const { broker } = await options.openBroker(connection);
    if (await broker.signIn.isIn()) await tellLeft(journal, id, broker, AbortSignal.timeout(60_000));
  }

  async function retryOne(transfer: Transfer): Promise<void> {
    const batch = batches.find(({ id }) => id === transfer.batchId);
    if (batch === undefined) return;
    const output = journal.output(transfer.id);
    const relativePath = output?.relativePath ?? transfer.key.slice(batch.prefix.length);
    const named = { source: transfer.source, relativePath };
    let found: Found;
    try {
      const stats = await stat(transfer.source);
      if (stats.isDirectory()) {
        await scanAgain(batch, transfer);
        return;
      }
      found = { ...named, found: 'file', fingerprint: fingerprintOf(stats) };
    } catch (error) {
      found = { ...named, found: 'failed', reason: sourceError(error, transfer.source) };
    }
    await plan(batch, [found]);
  }

  /** A folder that could not be read: its row stands for all that is in it. */
  async function scanAgain(batch: Batch, folder: Transfer): Promise<void> {
    cancel({ journal, now }, folder);
    const planned = await scanBatch(batch);
    setBatches(batches.map((one) => (one.id === planned.id ? planned : one)));
  }
}

export function sumTotals(all: readonly Totals[]): Totals {
  const sum = (state: TransferState) => ({
    files: all.reduce((files, totals) => files + totals[state].files, 0),
    bytes: all.reduce((bytes, totals) => bytes + totals[state].bytes, 0),
  });
  return Object.fromEntries(transferStates.map((state) => [state, sum(state)])) as Totals;
}
