/** A request with a file over node:http, whose agents know how to ask a proxy. */
import http from 'node:http';
import https from 'node:https';
import { SidelineError } from '../../../shared/errors.ts';
import type { S3Answer } from '../../storage/s3-errors.ts';
import { unwatched } from '../../storage/unwatched.ts';
import { sendBody, type Put } from './send-body.ts';

/** An answer of S3 to a PUT is empty or a short XML, that of a backend a record. bytes */
const longestAnswer = 64 * 1024;

/** As `put`. */
export async function putByAgent(put: Put, agent: http.Agent): Promise<S3Answer> {
  const { request, signal, stallAfter } = put;
  signal.throwIfAborted();
  const { protocol, hostname, port } = request.origin;
  const outgoing = (protocol === 'https:' ? https : http).request({
    method: put.method ?? 'PUT',
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
  const paused = (work: Promise<void>) => unwatched(outgoing, stallAfter, work, () => outgoing.destroyed);
  outgoing.on('timeout', () => outgoing.destroy(new SidelineError('stalled')));
  try {
    const answered = receive(outgoing);
    const sending = sendBody(put, (bytes, last) => write(outgoing, bytes, last), paused);
    // An early answer that refuses ends the sending; its own failure is then of no interest.
    const answer = await Promise.race([answered, sending.then(() => answered)]);
    if (answer.status < 300) await sending;
    else outgoing.destroy(); // the rest of the body is not owed
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

function receive(outgoing: http.ClientRequest): Promise<S3Answer> {
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

function write(outgoing: http.ClientRequest, bytes: Buffer, last: boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    if (last)
      outgoing.end(bytes, resolve); // a failure comes as the request's 'error'
    else outgoing.write(bytes, (error) => (error ? reject(error) : resolve()));
  });
}
