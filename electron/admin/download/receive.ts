/** The bytes of an object, or of a range of it, as they come: one signed GET over node:http, whose agents know every way. */
import http from 'node:http';
import https from 'node:https';
import { SidelineError } from '../../../shared/errors.ts';
import { errorFromNetwork, errorFromResponse } from '../../storage/s3-errors.ts';
import type { SignedRequest } from '../../storage/sigv4.ts';
import type { Storage } from '../../storage/storage.ts';
import { unwatched } from '../../storage/unwatched.ts';

export interface WantedBytes {
  key: string;
  /** null, or not said: what is there now */
  versionId?: string | null;
  /** without quotes; empty: the store gives none */
  etag: string;
  /** bytes of the whole object */
  size: number;
  /** the first byte, and the one behind the last */
  from: number;
  to: number;
}

/** ms in which nothing comes */
const stallAfter = 60_000;
/** bytes of a refusal that are read */
const longestRefusal = 64 * 1024;

/**
 * Hands the bytes on in order, each piece before the next is read, so that who takes them sets the pace; resolves when all of them
 * have been. Throws `object-changed` where the object is another by now, and what a store or a line can cause.
 */
export async function receive(
  storage: Storage,
  wanted: WantedBytes,
  sink: { head(headers: http.IncomingHttpHeaders): void; take(bytes: Buffer): Promise<void> | void },
  signal: AbortSignal,
): Promise<void> {
  const { key, etag, size, from, to, versionId = null } = wanted;
  const context = { operation: 'download', bucket: storage.connection.config.bucket, key, host: storage.host } as const;
  const isWhole = from === 0 && to === size;
  const headers = {
    ...(isWhole ? { 'x-amz-checksum-mode': 'ENABLED' } : { range: `bytes=${from}-${to - 1}` }),
    ...(etag === '' ? {} : { 'if-match': `"${etag}"` }),
  };
  const request = await storage.sign({ method: 'GET', key, query: versionId === null ? {} : { versionId }, headers });
  try {
    const incoming = await answerTo(request, storage, signal);
    const status = incoming.statusCode ?? 0;
    if (status !== (isWhole ? 200 : 206)) {
      const body = await textOf(incoming);
      storage.learnClock(incoming.headers.date);
      if (status === 412 || status === 416) throw new SidelineError('object-changed', { subject: key });
      if (status < 300) throw new SidelineError('unsupported', { subject: `HTTP ${status}, for a range of an object` });
      throw errorFromResponse({ status, headers: incoming.headers, body }, context);
    }
    refuseOther(incoming.headers, wanted);
    sink.head(incoming.headers);
    await handOn(incoming, to - from, sink);
  } catch (error) {
    signal.throwIfAborted();
    throw error instanceof SidelineError ? error : errorFromNetwork(error, context);
  }
}

function answerTo(request: SignedRequest, storage: Storage, signal: AbortSignal): Promise<http.IncomingMessage> {
  const { protocol, hostname, port } = request.origin;
  return new Promise((resolve, reject) => {
    const outgoing = (protocol === 'https:' ? https : http).request({
      method: 'GET',
      protocol,
      hostname: hostname.replace(/^\[|\]$/g, ''), // an IPv6 address stands in brackets in a URL only
      port,
      path: request.path,
      headers: request.headers,
      agent: storage.wayTo(request.origin).agent,
      timeout: stallAfter,
      signal,
    });
    outgoing.on('timeout', () => outgoing.destroy(new SidelineError('stalled', { operation: 'download' })));
    outgoing.on('error', reject);
    outgoing.on('response', resolve);
    outgoing.end();
  });
}

/** A store that does not know If-Match answers with whatever is there. */
function refuseOther(headers: http.IncomingHttpHeaders, { key, etag, size, from, to }: WantedBytes): void {
  const other = etag !== '' && headers.etag !== undefined && headers.etag.replaceAll('"', '') !== etag;
  const length = headers['content-length'];
  const range = headers['content-range'];
  const otherLength = length !== undefined && Number(length) !== to - from;
  const otherRange = range !== undefined && range !== `bytes ${from}-${to - 1}/${size}`;
  if (other || otherLength || otherRange) throw new SidelineError('object-changed', { subject: key });
}

async function handOn(
  incoming: http.IncomingMessage,
  length: number,
  { take }: { take(bytes: Buffer): Promise<void> | void },
): Promise<void> {
  const { socket } = incoming;
  let left = length;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    left -= chunk.length;
    if (left < 0)
      throw new SidelineError('server-error', { subject: 'more bytes than it said', operation: 'download' });
    const taken = take(chunk);
    // While the disk, or a limit of the bandwidth, is waited for, it is not the line that stands still.
    if (taken !== undefined) await unwatched(socket, stallAfter, taken, () => incoming.complete);
  }
  if (left > 0) throw new SidelineError('connection-lost', { operation: 'download' });
}

async function textOf(incoming: http.IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    if (length < longestRefusal) chunks.push(chunk);
    length += chunk.length;
  }
  return Buffer.concat(chunks).toString();
}
