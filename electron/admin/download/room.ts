/** How much a download would still write. */
import { lstat } from 'node:fs/promises';
import path from 'node:path';
import type { Placed } from './download.ts';

/** bytes: of all files that are not there in their full size */
export async function roomNeeded(placed: AsyncIterable<Placed>, root: string): Promise<number> {
  let needed = 0;
  for await (const { object, place } of placed) {
    if (place.isFolder) continue;
    const there = await lstat(path.join(root, ...place.segments)).catch(() => null);
    if (there?.size !== object.size) needed += object.size;
  }
  return needed;
}
