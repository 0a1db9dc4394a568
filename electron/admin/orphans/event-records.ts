/**
 * The records that backends list by event, in the order of their keys: an event at a time, so that those of one event are in memory
 * and no more. As The Plugs name their objects: events/ID/...
 */
import type { Journal } from '../../journal/journal.ts';
import { orphans as words } from '../../../shared/strings/orphans.ts';
import type { Broker } from '../../broker/broker.ts';
import type { BrokerFile } from '../../broker/kind.ts';
import { listFiles } from '../../broker/reading.ts';
import { allPages, pagesOf } from '../browse/pages.ts';
import type { Bucket } from '../bucket.ts';
import type { AskedBackend } from './asked-backend.ts';
import { compareKeys } from './in-order.ts';

export interface EventRecord {
  key: string;
  /** of the record */
  id: string;
  publicUrl: string | null;
  values: Record<string, string>;
  /** bytes; null: it does not say */
  size: number | null;
  /** when it was made, or changed last, by the backend's clock. ms since 1970; null: it does not say */
  made: number | null;
  /** It was made by then, whatever zone its time is of. ms since 1970; null: as `made` */
  madeBy: number | null;
  removable: boolean;
  backend: AskedBackend;
}

const root = 'events/';

/** Below a prefix. What cannot be asked is left out, and noted with its backend. Rejects with what the bucket's listing fails with. */
export async function* eventRecords(
  bucket: Bucket,
  backends: readonly AskedBackend[],
  journal: Pick<Journal, 'batches' | 'destinations'>,
  prefix: string,
  signal: AbortSignal,
): AsyncGenerator<EventRecord> {
  const listing: AskedBackend[] = [];
  for (const backend of backends) {
    const lists = await backend.ask(({ abilities }) => Promise.resolve(abilities.lists), signal);
    if (lists === 'by-type') listing.push(backend);
  }
  if (listing.length === 0) return;
  const there = await eventsBelow(bucket, prefix, signal);
  // An event whose objects are all gone has no folder.
  const named = new Map(listing.map((backend) => [backend, eventsNamed(journal, backend, prefix)]));
  const events = new Set([...there, ...[...named.values()].flatMap((one) => [...one])]);
  for (const event of [...events].sort((one, other) => compareKeys(`${one}/`, `${other}/`))) {
    const records: EventRecord[] = [];
    for (const backend of listing)
      if (there.has(event) || named.get(backend)?.has(event) === true)
        records.push(...(await recordsOf(backend, event, prefix, signal)));
    yield* records.sort((one, other) => compareKeys(one.key, other.key));
  }
}

/** Those that have a folder in the bucket; of a prefix within one that one. */
async function eventsBelow(bucket: Bucket, prefix: string, signal: AbortSignal): Promise<Set<string>> {
  const event = eventOf(prefix);
  if (event !== null) return new Set([event]);
  const within = withinRoot(prefix);
  const events = new Set<string>();
  if (within === null) return events;
  for await (const { folders } of allPages(pagesOf(bucket), { prefix: within, delimiter: '/' }, signal))
    for (const folder of folders) events.add(folder.slice(root.length, -1));
  return events;
}

/** Those that this computer has sent something to over this backend, or that a destination of it is for. */
function eventsNamed(
  journal: Pick<Journal, 'batches' | 'destinations'>,
  { connection: { id } }: AskedBackend,
  prefix: string,
): Set<string> {
  const sent = journal.batches().flatMap((one) => (one.connectionIds.includes(id) ? [one.details.event] : []));
  const meant = journal
    .destinations()
    .flatMap(({ connectionId, rules }) => (connectionId === id ? [rules.fields.event_id ?? ''] : []));
  const within = eventOf(prefix) === null ? withinRoot(prefix) : null;
  const isBelow = (event: string) => within !== null && `${root}${event}/`.startsWith(within);
  return new Set([...sent, ...meant].filter((event) => /^[^/]+$/.test(event) && isBelow(event)));
}

function eventOf(prefix: string): string | null {
  return /^events\/([^/]+)\//.exec(prefix)?.[1] ?? null;
}

/** What the folders of events begin with, as far as they lie below a prefix; null: none does. */
function withinRoot(prefix: string): string | null {
  if (prefix.startsWith(root)) return prefix;
  return root.startsWith(prefix) ? root : null;
}

async function recordsOf(
  backend: AskedBackend,
  event: string,
  prefix: string,
  signal: AbortSignal,
): Promise<EventRecord[]> {
  const folder = `${root}${event}/`;
  const records: EventRecord[] = [];
  const read = async (broker: Broker) => {
    const listing = { values: { event_id: event }, prefix: '', type: null, most: Infinity };
    for await (const { files } of listFiles(broker, listing, signal)) {
      for (const file of files) {
        const record = recordOf(file, broker, backend);
        if (record?.key.startsWith(folder) !== true) backend.note(words.elsewhere);
        else if (record.key.startsWith(prefix)) records.push(record);
      }
    }
  };
  await backend.ask(read, signal);
  return records;
}

/** Null: it does not say where its object is, or cannot be asked about it. */
function recordOf(file: BrokerFile, { remove }: Broker, backend: AskedBackend): EventRecord | null {
  const { id, key, publicUrl, values, size, createdAt, updatedAt } = file;
  if (id === null || key === null) return null;
  const times = [createdAt, updatedAt].flatMap((text) => timesOf(text ?? '') ?? []);
  const last = (of: (time: Times) => number) => (times.length === 0 ? null : Math.max(...times.map(of)));
  return {
    ...{ key, id, publicUrl, values: { ...values }, size, removable: remove !== null, backend },
    ...{ made: last(({ at }) => at), madeBy: last(({ by }) => by) },
  };
}

interface Times {
  at: number;
  by: number;
}

/** The last zone is twelve hours behind UTC. ms */
const farthestZone = 12 * 3_600_000;

/** ms since 1970. Backends leave out the zone, and mean UTC or their own; null: it is no time. */
function timesOf(text: string): Times | null {
  const hasZone = /(z|[+-]\d\d:?\d\d)$/i.test(text) || !text.includes(':');
  const at = Date.parse(hasZone ? text : `${text}Z`);
  return Number.isNaN(at) ? null : { at, by: hasZone ? at : at + farthestZone };
}
