/** Headers, metadata, tags, access and storage class of an object that is there. */
import type { HeadObjectCommandOutput } from '@aws-sdk/client-s3';
import { SidelineError } from '../../../shared/errors.ts';
import type { ObjectChange, SeenObject } from '../../../shared/objects.ts';
import { objects as words } from '../../../shared/strings/objects.ts';
import { unquoted } from '../../storage/etag.ts';
import type { Bucket } from '../bucket.ts';
import { writeAcl, writeTags } from '../transfer/carried.ts';
import { copyLimits, type CopyLimits } from '../transfer/copy-task.ts';
import { headObject, storageClassOf } from './details.ts';
import { copiesTags } from './keeping.ts';
import { rewrite } from './rewrite.ts';

export interface ChangeOptions {
  /** What the change was made of: of another object all metadata would be lost. */
  seen?: SeenObject | undefined;
  limits?: CopyLimits;
}

/**
 * Throws `object-missing`, `object-changed` where it is replaced meanwhile, `unsupported` where the store has no such storage class,
 * `keep-refused` where the change would lose something that it does not name, and what the store can cause. What was done before that stays done: headers first, then tags, then access.
 */
export async function changeObject(
  bucket: Bucket,
  key: string,
  change: ObjectChange,
  signal: AbortSignal,
  { seen, limits = copyLimits }: ChangeOptions = {},
): Promise<void> {
  const { headers, metadata, tags, acl } = change;
  const from = { key, versionId: null };
  const head = await headObject(bucket, from, signal);
  if (seen !== undefined && !isSeen(head, seen)) throw new SidelineError('object-changed', { subject: key });
  // To what it has already it may have been changed by the same wish before, the rest of which was denied.
  const storageClass = change.storageClass === storageClassOf(head) ? undefined : change.storageClass;
  if (headers !== undefined || metadata !== undefined || storageClass !== undefined) {
    // Amazon takes over tags that may not be read, but not where it is copied in parts; nobody takes over access.
    const keptTags = copiesTags(bucket, head, limits) ? 'where-known' : 'all';
    // What is written behind this is kept as well: it may be denied.
    const keep = {
      tags: tags === undefined ? keptTags : 'where-known',
      access: acl === undefined ? 'all' : 'where-known',
    } as const;
    await rewrite(bucket, { from, head, wanted: wantedOf(head, change), keep, limits }, signal).catch(
      (error: unknown) => {
        throw storageClass !== undefined && isUnknownValue(error) ? noSuchClass(storageClass, error) : error;
      },
    );
  }
  if (tags !== undefined) await writeTags(bucket, key, tags, signal);
  if (acl !== undefined) await writeAcl(bucket, key, acl, signal);
}

function isSeen({ ETag, LastModified }: HeadObjectCommandOutput, { etag, modified }: SeenObject): boolean {
  return unquoted(ETag) === etag && (LastModified?.getTime() ?? 0) === modified;
}

/** S3 says InvalidStorageClass, Ceph InvalidArgument. */
function isUnknownValue(error: unknown): boolean {
  return (
    error instanceof SidelineError &&
    error.kind === 'rejected' &&
    /^Invalid(StorageClass|Argument)\b/.test(error.subject)
  );
}

function noSuchClass(storageClass: string, cause: unknown): SidelineError {
  return new SidelineError('unsupported', { subject: words.noSuchClass(storageClass), cause });
}

const names = {
  contentType: 'ContentType',
  cacheControl: 'CacheControl',
  contentDisposition: 'ContentDisposition',
  contentEncoding: 'ContentEncoding',
  contentLanguage: 'ContentLanguage',
} as const satisfies Record<Changed, keyof HeadObjectCommandOutput>;
type Changed = keyof NonNullable<ObjectChange['headers']>;

/** What the object says of itself once it is changed; a header that is '' goes. */
function wantedOf(head: HeadObjectCommandOutput, change: ObjectChange): HeadObjectCommandOutput {
  const headers = Object.entries(change.headers ?? {}).map(([name, value]) => [names[name as Changed], value]);
  return {
    ...head,
    ...(Object.fromEntries(headers) as Partial<HeadObjectCommandOutput>),
    ...(change.metadata === undefined ? {} : { Metadata: change.metadata }),
    ...(change.storageClass === undefined ? {} : { StorageClass: change.storageClass }),
  };
}
