/** What is in a bucket, folder by folder: the rows of a listing, what of it a list shows, and what a person has selected. */
import { z } from 'zod';
import type { Reason } from './errors.ts';
import { fileKinds, type FileKind } from './history.ts';
import type { Denial } from './rights.ts';

/** Keys are text: up to 1,024 bytes of anything. */
const key = z.string().max(1024);

export const browseKinds = ['folder', ...fileKinds] as const;
export type BrowseKind = (typeof browseKinds)[number];

export const browseSortColumns = ['name', 'size', 'modified', 'type'] as const;

/** Folders go before objects, whichever way it is sorted. */
export const browseViewSchema = z.strictObject({
  /** part of the name, in any case and with or without accents; '': all */
  search: z.string().max(200),
  /** empty: all */
  kinds: z.array(z.enum(browseKinds)).max(browseKinds.length),
  sort: z.strictObject({ by: z.enum(browseSortColumns), descending: z.boolean() }),
});
export type BrowseView = z.infer<typeof browseViewSchema>;

/** Rows that are named: in a list an object and a folder may read the same. */
const rowsSchema = z.strictObject({
  /** of objects */
  keys: z.array(key).max(10_000),
  /** folders, with the slash at their end */
  prefixes: z.array(key).max(10_000),
});

/** Where a row stands in every order, whether it is there or not (`browse-order.ts`). */
const edgeSchema = z.strictObject({
  /** what follows the listing's prefix in its key; of a folder with the slash at its end */
  name: key,
  isFolder: z.boolean(),
  /** bytes; of a folder 0, as `modified` */
  size: z.int().min(0),
  /** ms since 1970 */
  modified: z.number(),
  /** media type; '': none is known */
  type: z.string().max(255),
});
export type RowEdge = z.infer<typeof edgeSchema>;

/**
 * What a person has selected in a listing: these rows; all that a view shows but these; or all from one row of a view to another
 * as it shows them, where those that are named in `otherwise` are the other way round: not those between, but those elsewhere.
 */
export const browseSelectionSchema = z.union([
  z.strictObject({ rows: rowsSchema }),
  z.strictObject({ view: browseViewSchema, except: rowsSchema }),
  z.strictObject({
    view: browseViewSchema,
    between: z.strictObject({ from: edgeSchema, to: edgeSchema }),
    otherwise: rowsSchema,
  }),
]);
export type BrowseSelection = z.infer<typeof browseSelectionSchema>;

export interface BrowseFolder {
  kind: 'folder';
  /** the whole prefix, with the slash at its end */
  key: string;
  /** what a person reads: the last segment without slash; '' where a key has two slashes in a row */
  name: string;
}

export interface BrowseObject {
  kind: FileKind;
  key: string;
  /** what follows the listing's prefix: with slashes in it where a search below the prefix found it */
  name: string;
  /** bytes */
  size: number;
  /** ms since 1970 */
  modified: number;
  /** without quotes */
  etag: string;
  storageClass: string;
  /** media type, by its name; null: nobody knows it */
  type: string | null;
  /** The receipt of this app, if it sent something there: `isSame`: what is there now is that, as far as ETag and size say. */
  sent: { transferId: number; isSame: boolean } | null;
}

export type BrowseRow = BrowseFolder | BrowseObject;

export interface BrowseStatus {
  listingId: number;
  /** Grows whenever a page may look different. */
  revision: number;
  /** that are known by now, of all views */
  objects: number;
  folders: number;
  /** of the objects. bytes */
  bytes: number;
  /** keys that were looked at: more than `objects` where something is searched for */
  scanned: number;
  /**
   * loading: more is on its way; complete: that is all; full: there is more, and more than a list can hold; failed: see
   * `problem`, what came before it is there
   */
  state: 'loading' | 'complete' | 'full' | 'failed';
  /** It is loaded anew, and what is shown is what was there before. */
  refreshing: boolean;
  problem: Reason | null;
  /** The object that stands for the folder itself: a key that is the prefix. It is no row. */
  marker: { key: string; size: number; modified: number } | null;
}

export interface BrowsePage extends BrowseStatus {
  /** of the view */
  total: number;
  rows: BrowseRow[];
}

/** A bucket that the credentials of a connection can list. */
export interface BucketInfo {
  name: string;
  /** ms since 1970; null: the store does not say */
  createdAt: number | null;
  /** it is that of the connection */
  isCurrent: boolean;
  /** of another connection to it at the same store; null: there is none yet */
  connectionId: number | null;
}

/** How far the counting of a folder or a selection is. */
export interface BrowseCount {
  countId: number;
  objects: number;
  /** bytes */
  bytes: number;
  state: 'counting' | 'done' | 'failed';
  problem: Reason | null;
}

/** What may be done through a connection, as far as it is known. */
export interface ConnectionRights {
  connectionId: number;
  /** what the store has denied */
  denials: readonly Denial[];
  readOnly: boolean;
  /** Only what lies in these is seen and changed; null: everything. */
  folders: string[] | null;
}
