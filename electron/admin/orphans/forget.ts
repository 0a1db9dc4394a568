/**
 * Takes what is gone out of the records: this computer's receipt is marked, and a backend deletes its record, once it has said again
 * that the object is not there: it could have come meanwhile.
 */
import { isBroker } from '../../../shared/connection-kind.ts';
import { asSidelineError, SidelineError } from '../../../shared/errors.ts';
import { wayToForget, type BackendRecord, type Forgettable, type MissingObject } from '../../../shared/orphans.ts';
import { broker as brokerWords } from '../../../shared/strings/broker.ts';
import { orphans as words } from '../../../shared/strings/orphans.ts';
import type { Brokers } from '../../broker/open.ts';
import { removeOverBroker } from '../../broker/reading.ts';
import type { Journal } from '../../journal/journal.ts';
import { sideBySide } from '../side-by-side.ts';
import { isOfAll } from './asked-backend.ts';
import { ownRecords, type OwnJournal } from './own-records.ts';
import { proofOf } from './record-proof.ts';

export interface ForgetDeps {
  journal: OwnJournal & Pick<Journal, 'committed' | 'connection' | 'forgetPlace' | 'noteRemoved' | 'together'>;
  openBroker: Brokers['open'];
  /** the name of the connection over which these were found, where nothing is changed through it; null: it may be changed */
  readOnly: string | null;
}

export interface ForgetReport {
  done(one: MissingObject): void;
  failed(one: MissingObject, error: unknown): void;
}

/** requests of all backends together */
const asked = 4;

/** What is refused, or is there again, is told as failed; the rest goes on. Rejects with the signal's reason alone. */
export async function forgetMissing(
  these: Iterable<MissingObject> | AsyncIterable<MissingObject>,
  deps: ForgetDeps,
  report: ForgetReport,
  signal: AbortSignal,
): Promise<void> {
  /** of backends that cannot be asked at all, by their connections */
  const closed = new Map<number, SidelineError>();
  await sideBySide(these, asked, async (one) => {
    const way = wayToForget(one, deps.readOnly !== null);
    const { record } = one;
    try {
      if (way === 'refused') throw refusalOf(one, deps.readOnly);
      if (way === 'record' && record !== null) {
        const before = closed.get(record.connectionId);
        if (before !== undefined) throw before;
        await removeRecord(one, record, deps, signal);
      }
      if (one.id !== null) await noteGone(one.id, way === 'record', deps);
      report.done(one);
    } catch (thrown) {
      signal.throwIfAborted();
      const error = asSidelineError(thrown);
      if (record !== null && isOfAll(error)) closed.set(record.connectionId, error);
      report.failed(one, error);
    }
  });
}

async function removeRecord(
  { key, size }: MissingObject,
  record: BackendRecord,
  { journal, openBroker }: ForgetDeps,
  signal: AbortSignal,
): Promise<void> {
  const { connectionId, baseUrl } = record;
  const connection = journal.connection(connectionId);
  if (!isBroker(connection) || connection.config.settings.baseUrl !== baseUrl)
    throw new SidelineError('invalid-input', { subject: words.otherBackend });
  const { broker } = await openBroker(connection);
  const ref = { ...record, key, size };
  if (ownRecords(journal).isComing(ref)) throw new SidelineError('invalid-input', { subject: words.coming });
  const proof = await proofOf(broker, ref, signal);
  if (proof.outcome === 'untold') throw proof.error;
  if (proof.outcome === 'pending') throw new SidelineError('invalid-input', { subject: words.coming });
  if (proof.outcome === 'there') throw new SidelineError('invalid-input', { subject: words.cameBack });
  await removeOverBroker(broker, ref, signal);
}

async function noteGone(transferId: number, withRecord: boolean, { journal }: ForgetDeps): Promise<void> {
  journal.together(() => {
    journal.noteRemoved(transferId, Date.now());
    if (withRecord) journal.forgetPlace(transferId);
  });
  await journal.committed();
}

/** `readOnly`: as in `ForgetDeps` */
function refusalOf({ record }: MissingObject, readOnly: string | null): SidelineError {
  if (record?.removable === true && readOnly !== null) return new SidelineError('read-only', { subject: readOnly });
  return new SidelineError('unsupported', { subject: brokerWords.reading.noRemoval });
}

/** What `forgetMissing` would do with these. `readOnly`: as in `ForgetDeps` */
export async function forgettable(
  these: Iterable<MissingObject> | AsyncIterable<MissingObject>,
  readOnly: string | null,
): Promise<Forgettable> {
  let receipts = 0;
  const records = new Map<string, number>();
  const refused = new Map<string, number>();
  const add = (to: Map<string, number>, name: string) => to.set(name, (to.get(name) ?? 0) + 1);
  for await (const one of these) {
    const way = wayToForget(one, readOnly !== null);
    if (way === 'record' && one.record !== null) add(records, one.record.name);
    else if (way === 'refused') add(refused, refusalOf(one, readOnly).message);
    else receipts += 1;
  }
  return {
    receipts,
    records: Array.from(records, ([name, count]) => ({ name, count })),
    refused: Array.from(refused, ([why, count]) => ({ why, count })),
  };
}
