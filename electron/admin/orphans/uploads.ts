/** Multipart uploads that nobody has completed or aborted: whose they are, how old, and what they hold. */
import type { UploadsLeft } from '../../../shared/bucket-check.ts';
import { SidelineError } from '../../../shared/errors.ts';
import type { LeftUpload } from '../../../shared/orphans.ts';
import type { ListedUpload } from '../../storage/storage.ts';
import { blocks, plain, textIn, urlDecoded } from '../browse/list-xml.ts';
import type { Bucket } from '../bucket.ts';
import { sideBySide } from '../side-by-side.ts';

/** What this computer knows of its own. */
export interface OwnUploads {
  /** It is being sent, or will be gone on with. */
  isUnderWay(upload: ListedUpload): boolean;
}

/** requests */
const asked = 8;

/** All below a prefix, a thousand at a time, in the store's order. Throws `denied`, and `unsupported` where a store lists none. */
export async function* uploadPages(
  bucket: Bucket,
  prefix: string,
  signal: AbortSignal,
): AsyncGenerator<ListedUpload[]> {
  let marker: Record<string, string> | null = {};
  let before = '';
  while (marker !== null) {
    // Not with encoded keys: Ceph encodes them then, and does not say so.
    const query: Record<string, string> = { uploads: '', prefix, ...marker };
    const need = { right: 'list-uploads', key: prefix, operation: 'connect' } as const;
    const ask = () => bucket.storage.ask({ key: '', query }, { operation: 'connect' }, signal);
    const page = pageOf(await bucket.attempt(need, ask, signal));
    const place = JSON.stringify(page.next);
    if (page.next !== null && place === before)
      throw new SidelineError('server-error', { operation: 'connect', subject: 'a list that does not go on' });
    before = place;
    marker = page.next;
    yield page.uploads;
  }
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListMultipartUploads.html */
function pageOf(xml: string): { uploads: ListedUpload[]; next: Record<string, string> | null } {
  if (!/<ListMultipartUploadsResult[\s>]/.test(xml))
    throw new SidelineError('unsupported', { subject: 'a list of unfinished uploads' });
  const isEncoded = textIn(xml, 'EncodingType') === 'url';
  const keyIn = (block: string, name: string) => {
    const text = plain(textIn(block, name));
    return isEncoded ? urlDecoded(text) : text;
  };
  const uploads = Array.from(blocks(xml, 'Upload'), (block) => ({
    key: keyIn(block, 'Key'),
    uploadId: plain(textIn(block, 'UploadId')),
    initiated: Date.parse(textIn(block, 'Initiated')) || 0,
  }));
  const key = keyIn(xml, 'NextKeyMarker');
  const more = textIn(xml, 'IsTruncated') === 'true' && key !== '';
  const next = { 'key-marker': key, 'upload-id-marker': plain(textIn(xml, 'NextUploadIdMarker')) };
  return { uploads, next: more ? next : null };
}

/** The same with what each holds; what is gone by then is left out. */
export async function* leftUploads(
  bucket: Bucket,
  own: OwnUploads,
  prefix: string,
  signal: AbortSignal,
): AsyncGenerator<LeftUpload[]> {
  const measure = createMeasure(bucket, signal);
  for await (const page of uploadPages(bucket, prefix, signal)) {
    const held = new Map<ListedUpload, Held | null>();
    await sideBySide(page, asked, async (upload) => void held.set(upload, await measure(upload)));
    yield page.flatMap((upload) => {
      const found = held.get(upload) ?? null;
      return found === null ? [] : [{ ...upload, ...found, own: own.isUnderWay(upload) }];
    });
  }
}

interface Held {
  /** null: not told */
  parts: number | null;
  bytes: number | null;
}

/** What an upload holds: the sum of its parts; null: it is gone meanwhile. Once it is denied, it is not asked for again. */
function createMeasure(bucket: Bucket, signal: AbortSignal): (upload: ListedUpload) => Promise<Held | null> {
  let denied = false;
  return async (upload) => {
    if (denied) return untold;
    try {
      return await heldBy(bucket, upload, signal);
    } catch (error) {
      if (!(error instanceof SidelineError)) throw error;
      if (error.kind === 'upload-gone' || error.kind === 'object-missing') return null; // Ceph says NoSuchKey
      if (error.kind !== 'denied') throw error;
      denied = true;
      return untold;
    }
  };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListParts.html; not by the SDK, for there may be thousands. */
async function heldBy(bucket: Bucket, { key, uploadId }: ListedUpload, signal: AbortSignal): Promise<Held> {
  const need = { right: 'list-uploads', key, operation: 'connect' } as const;
  const held = { parts: 0, bytes: 0 };
  for (let marker: string | null = '0'; marker !== null;) {
    const query: Record<string, string> = { uploadId, 'part-number-marker': marker };
    const ask = () => bucket.storage.ask({ key, query }, { operation: 'connect', key }, signal);
    const xml = await bucket.attempt(need, ask, signal);
    for (const part of blocks(xml, 'Part')) {
      held.parts += 1;
      held.bytes += Number(textIn(part, 'Size')) || 0;
    }
    const next = textIn(xml, 'NextPartNumberMarker');
    marker = textIn(xml, 'IsTruncated') === 'true' && Number(next) > Number(marker) ? next : null;
  }
  return held;
}

const untold: Held = { parts: null, bytes: null };

/** Enough to say how bad it is; the scan lists them all. */
const mostCounted = 10_000;
const mostMeasured = 500;

/** Of the whole bucket. Throws `denied` and `unsupported`. */
export async function countUploads(bucket: Bucket, own: OwnUploads, signal: AbortSignal): Promise<UploadsLeft> {
  const left: UploadsLeft = { count: 0, bytes: 0, bytesKnown: true, more: false, oldest: null, own: 0 };
  const toMeasure: ListedUpload[] = [];
  pages: for await (const page of uploadPages(bucket, '', signal)) {
    for (const upload of page) {
      if (left.count === mostCounted) {
        left.more = true;
        break pages;
      }
      left.count += 1;
      if (own.isUnderWay(upload)) {
        left.own += 1;
        continue;
      }
      left.oldest = Math.min(left.oldest ?? Infinity, upload.initiated);
      if (toMeasure.length < mostMeasured) toMeasure.push(upload);
      else left.bytesKnown = false;
    }
  }
  const measure = createMeasure(bucket, signal);
  await sideBySide(toMeasure, asked, async (upload) => {
    const held = await measure(upload);
    if (held?.bytes === null) left.bytesKnown = false;
    left.bytes += held?.bytes ?? 0;
  });
  return left;
}
