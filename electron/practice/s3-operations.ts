/** The operations of S3 that the practice bucket has. What it has not, it says so: NotImplemented, never a wrong answer. */
import { createReadStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { objectKey } from '../../shared/key-template/index.ts';
import {
  fileOf,
  list,
  place,
  receive,
  remove,
  type ObjectFolder,
  type Received,
  type StoredObject,
} from './object-folder.ts';
import { document, S3Refusal, textsOf, type Xml } from './s3-xml.ts';
import {
  abortUpload,
  addPart,
  base64OfCrc32,
  completeUpload,
  createUpload,
  findUpload,
  type StoredPart,
  type UploadFolder,
} from './upload-folder.ts';

export interface Practice {
  bucket: string;
  region: string;
  objects: ObjectFolder;
  uploads: UploadFolder;
  onBytes: (bytes: number) => void;
}

export interface Call {
  request: IncomingMessage;
  /** '' for the bucket itself */
  key: string;
  query: URLSearchParams;
}

export interface Reply {
  status: number;
  headers?: Record<string, string>;
  body?: string | Readable;
}

type Operation = (practice: Practice, call: Call) => Reply | Promise<Reply>;

/** By what it is asked of, the method and the one parameter that makes it another operation. */
const operations: Record<string, Operation | undefined> = {
  'bucket GET list-type': listObjects,
  'bucket GET uploads': listUploads,
  'bucket GET location': () => xml('LocationConstraint', []), // empty means us-east-1
  'bucket GET versioning': () => xml('VersioningConfiguration', []),
  'bucket HEAD': ({ region }) => ({ status: 200, headers: { 'x-amz-bucket-region': region } }),
  'bucket PUT': () => refuse(409, 'BucketAlreadyOwnedByYou', 'The practice bucket is there already.'),
  'bucket POST delete': deleteObjects,
  'object GET': getObject,
  'object HEAD': (practice, call) => ({ status: 200, headers: headersOf(findObject(practice, call), call) }),
  'object PUT': putObject,
  'object DELETE': deleteObject,
  'object POST uploads': startUpload,
  'object PUT uploadId': putPart,
  'object GET uploadId': listParts,
  'object POST uploadId': finishUpload,
  'object DELETE uploadId': dropUpload,
};

/** These make another operation of a request; those of a signature, of a listing and the like do not. */
const parametersThatMatter = new Set(Object.keys(operations).flatMap((name) => name.split(' ').slice(2)));
const parametersThatDoNot = /^(x-id|partNumber|x-amz-.*)$/i;

/** Throws an S3Refusal. */
export async function answer(practice: Practice, call: Call): Promise<Reply> {
  const names = [...call.query.keys()];
  const which = names.find((name) => parametersThatMatter.has(name));
  const unknown = which === undefined && names.some((name) => !parametersThatDoNot.test(name));
  const name = [call.key === '' ? 'bucket' : 'object', call.request.method, ...(which === undefined ? [] : [which])];
  const operation = unknown ? undefined : operations[name.join(' ')];
  if (operation === undefined)
    return refuse(501, 'NotImplemented', 'The practice bucket does not have this operation.');
  if (call.key !== '') refuseBadKey(call.key);
  return await operation(practice, call);
}

function refuse(status: number, code: string, message?: string): never {
  throw new S3Refusal(status, code, message);
}

/** The keys that Sideline makes, no others: each must be a file that is safe to write. */
function refuseBadKey(key: string): void {
  try {
    objectKey('', key);
  } catch (error) {
    refuse(400, 'InvalidArgument', error instanceof Error ? error.message : undefined);
  }
}

function xml(root: string, content: readonly Xml[]): Reply {
  return { status: 200, headers: { 'content-type': 'application/xml' }, body: document(root, content) };
}

const quoted = (etag: string) => `"${etag}"`;
const time = (ms: number) => new Date(ms).toISOString();

function header({ request }: Call, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
}

const headersNotKept =
  /^x-amz-(acl|checksum-(crc32c|crc64nvme|sha)|copy-source|grant|object-lock|server-side|storage-class|tagging|website)/;
const headersKept = /^(content-(type|disposition|encoding|language)|cache-control|expires|x-amz-meta-.*)$/;

/** What an uploader says of an object. Throws where it says what would not be kept. */
function keptHeaders(call: Call): Record<string, string> {
  const names = Object.keys(call.request.headers);
  const strange = names.find((name) => headersNotKept.test(name));
  if (strange !== undefined) refuse(501, 'NotImplemented', `The practice bucket does not know ${strange}.`);
  const isChunked = header(call, 'content-encoding')?.includes('aws-chunked') ?? false;
  if (isChunked) refuse(501, 'NotImplemented', 'The practice bucket takes bodies as they are, not aws-chunked.');
  const kept = names.filter((name) => headersKept.test(name)).map((name) => [name, header(call, name) ?? '']);
  return { 'content-type': 'binary/octet-stream', ...(Object.fromEntries(kept) as Record<string, string>) };
}

function refuseIfThere({ objects }: Practice, call: Call): void {
  if (header(call, 'if-match') !== undefined)
    refuse(501, 'NotImplemented', 'The practice bucket does not know if-match.');
  const condition = header(call, 'if-none-match');
  if (condition !== undefined && objects.byKey.has(call.key)) refuse(412, 'PreconditionFailed');
}

/** The body in a file, once it has been proved to be what the sender says it is. */
async function receiveBody({ objects, onBytes }: Practice, call: Call): Promise<Received> {
  const received = await receive(objects, [call.request], onBytes);
  const proofs = {
    'content-md5': received.md5.toString('base64'),
    'x-amz-checksum-crc32': base64OfCrc32(received.crc32),
    'content-length': String(received.size),
  };
  for (const [name, value] of Object.entries(proofs)) {
    if ((header(call, name) ?? value) === value) continue;
    await rm(received.file, { force: true });
    refuse(400, 'BadDigest', `What arrived does not fit its ${name}.`);
  }
  return received;
}

const checksumHeaders = (object: Pick<StoredObject, 'crc32' | 'crc32Of'>) => ({
  'x-amz-checksum-crc32': object.crc32,
  'x-amz-checksum-type': object.crc32Of,
});

async function putObject(practice: Practice, call: Call): Promise<Reply> {
  const headers = keptHeaders(call);
  refuseIfThere(practice, call);
  const received = await receiveBody(practice, call);
  const object = await place(practice.objects, received, {
    key: call.key,
    etag: received.md5.toString('hex'),
    crc32: base64OfCrc32(received.crc32),
    crc32Of: 'FULL_OBJECT',
    headers,
  });
  return { status: 200, headers: { etag: quoted(object.etag), ...checksumHeaders(object) } };
}

function findObject({ objects }: Practice, { key }: Call): StoredObject {
  return objects.byKey.get(key) ?? refuse(404, 'NoSuchKey', 'There is no object with this key.');
}

function headersOf(object: StoredObject, call: Call): Record<string, string> {
  // A checksum of the whole says nothing of a part.
  const checksumAsked = header(call, 'range') === undefined && header(call, 'x-amz-checksum-mode') !== undefined;
  return {
    ...object.headers,
    'content-length': String(object.size),
    'accept-ranges': 'bytes',
    etag: quoted(object.etag),
    'last-modified': new Date(object.modified).toUTCString(),
    ...(checksumAsked ? checksumHeaders(object) : {}),
  };
}

function getObject(practice: Practice, call: Call): Reply {
  const object = findObject(practice, call);
  const file = fileOf(practice.objects, object);
  const asked = header(call, 'range');
  if (asked === undefined) return { status: 200, headers: headersOf(object, call), body: createReadStream(file) };
  const { start, end } = rangeOf(asked, object.size);
  const headers = {
    ...headersOf(object, call),
    'content-length': String(end - start + 1),
    'content-range': `bytes ${start}-${end}/${object.size}`,
  };
  return { status: 206, headers, body: createReadStream(file, { start, end }) };
}

/** First and last byte of a single range. https://www.rfc-editor.org/rfc/rfc9110#section-14.1.2 */
function rangeOf(asked: string, size: number): { start: number; end: number } {
  const [, first = '', last = ''] = /^bytes=(\d*)-(\d*)$/.exec(asked) ?? [];
  const start = first === '' ? Math.max(0, size - Number(last)) : Number(first);
  const end = first === '' || last === '' ? size - 1 : Math.min(Number(last), size - 1);
  if ((first === '' && last === '') || start > end) refuse(416, 'InvalidRange');
  return { start, end };
}

async function deleteObject({ objects }: Practice, { key }: Call): Promise<Reply> {
  await remove(objects, key);
  return { status: 204 };
}

async function deleteObjects({ objects }: Practice, { request }: Call): Promise<Reply> {
  const body = await text(request);
  const keys = textsOf(body, 'Key');
  if (keys.length > 1000) refuse(400, 'MalformedXML', 'At most 1,000 keys at once.');
  for (const key of keys) await remove(objects, key);
  const quiet = textsOf(body, 'Quiet')[0] === 'true';
  return xml('DeleteResult', quiet ? [] : keys.map((key) => ['Deleted', [['Key', key]]]));
}

const largestPage = 1000;

/** How many are asked for at once; the parameter is text from outside. */
function pageSize(query: URLSearchParams, name: string): number {
  const asked = query.get(name) ?? String(largestPage);
  if (!/^\d+$/.test(asked)) refuse(400, 'InvalidArgument', `${name} must be a number.`);
  return Math.min(Number(asked), largestPage);
}

function listObjects({ bucket, objects }: Practice, { query }: Call): Reply {
  if (query.get('list-type') !== '2') refuse(501, 'NotImplemented', 'The practice bucket lists by version 2 only.');
  const prefix = query.get('prefix') ?? '';
  const token = query.get('continuation-token');
  const after = token === null ? (query.get('start-after') ?? '') : Buffer.from(token, 'base64url').toString();
  const limit = pageSize(query, 'max-keys');
  const listing = list(objects, { prefix, delimiter: query.get('delimiter') ?? '', after, limit });
  const encode = query.get('encoding-type') === 'url' ? encodeURIComponent : (key: string) => key;
  return xml('ListBucketResult', [
    ['Name', bucket],
    ['Prefix', encode(prefix)],
    ['MaxKeys', limit],
    ['KeyCount', listing.objects.length + listing.prefixes.length],
    ['IsTruncated', listing.next !== null],
    ...(query.has('encoding-type') ? [['EncodingType', 'url'] as const] : []),
    ...(listing.next === null
      ? []
      : [['NextContinuationToken', Buffer.from(listing.next).toString('base64url')] as const]),
    ...listing.objects.map((object): Xml => ['Contents', describe(object, encode)]),
    ...listing.prefixes.map((group): Xml => ['CommonPrefixes', [['Prefix', encode(group)]]]),
  ]);
}

function describe(object: StoredObject, encode: (key: string) => string): Xml[] {
  return [
    ['Key', encode(object.key)],
    ['LastModified', time(object.modified)],
    ['ETag', quoted(object.etag)],
    ['Size', object.size],
    ['StorageClass', 'STANDARD'],
  ];
}

async function startUpload(practice: Practice, call: Call): Promise<Reply> {
  const algorithm = header(call, 'x-amz-checksum-algorithm');
  if (algorithm !== undefined && algorithm !== 'CRC32')
    refuse(501, 'NotImplemented', 'The practice bucket checks CRC32 only.');
  const crc32Of = header(call, 'x-amz-checksum-type') === 'FULL_OBJECT' ? 'FULL_OBJECT' : 'COMPOSITE';
  const upload = await createUpload(practice.uploads, { key: call.key, headers: keptHeaders(call), crc32Of });
  const reply = xml('InitiateMultipartUploadResult', [
    ['Bucket', practice.bucket],
    ['Key', call.key],
    ['UploadId', upload.id],
  ]);
  const checksums = { 'x-amz-checksum-algorithm': 'CRC32', 'x-amz-checksum-type': crc32Of };
  return { ...reply, headers: { ...reply.headers, ...(algorithm === undefined ? {} : checksums) } };
}

function uploadOf({ uploads }: Practice, { query, key }: Call) {
  return findUpload(uploads, query.get('uploadId') ?? '', key);
}

async function putPart(practice: Practice, call: Call): Promise<Reply> {
  const number = Number(call.query.get('partNumber'));
  if (!Number.isInteger(number) || number < 1 || number > 10_000)
    refuse(400, 'InvalidArgument', 'Parts have numbers from 1 to 10000.');
  keptHeaders(call);
  uploadOf(practice, call);
  const received = await receiveBody(practice, call);
  // Asked again: it may have been aborted while the part was on its way.
  const part = await addPart(practice.uploads, uploadOf(practice, call), number, received);
  return { status: 200, headers: { etag: quoted(part.etag), 'x-amz-checksum-crc32': base64OfCrc32(part.crc32) } };
}

function listParts(practice: Practice, call: Call): Reply {
  const upload = uploadOf(practice, call);
  const after = Number(call.query.get('part-number-marker') ?? 0);
  const all = [...upload.parts.values()].filter(({ number }) => number > after).sort((a, b) => a.number - b.number);
  const page = all.slice(0, pageSize(call.query, 'max-parts'));
  return xml('ListPartsResult', [
    ['Bucket', practice.bucket],
    ['Key', upload.key],
    ['UploadId', upload.id],
    ['IsTruncated', page.length < all.length],
    ['NextPartNumberMarker', page.at(-1)?.number ?? after],
    ...page.map((part): Xml => ['Part', describePart(part)]),
  ]);
}

function describePart(part: StoredPart): Xml[] {
  return [
    ['PartNumber', part.number],
    ['LastModified', time(part.modified)],
    ['ETag', quoted(part.etag)],
    ['Size', part.size],
    ['ChecksumCRC32', base64OfCrc32(part.crc32)],
  ];
}

/** All in one answer: the practice bucket never has many. */
function listUploads({ bucket, uploads }: Practice, { query }: Call): Reply {
  const prefix = query.get('prefix') ?? '';
  const found = [...uploads.byId.values()].filter(({ key }) => key.startsWith(prefix));
  return xml('ListMultipartUploadsResult', [
    ['Bucket', bucket],
    ['Prefix', prefix],
    ['IsTruncated', false],
    ...found.map((upload): Xml => {
      return [
        'Upload',
        [
          ['Key', upload.key],
          ['UploadId', upload.id],
          ['Initiated', time(upload.initiated)],
        ],
      ];
    }),
  ]);
}

async function finishUpload(practice: Practice, call: Call): Promise<Reply> {
  const body = await text(call.request);
  const numbers = textsOf(body, 'PartNumber');
  const listed = textsOf(body, 'ETag').map((etag, at) => ({
    number: Number(numbers[at]),
    etag: etag.replaceAll('"', ''),
  }));
  const upload = uploadOf(practice, call);
  refuseIfThere(practice, call);
  const crc32 = header(call, 'x-amz-checksum-crc32');
  const object = await completeUpload(practice.objects, practice.uploads, upload, listed, crc32);
  return xml('CompleteMultipartUploadResult', [
    ['Bucket', practice.bucket],
    ['Key', object.key],
    ['ETag', quoted(object.etag)],
    ['ChecksumCRC32', object.crc32],
    ['ChecksumType', object.crc32Of],
  ]);
}

async function dropUpload(practice: Practice, call: Call): Promise<Reply> {
  await abortUpload(practice.uploads, uploadOf(practice, call));
  return { status: 204 };
}
