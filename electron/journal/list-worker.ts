/** The thread behind list.ts: it reads the journal over a connection of its own, which in WAL mode holds up no writer. */
import { parentPort, workerData } from 'node:worker_threads';
import Database from 'better-sqlite3';
import type { Page, View } from '../../shared/transfer-list.ts';
import { orderSchema, threadSettingsSchema, type ListAnswer } from './list-messages.ts';
import { countRows, findIds, readRows } from './list-query.ts';

interface Found {
  ids: Float64Array<ArrayBuffer>;
  counts: Page['counts'];
  /** of the journal when they were found: another number when another connection has written since */
  version: unknown;
  /** Until then they are used even if the journal has changed. By `performance.now()`. ms */
  restsUntil: number;
}

/** How long found ids are used while the journal changes all the time: ms, and times what it took to find them. */
const rest = { least: 300, perCost: 5 };
/** A list, and what a person has just come from. */
const viewsKept = 4;

const { file, ...driver } = threadSettingsSchema.parse(workerData);
const database = new Database(file, { ...driver, readonly: true, fileMustExist: true, timeout: 5000 });
const kept = new Map<string, Found>();
let staleLater: NodeJS.Timeout | null = null;

parentPort?.on('message', (message: unknown) => {
  try {
    const order = orderSchema.parse(message);
    if (order.kind === 'page') say({ kind: 'answer', value: page(order.view, order.offset, order.limit) });
    else sayIds(order.view);
  } catch (error) {
    say({ kind: 'failed', error });
  }
});

function page(view: View, offset: number, limit: number): Page {
  const { ids, counts } = foundOf(view);
  return { total: ids.length, rows: readRows(database, [...ids.subarray(offset, offset + limit)]), counts };
}

/** Of the journal as it is now: a command is about to follow. */
function sayIds(view: View): void {
  const { ids, version } = kept.get(JSON.stringify(view)) ?? {};
  const copy = ids !== undefined && version === journalVersion() ? ids.slice() : findIds(database, view);
  say({ kind: 'answer', value: copy }, [copy.buffer]);
}

function foundOf(view: View): Found {
  const name = JSON.stringify(view);
  const before = kept.get(name);
  const version = journalVersion();
  const start = performance.now();
  if (before !== undefined && (before.version === version || start < before.restsUntil)) {
    if (before.version !== version) sayStaleAt(before.restsUntil);
    return before;
  }
  const [ids, counts] = [findIds(database, view), countRows(database, view)];
  const now = performance.now();
  const found = { ids, counts, version, restsUntil: now + Math.max(rest.least, rest.perCost * (now - start)) };
  kept.delete(name); // the newest is the last
  kept.set(name, found);
  for (const old of [...kept.keys()].slice(0, -viewsKept)) kept.delete(old);
  return found;
}

function journalVersion(): unknown {
  return database.pragma('data_version', { simple: true });
}

/** Else a list that asks when it hears of a change would keep what it was given just before the last one. */
function sayStaleAt(time: number): void {
  // A timer's ms are whole, and it may be one early: who asks then would be given the same once more.
  const rest = Math.ceil(time - performance.now()) + 1;
  staleLater ??= setTimeout(() => {
    staleLater = null;
    say({ kind: 'stale' });
  }, rest);
}

function say(answer: ListAnswer, transfer: ArrayBuffer[] = []): void {
  parentPort?.postMessage(answer, transfer);
}
