/**
 * Compares what a bucket holds with what this computer knows, both in the order of keys: however many there are, only a page of
 * each is in memory. Nothing is changed.
 */
import type { LeftUpload, MissingObject, OrphanCounts, UnknownObject } from '../../../shared/orphans.ts';
import { SidelineError } from '../../../shared/errors.ts';
import type { FoundObject } from '../browse/list-xml.ts';
import { allPages, pagesOf } from '../browse/pages.ts';
import type { Bucket } from '../bucket.ts';
import { sideBySide } from '../side-by-side.ts';
import type { BackendRecords } from './backend-records.ts';
import { compareKeys, matchSorted } from './in-order.ts';
import { connectionsTo, isKnownNow, knownKeys, ownUploads, type KnownJournal } from './known.ts';
import { leftUploads } from './uploads.ts';

export interface ScanOrder {
  bucket: Bucket;
  journal: KnownJournal;
  /** none within another; '': the whole bucket */
  prefixes: readonly string[];
  /** ms: younger objects are left out */
  olderThan: number;
  /** null: no backend is asked */
  records: BackendRecords | null;
}

/** Takes what is found. May be slow: the scan waits. */
export interface ScanSink {
  unknown(found: UnknownObject): Promise<void>;
  missing(found: MissingObject): Promise<void>;
  upload(found: LeftUpload): Promise<void>;
  /** called often; the same object every time */
  counted(counts: OrphanCounts): void;
}

/** receipts that are proved to be without object at once */
const perProof = 256;
/** requests */
const asked = 16;

export const noCounts = (): OrphanCounts => ({
  objects: 0,
  unknown: { count: 0, bytes: 0 },
  missing: { count: 0, bytes: 0, unproven: 0 },
  uploads: { count: 0, bytes: 0, own: 0 },
  unasked: [],
});

/** Rejects with what a listing fails with, `unsupported` where the store lists in no order, and the signal's reason. */
export async function scanOrphans(order: ScanOrder, sink: ScanSink, signal: AbortSignal): Promise<OrphanCounts> {
  const counts = noCounts();
  for (const prefix of order.prefixes) await scanObjects(order, prefix, counts, sink, signal);
  for (const prefix of order.prefixes) await scanUploads(order, prefix, counts, sink, signal);
  return counts;
}

async function scanObjects(
  { bucket, journal, olderThan, records }: ScanOrder,
  prefix: string,
  counts: OrphanCounts,
  sink: ScanSink,
  signal: AbortSignal,
): Promise<void> {
  const { config } = bucket.storage.connection;
  const connectionIds = connectionsTo(journal, config);
  const begun = Date.now();
  const youngest = begun + bucket.storage.clockOffset() - olderThan;
  let gone: MissingObject[] = [];
  const prove = async () => {
    const these = gone;
    gone = [];
    await proveMissing(bucket, these, counts, sink, signal);
  };
  for await (const { one: object, other: known } of matchSorted(
    objectsBelow(bucket, prefix, signal),
    knownKeys(journal, config, prefix),
  )) {
    signal.throwIfAborted();
    if (object !== null) {
      counts.objects += 1;
      const isOrphan = known?.isKnown !== true && !isFolderMark(object) && object.modified <= youngest;
      const { key, size, modified } = object;
      // What was sent since the journal was read is in it now.
      const isRecorded = () => records?.knows(key, signal) ?? Promise.resolve(false);
      if (isOrphan && !isKnownNow(journal, connectionIds, key) && !(await isRecorded())) {
        counts.unknown.count += 1;
        counts.unknown.bytes += size;
        await sink.unknown({ key, size, modified });
      }
    } else if (known?.sent != null && known.sent.finishedAt < begun) {
      gone.push({ key: known.key, ...known.sent });
      if (gone.length === perProof) await prove();
    }
    sink.counted(counts);
  }
  await prove();
  counts.unasked = records?.unasked() ?? [];
  sink.counted(counts);
}

/** Consoles make these to show a folder that has nothing in it. */
const isFolderMark = ({ key, size }: FoundObject) => key.endsWith('/') && size === 0;

/** Throws `unsupported`: compared with a list in another order everything would seem to be missing. */
async function* objectsBelow(bucket: Bucket, prefix: string, signal: AbortSignal): AsyncGenerator<FoundObject> {
  let last: string | null = null;
  for await (const { objects } of allPages(pagesOf(bucket), { prefix, delimiter: '' }, signal)) {
    for (const object of objects) {
      if (last !== null && compareKeys(last, object.key) >= 0)
        throw new SidelineError('unsupported', { subject: 'a list of objects in the order of their keys' });
      last = object.key;
      yield object;
    }
  }
}

/** A listing may lag behind: each is asked for by itself before it is said to be gone. */
async function proveMissing(
  bucket: Bucket,
  gone: readonly MissingObject[],
  counts: OrphanCounts,
  sink: ScanSink,
  signal: AbortSignal,
): Promise<void> {
  const proved: MissingObject[] = [];
  await sideBySide(gone, asked, async (one) => {
    const need = { right: 'read', key: one.key, operation: 'download' } as const;
    try {
      const found = await bucket.attempt(need, () => bucket.storage.head(one.key, signal), signal);
      if (found === null) proved.push(one);
    } catch (error) {
      if (!(error instanceof SidelineError) || error.kind !== 'denied') throw error;
      counts.missing.unproven += 1;
    }
  });
  for (const one of proved.sort((a, b) => compareKeys(a.key, b.key))) {
    counts.missing.count += 1;
    counts.missing.bytes += one.size;
    await sink.missing(one);
  }
}

async function scanUploads(
  { bucket, journal }: ScanOrder,
  prefix: string,
  counts: OrphanCounts,
  sink: ScanSink,
  signal: AbortSignal,
): Promise<void> {
  const own = ownUploads(journal, connectionsTo(journal, bucket.storage.connection.config));
  for await (const page of leftUploads(bucket, own, prefix, signal)) {
    for (const left of page) {
      counts.uploads.count += 1;
      if (left.own) counts.uploads.own += 1;
      else counts.uploads.bytes += left.bytes ?? 0;
      await sink.upload(left);
    }
    sink.counted(counts);
  }
}
