/**
 * An S3 that throws away what it gets and remembers only what was said of it: so cheap that the client is what is measured,
 * and so frugal that 10,000 parts or 100,000 objects fit.
 *
 *   node test/servers/discard-server.ts [PORT]
 *
 * prints one line of JSON (where it listens and how to get in) and lives until its stdin closes or it gets SIGTERM. What it
 * has seen is at GET /_stats, and what it knows of an object at GET /_object?key=KEY.
 *
 * Signatures are not checked. Checksums are, of bodies under 64 KiB (which is what Sideline asks a store with); those of
 * larger ones are believed and given back, as S3 gives them back.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { crc32 } from 'node:zlib';
import { z } from 'zod';
import { document, S3Refusal, textsOf, type Xml } from '../../electron/practice/s3-xml.ts';

const addressSchema = z.object({
  /** origin: http://127.0.0.1:PORT */
  endpoint: z.string(),
  region: z.string(),
  bucket: z.string(),
  accessKeyId: z.string(),
  secretAccessKey: z.string(),
});
export type DiscardAddress = z.infer<typeof addressSchema>;

const statsSchema = z.object({
  /** all that were answered or are being answered, those for /_stats and /_object aside */
  requests: z.number(),
  /** objects that are there */
  objects: z.number(),
  /** parts that arrived whole, those of finished uploads and those sent twice included */
  parts: z.number(),
  /** of bodies, those that broke off included */
  bytes: z.number(),
  /** the most bodies that were under way at one time */
  largestConcurrent: z.number(),
  connections: z.number(),
  /** multipart uploads that are neither completed nor aborted */
  uploadsLeft: z.number(),
});
export type DiscardStats = z.infer<typeof statsSchema>;

const objectSchema = z.object({
  /** bytes */
  size: z.number(),
  /** without quotes; it is an MD5 only where the client told one */
  etag: z.string(),
  /** 0: it came with one PUT */
  parts: z.number(),
  /** base64, as the client gave it; null when it gave none */
  crc32: z.string().nullable(),
  /** ms since 1970 */
  modified: z.number(),
});
export type DiscardedObject = z.infer<typeof objectSchema>;

export interface DiscardServer extends DiscardAddress {
  stats(): DiscardStats;
  object(key: string): DiscardedObject | undefined;
  uploadsLeft(): number;
  stop(): Promise<void>;
}

/** The same in a process of its own. */
export interface SpawnedDiscardServer extends DiscardAddress {
  pid: number;
  stats(): Promise<DiscardStats>;
  object(key: string): Promise<DiscardedObject | undefined>;
  uploadsLeft(): Promise<number>;
  stop(): Promise<void>;
}

interface DiscardedPart {
  size: number;
  etag: string;
  crc32: string | null;
}

interface Upload {
  key: string;
  initiated: number;
  parts: Map<number, DiscardedPart>;
}

interface State {
  objects: Map<string, DiscardedObject>;
  uploads: Map<string, Upload>;
  /** all keys in S3's order, or null: not known since the last change */
  sorted: string[] | null;
  requests: number;
  parts: number;
  bytes: number;
  concurrent: number;
  largestConcurrent: number;
  connections: number;
  /** what makes ETags and UploadIds differ */
  count: number;
}

interface Call {
  state: State;
  request: IncomingMessage;
  key: string;
  query: URLSearchParams;
}

interface Reply {
  status: number;
  headers?: Record<string, string>;
  body?: string;
}

const bucket = 'discard';
const pageSize = 1000;
/** Bodies under this are really checked. bytes */
const checkedUnder = 64 * 1024;
const noQuery = new URLSearchParams();

export async function startDiscardServer(options: { port?: number } = {}): Promise<DiscardServer> {
  const state: State = {
    objects: new Map(),
    uploads: new Map(),
    sorted: null,
    requests: 0,
    parts: 0,
    bytes: 0,
    concurrent: 0,
    largestConcurrent: 0,
    connections: 0,
    count: 0,
  };
  const server = http.createServer({ keepAliveTimeout: 120_000, requestTimeout: 0, noDelay: true });
  server.on('connection', () => state.connections++);
  server.on('request', (request, response) => void respond(state, request, response));
  await new Promise<void>((resolve, reject) => {
    server.on('error', reject).listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    ...{ endpoint: `http://127.0.0.1:${address.port}`, region: 'us-east-1', bucket },
    ...{ accessKeyId: 'discard-access-key', secretAccessKey: 'discard-secret-key' },
    stats: () => statsOf(state),
    object: (key) => state.objects.get(key),
    uploadsLeft: () => state.uploads.size,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function statsOf(state: State): DiscardStats {
  const { requests, parts, bytes, largestConcurrent, connections } = state;
  const sizes = { objects: state.objects.size, uploadsLeft: state.uploads.size };
  return { requests, parts, bytes, largestConcurrent, connections, ...sizes };
}

async function respond(state: State, request: IncomingMessage, response: ServerResponse): Promise<void> {
  let reply: Reply;
  try {
    reply = await answer(state, request);
  } catch (error) {
    if (request.errored !== null) return; // the client went away
    reply = refusal(error);
    request.resume();
  }
  const { status, headers = {}, body } = reply;
  const length = body === undefined ? '0' : String(Buffer.byteLength(body));
  response.writeHead(status, { 'content-length': length, ...headers });
  response.end(body);
}

function refusal(error: unknown): Reply {
  const known = error instanceof S3Refusal ? error : new S3Refusal(500, 'InternalError', String(error));
  const content: Xml[] = [
    ['Code', known.code],
    ['Message', known.message],
  ];
  return { ...xml('Error', content), status: known.status };
}

function xml(root: string, content: readonly Xml[]): Reply {
  return { status: 200, headers: { 'content-type': 'application/xml' }, body: document(root, content) };
}

function refuse(status: number, code: string): never {
  throw new S3Refusal(status, code);
}

async function answer(state: State, request: IncomingMessage): Promise<Reply> {
  const [path = '', search] = (request.url ?? '').split('?', 2);
  const query = search === undefined ? noQuery : new URLSearchParams(search);
  if (path.startsWith('/_')) return about(state, path, query);
  state.requests++;
  if (!path.startsWith(`/${bucket}`)) refuse(404, 'NoSuchBucket');
  const after = path.slice(bucket.length + 1);
  if (after !== '' && !after.startsWith('/')) refuse(404, 'NoSuchBucket');
  const call = { state, request, key: decodeURIComponent(after.slice(1)), query };
  return await (call.key === '' ? ofBucket(call) : ofObject(call));
}

function about(state: State, path: string, query: URLSearchParams): Reply {
  const known = path === '/_stats' ? statsOf(state) : state.objects.get(query.get('key') ?? '');
  if (known === undefined) return { status: 404 };
  return { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(known) };
}

function ofBucket(call: Call): Reply {
  const { method } = call.request;
  if (method === 'HEAD') return { status: 200, headers: { 'x-amz-bucket-region': 'us-east-1' } };
  if (method === 'GET' && call.query.has('uploads')) return listUploads(call);
  if (method === 'GET' && call.query.get('list-type') === '2') return listObjects(call);
  if (method === 'GET' && call.query.has('location')) return xml('LocationConstraint', []);
  return refuse(501, 'NotImplemented');
}

function ofObject(call: Call): Reply | Promise<Reply> {
  const { request, query } = call;
  const { method } = request;
  if (query.has('uploadId')) {
    if (method === 'PUT') return putPart(call);
    if (method === 'POST') return complete(call);
    if (method === 'DELETE') return abort(call);
    if (method === 'GET') return listParts(call);
  }
  if (method === 'POST' && query.has('uploads')) return create(call);
  if (['tagging', 'acl', 'retention', 'legal-hold'].some((name) => query.has(name))) refuse(501, 'NotImplemented');
  if (method === 'PUT') return putObject(call);
  if (method === 'HEAD') return head(call);
  if (method === 'DELETE') {
    call.state.sorted = call.state.objects.delete(call.key) ? null : call.state.sorted;
    return { status: 204 };
  }
  return refuse(501, 'NotImplemented'); // GET too: it has no bytes to give
}

function header(request: IncomingMessage, name: string): string | null {
  const value = request.headers[name];
  return typeof value === 'string' ? value : null;
}

const checksumHeaders = (checksum: string | null): Record<string, string> =>
  checksum === null ? {} : { 'x-amz-checksum-crc32': checksum };

async function putObject(call: Call): Promise<Reply> {
  const { state, request, key } = call;
  if (request.headers['if-none-match'] !== undefined && state.objects.has(key)) refuse(412, 'PreconditionFailed');
  if (request.headers['x-amz-copy-source'] !== undefined) refuse(501, 'NotImplemented');
  const part = await receive(call);
  if (!state.objects.has(key)) state.sorted = null;
  state.objects.set(key, { ...part, parts: 0, modified: Date.now() });
  return { status: 200, headers: { etag: `"${part.etag}"`, ...checksumHeaders(part.crc32) } };
}

async function putPart(call: Call): Promise<Reply> {
  const { state, query } = call;
  const number = Number(query.get('partNumber'));
  if (!Number.isInteger(number) || number < 1 || number > 10_000) refuse(400, 'InvalidArgument');
  const { parts } = uploadOf(call);
  const part = await receive(call);
  uploadOf(call); // it may have been aborted meanwhile
  parts.set(number, part);
  state.parts++;
  return { status: 200, headers: { etag: `"${part.etag}"`, ...checksumHeaders(part.crc32) } };
}

/** Takes the body and counts it. Rejects when the client breaks off, or a checksum of a small body is wrong. */
async function receive({ state, request }: Call): Promise<DiscardedPart> {
  const md5 = header(request, 'content-md5');
  const checksum = header(request, 'x-amz-checksum-crc32');
  const length = Number(header(request, 'content-length') ?? Infinity);
  const check = length < checkedUnder && (md5 ?? checksum) !== null;
  const kept: Buffer[] = [];
  state.largestConcurrent = Math.max(state.largestConcurrent, ++state.concurrent);
  let size: number;
  try {
    size = await drain(request, (bytes) => {
      state.bytes += bytes.length;
      if (check) kept.push(bytes);
    });
  } finally {
    state.concurrent--;
  }
  if (check) refuseWrong(Buffer.concat(kept), md5, checksum);
  // Of aws-chunked only what is in the chunks is the object's.
  const decoded = header(request, 'x-amz-decoded-content-length');
  const etag = md5 === null ? `${(++state.count).toString(16)}-0` : Buffer.from(md5, 'base64').toString('hex');
  return { size: decoded === null ? size : Number(decoded), etag, crc32: checksum };
}

function drain(request: IncomingMessage, onBytes: (bytes: Buffer) => void): Promise<number> {
  return new Promise((resolve, reject) => {
    let size = 0;
    request.on('data', (bytes: Buffer) => {
      size += bytes.length;
      onBytes(bytes);
    });
    request.on('end', () => resolve(size));
    request.on('error', reject);
  });
}

function refuseWrong(body: Buffer, md5: string | null, checksum: string | null): void {
  const right = Buffer.alloc(4);
  right.writeUInt32BE(crc32(body));
  if (checksum !== null && checksum !== right.toString('base64')) refuse(400, 'BadDigest');
  if (md5 !== null && md5 !== createHash('md5').update(body).digest('base64')) refuse(400, 'BadDigest');
}

function head({ state, request, key }: Call): Reply {
  const object = state.objects.get(key) ?? refuse(404, 'NoSuchKey');
  const checksum = request.headers['x-amz-checksum-mode'] === undefined ? null : object.crc32;
  return {
    status: 200,
    headers: {
      'content-length': String(object.size),
      etag: `"${object.etag}"`,
      'last-modified': new Date(object.modified).toUTCString(),
      'content-type': 'binary/octet-stream',
      ...checksumHeaders(checksum),
      ...(checksum === null ? {} : { 'x-amz-checksum-type': 'FULL_OBJECT' }),
    },
  };
}

function create({ state, key }: Call): Reply {
  const id = `upload-${++state.count}`;
  state.uploads.set(id, { key, initiated: Date.now(), parts: new Map() });
  return xml('InitiateMultipartUploadResult', [
    ['Bucket', bucket],
    ['Key', key],
    ['UploadId', id],
  ]);
}

function uploadOf({ state, query, key }: Call): Upload {
  const upload = state.uploads.get(query.get('uploadId') ?? '');
  return upload?.key === key ? upload : refuse(404, 'NoSuchUpload');
}

function abort(call: Call): Reply {
  uploadOf(call);
  call.state.uploads.delete(call.query.get('uploadId') ?? '');
  return { status: 204 };
}

/** The listed parts must be those that came, in order. https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html */
async function complete(call: Call): Promise<Reply> {
  const { state, request, key, query } = call;
  uploadOf(call);
  const body = await text(request);
  const upload = uploadOf(call);
  const numbers = textsOf(body, 'PartNumber').map(Number);
  const etags = textsOf(body, 'ETag').map((etag) => etag.replaceAll('"', ''));
  if (numbers.length === 0 || etags.length !== numbers.length) refuse(400, 'MalformedXML');
  if (numbers.some((number, at) => number <= (numbers[at - 1] ?? 0))) refuse(400, 'InvalidPartOrder');
  const parts = numbers.map((number, at) => {
    const part = upload.parts.get(number);
    return part !== undefined && part.etag === etags[at] ? part : refuse(400, 'InvalidPart');
  });
  state.uploads.delete(query.get('uploadId') ?? '');
  const size = parts.reduce((sum, part) => sum + part.size, 0);
  const checksum = header(request, 'x-amz-checksum-crc32');
  const etag = `${(++state.count).toString(16).padStart(32, '0')}-${parts.length}`;
  if (!state.objects.has(key)) state.sorted = null;
  state.objects.set(key, { size, etag, parts: parts.length, crc32: checksum, modified: Date.now() });
  const proof: Xml[] = [
    ['ChecksumCRC32', checksum ?? ''],
    ['ChecksumType', 'FULL_OBJECT'],
  ];
  return xml('CompleteMultipartUploadResult', [
    ['Bucket', bucket],
    ['Key', key],
    ['ETag', `"${etag}"`],
    ...(checksum === null ? [] : proof),
  ]);
}

function listParts(call: Call): Reply {
  const { key, query } = call;
  const after = Number(query.get('part-number-marker') ?? 0);
  const all = [...uploadOf(call).parts].filter(([number]) => number > after).sort(([a], [b]) => a - b);
  const page = all.slice(0, pageSize);
  return xml('ListPartsResult', [
    ['Bucket', bucket],
    ['Key', key],
    ['UploadId', query.get('uploadId') ?? ''],
    ['IsTruncated', page.length < all.length],
    ['NextPartNumberMarker', page.at(-1)?.[0] ?? after],
    ...page.map(([number, part]): Xml => {
      const described: Xml[] = [
        ['PartNumber', number],
        ['ETag', `"${part.etag}"`],
        ['Size', part.size],
      ];
      return ['Part', part.crc32 === null ? described : [...described, ['ChecksumCRC32', part.crc32]]];
    }),
  ]);
}

/** All in one answer, however many. */
function listUploads({ state, query }: Call): Reply {
  const prefix = query.get('prefix') ?? '';
  const found = [...state.uploads].filter(([, { key }]) => key.startsWith(prefix));
  return xml('ListMultipartUploadsResult', [
    ['Bucket', bucket],
    ['Prefix', prefix],
    ['IsTruncated', false],
    ...found.map(([id, { key, initiated }]): Xml => {
      const started = new Date(initiated).toISOString();
      return [
        'Upload',
        [
          ['Key', key],
          ['UploadId', id],
          ['Initiated', started],
        ],
      ];
    }),
  ]);
}

/** Without delimiters: all keys with the prefix, in pages. */
function listObjects({ state, query }: Call): Reply {
  if (query.has('delimiter') && query.get('delimiter') !== '') refuse(501, 'NotImplemented');
  const prefix = query.get('prefix') ?? '';
  const after = query.get('continuation-token') ?? query.get('start-after') ?? '';
  const limit = Math.min(Number(query.get('max-keys') ?? pageSize), pageSize);
  state.sorted ??= [...state.objects.keys()].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  const first = after === '' ? 0 : state.sorted.indexOf(after) + 1;
  const keys = state.sorted.slice(first).filter((key) => key.startsWith(prefix));
  const page = keys.slice(0, limit);
  const encode = query.get('encoding-type') === 'url' ? encodeURIComponent : (key: string) => key;
  const next = keys.length > page.length ? page.at(-1) : undefined;
  return xml('ListBucketResult', [
    ['Name', bucket],
    ['Prefix', encode(prefix)],
    ['MaxKeys', limit],
    ['KeyCount', page.length],
    ['IsTruncated', next !== undefined],
    ...(query.has('encoding-type') ? [['EncodingType', 'url'] as const] : []),
    ...(next === undefined ? [] : [['NextContinuationToken', next] as const]),
    ...page.map((key): Xml => ['Contents', describe(encode(key), state.objects.get(key))]),
  ]);
}

function describe(key: string, object: DiscardedObject | undefined): Xml[] {
  return [
    ['Key', key],
    ['LastModified', new Date(object?.modified ?? 0).toISOString()],
    ['ETag', `"${object?.etag ?? ''}"`],
    ['Size', object?.size ?? 0],
    ['StorageClass', 'STANDARD'],
  ];
}

/** Starts it in a process of its own, so that its work is not the client's; it ends with this one. */
export async function spawnDiscardServer(options: { port?: number } = {}): Promise<SpawnedDiscardServer> {
  const self = fileURLToPath(import.meta.url);
  const child = spawn(process.execPath, [self, String(options.port ?? 0)], { stdio: ['pipe', 'pipe', 'inherit'] });
  const gone = new Promise<void>((resolve) => child.on('exit', () => resolve()));
  const line = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).once('line', resolve);
    child.on('error', reject).on('exit', (code) => reject(new Error(`the discard server ended with ${String(code)}`)));
  });
  const address = addressSchema.parse(JSON.parse(line));
  const stats = async () => statsSchema.parse(await (await fetch(`${address.endpoint}/_stats`)).json());
  return {
    ...address,
    pid: child.pid ?? 0,
    stats,
    async object(key) {
      const response = await fetch(`${address.endpoint}/_object?key=${encodeURIComponent(key)}`);
      return response.ok ? objectSchema.parse(await response.json()) : undefined;
    },
    uploadsLeft: async () => (await stats()).uploadsLeft,
    async stop() {
      child.stdin.end();
      await gone;
    },
  };
}

if (import.meta.main) {
  const server = await startDiscardServer({ port: Number(process.argv[2] ?? 0) });
  const { endpoint, region, accessKeyId, secretAccessKey } = server;
  console.log(JSON.stringify({ endpoint, region, bucket, accessKeyId, secretAccessKey }));
  const end = () => void server.stop().then(() => process.exit());
  process.stdin.on('end', end).on('error', end).resume();
  process.on('SIGTERM', end);
}
