/** How large the parts of a copy are. */
import type { HeadObjectCommandOutput } from '@aws-sdk/client-s3';
import { partSizeAt } from '../content-proof.ts';
import { guessPartSize, partsIn } from '../proof.ts';
import { unquoted } from '../../storage/etag.ts';
import type { CopyTask } from './copy-task.ts';

const mostParts = 10_000;
/** bytes */
const largestPart = 5 * 1024 ** 3;

/** Those of the source, where they are known: the copy then has the same ETag, which proves it. bytes */
export async function partSizeFor(
  { from, limits, patience }: CopyTask,
  head: HeadObjectCommandOutput,
): Promise<number> {
  const size = head.ContentLength ?? 0;
  const etag = unquoted(head.ETag);
  const parts = partsIn(etag);
  const told = parts === null ? null : await partSizeAt(from.bucket, { key: from.key, etag, size }, patience);
  const ofSource = told ?? (parts === null ? null : guessPartSize(size, parts));
  if (ofSource !== null && ofSource >= limits.smallestPart && ofSource <= largestPart) return ofSource;
  return Math.max(limits.usualPart, Math.ceil(size / mostParts));
}
