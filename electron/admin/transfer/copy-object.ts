/** One object under another key: copied with all that it has, and looked at before anybody calls it done. */
import type { HeadObjectCommandOutput } from '@aws-sdk/client-s3';
import { SidelineError } from '../../../shared/errors.ts';
import type { Bandwidth } from '../../engine/upload/bandwidth.ts';
import type { Bucket } from '../bucket.ts';
import { headObject } from '../objects/details.ts';
import type { Patience } from '../patience.ts';
import { unquoted } from '../../storage/etag.ts';
import { copyByStore, isSameStore } from './by-store.ts';
import { bringTags, grant, grantsAt, tagsAt, type AccessKept } from './carried.ts';
import { contentHead, type ContentHead } from './content-head.ts';
import { copyLimits, type CopyLimits, type CopyTask, type PacedTask } from './copy-task.ts';
import { compareContent } from './same-content.ts';
import { copyThroughHere } from './through-here.ts';

export interface CopyOrder {
  from: { bucket: Bucket; key: string; versionId?: string | null };
  to: { bucket: Bucket; key: string };
  /** An object that has the key, and is not equal, is replaced. */
  overwrite: boolean;
  access: AccessKept;
  bandwidth: Bandwidth;
  limits?: CopyLimits;
}

export interface Copied {
  /** of the source, without quotes */
  etag: string;
  /** of the source; null: its bucket keeps none */
  versionId: string | null;
  /** of the source. ms since 1970; null: not told */
  modified: number | null;
  /** bytes */
  size: number;
  /** of the copy, without quotes */
  copyEtag: string;
  /** An equal object had the key already. */
  skipped: boolean;
  /** The copy is known to have the source's bytes: the store copied it as one thing, or what both say of their content is equal. */
  isProven: boolean;
}

/** Throws `object-missing`, `object-exists`, `object-changed` where the source is replaced meanwhile, `integrity`, and what both stores can cause. */
export async function copyObject(
  order: CopyOrder,
  patience: Patience,
  moved: (bytes: number) => void,
): Promise<Copied> {
  const { from, to, overwrite, access } = order;
  const { signal, lasting } = patience;
  const versionId = from.versionId ?? null;
  const head = await lasting(() => headObject(from.bucket, { key: from.key, versionId }, signal));
  const size = head.ContentLength ?? 0;
  const source = {
    ...{ size, etag: unquoted(head.ETag), versionId: head.VersionId ?? null },
    modified: head.LastModified?.getTime() ?? null,
  };

  const there = await lasting(() => contentHead(to.bucket, to.key, signal));
  if (there !== null && compareContent(head, there) === 'same') {
    moved(size);
    return { ...source, copyEtag: unquoted(there.ETag), skipped: true, isProven: true };
  }
  if (there !== null && !overwrite) throw new SidelineError('object-exists', { subject: to.key });

  const tags = await lasting(() => tagsAt(from.bucket, { key: from.key, versionId }, 'all', signal));
  const grants = await lasting(() => grantsAt(from.bucket, { key: from.key, versionId }, access, signal));
  const canRefuse = to.bucket.storage.connection.capabilities?.conditionalWrites === true;
  const task: PacedTask = {
    ...{ from: { ...from, versionId }, to, tags, patience, limits: order.limits ?? copyLimits },
    bandwidth: order.bandwidth,
    ...{ onlyIfFree: !overwrite && canRefuse, moved },
  };
  const sent = await send(task, head);
  const copy = await lasting(() => contentHead(to.bucket, to.key, signal));
  if (copy === null) throw new SidelineError('object-missing', { subject: to.key, operation: 'upload' });
  const isProven = proven(head, copy, sent);
  await lasting(() => bringTags(to.bucket, to.key, tags, signal));
  await lasting(() => grant(to.bucket, to.key, grants, signal));
  return { ...source, copyEtag: unquoted(copy.ETag), skipped: false, isProven };
}

interface Sent {
  etag: string;
  /** The store made it of the very object that we looked at, or what was read agrees with that one's checksum. */
  isProven: boolean;
}

async function send(task: PacedTask, head: HeadObjectCommandOutput): Promise<Sent> {
  const { from, to, patience, moved } = task;
  let counted = 0;
  const counting: PacedTask = {
    ...task,
    moved(bytes) {
      counted += bytes;
      moved(bytes);
    },
  };
  try {
    if (isSameStore(from.bucket, to.bucket)) {
      try {
        return { etag: await patience.lasting(() => copyByStore(counting, head)), isProven: true };
      } catch (error) {
        // The target's credentials may not read the source's bucket, where this connection may.
        const isOther = from.bucket.connectionId !== to.bucket.connectionId;
        if (!isOther || !(error instanceof SidelineError) || error.kind !== 'denied') throw error;
      }
    }
    return await copyThroughHere(counting, head);
  } catch (error) {
    patience.signal.throwIfAborted();
    if (await isDoneAnyway(error, task, head)) {
      moved((head.ContentLength ?? 0) - counted);
      return { etag: '', isProven: true };
    }
    moved(-counted);
    throw asChanged(error, task);
  }
}

/** A request whose answer was lost is made again, and then refused because of what it has done itself. */
async function isDoneAnyway(
  error: unknown,
  { to, patience }: CopyTask,
  head: HeadObjectCommandOutput,
): Promise<boolean> {
  if (!(error instanceof SidelineError) || !['object-exists', 'upload-gone'].includes(error.kind)) return false;
  const there = await patience.lasting(() => contentHead(to.bucket, to.key, patience.signal));
  return there !== null && compareContent(head, there) === 'same';
}

/** The conditions of a copy speak of its source and of its target: only the second can be meant where it was asked to be free. */
function asChanged(error: unknown, { onlyIfFree, from }: CopyTask): unknown {
  const refused = error instanceof SidelineError && error.kind === 'object-exists';
  return refused && !onlyIfFree ? new SidelineError('object-changed', { subject: from.key, cause: error }) : error;
}

/** Throws `integrity` where the copy is another one than the source. */
function proven(head: ContentHead, copy: ContentHead, sent: Sent): boolean {
  const verdict = compareContent(head, copy);
  const isMade = sent.etag === '' || sent.etag === unquoted(copy.ETag);
  if (verdict === 'different') throw new SidelineError('integrity', { operation: 'upload' });
  return verdict === 'same' || (sent.isProven && isMade);
}
