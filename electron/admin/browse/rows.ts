/**
 * The rows of one listing in memory, 150 to 250 bytes each: every search, filter and order of 100,000 answers in a few ms, and a
 * million do no harm. What is new is put in its place in each order as it comes.
 */
import { browseKinds, browseSortColumns, type BrowseKind, type BrowseView } from '../../../shared/browse.ts';
import { fileKindOf } from '../../../shared/history.ts';
import { fold } from '../../../shared/natural-order.ts';
import { inOrder, settle, type FoundRows, type Order } from '../../journal/orders.ts';
import { createTexts, grown } from '../../journal/texts.ts';
import { typeByName } from '../../engine/inspect/type-of.ts';
import type { FoundObject } from './list-xml.ts';
import { createNames } from './names.ts';

/** An object by what follows the listing's prefix in its key. */
export interface NamedObject extends Omit<FoundObject, 'key'> {
  name: string;
}

export interface StoredRow extends NamedObject {
  kind: BrowseKind;
  /** media type; null: nobody knows it */
  type: string | null;
}

/** All of a view, upwards in its order whichever way it asks for; the folders are the first. They hold for good. */
export interface Found {
  rows: FoundRows;
  folders: number;
}

export interface Rows {
  /** True: something is another now. What was there under this name is forgotten. */
  putObject(object: NamedObject): boolean;
  /** `name` with the slash at its end */
  putFolder(name: string): boolean;
  /** Of an object, or of a folder with the slash at its end. */
  remove(name: string): boolean;
  has(name: string): boolean;
  find(view: BrowseView): Found;
  row(at: number): StoredRow;
  isFolder(at: number): boolean;
  /** bytes; of a folder 0 */
  sizeOf(at: number): number;
  /** The row of a name; null: there is none. */
  rowOf(name: string): number | null;
  /** Puts what is new into one of the orders, ahead of a question. False: nothing is left to do. */
  settle(): boolean;
  sums(): { objects: number; folders: number; bytes: number };
}

const folder = browseKinds.indexOf('folder');
/** Of a row that was removed or replaced. */
const gone = browseKinds.length;

export function createRows(): Rows {
  let count = 0;
  const sums = { objects: 0, folders: 0, bytes: 0 };
  /** of each row its name and then its ETag, in UTF-8 */
  let bytes = Buffer.alloc(1 << 16);
  let end = 0;
  const columns = {
    start: new Uint32Array(1024),
    nameLength: new Uint16Array(1024),
    etagLength: new Uint8Array(1024),
    size: new Float64Array(1024),
    modified: new Float64Array(1024),
    /** its place in `browseKinds`, or `gone` */
    kind: new Uint8Array(1024),
    /** 0: it is, or was, a folder; these go before all objects, which are 1 */
    rank: new Uint8Array(1024),
    /** in `types` */
    type: new Uint32Array(1024),
    /** in `classes` */
    storageClass: new Uint32Array(1024),
  };
  const folded = createTexts();
  const types = createWords();
  const classes = createWords();
  const names = createNames(nameBytes);

  function nameBytes(row: number): Uint8Array {
    const start = columns.start[row] ?? 0;
    return bytes.subarray(start, start + (columns.nameLength[row] ?? 0));
  }

  const byRank = (one: number, other: number) => (columns.rank[one] ?? 0) - (columns.rank[other] ?? 0);
  // Those that read the same go by their bytes: the order is another one's too (shared/browse-order.ts). The last of it is of rows
  // that are gone.
  const byBytes = (one: number, other: number) =>
    one === other ? 0 : Buffer.compare(nameBytes(one), nameBytes(other)) || one - other;
  const byName = (one: number, other: number) => folded.compare(one, other) || byBytes(one, other);
  const by = (column: Float64Array, one: number, other: number) => (column[one] ?? 0) - (column[other] ?? 0);
  const byType = (one: number, other: number) => types.compare(columns.type[one] ?? 0, columns.type[other] ?? 0);
  const orderBy = (compare: Order['compare']): Order => ({
    ...{ rows: new Uint32Array(1024), count: 0 },
    compare: (one, other) => byRank(one, other) || compare(one, other) || byName(one, other),
  });
  const orders: Record<BrowseView['sort']['by'], Order> = {
    name: orderBy(() => 0),
    size: orderBy((one, other) => by(columns.size, one, other)),
    modified: orderBy((one, other) => by(columns.modified, one, other)),
    type: orderBy(byType),
  };

  function makeRoom(more: number): void {
    if (end + more > bytes.length) bytes = Buffer.concat([bytes], Math.max(end + more, bytes.length * 2));
    if (count < columns.start.length) return;
    for (const name of ['start', 'type', 'storageClass'] as const) columns[name] = grown(columns[name], count + 1);
    for (const name of ['size', 'modified'] as const) columns[name] = grown(columns[name], count + 1);
    for (const name of ['etagLength', 'kind', 'rank'] as const) columns[name] = grown(columns[name], count + 1);
    columns.nameLength = grown(columns.nameLength, count + 1);
    for (const name of browseSortColumns) orders[name].rows = grown(orders[name].rows, count + 1);
  }

  function rowOf(name: string): number | null {
    const row = names.find(Buffer.from(name));
    return row === null || columns.kind[row] === gone ? null : row;
  }

  function drop(row: number): void {
    if (columns.kind[row] === folder) sums.folders -= 1;
    else {
      sums.objects -= 1;
      sums.bytes -= columns.size[row] ?? 0;
    }
    columns.kind[row] = gone;
  }

  function append(object: NamedObject, type: string, kind: number): void {
    const { name, etag, size, modified, storageClass } = object;
    makeRoom((name.length + etag.length) * 3);
    const nameLength = bytes.write(name, end);
    const etagLength = bytes.write(etag.slice(0, 80), end + nameLength);
    columns.start[count] = end;
    columns.nameLength[count] = nameLength;
    columns.etagLength[count] = etagLength;
    columns.size[count] = size;
    columns.modified[count] = modified;
    columns.kind[count] = kind;
    columns.rank[count] = kind === folder ? 0 : 1;
    columns.type[count] = types.add(type);
    columns.storageClass[count] = classes.add(storageClass);
    folded.add(fold(name));
    end += nameLength + etagLength;
    names.set(nameBytes(count), count);
    count += 1;
  }

  function row(at: number): StoredRow {
    const start = columns.start[at] ?? 0;
    const behind = start + (columns.nameLength[at] ?? 0);
    return {
      name: bytes.toString('utf8', start, behind),
      etag: bytes.toString('utf8', behind, behind + (columns.etagLength[at] ?? 0)),
      size: columns.size[at] ?? 0,
      modified: columns.modified[at] ?? 0,
      kind: browseKinds[columns.kind[at] ?? gone] ?? 'other',
      type: types.word(columns.type[at] ?? 0) || null,
      storageClass: classes.word(columns.storageClass[at] ?? 0),
    };
  }

  function isSame(at: number, object: NamedObject): boolean {
    const { size, modified, etag, storageClass } = row(at);
    const { kind } = columns;
    const same = size === object.size && modified === object.modified && etag === object.etag;
    return kind[at] !== folder && same && storageClass === object.storageClass;
  }

  return {
    row,
    rowOf,
    isFolder: (at) => columns.rank[at] === 0,
    sizeOf: (at) => columns.size[at] ?? 0,
    has: (name) => rowOf(name) !== null,
    sums: () => ({ ...sums }),
    putObject(object) {
      const before = rowOf(object.name);
      if (before !== null && isSame(before, object)) return false;
      if (before !== null) drop(before);
      const type = typeByName(object.name) ?? '';
      append(object, type, browseKinds.indexOf(fileKindOf(type)));
      sums.objects += 1;
      sums.bytes += object.size;
      return true;
    },
    putFolder(name) {
      if (rowOf(name) !== null) return false;
      append({ name, size: 0, modified: 0, etag: '', storageClass: '' }, '', folder);
      sums.folders += 1;
      return true;
    },
    remove(name) {
      const found = rowOf(name);
      if (found !== null) drop(found);
      return found !== null;
    },
    find({ search, kinds, sort }) {
      const order = orders[sort.by];
      settle(order, count);
      const part = fold(search);
      const hits = part === '' ? new Uint8Array(count).fill(1) : folded.search(part);
      keep(hits, columns.kind, tableOf(kinds.length === 0 ? browseKinds : kinds));
      const rows = inOrder(order, hits);
      return { rows, folders: foldersIn(rows, columns.kind) };
    },
    settle() {
      const lagging = browseSortColumns.map((name) => orders[name]).find((order) => order.count < count);
      if (lagging !== undefined) settle(lagging, count);
      return lagging !== undefined;
    },
  };
}

function tableOf(kinds: readonly BrowseKind[]): Uint8Array {
  const table = new Uint8Array(browseKinds.length + 1);
  for (const kind of kinds) table[browseKinds.indexOf(kind)] = 1;
  return table;
}

function keep(hits: Uint8Array, kinds: Uint8Array, wanted: Uint8Array): void {
  for (let row = 0; row < hits.length; row++) if (wanted[kinds[row] ?? 0] !== 1) hits[row] = 0;
}

/** How many of the first rows are folders: they come before all objects. */
function foldersIn(rows: FoundRows, kinds: Uint8Array): number {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (kinds[rows[middle] ?? 0] === folder) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Each word once: there are few, and very many rows have each of them. */
function createWords() {
  const words: string[] = [];
  const known = new Map<string, number>();
  return {
    add(word: string): number {
      let number = known.get(word);
      if (number === undefined) {
        number = words.push(word) - 1;
        known.set(word, number);
      }
      return number;
    },
    word: (number: number) => words[number] ?? '',
    /** What is no word comes last. */
    compare(one: number, other: number): number {
      if (one === other) return 0;
      const a = words[one] ?? '';
      const b = words[other] ?? '';
      if (a === '' || b === '') return a === '' ? 1 : -1;
      return a < b ? -1 : 1;
    },
  };
}
