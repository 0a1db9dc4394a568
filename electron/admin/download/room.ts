/** How much a download would still write. */
import { lstat } from 'node:fs/promises';
import path from 'node:path';
import type { Bucket } from '../bucket.ts';
import type { Placed } from './download.ts';
import { partialOf } from './partial-file.ts';

/** bytes: of all files that are not there in their full size, without what an earlier run has written of them */
export async function roomNeeded(bucket: Bucket, placed: AsyncIterable<Placed>, root: string): Promise<number> {
  let needed = 0;
  for await (const { object, place } of placed) {
    if (place.isFolder) continue;
    const file = path.join(root, ...place.segments);
    const there = await lstat(file).catch(() => null);
    if (there?.size === object.size) continue;
    needed += Math.max(0, object.size - (await taken(partialOf(bucket, object, path.dirname(file)).file)));
  }
  return needed;
}

const blockSize = 512;

/** bytes on the disk: a file may have holes, where other ranges came first. 0: there is none */
async function taken(file: string): Promise<number> {
  const there = await lstat(file).catch(() => null);
  return there === null ? 0 : Math.min(there.size, there.blocks * blockSize);
}
