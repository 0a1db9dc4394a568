/**
 * What a copy of an object onto its own key would lose is found out before it is made: afterwards it would be gone, and nobody would
 * have asked for that.
 */
import type { AccessControlPolicy, HeadObjectCommandOutput, ObjectCannedACL } from '@aws-sdk/client-s3';
import { SidelineError } from '../../../shared/errors.ts';
import { objects as words } from '../../../shared/strings/objects.ts';
import type { Bucket } from '../bucket.ts';
import type { CopyLimits } from '../transfer/copy-task.ts';
import { cannedOf, grantsAt, tagsAt, writeAcl, writeTags, type At, type Keep, type Tags } from '../transfer/carried.ts';
import { rawAclOf } from './details.ts';

export type Grants = Awaited<ReturnType<typeof grantsAt>>;

export interface Kept {
  tags: Tags;
  grants: Grants;
  /** That grants the same, so that the copy has it from the first; undefined: it is granted after it. */
  acl: ObjectCannedACL | undefined;
  /** The store copies the tags by itself. */
  byStore: boolean;
}

/**
 * Whether the store copies tags by itself, which takes no right to tags. Amazon's S3 does so where it is asked to and copies the object
 * as a whole; others take the wish, and may not heed it.
 */
export function copiesTags({ storage }: Bucket, head: HeadObjectCommandOutput, limits: CopyLimits): boolean {
  return storage.connection.config.endpoint === null && isSingleCopy(head, limits);
}

export function isSingleCopy({ ContentLength = 0 }: HeadObjectCommandOutput, limits: CopyLimits): boolean {
  return ContentLength <= limits.singleCopy;
}

/** What is to be kept. Throws `keep-refused` where all of something is, and may not be read. */
export async function keptOf(
  bucket: Bucket,
  from: At,
  keep: { tags: Keep; access: Keep },
  signal: AbortSignal,
): Promise<Omit<Kept, 'byStore'>> {
  const tags = await unlessDenied(
    () => tagsAt(bucket, from, keep.tags, signal),
    words.keepRefused.tagsUnread('s3:GetObjectTagging'),
  );
  const grants = await unlessDenied(
    () => grantsAt(bucket, from, keep.access, signal),
    words.keepRefused.accessUnread('s3:GetObjectAcl'),
  );
  return { tags, grants, acl: cannedOf(grants) };
}

/**
 * Throws `keep-refused` where what has to be written again after a copy may not be written: to write what is there already changes
 * nothing, and tells.
 */
export async function mayKeep(bucket: Bucket, key: string, { tags, grants, acl, byStore }: Kept, signal: AbortSignal) {
  if (Object.keys(tags).length > 0 && !byStore)
    await unlessDenied(() => writeTags(bucket, key, tags, signal), words.keepRefused.tags('s3:PutObjectTagging'));
  if (grants.length > 0 && acl === undefined) await mayGrant(bucket, key, signal);
}

/** The same of access alone: the copy that had it with it was denied. */
export async function mayGrant(bucket: Bucket, key: string, signal: AbortSignal): Promise<void> {
  const { Owner, Grants }: AccessControlPolicy = await rawAclOf(bucket, { key, versionId: null }, signal);
  await unlessDenied(
    () => writeAcl(bucket, key, { Owner, Grants }, signal),
    words.keepRefused.access('s3:PutObjectAcl'),
  );
}

async function unlessDenied<T>(work: () => Promise<T>, why: string): Promise<T> {
  return await work().catch((error: unknown) => {
    throw isDenied(error) ? new SidelineError('keep-refused', { subject: why, cause: error }) : error;
  });
}

export function isDenied(error: unknown): error is SidelineError {
  return error instanceof SidelineError && error.kind === 'denied';
}
