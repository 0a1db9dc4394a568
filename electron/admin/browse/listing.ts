/** A listing as the window looks at it: any page of any view of what is under a prefix. */
import type { BrowseSelection, BrowseView } from '../../../shared/browse.ts';
import { createContent, type ContentOptions } from './content.ts';
import type { Found, Rows, StoredRow } from './rows.ts';
import { placeIn, placesBetween, rowsNamed, selectedOf, type Selected } from './selected.ts';

/** A row with its whole key. */
export interface ListedRow extends StoredRow {
  key: string;
}

export type Listing = ReturnType<typeof createListing>;

/** Views whose rows are kept: the one that is looked at, and the one before. */
const viewsKept = 2;

/** Begins to load at once. `stop` ends it. */
export function createListing(options: ContentOptions) {
  const { prefix } = options;
  const content = createContent(options);
  const kept = new Map<string, { found: Found; revision: number; rows: Rows }>();

  function foundOf(view: BrowseView): { found: Found; rows: Rows } {
    const name = JSON.stringify(view);
    const before = kept.get(name);
    const rows = content.rows();
    const { revision } = content.status();
    if (before !== undefined && before.revision === revision && before.rows === rows) return before;
    const now = { found: rows.find(view), revision, rows };
    kept.delete(name); // the newest is the last
    kept.set(name, now);
    for (const old of [...kept.keys()].slice(0, -viewsKept)) kept.delete(old);
    return now;
  }

  return {
    ...content,
    prefix,

    page(view: BrowseView, offset: number, limit: number): { total: number; rows: ListedRow[] } {
      const { found, rows } = foundOf(view);
      const total = found.rows.length;
      const places = Array.from({ length: Math.max(0, Math.min(limit, total - offset)) }, (_, at) => offset + at);
      const at = (place: number) => found.rows[placeIn(found, view.sort.descending, place)] ?? 0;
      return { total, rows: places.map((place) => withKey(prefix, rows.row(at(place)))) };
    },

    /** Where a key or a folder is in a view; null: it does not show it. */
    placeOf(view: BrowseView, key: string): number | null {
      const { found, rows } = foundOf(view);
      const row = key.startsWith(prefix) ? rows.rowOf(key.slice(prefix.length)) : null;
      const at = row === null ? -1 : found.rows.indexOf(row);
      return at === -1 ? null : placeIn(found, view.sort.descending, at);
    },

    /** What a person means by a selection, as far as it is known now. */
    selected(selection: BrowseSelection): Selected {
      const rows = content.rows();
      if ('rows' in selection) return selectedOf(rows, prefix, rowsNamed(rows, prefix, selection.rows));
      const { view } = selection;
      const { found } = foundOf(view);
      if ('except' in selection) {
        const except = new Set(rowsNamed(rows, prefix, selection.except));
        return selectedOf(rows, prefix, found.rows, except);
      }
      const otherwise = rowsNamed(rows, prefix, selection.otherwise);
      return selectedOf(rows, prefix, placesBetween(rows, found, view.sort, selection.between, otherwise));
    },
  };
}

function withKey(prefix: string, row: StoredRow): ListedRow {
  return { ...row, key: prefix + row.name };
}
