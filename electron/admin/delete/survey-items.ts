/** What a deletion would take, page by page, as the store shows it. */
import type { DeletionTarget, Versioning } from '../../../shared/deletions.ts';
import { SidelineError } from '../../../shared/errors.ts';
import type { FoundObject } from '../browse/list-xml.ts';
import { allPages, pagesOf } from '../browse/pages.ts';
import type { Bucket } from '../bucket.ts';
import { sideBySide } from '../side-by-side.ts';
import type { Item } from './log-lines.ts';
import { lookAt } from './look.ts';
import { itemOf, pickCurrent, pickOld, type ItemPage } from './pick-versions.ts';
import { versionPages, versionsOf, type Version } from './versions.ts';

/** keys that are looked at before they are written down */
const perPage = 256;
/** objects whose versions are looked at together */
const perLook = 1000;
/** requests */
const asked = 16;

/** What is named, and with it objects that a list has shown. */
export type SurveyTarget = DeletionTarget & { shown?: { objects: Iterable<FoundObject>; count: number } };

/** Nothing is taken twice: what lies below a prefix that is named too, and what is named twice. */
export function withoutRepeats(target: SurveyTarget): SurveyTarget {
  if (target.what === 'versions') {
    const byName = new Map(target.versions.map((one) => [`${one.versionId}/${one.key}`, one]));
    return { ...target, versions: [...byName.values()] };
  }
  const sorted = [...new Set(target.prefixes)].sort();
  const prefixes = sorted.filter((one) => !sorted.some((other) => other !== one && one.startsWith(other)));
  const keys = [...new Set(target.keys)].filter((key) => !prefixes.some((prefix) => key.startsWith(prefix)));
  return { ...target, prefixes, keys };
}

export async function* itemPages(
  bucket: Bucket,
  target: SurveyTarget,
  versioning: Versioning,
  signal: AbortSignal,
): AsyncGenerator<ItemPage, void> {
  if (target.what === 'versions') {
    yield* pagesOfKeys([...new Set(target.versions.map(({ key }) => key))], async (key) => {
      const ids = target.versions.filter((one) => one.key === key).map(({ versionId }) => versionId);
      const found: Version[] = [];
      for await (const version of versionsOf(bucket, key, signal))
        if (ids.includes(version.versionId)) found.push(version);
      return { items: found.map(itemOf), old: null, missing: ids.length - found.length };
    });
    return;
  }
  const pick = target.what === 'objects' ? pickCurrent : pickOld;
  const keeps = versioning === 'on' || versioning === 'suspended';
  const one = target.prefixes[0] ?? target.keys[0] ?? '';
  const byVersions = target.what === 'old-versions' || (keeps && (await showsVersions(bucket, one, signal)));
  for (const prefix of target.prefixes) {
    if (!byVersions) yield* objectItems(bucket, prefix, signal);
    else {
      const pickOne = pick();
      for await (const versions of versionPages(bucket, { prefix }, signal)) yield pickOne(versions);
    }
  }
  if (target.shown !== undefined) yield* shownItems(bucket, target.shown.objects, byVersions, signal);
  yield* pagesOfKeys(target.keys, async (key) => {
    if (!byVersions) return await objectItem(bucket, key, signal);
    const pickOne = pick();
    const versions: Version[] = [];
    for await (const version of versionsOf(bucket, key, signal)) versions.push(version);
    const page = pickOne(versions);
    return { ...page, missing: page.items.length === 0 ? 1 : 0 };
  });
}

/** Of objects it is only good to know: who may not see versions sees the objects. */
async function showsVersions(bucket: Bucket, prefix: string, signal: AbortSignal): Promise<boolean> {
  try {
    await versionPages(bucket, { prefix, limit: 1 }, signal).next();
    return true;
  } catch (error) {
    if (isDenied(error)) return false;
    throw error;
  }
}

/** A list has told all of them but their versions. */
async function* shownItems(
  bucket: Bucket,
  objects: Iterable<FoundObject>,
  byVersions: boolean,
  signal: AbortSignal,
): AsyncGenerator<ItemPage> {
  for (const some of chunksOf(objects, perLook)) {
    if (!byVersions) {
      yield { items: some.map(listedItem), old: null, missing: 0 };
      continue;
    }
    const seen = await lookAt(bucket, some.map(({ key }) => key), true, signal); // prettier-ignore
    const items = some.flatMap((one) => {
      const found = seen.get(one.key);
      return found === undefined || found.isMarker ? [] : [{ ...listedItem(one), versionId: found.versionId }];
    });
    yield { items, old: null, missing: some.length - items.length };
  }
}

function* chunksOf<T>(things: Iterable<T>, size: number): Generator<T[], void> {
  let open: T[] = [];
  for (const one of things) {
    open.push(one);
    if (open.length < size) continue;
    yield open;
    open = [];
  }
  if (open.length > 0) yield open;
}

function listedItem({ key, size, etag, modified }: FoundObject): Item {
  return {
    ...{ key, size, etag: etag === '' ? null : etag, versionId: null },
    modified: modified === 0 ? null : modified,
  };
}

async function* objectItems(bucket: Bucket, prefix: string, signal: AbortSignal): AsyncGenerator<ItemPage> {
  for await (const { objects } of allPages(pagesOf(bucket), { prefix, delimiter: '' }, signal)) {
    const items = objects.map(listedItem);
    yield { items, old: null, missing: 0 };
  }
}

/** Who may delete need not be allowed to read: then it is taken as it is named. */
async function objectItem(bucket: Bucket, key: string, signal: AbortSignal): Promise<ItemPage> {
  const need = { right: 'read', key, operation: 'delete' } as const;
  const unknown = { key, size: null, etag: null, modified: null, versionId: null };
  try {
    const found = await bucket.attempt(need, () => bucket.storage.head(key, signal), signal);
    if (found === null) return { items: [], old: null, missing: 1 };
    return { items: [{ ...unknown, size: found.size, etag: found.etag }], old: null, missing: 0 };
  } catch (error) {
    if (!isDenied(error)) throw error;
    return { items: [unknown], old: null, missing: 0 };
  }
}

function isDenied(error: unknown): error is SidelineError {
  return error instanceof SidelineError && error.kind === 'denied';
}

/** Looks at keys side by side; the pages are in their order. */
async function* pagesOfKeys(
  keys: readonly string[],
  look: (key: string) => Promise<ItemPage>,
): AsyncGenerator<ItemPage, void> {
  for (let at = 0; at < keys.length; at += perPage) {
    const some = keys.slice(at, at + perPage);
    const found: ItemPage[] = [];
    await sideBySide(some.entries(), asked, async ([index, key]) => {
      found[index] = await look(key);
    });
    const olds = found.map(({ old }) => old).filter((old) => old !== null);
    yield {
      items: found.flatMap(({ items }) => items),
      old:
        olds.length === 0
          ? null
          : olds.reduce((sum, one) => ({ count: sum.count + one.count, bytes: sum.bytes + one.bytes })),
      missing: found.reduce((sum, { missing }) => sum + missing, 0),
    };
  }
}
