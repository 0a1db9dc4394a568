/** An earlier version becomes what is there now: a copy of it onto its own key, with its tags and access. */
import type { Bucket } from '../bucket.ts';
import { copyLimits, type CopyLimits } from '../transfer/copy-task.ts';
import { headObject } from './details.ts';
import { rewrite } from './rewrite.ts';

/**
 * The versions that are there stay. Throws `object-missing`, `not-kept` where it is there without its tags or access, and what the store can cause.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/RestoringPreviousVersions.html
 */
export async function restoreVersion(
  bucket: Bucket,
  key: string,
  versionId: string,
  signal: AbortSignal,
  limits: CopyLimits = copyLimits,
): Promise<void> {
  const from = { key, versionId };
  const head = await headObject(bucket, from, signal);
  const keep = { tags: 'where-known', access: 'where-known' } as const;
  await rewrite(bucket, { from, head, wanted: null, keep, limits }, signal);
}
