/** Searches for orphans, for the window: each with its lists, which are in files, and what can be done about them. */
import { rmSync } from 'node:fs';
import path from 'node:path';
import type { Logger } from 'pino';
import { reasonOf, SidelineError } from '../../shared/errors.ts';
import {
  leftUploadSchema,
  missingObjectSchema,
  unknownObjectSchema,
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
import { abortUploads, mayBeAborted } from '../admin/orphans/abort.ts';
import { connectionsTo, isKnownNow, ownUploads, type KnownJournal } from '../admin/orphans/known.ts';
import { noCounts, scanOrphans } from '../admin/orphans/scan.ts';
import { openSpool, type Spool } from '../admin/orphans/spool.ts';
import type { Journal } from '../journal/journal.ts';
import type { AdminTasks } from './admin-tasks.ts';
import type { Buckets } from './buckets.ts';

export interface OrphanOrder {
  connectionId: number;
  /** null: all that the connection's user may see */
  destinationId: number | null;
  /** ms */
  olderThan: number;
}

/** Rows of a list, from 0; null: all of them. */
export type RowNumbers = readonly number[] | null;

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
  abortable(scanId: number, olderThan: number, only: RowNumbers): Promise<{ count: number; bytes: number }>;
  /** Aborts them. Returns the id of the task. Throws `invalid-input` where there is none. */
  abortUploads(scanId: number, olderThan: number, only: RowNumbers): number;
  /** Of the objects that nobody knows, by now either: for a deletion, which asks. Throws `invalid-input` where there are none, or too many. */
  unknownKeys(scanId: number, only: RowNumbers): Promise<{ connectionId: number; keys: string[] }>;
  /** The receipts without object are marked: nothing claims any more that those are there. Returns how many. */
  forgetMissing(scanId: number, only: RowNumbers): Promise<number>;
  close(): Promise<void>;
}

export interface OrphanScansDeps {
  buckets: Pick<Buckets, 'of'>;
  journal: KnownJournal & Pick<Journal, 'destination' | 'destinations' | 'noteRemoved'>;
  tasks: Pick<AdminTasks, 'start'>;
  /** absolute; what is left in it of an earlier run is removed */
  folder: string;
  log: Logger;
  push(scan: OrphanScan): void;
}

interface Entry {
  scan: OrphanScan;
  unknown: Spool<UnknownObject>;
  missing: Spool<MissingObject>;
  uploads: Spool<LeftUpload>;
  stop: AbortController;
  ended: Promise<void>;
}

/** between two events. ms */
const pushEvery = 250;
/** Keys that are handed to a deletion are in memory. */
const mostKeys = 100_000;

export function createOrphanScans(deps: OrphanScansDeps): OrphanScans {
  const { buckets, journal, tasks, folder, log, push } = deps;
  rmSync(folder, { recursive: true, force: true });
  let current: Entry | null = null;
  let last = 0;

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

  async function drop(): Promise<void> {
    const entry = current;
    current = null;
    if (entry === null) return;
    entry.stop.abort(new SidelineError('superseded'));
    await entry.ended;
    await Promise.all([entry.unknown, entry.missing, entry.uploads].map((one) => one.close()));
  }

  function prefixesOf({ connectionId, destinationId }: OrphanOrder): string[] {
    if (destinationId === null) return foldersOf(connectionId, journal.destinations()) ?? [''];
    const destination = journal.destination(destinationId);
    if (destination?.connectionId !== connectionId)
      throw new SidelineError('invalid-input', { subject: refusals.noDestination });
    return ownFolders(destination.rules);
  }

  async function run(entry: Entry): Promise<void> {
    const { scan, unknown, missing, uploads, stop } = entry;
    let pushed = -Infinity;
    try {
      const bucket = await buckets.of(scan.connectionId);
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
      scan.counts = await scanOrphans({ bucket, journal, prefixes, olderThan }, sink, stop.signal);
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

  return {
    async start(order) {
      const { connectionId, destinationId, olderThan } = order;
      const bucket = await buckets.of(connectionId);
      const prefixes = prefixesOf(order);
      for (const key of prefixes) {
        const refused = bucket.refusal({ right: 'list', key, operation: 'connect' });
        if (refused !== null) throw refused;
      }
      await drop();
      const id = ++last;
      const file = (list: OrphanList) => path.join(folder, `${id}-${list}.jsonl`);
      const [unknown, missing, uploads] = await Promise.all([
        openSpool(file('unknown'), unknownObjectSchema),
        openSpool(file('missing'), missingObjectSchema),
        openSpool(file('uploads'), leftUploadSchema),
      ]);
      const entry: Entry = {
        ...{ unknown, missing, uploads, stop: new AbortController(), ended: Promise.resolve() },
        scan: {
          ...{ id, connectionId, destinationId, prefixes, olderThan },
          ...{ state: 'running', counts: noCounts(), begunAt: Date.now(), reason: null },
        },
      };
      current = entry;
      entry.ended = run(entry);
      return copyOf(entry.scan);
    },
    list: () => (current === null ? [] : [copyOf(current.scan)]),
    async page(scanId, list, offset, limit) {
      const spool = known(scanId)[list];
      const rows = await spool.page(offset, limit);
      return { total: spool.count(), rows: rows.map((row) => labelled(list, row)) };
    },
    async *rows(scanId, list) {
      for await (const row of known(scanId)[list].rows()) yield labelled(list, row);
    },
    cancel: (scanId) => known(scanId).stop.abort(new SidelineError('superseded')),
    async abortable(scanId, olderThan, only) {
      const { scan, uploads } = rested(scanId);
      const bucket = await buckets.of(scan.connectionId);
      const now = Date.now() + bucket.storage.clockOffset();
      const sum = { count: 0, bytes: 0 };
      for await (const upload of picked(uploads.rows(), only)) {
        if (!mayBeAborted(upload, olderThan, now)) continue;
        sum.count += 1;
        sum.bytes += upload.bytes ?? 0;
      }
      return sum;
    },
    abortUploads(scanId, olderThan, only) {
      const { scan, uploads } = rested(scanId);
      return tasks.start({
        ...{ kind: 'clean-up', connectionId: scan.connectionId, hasBytes: true },
        subject: words.aborting(only?.length ?? scan.counts.uploads.count - scan.counts.uploads.own),
        async work(report, signal) {
          const bucket = await buckets.of(scan.connectionId);
          const own = ownUploads(journal, connectionsTo(journal, bucket.storage.connection.config));
          const now = Date.now() + bucket.storage.clockOffset();
          const old = (upload: LeftUpload) => mayBeAborted(upload, olderThan, now);
          report.total(await countOf(picked(uploads.rows(), only), old));
          const told = {
            done: ({ bytes }: LeftUpload) => report.done(1, bytes ?? 0),
            kept: () => report.done(1),
            failed: ({ key }: LeftUpload, error: unknown) => report.failed(key, error),
          };
          await abortUploads(bucket, filtered(picked(uploads.rows(), only), old), own, told, signal);
        },
        retry: null, // a search finds what is still there
      });
    },
    async unknownKeys(scanId, only) {
      const { scan, unknown } = rested(scanId);
      if (unknown.count() === 0) throw new SidelineError('invalid-input', { subject: words.nothingToDelete });
      if (only === null && unknown.count() > mostKeys)
        throw new SidelineError('invalid-input', { subject: words.tooMany(mostKeys) });
      const { storage } = await buckets.of(scan.connectionId);
      const ids = connectionsTo(journal, storage.connection.config);
      const keys: string[] = [];
      for await (const { key } of picked(unknown.rows(), only)) if (!isKnownNow(journal, ids, key)) keys.push(key);
      return { connectionId: scan.connectionId, keys };
    },
    async forgetMissing(scanId, only) {
      const { missing } = rested(scanId);
      let count = 0;
      const now = Date.now();
      for await (const { id } of picked(missing.rows(), only)) {
        journal.noteRemoved(id, now);
        count += 1;
      }
      return count;
    },
    close: drop,
  };
}

/** The list says what its rows are. */
function labelled(list: OrphanList, row: UnknownObject | MissingObject | LeftUpload): OrphanRow {
  return { list, ...row } as OrphanRow;
}

/** Those with these numbers. */
async function* picked<T>(rows: AsyncIterable<T>, only: RowNumbers): AsyncGenerator<T> {
  const wanted = only === null ? null : new Set(only);
  let number = 0;
  for await (const row of rows) {
    if (wanted === null || wanted.has(number)) yield row;
    number += 1;
  }
}

async function* filtered<T>(rows: AsyncIterable<T>, takes: (row: T) => boolean): AsyncGenerator<T> {
  for await (const row of rows) if (takes(row)) yield row;
}

async function countOf<T>(rows: AsyncIterable<T>, counts: (row: T) => boolean): Promise<number> {
  let count = 0;
  for await (const row of rows) if (counts(row)) count += 1;
  return count;
}
