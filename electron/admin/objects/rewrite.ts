/**
 * An object, or a version of it, copied onto its own key: S3 changes headers in no other way, and forgets what the copy does not
 * name. https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html
 */
import type { HeadObjectCommandOutput } from '@aws-sdk/client-s3';
import { SidelineError } from '../../../shared/errors.ts';
import { objects as words } from '../../../shared/strings/objects.ts';
import type { Bucket } from '../bucket.ts';
import { createPatience } from '../patience.ts';
import { copyByStore, copySource, longestCopy } from '../transfer/by-store.ts';
import { aclOf, bringTags, carriedOf, grant, needOfCopy, type At, type Keep } from '../transfer/carried.ts';
import type { CopyLimits, CopyTask } from '../transfer/copy-task.ts';
import { at } from './details.ts';
import { copiesTags, isDenied, isSingleCopy, keptOf, mayGrant, mayKeep, type Kept } from './keeping.ts';

export interface RewriteOrder {
  from: At;
  /** of what is copied: it must still be there */
  head: HeadObjectCommandOutput;
  /** the same with what the object is to say of itself; null: nothing of that changes */
  wanted: HeadObjectCommandOutput | null;
  /** What of the source the copy has. */
  keep: { tags: Keep; access: Keep };
  limits: CopyLimits;
}

/** How long a network that is away is waited for. ms */
const networkPatience = 60_000;

/**
 * Throws `object-changed` where the object is replaced meanwhile, `keep-refused` where what is there would lose something, `not-kept`
 * where the copy has lost something after all, and what the store can cause.
 */
export async function rewrite(bucket: Bucket, order: RewriteOrder, signal: AbortSignal): Promise<void> {
  const { from, head, wanted, keep, limits } = order;
  const kept = { ...(await keptOf(bucket, from, keep, signal)), byStore: copiesTags(bucket, head, limits) };
  // An earlier version stays as it is, with all that it has.
  if (from.versionId === null) await mayKeep(bucket, from.key, kept, signal);
  const task: CopyTask = {
    ...{ from: { bucket, ...from }, to: { bucket, key: from.key }, limits, onlyIfFree: false },
    ...{ tags: kept.tags, acl: kept.acl },
    patience: createPatience({ storage: bucket.storage, wait: networkPatience, signal }),
    moved: () => undefined,
  };
  const copy = (one: CopyTask) =>
    wanted !== null && isSingleCopy(head, limits) ? replaceHeaders(one, wanted) : copyByStore(one, wanted ?? head);
  await withAccess(task, copy).catch((error: unknown) => {
    const replaced = error instanceof SidelineError && error.kind === 'object-exists'; // the If-Match of the copy
    throw replaced ? new SidelineError('object-changed', { subject: from.key, cause: error }) : error;
  });
  await bringRest(task, kept);
}

/** Where the copy is denied because of the access that it is to have, an object that is there stays, and a version comes without it. */
async function withAccess(task: CopyTask, copy: (task: CopyTask) => Promise<unknown>): Promise<void> {
  const { acl, from, patience } = task;
  try {
    await copy(task);
  } catch (error) {
    if (!isDenied(error) || acl === undefined) throw error;
    if (from.versionId !== null) await copy({ ...task, acl: undefined });
    else {
      await mayGrant(from.bucket, from.key, patience.signal);
      from.bucket.learn({ right: 'write', allowed: [], denied: [{ key: from.key, message: error.message }] });
      throw error;
    }
  }
}

/** Where the line breaks here, it is nowhere but in this memory. */
async function bringRest({ to: { bucket, key }, patience }: CopyTask, { tags, grants }: Kept): Promise<void> {
  const { lasting, signal } = patience;
  const lost: string[] = [];
  const bring = (work: () => Promise<void>, what: string) =>
    lasting(work).catch((error: unknown) => {
      if (!isDenied(error)) throw error;
      lost.push(what);
    });
  const named = Object.entries(tags).map(([name, value]) => `${name}=${value}`);
  await bring(() => bringTags(bucket, key, tags, signal), words.notKept.tags(named.join(', ')));
  await bring(() => grant(bucket, key, grants, signal), words.notKept.access);
  if (lost.length > 0) throw new SidelineError('not-kept', { subject: lost.join(', and ') });
}

async function replaceHeaders({ from, patience, acl }: CopyTask, wanted: HeadObjectCommandOutput): Promise<void> {
  const { bucket, key, versionId } = from;
  const input = {
    ...at(bucket, key, null),
    ...carriedOf(wanted),
    ...aclOf(acl),
    ...{ CopySource: copySource(bucket, key, versionId), CopySourceIfMatch: wanted.ETag },
    ...({ MetadataDirective: 'REPLACE', TaggingDirective: 'COPY' } as const),
  };
  const { signal } = patience;
  await bucket.ask(
    needOfCopy(key, acl),
    (s3, { CopyObjectCommand }) =>
      s3.send(new CopyObjectCommand(input), { abortSignal: signal, requestTimeout: longestCopy }),
    signal,
  );
}
