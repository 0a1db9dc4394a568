/**
 * One bucket, as the engine sees it. Bytes go by signed PUTs (`signPut`, and the transport of the upload stage); everything
 * else goes through the AWS SDK, which is loaded when it is first needed. Whatever fails is a SidelineError.
 */
import type http from 'node:http';
import type { Readable } from 'node:stream';
import type { ListMultipartUploadsCommandOutput, ListPartsCommandOutput, S3Client } from '@aws-sdk/client-s3';
import type { S3Connection } from '../../shared/domain.ts';
import { SidelineError } from '../../shared/errors.ts';
import { addressOf, usesPathStyle } from './address.ts';
import type { Agents, Way } from './agents.ts';
import type { CredentialSource } from './credentials.ts';
import { unquoted } from './etag.ts';
import { disposition, uploadInputOf, type ObjectOptions } from './object-options.ts';
import { rawRequest } from './raw-request.ts';
import { storeAnswers } from './reachable.ts';
import {
  errorFromNetwork,
  errorFromResponse,
  errorFromSdk,
  isPortal,
  type ErrorContext,
  type S3Answer,
} from './s3-errors.ts';
import { encodeKey, presignedUrl, signPolicy, signRequest, type RequestToSign, type SignedRequest } from './sigv4.ts';

export interface ListedPart {
  number: number;
  /** bytes */
  size: number;
  /** without quotes, as everywhere here */
  etag: string;
  crc32: number | null;
}

export interface ListedUpload {
  key: string;
  uploadId: string;
  /** ms since 1970, by the store's clock */
  initiated: number;
}

export interface ListedObject {
  key: string;
  /** bytes */
  size: number;
  etag: string;
  /** ms since 1970 */
  modified: number;
}

export interface StoredObject {
  /** bytes */
  size: number;
  etag: string;
  /** of the whole object, where the store keeps one */
  crc32: number | null;
  versionId: string | null;
}

export interface LinkOptions {
  /** seconds, at most a week */
  lifetime: number;
  /** what a browser calls the file when it is saved */
  fileName: string;
}

export interface TextRequest {
  key: string;
  query: Record<string, string>;
}

export interface SmallRequest extends TextRequest {
  method: RequestToSign['method'];
  /** names in lower case */
  headers?: Record<string, string>;
  body?: Buffer;
}

export interface Presign {
  method: 'GET' | 'PUT';
  query?: Record<string, string>;
  /** what whoever uses it must send; names in lower case */
  headers?: Readonly<Record<string, string>>;
  /** seconds, at most a week */
  lifetime: number;
}

export interface SignedForm {
  /** where it is posted to */
  url: string;
  fields: Record<string, string>;
  /** ms since 1970, as of a link */
  expiresAt: number;
}

export interface Link {
  /** a secret until it expires */
  url: string;
  /** ms since 1970, by our clock: with its credentials, where they expire before it would */
  expiresAt: number;
}

export interface Storage {
  readonly connection: S3Connection;
  readonly host: string;
  sign(request: Omit<RequestToSign, 'origin' | 'path'> & { key: string }): Promise<SignedRequest>;
  wayTo(origin: URL): Way;
  /** Learns from a Date header how far the store's clock is ahead, when that is over a minute. */
  learnClock(dateHeader: string | undefined): void;
  /** ms that the store's clock is ahead of ours */
  clockOffset(): number;
  refreshCredentials(): void;
  /** Returns the UploadId. With `crc32` the store is told to check a CRC32 of the whole. */
  createUpload(key: string, upload: { options: ObjectOptions; crc32: boolean }, signal: AbortSignal): Promise<string>;
  listParts(key: string, uploadId: string, signal: AbortSignal): Promise<ListedPart[]>;
  completeUpload(
    key: string,
    uploadId: string,
    parts: readonly { number: number; etag: string; crc32: number | null }[],
    /** `onlyIfFree`: where the key has an object by now, it is `object-exists` */
    whole: { size: number; crc32: number | null; checked: boolean; onlyIfFree?: boolean },
    signal: AbortSignal,
  ): Promise<StoredObject>;
  /** An upload that is gone already counts as aborted. */
  abortUpload(key: string, uploadId: string, signal: AbortSignal): Promise<void>;
  /** Replaces the tags of an object. */
  tag(key: string, tags: Readonly<Record<string, string>>, signal: AbortSignal): Promise<void>;
  listUploads(prefix: string, signal: AbortSignal): Promise<ListedUpload[]>;
  /**
   * One small request by our own signature, for what is asked thousands of times: the SDK would hold up the main thread. `key` '':
   * the bucket itself. Resolves with the text of a good answer, and throws a SidelineError for any other.
   */
  ask(request: TextRequest, context: Omit<ErrorContext, 'bucket' | 'host'>, signal: AbortSignal): Promise<string>;
  /** The same with all of the answer, of any method. What it sends is not signed: a `content-md5` among its headers is. */
  send(request: SmallRequest, context: Omit<ErrorContext, 'bucket' | 'host'>, signal: AbortSignal): Promise<S3Answer>;
  /** null: there is none */
  head(key: string, signal: AbortSignal): Promise<StoredObject | null>;
  list(prefix: string, signal: AbortSignal): AsyncIterable<ListedObject>;
  get(key: string, signal: AbortSignal): Promise<Readable>;
  /** An address at which whoever has it can read the object, by the connection's own credentials. */
  link(key: string, options: LinkOptions): Promise<Link>;
  /** An address for any request that can be given away. */
  presign(key: string, request: Presign): Promise<Link>;
  /** The fields of a form that posts a file to the bucket. */
  signForm(form: { lifetime: number; conditions: readonly unknown[] }): Promise<SignedForm>;
  /** Whether a store answers at the endpoint within 5 s, whatever it says. Throws `proxy-login` where a proxy wants to know who asks. */
  reachable(signal: AbortSignal): Promise<boolean>;
  /** One call of the SDK that the engine does not need; what it throws becomes a SidelineError. */
  call<T>(
    work: (s3: S3Client, sdk: typeof import('@aws-sdk/client-s3')) => Promise<T>,
    context?: Omit<ErrorContext, 'bucket' | 'host'>,
  ): Promise<T>;
  /** The sockets stay: they are the agents'. */
  close(): void;
}

export interface StorageOptions {
  connection: S3Connection;
  credentials: CredentialSource;
  agents: Agents;
}

/** ms; completing 10,000 parts takes S3 minutes */
const timeouts = { connect: 10_000, idle: 60_000, complete: 10 * 60_000 };
/** A smaller difference does not hinder, and a Date has whole seconds and has travelled. ms */
const clockTolerance = 60_000;

export function openStorage({ connection, credentials, agents }: StorageOptions): Storage {
  const { config } = connection;
  const bucket = config.bucket;
  const { origin: home, path: root } = addressOf(config);
  let offset = 0;
  let made: Promise<S3Client> | null = null;

  const client = () => (made ??= makeClient(connection, credentials, agents));

  /** Runs one call of the SDK; everything that it throws becomes ours. */
  async function call<T>(
    context: Omit<ErrorContext, 'bucket' | 'host'>,
    work: (s3: S3Client, sdk: typeof import('@aws-sdk/client-s3')) => Promise<T>,
  ): Promise<T> {
    return await byStoresClock(async () => {
      try {
        const sdk = await import('@aws-sdk/client-s3');
        const s3 = await client();
        s3.config.systemClockOffset = offset;
        return await work(s3, sdk);
      } catch (error) {
        learnClock(dateOf(error));
        throw errorFromSdk(error, { ...context, bucket, host: home.host });
      }
    });
  }

  /** What is refused and tells that it was signed by a wrong clock is asked once more, by the right one: nothing was done. */
  async function byStoresClock<T>(ask: () => Promise<T>): Promise<T> {
    const signedBy = offset;
    try {
      return await ask();
    } catch (error) {
      if (offset === signedBy) throw error;
      return await ask();
    }
  }

  function learnClock(date: string | undefined): void {
    const at = date === undefined ? NaN : Date.parse(date);
    if (Number.isNaN(at)) return;
    const difference = at - Date.now();
    if (Math.abs(difference - offset) > clockTolerance) offset = difference;
  }

  const pathOf = (key: string) => (key === '' ? root : `${root.replace(/\/$/, '')}/${encodeKey(key)}`);
  const storeNow = () => new Date(Date.now() + offset);

  async function sign({ key, ...request }: Parameters<Storage['sign']>[0]): Promise<SignedRequest> {
    const options = { credentials: await credentials.get(), region: config.region, now: storeNow() };
    return signRequest({ ...request, origin: home, path: pathOf(key) }, options);
  }

  async function headAnswer(key: string, signal: AbortSignal): Promise<S3Answer> {
    const signed = await sign({ method: 'HEAD', key, query: {}, headers: { 'x-amz-checksum-mode': 'ENABLED' } });
    return await rawRequest(signed, { method: 'HEAD', agents, signal, timeout: timeouts.idle });
  }

  async function headOnce(key: string, signal: AbortSignal): Promise<StoredObject | null> {
    const context = { operation: 'download', bucket, key, host: home.host } as const;
    const answer = await headAnswer(key, signal).catch((error: unknown) => {
      throw errorFromNetwork(error, context);
    });
    const { status, headers } = answer;
    if (status === 200 && headers.etag !== undefined) return storedOf(headers);
    learnClock(headers.date);
    const error = errorFromResponse(answer, context);
    if (error.kind === 'object-missing') return null;
    throw error;
  }

  const send = (request: SmallRequest, context: Omit<ErrorContext, 'bucket' | 'host'>, signal: AbortSignal) =>
    byStoresClock(() => sendOnce(request, context, signal));

  async function sendOnce(request: SmallRequest, context: Omit<ErrorContext, 'bucket' | 'host'>, signal: AbortSignal) {
    const whole = { ...context, bucket, host: home.host };
    const { body, headers = {}, ...asked } = request;
    const signed = await sign({ ...asked, headers });
    const options = { method: asked.method, agents, signal, timeout: timeouts.idle };
    const answer = await rawRequest(signed, body === undefined ? options : { ...options, body }).catch(
      (error: unknown) => {
        throw errorFromNetwork(error, whole);
      },
    );
    const { status, headers: said } = answer;
    const isPage = isPortal(status, said) && said.etag === undefined; // an object may be a page, too
    if (status >= 200 && status < 300 && !isPage) return answer;
    learnClock(answer.headers.date);
    throw errorFromResponse(answer, whole);
  }

  async function presign(key: string, { method, query = {}, headers = {}, lifetime }: Presign): Promise<Link> {
    const [signer, until] = await Promise.all([credentials.get(), credentials.until?.() ?? Infinity]);
    const url = presignedUrl(
      { method, origin: home, path: pathOf(key), query, headers, lifetime },
      { credentials: signer, region: config.region, now: storeNow() },
    );
    return { url, expiresAt: Math.min(Date.now() + lifetime * 1000, until) };
  }

  /** The checksum mode asks for the CRC32 too, where the store keeps one. */
  const objectAt = (key: string) => ({ Bucket: bucket, Key: key, ChecksumMode: 'ENABLED' }) as const;

  return {
    connection,
    host: home.host,
    call: (work, context = { operation: 'connect' }) => call(context, work),
    sign,
    wayTo: (origin) => agents.wayTo(origin),
    learnClock,
    clockOffset: () => offset,
    refreshCredentials: () => credentials.refresh(),

    createUpload: (key, { options, crc32 }, abortSignal) =>
      call({ operation: 'upload', key }, async (s3, { CreateMultipartUploadCommand }) => {
        const checksum = crc32 ? ({ ChecksumAlgorithm: 'CRC32', ChecksumType: 'FULL_OBJECT' } as const) : {};
        const input = { Bucket: bucket, Key: key, ...uploadInputOf(options), ...checksum };
        const made = await s3.send(new CreateMultipartUploadCommand(input), { abortSignal });
        const { sse } = options;
        // A store may take the wish and not heed it.
        if (sse !== null && made.ServerSideEncryption !== sse.by)
          throw new SidelineError('sse-refused', { subject: sse.by });
        return given(made.UploadId, 'UploadId');
      }),

    listParts: (key, uploadId, abortSignal) =>
      call({ operation: 'upload', key }, async (s3, { ListPartsCommand }) => {
        const parts: ListedPart[] = [];
        const input = { Bucket: bucket, Key: key, UploadId: uploadId };
        // Not the SDK's paginator: it goes on for as long as there is a marker, and stores give one with the last page too.
        let marker: string | null = '0';
        while (marker !== null) {
          const command = new ListPartsCommand({ ...input, PartNumberMarker: marker });
          const page: ListPartsCommandOutput = await s3.send(command, { abortSignal });
          for (const { PartNumber, Size, ETag, ChecksumCRC32 } of page.Parts ?? []) {
            const number = given(PartNumber, 'PartNumber');
            parts.push({ number, size: Size ?? 0, etag: unquoted(ETag), crc32: crc32FromBase64(ChecksumCRC32) });
          }
          marker = page.IsTruncated === true ? given(page.NextPartNumberMarker, 'NextPartNumberMarker') : null;
        }
        return parts;
      }).catch((error: unknown) => {
        // Ceph says NoSuchKey of an upload that is gone.
        throw isMissing(error) ? new SidelineError('upload-gone', { operation: 'upload', cause: error }) : error;
      }),

    completeUpload: (key, uploadId, parts, whole, abortSignal) =>
      call({ operation: 'upload', key }, async (s3, { CompleteMultipartUploadCommand, HeadObjectCommand }) => {
        const Parts = parts.map(({ number, etag, crc32 }) => ({
          PartNumber: number,
          ETag: `"${etag}"`,
          ...(whole.checked && crc32 !== null ? { ChecksumCRC32: crc32ToBase64(crc32) } : {}),
        }));
        const checksum =
          whole.checked && whole.crc32 !== null
            ? ({ ChecksumCRC32: crc32ToBase64(whole.crc32), ChecksumType: 'FULL_OBJECT' } as const)
            : {};
        const input = { Bucket: bucket, Key: key, UploadId: uploadId, MultipartUpload: { Parts }, ...checksum };
        const condition = whole.onlyIfFree === true ? { IfNoneMatch: '*' } : {};
        const done = await s3.send(new CompleteMultipartUploadCommand({ ...input, ...condition }), {
          abortSignal,
          requestTimeout: timeouts.complete,
        });
        if (unquoted(done.ETag) !== '') return stored(whole.size, done);
        // Ceph's answer has an empty ETag: what is there says the rest.
        const found = await s3.send(new HeadObjectCommand(objectAt(key)), { abortSignal });
        return stored(found.ContentLength ?? 0, found);
      }),

    abortUpload: (key, uploadId, abortSignal) =>
      call({ operation: 'delete', key }, async (s3, { AbortMultipartUploadCommand }) => {
        await s3.send(new AbortMultipartUploadCommand({ Bucket: bucket, Key: key, UploadId: uploadId }), {
          abortSignal,
        });
      }).catch((error: unknown) => {
        if (!isMissing(error) && !(error instanceof SidelineError && error.kind === 'upload-gone')) throw error;
      }),

    tag: (key, tags, abortSignal) =>
      call({ operation: 'upload', key }, async (s3, { PutObjectTaggingCommand }) => {
        const TagSet = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
        await s3.send(new PutObjectTaggingCommand({ Bucket: bucket, Key: key, Tagging: { TagSet } }), { abortSignal });
      }),

    listUploads: (prefix, abortSignal) =>
      call({ operation: 'connect' }, async (s3, { ListMultipartUploadsCommand }) => {
        const uploads: ListedUpload[] = [];
        let marker: { KeyMarker?: string; UploadIdMarker?: string } | null = {};
        while (marker !== null) {
          const command = new ListMultipartUploadsCommand({ Bucket: bucket, Prefix: prefix, ...marker });
          const page: ListMultipartUploadsCommandOutput = await s3.send(command, { abortSignal });
          for (const { Key, UploadId, Initiated } of page.Uploads ?? []) {
            uploads.push({
              key: given(Key, 'Key'),
              uploadId: given(UploadId, 'UploadId'),
              initiated: Initiated?.getTime() ?? 0,
            });
          }
          const next = page.IsTruncated === true ? page.NextKeyMarker : undefined;
          marker = next === undefined ? null : { KeyMarker: next, UploadIdMarker: page.NextUploadIdMarker ?? '' };
        }
        return uploads;
      }),

    send,
    ask: async (request, context, signal) => (await send({ ...request, method: 'GET' }, context, signal)).body,

    // Not by the SDK: a batch is verified by many thousands of these, and the main thread must stay free.
    head: (key, abortSignal) => byStoresClock(() => headOnce(key, abortSignal)),

    async *list(prefix, abortSignal) {
      let token: string | undefined;
      do {
        const page = await call({ operation: 'connect' }, (s3, { ListObjectsV2Command }) =>
          s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, ContinuationToken: token }), {
            abortSignal,
          }),
        );
        for (const { Key, Size, ETag, LastModified } of page.Contents ?? []) {
          const modified = LastModified?.getTime() ?? 0;
          yield { key: given(Key, 'Key'), size: Size ?? 0, etag: unquoted(ETag), modified };
        }
        token = page.NextContinuationToken;
      } while (token !== undefined);
    },

    get: (key, abortSignal) =>
      call({ operation: 'download', key }, async (s3, { GetObjectCommand }) => {
        const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }), { abortSignal });
        return given(Body, 'body') as Readable; // under Node the SDK's body is always a Readable
      }),

    link: (key, { lifetime, fileName }) =>
      presign(key, {
        method: 'GET',
        query: { 'response-content-disposition': disposition('inline', fileName) },
        lifetime,
      }),
    presign,

    async signForm({ lifetime, conditions }) {
      const [signer, until] = await Promise.all([credentials.get(), credentials.until?.() ?? Infinity]);
      const expiresAt = Math.min(Date.now() + lifetime * 1000, until);
      const { fields } = signPolicy(
        { expiresAt: new Date(expiresAt + offset), conditions: [{ bucket }, ...conditions] },
        { credentials: signer, region: config.region, now: storeNow() },
      );
      return { url: `${home.origin}${root}`, fields, expiresAt };
    },

    reachable: (signal) => storeAnswers({ origin: home, path: root }, agents, signal),

    close() {
      made = null; // not destroyed: that would end all of the agents' sockets, those of others too
    },
  };
}

function isMissing(error: unknown): boolean {
  return error instanceof SidelineError && error.kind === 'object-missing';
}

async function makeClient(connection: S3Connection, credentials: CredentialSource, agents: Agents): Promise<S3Client> {
  const [{ S3Client }, { NodeHttpHandler }] = await Promise.all([
    import('@aws-sdk/client-s3'),
    import('@smithy/node-http-handler'),
  ]);
  const { config } = connection;
  const agent = agents.for(addressOf(config).origin);
  return new S3Client({
    region: config.region,
    ...(config.endpoint === null ? {} : { endpoint: config.endpoint }),
    forcePathStyle: usesPathStyle(config),
    // Credentials without an expiry the SDK would keep for good, and never hear of a refresh.
    credentials: async () => ({ ...(await credentials.get()), expiration: new Date(0) }),
    maxAttempts: 1, // the engine retries, by kind of error
    requestChecksumCalculation: 'WHEN_REQUIRED', // other stores refuse what they do not know
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: new NodeHttpHandler({
      httpAgent: agent,
      httpsAgent: agent,
      connectionTimeout: timeouts.connect,
      requestTimeout: timeouts.idle,
      throwOnRequestTimeout: true,
    }),
  });
}

function stored(
  size: number,
  answer: {
    ETag?: string | undefined;
    ChecksumCRC32?: string | undefined;
    ChecksumType?: string | undefined;
    VersionId?: string | undefined;
  },
): StoredObject {
  const composite = answer.ChecksumType === 'COMPOSITE' || answer.ChecksumCRC32?.includes('-') === true;
  return {
    size,
    etag: unquoted(answer.ETag),
    crc32: composite ? null : crc32FromBase64(answer.ChecksumCRC32),
    versionId: answer.VersionId ?? null,
  };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html */
function storedOf(headers: http.IncomingHttpHeaders): StoredObject {
  const text = (name: string) => {
    const value = headers[name];
    return typeof value === 'string' ? value : undefined;
  };
  return stored(Number(headers['content-length'] ?? 0), {
    ETag: headers.etag,
    ChecksumCRC32: text('x-amz-checksum-crc32'),
    ChecksumType: text('x-amz-checksum-type'),
    VersionId: text('x-amz-version-id'),
  });
}

function given<T>(value: T | undefined, name: string): T {
  if (value === undefined) throw new SidelineError('server-error', { subject: `an answer without ${name}` });
  return value;
}

/** As S3 writes it: base64 of the four bytes, the highest first. */
export function crc32ToBase64(crc: number): string {
  fourBytes.writeUInt32BE(crc);
  return fourBytes.toString('base64');
}
const fourBytes = Buffer.alloc(4); // one for all: this is asked for every small file

export function crc32FromBase64(text: string | undefined): number | null {
  const bytes = Buffer.from(text ?? '', 'base64');
  return bytes.length === 4 ? bytes.readUInt32BE() : null;
}

function dateOf(error: unknown): string | undefined {
  const response: unknown = error instanceof Error && '$response' in error ? error.$response : null;
  if (typeof response !== 'object' || response === null || !('headers' in response)) return undefined;
  const { headers } = response;
  if (typeof headers !== 'object' || headers === null || !('date' in headers)) return undefined;
  return typeof headers.date === 'string' ? headers.date : undefined;
}
