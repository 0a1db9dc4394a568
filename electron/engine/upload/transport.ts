/**
 * The one way in which bytes leave: PUT to a signed URL, over node:http. The signature covers the request and not its body
 * (UNSIGNED-PAYLOAD); the body's checksum travels as a header, and what is sent is a buffer that was read before.
 */
import http from 'node:http';
import https from 'node:https';
import type { SignedRequest } from '../../storage/sigv4.ts';
import { SidelineError } from '../../../shared/errors.ts';
import type { Bandwidth } from './bandwidth.ts';
import type { Body } from './body.ts';

export interface Put {
  request: SignedRequest;
  agent: http.Agent;
  body: Body;
  bandwidth: Bandwidth;
  /** Aborting it destroys the connection; the promise rejects with the signal's reason. */
  signal: AbortSignal;
  /** A socket on which nothing moves for so long is given up. ms */
  stallAfter: number;
  /** called with the number of bytes that were handed to the system since the last call */
  onSent(bytes: number): void;
}

export interface Answer {
  status: number;
  headers: http.IncomingHttpHeaders;
  body: string;
}

/** One write at a time is in the system's hands: small enough to see a slow line move, large enough not to slow a fast one. */
const sliceSize = { unlimited: 1024 * 1024, limited: 64 * 1024 };
/** An answer of S3 to a PUT is empty or a short XML. bytes */
const longestAnswer = 64 * 1024;

/**
 * Resolves with whatever the store answers, errors of its own included. Rejects with `stalled` when the line stands still,
 * with the signal's reason when it was aborted, and with the system's own error when the connection breaks.
 */
export async function put({ request, agent, body, bandwidth, signal, stallAfter, onSent }: Put): Promise<Answer> {
  signal.throwIfAborted();
  const { protocol, hostname, port } = request.origin;
  const outgoing = (protocol === 'https:' ? https : http).request({
    method: 'PUT',
    protocol,
    hostname: hostname.replace(/^\[|\]$/g, ''), // an IPv6 address stands in brackets in a URL only
    port,
    path: request.path,
    headers: request.headers,
    agent,
    timeout: stallAfter,
  });
  const abort = () => outgoing.destroy();
  signal.addEventListener('abort', abort, { once: true });
  outgoing.on('timeout', () => outgoing.destroy(new SidelineError('stalled')));
  try {
    const answered = receive(outgoing);
    // An early answer (a refusal) ends the sending; its own failure is then of no interest.
    const sending = send(outgoing, body, bandwidth, signal, onSent);
    const failedSending = new Promise<never>((_, reject) => {
      sending.catch(reject);
    });
    const answer = await Promise.race([answered, failedSending]);
    if (answer.status >= 300) outgoing.destroy(); // the rest of the body is not owed
    return answer;
  } catch (error) {
    const cause = outgoing.errored ?? error; // a write that failed says less than what broke the connection
    outgoing.destroy();
    signal.throwIfAborted();
    throw cause;
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

function receive(outgoing: http.ClientRequest): Promise<Answer> {
  return new Promise((resolve, reject) => {
    outgoing.on('error', reject);
    outgoing.on('response', (incoming) => {
      const chunks: Buffer[] = [];
      let length = 0;
      incoming.on('data', (chunk: Buffer) => {
        if (length < longestAnswer) chunks.push(chunk);
        length += chunk.length;
      });
      incoming.on('error', reject);
      incoming.on('aborted', () => reject(new SidelineError('connection-lost')));
      incoming.on('end', () => {
        const body = chunks.length === 0 ? '' : Buffer.concat(chunks).toString();
        resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, body });
      });
    });
  });
}

async function send(
  outgoing: http.ClientRequest,
  body: Body,
  bandwidth: Bandwidth,
  signal: AbortSignal,
  onSent: (bytes: number) => void,
): Promise<void> {
  for (let offset = 0; offset < body.size;) {
    const slice = bandwidth.limit === null ? sliceSize.unlimited : sliceSize.limited;
    const bytes = await body.chunk(offset, slice);
    await bandwidth.take(bytes.length, signal);
    offset += bytes.length;
    await write(outgoing, bytes, offset === body.size);
    onSent(bytes.length);
  }
  if (body.size === 0) outgoing.end();
}

/** The last bytes go with the end: those of a small file then travel in one packet with the headers. */
function write(outgoing: http.ClientRequest, bytes: Buffer, last: boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    if (last)
      outgoing.end(bytes, resolve); // a failure comes as the request's 'error'
    else outgoing.write(bytes, (error) => (error ? reject(error) : resolve()));
  });
}
