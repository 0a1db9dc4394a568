/** Deletes what a survey has found, or what an earlier run has left. Each batch is in the log before the store is asked, and after. */
import { rename } from 'node:fs/promises';
import type { DeletionOutcome } from '../../../shared/deletions.ts';
import { SidelineError } from '../../../shared/errors.ts';
import { deletions } from '../../../shared/strings/deletions.ts';
import type { Bucket } from '../bucket.ts';
import { batchSize, inBatches, lateAfter, only } from './batches.ts';
import { deleteBatch, type DeletionDeps, type DeletionReport, type Run } from './delete-batch.ts';
import { endOf } from './ended.ts';
import { logFile, surveyFile } from './log-folder.ts';
import type { Head } from './log-lines.ts';
import { lockLog } from './log-lock.ts';
import { openLogReader, type LogReader, type NumberedItem } from './log-reader.ts';
import { openLogWriter } from './log-writer.ts';
import { createRemover } from './remover.ts';

export type { DeletionDeps, DeletionReport } from './delete-batch.ts';

/** As long as the first of a large survey, or somebody who types a name, may take: meanwhile others write too. ms */
const surveyHolds = 10_000;

/**
 * Makes a deletion of a survey, which was confirmed: from now on it is in the list. Throws `invalid-input` where there is no such
 * survey, or it is empty.
 */
export async function beginDeletion(dataFolder: string, id: string): Promise<void> {
  const file = logFile(dataFolder, id);
  const log = await openLogWriter(surveyFile(dataFolder, id));
  try {
    await log.writeSafely([{ line: 'begin', at: Date.now(), again: false }]);
  } finally {
    await log.close();
  }
  await rename(surveyFile(dataFolder, id), file);
}

const open: readonly DeletionOutcome[] = ['untried', 'unknown', 'failed'];

/**
 * Deletes what is not deleted yet of a deletion that has begun. Resolves when all was tried: what failed is in the log, and told to
 * `report`. Rejects where it cannot go on at all, and with the signal's reason; the log then says how far it came.
 */
export async function runDeletion(
  deps: DeletionDeps,
  id: string,
  report: DeletionReport,
  signal: AbortSignal,
): Promise<void> {
  const file = logFile(deps.dataFolder, id);
  const unlock = await lockLog(file);
  try {
    const reader = await openLogReader(file, id);
    const log = await openLogWriter(file).catch(async (error: unknown) => {
      await reader.close();
      throw error;
    });
    let state: 'done' | 'failed' | 'cancelled' = 'failed';
    try {
      if (reader.index.outcomes.untried < reader.index.count)
        await log.writeSafely([{ line: 'begin', at: Date.now(), again: true }]);
      await deleteAll(deps, { reader, log, report, signal, late: lateAfter(signal) });
      state = 'done';
    } catch (error) {
      if (signal.aborted) state = 'cancelled';
      throw error;
    } finally {
      await reader.close();
      await endOf(file, id, log, state).finally(() => log.close());
    }
  } finally {
    await unlock();
  }
}

async function deleteAll(deps: DeletionDeps, run: Run): Promise<void> {
  const { reader, report, signal } = run;
  const { index } = reader;
  const { what, versioning } = index.head;
  refuseOtherBucket(deps.bucket, index.head);
  refuseReadOnly(deps.bucket, index.head);
  if (index.head.moved === true && deps.guard === undefined) throw movedRest();
  const fits = (number: number) => open.includes(index.outcomeOf(number));
  const count = open.reduce((sum, outcome) => sum + index.outcomes[outcome], 0);
  report.total(count, count === index.count ? index.bytes : await bytesOf(reader, fits));
  const isOld = index.outcomes.untried < index.count || Date.now() - index.head.at > (deps.holds ?? surveyHolds);
  const remover = createRemover({ ...deps, versioning });
  const work = (items: NumberedItem[]) =>
    deleteBatch(deps, run, { remover, items, looksFirst: isOld && what === 'objects' });
  if (what === 'objects') {
    await inBatches(reader.items(fits), batchSize(count), work, signal);
    return;
  }
  // A mark goes only when all that it hides is gone: else it would come back.
  const kept = new Set<string>();
  const told = { ...run, report: { ...report, failed: noting(kept, report) } };
  const inTurn = (items: NumberedItem[]) => deleteBatch(deps, told, { remover, items, looksFirst: false });
  await inBatches(
    only(reader.items(fits), ({ marker }) => marker !== true),
    batchSize(count),
    inTurn,
    signal,
  );
  await inBatches(
    only(reader.items(fits), ({ marker, key }) => marker === true && !kept.has(key)),
    batchSize(count),
    inTurn,
    signal,
  );
}

/** Keys of one bucket are not to be deleted in another that has the same name for itself. Throws `invalid-input`. */
export function refuseOtherBucket({ storage }: Bucket, { connection }: Head): void {
  const { bucket, endpoint } = storage.connection.config;
  if (bucket !== connection.bucket || endpoint !== connection.endpoint)
    throw new SidelineError('invalid-input', { subject: deletions.otherBucket(connection.bucket) });
}

/** Only who moves them knows whether they have their copies. */
export function movedRest(): SidelineError {
  return new SidelineError('invalid-input', { subject: deletions.movedRest });
}

/** At once, and not of each. What a destination keeps to itself is refused key by key. */
function refuseReadOnly(bucket: Bucket, { what, keys, prefixes }: Head): void {
  const right = what === 'objects' ? 'delete' : 'delete-version';
  const refused = bucket.refusal({ right, key: keys[0] ?? prefixes[0] ?? '', operation: 'delete' });
  if (refused?.kind === 'read-only') throw refused;
}

function noting(kept: Set<string>, report: DeletionReport): DeletionReport['failed'] {
  return (key, error) => {
    kept.add(key);
    report.failed(key, error);
  };
}

async function bytesOf(reader: LogReader, fits: (number: number) => boolean): Promise<number> {
  let bytes = 0;
  for await (const items of reader.items(fits)) for (const { size } of items) bytes += size ?? 0;
  return bytes;
}
