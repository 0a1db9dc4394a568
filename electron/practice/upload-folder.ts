/** The multipart uploads of the practice bucket: a folder each, its parts plain files until they become the object. */
import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { crc32 } from 'node:zlib';
import { z } from 'zod';
import { aclSchema, place, receive, type ObjectFolder, type Received, type StoredObject } from './object-folder.ts';
import { S3Refusal } from './s3-xml.ts';

const uploadSchema = z.object({
  id: z.string(),
  key: z.string(),
  headers: z.record(z.string(), z.string()),
  acl: aclSchema,
  crc32Of: z.enum(['FULL_OBJECT', 'COMPOSITE']),
  /** ms since 1970 */
  initiated: z.number(),
});

export interface StoredPart {
  number: number;
  size: number;
  /** hexadecimal, without quotes */
  etag: string;
  crc32: number;
  file: string;
  /** ms since 1970 */
  modified: number;
}

export type Upload = z.infer<typeof uploadSchema> & {
  parts: Map<number, StoredPart>;
  /** while it is being completed: asked for once more, the same answer is given */
  completing: Promise<StoredObject> | null;
};

export interface UploadFolder {
  folder: string;
  byId: Map<string, Upload>;
}

/** bytes; all parts but the last. https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html */
const smallestPart = 5 * 1024 * 1024;

/** Opens or makes it, with the uploads that were under way when the last process ended. */
export async function openUploadFolder(folder: string): Promise<UploadFolder> {
  const uploads: UploadFolder = { folder: path.resolve(folder, 'uploads'), byId: new Map() };
  await mkdir(uploads.folder, { recursive: true });
  for (const id of await readdir(uploads.folder)) {
    const upload = await readUpload(path.join(uploads.folder, id));
    if (upload === null) await rm(path.join(uploads.folder, id), { recursive: true });
    else uploads.byId.set(id, upload);
  }
  return uploads;
}

/** null when the process ended before it was described. */
async function readUpload(folder: string): Promise<Upload | null> {
  let text: string;
  try {
    text = await readFile(path.join(folder, 'upload.json'), 'utf8');
  } catch {
    return null;
  }
  const parts = new Map<number, StoredPart>();
  for (const name of await readdir(folder)) {
    const [, number, etag = '', crc = ''] = /^(\d+)\.([0-9a-f]{32})\.([0-9a-f]{8})$/.exec(name) ?? [];
    if (number === undefined) continue;
    const file = path.join(folder, name);
    const { size, mtimeMs } = await stat(file);
    const part = { number: Number(number), size, etag, crc32: parseInt(crc, 16), file, modified: mtimeMs };
    parts.set(part.number, part);
  }
  return { ...uploadSchema.parse(JSON.parse(text)), parts, completing: null };
}

export async function createUpload(
  uploads: UploadFolder,
  about: Pick<Upload, 'key' | 'headers' | 'acl' | 'crc32Of'>,
): Promise<Upload> {
  const stored = { ...about, id: randomUUID(), initiated: Date.now() };
  await mkdir(path.join(uploads.folder, stored.id));
  await writeFile(path.join(uploads.folder, stored.id, 'upload.json'), JSON.stringify(stored));
  const upload: Upload = { ...stored, parts: new Map(), completing: null };
  uploads.byId.set(upload.id, upload);
  return upload;
}

/** Throws NoSuchUpload where it is unknown, or of another key. */
export function findUpload(uploads: UploadFolder, id: string, key: string): Upload {
  const upload = uploads.byId.get(id);
  if (upload?.key === key) return upload;
  throw new S3Refusal(404, 'NoSuchUpload', 'This multipart upload does not exist: it was completed or aborted.');
}

/** Keeps what was received as the part of this number, in place of an earlier one. */
export async function addPart(
  uploads: UploadFolder,
  upload: Upload,
  number: number,
  received: Received,
): Promise<StoredPart> {
  const etag = received.md5.toString('hex');
  // The name says all that is known of the part: nothing else has to be written, and so nothing can be half written.
  const name = `${number}.${etag}.${received.crc32.toString(16).padStart(8, '0')}`;
  const file = path.join(uploads.folder, upload.id, name);
  await rename(received.file, file);
  const earlier = upload.parts.get(number);
  const part = { number, size: received.size, etag, crc32: received.crc32, file, modified: Date.now() };
  upload.parts.set(number, part);
  if (earlier !== undefined && earlier.file !== file) await rm(earlier.file, { force: true });
  return part;
}

export async function abortUpload(uploads: UploadFolder, upload: Upload): Promise<void> {
  uploads.byId.delete(upload.id);
  await rm(path.join(uploads.folder, upload.id), { recursive: true, force: true });
}

/** Makes the listed parts one object. Throws what S3 says of a list that does not fit. */
export async function completeUpload(
  objects: ObjectFolder,
  uploads: UploadFolder,
  upload: Upload,
  listed: readonly { number: number; etag: string }[],
  expectedCrc32: string | undefined,
): Promise<StoredObject> {
  const parts = chosenParts(upload, listed);
  upload.completing ??= join(objects, upload, parts, expectedCrc32).finally(() => (upload.completing = null));
  const object = await upload.completing;
  await abortUpload(uploads, upload);
  return object;
}

function chosenParts(upload: Upload, listed: readonly { number: number; etag: string }[]): StoredPart[] {
  if (listed.length === 0) throw new S3Refusal(400, 'MalformedXML', 'The list of parts is empty.');
  if (listed.some(({ number }, at) => number <= (listed[at - 1]?.number ?? 0)))
    throw new S3Refusal(400, 'InvalidPartOrder');
  const parts = listed.map(({ number, etag }) => {
    const part = upload.parts.get(number);
    if (part?.etag === etag) return part;
    throw new S3Refusal(400, 'InvalidPart', `Part ${number} is missing, or its ETag is another.`);
  });
  if (parts.slice(0, -1).some(({ size }) => size < smallestPart)) throw new S3Refusal(400, 'EntityTooSmall');
  return parts;
}

async function join(
  objects: ObjectFolder,
  upload: Upload,
  parts: readonly StoredPart[],
  expectedCrc32: string | undefined,
): Promise<StoredObject> {
  function* files() {
    for (const { file } of parts) yield createReadStream(file, { highWaterMark: 1024 * 1024 });
  }
  const joined = await receive(objects, files());
  const whole = upload.crc32Of === 'FULL_OBJECT';
  const sum = whole ? base64OfCrc32(joined.crc32) : `${base64OfCrc32(crcOfCrcs(parts))}-${parts.length}`;
  if (expectedCrc32 !== undefined && expectedCrc32 !== sum) {
    await rm(joined.file, { force: true });
    throw new S3Refusal(400, 'BadDigest', 'The CRC32 of the object is not the one that was given.');
  }
  return await place(objects, joined, {
    key: upload.key,
    etag: `${md5OfMd5s(parts)}-${parts.length}`,
    crc32: sum,
    crc32Of: upload.crc32Of,
    headers: upload.headers,
    acl: upload.acl,
  });
}

function md5OfMd5s(parts: readonly StoredPart[]): string {
  const md5 = createHash('md5');
  for (const { etag } of parts) md5.update(etag, 'hex');
  return md5.digest('hex');
}

function crcOfCrcs(parts: readonly StoredPart[]): number {
  return crc32(Buffer.concat(parts.map((part) => bytesOfCrc32(part.crc32))));
}

function bytesOfCrc32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

/** As in x-amz-checksum-crc32. */
export function base64OfCrc32(value: number): string {
  return bytesOfCrc32(value).toString('base64');
}
