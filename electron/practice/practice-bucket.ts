/**
 * A bucket to practise with, and no account: a small S3 on this computer whose objects are plain files in a folder. It
 * checks what a real store checks (Content-MD5, CRC32, conditions, parts, signed addresses and forms), so that the engine and
 * a backend work on it as on any other.
 *
 * It is ours because none that can be embedded was fit for a person's files: fauxqs refuses bodies over 11 MiB, joins an
 * object in memory, cannot list parts and names its files `.data`; s3rver cannot list parts and is no longer kept.
 */
import { randomBytes } from 'node:crypto';
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { openObjectFolder } from './object-folder.ts';
import type { Call, Practice, Reply } from './s3-call.ts';
import { answer } from './s3-operations.ts';
import { document, S3Refusal } from './s3-xml.ts';
import { isSigned } from './signature.ts';
import { openUploadFolder } from './upload-folder.ts';

export interface PracticeOptions {
  folder: string;
  /** any that is free if none is given */
  port?: number;
  /** drawn if none are given; what was signed with others holds no more */
  keys?: Practice['keys'];
}

export interface PracticeBucket {
  endpoint: string;
  region: string;
  bucket: string;
  accessKeyId: string;
  secretAccessKey: string;
  /** where the objects are plain files, absolute */
  folder: string;
  /** Bytes of bodies that have arrived since the start, those of broken requests too. */
  bytesReceived(): number;
  stop(): Promise<void>;
}

const region = 'us-east-1';
const bucket = 'practice';

/**
 * Starts it on 127.0.0.1, with the objects that `folder` has from earlier. Path style only. Rejects with the system's error
 * where the folder cannot be written or the port is taken.
 */
export async function startPracticeBucket(options: PracticeOptions): Promise<PracticeBucket> {
  let received = 0;
  const practice: Practice = {
    bucket,
    region,
    keys: options.keys ?? drawKeys(),
    objects: await openObjectFolder(options.folder),
    uploads: await openUploadFolder(options.folder),
    onBytes: (bytes) => (received += bytes),
  };
  const server = http.createServer({ keepAliveTimeout: 65_000, requestTimeout: 0 }, (request, response) => {
    void serve(practice, request, response);
  });
  const port = await listen(server, options.port ?? 0);
  return {
    endpoint: `http://127.0.0.1:${port}`,
    region,
    bucket,
    ...practice.keys,
    folder: path.join(practice.objects.folder, 'objects'),
    bytesReceived: () => received,
    stop: () => close(server),
  };
}

function drawKeys(): Practice['keys'] {
  const draw = (bytes: number) => randomBytes(bytes).toString('hex');
  return { accessKeyId: `practice-${draw(8)}`, secretAccessKey: draw(16) };
}

function listen(server: http.Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}

function close(server: http.Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.close((error) => (error ? reject(error) : resolve()));
    server.closeAllConnections();
  });
}

async function serve(practice: Practice, request: IncomingMessage, response: ServerResponse) {
  let reply: Reply;
  try {
    reply = await answer(practice, readCall(practice, request));
  } catch (error) {
    reply = refusal(error);
  }
  request.resume(); // what was not read of a refused body: the connection can then be used again
  const { body } = reply;
  const hasLength = reply.status !== 204 && typeof body !== 'object';
  const length = hasLength ? { 'content-length': String(Buffer.byteLength(body ?? '')) } : {};
  response.writeHead(reply.status, { ...length, ...reply.headers });
  if (typeof body === 'object')
    await pipeline(body, response).catch(() => response.destroy()); // the reader has gone
  else response.end(request.method === 'HEAD' ? undefined : body);
}

function refusal(error: unknown): Reply {
  const known = error instanceof S3Refusal ? error : new S3Refusal(500, 'InternalError', String(error));
  const content = [['Code', known.code] as const, ['Message', known.message] as const];
  return { status: known.status, headers: { 'content-type': 'application/xml' }, body: document('Error', content) };
}

/** The path is taken as it was sent: `new URL` would resolve dots in a key. */
function readCall(practice: Practice, request: IncomingMessage): Call {
  const [, target = '', search = ''] = /^\/([^?]*)\??(.*)$/.exec(request.url ?? '') ?? [];
  const query = new URLSearchParams(search);
  const [first = '', ...rest] = target.split('/');
  const key = decoded(rest.join('/'));
  const signed = isSigned(practice, { request, path: `/${target}`, key, query });
  const aboveBuckets = target === '';
  if (first !== bucket && !aboveBuckets)
    throw new S3Refusal(404, 'NoSuchBucket', `There is only the bucket "${bucket}" here.`);
  return { request, query, key, aboveBuckets, signed };
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    throw new S3Refusal(400, 'InvalidURI');
  }
}
