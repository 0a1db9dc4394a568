/** Searches for orphans, for the window: each with its lists, which are in files, and what can be done about them. */
import { rmSync } from 'node:fs';
import type { Logger } from 'pino';
import { isS3 } from '../../shared/connection-kind.ts';
import { reasonOf, SidelineError } from '../../shared/errors.ts';
import {
  wayToForget,
  type Forgettable,
  type LeftUpload,
  type MissingObject,
  type OrphanList,
  type OrphanPage,
  type OrphanRow,
  type OrphanScan,
  type UnknownObject,
} from '../../shared/orphans.ts';
import { foldersOf, ownFolders } from '../../shared/own-folder.ts';
import { orphans as words } from '../../shared/strings/orphans.ts';
import { refusals } from '../../shared/strings/refusals.ts';
import type { Bucket } from '../admin/bucket.ts';
import { storeTime } from '../admin/delete/look.ts';
import { abortUploads, mayBeAborted } from '../admin/orphans/abort.ts';
import { createBackendRecords } from '../admin/orphans/backend-records.ts';
import { forgetMissing, forgettable, type ForgetDeps } from '../admin/orphans/forget.ts';
import { bucketPlace, connectionsTo, isKnownNow, ownUploads, type KnownJournal } from '../admin/orphans/known.ts';
import {
  countOf,
  filtered,
  openLists,
  picked,
  pickedOf,
  type OrphanLists,
  type RowNumbers,
} from '../admin/orphans/lists.ts';
import { noCounts, scanOrphans } from '../admin/orphans/scan.ts';
import type { Brokers } from '../broker/open.ts';
import type { Journal } from '../journal/journal.ts';
import type { AdminTasks } from './admin-tasks.ts';
import { refuseElsewhere, type Buckets } from './buckets.ts';

export interface OrphanOrder {
  connectionId: number;
  /** null: all that the connection's user may see */
  destinationId: number | null;
  /** ms */
  olderThan: number;
}

export interface OrphanScans {
  /** Begins a search, in the place of the one before. Throws `invalid-input`, `prefix-locked`. */
  start(order: OrphanOrder): Promise<OrphanScan>;
  /** Those that are at hand: the last one. */
  list(): OrphanScan[];
  page(scanId: number, list: OrphanList, offset: number, limit: number): Promise<OrphanPage>;
  /** All rows of a list, as far as they are known. */
  rows(scanId: number, list: OrphanList): AsyncIterable<OrphanRow>;
  /** What was found so far stays. */
  cancel(scanId: number): void;
  /** How many of the uploads that were found may be aborted: older (ms), and of nobody here. */
  abortable(scanId: number, olderThan: number, which: RowNumbers): Promise<{ count: number; bytes: number }>;
  /** Aborts them. Returns the id of the task. Throws `invalid-input` where there is none. */
  abortUploads(scanId: number, olderThan: number, which: RowNumbers): number;
  /** Of the objects that nobody knows, by now either: for a deletion, which asks. Throws `invalid-input` where there are none, or too many. */
  unknownKeys(scanId: number, which: RowNumbers): Promise<{ connectionId: number; keys: string[] }>;
  /** What forgetting these would do. */
  forgettable(scanId: number, which: RowNumbers): Promise<Forgettable>;
  /**
   * The receipts without object are marked: nothing claims any more that those are there. Returns how many; and the id of the task
   * that has backends delete their records, each once it has said again that its object is gone. Null: there are none.
   */
  forgetMissing(scanId: number, which: RowNumbers): Promise<{ count: number; taskId: number | null }>;
  close(): Promise<void>;
}

export interface OrphanScansDeps {
  buckets: Pick<Buckets, 'of'>;
  journal: KnownJournal &
    ForgetDeps['journal'] &
    Pick<Journal, 'batches' | 'connections' | 'destination' | 'destinations'>;
  openBroker: Brokers['open'];
  tasks: Pick<AdminTasks, 'start'>;
  /** absolute; what is left in it of an earlier run is removed */
  folder: string;
  log: Logger;
  push(scan: OrphanScan): void;
}

interface Entry {
  scan: OrphanScan;
  /** of the bucket that is searched: see `bucketPlace` */
  place: string;
  lists: OrphanLists;
  stop: AbortController;
  ended: Promise<void>;
}

/** between two events. ms */
const pushEvery = 250;
/** Keys that are handed to a deletion are in memory. */
const mostKeys = 100_000;

export function createOrphanScans(deps: OrphanScansDeps): OrphanScans {
  const { buckets, journal, openBroker, tasks, folder, log, push } = deps;
  rmSync(folder, { recursive: true, force: true });
  let current: Entry | null = null;
  let last = 0;
  let closed = false;
  /** those of earlier searches whose lists are still read */
  const leaving = new Set<Promise<void>>();

  const copyOf = (scan: OrphanScan): OrphanScan => structuredClone(scan);

  function known(scanId: number): Entry {
    if (current?.scan.id === scanId) return current;
    throw new SidelineError('invalid-input', { subject: words.noScan });
  }

  function rested(scanId: number): Entry {
    const entry = known(scanId);
    if (entry.scan.state === 'running') throw new SidelineError('invalid-input', { subject: words.notReady });
    return entry;
  }

  /** Its lists go once nobody reads them any more. */
  function drop(): void {
    const entry = current;
    current = null;
    if (entry === null) return;
    entry.stop.abort(new SidelineError('superseded'));
    const gone = (async () => {
      await entry.ended;
      await entry.lists.close();
    })();
    leaving.add(gone);
    gone
      .catch((error: unknown) => log.warn({ error }, 'the lists of a search for orphans could not be taken away'))
      .finally(() => leaving.delete(gone));
  }

  async function bucketOf({ scan, place }: Entry): Promise<Bucket> {
    const bucket = await buckets.of(scan.connectionId);
    refuseElsewhere(bucket, place);
    return bucket;
  }

  function prefixesOf({ connectionId, destinationId }: OrphanOrder): string[] {
    if (destinationId === null) return foldersOf(connectionId, journal.destinations()) ?? [''];
    const destination = journal.destination(destinationId);
    if (destination?.connectionId !== connectionId)
      throw new SidelineError('invalid-input', { subject: refusals.noDestination });
    return ownFolders(destination.rules);
  }

  async function run(entry: Entry): Promise<void> {
    const { scan, stop } = entry;
    const { unknown, missing, uploads } = entry.lists;
    let pushed = -Infinity;
    try {
      const bucket = await bucketOf(entry);
      const sink = {
        unknown: (found: UnknownObject) => unknown.add(found),
        missing: (found: MissingObject) => missing.add(found),
        upload: (found: LeftUpload) => uploads.add(found),
        counted(counts: OrphanScan['counts']) {
          scan.counts = counts;
          if (performance.now() - pushed < pushEvery) return;
          pushed = performance.now();
          push(copyOf(scan));
        },
      };
      const { prefixes, olderThan } = scan;
      const records = createBackendRecords(journal, openBroker);
      scan.counts = await scanOrphans({ bucket, journal, prefixes, olderThan, records }, sink, stop.signal);
      scan.state = 'done';
    } catch (error) {
      scan.state = stop.signal.aborted ? 'cancelled' : 'failed';
      if (!stop.signal.aborted) {
        scan.reason = reasonOf(error);
        log.warn({ connection: scan.connectionId, error }, 'a search for orphans ended early');
      }
    }
    push(copyOf(scan));
  }

  /** The name of a connection through which nothing is changed; null: it may be. */
  function readOnlyOf({ connectionId }: OrphanScan): string | null {
    const connection = journal.connections().find(({ id }) => id === connectionId);
    return connection !== undefined && isS3(connection) && connection.config.readOnly === true ? connection.name : null;
  }

  /** Of all but the receipts that need nobody to be asked. Returns the id of the task. */
  function startForgetting({ scan, lists }: Entry, which: RowNumbers, count: number): number {
    return tasks.start({
      ...{ kind: 'clean-up', connectionId: scan.connectionId, subject: words.forgetting(count) },
      work: (report, signal) =>
        lists.reading(async () => {
          const deps = { journal, openBroker, readOnly: readOnlyOf(scan) };
          const isOthers = (one: MissingObject) => wayToForget(one, deps.readOnly !== null) !== 'receipt';
          report.total(count);
          const told = {
            done: () => report.done(1),
            failed: ({ key }: MissingObject, error: unknown) => report.failed(key, error),
          };
          await forgetMissing(filtered(picked(lists.missing.rows(), which), isOthers), deps, told, signal);
        }),
      retry: null, // a search finds what is still there
    });
  }

  return {
    async start(order) {
      const id = ++last;
      const { connectionId, destinationId, olderThan } = order;
      const bucket = await buckets.of(connectionId);
      const prefixes = prefixesOf(order);
      for (const key of prefixes) {
        const refused = bucket.refusal({ right: 'list', key, operation: 'connect' });
        if (refused !== null) throw refused;
      }
      const lists = await openLists(folder, id);
      const entry: Entry = {
        ...{ lists, stop: new AbortController(), ended: Promise.resolve() },
        place: bucketPlace(bucket.storage.connection.config),
        scan: {
          ...{ id, connectionId, destinationId, prefixes, olderThan },
          ...{ state: 'running', counts: noCounts(), begunAt: Date.now(), reason: null },
        },
      };
      if (closed || (current !== null && current.scan.id > id)) {
        await lists.close();
        return { ...entry.scan, state: 'cancelled' }; // another was asked for meanwhile
      }
      drop();
      current = entry;
      entry.ended = run(entry);
      return copyOf(entry.scan);
    },
    list: () => (current === null ? [] : [copyOf(current.scan)]),
    async page(scanId, list, offset, limit) {
      const { lists } = known(scanId);
      const rows = await lists.page(list, offset, limit);
      return { total: lists[list].count(), rows };
    },
    async *rows(scanId, list) {
      yield* known(scanId).lists.rows(list);
    },
    cancel: (scanId) => known(scanId).stop.abort(new SidelineError('superseded')),
    async abortable(scanId, olderThan, which) {
      const entry = rested(scanId);
      const { reading, uploads } = entry.lists;
      return await reading(async () => {
        const now = storeTime(await bucketOf(entry));
        const sum = { count: 0, bytes: 0 };
        for await (const upload of picked(uploads.rows(), which)) {
          if (!mayBeAborted(upload, olderThan, now)) continue;
          sum.count += 1;
          sum.bytes += upload.bytes ?? 0;
        }
        return sum;
      });
    },
    abortUploads(scanId, olderThan, which) {
      const entry = rested(scanId);
      const { scan } = entry;
      const { reading, uploads } = entry.lists;
      return tasks.start({
        ...{ kind: 'clean-up', connectionId: scan.connectionId, hasBytes: true },
        subject: words.aborting(pickedOf(scan.counts.uploads.count - scan.counts.uploads.own, which)),
        work: (report, signal) =>
          reading(async () => {
            const bucket = await bucketOf(entry);
            const own = ownUploads(journal, connectionsTo(journal, bucket.storage.connection.config));
            const now = storeTime(bucket);
            const old = (upload: LeftUpload) => mayBeAborted(upload, olderThan, now);
            report.total(await countOf(picked(uploads.rows(), which), old));
            const told = {
              done: ({ bytes }: LeftUpload) => report.done(1, bytes ?? 0),
              kept: () => report.done(1),
              failed: ({ key }: LeftUpload, error: unknown) => report.failed(key, error),
            };
            await abortUploads(bucket, filtered(picked(uploads.rows(), which), old), own, told, signal);
          }),
        retry: null, // a search finds what is still there
      });
    },
    async unknownKeys(scanId, which) {
      const entry = rested(scanId);
      const { reading, unknown } = entry.lists;
      if (unknown.count() === 0) throw new SidelineError('invalid-input', { subject: words.nothingToDelete });
      if (pickedOf(unknown.count(), which) > mostKeys)
        throw new SidelineError('invalid-input', { subject: words.tooMany(mostKeys) });
      return await reading(async () => {
        const { storage } = await bucketOf(entry);
        const ids = connectionsTo(journal, storage.connection.config);
        const keys: string[] = [];
        for await (const { key } of picked(unknown.rows(), which)) if (!isKnownNow(journal, ids, key)) keys.push(key);
        return { connectionId: entry.scan.connectionId, keys };
      });
    },
    async forgettable(scanId, which) {
      const { scan, lists } = rested(scanId);
      return await lists.reading(() => forgettable(picked(lists.missing.rows(), which), readOnlyOf(scan)));
    },
    async forgetMissing(scanId, which) {
      const entry = rested(scanId);
      const { reading, missing } = entry.lists;
      const isReadOnly = readOnlyOf(entry.scan) !== null;
      return await reading(async () => {
        let count = 0;
        let others = 0;
        const now = Date.now();
        for await (const one of picked(missing.rows(), which)) {
          if (one.id !== null && wayToForget(one, isReadOnly) === 'receipt') {
            journal.noteRemoved(one.id, now);
            count += 1;
          } else others += 1;
        }
        return { count, taskId: others === 0 ? null : startForgetting(entry, which, others) };
      });
    },
    async close() {
      closed = true;
      drop();
      await Promise.allSettled(leaving);
    },
  };
}
