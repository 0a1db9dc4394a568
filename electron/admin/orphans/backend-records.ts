/**
 * What backends have records of: an object that this computer has not sent may be of somebody who sends over a backend. Where the
 * storage of a backend is nobody knows here, so that its records count for any bucket.
 */
import { isBroker } from '../../../shared/connection-kind.ts';
import { orphans as words } from '../../../shared/strings/orphans.ts';
import { folderOf } from '../../../shared/rights.ts';
import type { Broker } from '../../broker/broker.ts';
import type { Brokers } from '../../broker/open.ts';
import { listFiles } from '../../broker/reading.ts';
import type { Journal } from '../../journal/journal.ts';
import type { Bucket } from '../bucket.ts';
import { askBackend, type AskedBackend } from './asked-backend.ts';
import { eventRecords, type EventRecord } from './event-records.ts';

export interface BackendRecords {
  /**
   * Of any backend that lists by prefix: it is only asked about what seems to be unknown, a folder at a time. What cannot be asked is
   * none, and is told by `unasked`. Rejects with the signal's reason alone.
   */
  knows(key: string, signal: AbortSignal): Promise<boolean>;
  /** All that backends list by event, below a prefix, in the order of keys. What cannot be asked is none, as above. */
  below(bucket: Bucket, prefix: string, signal: AbortSignal): AsyncIterable<EventRecord>;
  /** backends that could not be asked for all, and why, in words */
  unasked(): { name: string; why: string }[];
}

export function createBackendRecords(
  journal: Pick<Journal, 'batches' | 'connections' | 'destinations'>,
  open: Brokers['open'],
): BackendRecords {
  const problems = new Map<string, string>();
  const backends = journal
    .connections()
    .filter(isBroker)
    .map((one) => askBackend(one, open, problems));
  const lookups = backends.map(lookupOf);
  return {
    async knows(key, signal) {
      for (const has of lookups) if (await has(key, signal)) return true;
      return false;
    },
    below: (bucket, prefix, signal) => eventRecords(bucket, backends, journal, prefix, signal),
    unasked: () => Array.from(problems, ([name, why]) => ({ name, why })),
  };
}

/** Objects come in the order of their keys: what was listed long ago is not asked for again. */
const mostListings = 16;

function lookupOf(backend: AskedBackend): (key: string, signal: AbortSignal) => Promise<boolean> {
  const listings = new Map<string, Awaited<ReturnType<typeof keysOf>>>();

  async function listed(broker: Broker, prefix: string, signal: AbortSignal): Promise<ReadonlySet<string>> {
    const known = listings.get(prefix) ?? (await keysOf(broker, prefix, signal));
    listings.delete(prefix);
    listings.set(prefix, known);
    if (known.more) backend.note(words.moreRecords);
    const [oldest] = listings.keys();
    if (listings.size > mostListings && oldest !== undefined) listings.delete(oldest);
    return known.keys;
  }

  return async (key, signal) => {
    const has = async (broker: Broker) =>
      broker.abilities.lists === 'by-prefix' && (await listed(broker, folderOf(key), signal)).has(key);
    return (await backend.ask(has, signal)) === true;
  };
}

async function keysOf(broker: Broker, prefix: string, signal: AbortSignal) {
  const keys = new Set<string>();
  let more = false;
  for await (const page of listFiles(broker, { values: {}, prefix, type: null, most: Infinity }, signal)) {
    for (const { key } of page.files) if (key !== null) keys.add(key);
    more = page.more;
  }
  return { keys, more };
}
