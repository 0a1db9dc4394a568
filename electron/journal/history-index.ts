/**
 * All receipts as a list needs them to find its rows, in memory: 100 bytes or so for each. Every filter, search and order of a
 * million answers in milliseconds, which no index on disk does for any part of any name; and writing receipts costs nothing more.
 */
import { fileKinds, historySortColumns, type FileKind, type HistoryQuery } from '../../shared/history.ts';
import { fold } from '../../shared/natural-order.ts';
import { otherNameOf } from '../../shared/own-name.ts';
import { inOrder, settle, type FoundRows, type Order } from './orders.ts';
import { createTexts, grown, type Texts } from './texts.ts';

/** Of one receipt. */
export interface IndexedReceipt {
  /** of its transfer */
  id: number;
  batchId: number;
  destinationId: number | null;
  key: string;
  /** absolute path */
  source: string;
  /** bytes */
  size: number;
  /** ms since 1970 */
  finishedAt: number;
  kind: FileKind;
}

/** A query, with the batches that have its tag. Null: all. */
export interface IndexQuery extends Omit<HistoryQuery, 'batchId' | 'tag'> {
  batchIds: ReadonlySet<number> | null;
}

export interface HistoryIndex {
  /** Takes them in; of those that it has already, what they were is forgotten. */
  add(receipts: readonly IndexedReceipt[]): void;
  has(id: number): boolean;
  /** These are no longer found, until they are taken in again. */
  drop(ids: readonly number[]): void;
  /** All of a query, upwards in its order whichever way it asks for. They hold until more is taken in. */
  find(query: IndexQuery): FoundRows;
  /** The ids of transfers of these rows. */
  idsOf(rows: FoundRows): number[];
  /** Puts what was taken in into one of the orders, ahead of a question, where that is more than `part` of it. False: nowhere. */
  settle(part: number): boolean;
}

type Column = HistoryQuery['sort']['by'];

/** Of a row that was replaced. */
const gone = fileKinds.length;

export function createHistoryIndex(): HistoryIndex {
  let count = 0;
  const columns = {
    id: new Uint32Array(1024),
    batch: new Uint32Array(1024),
    /** 0: none */
    destination: new Uint32Array(1024),
    size: new Float64Array(1024),
    finished: new Float64Array(1024),
    /** its place in `fileKinds`, or `gone` */
    kind: new Uint8Array(1024),
    /** in `folders`: those of the two names */
    firstFolder: new Uint32Array(1024),
    lastFolder: new Uint32Array(1024),
    /** that of the first name where it is shown with it; else that of no folder */
    shownFolder: new Uint32Array(1024),
  };
  /** of each row the name that is shown, which is that of its key or of its file, and the other where that is another */
  const names = createTexts();
  const folders = createFolders();
  /** its row and 1, by the transfer's id */
  let rowOf = new Uint32Array(1024);
  let someGone = false;

  const by = (column: Float64Array, one: number, other: number) => (column[one] ?? 0) - (column[other] ?? 0);
  const byId = (one: number, other: number) => (columns.id[one] ?? 0) - (columns.id[other] ?? 0);
  const orders: Record<Column, Order> = {
    finished: {
      rows: new Uint32Array(1024),
      count: 0,
      compare: (one, other) => by(columns.finished, one, other) || byId(one, other),
    },
    size: {
      rows: new Uint32Array(1024),
      count: 0,
      compare: (one, other) => by(columns.size, one, other) || byId(one, other),
    },
    name: {
      rows: new Uint32Array(1024),
      count: 0,
      compare: (one, other) =>
        folders.texts.compare(columns.shownFolder[one] ?? 0, columns.shownFolder[other] ?? 0) ||
        names.compare(one, other) ||
        byId(one, other),
    },
  };

  function addRow(receipt: IndexedReceipt): void {
    const { id, key, source } = receipt;
    if (id >= rowOf.length) rowOf = grown(rowOf, id + 1);
    const before = rowOf[id] ?? 0;
    if (before > 0) {
      columns.kind[before - 1] = gone;
      someGone = true;
    }
    const isRenamed = otherNameOf(receipt) !== null;
    const [first, last] = isRenamed ? [source, key] : [key, source];
    const [firstFolder, firstName] = parted(fold(first));
    const [lastFolder, lastName] = parted(fold(last));
    const row = firstName === lastName ? names.add(firstName) : names.add(firstName, lastName);
    columns.id[row] = id;
    columns.batch[row] = receipt.batchId;
    columns.destination[row] = receipt.destinationId ?? 0;
    columns.size[row] = receipt.size;
    columns.finished[row] = receipt.finishedAt;
    columns.kind[row] = fileKinds.indexOf(receipt.kind);
    columns.firstFolder[row] = folders.add(firstFolder);
    columns.lastFolder[row] = folders.add(lastFolder);
    columns.shownFolder[row] = folders.add(isRenamed ? '' : firstFolder);
    rowOf[id] = row + 1;
  }

  function makeRoom(length: number): void {
    if (length <= columns.id.length) return;
    for (const name of ['id', 'batch', 'destination', 'firstFolder', 'lastFolder', 'shownFolder'] as const)
      columns[name] = grown(columns[name], length);
    for (const name of ['size', 'finished'] as const) columns[name] = grown(columns[name], length);
    columns.kind = grown(columns.kind, length);
    for (const name of historySortColumns) orders[name].rows = grown(orders[name].rows, length);
  }

  /** A byte for each row: 1 where it is of the query. */
  function hitsOf(query: IndexQuery): Uint8Array {
    const { kinds, destinationIds, batchIds, from, until } = query;
    const hits = query.search === '' ? new Uint8Array(count).fill(1) : search(fold(query.search));
    if (kinds.length > 0 || someGone)
      keep(
        hits,
        columns.kind,
        tableOf(kinds.length === 0 ? fileKinds.keys() : kinds.map((kind) => fileKinds.indexOf(kind))),
      );
    if (destinationIds.length > 0) keep(hits, columns.destination, tableOf(destinationIds));
    if (batchIds !== null) keep(hits, columns.batch, tableOf(batchIds));
    if (from !== null || until !== null) keepBetween(hits, columns.finished, from ?? -Infinity, until ?? Infinity);
    return hits;
  }

  /** Of folded text, in key or path: in a folder's part of it, in the name, or across the slash between them. */
  function search(text: string): Uint8Array {
    const hits = isSeparated(text) ? new Uint8Array(count) : names.search(text);
    const inFolder = folders.texts.search(text);
    if (inFolder.includes(1)) addFolders(hits, inFolder, columns.firstFolder, columns.lastFolder);
    addAcross(hits, text);
    return hits;
  }

  /** Where the folder ends as the text does up to its last slash, and the name begins with the rest. */
  function addAcross(hits: Uint8Array, text: string): void {
    const [folder, name] = parted(text);
    if (folder === '' || name === '') return;
    const ends = folders.texts.ending(folder);
    if (!ends.includes(1)) return;
    addBoth(hits, names.starting(name), ends, columns.firstFolder, columns.lastFolder);
  }

  return {
    add(receipts) {
      makeRoom(count + receipts.length);
      for (const receipt of receipts) {
        addRow(receipt);
        count += 1;
      }
    },
    has: (id) => (rowOf[id] ?? 0) > 0,
    drop(ids) {
      for (const id of ids) {
        const row = rowOf[id] ?? 0;
        if (row === 0) continue;
        columns.kind[row - 1] = gone;
        rowOf[id] = 0;
        someGone = true;
      }
    },
    find(query) {
      const order = orders[query.sort.by];
      settle(order, count);
      const { search: text, kinds, destinationIds, batchIds, from, until } = query;
      const isAll = text === '' && kinds.length + destinationIds.length === 0 && batchIds === null && !someGone;
      if (isAll && from === null && until === null) return order.rows.subarray(0, count);
      return inOrder(order, hitsOf(query));
    },
    idsOf: (rows) => Array.from(rows, (row) => columns.id[row] ?? 0),
    settle(part) {
      const lagging = historySortColumns
        .map((name) => orders[name])
        .find((order) => count - order.count > order.count * part);
      if (lagging !== undefined) settle(lagging, count);
      return lagging !== undefined;
    },
  };
}

// Each of these runs a million times a question: they are apart, with arrays of one kind each, so that they are compiled to loops.

/** Takes away what is not wanted: of `wanted`, 1 where a value is. */
function keep(hits: Uint8Array, column: Uint8Array | Uint32Array, wanted: Uint8Array): void {
  for (let row = 0; row < hits.length; row++) if (wanted[column[row] ?? 0] !== 1) hits[row] = 0;
}

function keepBetween(hits: Uint8Array, column: Float64Array, from: number, until: number): void {
  for (let row = 0; row < hits.length; row++) {
    const value = column[row] ?? 0;
    if (value < from || value >= until) hits[row] = 0;
  }
}

function addFolders(hits: Uint8Array, isMeant: Uint8Array, keys: Uint32Array, sources: Uint32Array): void {
  for (let row = 0; row < hits.length; row++)
    if (isMeant[keys[row] ?? 0] === 1 || isMeant[sources[row] ?? 0] === 1) hits[row] = 1;
}

/** `named`: which of the two names of each is meant, 1 and 2 */
function addBoth(
  hits: Uint8Array,
  named: Uint8Array,
  isMeant: Uint8Array,
  firstFolder: Uint32Array,
  lastFolder: Uint32Array,
): void {
  for (let row = 0; row < hits.length; row++) {
    const names = named[row] ?? 0;
    if (names === 0) continue;
    const isFirst = (names & 1) !== 0 && isMeant[firstFolder[row] ?? 0] === 1;
    const isLast = (names & 2) !== 0 && isMeant[lastFolder[row] ?? 0] === 1;
    if (isFirst || isLast) hits[row] = 1;
  }
}

/** A byte for each number up to the largest of these, 1 where it is one of them. */
function tableOf(members: Iterable<number>): Uint8Array {
  const all = [...members];
  const table = new Uint8Array(all.reduce((largest, one) => Math.max(largest, one), 0) + 1);
  for (const one of all) table[one] = 1;
  return table;
}

const isSeparated = (text: string) => /[/\\]/.test(text);

/** A path as folder, with the slash, and name. */
function parted(path: string): [folder: string, name: string] {
  const behind = Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1;
  return [path.slice(0, behind), path.slice(behind)];
}

/** Each folder once. */
function createFolders(): { texts: Texts; add(folder: string): number } {
  const texts = createTexts();
  const known = new Map<string, number>();
  return {
    texts,
    add(folder) {
      let number = known.get(folder);
      if (number === undefined) known.set(folder, (number = texts.add(folder)));
      return number;
    },
  };
}
