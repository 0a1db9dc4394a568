/** Copies within the practice bucket. */
import { createReadStream } from 'node:fs';
import { fileOf, place, receive, type Received, type StoredObject } from './object-folder.ts';
import {
  aclOf,
  header,
  keptHeaders,
  quoted,
  refuse,
  time,
  xml,
  type Call,
  type Practice,
  type Reply,
} from './s3-call.ts';
import { base64OfCrc32 } from './upload-folder.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html; `source`: the header that makes a PUT a copy */
export async function copyObject(practice: Practice, call: Call, source: string): Promise<Reply> {
  const { objects } = practice;
  const from = copiedFrom(practice, call, source);
  if (header(call, 'if-none-match') !== undefined && objects.byKey.has(call.key)) refuse(412, 'PreconditionFailed');
  const isReplaced = header(call, 'x-amz-metadata-directive') === 'REPLACE';
  const said = Object.entries(call.request.headers).filter(([name]) => !ofCopies.test(name));
  const given = keptHeaders(Object.fromEntries(said));
  const headers = isReplaced ? given : from.headers;
  // Made before the source may be replaced: the copy is of what is there now.
  const received = await receive(objects, [createReadStream(fileOf(objects, from)) as AsyncIterable<Buffer>]);
  const copy = await place(objects, received, {
    key: call.key,
    etag: received.md5.toString('hex'),
    crc32: base64OfCrc32(received.crc32),
    crc32Of: 'FULL_OBJECT',
    ...{ headers, acl: aclOf(header(call, 'x-amz-acl')) },
  });
  return xml('CopyObjectResult', [
    ['LastModified', time(copy.modified)],
    ['ETag', quoted(copy.etag)],
    ['ChecksumCRC32', copy.crc32],
    ['ChecksumType', copy.crc32Of],
  ]);
}

/** What becomes a part of an upload. https://docs.aws.amazon.com/AmazonS3/latest/API/API_UploadPartCopy.html */
export async function receiveCopy(practice: Practice, call: Call, source: string): Promise<Received> {
  const from = copiedFrom(practice, call, source);
  const said = header(call, 'x-amz-copy-source-range') ?? `bytes=0-${from.size - 1}`;
  const [, start, end] = /^bytes=(\d{1,15})-(\d{1,15})$/.exec(said) ?? [];
  if (start === undefined || Number(start) > Number(end) || Number(end) >= from.size)
    refuse(400, 'InvalidArgument', 'The object has no such range.');
  const range = { start: Number(start), end: Number(end) };
  return await receive(practice.objects, [
    createReadStream(fileOf(practice.objects, from), range) as AsyncIterable<Buffer>,
  ]);
}

function copiedFrom({ bucket, objects }: Practice, call: Call, source: string): StoredObject {
  const from = objects.byKey.get(keyIn(source, bucket));
  if (from === undefined) return refuse(404, 'NoSuchKey', 'There is no object to copy.');
  const wanted = header(call, 'x-amz-copy-source-if-match');
  if (wanted !== undefined && wanted.replaceAll('"', '') !== from.etag) refuse(412, 'PreconditionFailed');
  return from;
}

/** They say how to copy, and nothing of the object. There are no tags here that could be copied. */
const ofCopies = /^x-amz-(copy-source|metadata-directive|tagging-directive)/;

function keyIn(source: string, bucket: string): string {
  const path = source.replace(/^\//, '');
  if (!path.startsWith(`${bucket}/`)) refuse(404, 'NoSuchBucket', `There is only the bucket "${bucket}" here.`);
  try {
    return decodeURIComponent(path.slice(bucket.length + 1));
  } catch {
    return refuse(400, 'InvalidArgument', 'The source of the copy is not percent-encoded.');
  }
}
