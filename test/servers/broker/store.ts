/** The S3 behind the backends: what they do themselves with the AWS SDK, and what they sign for others. */
import type { Readable } from 'node:stream';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
  UploadPartCommand,
  type CompletedPart,
} from '@aws-sdk/client-s3';
import { encodeKey } from '../../../electron/storage/sigv4.ts';
import { Refusal } from './http.ts';
import { presignUrl, signForm, type SigningPlace } from './signing.ts';

export interface StoreOptions {
  /** origin: http://127.0.0.1:PORT */
  endpoint: string;
  region: string;
  bucket: string;
  accessKeyId: string;
  secretAccessKey: string;
  /** where public addresses start, without a slash at the end; the bucket's own address when left out */
  publicBase?: string;
  /** asks the store for AES256 at rest, which not every store has */
  encrypted?: boolean;
  /** false: the store has no ACLs, as the practice bucket and Amazon's new buckets; none are signed then */
  acls?: boolean;
}

export interface StoredObject {
  key: string;
  /** bytes */
  size: number;
  modified: Date;
}

export interface Download {
  status: 200 | 206;
  /** content-length, content-range, content-type, etag, last-modified: what the store says of them */
  headers: Record<string, string>;
  body: Readable;
}

/** How long what is signed is valid: as asked, or as a fault has it. */
export interface Validity {
  signedAt: Date;
  /** s */
  expires: number;
}

/** What the store refuses or cannot be asked is thrown as a refusal with status 500 and words that help. */
export interface Store {
  /** Sends a body as it comes, in parts where it is long; nothing is left at the store when it breaks. bytes sent */
  put(
    key: string,
    body: AsyncIterable<Buffer>,
    options: { type: string; metadata: Record<string, string> },
  ): Promise<number>;
  /** bytes, or null: it is not there */
  sizeOf(key: string): Promise<number | null>;
  /** `range` as in HTTP. Null: it is not there. A range outside it is refused with 416. */
  get(key: string, range?: string): Promise<Download | null>;
  remove(key: string): Promise<void>;
  list(prefix: string): AsyncGenerator<StoredObject, void>;
  putUrl(key: string, validity: Validity, headers: Record<string, string>, query?: Record<string, string>): string;
  getUrl(key: string, validity: Validity): string;
  form(
    key: string,
    validity: Validity,
    options: { largest: number; fields: Record<string, string> },
  ): { url: string; fields: Record<string, string> };
  publicUrl(key: string): string;
  /** who may read what is sent, under the name that a header or a form has for it; empty where the store has no ACLs */
  acl(name: 'x-amz-acl' | 'acl', isPublic: boolean): Record<string, string>;
  /** null: no address of this store */
  keyOf(publicUrl: string): string | null;
  close(): void;
}

/** bytes; S3's least is 5 MiB */
const partSize = 8 * 1024 * 1024;

export function openStore(options: StoreOptions): Store {
  const { endpoint, region, bucket, accessKeyId, secretAccessKey } = options;
  const credentials = { accessKeyId, secretAccessKey };
  const place: SigningPlace = { endpoint: new URL(endpoint), region, bucket, credentials };
  const base = options.publicBase ?? `${place.endpoint.origin}/${bucket}`;
  const encryption = options.encrypted === true ? { ServerSideEncryption: 'AES256' as const } : {};
  const s3 = new S3Client({
    ...{ endpoint, region, credentials, forcePathStyle: true, maxAttempts: 2 },
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  });

  async function put(key: string, body: AsyncIterable<Buffer>, { type, metadata }: Parameters<Store['put']>[2]) {
    const target = { Bucket: bucket, Key: key };
    const made = { ...target, ...encryption, ContentType: type, Metadata: metadata };
    const parts = inParts(body);
    const first = (await parts.next()).value ?? Buffer.alloc(0);
    if (first.length === partSize) return await putInParts(target, made, first, parts);
    await asked(s3.send(new PutObjectCommand({ ...made, Body: first })));
    return first.length;
  }

  async function putInParts(
    target: { Bucket: string; Key: string },
    made: typeof target & { ContentType: string },
    first: Buffer,
    rest: AsyncIterable<Buffer>,
  ): Promise<number> {
    const { UploadId } = await asked(s3.send(new CreateMultipartUploadCommand(made)));
    const sent: CompletedPart[] = [];
    let size = 0;
    async function send(Body: Buffer): Promise<void> {
      const PartNumber = sent.length + 1;
      const { ETag } = await asked(s3.send(new UploadPartCommand({ ...target, UploadId, PartNumber, Body })));
      sent.push({ PartNumber, ETag });
      size += Body.length;
    }
    try {
      await send(first);
      for await (const part of rest) await send(part);
      const MultipartUpload = { Parts: sent };
      await asked(s3.send(new CompleteMultipartUploadCommand({ ...target, UploadId, MultipartUpload })));
      return size;
    } catch (error) {
      await s3.send(new AbortMultipartUploadCommand({ ...target, UploadId })).catch(() => null); // the first error counts
      throw error;
    }
  }

  async function get(key: string, range?: string): Promise<Download | null> {
    const found = await orNull(s3.send(new GetObjectCommand({ Bucket: bucket, Key: key, Range: range })));
    if (found === null) return null;
    const { ContentLength, ContentRange, ContentType, ETag, LastModified, Body } = found;
    const headers = {
      'content-length': ContentLength?.toString(),
      'content-range': ContentRange,
      'content-type': ContentType,
      etag: ETag,
      'last-modified': LastModified?.toUTCString(),
    };
    const said = Object.entries(headers).filter((header): header is [string, string] => header[1] !== undefined);
    // In Node the SDK's body is a stream of Node.
    return {
      status: ContentRange === undefined ? 200 : 206,
      headers: Object.fromEntries(said),
      body: Body as Readable,
    };
  }

  async function* list(prefix: string): AsyncGenerator<StoredObject, void> {
    let from: string | undefined;
    do {
      const command = new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, ContinuationToken: from });
      const page = await asked(s3.send(command));
      for (const { Key = '', Size = 0, LastModified = new Date(0) } of page.Contents ?? [])
        yield { key: Key, size: Size, modified: LastModified };
      from = page.NextContinuationToken;
    } while (from !== undefined);
  }

  return {
    put,
    get,
    list,
    async sizeOf(key) {
      const found = await orNull(s3.send(new HeadObjectCommand({ Bucket: bucket, Key: key })));
      return found === null ? null : (found.ContentLength ?? 0);
    },
    async remove(key) {
      await asked(s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: key })));
    },
    putUrl: (key, validity, headers, query = {}) =>
      presignUrl(place, { method: 'PUT', key, ...validity, headers, query }),
    getUrl: (key, validity) => presignUrl(place, { method: 'GET', key, ...validity }),
    form: (key, { signedAt, expires }, { largest, fields }) =>
      signForm(place, { key, signedAt, expiresAt: new Date(signedAt.getTime() + expires * 1000), largest, fields }),
    acl: (name, isPublic) => (options.acls === false ? {} : { [name]: isPublic ? 'public-read' : 'private' }),
    publicUrl: (key) => `${base}/${encodeKey(key)}`,
    keyOf: (url) => (url.startsWith(`${base}/`) ? decoded(url.slice(base.length + 1)) : null),
    close: () => s3.destroy(),
  };
}

/** Parts of exactly partSize, but the last. Each is a buffer of its own: the sender may still hold the one before. */
async function* inParts(body: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void> {
  let pieces: Buffer[] = [];
  let size = 0;
  for await (let piece of body) {
    while (size + piece.length >= partSize) {
      const here = partSize - size;
      yield Buffer.concat([...pieces, piece.subarray(0, here)]);
      piece = piece.subarray(here);
      pieces = [];
      size = 0;
    }
    pieces.push(piece);
    size += piece.length;
  }
  if (size > 0) yield Buffer.concat(pieces);
}

function decoded(path: string): string | null {
  try {
    return decodeURIComponent(path);
  } catch {
    return null;
  }
}

async function orNull<T>(asking: Promise<T>): Promise<T | null> {
  try {
    return await asking;
  } catch (error) {
    if (statusOf(error) === 404 && nameOf(error) !== 'NoSuchBucket') return null;
    throw refusalOf(error);
  }
}

async function asked<T>(asking: Promise<T>): Promise<T> {
  try {
    return await asking;
  } catch (error) {
    throw refusalOf(error);
  }
}

function statusOf(error: unknown): number | undefined {
  return error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
}

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : String(error));

/** The words of the document's "Error Handling" and "Common Issues" of event media. */
function refusalOf(error: unknown): Refusal {
  const status = statusOf(error);
  const failed = (words: string) => new Refusal(500, words, { cause: error });
  if (status === 416) return new Refusal(416, 'Requested range not satisfiable');
  if (nameOf(error) === 'NoSuchBucket') return failed('S3 bucket not found: verify its name and region');
  if (status === 403) return failed('S3 credentials are not accepted: verify the IAM role and its permissions');
  if (status !== undefined) return failed(`S3 error: ${nameOf(error)}`);
  const code = error instanceof Error && 'code' in error ? String(error.code) : nameOf(error);
  return failed(`S3 connection failed: ${code}`);
}
