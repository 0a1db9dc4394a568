/**
 * An object, or a version of it, copied onto its own key: S3 changes headers in no other way, and forgets what the copy does not
 * name. https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html
 */
import type { HeadObjectCommandOutput } from '@aws-sdk/client-s3';
import { SidelineError } from '../../../shared/errors.ts';
import type { Bucket } from '../bucket.ts';
import { createPatience } from '../patience.ts';
import { copyByStore, copySource, longestCopy } from '../transfer/by-store.ts';
import {
  bringTags,
  carriedOf,
  grant,
  grantsAt,
  tagsAt,
  type AccessKept,
  type At,
  type Keep,
} from '../transfer/carried.ts';
import type { CopyLimits, CopyTask } from '../transfer/copy-task.ts';
import { at } from './details.ts';

export interface RewriteOrder {
  from: At;
  /** of what is copied: it must still be there */
  head: HeadObjectCommandOutput;
  /** the same with what the object is to say of itself; null: nothing of that changes */
  wanted: HeadObjectCommandOutput | null;
  /** What of the source the copy has; `none`: it is written behind this. */
  keep: { tags: 'none' | Keep; access: AccessKept };
  limits: CopyLimits;
}

/** How long a network that is away is waited for. ms */
const networkPatience = 60_000;

/** Throws `object-changed` where the object is replaced meanwhile, and what the store can cause. */
export async function rewrite(bucket: Bucket, order: RewriteOrder, signal: AbortSignal): Promise<void> {
  const { from, head, wanted, keep, limits } = order;
  const tags = keep.tags === 'none' ? {} : await tagsAt(bucket, from, keep.tags, signal);
  const grants = await grantsAt(bucket, from, keep.access, signal);
  const task: CopyTask = {
    ...{ from: { bucket, ...from }, to: { bucket, key: from.key }, tags, limits, onlyIfFree: false },
    patience: createPatience({ storage: bucket.storage, wait: networkPatience, signal }),
    moved: () => undefined,
  };
  const copy =
    wanted !== null && isSingleCopy(head, limits) ? replaceHeaders(task, wanted) : copyByStore(task, wanted ?? head);
  await copy.catch((error: unknown) => {
    const replaced = error instanceof SidelineError && error.kind === 'object-exists'; // the If-Match of the copy
    throw replaced ? new SidelineError('object-changed', { subject: from.key, cause: error }) : error;
  });
  // Where the line breaks here, they are nowhere but in this memory.
  const { lasting } = task.patience;
  await lasting(() => bringTags(bucket, from.key, tags, signal));
  await lasting(() => grant(bucket, from.key, grants, signal));
}

export function isSingleCopy({ ContentLength = 0 }: HeadObjectCommandOutput, limits: CopyLimits): boolean {
  return ContentLength <= limits.singleCopy;
}

async function replaceHeaders({ from, patience }: CopyTask, wanted: HeadObjectCommandOutput): Promise<void> {
  const { bucket, key, versionId } = from;
  const input = {
    ...at(bucket, key, null),
    ...carriedOf(wanted),
    ...{ CopySource: copySource(bucket, key, versionId), CopySourceIfMatch: wanted.ETag },
    ...({ MetadataDirective: 'REPLACE', TaggingDirective: 'COPY' } as const),
  };
  const { signal } = patience;
  await bucket.ask(
    { right: 'write', key, operation: 'upload' },
    (s3, { CopyObjectCommand }) =>
      s3.send(new CopyObjectCommand(input), { abortSignal: signal, requestTimeout: longestCopy }),
    signal,
  );
}
