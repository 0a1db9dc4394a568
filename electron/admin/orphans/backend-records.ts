/**
 * What backends have records of: an object that this computer has not sent may be of somebody who sends over a backend. Where the
 * storage of a backend is nobody knows here, so that its records count for any bucket. Only asked about what seems to be unknown,
 * an event or a folder at a time.
 */
import { isBroker } from '../../../shared/connection-kind.ts';
import type { BrokerConnection } from '../../../shared/domain.ts';
import { asSidelineError } from '../../../shared/errors.ts';
import { orphans as words } from '../../../shared/strings/orphans.ts';
import { folderOf } from '../../../shared/rights.ts';
import type { Broker } from '../../broker/broker.ts';
import type { Brokers } from '../../broker/open.ts';
import { listFiles, type Listing } from '../../broker/reading.ts';
import type { Journal } from '../../journal/journal.ts';

export interface BackendRecords {
  /** Of any backend that lists. What cannot be asked is none, and is told by `unasked`. Rejects with the signal's reason alone. */
  knows(key: string, signal: AbortSignal): Promise<boolean>;
  /** backends that could not be asked for all, and why, in words */
  unasked(): { name: string; why: string }[];
}

export function createBackendRecords(journal: Pick<Journal, 'connections'>, open: Brokers['open']): BackendRecords {
  const problems = new Map<string, string>();
  const backends = journal
    .connections()
    .filter(isBroker)
    .map((one) => backendOf(one, open, problems));
  return {
    async knows(key, signal) {
      for (const has of backends) if (await has(key, signal)) return true;
      return false;
    },
    unasked: () => Array.from(problems, ([name, why]) => ({ name, why })),
  };
}

/** Objects come in the order of their keys: what was listed long ago is not asked for again. */
const mostListings = 16;

function backendOf(connection: BrokerConnection, open: Brokers['open'], problems: Map<string, string>) {
  const { name } = connection;
  const listings = new Map<string, Awaited<ReturnType<typeof keysOf>>>();
  let closed = false;

  async function listed(broker: Broker, listing: Place, signal: AbortSignal): Promise<ReadonlySet<string>> {
    const place = JSON.stringify(listing);
    const known = listings.get(place) ?? (await keysOf(broker, listing, signal));
    listings.delete(place);
    listings.set(place, known);
    if (known.more) problems.set(name, words.moreRecords);
    const [oldest] = listings.keys();
    if (listings.size > mostListings && oldest !== undefined) listings.delete(oldest);
    return known.keys;
  }

  return async (key: string, signal: AbortSignal): Promise<boolean> => {
    if (closed) return false;
    try {
      const { broker } = await open(connection);
      const place = placeOf(broker, key);
      return place !== null && (await listed(broker, place, signal)).has(key);
    } catch (error) {
      signal.throwIfAborted();
      const { kind, message } = asSidelineError(error);
      if (kind === 'broker-missing') return false; // there is no such event
      closed = true;
      problems.set(name, message);
      return false;
    }
  };
}

type Place = Pick<Listing, 'values' | 'prefix'>;

/** What is to be listed to find a key: its event, or its folder. Null: the backend lists nothing, or nothing like it. */
function placeOf({ abilities: { lists } }: Broker, key: string): Place | null {
  if (lists === 'by-prefix') return { values: {}, prefix: folderOf(key) };
  const event = /^events\/([^/]+)\//.exec(key)?.[1]; // as The Plugs name their objects
  return lists === 'by-type' && event !== undefined ? { values: { event_id: event }, prefix: '' } : null;
}

async function keysOf(broker: Broker, place: Place, signal: AbortSignal) {
  const keys = new Set<string>();
  let more = false;
  for await (const page of listFiles(broker, { ...place, type: null, most: Infinity }, signal)) {
    for (const { key } of page.files) if (key !== null) keys.add(key);
    more = page.more;
  }
  return { keys, more };
}
