/** All that a store tells of one object. What may not be asked, or the store does not have, is said with its reason. */
import type { GetObjectAclCommandOutput, HeadObjectCommandOutput } from '@aws-sdk/client-s3';
import type { Destination } from '../../../shared/destination.ts';
import type { Receipt } from '../../../shared/domain.ts';
import { reason, reasonOf, SidelineError, type Reason } from '../../../shared/errors.ts';
import type { Right } from '../../../shared/rights.ts';
import {
  type Grant,
  type ObjectAcl,
  type ObjectDetails,
  type ObjectHeaders,
  type ObjectReceipt,
  type ObjectVersion,
  type Told,
} from '../../../shared/objects.ts';
import { decodeWords } from '../../storage/encoded-words.ts';
import { unquoted } from '../../storage/etag.ts';
import type { Bucket } from '../bucket.ts';
import { publicAddress } from './public-address.ts';

export interface DetailsDeps {
  /** Some of them have public addresses of their own. */
  destinations(): readonly Destination[];
  /** The receipt of what this app last sent to the key, with its batch; null: it sent nothing there. */
  receipt(connectionId: number, key: string): { receipt: Receipt; batchId: number } | null;
  /** versions that are told of at most; a store gives no more than 1,000 at once */
  mostVersions?: number;
}

/** `versionId` null: what is there now. Throws `object-missing`, and what the network and the store can cause. */
export async function objectDetails(
  bucket: Bucket,
  at: { key: string; versionId: string | null },
  deps: DetailsDeps,
  signal: AbortSignal,
): Promise<ObjectDetails> {
  const { key } = at;
  const [head, tags, acl, listed] = await Promise.all([
    headObject(bucket, at, signal),
    told(() => tagsOf(bucket, at, signal)),
    told(() => aclOf(bucket, at, signal)),
    told(() => versionsOf(bucket, key, deps.mostVersions ?? 1000, signal)),
  ]);
  const etag = unquoted(head.ETag);
  const size = head.ContentLength ?? 0;
  const sent = deps.receipt(bucket.connectionId, key);
  return {
    ...{ connectionId: bucket.connectionId, key, size, etag, tags, acl },
    versions: listed.known ? { known: true, value: listed.value.versions } : listed,
    moreVersions: listed.known && listed.value.isCut,
    versionId: head.VersionId ?? null,
    modified: head.LastModified?.getTime() ?? 0,
    headers: headersOf(head),
    metadata: metadataOf(head),
    storageClass: storageClassOf(head),
    sse: head.ServerSideEncryption ?? null,
    checksums: checksumsOf(head),
    restore: head.Restore ?? null,
    receipt: sent === null ? null : receiptOf(sent, { etag, size }),
    url: publicAddress(bucket.storage.connection, key, deps.destinations()),
  };
}

/** Throws `object-missing`. */
export async function headObject(
  bucket: Bucket,
  { key, versionId }: { key: string; versionId: string | null },
  signal: AbortSignal,
): Promise<HeadObjectCommandOutput> {
  return await bucket.ask(
    { right: 'read', key, operation: 'download' },
    (s3, { HeadObjectCommand }) =>
      s3.send(new HeadObjectCommand({ ...at(bucket, key, versionId), ChecksumMode: 'ENABLED' }), {
        abortSignal: signal,
      }),
    signal,
  );
}

export function at(bucket: Bucket, key: string, versionId: string | null) {
  return { Bucket: bucket.name, Key: key, ...(versionId === null ? {} : { VersionId: versionId }) };
}

/** As what is written back has it: what the store did not say is not there. */
export function headersOf(head: HeadObjectCommandOutput): ObjectHeaders {
  return {
    contentType: head.ContentType ?? null,
    cacheControl: head.CacheControl ?? null,
    contentDisposition: head.ContentDisposition ?? null,
    contentEncoding: head.ContentEncoding ?? null,
    contentLanguage: head.ContentLanguage ?? null,
    expires: head.ExpiresString ?? null,
  };
}

export function metadataOf({ Metadata = {} }: HeadObjectCommandOutput): Record<string, string> {
  return Object.fromEntries(Object.entries(Metadata).map(([name, value]) => [name, decodeWords(value)]));
}

/** S3 leaves the usual one out. */
export function storageClassOf({ StorageClass = 'STANDARD' }: HeadObjectCommandOutput): string {
  return StorageClass;
}

function checksumsOf(head: HeadObjectCommandOutput): Record<string, string> {
  const { ChecksumCRC32, ChecksumCRC32C, ChecksumCRC64NVME, ChecksumSHA1, ChecksumSHA256 } = head;
  const all = {
    CRC32: ChecksumCRC32,
    CRC32C: ChecksumCRC32C,
    CRC64NVME: ChecksumCRC64NVME,
    SHA1: ChecksumSHA1,
    SHA256: ChecksumSHA256,
  };
  return Object.fromEntries(Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined));
}

/** Only what is about this request alone is shown beside the rest: without network there are no details at all. */
async function told<T>(work: () => Promise<T>): Promise<Told<T>> {
  try {
    return { known: true, value: await work() };
  } catch (error) {
    if (error instanceof SidelineError && notTold.has(error.kind)) return { known: false, reason: whyOf(error) };
    throw error;
  }
}
/** A store that does not know the question says so by these. https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html */
function whyOf(error: SidelineError): Reason {
  const isUnknown = error.kind === 'rejected' && /^(NotImplemented|MethodNotAllowed)\b/.test(error.subject);
  return isUnknown ? reason('unsupported') : reasonOf(error);
}
const notTold: ReadonlySet<SidelineError['kind']> = new Set<SidelineError['kind']>([
  ...(['denied', 'unsupported', 'rejected', 'server-error', 'object-missing', 'prefix-locked'] as const),
]);

export async function tagsOf(
  bucket: Bucket,
  { key, versionId }: { key: string; versionId: string | null },
  signal: AbortSignal,
): Promise<Record<string, string>> {
  const { TagSet = [] } = await bucket.ask(
    { right: 'read-tags', key, operation: 'download' },
    (s3, { GetObjectTaggingCommand }) =>
      s3.send(new GetObjectTaggingCommand(at(bucket, key, versionId)), { abortSignal: signal }),
    signal,
  );
  return Object.fromEntries(TagSet.map(({ Key = '', Value = '' }) => [Key, Value]));
}

/** As the store has it, to be written back. */
export async function rawAclOf(
  bucket: Bucket,
  { key, versionId }: { key: string; versionId: string | null },
  signal: AbortSignal,
): Promise<GetObjectAclCommandOutput> {
  return await bucket.ask(
    { right: 'read-acl', key, operation: 'download' },
    (s3, { GetObjectAclCommand }) =>
      s3.send(new GetObjectAclCommand(at(bucket, key, versionId)), { abortSignal: signal }),
    signal,
  );
}

async function aclOf(
  bucket: Bucket,
  which: { key: string; versionId: string | null },
  signal: AbortSignal,
): Promise<ObjectAcl> {
  const { Owner, Grants = [] } = await rawAclOf(bucket, which, signal);
  return {
    owner: Owner?.DisplayName ?? Owner?.ID ?? '',
    grants: Grants.map(({ Grantee, Permission = '' }) => ({ who: whoIs(Grantee), may: Permission })),
  };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html#specifying-grantee-predefined-groups */
function whoIs(
  grantee: { URI?: string | undefined; DisplayName?: string | undefined; ID?: string | undefined } = {},
): Grant['who'] {
  if (grantee.URI === 'http://acs.amazonaws.com/groups/global/AllUsers') return 'everybody';
  if (grantee.URI === 'http://acs.amazonaws.com/groups/global/AuthenticatedUsers') return 'signed-in';
  return { name: grantee.DisplayName ?? grantee.ID ?? grantee.URI ?? '' };
}

async function versionsOf(bucket: Bucket, key: string, most: number, signal: AbortSignal) {
  const need: { right: Right; key: string; operation: 'download' } = {
    right: 'list-versions',
    key,
    operation: 'download',
  };
  const page = await bucket.ask(
    need,
    (s3, { ListObjectVersionsCommand }) =>
      s3.send(new ListObjectVersionsCommand({ Bucket: bucket.name, Prefix: key, MaxKeys: most }), {
        abortSignal: signal,
      }),
    signal,
  );
  const ofKey = <One extends { Key?: string | undefined }>(all: readonly One[] = []) =>
    all.filter(({ Key }) => Key === key);
  const versions = [
    ...ofKey(page.Versions).map((one) => ({ ...one, isDeleteMarker: false })),
    ...ofKey(page.DeleteMarkers).map((one) => ({
      ...one,
      isDeleteMarker: true,
      Size: 0,
      ETag: '',
      StorageClass: undefined,
    })),
  ];
  const all = versions
    .map((one): ObjectVersion => ({
      versionId: one.VersionId ?? 'null',
      isDeleteMarker: one.isDeleteMarker,
      isLatest: one.IsLatest ?? false,
      size: one.Size ?? 0,
      modified: one.LastModified?.getTime() ?? 0,
      etag: unquoted(one.ETag),
      storageClass: one.StorageClass ?? null,
    }))
    .sort((one, other) => Number(other.isLatest) - Number(one.isLatest) || other.modified - one.modified);
  // Keys that begin with this one come behind it.
  return { versions: all, isCut: page.IsTruncated === true && page.NextKeyMarker === key };
}

function receiptOf(
  { receipt, batchId }: { receipt: Receipt; batchId: number },
  now: { etag: string; size: number },
): ObjectReceipt {
  const isSame = receipt.size === now.size && (receipt.etag === null || receipt.etag === now.etag);
  const { transferId, finishedAt, source } = receipt;
  return { transferId, batchId, finishedAt, source, isSame };
}
