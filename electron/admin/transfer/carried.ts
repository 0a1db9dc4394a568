/** What a copy takes over from its source, where S3 does not do it by itself. */
import type { CreateMultipartUploadCommandInput, Grant, HeadObjectCommandOutput } from '@aws-sdk/client-s3';
import { isDeepStrictEqual } from 'node:util';
import { SidelineError } from '../../../shared/errors.ts';
import { asciiOf } from '../../storage/object-options.ts';
import type { Bucket } from '../bucket.ts';
import { at, metadataOf, rawAclOf, tagsOf } from '../objects/details.ts';

export type Tags = Readonly<Record<string, string>>;

type Kept = Pick<
  CreateMultipartUploadCommandInput,
  'ServerSideEncryption' | 'SSEKMSKeyId' | 'StorageClass' | 'WebsiteRedirectLocation'
>;

/** Neither CopyObject nor an upload keeps these. */
export function keptOf(head: HeadObjectCommandOutput): Kept {
  const { ServerSideEncryption, SSEKMSKeyId, StorageClass, WebsiteRedirectLocation } = head;
  return given({ ServerSideEncryption, SSEKMSKeyId, StorageClass, WebsiteRedirectLocation });
}

/** All but the tags of an object that is uploaded anew. */
export function carriedOf(head: HeadObjectCommandOutput): Omit<CreateMultipartUploadCommandInput, 'Bucket' | 'Key'> {
  const { ContentType, CacheControl, ContentDisposition, ContentEncoding, ContentLanguage, ExpiresString } = head;
  const until = new Date(ExpiresString ?? NaN);
  const metadata = Object.entries(metadataOf(head)).map(([name, value]) => [name, asciiOf(value)] as const);
  return {
    ...keptOf(head),
    ...given({ ContentType, CacheControl, ContentDisposition, ContentEncoding, ContentLanguage }),
    ...(Number.isNaN(until.getTime()) ? {} : { Expires: until }),
    ...(metadata.length === 0 ? {} : { Metadata: Object.fromEntries(metadata) }),
  };
}

function given<T extends object>(values: T): T {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined && value !== '')) as T;
}

/** Stores that know nothing of it. */
const unknown: ReadonlySet<SidelineError['kind']> = new Set<SidelineError['kind']>([
  ...(['unsupported', 'rejected', 'acl-refused'] as const),
]);

/** None where the store has no tags. Throws `denied`: a copy without them would lose them unseen. */
export async function tagsAt(bucket: Bucket, key: string, signal: AbortSignal): Promise<Tags> {
  try {
    return await tagsOf(bucket, { key, versionId: null }, signal);
  } catch (error) {
    if (error instanceof SidelineError && unknown.has(error.kind)) return {};
    throw error;
  }
}

export function taggingOf(tags: Tags): string {
  return Object.entries(tags)
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
    .join('&');
}

/** S3 copies tags by itself; Ceph takes the wish and does not heed it. */
export async function bringTags(bucket: Bucket, key: string, tags: Tags, signal: AbortSignal): Promise<void> {
  if (Object.keys(tags).length === 0 || isDeepStrictEqual(await tagsAt(bucket, key, signal), tags)) return;
  await bucket.attempt(
    { right: 'write-tags', key, operation: 'upload' },
    () => bucket.storage.tag(key, tags, signal),
    signal,
  );
}

/**
 * Whether who may do what with the source, besides its owner, may do the same with the copy. `where-known`: as far as these
 * credentials are told who that is.
 */
export type AccessKept = 'none' | 'where-known' | 'all';

/** What is to be granted on a copy. Throws `denied` where all of it is to be kept and may not be read. */
export async function grantsAt(bucket: Bucket, key: string, kept: AccessKept, signal: AbortSignal): Promise<Grant[]> {
  if (kept === 'none') return [];
  try {
    const { Grants = [], Owner } = await rawAclOf(bucket, { key, versionId: null }, signal);
    return Grants.filter(({ Grantee }) => Grantee?.ID === undefined || Grantee.ID !== Owner?.ID);
  } catch (error) {
    const isUntold = error instanceof SidelineError && (unknown.has(error.kind) || error.kind === 'denied');
    if (!isUntold || (kept === 'all' && error.kind === 'denied')) throw error;
    return [];
  }
}

export async function grant(bucket: Bucket, key: string, grants: readonly Grant[], signal: AbortSignal): Promise<void> {
  if (grants.length === 0) return;
  const own = await rawAclOf(bucket, { key, versionId: null }, signal);
  const access = { Owner: own.Owner, Grants: [...(own.Grants ?? []), ...grants] };
  await bucket.ask(
    { right: 'write-acl', key, operation: 'upload' },
    (s3, { PutObjectAclCommand }) =>
      s3.send(new PutObjectAclCommand({ ...at(bucket, key, null), AccessControlPolicy: access }), {
        abortSignal: signal,
      }),
    signal,
  );
}
