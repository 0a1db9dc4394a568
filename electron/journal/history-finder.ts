/**
 * Finds what a query of the history shows. All that the journal has is read into memory in small steps, the newest first, so
 * that pages are answered between them; what is finished later is told.
 */
import type Database from 'better-sqlite3';
import type { HistoryPage, HistoryQuery } from '../../shared/history.ts';
import { createHistoryIndex } from './history-index.ts';
import { readHistoryRows, readIndexed, readTagged } from './history-rows.ts';
import type { FoundRows } from './orders.ts';

export interface HistoryFinder {
  /** What is there so far: see `catchingUp`. */
  page(query: HistoryQuery, offset: number, limit: number): HistoryPage;
  /** These transfers have got a receipt, or another one. */
  changed(ids: readonly number[]): void;
  /** Works ahead for some ms: reads on, or sorts what was read. False: there is nothing left to do. */
  step(): boolean;
  /** Reads all that is left at once: up to some seconds for a million receipts. */
  readAll(): void;
}

/** receipts: as many as a few ms are enough for */
const perStep = 500;
/** While all is read, an order gets what was read when that is this part of it: more often would move all of it too often. */
const worthSettling = 0.01;
/** How long a page reads on before it is answered: a short history is then complete at once. ms */
const readFirst = 15;
/** A list, and what a person has just come from. */
const queriesKept = 4;

export function createHistoryFinder(database: Database.Database): HistoryFinder {
  const index = createHistoryIndex();
  const read = readIndexed(database);
  const readRows = readHistoryRows(database);
  const tagged = readTagged(database);
  /** the lowest id that was read; 0: all were */
  let reached = Number.MAX_SAFE_INTEGER;
  let told: number[] = [];
  let revision = 0;
  const kept = new Map<string, { found: FoundRows; revision: number }>();

  function takeTold(): void {
    const some = told.slice(0, perStep);
    index.add(read.of(some));
    index.drop(read.foldedInto(some)); // they were rows of their own until their video arrived
    told = told.slice(perStep);
    revision += 1;
  }

  function readOn(): void {
    const found = read.before(reached, perStep);
    reached = found.length < perStep ? 0 : (found.at(-1)?.id ?? 0);
    index.add(found.filter(({ id }) => !index.has(id)));
    revision += 1;
  }

  function rowsOf(query: HistoryQuery): FoundRows {
    const name = JSON.stringify(query);
    const before = kept.get(name);
    if (before?.revision === revision) return before.found;
    const found = index.find({ ...query, batchIds: batchesOf(query) });
    kept.delete(name); // the newest is the last
    kept.set(name, { found, revision });
    for (const old of [...kept.keys()].slice(0, -queriesKept)) kept.delete(old);
    return found;
  }

  function batchesOf({ batchId, tag }: HistoryQuery): Set<number> | null {
    if (tag === null) return batchId === null ? null : new Set([batchId]);
    return new Set(tagged(tag).filter((id) => batchId === null || id === batchId));
  }

  /** False: all is read. */
  function readSome(): boolean {
    if (told.length > 0) takeTold();
    else if (reached > 0) readOn();
    return reached > 0 || told.length > 0;
  }

  return {
    page(query, offset, limit) {
      const enough = performance.now() + readFirst;
      while (readSome() && performance.now() < enough);
      const found = rowsOf(query);
      const ids = index.idsOf(pageOf(found, query.sort.descending, offset, limit));
      return { total: found.length, rows: readRows(ids), catchingUp: reached > 0 || told.length > 0 };
    },
    changed(ids) {
      told = told.concat(ids);
    },
    readAll() {
      while (readSome());
    },
    step: () => index.settle(reached > 0 ? worthSettling : 0) || readSome() || index.settle(0),
  };
}

function pageOf(found: FoundRows, descending: boolean, offset: number, limit: number): FoundRows {
  if (!descending) return found.subarray(offset, offset + limit);
  const behind = Math.max(0, found.length - offset);
  return found.slice(Math.max(0, behind - limit), behind).reverse();
}
