/** Copies between stores that know nothing of each other: through the memory of this computer, part by part. */
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { crc32 } from 'node:zlib';
import type { HeadObjectCommandOutput } from '@aws-sdk/client-s3';
import { sliceSize } from '../../engine/upload/bandwidth.ts';
import { combineCrc32 } from '../../engine/verify/crc32-combine.ts';
import { factsOf } from '../object-facts.ts';
import { at } from '../objects/details.ts';
import { receive } from '../download/receive.ts';
import { unquoted } from '../../storage/etag.ts';
import { sideBySide } from '../side-by-side.ts';
import { carriedOf, taggingOf } from './carried.ts';
import type { PacedTask } from './copy-task.ts';
import { inUpload, type SentPart } from './in-upload.ts';
import { partSizeFor } from './part-sizes.ts';

/** Each takes as much memory as a part. */
const partsAtOnce = 4;
/** bytes: larger parts are not held in memory */
const largestPart = 64 * 2 ** 20;

export interface SentThrough {
  etag: string;
  /** What was read is what the source's store says that it has. */
  isProven: boolean;
}

interface Piece {
  bytes: Buffer;
  crc: number;
  /** base64 */
  md5: string;
}

/** Each part is checked by the store that takes it (Content-MD5). */
export async function copyThroughHere(task: PacedTask, head: HeadObjectCommandOutput): Promise<SentThrough> {
  const size = head.ContentLength ?? 0;
  const tagging = taggingOf(task.tags);
  const carried = { ...carriedOf(head), SSEKMSKeyId: undefined }; // another store has other keys
  const options = { ...carried, ...(tagging === '' ? {} : { Tagging: tagging }) };
  const wanted = await partSizeFor(task, head);
  const partSize = wanted > largestPart ? Math.max(largestPart, Math.ceil(size / 10_000)) : wanted;
  const crcs = new Map<number, number>();
  const range = (number: number) => ({ from: (number - 1) * partSize, to: Math.min(size, number * partSize) });

  async function readPart(number: number): Promise<Piece> {
    const piece = await readRange(task, head, range(number));
    crcs.set(number, piece.crc);
    return piece;
  }

  const count = Math.max(1, Math.ceil(size / partSize));
  const etag =
    count === 1 ? await sendWhole(task, options, await readPart(1)) : await sendParts(task, options, count, readPart);
  const { crc32: expected } = factsOf(head);
  return { etag, isProven: expected !== null && expected === joined(crcs, count, range) };
}

function joined(
  crcs: ReadonlyMap<number, number>,
  count: number,
  range: (number: number) => { from: number; to: number },
): number {
  let crc = crcs.get(1) ?? 0;
  for (let number = 2; number <= count; number++) {
    const { from, to } = range(number);
    crc = combineCrc32(crc, crcs.get(number) ?? 0, to - from);
  }
  return crc;
}

/** Its digests grow as it comes: those of a whole part would hold everything else up. */
async function readRange(
  { from, patience, bandwidth }: PacedTask,
  head: HeadObjectCommandOutput,
  range: { from: number; to: number },
): Promise<Piece> {
  const { bucket, key } = from;
  const bytes = Buffer.allocUnsafe(range.to - range.from);
  const { signal } = patience;
  const wanted = { key, etag: unquoted(head.ETag), size: head.ContentLength ?? 0, to: range.to };
  const md5 = createHash('md5');
  let crc = 0;
  let filled = 0;
  const sink = {
    head: () => undefined,
    async take(chunk: Buffer) {
      await bandwidth.take(chunk.length, signal);
      filled += chunk.copy(bytes, filled);
      crc = crc32(chunk, crc);
      md5.update(chunk);
      patience.moved();
    },
  };
  const need = { right: 'read', key, operation: 'download' } as const;
  await patience.lasting(() =>
    bucket.attempt(
      need,
      async () => {
        if (filled === bytes.length && bytes.length > 0) return;
        await receive(bucket.storage, { ...wanted, from: range.from + filled }, sink, signal);
      },
      signal,
    ),
  );
  return { bytes, crc, md5: md5.digest('base64') };
}

type Options = ReturnType<typeof carriedOf>;

async function sendWhole(task: PacedTask, options: Options, piece: Piece) {
  const { to, patience, onlyIfFree, moved } = task;
  const { bucket, key } = to;
  const { signal } = patience;
  const condition = onlyIfFree ? { IfNoneMatch: '*' } : {};
  const input = { ...options, ...at(bucket, key, null), ...condition };
  const { ETag } = await patience.lasting(() =>
    bucket.ask(
      { right: 'write', key, operation: 'upload' },
      (s3, { PutObjectCommand }) =>
        s3.send(new PutObjectCommand({ ...input, ...bodyOf(task, piece) }), { abortSignal: signal }),
      signal,
    ),
  );
  moved(piece.bytes.length);
  return unquoted(ETag);
}

async function sendParts(
  task: PacedTask,
  options: Options,
  count: number,
  readPart: (number: number) => Promise<Piece>,
): Promise<string> {
  const { bucket, key } = task.to;
  const { signal, lasting } = task.patience;
  return await inUpload(task, options, async (UploadId) => {
    const parts: SentPart[] = [];
    await sideBySide(
      Array.from({ length: count }, (_, index) => index + 1),
      partsAtOnce,
      async (PartNumber) => {
        const piece = await readPart(PartNumber);
        const input = { ...at(bucket, key, null), UploadId, PartNumber };
        const { ETag } = await lasting(() =>
          bucket.ask(
            { right: 'write', key, operation: 'upload' },
            (s3, { UploadPartCommand }) =>
              s3.send(new UploadPartCommand({ ...input, ...bodyOf(task, piece) }), { abortSignal: signal }),
            signal,
          ),
        );
        parts.push({ PartNumber, ETag });
        task.moved(piece.bytes.length);
      },
    );
    return parts;
  });
}

/** For one request. */
function bodyOf({ bandwidth, patience }: PacedTask, { bytes, md5 }: Piece) {
  const facts = { ContentLength: bytes.length, ContentMD5: md5 };
  return bandwidth.limit === null ? { ...facts, Body: bytes } : { ...facts, Body: Readable.from(paced()) };

  async function* paced(): AsyncGenerator<Buffer, void> {
    for (let sent = 0; sent < bytes.length;) {
      const some = bytes.subarray(sent, sent + sliceSize(bandwidth.limit));
      await bandwidth.take(some.length, patience.signal);
      sent += some.length;
      yield some;
    }
  }
}
