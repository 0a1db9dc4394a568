/** The listing that is looked at: opened in the main process, asked for pages, and opened again where it was closed there. */
import type { BrowsePage, BrowseStatus, BrowseView } from '../../../shared/browse.ts';
import type { Reason } from '../../../shared/errors.ts';
import { wordsOf } from '../../app/attempt.ts';
import { call, CallError, onEvent } from '../../ipc.ts';
import { useBrowse } from '../../stores/browse.ts';

interface Place {
  connectionId: number;
  prefix: string;
  search: string | null;
}

/** by place, the last that was looked at at the end; ids of main */
const opened = new Map<string, Promise<number>>();
/** as many as main keeps open */
const mostOpen = 6;

/** Called when a page may look different from what was last given. */
const staleListeners = new Set<() => void>();
/** of the listing that is looked at, as far as pages were given */
let givenRevision = 0;

function placeNow(): Place | null {
  const { connectionId, prefix, below } = useBrowse.getState();
  return connectionId === null ? null : { connectionId, prefix, search: below };
}

const nameOf = (place: Place) => JSON.stringify(place);
const isLookedAt = (name: string) => name === JSON.stringify(placeNow());

/** What was left meanwhile is nobody's matter any more. */
class Left extends Error {
  override readonly name = 'Left';
}

/** Where a listing of this place was open already it is shown at once, and loaded anew behind that. */
function listingOf(place: Place): Promise<number> {
  const name = nameOf(place);
  const known = opened.get(name);
  const listing = known ?? open(place);
  opened.delete(name);
  opened.set(name, listing);
  if (known !== undefined && useBrowse.getState().status === null) void reload(name, known);
  for (const old of [...opened.keys()].slice(0, -mostOpen)) opened.delete(old);
  return listing;
}

async function open(place: Place): Promise<number> {
  givenRevision = 0;
  try {
    const status = await call('browse.open', place);
    if (isLookedAt(nameOf(place))) learn(status);
    return status.listingId;
  } catch (error) {
    opened.delete(nameOf(place)); // nobody else has opened it: they wait for this
    throw error;
  }
}

async function reload(name: string, listing: Promise<number>): Promise<void> {
  try {
    await call('browse.refresh', { listingId: await listing });
  } catch (error) {
    if (isClosed(error)) forget(name, listing);
    else if (isLookedAt(name)) useBrowse.setState({ problem: problemOf(error) });
  }
}

/** Unless it was opened again meanwhile. */
function forget(name: string, listing: Promise<number>): void {
  if (opened.get(name) === listing) opened.delete(name);
}

/** The connection was edited, or main has closed it for others. */
function isClosed(error: unknown): boolean {
  return error instanceof CallError && error.reason.kind === 'invalid-input';
}

function problemOf(error: unknown): Reason {
  if (error instanceof CallError) return error.reason;
  return { kind: 'internal', name: 'INTERNAL', message: wordsOf(error) };
}

/** Rows of what is looked at. Rejects where that cannot be listed, which the store then says, and where it was left. */
export async function pageNow(offset: number, limit: number): Promise<BrowsePage> {
  for (let tries = 1; ; tries++) {
    const place = placeNow();
    if (place === null) throw new Left();
    const { view } = useBrowse.getState();
    const name = nameOf(place);
    const isCurrent = () => isLookedAt(name) && useBrowse.getState().view === view;
    const listing = listingOf(place);
    try {
      const page = await call('browse.page', { listingId: await listing, view, offset, limit });
      if (!isCurrent()) throw new Left();
      take(page);
      return page;
    } catch (error) {
      if (error instanceof Left || !isCurrent()) throw new Left();
      if (isClosed(error) && tries === 1) {
        forget(name, listing);
        continue;
      }
      useBrowse.setState({ problem: problemOf(error) });
      throw error;
    }
  }
}

function take(page: BrowsePage): void {
  givenRevision = page.revision;
  const { total, listingId, revision, objects, folders, bytes, scanned, state, refreshing, problem, marker } = page;
  const status = { listingId, revision, objects, folders, bytes, scanned, state, refreshing, problem, marker };
  learn(status);
  useBrowse.setState({ total });
}

/** An answer may be behind the event that came after it. */
function learn(status: BrowseStatus): void {
  const known = useBrowse.getState().status;
  if (known?.listingId !== status.listingId || known.revision <= status.revision) useBrowse.setState({ status });
}

/** Where an object, or a folder, is in a view of what is looked at; null: nowhere; undefined: nobody knows, it was just closed. */
export async function placeInView(key: string): Promise<number | null | undefined> {
  const { status, view } = useBrowse.getState();
  if (status === null) return undefined;
  return await call('browse.place', { listingId: status.listingId, view, key }).catch(() => undefined);
}

export async function pageOf(view: BrowseView, offset: number, limit: number): Promise<BrowsePage> {
  const place = placeNow();
  if (place === null) throw new Left();
  return await call('browse.page', { listingId: await listingOf(place), view, offset, limit });
}

/** Returns what ends it. */
export function onStale(listener: () => void): () => void {
  staleListeners.add(listener);
  return () => staleListeners.delete(listener);
}

/** While the view is looked at; returns what ends it. */
export function followListing(): () => void {
  const ends = [
    onEvent('browsing', (statuses) => {
      const id = useBrowse.getState().status?.listingId;
      const status = statuses.find(({ listingId }) => listingId === id);
      if (status === undefined) return;
      learn(status);
      if (status.revision > givenRevision) staleListeners.forEach((listener) => listener());
    }),
    useBrowse.subscribe(({ turn }, { turn: before }) => {
      const place = placeNow();
      const listing = place === null ? undefined : opened.get(nameOf(place));
      if (turn !== before && place !== null && listing !== undefined) void reload(nameOf(place), listing);
    }),
  ];
  return () => ends.forEach((end) => end());
}
