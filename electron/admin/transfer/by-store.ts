/** Copies that the store makes by itself: no byte comes to this computer. */
import type { HeadObjectCommandOutput } from '@aws-sdk/client-s3';
import { SidelineError } from '../../../shared/errors.ts';
import { encodeKey } from '../../storage/sigv4.ts';
import type { Bucket } from '../bucket.ts';
import { unquoted } from '../../storage/etag.ts';
import { sideBySide } from '../side-by-side.ts';
import { aclOf, carriedOf, keptOf, needOfCopy, taggingOf } from './carried.ts';
import type { CopyTask } from './copy-task.ts';
import { inUpload, type SentPart } from './in-upload.ts';
import { partSizeFor } from './part-sizes.ts';

/** ms; S3 answers when 5 GiB are copied */
export const longestCopy = 15 * 60_000;
const partsAtOnce = 16;

/** Whether one store holds both: it can copy from one to the other where the credentials may read there. */
export function isSameStore(one: Bucket, other: Bucket): boolean {
  const [a, b] = [one.storage.connection.config, other.storage.connection.config];
  return a.endpoint === b.endpoint;
}

/** `bucket/key`, percent-encoded. https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html */
export function copySource(bucket: Bucket, key: string, versionId: string | null): string {
  const version = versionId === null ? '' : `?versionId=${encodeURIComponent(versionId)}`;
  return `${encodeKey(`${bucket.name}/${key}`)}${version}`;
}

/** Returns the ETag of the copy, as the store told it. Throws `object-changed` where the source is another by now. */
export async function copyByStore(task: CopyTask, head: HeadObjectCommandOutput): Promise<string> {
  const size = head.ContentLength ?? 0;
  if (size > task.limits.singleCopy) return await copyInParts(task, head);
  try {
    return await copyWhole(task, head);
  } catch (error) {
    // A store's own limit may be lower than that of S3.
    const tooLarge = error instanceof SidelineError && (error.kind === 'too-large' || error.kind === 'rejected');
    if (!tooLarge || size < task.limits.smallestPart) throw error;
    return await copyInParts(task, head);
  }
}

/** Headers and metadata it keeps by itself. */
async function copyWhole({ from, to, patience, onlyIfFree, acl, moved }: CopyTask, head: HeadObjectCommandOutput) {
  const input = {
    ...keptOf(head),
    ...aclOf(acl),
    ...{ Bucket: to.bucket.name, Key: to.key, CopySource: copySource(from.bucket, from.key, from.versionId) },
    ...({ MetadataDirective: 'COPY', TaggingDirective: 'COPY', CopySourceIfMatch: head.ETag } as const),
    ...(onlyIfFree ? { IfNoneMatch: '*' } : {}),
  };
  const { signal } = patience;
  const { CopyObjectResult } = await to.bucket.ask(
    needOfCopy(to.key, acl),
    (s3, { CopyObjectCommand }) =>
      s3.send(new CopyObjectCommand(input), { abortSignal: signal, requestTimeout: longestCopy }),
    signal,
  );
  moved(head.ContentLength ?? 0);
  return unquoted(CopyObjectResult?.ETag);
}

async function copyInParts(task: CopyTask, head: HeadObjectCommandOutput): Promise<string> {
  const { from, to, patience, tags } = task;
  const { signal } = patience;
  const size = head.ContentLength ?? 0;
  const partSize = await partSizeFor(task, head);
  const tagging = taggingOf(tags);
  const options = { ...carriedOf(head), ...aclOf(task.acl), ...(tagging === '' ? {} : { Tagging: tagging }) };
  const source = { CopySource: copySource(from.bucket, from.key, from.versionId), CopySourceIfMatch: head.ETag };

  return await inUpload(task, options, async (UploadId) => {
    const parts: SentPart[] = [];
    const numbers = Array.from({ length: Math.ceil(size / partSize) }, (_, at) => at + 1);
    await sideBySide(numbers, partsAtOnce, async (PartNumber) => {
      const first = (PartNumber - 1) * partSize;
      const last = Math.min(size, PartNumber * partSize) - 1;
      const input = { ...source, Bucket: to.bucket.name, Key: to.key, UploadId, PartNumber };
      const { CopyPartResult } = await patience.lasting(() =>
        to.bucket.ask(
          { right: 'write', key: to.key, operation: 'upload' },
          (s3, { UploadPartCopyCommand }) =>
            s3.send(new UploadPartCopyCommand({ ...input, CopySourceRange: `bytes=${first}-${last}` }), {
              abortSignal: signal,
              requestTimeout: longestCopy,
            }),
          signal,
        ),
      );
      parts.push({ PartNumber, ETag: CopyPartResult?.ETag });
      task.moved(last - first + 1);
    });
    return parts;
  });
}
