/** Where rows are in a view, and which of them a person has selected. */
import { compareRows, isBetween, type Between } from '../../../shared/browse-order.ts';
import type { BrowseSelection, BrowseView, RowEdge } from '../../../shared/browse.ts';
import type { FoundObject } from './list-xml.ts';
import type { Found, Rows } from './rows.ts';

export interface Selected {
  /** may be a million: made one by one */
  objects: Iterable<FoundObject>;
  /** how many they are */
  count: number;
  /** of the objects */
  bytes: number;
  /** folders, with the slash at their end */
  prefixes: string[];
}

/** The place in `rows` of a view's row, and the other way round: downwards the folders still go first. */
export function placeIn({ rows, folders }: Found, descending: boolean, at: number): number {
  if (!descending) return at;
  return at < folders ? folders - 1 - at : rows.length - 1 - (at - folders);
}

/** Rows that are named, as far as they are there. */
export function rowsNamed(rows: Rows, prefix: string, named: Extract<BrowseSelection, { rows: unknown }>['rows']) {
  const keys = [...named.keys, ...named.prefixes].filter((key) => key.startsWith(prefix));
  const all = keys.map((key) => rows.rowOf(key.slice(prefix.length))).filter((row) => row !== null);
  return [...new Set(all)];
}

/** Those of a view from one row to another, and of `named` those that are elsewhere, in place of those that are between. */
export function* placesBetween(
  rows: Rows,
  found: Found,
  sort: BrowseView['sort'],
  between: Between,
  named: readonly number[],
): Generator<number> {
  const edgeOf = (place: number) => edge(rows, place);
  const shownAt = (at: number) => found.rows[placeIn(found, sort.descending, at)] ?? 0;
  const { length } = found.rows;
  const first = firstWhere(length, (at) => compareRows(sort, edgeOf(shownAt(at)), between.from) >= 0);
  const behind = firstWhere(length, (at) => compareRows(sort, edgeOf(shownAt(at)), between.to) > 0);
  const without = new Set(named);
  for (let at = first; at < behind; at++) if (!without.has(shownAt(at))) yield shownAt(at);
  for (const place of named) if (!isBetween(sort, between, edgeOf(place))) yield place;
}

function edge(rows: Rows, place: number): RowEdge {
  const { name, size, modified, type } = rows.row(place);
  return { name, isFolder: rows.isFolder(place), size, modified, type: type ?? '' };
}

/** The first of `length` places from which on it holds; `length` where it holds nowhere. */
function firstWhere(length: number, holds: (at: number) => boolean): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** What these rows are; `except` are none of them. They stay what they are, whatever is done to the listing after. */
export function selectedOf(
  rows: Rows,
  prefix: string,
  places: Iterable<number>,
  except: ReadonlySet<number> = new Set(),
): Selected {
  const objects: number[] = [];
  const prefixes: string[] = [];
  let bytes = 0;
  for (const place of places) {
    if (except.has(place)) continue;
    if (rows.isFolder(place)) prefixes.push(prefix + rows.row(place).name);
    else {
      objects.push(place);
      bytes += rows.sizeOf(place);
    }
  }
  function* each(): Generator<FoundObject> {
    for (const place of objects) {
      const { name, size, modified, etag, storageClass } = rows.row(place);
      yield { key: prefix + name, size, modified, etag, storageClass };
    }
  }
  return { objects: { [Symbol.iterator]: each }, count: objects.length, bytes, prefixes };
}
