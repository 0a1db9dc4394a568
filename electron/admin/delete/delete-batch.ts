/** One batch of a deletion: written down, deleted, written down again. */
import { reasonOf, SidelineError } from '../../../shared/errors.ts';
import type { Bucket } from '../bucket.ts';
import type { Fate } from './delete-requests.ts';
import type { KeyToDelete } from './delete-xml.ts';
import { rangesOf } from './log-lines.ts';
import type { LogReader, NumberedItem } from './log-reader.ts';
import type { LogWriter } from './log-writer.ts';
import { changedMeanwhile, isOurs, lookAt, storeTime, type Seen } from './look.ts';
import type { Remover, RemoverOptions } from './remover.ts';

/** Of what may only go while something else is there. */
export interface Guard {
  /** No other guarded batch is looked at or deleted meanwhile. */
  alone(work: () => Promise<void>): Promise<void>;
  /** Those of the keys that are to stay after all, and why. */
  kept(keys: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, SidelineError>>;
}

export interface DeletionDeps extends Pick<RemoverOptions, 'backoff' | 'random'> {
  bucket: Bucket;
  dataFolder: string;
  /** A survey that is older is looked at once more, batch by batch, before anything is deleted by it. ms; 10 s */
  holds?: number;
  /** These are deleted, or are back: whoever shows them may want to know. */
  onChange?: (keys: readonly string[]) => void;
  guard?: Guard;
}

/** How far it is. May be called for every batch. */
export interface DeletionReport {
  total(items: number, bytes: number): void;
  done(items: number, bytes: number): void;
  failed(key: string, error: unknown): void;
}

export interface Run {
  reader: LogReader;
  log: LogWriter;
  report: DeletionReport;
  /** Nothing new is begun after it. */
  signal: AbortSignal;
  /** What is under way is given up. */
  late: AbortSignal;
}

export interface Batch {
  items: NumberedItem[];
  remover: Remover;
  looksFirst: boolean;
}

/** Rejects where nothing more can be done at all; what it knows by then is not in the log. */
export async function deleteBatch(deps: DeletionDeps, run: Run, batch: Batch): Promise<void> {
  const work = () => deleteNow(deps, run, batch);
  await (deps.guard === undefined ? work() : deps.guard.alone(work));
}

async function deleteNow(
  deps: DeletionDeps,
  { log, report, late: signal, reader }: Run,
  { remover, items: batch, looksFirst }: Batch,
): Promise<void> {
  const { bucket, guard } = deps;
  const { what, versioning } = reader.index.head;
  const isForGood = what !== 'objects';
  // On condition only where nothing could be brought back.
  const keyOf = ({ key, versionId, etag }: NumberedItem): KeyToDelete => ({
    key,
    versionId: isForGood ? versionId : null,
    etag: isForGood || versioning !== 'off' ? null : etag,
  });
  const settled = looksFirst ? await lookFirst(bucket, batch, reader, signal) : new Map<number, Fate>();
  for (const { number, key } of batch) {
    const refused = bucket.refusal({ right: isForGood ? 'delete-version' : 'delete', key, operation: 'delete' });
    if (refused !== null) settled.set(number, { error: refused });
  }
  const open = batch.filter(({ number }) => !settled.has(number));
  const kept = await guard?.kept(open.map(({ key }) => key), signal); // prettier-ignore
  for (const { number, key } of open) {
    const error = kept?.get(key);
    if (error !== undefined) settled.set(number, { error });
  }
  const rest = open.filter(({ number }) => !settled.has(number));
  await log.writeSafely([{ line: 'try', at: storeTime(bucket), items: rangesOf(rest.map(({ number }) => number)) }]);
  const fates = await remover.remove(rest.map(keyOf), signal);
  rest.forEach(({ number }, at) => {
    const fate = fates[at];
    if (fate !== undefined) settled.set(number, fate);
  });
  await note(log, batch, settled);
  const deleted = batch.filter(({ number }) => settled.get(number)?.error === null);
  deps.onChange?.(deleted.map(({ key }) => key));
  report.done(
    deleted.length,
    deleted.reduce((sum, { size }) => sum + (size ?? 0), 0),
  );
  for (const { number, key } of batch) {
    const error = settled.get(number)?.error ?? null;
    if (error !== null) report.failed(key, error);
  }
}

/** What was written anew since the survey is not what a person saw; what is gone already needs no mark of ours. */
async function lookFirst(
  bucket: Bucket,
  batch: readonly NumberedItem[],
  { index }: LogReader,
  signal: AbortSignal,
): Promise<Map<number, Fate>> {
  const keepsVersions = index.head.versioning === 'on' || index.head.versioning === 'suspended';
  const settled = new Map<number, Fate>();
  const seen = await look(bucket, batch.map(({ key }) => key), keepsVersions, signal); // prettier-ignore
  if (seen === null) return settled;
  for (const { number, key, etag, versionId } of batch) {
    const found = seen.get(key);
    if (found === undefined) settled.set(number, { error: null, markerId: null });
    else if (found.isMarker)
      settled.set(number, {
        error: null,
        markerId: isOurs(found.modified, index.triedAt(number)) ? found.versionId : null,
      });
    else if (versionId === null ? etag !== null && found.etag !== etag : found.versionId !== versionId)
      settled.set(number, { error: changedMeanwhile(key) });
  }
  return settled;
}

/** null: who may delete need not be allowed to look */
async function look(
  bucket: Bucket,
  keys: readonly string[],
  keepsVersions: boolean,
  signal: AbortSignal,
): Promise<Map<string, Seen> | null> {
  try {
    return await lookAt(bucket, keys, keepsVersions, signal);
  } catch (error) {
    if (error instanceof SidelineError && error.kind === 'denied') return null;
    throw error;
  }
}

async function note(log: LogWriter, batch: readonly NumberedItem[], fates: ReadonlyMap<number, Fate>): Promise<void> {
  const deleted: number[] = [];
  const markers: (string | null)[] = [];
  const failed: [number, ReturnType<typeof reasonOf>][] = [];
  for (const { number } of batch) {
    const fate = fates.get(number);
    if (fate === undefined) continue;
    if (fate.error !== null) failed.push([number, reasonOf(fate.error)]);
    else {
      deleted.push(number);
      markers.push(fate.markerId);
    }
  }
  const ids = markers.some((id) => id !== null) ? { markers } : {};
  await log.write([{ line: 'did', at: Date.now(), deleted: rangesOf(deleted), ...ids, failed }]);
}
