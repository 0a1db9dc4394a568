/** What is under many keys now. Neighbours are looked at in pages and not one by one. */
import { SidelineError } from '../../../shared/errors.ts';
import type { ListedPage, NextPage } from '../browse/list-xml.ts';
import { pagesOf } from '../browse/pages.ts';
import type { Bucket } from '../bucket.ts';
import { sideBySide } from '../side-by-side.ts';
import { versionPages, versionsOf, type Version } from './versions.ts';

export interface Seen {
  versionId: string | null;
  /** it only says that the object is deleted */
  isMarker: boolean;
  etag: string;
  /** ms since 1970; 0: not told */
  modified: number;
  /** The marks that hide what is below them, the newest first: several where it was deleted by several at once. */
  marks: { versionId: string; modified: number }[];
  /** what they hide; null: nothing is, or nothing is hidden */
  below: { versionId: string } | null;
}

/** requests for single keys */
const asked = 16;
/** Where the keys are not neighbours, what lies between them is not worth reading. */
const mostPages = 4;

/**
 * By key: what is current, or the marker that says "deleted". A key that is not there at all is missing. `keys`: sorted, as a
 * listing gives them, where they are many.
 */
export async function lookAt(
  bucket: Bucket,
  keys: readonly string[],
  keepsVersions: boolean,
  signal: AbortSignal,
): Promise<Map<string, Seen>> {
  const seen = new Map<string, Seen>();
  const pages = keepsVersions ? versionPages : objectPages;
  const open = await lookAtNeighbours(keys, seen, (from) => pages(bucket, from, signal));
  await sideBySide(open, asked, async (key) => {
    const found = keepsVersions ? await newestOf(bucket, key, signal) : await currentOf(bucket, key, signal);
    if (found !== null) seen.set(key, found);
  });
  return seen;
}

type Pages = (from: { prefix: string; after: string }) => AsyncGenerator<Version[], void>;

/** Objects as if they were versions. */
async function* objectPages(
  bucket: Bucket,
  { prefix, after }: { prefix: string; after: string },
  signal: AbortSignal,
): AsyncGenerator<Version[], void> {
  let next: NextPage | null = null;
  do {
    const page: ListedPage = await pagesOf(bucket)({ prefix, delimiter: '', next, after }, signal);
    yield page.objects.map((one) => ({ ...one, versionId: 'null', isLatest: true, isMarker: false }));
    next = page.next;
  } while (next !== null);
}

/** Returns the keys that are still to be looked at. */
async function lookAtNeighbours(keys: readonly string[], seen: Map<string, Seen>, pagesFrom: Pages): Promise<string[]> {
  const [first, ...others] = keys;
  const last = others.at(-1);
  if (first === undefined || last === undefined || others.length < 20) return [...keys];
  const wanted = new Set(others);
  let pages = 0;
  for await (const page of pagesFrom({ prefix: commonPrefix(first, last), after: first })) {
    for (const version of page) if (wanted.has(version.key)) note(seen, version);
    const reached = page.at(-1)?.key;
    // What comes last of a page may go on in the next: it is looked at by itself.
    if (reached !== undefined) wanted.delete(reached);
    if (reached === undefined || seen.has(last) || ++pages === mostPages) break;
  }
  return keys.filter((key) => !wanted.has(key) || !seen.has(key));
}

function note(seen: Map<string, Seen>, { key, versionId, isMarker, isLatest, etag, modified }: Version): void {
  const above = seen.get(key);
  const marks = isMarker ? [{ versionId, modified }] : [];
  if (isLatest) seen.set(key, { versionId, isMarker, etag, modified, marks, below: null });
  else if (above?.isMarker !== true || above.below !== null) return;
  else if (isMarker) above.marks.push(...marks);
  else above.below = { versionId };
}

async function newestOf(bucket: Bucket, key: string, signal: AbortSignal): Promise<Seen | null> {
  const seen = new Map<string, Seen>();
  for await (const version of versionsOf(bucket, key, signal)) {
    note(seen, version);
    const found = seen.get(key);
    if (found !== undefined && (!found.isMarker || found.below !== null)) break;
  }
  return seen.get(key) ?? null;
}

async function currentOf(bucket: Bucket, key: string, signal: AbortSignal): Promise<Seen | null> {
  const need = { right: 'read', key, operation: 'delete' } as const;
  const found = await bucket.attempt(need, () => bucket.storage.head(key, signal), signal);
  if (found === null) return null;
  return { versionId: found.versionId, isMarker: false, etag: found.etag, modified: 0, marks: [], below: null };
}

function commonPrefix(one: string, other: string): string {
  let length = 0;
  while (length < one.length && one[length] === other[length]) length++;
  // Half of a pair is no text.
  return one.slice(0, /[\ud800-\udbff]$/.test(one.slice(0, length)) ? length - 1 : length);
}

/** What is under a key is not what was to be deleted: somebody has written it anew. */
export function changedMeanwhile(key: string): SidelineError {
  return new SidelineError('object-changed', { operation: 'delete', subject: key });
}

/** The store's own time, as far as it is known: what it makes is dated by that. ms since 1970 */
export const storeTime = ({ storage }: Bucket): number => Date.now() + storage.clockOffset();

/** Clocks differ, and a request with a thousand keys takes its time. ms */
const earliest = 60_000;
const latest = 15 * 60_000;

/** Whether a mark that is there now was made by a request whose answer nobody heard. */
export function isOurs(modified: number, triedAt: number | null): boolean {
  return triedAt !== null && modified >= triedAt - earliest && modified <= triedAt + latest;
}
