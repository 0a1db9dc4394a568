/** The engine as the window drives it: offers become batches, which are planned in the background and worked on at once. */
import type { Logger } from 'pino';
import type { Batch } from '../../shared/domain.ts';
import { asSidelineError } from '../../shared/errors.ts';
import { isOpen, type Engine, type WantedBatch } from '../engine/engine.ts';
import type { Journal } from '../journal/journal.ts';

export interface UploadsDeps {
  journal: Journal;
  engine: Engine;
  log: Logger;
  /** something that the lists show has changed */
  onChange(): void;
}

export interface Uploads {
  /** Goes on with what an earlier run left. */
  start(): Promise<void>;
  /** Answers when the batch is in the journal; its folders are then read, and its files sent as they are known. */
  add(wanted: WantedBatch): Promise<Batch>;
  /** Everything, what is still being found in folders too. */
  pauseAll(): Promise<void>;
  resumeAll(): Promise<void>;
  /** batches whose folders are being read */
  scanning(): ReadonlySet<number>;
  /** Ends the reading of a batch's folders for good, null: of all; what was found until then is all there is of it. */
  endScan(batchId: number | null): Promise<void>;
  /** Takes finished ones out of the lists: these, or all that are. */
  clear(batchIds: readonly number[] | null): void;
  /** whether anything would be interrupted by closing now */
  busy(): boolean;
  close(): Promise<void>;
}

export function createUploads({ journal, engine, log, onChange }: UploadsDeps): Uploads {
  const scans = new Map<number, { stop: AbortController; ended: Promise<void> }>();
  /** of those, the ones that were paused before all of theirs was found */
  const paused = new Set<number>();

  function plan(batch: Batch): void {
    const stop = new AbortController();
    const ended = engine
      .planBatch(batch, stop.signal)
      .then((planned) => take(planned))
      .catch((error: unknown) => {
        if (!stop.signal.aborted) log.error({ batch: batch.id, error: asSidelineError(error) }, 'a scan failed');
      })
      .finally(() => {
        scans.delete(batch.id);
        paused.delete(batch.id);
        onChange();
      });
    scans.set(batch.id, { stop, ended });
  }

  async function take(planned: Batch): Promise<void> {
    if (paused.has(planned.id)) await engine.pausePlanned(planned);
    engine.include(planned);
  }

  /** Returns whose scan was cut short. */
  async function stopScans(batchId: number | null): Promise<number[]> {
    const meant = [...scans].filter(([id]) => batchId === null || id === batchId);
    for (const [, { stop }] of meant) stop.abort();
    await Promise.all(meant.map(([, { ended }]) => ended));
    return meant.map(([id]) => id);
  }

  const shown = () => journal.batches().filter(({ clearedAt }) => clearedAt === null);

  return {
    async start() {
      const batches = shown();
      await engine.start(batches.filter(({ plannedAt }) => plannedAt !== null));
      for (const batch of batches) if (batch.plannedAt === null) plan(batch);
    },
    async add(wanted) {
      const batch = await engine.openBatch(wanted);
      await journal.committed(); // it survives the end of this process from now on
      if (!scans.has(batch.id)) plan(batch);
      onChange();
      return batch;
    },
    async pauseAll() {
      for (const id of scans.keys()) paused.add(id);
      await engine.pause();
    },
    async resumeAll() {
      paused.clear();
      await engine.resume();
    },
    scanning: () => new Set(scans.keys()),
    async endScan(batchId) {
      const cut = await stopScans(batchId);
      for (const id of cut) journal.setPlanned(id, Date.now());
      for (const batch of shown()) if (cut.includes(batch.id)) engine.include(batch);
    },
    clear(batchIds) {
      const finished = shown().filter((batch) => !isUnfinishedBatch(journal, batch) && !scans.has(batch.id));
      const meant = finished.filter(({ id }) => batchIds === null || batchIds.includes(id)).map(({ id }) => id);
      journal.clearBatches(meant, Date.now());
      engine.leave(meant);
      onChange();
    },
    busy: () => scans.size > 0 || engine.motion().active.length > 0,
    async close() {
      await stopScans(null); // they are read anew at the next start
      await engine.close();
    },
  };
}

/** What failed is finished too, when a person says so. */
export function isUnfinishedBatch(journal: Journal, batch: Batch): boolean {
  const totals = journal.totals(batch.id);
  return isOpen({ ...totals, failed: { files: 0, bytes: 0 } }, batch);
}
