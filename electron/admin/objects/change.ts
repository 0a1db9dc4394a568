/**
 * Headers, metadata, tags, access and storage class of an object that is there. S3 changes headers only by copying an object onto
 * itself, and forgets all that the copy does not name: so all of it is read before.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html
 */
import { isDeepStrictEqual } from 'node:util';
import type { AccessControlPolicy, CopyObjectCommandInput, HeadObjectCommandOutput } from '@aws-sdk/client-s3';
import { SidelineError } from '../../../shared/errors.ts';
import type { ObjectChange } from '../../../shared/objects.ts';
import { asciiOf } from '../../storage/object-options.ts';
import { encodeKey } from '../../storage/sigv4.ts';
import type { Bucket } from '../bucket.ts';
import { at, headObject, headersOf, metadataOf, rawAclOf, tagsOf } from './details.ts';

/** One CopyObject takes no more. bytes */
const largestCopy = 5 * 1024 ** 3;

/**
 * Throws `object-missing`, `object-changed` where it is replaced meanwhile, `unsupported` where it is too large to be copied in one
 * request, and what the store can cause. What was done before that stays done: headers first, then tags, then access.
 */
export async function changeObject(
  bucket: Bucket,
  key: string,
  change: ObjectChange,
  signal: AbortSignal,
): Promise<void> {
  const { headers, metadata, storageClass, tags, acl } = change;
  if (headers !== undefined || metadata !== undefined || storageClass !== undefined)
    await rewrite(bucket, key, change, signal);
  if (tags !== undefined) await putTags(bucket, key, tags, signal);
  if (acl !== undefined)
    await bucket.ask(
      { right: 'write-acl', key, operation: 'upload' },
      (s3, { PutObjectAclCommand }) =>
        s3.send(new PutObjectAclCommand({ ...at(bucket, key, null), ACL: acl }), { abortSignal: signal }),
      signal,
    );
}

async function putTags(
  bucket: Bucket,
  key: string,
  tags: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<void> {
  const TagSet = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
  await bucket.ask(
    { right: 'write-tags', key, operation: 'upload' },
    (s3, { PutObjectTaggingCommand }) =>
      s3.send(new PutObjectTaggingCommand({ ...at(bucket, key, null), Tagging: { TagSet } }), { abortSignal: signal }),
    signal,
  );
}

async function rewrite(bucket: Bucket, key: string, change: ObjectChange, signal: AbortSignal): Promise<void> {
  const head = await headObject(bucket, { key, versionId: null }, signal);
  if ((head.ContentLength ?? 0) > largestCopy) throw new SidelineError('unsupported', { subject: tooLarge });
  const access = change.acl === undefined ? await foreignAccess(bucket, key, signal) : null;
  const tags = change.tags === undefined ? await knownTags(bucket, key, signal) : {};
  const input = copyInput(bucket, key, head, change);
  await bucket
    .ask(
      { right: 'write', key, operation: 'upload' },
      (s3, { CopyObjectCommand }) => s3.send(new CopyObjectCommand(input), { abortSignal: signal }),
      signal,
    )
    .catch((error: unknown) => {
      const replaced = error instanceof SidelineError && error.kind === 'object-exists'; // the If-Match of the copy
      throw replaced ? new SidelineError('object-changed', { subject: key, cause: error }) : error;
    });
  // S3 copies them; Ceph takes the wish and does not heed it.
  if (Object.keys(tags).length > 0 && !isDeepStrictEqual(await knownTags(bucket, key, signal), tags))
    await putTags(bucket, key, tags, signal);
  if (access === null) return;
  await bucket.ask(
    { right: 'write-acl', key, operation: 'upload' },
    (s3, { PutObjectAclCommand }) =>
      s3.send(new PutObjectAclCommand({ ...at(bucket, key, null), AccessControlPolicy: access }), {
        abortSignal: signal,
      }),
    signal,
  );
}

const tooLarge = 'headers of an object over 5 GiB can only be changed by uploading it again';

function copyInput(
  bucket: Bucket,
  key: string,
  head: HeadObjectCommandOutput,
  change: ObjectChange,
): CopyObjectCommandInput {
  const headers = { ...headersOf(head), ...change.headers };
  const metadata = change.metadata ?? metadataOf(head);
  const { expires, contentType, cacheControl, contentDisposition, contentEncoding, contentLanguage } = headers;
  const { ServerSideEncryption, SSEKMSKeyId, StorageClass, WebsiteRedirectLocation, ETag } = head;
  const all = {
    ContentType: contentType,
    CacheControl: cacheControl,
    ContentDisposition: contentDisposition,
    ContentEncoding: contentEncoding,
    ContentLanguage: contentLanguage,
    ServerSideEncryption,
    SSEKMSKeyId,
    StorageClass: change.storageClass ?? StorageClass,
    WebsiteRedirectLocation,
    CopySourceIfMatch: ETag,
  };
  const until = expires === null ? null : new Date(expires);
  const given = Object.entries(all).filter(([, value]) => value !== null && value !== undefined && value !== '');
  return {
    ...Object.fromEntries(given),
    ...(until === null || Number.isNaN(until.getTime()) ? {} : { Expires: until }),
    ...at(bucket, key, null),
    CopySource: encodeKey(`${bucket.name}/${key}`),
    MetadataDirective: 'REPLACE',
    TaggingDirective: 'COPY',
    Metadata: Object.fromEntries(Object.entries(metadata).map(([name, value]) => [name, asciiOf(value)])),
  };
}

/** None where the store has no tags, or nobody may ask: S3 itself then copies them. */
async function knownTags(bucket: Bucket, key: string, signal: AbortSignal): Promise<Record<string, string>> {
  try {
    return await tagsOf(bucket, { key, versionId: null }, signal);
  } catch (error) {
    if (error instanceof SidelineError && (error.kind === 'denied' || untold.has(error.kind))) return {};
    throw error;
  }
}

/** Who may do what besides the owner: a copy is the owner's alone. null: nobody, or the store does not tell. */
async function foreignAccess(bucket: Bucket, key: string, signal: AbortSignal): Promise<AccessControlPolicy | null> {
  try {
    const { Owner, Grants = [] } = await rawAclOf(bucket, { key, versionId: null }, signal);
    const others = Grants.some(({ Grantee }) => Grantee?.ID === undefined || Grantee.ID !== Owner?.ID);
    return others && Owner !== undefined ? { Owner, Grants } : null;
  } catch (error) {
    // Without ACLs there is nothing to bring back; who may not read them could take the public's access away unseen.
    if (error instanceof SidelineError && untold.has(error.kind)) return null;
    throw error;
  }
}
const untold: ReadonlySet<SidelineError['kind']> = new Set<SidelineError['kind']>([
  ...(['unsupported', 'rejected', 'acl-refused'] as const),
]);
