/** One request to a backend over node:http, and its answer. Nothing here follows a redirect. */
import http from 'node:http';
import https from 'node:https';
import { SidelineError } from '../../shared/errors.ts';
import { broker as words } from '../../shared/strings/broker.ts';
import type { Agents } from '../storage/agents.ts';
import { errorFromNetwork } from '../storage/s3-errors.ts';

export interface Exchange {
  method: 'GET' | 'POST' | 'DELETE';
  origin: URL;
  /** percent-encoded, with its query; text, since a URL would resolve `.` and `..` */
  path: string;
  headers: Record<string, string>;
  body: Buffer | null;
  /** what is said of it in errors: `POST /api/...`, without what is secret */
  name: string;
  signal: AbortSignal;
}

export interface ExchangeDeps {
  agents: Agents;
  /** A connection on which nothing moves for so long is given up. ms */
  patience: number;
}

export interface Answered {
  status: number;
  headers: http.IncomingHttpHeaders;
  text: string;
  /** when the request left, by this computer's clock. ms since 1970 */
  sentAt: number;
}

/** No answer of these backends is longer, not even a page of a thousand records. bytes */
const longestAnswer = 8 * 1024 * 1024;

/** Rejects with a kind of the network, `broker-answer` where the answer is endless, `stalled` where the signal's time is over, else its reason. */
export async function exchange(request: Exchange, deps: ExchangeDeps): Promise<Answered> {
  const sentAt = Date.now();
  const incoming = await respond(request, deps);
  const text = await textOf(request, incoming);
  return { status: incoming.statusCode ?? 0, headers: incoming.headers, text, sentAt };
}

/** The body of an answer. Rejects as `exchange`. */
export async function textOf(request: Exchange, incoming: http.IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  let size = 0;
  try {
    for await (const piece of incoming as AsyncIterable<Buffer>) {
      size += piece.length;
      if (size > longestAnswer)
        throw new SidelineError('broker-answer', { subject: words.answers.tooLong(request.name) });
      pieces.push(piece);
    }
  } catch (error) {
    throw failureOf(request, error);
  }
  return Buffer.concat(pieces).toString();
}

/** The answer's head, with its body still to be read. Rejects as `exchange`. */
export function respond(request: Exchange, { agents, patience }: ExchangeDeps): Promise<http.IncomingMessage> {
  const { method, origin, path, headers, body, signal } = request;
  const length = body === null ? {} : { 'content-length': String(body.length) };
  return new Promise((resolve, reject) => {
    const fail = (error: unknown) => reject(failureOf(request, error));
    try {
      const outgoing = (origin.protocol === 'https:' ? https : http).request({
        method,
        protocol: origin.protocol,
        hostname: origin.hostname.replace(/^\[|\]$/g, ''), // an IPv6 address stands in brackets in a URL only
        port: origin.port,
        path,
        headers: { accept: 'application/json', ...headers, ...length },
        agent: agents.for(origin),
        timeout: patience,
        signal,
      });
      outgoing.on('timeout', () => outgoing.destroy(new SidelineError('stalled')));
      outgoing.on('error', fail);
      outgoing.on('response', resolve);
      outgoing.end(body ?? undefined);
    } catch (error) {
      fail(error);
    }
  });
}

/** The error of a request holds no header and no body of it. */
function failureOf({ signal, origin }: Exchange, error: unknown): Error {
  if (signal.aborted) return reasonOf(signal);
  return errorFromNetwork(error, { operation: 'upload', bucket: '', host: origin.host });
}

function reasonOf({ reason }: AbortSignal): Error {
  if (!(reason instanceof Error)) return new SidelineError('internal', { cause: reason });
  return reason.name === 'TimeoutError' ? new SidelineError('stalled', { cause: reason }) : reason;
}

/** When the answer was made, by the server's clock, to the second. ms since 1970; null: it does not say */
export function serverTime(headers: http.IncomingHttpHeaders): number | null {
  const time = Date.parse(headers.date ?? '');
  return Number.isNaN(time) ? null : time;
}
