/**
 * What is known of and is in no listing: a listing may lag behind, and a backend may have another storage. Each is asked for by itself
 * before it is said to be gone: of the bucket what this computer has sent, of its backend what a record is of.
 */
import { SidelineError } from '../../../shared/errors.ts';
import type { BackendRecord, MissingObject, OrphanCounts } from '../../../shared/orphans.ts';
import type { Broker } from '../../broker/broker.ts';
import type { Bucket } from '../bucket.ts';
import { sideBySide } from '../side-by-side.ts';
import type { EventRecord } from './event-records.ts';
import type { KnownKey } from './known.ts';
import { ownRecords, type OwnJournal, type OwnRecords } from './own-records.ts';
import { isBelieved, proofOf } from './record-proof.ts';

export type Suspicion = Pick<KnownKey, 'key' | 'sent' | 'records'>;

export interface ProofOrder {
  bucket: Bucket;
  journal: OwnJournal;
  /** ms since 1970, by this computer's clock: a record made later may be of what is still on its way */
  madeBefore: number;
}

type Unproven = Pick<OrphanCounts['missing'], 'unproven'>;

/** requests */
const asked = 16;
/** requests of all backends together */
const askedOfBackends = 8;

/**
 * Those that are gone, in the order in which they came; a record of what this computer has sent is one with its receipt. Counts what
 * is told by nobody. Rejects with what the bucket fails with, and the signal's reason.
 */
export async function proveMissing(
  order: ProofOrder,
  these: readonly Suspicion[],
  counts: Unproven,
  signal: AbortSignal,
): Promise<MissingObject[]> {
  const own = ownRecords(order.journal);
  const sent = await goneHere(order.bucket, these, counts, signal);
  const records = await goneThere(order, own, these, counts, signal);
  return these.flatMap((one) =>
    rowsOf(
      one,
      sent.has(one),
      one.records.filter((record) => records.has(record)),
      own,
    ),
  );
}

function rowsOf(
  { key, sent }: Suspicion,
  isSentGone: boolean,
  records: readonly EventRecord[],
  own: OwnRecords,
): MissingObject[] {
  const receipt = isSentGone ? sent : null;
  if (records.length === 0) return receipt === null ? [] : [{ key, ...receipt, record: null }];
  return records.map((one, at) => {
    const record = recordOf(one);
    const size = one.size ?? 0;
    const foreign = { id: null, size, finishedAt: one.made ?? 0, source: '' };
    return { key, ...(own.sentBy({ ...record, size }) ?? (at === 0 ? receipt : null) ?? foreign), record };
  });
}

function recordOf({ id, publicUrl, values, removable, backend: { connection } }: EventRecord): BackendRecord {
  const { baseUrl } = connection.config.settings;
  return { connectionId: connection.id, name: connection.name, baseUrl, id, publicUrl, values, removable };
}

async function goneHere(
  bucket: Bucket,
  these: readonly Suspicion[],
  counts: Unproven,
  signal: AbortSignal,
): Promise<ReadonlySet<Suspicion>> {
  const gone = new Set<Suspicion>();
  const sent = these.filter((one) => one.sent !== null);
  await sideBySide(sent, asked, async (one) => {
    const need = { right: 'read', key: one.key, operation: 'download' } as const;
    try {
      const found = await bucket.attempt(need, () => bucket.storage.head(one.key, signal), signal);
      if (found === null) gone.add(one);
    } catch (error) {
      if (!(error instanceof SidelineError) || error.kind !== 'denied') throw error;
      counts.unproven += 1;
    }
  });
  return gone;
}

async function goneThere(
  { madeBefore }: ProofOrder,
  own: OwnRecords,
  these: readonly Suspicion[],
  counts: Unproven,
  signal: AbortSignal,
): Promise<ReadonlySet<EventRecord>> {
  const gone = new Set<EventRecord>();
  const records = these.flatMap((one) => one.records);
  await sideBySide(records, askedOfBackends, async (record) => {
    if (record.madeBy !== null && record.madeBy > madeBefore) return;
    if (own.isComing({ ...recordOf(record), size: record.size })) return;
    const outcome = record.madeBy === null ? 'untold' : await outcomeOf(record, signal);
    if (outcome === 'gone') gone.add(record);
    if (outcome === 'untold') counts.unproven += 1;
  });
  return gone;
}

async function outcomeOf(record: EventRecord, signal: AbortSignal): Promise<'there' | 'pending' | 'gone' | 'untold'> {
  const { backend } = record;
  if (backend.elsewhere) return 'there'; // else each record of a backend that has nothing to do with this bucket would be asked for
  const ask = async (broker: Broker) => {
    const { outcome } = await proofOf(broker, record, signal);
    if (outcome === 'there' && backend.seen === null) backend.elsewhere = true;
    return outcome !== 'gone' || (await isBelieved(backend, broker, record, signal)) ? outcome : 'untold';
  };
  return (await backend.ask(ask, signal)) ?? 'untold';
}
