/**
 * A request with a file on a bare socket: for thousands of small files a second node:http takes as much time as all else together. One request
 * at a time is under way on a socket. RFC 9112
 */
import type net from 'node:net';
import { SidelineError } from '../../../shared/errors.ts';
import type { S3Answer } from '../../storage/s3-errors.ts';
import type { SignedRequest } from '../../storage/sigv4.ts';
import { unwatched } from '../../storage/unwatched.ts';
import type { Sockets } from '../../storage/sockets.ts';
import { createAnswerReader, type WholeAnswer } from './answer.ts';
import { sendBody, type Put } from './send-body.ts';

/** As `put`. Throws `internal` where the request cannot be written as it is: a line break in a header would be another header. */
export async function putOnSocket(put: Put, sockets: Sockets): Promise<S3Answer> {
  const { request, signal } = put;
  signal.throwIfAborted();
  const head = headOf(put.method ?? 'PUT', request);
  const taken = sockets.take(signal);
  const socket = taken instanceof Promise ? await taken : taken;
  if (signal.aborted) socket.destroy();
  signal.throwIfAborted();
  const { answer, reusable, idleFor } = await converse(socket, head, put).catch((error: unknown) => {
    socket.destroy();
    throw error;
  });
  if (reusable) sockets.keep(socket, idleFor);
  else socket.destroy();
  return answer;
}

/** Says what is to be said, and hears the answer. */
function converse(socket: net.Socket, head: string, put: Put): Promise<WholeAnswer> {
  const { signal, stallAfter } = put;
  const { promise, resolve, reject } = Promise.withResolvers<WholeAnswer>();
  const reader = createAnswerReader();
  /** all of the body has left */
  let sent = false;
  /** an answer that came before that */
  let early: WholeAnswer | null = null;

  let settled = false;

  function settle(how: () => void): void {
    settled = true;
    socket.off('data', heard).off('error', failed).off('close', closed).off('timeout', stalled);
    signal.removeEventListener('abort', aborted);
    how();
  }
  function failed(error: unknown): void {
    settle(() => reject(error));
  }
  function heard(chunk: Buffer): void {
    try {
      const whole = reader.read(chunk);
      if (whole === null) return;
      // What was not sent of a body that is refused is not owed, but leaves the socket in the middle of it.
      if (sent || whole.answer.status >= 300) settle(() => resolve({ ...whole, reusable: whole.reusable && sent }));
      else early = whole;
    } catch (error) {
      failed(error);
    }
  }
  function closed(): void {
    const whole = reader.ended();
    if (whole === null) failed(new SidelineError('connection-lost'));
    else settle(() => resolve(whole));
  }
  const stalled = () => failed(new SidelineError('stalled'));
  const aborted = () => failed(signal.reason);

  socket.on('data', heard).on('error', failed).on('close', closed).on('timeout', stalled);
  socket.setTimeout(stallAfter);
  signal.addEventListener('abort', aborted, { once: true });
  let before: string | null = head;
  const writeNext = (bytes: Buffer) => {
    const first = before;
    before = null;
    return write(socket, first, bytes);
  };
  const paused = (work: Promise<void>) => unwatched(socket, stallAfter, work, () => settled);
  sendBody(put, writeNext, paused).then(
    () => {
      sent = true;
      const whole = early;
      if (whole !== null) settle(() => resolve(whole));
    },
    (error: unknown) => failed(socket.errored ?? error), // a write that failed says less than what broke the connection
  );
  return promise;
}

/** The head goes with the first bytes: those of a small file then travel in one packet with it. */
function write(socket: net.Socket, head: string | null, bytes: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    const done = (error?: Error | null) => (error ? reject(error) : resolve());
    if (head === null) {
      socket.write(bytes, done);
      return;
    }
    socket.cork();
    socket.write(head, 'latin1', bytes.length === 0 ? done : undefined);
    if (bytes.length > 0) socket.write(bytes, done);
    socket.uncork();
  });
}

function headOf(method: string, { origin, path, headers }: SignedRequest): string {
  let head = `${method} ${path} HTTP/1.1\r\n`;
  if (/[^\x21-\x7e]/.test(path)) throw unwritable('path');
  if (headers.host === undefined) head += `host: ${origin.host}\r\n`; // as node:http does
  for (const name in headers) {
    const value = headers[name] ?? '';
    if (/[^\w-]/.test(name) || /[^\t\x20-\x7e\x80-\xff]/.test(value)) throw unwritable(name);
    head += `${name}: ${value}\r\n`;
  }
  return `${head}connection: keep-alive\r\n\r\n`;
}

function unwritable(what: string): SidelineError {
  return new SidelineError('internal', { cause: new Error(`${JSON.stringify(what)} of a request cannot be written`) });
}
