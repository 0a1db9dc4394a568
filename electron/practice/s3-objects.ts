/** Objects of the practice bucket: written, read, removed. */
import { createReadStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { fileOf, place, receive, remove, type Received, type StoredObject } from './object-folder.ts';
import {
  aclOf,
  checksumHeaders,
  header,
  keptHeaders,
  quoted,
  refuse,
  refuseStranger,
  xml,
  type Call,
  type Practice,
  type Reply,
} from './s3-call.ts';
import { copyObject } from './s3-copy.ts';
import { textsOf } from './s3-xml.ts';
import { base64OfCrc32 } from './upload-folder.ts';

/** Throws where the sender wants to write only what is not there yet. */
export function refuseIfThere({ objects }: Practice, call: Call): void {
  if (header(call, 'if-match') !== undefined)
    refuse(501, 'NotImplemented', 'The practice bucket does not know if-match.');
  const condition = header(call, 'if-none-match');
  if (condition !== undefined && objects.byKey.has(call.key)) refuse(412, 'PreconditionFailed');
}

/** The body in a file, once it has been proved to be what the sender says it is. */
export async function receiveBody({ objects, onBytes }: Practice, call: Call): Promise<Received> {
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

export async function putObject(practice: Practice, call: Call): Promise<Reply> {
  const source = header(call, 'x-amz-copy-source');
  if (source !== undefined) return await copyObject(practice, call, source);
  const headers = keptHeaders(call.request.headers);
  const acl = aclOf(header(call, 'x-amz-acl'));
  refuseIfThere(practice, call);
  const received = await receiveBody(practice, call);
  const object = await place(practice.objects, received, {
    key: call.key,
    etag: received.md5.toString('hex'),
    crc32: base64OfCrc32(received.crc32),
    crc32Of: 'FULL_OBJECT',
    ...{ headers, acl },
  });
  return { status: 200, headers: { etag: quoted(object.etag), ...checksumHeaders(object) } };
}

/** Who has not signed sees what is public, and is not told what else there is. */
function findObject({ objects }: Practice, call: Call): StoredObject {
  const { key, signed } = call;
  const object = objects.byKey.get(key);
  if (!signed && object?.acl !== 'public-read') refuseStranger();
  if (object === undefined) return refuse(404, 'NoSuchKey', 'There is no object with this key.');
  if ((header(call, 'if-match') ?? quoted(object.etag)) !== quoted(object.etag)) refuse(412, 'PreconditionFailed');
  return object;
}

function headersOf(object: StoredObject, call: Call): Record<string, string> {
  // A checksum of the whole says nothing of a part.
  const checksumAsked = header(call, 'range') === undefined && header(call, 'x-amz-checksum-mode') !== undefined;
  return {
    ...object.headers,
    ...replacedHeaders(call),
    'content-length': String(object.size),
    'accept-ranges': 'bytes',
    etag: quoted(object.etag),
    'last-modified': new Date(object.modified).toUTCString(),
    ...(checksumAsked ? checksumHeaders(object) : {}),
  };
}

/** A signed address may say how its object is to be shown. https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html */
function replacedHeaders({ query }: Call): Record<string, string> {
  const asked = [...query].filter(([name]) => name.startsWith('response-'));
  if (asked.some(([, value]) => /[^\t\x20-\x7e]/.test(value))) refuse(400, 'InvalidArgument', 'A header is ASCII.');
  return Object.fromEntries(asked.map(([name, value]) => [name.slice('response-'.length), value]));
}

export function headObject(practice: Practice, call: Call): Reply {
  return { status: 200, headers: headersOf(findObject(practice, call), call) };
}

export function getObject(practice: Practice, call: Call): Reply {
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

export async function deleteObject({ objects }: Practice, { key }: Call): Promise<Reply> {
  await remove(objects, key);
  return { status: 204 };
}

export async function deleteObjects({ objects }: Practice, { request }: Call): Promise<Reply> {
  const body = await text(request);
  const keys = textsOf(body, 'Key');
  if (keys.length > 1000) refuse(400, 'MalformedXML', 'At most 1,000 keys at once.');
  for (const key of keys) await remove(objects, key);
  const quiet = textsOf(body, 'Quiet')[0] === 'true';
  return xml('DeleteResult', quiet ? [] : keys.map((key) => ['Deleted', [['Key', key]]]));
}
