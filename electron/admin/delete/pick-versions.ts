/** Which of the versions that a bucket keeps a deletion takes. */
import type { Item } from './log-lines.ts';
import type { Version } from './versions.ts';

export interface ItemPage {
  items: Item[];
  /** versions below these objects, which stay; null: not told */
  old: { count: number; bytes: number } | null;
  /** keys that were named and are not there */
  missing: number;
}

/** Of pages of versions that follow each other. */
export type Pick = (versions: readonly Version[]) => ItemPage;

/** What is current; what is below it stays. */
export function pickCurrent(): Pick {
  /** the key whose current version was the last one seen */
  let current: string | null = null;
  return (versions) => {
    const page = { items: [] as Item[], old: { count: 0, bytes: 0 }, missing: 0 };
    for (const version of versions) {
      if (version.isLatest) current = version.isMarker ? null : version.key;
      if (version.isLatest && !version.isMarker) page.items.push(itemOf(version));
      else if (version.key === current && !version.isMarker) {
        page.old.count += 1;
        page.old.bytes += version.size;
      }
    }
    return page;
  };
}

/** All else, and the marks that say "deleted". */
export function pickOld(): Pick {
  return (versions) => ({
    items: versions.filter(({ isLatest, isMarker }) => isMarker || !isLatest).map(itemOf),
    ...{ old: null, missing: 0 },
  });
}

export function itemOf({ key, size, etag, modified, versionId, isMarker }: Version): Item {
  return {
    ...{ key, size, etag, versionId },
    modified: modified === 0 ? null : modified,
    ...(isMarker ? { marker: true as const } : {}),
  };
}
