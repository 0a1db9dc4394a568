/** An earlier version becomes what is there now: a copy of it onto its own key, with its tags and access. */
import type { AccessControlPolicy } from '@aws-sdk/client-s3';
import { SidelineError } from '../../../shared/errors.ts';
import { objects as words } from '../../../shared/strings/objects.ts';
import { encodeKey } from '../../storage/sigv4.ts';
import type { Bucket } from '../bucket.ts';
import { keptOf } from '../transfer/carried.ts';
import { at, headObject, rawAclOf, tagsOf } from './details.ts';

/** One CopyObject takes no more. bytes */
const largestCopy = 5 * 1024 ** 3;

/**
 * The versions that are there stay. Throws `object-missing`, `unsupported` where it is too large to be copied in one request, and
 * what the store can cause. https://docs.aws.amazon.com/AmazonS3/latest/userguide/RestoringPreviousVersions.html
 */
export async function restoreVersion(
  bucket: Bucket,
  key: string,
  versionId: string,
  signal: AbortSignal,
): Promise<void> {
  const version = { key, versionId };
  const head = await headObject(bucket, version, signal);
  if ((head.ContentLength ?? 0) > largestCopy)
    throw new SidelineError('unsupported', { subject: words.tooLargeToRestore });
  const tags = await orNone(tagsOf(bucket, version, signal));
  const access = await orNone(rawAclOf(bucket, version, signal));
  await bucket.ask(
    { right: 'write', key, operation: 'upload' },
    (s3, { CopyObjectCommand }) =>
      s3.send(
        new CopyObjectCommand({
          ...at(bucket, key, null),
          ...keptOf(head),
          CopySource: `${encodeKey(`${bucket.name}/${key}`)}?versionId=${encodeURIComponent(versionId)}`,
          MetadataDirective: 'COPY',
          TaggingDirective: 'COPY',
        }),
        { abortSignal: signal },
      ),
    signal,
  );
  // S3 copies them; Ceph takes the wish and does not heed it.
  if (tags !== null && Object.keys(tags).length > 0)
    await bucket.attempt(
      { right: 'write-tags', key, operation: 'upload' },
      () => bucket.storage.tag(key, tags, signal),
      signal,
    );
  const { Owner, Grants = [] } = access ?? {};
  if (Grants.some(({ Grantee }) => Grantee?.ID === undefined || Grantee.ID !== Owner?.ID))
    await giveAccess(bucket, key, { Owner, Grants }, signal);
}

async function giveAccess(bucket: Bucket, key: string, access: AccessControlPolicy, signal: AbortSignal) {
  await bucket.ask(
    { right: 'write-acl', key, operation: 'upload' },
    (s3, { PutObjectAclCommand }) =>
      s3.send(new PutObjectAclCommand({ ...at(bucket, key, null), AccessControlPolicy: access }), {
        abortSignal: signal,
      }),
    signal,
  );
}

/** null: the store has no such thing, or nobody may ask. */
async function orNone<T>(asked: Promise<T>): Promise<T | null> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof SidelineError && untold.has(error.kind)) return null;
    throw error;
  }
}
const untold: ReadonlySet<SidelineError['kind']> = new Set<SidelineError['kind']>([
  ...(['unsupported', 'rejected', 'acl-refused', 'denied'] as const),
]);
