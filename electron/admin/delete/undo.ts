/**
 * Brings back what a deletion took, where the bucket keeps versions: by taking away the mark that this deletion made, with those
 * that others have put on the same version meanwhile. What has come under a key since is left as it is.
 */
import { reasonOf, SidelineError } from '../../../shared/errors.ts';
import { deletions } from '../../../shared/strings/deletions.ts';
import { batchSize, inBatches, lateAfter } from './batches.ts';
import { endOf, undoableIn, undoOf } from './ended.ts';
import { lockLog } from './log-lock.ts';
import { logFile } from './log-folder.ts';
import { rangesOf } from './log-lines.ts';
import { openLogReader, type LogReader, type NumberedItem } from './log-reader.ts';
import { openLogWriter, type LogWriter } from './log-writer.ts';
import { isOurs, lookAt, type Seen } from './look.ts';
import { createRemover, type Remover } from './remover.ts';
import { takeAway } from './take-away.ts';
import { refuseOtherBucket, type DeletionDeps, type DeletionReport } from './run.ts';
import { whoIsHere } from './survey.ts';

/**
 * Resolves when all was tried; what could not be brought back is in the log, and told to `report`. Throws `invalid-input` where
 * nothing of it can be, and what `runDeletion` throws.
 */
export async function undoDeletion(
  deps: DeletionDeps,
  id: string,
  report: DeletionReport,
  signal: AbortSignal,
): Promise<void> {
  const file = logFile(deps.dataFolder, id);
  const unlock = await lockLog(file);
  try {
    const reader = await openLogReader(file, id);
    try {
      await undoAll(deps, { reader, report, signal, id, file });
    } finally {
      await reader.close();
    }
  } finally {
    await unlock();
  }
}

interface Order {
  reader: LogReader;
  report: DeletionReport;
  signal: AbortSignal;
  id: string;
  file: string;
}

async function undoAll(deps: DeletionDeps, { reader, report, signal, id, file }: Order): Promise<void> {
  const { index } = reader;
  refuseOtherBucket(deps.bucket, index.head);
  const count = undoableIn(index);
  if (count === 0) throw new SidelineError('invalid-input', { subject: deletions.notUndoable });
  report.total(count, 0);
  const log = await openLogWriter(file);
  const remover = createRemover({ ...deps, versioning: 'on' });
  const undo = { reader, log, report, remover, late: lateAfter(signal) };
  let state: 'done' | 'failed' | 'cancelled' = 'failed';
  try {
    await log.writeSafely([{ line: 'undo-begin', at: Date.now(), ...whoIsHere() }]);
    const fits = (number: number) => undoOf.includes(index.outcomeOf(number));
    await inBatches(reader.items(fits), batchSize(count), (batch) => undoBatch(deps, undo, batch), signal);
    state = 'done';
  } catch (error) {
    if (signal.aborted) state = 'cancelled';
    throw error;
  } finally {
    await endOf(file, id, log, state).finally(() => log.close());
  }
}

interface Undo {
  reader: LogReader;
  log: LogWriter;
  report: DeletionReport;
  remover: Remover;
  /** What is under way is given up. */
  late: AbortSignal;
}

/** take: our mark is among those that hide it; the rest as the log has it */
type Verdict = { is: 'take'; marks: Seen['marks'] } | { is: 'restored' | 'replaced' | 'lost' };

async function undoBatch(
  { bucket, onChange }: DeletionDeps,
  undo: Undo,
  batch: readonly NumberedItem[],
): Promise<void> {
  const { reader, log, report, remover, late } = undo;
  const seen = await lookAt(bucket, batch.map(({ key }) => key), true, late); // prettier-ignore
  const verdicts: { item: NumberedItem; verdict: Verdict }[] = [];
  for (const item of batch) {
    const refused = bucket.refusal({ right: 'delete-version', key: item.key, operation: 'delete' });
    if (refused !== null) throw refused; // as a whole: it is the connection or its destinations that forbid it
    const { markerId } = await reader.entry(item);
    const found = seen.get(item.key);
    verdicts.push({ item, verdict: verdictOn(item, found, markerId, reader.index.triedAt(item.number)) });
  }
  const taken = verdicts.flatMap(({ item, verdict }) =>
    verdict.is === 'take' ? [{ item, marks: verdict.marks }] : [],
  );
  await log.writeSafely([{ line: 'undo-try', at: Date.now(), items: rangesOf(taken.map(({ item }) => item.number)) }]);
  const failures = await takeAway(remover, new Map(taken.map(({ item, marks }) => [item.key, marks])), late);
  const failed: [number, ReturnType<typeof reasonOf>][] = [];
  const back: string[] = [];
  const numbers = { restored: [] as number[], replaced: [] as number[], lost: [] as number[] };
  for (const { item, verdict } of verdicts) {
    const { number, key, size } = item;
    const error = failures.get(key);
    if (error !== undefined) {
      failed.push([number, reasonOf(error)]);
      report.failed(key, error);
    } else if (verdict.is === 'take' || verdict.is === 'restored') {
      numbers.restored.push(number);
      back.push(key);
      report.done(1, size ?? 0);
    } else if (verdict.is === 'replaced') {
      numbers.replaced.push(number);
      report.failed(key, new SidelineError('object-newer', { operation: 'delete', subject: key }));
    } else {
      numbers.lost.push(number);
      report.failed(key, new SidelineError('object-missing', { operation: 'delete', subject: key }));
    }
  }
  await log.write([
    {
      ...{ line: 'undo-did', at: Date.now(), failed },
      restored: rangesOf(numbers.restored),
      replaced: rangesOf(numbers.replaced),
      lost: rangesOf(numbers.lost),
    },
  ]);
  onChange?.(back);
}

function verdictOn(
  { versionId }: NumberedItem,
  found: Seen | undefined,
  markerId: string | null,
  triedAt: number | null,
): Verdict {
  if (found === undefined) return { is: 'lost' };
  if (!found.isMarker) {
    const isBack = versionId !== null && found.versionId === versionId;
    return { is: isBack ? 'restored' : 'replaced' };
  }
  const { marks, below } = found;
  const isOurMark = (mark: (typeof marks)[number]) =>
    markerId === null ? isOurs(mark.modified, triedAt) : mark.versionId === markerId;
  if (!marks.some(isOurMark)) return { is: 'replaced' };
  if (below === null || (versionId !== null && below.versionId !== versionId)) return { is: 'lost' };
  return { is: 'take', marks };
}
