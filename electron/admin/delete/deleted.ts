/** What is deleted and still kept: objects whose newest version only says so, whoever deleted them and with what. */
import type { DeletedObject } from '../../../shared/deletions.ts';
import type { Bucket } from '../bucket.ts';
import { versionPages, type Version } from './versions.ts';

export interface DeletedPage {
  objects: DeletedObject[];
  /** the key after which it goes on; null: that was all */
  next: string | null;
}

export interface DeletedFrom {
  prefix: string;
  /** a key; null: from the beginning */
  after: string | null;
  /** objects */
  most: number;
  /** versions that are read for them: there may be millions that are not deleted */
  mostRead: number;
}

/** In the order of their keys. Rejects with `denied` where the versions may not be listed. */
export async function deletedPage(
  bucket: Bucket,
  { prefix, after, most, mostRead }: DeletedFrom,
  signal: AbortSignal,
): Promise<DeletedPage> {
  const objects: DeletedObject[] = [];
  let read = 0;
  let last: string | null = null;
  for await (const versions of versionsByKey(bucket, { prefix, ...(after === null ? {} : { after }) }, signal)) {
    if (last !== null && (objects.length >= most || read >= mostRead)) return { objects, next: last };
    const [newest] = versions;
    const below = versions.find(({ isMarker }) => !isMarker);
    if (newest.key === after) continue; // Ceph begins with the key itself
    read += versions.length;
    last = newest.key;
    if (!newest.isMarker || below === undefined) continue;
    objects.push({
      ...{ key: newest.key, markerId: newest.versionId, deletedAt: newest.modified },
      ...{ versionId: below.versionId, size: below.size },
    });
  }
  return { objects, next: null };
}

/** All that each key has, the newest first. */
async function* versionsByKey(
  bucket: Bucket,
  from: Parameters<typeof versionPages>[1],
  signal: AbortSignal,
): AsyncGenerator<[Version, ...Version[]], void> {
  let held: [Version, ...Version[]] | null = null;
  for await (const page of versionPages(bucket, from, signal)) {
    for (const version of page) {
      if (held !== null && held[0].key === version.key) held.push(version);
      else {
        if (held !== null) yield held;
        held = [version];
      }
    }
  }
  if (held !== null) yield held;
}
