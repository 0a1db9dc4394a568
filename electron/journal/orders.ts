/** Rows of numbers in memory, kept in order as more come: what is new is put among the others, and nothing is sorted twice. */

/** Rows of an index, upwards in an order. */
export type FoundRows = Uint32Array;

/** The first `count` rows in one order, upwards. `rows` has room for all. */
export interface Order {
  rows: Uint32Array;
  count: number;
  compare(one: number, other: number): number;
}

/** Puts the rows behind those that are in the order among them, up to `count`. */
export function settle(order: Order, count: number): void {
  const first = order.count;
  if (first >= count) return;
  const fresh = Uint32Array.from({ length: count - first }, (_, at) => first + at).sort(order.compare);
  insert(order, fresh);
  order.count = count;
}

/** So few are sorted sooner than found in the order. */
const few = 3000;

/** Those of the first `hits.length` rows of an order that are hits: 1. */
export function inOrder({ rows, compare }: Pick<Order, 'rows' | 'compare'>, hits: Uint8Array): FoundRows {
  if (countOf(hits) <= few) return rowsOf(hits).sort(compare);
  const found = new Uint32Array(hits.length);
  let length = 0;
  for (let at = 0; at < hits.length; at++) {
    const row = rows[at] ?? 0;
    if (hits[row] === 1) found[length++] = row;
  }
  return found.subarray(0, length);
}

function countOf(hits: Uint8Array): number {
  let count = 0;
  for (let row = 0; row < hits.length; row++) count += hits[row] ?? 0;
  return count;
}

/** Of at most `few`. */
function rowsOf(hits: Uint8Array): Uint32Array {
  const found: number[] = [];
  for (let row = hits.indexOf(1); row !== -1; row = hits.indexOf(1, row + 1)) found.push(row);
  return Uint32Array.from(found);
}

/** Puts the rows of `fresh`, which are in order, among those of an order. Each row is moved once at most. */
function insert({ rows, count, compare }: Order, fresh: Uint32Array): void {
  let behind = count;
  for (let at = fresh.length - 1; at >= 0; at--) {
    const row = fresh[at] ?? 0;
    const place = placeOf(row, rows, behind, compare);
    rows.copyWithin(place + at + 1, place, behind);
    rows[place + at] = row;
    behind = place;
  }
}

/** Behind the last of `count` rows that is not above it: mostly behind all of them. */
function placeOf(row: number, rows: Uint32Array, count: number, compare: Order['compare']): number {
  if (count === 0 || compare(rows[count - 1] ?? 0, row) <= 0) return count;
  let low = 0;
  let high = count - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compare(rows[middle] ?? 0, row) <= 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
