/** Multipart uploads of the practice bucket. https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html */
import { text } from 'node:stream/consumers';
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
import { pageSize } from './s3-listing.ts';
import { receiveCopy } from './s3-copy.ts';
import { receiveBody, refuseIfThere } from './s3-objects.ts';
import { textsOf, type Xml } from './s3-xml.ts';
import {
  abortUpload,
  addPart,
  base64OfCrc32,
  completeUpload,
  createUpload,
  findUpload,
  type StoredPart,
} from './upload-folder.ts';

export async function startUpload(practice: Practice, call: Call): Promise<Reply> {
  const algorithm = header(call, 'x-amz-checksum-algorithm');
  if (algorithm !== undefined && algorithm !== 'CRC32')
    refuse(501, 'NotImplemented', 'The practice bucket checks CRC32 only.');
  const crc32Of = header(call, 'x-amz-checksum-type') === 'FULL_OBJECT' ? 'FULL_OBJECT' : 'COMPOSITE';
  const headers = keptHeaders(call.request.headers);
  const acl = aclOf(header(call, 'x-amz-acl'));
  const upload = await createUpload(practice.uploads, { key: call.key, headers, acl, crc32Of });
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

export async function putPart(practice: Practice, call: Call): Promise<Reply> {
  const number = Number(call.query.get('partNumber'));
  if (!Number.isInteger(number) || number < 1 || number > 10_000)
    refuse(400, 'InvalidArgument', 'Parts have numbers from 1 to 10000.');
  uploadOf(practice, call);
  const source = header(call, 'x-amz-copy-source');
  if (source === undefined) keptHeaders(call.request.headers);
  const received = await (source === undefined ? receiveBody(practice, call) : receiveCopy(practice, call, source));
  // Asked again: it may have been aborted while the part was on its way.
  const part = await addPart(practice.uploads, uploadOf(practice, call), number, received);
  if (source !== undefined)
    return xml('CopyPartResult', [
      ['LastModified', time(part.modified)],
      ['ETag', quoted(part.etag)],
      ['ChecksumCRC32', base64OfCrc32(part.crc32)],
    ]);
  return { status: 200, headers: { etag: quoted(part.etag), 'x-amz-checksum-crc32': base64OfCrc32(part.crc32) } };
}

export function listParts(practice: Practice, call: Call): Reply {
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
export function listUploads({ bucket, uploads }: Practice, { query }: Call): Reply {
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

export async function finishUpload(practice: Practice, call: Call): Promise<Reply> {
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

export async function dropUpload(practice: Practice, call: Call): Promise<Reply> {
  await abortUpload(practice.uploads, uploadOf(practice, call));
  return { status: 204 };
}
