/** The listings that the window has open, by their ids. */
import type { BrowseStatus } from '../../../shared/browse.ts';
import { SidelineError } from '../../../shared/errors.ts';
import { browse as words } from '../../../shared/strings/browse.ts';
import type { FoundObject } from './list-xml.ts';
import { createListing, type Listing } from './listing.ts';
import type { PageSource } from './pages.ts';

export interface OpenedListing {
  connectionId: number;
  listing: Listing;
}

export interface Listings {
  /** Begins to load it; returns its id. `search`: see createListing. */
  open(wanted: { connectionId: number; source: PageSource; prefix: string; search: string | null }): number;
  /** Throws `invalid-input` where it was closed: by the window, or because others were opened after it. */
  of(listingId: number): OpenedListing;
  status(listingId: number): BrowseStatus;
  close(listingId: number): void;
  /** These are there now, for this app has put them there. */
  put(connectionId: number, objects: readonly FoundObject[]): void;
  /** This app has removed these. */
  removed(connectionId: number, keys: readonly string[]): void;
  /** Something was done to these keys or prefixes: lists that show them ask the store what is there now. */
  touched(connectionId: number, keys: readonly string[]): void;
  /** Whether any of this connection is open. */
  hasOf(connectionId: number): boolean;
  /** The connection was edited or is gone: its listings are closed. */
  forget(connectionId: number): void;
  closeAll(): void;
}

/** The folder that is looked at, those that were looked at before it, and a search. */
const mostOpen = 6;
/** By all of them: half a gigabyte. */
const mostRowsHeld = 2_500_000;
/** between two pushes. ms */
const pause = 250;

export function createListings(push: (changed: BrowseStatus[]) => void): Listings {
  const opened = new Map<number, OpenedListing>();
  const changed = new Set<number>();
  let timer: NodeJS.Timeout | null = null;
  let last = 0;

  function touch(listingId: number): void {
    changed.add(listingId);
    timer ??= setTimeout(() => {
      timer = null;
      closeOldest();
      const statuses = [...changed].filter((id) => opened.has(id)).map(status);
      changed.clear();
      if (statuses.length > 0) push(statuses);
    }, pause);
  }

  function known(listingId: number): OpenedListing {
    const found = opened.get(listingId);
    if (found === undefined) throw new SidelineError('invalid-input', { subject: words.listingClosed });
    return found;
  }

  const status = (listingId: number): BrowseStatus => ({ listingId, ...known(listingId).listing.status() });

  /** The oldest go while all together hold too much; the last that was asked for stays. */
  function closeOldest(): void {
    const rowsOf = ({ listing }: OpenedListing) => listing.status().objects + listing.status().folders;
    let held = [...opened.values()].reduce((sum, one) => sum + rowsOf(one), 0);
    for (const [id, one] of [...opened].slice(0, -1)) {
      if (held <= mostRowsHeld) return;
      held -= rowsOf(one);
      close(id);
    }
  }

  function close(listingId: number): void {
    opened.get(listingId)?.listing.stop();
    opened.delete(listingId);
  }

  const ofConnection = (connectionId: number) =>
    [...opened.values()].filter((one) => one.connectionId === connectionId).map(({ listing }) => listing);

  return {
    of(listingId) {
      const found = known(listingId);
      opened.delete(listingId); // the last that was asked for is the last
      opened.set(listingId, found);
      return found;
    },
    status,
    close,
    open({ connectionId, source, prefix, search }) {
      const listingId = ++last;
      const listing = createListing({ source, prefix, search, onChange: () => touch(listingId) });
      opened.set(listingId, { connectionId, listing });
      for (const old of [...opened.keys()].slice(0, -mostOpen)) close(old);
      return listingId;
    },
    hasOf: (connectionId) => ofConnection(connectionId).length > 0,
    put: (connectionId, objects) => ofConnection(connectionId).forEach((listing) => listing.put(objects)),
    removed: (connectionId, keys) => ofConnection(connectionId).forEach((listing) => listing.removed(keys)),
    touched: (connectionId, keys) => ofConnection(connectionId).forEach((listing) => listing.touched(keys)),
    forget(connectionId) {
      for (const [id, one] of opened) if (one.connectionId === connectionId) close(id);
    },
    closeAll() {
      for (const id of opened.keys()) close(id);
      if (timer !== null) clearTimeout(timer);
    },
  };
}
