/** What the window needs to look into buckets: listings, counts, other buckets, and what may be done. */
import type {
  BrowseCount,
  BrowsePage,
  BrowseRow,
  BrowseSelection,
  BrowseStatus,
  BrowseView,
  BucketInfo,
  ConnectionRights,
} from '../../shared/browse.ts';
import { asS3 } from '../../shared/connection-kind.ts';
import type { ConnectionConfig, Transfer } from '../../shared/domain.ts';
import { foldersOf } from '../../shared/own-folder.ts';
import { createCounts } from '../admin/browse/count.ts';
import { listBuckets } from '../admin/browse/list-buckets.ts';
import type { ListedRow } from '../admin/browse/listing.ts';
import { createListings, type Listings } from '../admin/browse/listings.ts';
import { pagesOf } from '../admin/browse/pages.ts';
import type { Selected } from '../admin/browse/selected.ts';
import type { RightsBook } from '../admin/rights-book.ts';
import type { Journal } from '../journal/journal.ts';
import type { SentObject } from '../journal/sent.ts';
import type { Buckets } from './buckets.ts';

export interface Browsing extends Pick<Listings, 'close' | 'put' | 'removed' | 'touched'> {
  /** Begins to load a listing. Throws `prefix-locked`, and what `buckets.of` throws. */
  open(connectionId: number, prefix: string, search: string | null): Promise<BrowseStatus>;
  page(listingId: number, view: BrowseView, offset: number, limit: number): BrowsePage;
  /** Where a key or folder is in a view; null: nowhere. */
  placeOf(listingId: number, view: BrowseView, key: string): number | null;
  refresh(listingId: number): void;
  /** What is selected in a listing, for whatever is to be done with it. */
  selected(listingId: number, selection: BrowseSelection): Selected & { connectionId: number };
  /** How many rows of a listing are selected, as far as it is loaded. */
  rowsSelected(listingId: number, selection: BrowseSelection): number;
  /** Returns the id of the count. */
  countBelow(connectionId: number, prefix: string): Promise<number>;
  countSelected(listingId: number, selection: BrowseSelection): Promise<number>;
  endCount(countId: number): void;
  bucketsOf(connectionId: number): Promise<BucketInfo[]>;
  rightsOf(connectionId: number): ConnectionRights;
  /** A transfer has come to rest: lists that show its folder get its object. */
  settled(transfer: Transfer): void;
  /** Connections or destinations were edited: what is open of one that is gone, is another, or is locked otherwise is closed. */
  follow(): void;
  closeAll(): void;
}

export interface BrowsingDeps {
  buckets: Buckets;
  rights: RightsBook;
  journal: Pick<Journal, 'connection' | 'connections' | 'destinations' | 'receipt' | 'sentTo'>;
  pushListings(changed: BrowseStatus[]): void;
  pushCount(count: BrowseCount): void;
}

/** One that hangs holds up nobody for ever. ms */
const patience = 60_000;

export function createBrowsing({ buckets, rights, journal, pushListings, pushCount }: BrowsingDeps): Browsing {
  const listings = createListings(pushListings);
  const counts = createCounts(pushCount);

  /** By connection, as it was when something of it was opened: the rules of what may be seen. */
  const openedAs = new Map<number, string>();

  const rulesOf = (connectionId: number, config: ConnectionConfig | undefined) =>
    JSON.stringify([config, foldersOf(connectionId, journal.destinations())]);

  function rulesNow(connectionId: number): string {
    return rulesOf(connectionId, journal.connections().find(({ id }) => id === connectionId)?.config);
  }

  /** Refused before it is asked for. */
  async function openAt(connectionId: number, prefix: string) {
    const bucket = await buckets.of(connectionId);
    const refused = bucket.refusal({ right: 'list', key: prefix, operation: 'connect' });
    if (refused !== null) throw refused;
    return { source: pagesOf(bucket), config: bucket.storage.connection.config };
  }

  return {
    ...listings,
    async open(connectionId, prefix, search) {
      const { source, config } = await openAt(connectionId, prefix);
      openedAs.set(connectionId, rulesOf(connectionId, config)); // the journal may have another by now, and tell of it in a moment
      return listings.status(listings.open({ connectionId, source, prefix, search }));
    },
    page(listingId, view, offset, limit) {
      const { connectionId, listing } = listings.of(listingId);
      const { total, rows } = listing.page(view, offset, limit);
      const keys = rows.filter(({ kind }) => kind !== 'folder').map(({ key }) => key);
      const sent = journal.sentTo(connectionId, keys);
      return { ...listings.status(listingId), total, rows: rows.map((row) => shownRow(row, sent.get(row.key))) };
    },
    placeOf: (listingId, view, key) => listings.of(listingId).listing.placeOf(view, key),
    refresh(listingId) {
      const { connectionId, listing } = listings.of(listingId);
      rights.forget(connectionId); // what was denied may be allowed by now
      listing.refresh();
    },
    selected(listingId, selection) {
      const { connectionId, listing } = listings.of(listingId);
      return { connectionId, ...listing.selected(selection) };
    },
    rowsSelected(listingId, selection) {
      const { count, prefixes } = listings.of(listingId).listing.selected(selection);
      return count + prefixes.length;
    },
    async countBelow(connectionId, prefix) {
      return counts.start((await openAt(connectionId, prefix)).source, [prefix], { objects: 0, bytes: 0 });
    },
    async countSelected(listingId, selection) {
      const { connectionId, listing } = listings.of(listingId);
      const { count, bytes, prefixes } = listing.selected(selection);
      return counts.start((await openAt(connectionId, listing.prefix)).source, prefixes, { objects: count, bytes });
    },
    endCount: counts.end,
    bucketsOf: async (connectionId) =>
      await listBuckets(await buckets.of(connectionId), journal.connections(), AbortSignal.timeout(patience)),
    rightsOf(connectionId) {
      const { config } = asS3(journal.connection(connectionId));
      const folders = foldersOf(connectionId, journal.destinations());
      return { connectionId, denials: rights.of(connectionId), readOnly: config.readOnly === true, folders };
    },
    settled(transfer) {
      if (transfer.state !== 'done' || !listings.hasOf(transfer.connectionId)) return;
      const receipt = journal.receipt(transfer.id);
      if (receipt === null) return;
      const { key, size, etag, finishedAt } = receipt;
      // A store's own time of it is a moment earlier, and its storage class is that of the destination: a refresh shows both.
      listings.put(transfer.connectionId, [{ key, size, modified: finishedAt, etag: etag ?? '', storageClass: '' }]);
    },
    follow() {
      for (const [id, rules] of openedAs) {
        if (rules === rulesNow(id)) continue;
        openedAs.delete(id);
        listings.forget(id);
      }
    },
    closeAll() {
      listings.closeAll();
      counts.close();
    },
  };
}

function shownRow(row: ListedRow, sent: SentObject | undefined): BrowseRow {
  const { key, name, kind } = row;
  if (kind === 'folder') return { kind, key, name: name.slice(0, -1) };
  const { size, modified, etag, storageClass, type } = row;
  const isSame = sent?.size === size && sent.etag === etag;
  const mark = sent === undefined ? null : { transferId: sent.transferId, isSame };
  return { kind, key, name, size, modified, etag, storageClass, type, sent: mark };
}
