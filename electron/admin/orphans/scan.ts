/**
 * Compares what a bucket holds with what this computer and backends know, all in the order of keys: however many there are, only a
 * page of each is in memory, and of a backend the records of one event. Nothing is changed.
 */
import type { LeftUpload, MissingObject, OrphanCounts, UnknownObject } from '../../../shared/orphans.ts';
import { SidelineError } from '../../../shared/errors.ts';
import type { FoundObject } from '../browse/list-xml.ts';
import { allPages, pagesOf } from '../browse/pages.ts';
import type { Bucket } from '../bucket.ts';
import { noteSeen } from './asked-backend.ts';
import type { BackendRecords } from './backend-records.ts';
import { compareKeys, matchSorted } from './in-order.ts';
import { connectionsTo, isKnownNow, knownKeys, ownUploads, type KnownJournal, type KnownKey } from './known.ts';
import { proveMissing, type Suspicion } from './missing.ts';
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

/** keys that are proved to be without object at once */
const perProof = 256;

export const noCounts = (): OrphanCounts => ({
  objects: 0,
  unknown: { count: 0, bytes: 0 },
  missing: { count: 0, bytes: 0, foreign: 0, unproven: 0 },
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
  let gone: Suspicion[] = [];
  const prove = async () => {
    const these = gone;
    gone = [];
    const order = { bucket, journal, madeBefore: begun - olderThan };
    for (const one of await proveMissing(order, these, counts.missing, signal)) {
      count(counts, one);
      await sink.missing(one);
    }
  };
  const recorded = records?.below(bucket, prefix, signal) ?? [];
  for await (const { one: object, other: known } of matchSorted(
    objectsBelow(bucket, prefix, signal),
    knownKeys(journal, config, prefix, recorded),
  )) {
    signal.throwIfAborted();
    if (object !== null) {
      counts.objects += 1;
      for (const record of known?.records ?? []) noteSeen(record.backend, record);
      const isOrphan = known?.isKnown !== true && !isFolderMark(object) && object.modified <= youngest;
      const { key, size, modified } = object;
      // What was sent since the journal was read is in it now.
      const isRecorded = () => records?.knows(key, signal) ?? Promise.resolve(false);
      if (isOrphan && !isKnownNow(journal, connectionIds, key) && !(await isRecorded())) {
        counts.unknown.count += 1;
        counts.unknown.bytes += size;
        await sink.unknown({ key, size, modified });
      }
    } else if (known !== null) {
      const suspicion = suspicionOf(known, begun);
      if (suspicion !== null) gone.push(suspicion);
      if (gone.length === perProof) await prove();
    }
    sink.counted(counts);
  }
  await prove();
  counts.unasked = records?.unasked() ?? [];
  sink.counted(counts);
}

/** Null: nobody says that it should be there. `begun`: ms since 1970; what was sent since may have come behind the listing. */
function suspicionOf({ key, sent, records }: KnownKey, begun: number): Suspicion | null {
  const old = sent !== null && sent.finishedAt < begun ? sent : null;
  return old === null && records.length === 0 ? null : { key, sent: old, records };
}

function count({ missing }: OrphanCounts, { size, id }: MissingObject): void {
  missing.count += 1;
  missing.bytes += size;
  if (id === null) missing.foreign += 1;
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
