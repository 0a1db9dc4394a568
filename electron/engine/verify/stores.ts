/** Those who are asked what they hold now: buckets and backends behind one question, each opened once. */
import { isBroker } from '../../../shared/connection-kind.ts';
import type { BrokerConnection, Connection, Receipt } from '../../../shared/domain.ts';
import { verify as words } from '../../../shared/strings/verify.ts';
import type { OpenedBroker } from '../../broker/open.ts';
import type { Journal } from '../../journal/journal.ts';
import type { Storage } from '../../storage/storage.ts';
import { compareOverBackend } from './by-backend.ts';
import { compareReceipt, type Compared } from './compare-receipt.ts';

export interface StoresDeps {
  journal: Pick<Journal, 'connection' | 'newestReceipt' | 'place'>;
  openStorage(connection: Connection): Promise<Storage>;
  openBroker(connection: BrokerConnection): Promise<OpenedBroker>;
}

export interface Store {
  /** Throws what the network, the store or the backend can cause. */
  compare(receipt: Receipt, signal: AbortSignal): Promise<Compared>;
  /** How much the store's clock is ahead of this one, as far as it is known. ms */
  clockOffset(): number;
  refreshCredentials(): void;
  close(): void;
}

/** whole files, which a backend may have to give us */
const readSideBySide = 3;

export async function openStore(connectionId: number, deps: StoresDeps): Promise<Store> {
  const connection = deps.journal.connection(connectionId);
  return isBroker(connection)
    ? backendStore(await deps.openBroker(connection), deps.journal)
    : bucketStore(await deps.openStorage(connection), deps.journal);
}

function bucketStore(storage: Storage, journal: StoresDeps['journal']): Store {
  return {
    /** One that was replaced by a later upload of ours counts by that one. */
    async compare(receipt, signal) {
      const newest = journal.newestReceipt(receipt.connectionId, receipt.key) ?? receipt;
      return compareReceipt(newest, await storage.head(receipt.key, signal));
    },
    clockOffset: () => storage.clockOffset(),
    refreshCredentials: () => storage.refreshCredentials(),
    close: () => storage.close(),
  };
}

function backendStore({ broker, close }: OpenedBroker, journal: StoresDeps['journal']): Store {
  const inPlace = atMost(readSideBySide);
  return {
    async compare(receipt, signal) {
      const ref = journal.place(receipt.transferId)?.ref;
      if (ref === undefined) return { outcome: 'unknown', message: words.notOurs };
      return await inPlace(() => compareOverBackend(receipt, ref, broker, signal));
    },
    clockOffset: () => 0, // its sign-in looks after that
    refreshCredentials: () => undefined,
    close,
  };
}

/** So many at once; the others wait their turn. */
function atMost(places: number): <T>(work: () => Promise<T>) => Promise<T> {
  let free = places;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) free += 1;
      else next();
    }
  };
}
