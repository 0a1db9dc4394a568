/**
 * A file in a form, as whoever was given one by a backend sends it.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/RESTObjectPOST.html
 */
import { rm } from 'node:fs/promises';
import { BadForm, boundaryOf, formParts, type FormPart } from './form-data.ts';
import { checkPolicy, type SizeRange } from './form-policy.ts';
import { place, receive, type StoredObject } from './object-folder.ts';
import {
  aclOf,
  checksumHeaders,
  header,
  keptHeaders,
  quoted,
  refuse,
  refuseBadKey,
  xml,
  type Call,
  type Practice,
  type Reply,
} from './s3-call.ts';
import { refuseWrongForm } from './signature.ts';
import { base64OfCrc32 } from './upload-folder.ts';

/** bytes, of all fields before the file */
const largestFields = 20 * 1024;

/** Throws what S3 says of a form that its policy does not allow; nothing is kept then. */
export async function takeForm(practice: Practice, call: Call): Promise<Reply> {
  const fields = new Map<string, string>();
  try {
    const boundary = boundaryOf(header(call, 'content-type'));
    for await (const part of formParts(bodyOf(call), boundary)) {
      if (part.name.toLowerCase() === 'file') return await takeFile(practice, fields, part);
      fields.set(part.name.toLowerCase(), await textOf(part, fields));
    }
  } catch (error) {
    if (error instanceof BadForm) refuse(400, 'MalformedPOSTRequest', error.message);
    throw error;
  }
  return refuse(400, 'InvalidArgument', 'POST requires exactly one file upload per request.');
}

/** An early end leaves the request whole, so that it can be answered. */
async function* bodyOf({ request }: Call): AsyncGenerator<Buffer, void> {
  for await (const piece of request.iterator({ destroyOnReturn: false })) yield piece as Buffer;
}

async function textOf({ body }: FormPart, before: ReadonlyMap<string, string>): Promise<string> {
  const pieces: Buffer[] = [];
  let size = [...before].reduce((sum, field) => sum + Buffer.byteLength(field.join('')), 0);
  for await (const piece of body) {
    size += piece.length;
    if (size > largestFields) refuse(400, 'MaxPostPreDataLengthExceeded');
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString();
}

/** All fields are there: those behind the file do not count. */
async function takeFile(practice: Practice, fields: Map<string, string>, part: FormPart): Promise<Reply> {
  refuseWrongForm(practice, fields);
  const key = (fields.get('key') ?? '').replaceAll('${filename}', () => part.filename ?? '');
  fields.set('key', key).set('bucket', practice.bucket);
  const range = checkPolicy(fields, Date.now());
  refuseBadKey(key);
  const headers = keptHeaders(Object.fromEntries(fields));
  const acl = aclOf(fields.get('acl'));
  const status = fields.get('success_action_status');
  if (fields.has('success_action_redirect') || fields.has('redirect'))
    refuse(501, 'NotImplemented', 'The practice bucket sends nobody on.');

  const received = await receive(practice.objects, [atMost(part.body, range)], practice.onBytes);
  if (received.size < range.least) {
    await rm(received.file, { force: true });
    refuse(400, 'EntityTooSmall', `The file is smaller than ${range.least} bytes.`);
  }
  const object = await place(practice.objects, received, {
    ...{ key, headers, acl },
    etag: received.md5.toString('hex'),
    ...{ crc32: base64OfCrc32(received.crc32), crc32Of: 'FULL_OBJECT' },
  });
  return answerTo(practice, object, status);
}

async function* atMost(body: AsyncIterable<Buffer>, { most }: SizeRange): AsyncGenerator<Buffer, void> {
  let size = 0;
  for await (const piece of body) {
    size += piece.length;
    if (size > most) refuse(400, 'EntityTooLarge', `The file is larger than ${most} bytes.`);
    yield piece;
  }
}

function answerTo({ bucket }: Practice, object: StoredObject, status = '204'): Reply {
  const headers = { etag: quoted(object.etag), ...checksumHeaders(object) };
  if (status !== '201') return { status: status === '200' ? 200 : 204, headers };
  const described = xml('PostResponse', [
    ['Bucket', bucket],
    ['Key', object.key],
    ['ETag', quoted(object.etag)],
  ]);
  return { ...described, status: 201, headers: { ...described.headers, ...headers } };
}
