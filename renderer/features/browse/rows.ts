/** Rows of a listing as the list and the grid of pictures have them, and which of them are selected. Pure. */
import { isBetween } from '../../../shared/browse-order.ts';
import type { BrowseRow, RowEdge } from '../../../shared/browse.ts';
import type { Anchor, Named, RowRange } from '../../stores/browse.ts';

/** `id`: an object and a folder may have the same key */
export type ListRow = BrowseRow & { id: string };
export type ObjectRow = Exclude<ListRow, { kind: 'folder' }>;

export function withId(row: BrowseRow): ListRow {
  return { ...row, id: `${row.kind === 'folder' ? 'f' : 'o'}${row.key}` };
}

export function isObject(row: ListRow): row is ObjectRow {
  return row.kind !== 'folder';
}

/** Where it stands in every order. */
export function edgeOf(row: ListRow): RowEdge {
  if (!isObject(row)) return { name: `${row.name}/`, isFolder: true, size: 0, modified: 0, type: '' };
  const { name, size, modified, type } = row;
  return { name, isFolder: false, size, modified, type: type ?? '' };
}

export function anchorAt(row: ListRow, index: number): Anchor {
  return { index, id: row.id, edge: edgeOf(row) };
}

/** These rows, or what `base` says, but these the other way round. */
export interface Selected {
  selection: Named;
  base: 'all' | RowRange | null;
}

/** as the contract bounds what is named one by one */
export const mostPicked = 10_000;

/** of a list that does not change: it is asked for each row that is drawn */
const sets = new WeakMap<readonly string[], ReadonlySet<string>>();

function has(list: readonly string[], key: string): boolean {
  const known = sets.get(list) ?? new Set(list);
  sets.set(list, known);
  return known.has(key);
}

export function isSelected({ selection, base }: Selected, row: ListRow): boolean {
  return has(isObject(row) ? selection.keys : selection.prefixes, row.key) !== isIn(base, row);
}

function isIn(base: Selected['base'], row: ListRow): boolean {
  if (base === null || base === 'all') return base === 'all';
  return isBetween(base.view.sort, base.between, edgeOf(row));
}

export function named(rows: readonly ListRow[]): Named {
  return {
    keys: rows.filter(isObject).map(({ key }) => key),
    prefixes: rows.filter((row) => !isObject(row)).map(({ key }) => key),
  };
}

/** Adds it, or takes it out; out of everything or a range too. */
export function toggled({ selection, base }: Selected, row: ListRow): Selected {
  const list = isObject(row) ? 'keys' : 'prefixes';
  const named = selection[list];
  const other = has(named, row.key) ? named.filter((key) => key !== row.key) : [...named, row.key];
  const more = isSelected({ selection, base }, row) ? -1 : 1;
  const counted = base === null || base === 'all' ? base : { ...base, rows: base.rows + more };
  return { selection: { ...selection, [list]: other }, base: counted };
}

/** `total`: rows of the view */
export function selectedCount({ selection, base }: Selected, total: number | null): number {
  const count = selection.keys.length + selection.prefixes.length;
  if (base === null) return count;
  return base === 'all' ? Math.max(0, (total ?? 0) - count) : base.rows;
}
