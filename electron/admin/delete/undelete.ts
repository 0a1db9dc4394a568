/** Brings back objects by taking away the marks that say "deleted", of those that are named or of all below a prefix. */
import type { DeletedMark } from '../../../shared/deletions.ts';
import { SidelineError } from '../../../shared/errors.ts';
import type { Bucket } from '../bucket.ts';
import type { DeletionReport } from './delete-batch.ts';
import { deletedPage } from './deleted.ts';
import { lookAt, type Seen } from './look.ts';
import { createRemover, type Remover } from './remover.ts';
import { takeAway } from './take-away.ts';

/** as many as S3 takes at once */
const batchSize = 1000;

export interface UndeleteOrder {
  prefix: string;
  /** null: all that is deleted below the prefix */
  marks: readonly DeletedMark[] | null;
  /** Only these keys: they failed before. Null: all. */
  only: ReadonlySet<string> | null;
}

export interface UndeleteDeps {
  bucket: Bucket;
  /** These are there again. */
  onChange(keys: readonly string[]): void;
}

/**
 * Resolves when all was tried; what could not be brought back is reported: `object-newer` where something has come in its place,
 * `object-missing` where the version below is gone. Rejects where nothing more can be done.
 */
export async function undelete(
  deps: UndeleteDeps,
  { prefix, marks, only }: UndeleteOrder,
  report: DeletionReport,
  signal: AbortSignal,
): Promise<void> {
  const remover = createRemover({ bucket: deps.bucket, versioning: 'on' });
  const batches = marks === null ? below(deps.bucket, prefix, signal) : inThousands(marks);
  const wanted = (batch: readonly DeletedMark[]) => batch.filter(({ key }) => only?.has(key) !== false);
  if (marks !== null) report.total(wanted(marks).length, 0);
  for await (const batch of batches) await undeleteBatch(deps, remover, wanted(batch), { report, signal });
}

async function* below(bucket: Bucket, prefix: string, signal: AbortSignal): AsyncGenerator<readonly DeletedMark[]> {
  let after: string | null = null;
  do {
    const { objects, next } = await deletedPage(bucket, { prefix, after, most: batchSize, mostRead: Infinity }, signal);
    yield objects;
    after = next;
  } while (after !== null);
}

function* inThousands(marks: readonly DeletedMark[]): Generator<readonly DeletedMark[]> {
  const sorted = marks.toSorted((one, other) => Buffer.compare(Buffer.from(one.key), Buffer.from(other.key)));
  for (let at = 0; at < sorted.length; at += batchSize) yield sorted.slice(at, at + batchSize);
}

interface Way {
  report: DeletionReport;
  signal: AbortSignal;
}

async function undeleteBatch(
  { bucket, onChange }: UndeleteDeps,
  remover: Remover,
  batch: readonly DeletedMark[],
  { report, signal }: Way,
): Promise<void> {
  signal.throwIfAborted();
  const keys = batch.map(({ key }) => key);
  const seen = await lookAt(bucket, keys, true, signal);
  const open: [string, Seen['marks']][] = [];
  for (const mark of batch) {
    const refused = bucket.refusal({ right: 'delete-version', key: mark.key, operation: 'delete' });
    if (refused !== null) throw refused; // as a whole: it is the connection or its destinations that forbid it
    const found = seen.get(mark.key);
    const wrong = problemOf(mark, found);
    if (wrong === null) open.push([mark.key, found?.marks ?? []]);
    else report.failed(mark.key, wrong);
  }
  const failures = await takeAway(remover, new Map(open), signal);
  const back: string[] = [];
  for (const [key] of open) {
    const error = failures.get(key) ?? null;
    if (error === null) back.push(key);
    else report.failed(key, error);
  }
  report.done(back.length, 0);
  onChange(back);
}

function problemOf({ key, markerId }: DeletedMark, found: Seen | undefined): SidelineError | null {
  const of = { operation: 'delete', subject: key } as const;
  if (found === undefined) return new SidelineError('object-missing', of);
  if (!found.isMarker || found.versionId !== markerId) return new SidelineError('object-newer', of);
  return found.below === null ? new SidelineError('object-missing', of) : null;
}
