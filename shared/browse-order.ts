/** The order of the rows of a listing: that in which main keeps them (`electron/admin/browse/rows.ts`), for rows by themselves. */
import type { BrowseView, RowEdge } from './browse.ts';
import { compareNaturally, fold } from './natural-order.ts';

type Sort = BrowseView['sort'];

/** From a row to a row, both included, as a view shows them from top to bottom. */
export interface Between {
  from: RowEdge;
  to: RowEdge;
}

const utf8 = new TextEncoder();

/** of rows that are compared again and again: the two ends of what is selected */
const known = new WeakMap<RowEdge, { folded: Uint8Array; bytes: Uint8Array }>();

function textOf(row: RowEdge): { folded: Uint8Array; bytes: Uint8Array } {
  const text = known.get(row) ?? { folded: utf8.encode(fold(row.name)), bytes: utf8.encode(row.name) };
  known.set(row, text);
  return text;
}

/** Less than 0: the first is shown above the other. Folders go before objects, whichever way it is sorted. */
export function compareRows({ by, descending }: Sort, one: RowEdge, other: RowEdge): number {
  if (one.isFolder !== other.isFolder) return one.isFolder ? -1 : 1;
  const upwards = compareBy(by, one, other) || compareNames(one, other);
  return descending ? -upwards : upwards;
}

export function isBetween(sort: Sort, { from, to }: Between, row: RowEdge): boolean {
  return compareRows(sort, from, row) <= 0 && compareRows(sort, row, to) <= 0;
}

/** What is between two rows, whichever of them is above the other. */
export function betweenRows(sort: Sort, one: RowEdge, other: RowEdge): Between {
  return compareRows(sort, one, other) <= 0 ? { from: one, to: other } : { from: other, to: one };
}

function compareBy(by: Sort['by'], one: RowEdge, other: RowEdge): number {
  if (by === 'name') return 0;
  return by === 'type' ? compareTypes(one.type, other.type) : one[by] - other[by];
}

/** What is no type comes last. */
function compareTypes(one: string, other: string): number {
  if (one === other) return 0;
  if (one === '' || other === '') return one === '' ? 1 : -1;
  return one < other ? -1 : 1;
}

/** As people sort them; those that read the same by their bytes. */
function compareNames(one: RowEdge, other: RowEdge): number {
  const text = textOf(one);
  const otherText = textOf(other);
  return compareNaturally(text.folded, 0, otherText.folded, 0) || compareBytes(text.bytes, otherText.bytes);
}

function compareBytes(one: Uint8Array, other: Uint8Array): number {
  for (let at = 0; at < Math.min(one.length, other.length); at++) {
    const difference = (one[at] ?? 0) - (other[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return one.length - other.length;
}
