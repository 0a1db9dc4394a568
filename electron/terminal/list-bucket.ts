/** sideline ls of a bucket: what is under a prefix, page by page as the store lists it, or sorted. */
import { once } from 'node:events';
import { formatBytes, printable } from '../../shared/format.ts';
import { browse as words } from '../../shared/strings/browse.ts';
import type { FoundObject } from '../admin/browse/list-xml.ts';
import { allPages, pagesOf } from '../admin/browse/pages.ts';
import type { Environment } from './environment.ts';
import { jsonLine } from './json-line.ts';
import { withBucket, type BucketCommand } from './open-bucket.ts';

export const listOrders = ['name', 'size', 'modified'] as const;

export interface ListBucketOptions extends BucketCommand {
  json: boolean;
  /** all that is below the prefix, in place of folders */
  recursive: boolean;
  /** with all that a list tells */
  long: boolean;
  /** absent: as the store lists it, which is in the order of bytes */
  sort?: (typeof listOrders)[number] | undefined;
  reverse: boolean;
}

interface Page {
  folders: string[];
  objects: FoundObject[];
}

/** 3 where it was stopped (Ctrl-C). Whoever reads its output may go away before the end: that is no failure. */
export function listBucket(prefix: string, options: ListBucketOptions, env: Environment): Promise<0 | 3> {
  return withBucket(options, env, async (bucket, signal) => {
    const reader = new AbortController();
    const readerGone = (error: Error) => reader.abort(error);
    process.stdout.on('error', readerGone);
    const sum = { folders: 0, objects: 0, bytes: 0 };
    try {
      const delimiter = options.recursive ? '' : '/';
      const pages = allPages(pagesOf(bucket), { prefix, delimiter }, AbortSignal.any([signal, reader.signal]));
      for await (const page of inOrder(pages, options)) {
        sum.folders += page.folders.length;
        sum.objects += page.objects.length;
        for (const { size } of page.objects) sum.bytes += size;
        const text = linesOf(page, options).join('');
        if (text !== '' && !process.stdout.write(text)) await once(process.stdout, 'drain', { signal: reader.signal });
      }
    } catch (error) {
      if (!isPipeGone(reader.signal)) throw error;
    } finally {
      process.stdout.off('error', readerGone);
    }
    if (process.stdout.isTTY && !options.json) process.stdout.write(`${words.sum(sum)}\n`);
    return 0;
  });
}

function isPipeGone({ aborted, reason }: AbortSignal): boolean {
  return aborted && reason instanceof Error && 'code' in reason && reason.code === 'EPIPE';
}

/** Only what is sorted must be whole before its first line is written. */
async function* inOrder(pages: AsyncIterable<Page>, { sort, reverse }: ListBucketOptions): AsyncIterable<Page> {
  if (sort === undefined && !reverse) {
    yield* pages;
    return;
  }
  const all: Page = { folders: [], objects: [] };
  for await (const { folders, objects } of pages) {
    for (const one of folders) all.folders.push(one);
    for (const one of objects) all.objects.push(one);
  }
  const { compare } = new Intl.Collator('en', { numeric: true });
  all.folders.sort(compare);
  if (sort === 'size' || sort === 'modified') all.objects.sort((one, other) => one[sort] - other[sort]);
  else all.objects.sort((one, other) => compare(one.key, other.key));
  if (reverse) all.objects.reverse();
  if (reverse && sort !== 'size' && sort !== 'modified') all.folders.reverse();
  yield all;
}

function linesOf({ folders, objects }: Page, options: ListBucketOptions): string[] {
  const line = options.json ? objectJson : options.long ? longLine : shortLine;
  return [...folders.map((prefix) => folderLine(prefix, options)), ...objects.map((one) => line(one, options.long))];
}

/** The word stands under the sizes. */
function folderLine(prefix: string, { json, long }: ListBucketOptions): string {
  if (json) return jsonLine({ prefix });
  const about = [''.padEnd(width.time), words.folder.padStart(long ? width.bytes : width.size)];
  if (long) about.push(''.padEnd(width.storageClass), ''.padEnd(width.etag));
  return `${about.join('  ')}  ${printable(prefix)}\n`;
}

const width = { time: new Date(0).toISOString().length, size: 9, bytes: 14, storageClass: 11, etag: 32 };

function objectJson({ key, size, etag, modified, storageClass }: FoundObject, long: boolean): string {
  return jsonLine({ key, size, etag, modified, ...(long ? { storageClass } : {}) });
}

function shortLine({ key, size, modified }: FoundObject): string {
  return `${timeOf(modified)}  ${formatBytes(size).padStart(width.size)}  ${printable(key)}\n`;
}

/** Sizes to the byte, for whoever adds them up. */
function longLine({ key, size, etag, modified, storageClass }: FoundObject): string {
  const about = [timeOf(modified), String(size).padStart(width.bytes)];
  about.push((storageClass || '-').padEnd(width.storageClass), etag.padEnd(width.etag));
  return `${about.join('  ')}  ${printable(key)}\n`;
}

const timeOf = (modified: number) => new Date(modified).toISOString();
