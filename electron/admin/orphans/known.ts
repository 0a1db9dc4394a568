/** What is known of a bucket's objects, here and at backends: in the order of keys, one entry for each. */
import { isS3Config } from '../../../shared/connection-kind.ts';
import type { S3Config } from '../../../shared/domain.ts';
import { unfinishedStates } from '../../engine/transfer-state.ts';
import type { Journal } from '../../journal/journal.ts';
import type { KeyRow } from '../../journal/known-keys.ts';
import { endpointOf } from '../../storage/address.ts';
import type { ListedUpload } from '../../storage/storage.ts';
import type { EventRecord } from './event-records.ts';
import { compareKeys, mergeSorted } from './in-order.ts';
import type { OwnUploads } from './uploads.ts';

export type KnownJournal = Pick<
  Journal,
  | 'everyConnection'
  | 'historyRow'
  | 'keysBehind'
  | 'knownUploadIds'
  | 'lastReceipt'
  | 'place'
  | 'receiptKeys'
  | 'staleUploads'
  | 'transfer'
  | 'transferOfRecord'
  | 'transfers'
  | 'transfersByKey'
>;

export interface KnownKey {
  key: string;
  /** What is under it is no orphan: it was sent, is being sent, or was found to be what was to be sent. */
  isKnown: boolean;
  /** the newest receipt whose object should be there; null: there is none */
  sent: { id: number; size: number; finishedAt: number; source: string } | null;
  /** of backends; none of what is being sent */
  records: EventRecord[];
}

/** rows that are read at once */
const perRead = 1000;

/** Connections to the same bucket, those that were removed among them. */
export function connectionsTo(journal: Pick<Journal, 'everyConnection'>, config: S3Config): number[] {
  const place = bucketPlace(config);
  return journal
    .everyConnection()
    .flatMap((one) => (isS3Config(one.config) && bucketPlace(one.config) === place ? [one.id] : []));
}

/** The same for all connections to one bucket. */
export function bucketPlace(config: S3Config): string {
  return `${endpointOf(config).origin} ${config.bucket}`;
}

/**
 * Below a prefix, in the order of a listing. Where the storage of a backend is nobody knows here, so that its keys count anywhere.
 * `records`: in the same order
 */
export async function* knownKeys(
  journal: KnownJournal,
  config: S3Config,
  prefix: string,
  records: AsyncIterable<EventRecord> | readonly EventRecord[],
): AsyncGenerator<KnownKey> {
  const own = connectionsTo(journal, config).map((id) => rowsOf(journal, id, prefix));
  const backends = journal.everyConnection().filter((one) => !isS3Config(one.config));
  const theirs = await Promise.all(backends.map(({ id }) => backendKeys(journal, id, prefix)));
  const rows = mergeSorted<Row>([...own, ...theirs, records], (row) => row.key);
  let group: Row[] = [];
  for await (const row of rows) {
    if (group.length > 0 && group[0]?.key !== row.key) {
      yield knownKeyOf(group);
      group = [];
    }
    group.push(row);
  }
  if (group.length > 0) yield knownKeyOf(group);
}

/** A row of the journal; a key that a backend has named; or a backend's record. */
type Row = KeyRow | { key: string; id: null } | EventRecord;

const isOwn = (row: Row): row is KeyRow => 'state' in row;
const isRecord = (row: Row): row is EventRecord => 'backend' in row;

async function* rowsOf(journal: KnownJournal, connectionId: number, prefix: string): AsyncGenerator<Row> {
  let after = { key: prefix, id: 0 };
  for (;;) {
    const rows = journal.keysBehind(connectionId, after, perRead);
    for (const row of rows) {
      if (!row.key.startsWith(prefix)) return;
      yield row;
    }
    const last = rows.at(-1);
    if (last === undefined || rows.length < perRead) return;
    after = { key: last.key, id: last.id };
    await new Promise(setImmediate); // the loop stays free
  }
}

/** Backends name their objects themselves, which no index of the journal is in the order of: these few are sorted in memory. */
async function backendKeys(journal: KnownJournal, connectionId: number, prefix: string): Promise<Row[]> {
  const keys: string[] = [];
  const last = journal.lastReceipt();
  for (let after = 0; after < last; after += 10 * perRead) {
    for (const { key } of journal.receiptKeys(connectionId, after, after + 10 * perRead))
      if (key.startsWith(prefix)) keys.push(key);
    await new Promise(setImmediate);
  }
  return keys.sort(compareKeys).map((key) => ({ key, id: null }));
}

function knownKeyOf(rows: readonly Row[]): KnownKey {
  const own = rows.filter(isOwn);
  const underWay = own.some(({ state }) => isAhead(state));
  const receipts = own.filter((row) => row.size !== null);
  const newest = receipts.reduce<KeyRow | null>((one, other) => (isNewer(other, one) ? other : one), null);
  const isSent = newest !== null && newest.removedAt === null && !underWay;
  return {
    key: rows[0]?.key ?? '',
    isKnown: underWay || newest !== null || rows.length > own.length || own.some(({ state }) => state === 'skipped'),
    sent: isSent
      ? { id: newest.id, size: newest.size ?? 0, finishedAt: newest.finishedAt ?? 0, source: newest.source }
      : null,
    records: underWay ? [] : onceEach(rows.filter(isRecord)),
  };
}

/** Two connections may lead to one backend, and a list that grows while it is read may give a record twice. */
function onceEach(records: readonly EventRecord[]): EventRecord[] {
  const byRecord = new Map(records.map((one) => [`${one.backend.connection.config.settings.baseUrl} ${one.id}`, one]));
  return [...byRecord.values()];
}

function isAhead(state: KeyRow['state']): boolean {
  return (unfinishedStates as readonly string[]).includes(state);
}

function isNewer(one: KeyRow, than: KeyRow | null): boolean {
  return than === null || (one.finishedAt ?? 0) >= (than.finishedAt ?? 0);
}

/** Asked anew: whether a key has come to be known since it was read. */
export function isKnownNow(journal: KnownJournal, connectionIds: readonly number[], key: string): boolean {
  return connectionIds.some((id) =>
    journal.transfersByKey(id, key).some(({ state }) => state === 'done' || state === 'skipped' || isAhead(state)),
  );
}

/** Of these connections: uploads that transfers still use, and those that are being created just now. */
export function ownUploads(journal: KnownJournal, connectionIds: readonly number[]): OwnUploads {
  return {
    isUnderWay: ({ key, uploadId, initiated }: ListedUpload) =>
      connectionIds.some(
        (id) =>
          journal.knownUploadIds(id, key).includes(uploadId) ||
          journal
            .staleUploads(id)
            .some(
              (note) =>
                note.key === key && note.uploadId === null && initiated >= note.since && initiated <= note.until,
            ),
      ),
  };
}
