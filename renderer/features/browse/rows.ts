/** Rows of a listing as the list and the grid of pictures have them, and which of them are selected. Pure. */
import type { BrowseRow } from '../../../shared/browse.ts';
import type { Named } from '../../stores/browse.ts';

/** `id`: an object and a folder may have the same key */
export type ListRow = BrowseRow & { id: string };
export type ObjectRow = Exclude<ListRow, { kind: 'folder' }>;

export function withId(row: BrowseRow): ListRow {
  return { ...row, id: `${row.kind === 'folder' ? 'f' : 'o'}${row.key}` };
}

export function isObject(row: ListRow): row is ObjectRow {
  return row.kind !== 'folder';
}

/** These rows, or all but these. */
export interface Selected {
  selection: Named;
  allSelected: boolean;
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

export function isSelected({ selection, allSelected }: Selected, id: string): boolean {
  return has(id.startsWith('f') ? selection.prefixes : selection.keys, id.slice(1)) !== allSelected;
}

export function named(rows: readonly ListRow[]): Named {
  return {
    keys: rows.filter(isObject).map(({ key }) => key),
    prefixes: rows.filter((row) => !isObject(row)).map(({ key }) => key),
  };
}

/** Adds it, or takes it out; out of everything too. */
export function toggled({ selection }: Selected, row: ListRow): Named {
  const other = (list: string[]) => (has(list, row.key) ? list.filter((key) => key !== row.key) : [...list, row.key]);
  if (isObject(row)) return { ...selection, keys: other(selection.keys) };
  return { ...selection, prefixes: other(selection.prefixes) };
}

/** `total`: rows of the view */
export function selectedCount({ selection, allSelected }: Selected, total: number | null): number {
  const count = selection.keys.length + selection.prefixes.length;
  return allSelected ? Math.max(0, (total ?? 0) - count) : count;
}
