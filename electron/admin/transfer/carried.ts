/** What a copy takes over from its source, where S3 does not do it by itself. */
import type {
  AccessControlPolicy,
  CreateMultipartUploadCommandInput,
  Grant,
  HeadObjectCommandOutput,
  ObjectCannedACL,
} from '@aws-sdk/client-s3';
import { isDeepStrictEqual } from 'node:util';
import { SidelineError } from '../../../shared/errors.ts';
import { asciiOf } from '../../storage/object-options.ts';
import type { Bucket, Need } from '../bucket.ts';
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

/** An object; or one of its versions, where that is not null. */
export interface At {
  key: string;
  versionId: string | null;
}

/** `where-known`: as far as these credentials are told; `all`: what may not be read must not be lost unseen. */
export type Keep = 'where-known' | 'all';

/** None where the store has no tags. Throws `denied` where all are to be kept and may not be read. */
export async function tagsAt(bucket: Bucket, of: At, kept: Keep, signal: AbortSignal): Promise<Tags> {
  try {
    return await tagsOf(bucket, of, signal);
  } catch (error) {
    if (isUntold(error, kept)) return {};
    throw error;
  }
}

function isUntold(error: unknown, kept: Keep): boolean {
  if (!(error instanceof SidelineError)) return false;
  return unknown.has(error.kind) || (error.kind === 'denied' && kept === 'where-known');
}

export function taggingOf(tags: Tags): string {
  return Object.entries(tags)
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
    .join('&');
}

/** S3 copies tags by itself; Ceph takes the wish and does not heed it. */
export async function bringTags(bucket: Bucket, key: string, tags: Tags, signal: AbortSignal): Promise<void> {
  if (Object.keys(tags).length === 0) return;
  const there = await tagsAt(bucket, { key, versionId: null }, 'where-known', signal);
  if (!isDeepStrictEqual(there, tags)) await writeTags(bucket, key, tags, signal);
}

/** In the place of those that are there. */
export async function writeTags(bucket: Bucket, key: string, tags: Tags, signal: AbortSignal): Promise<void> {
  await bucket.attempt(
    { right: 'write-tags', key, operation: 'upload' },
    () => bucket.storage.tag(key, tags, signal),
    signal,
  );
}

/** Whether who may do what with the source, besides its owner, may do the same with the copy. */
export type AccessKept = 'none' | Keep;

/** What is to be granted on a copy. Throws `denied` where all of it is to be kept and may not be read. */
export async function grantsAt(bucket: Bucket, of: At, kept: AccessKept, signal: AbortSignal): Promise<Grant[]> {
  if (kept === 'none') return [];
  try {
    const { Grants = [], Owner } = await rawAclOf(bucket, of, signal);
    return Grants.filter(({ Grantee }) => Grantee?.ID === undefined || Grantee.ID !== Owner?.ID);
  } catch (error) {
    if (isUntold(error, kept)) return [];
    throw error;
  }
}

const groups = 'http://acs.amazonaws.com/groups/global/';
const named: Readonly<Record<string, ObjectCannedACL>> = {
  [`${groups}AllUsers READ`]: 'public-read',
  [`${groups}AuthenticatedUsers READ`]: 'authenticated-read',
};

/** The ACL with a name that grants the same: a copy can be made with it in one request. Undefined: none does. */
export function cannedOf(grants: readonly Grant[]): ObjectCannedACL | undefined {
  return named[grants.map(nameOf).join()];
}

function nameOf({ Grantee: { ID, URI, EmailAddress } = { Type: undefined }, Permission }: Grant): string {
  return `${URI ?? ID ?? EmailAddress ?? ''} ${Permission ?? ''}`;
}

export function aclOf(acl: ObjectCannedACL | undefined): { ACL?: ObjectCannedACL } {
  return acl === undefined ? {} : { ACL: acl };
}

/** With an ACL it takes the right to write that too, and a 403 does not say which of the two is missing. */
export function needOfCopy(key: string, acl: ObjectCannedACL | undefined): Need {
  return { right: 'write', key, operation: 'upload', ...(acl === undefined ? {} : { learns: false }) };
}

/** Beside those that are there. */
export async function grant(bucket: Bucket, key: string, grants: readonly Grant[], signal: AbortSignal): Promise<void> {
  if (grants.length === 0) return;
  const { Owner, Grants: there = [] } = await rawAclOf(bucket, { key, versionId: null }, signal);
  const known = new Set(there.map(nameOf));
  const missing = grants.filter((one) => !known.has(nameOf(one)));
  if (missing.length > 0) await writeAcl(bucket, key, { Owner, Grants: [...there, ...missing] }, signal);
}

/** In the place of what is there. */
export async function writeAcl(
  bucket: Bucket,
  key: string,
  acl: ObjectCannedACL | AccessControlPolicy,
  signal: AbortSignal,
): Promise<void> {
  const wanted = typeof acl === 'string' ? { ACL: acl } : { AccessControlPolicy: acl };
  await bucket.ask(
    { right: 'write-acl', key, operation: 'upload' },
    (s3, { PutObjectAclCommand }) =>
      s3.send(new PutObjectAclCommand({ ...at(bucket, key, null), ...wanted }), { abortSignal: signal }),
    signal,
  );
}
