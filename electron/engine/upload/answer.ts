/** The answer to a request, read from the bytes of a connection as they come. RFC 9112 */
import { SidelineError } from '../../../shared/errors.ts';
import type { S3Answer } from '../../storage/s3-errors.ts';

export interface WholeAnswer {
  answer: S3Answer;
  /** whether the connection can carry another request */
  reusable: boolean;
  /** how long it stays open without one, as the server says. ms; null: it does not say */
  idleFor: number | null;
}

export interface AnswerReader {
  /** The answer once all of it is there. Throws `server-error` where it is none, or is too long. */
  read(chunk: Buffer): WholeAnswer | null;
  /** The connection has ended: what is there, where that is how the answer ends; null: it is not whole. */
  ended(): WholeAnswer | null;
}

interface Head extends Pick<S3Answer, 'status' | 'headers'> {
  keepsAlive: boolean;
  framing: { by: 'length'; length: number } | { by: 'chunks' } | { by: 'end' };
}

/** bytes. An answer of S3 to a PUT is empty or a short XML. */
const longest = { head: 64 * 1024, body: 1024 * 1024 };

/** Of one answer. What follows it makes the connection unusable: nothing was asked yet. */
export function createAnswerReader(): AnswerReader {
  let pending: Buffer = Buffer.alloc(0);
  let head: Head | null = null;

  /** The head of the answer itself: those of the interim answers before it say nothing. Section 15.2 of RFC 9110 */
  function readHead(): Head | null {
    for (;;) {
      const end = pending.indexOf('\r\n\r\n');
      if (end === -1 && pending.length > longest.head) throw malformed('its head is too long');
      if (end === -1) return null;
      const found = parseHead(pending.toString('latin1', 0, end));
      pending = pending.subarray(end + 4);
      if (found.status >= 200) return found;
    }
  }

  function whole({ status, headers, keepsAlive, framing }: Head, body: Buffer, rest: number): WholeAnswer {
    return {
      answer: { status, headers, body: body.length === 0 ? '' : body.toString() },
      reusable: keepsAlive && framing.by !== 'end' && rest === 0,
      idleFor: idleTime(headers['keep-alive']),
    };
  }

  return {
    read(chunk) {
      pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
      head ??= readHead();
      if (head === null) return null;
      if (pending.length > longest.body) throw malformed('it is too long');
      const { framing } = head;
      if (framing.by === 'end') return null;
      if (framing.by === 'length') {
        const { length } = framing;
        return pending.length < length ? null : whole(head, pending.subarray(0, length), pending.length - length);
      }
      const joined = joinChunks(pending);
      return joined === null ? null : whole(head, joined.body, pending.length - joined.end);
    },
    ended: () => (head?.framing.by === 'end' ? whole(head, pending, 0) : null),
  };
}

function parseHead(text: string): Head {
  const [first = '', ...lines] = text.split('\r\n');
  const [, minor, code] = /^HTTP\/1\.([01]) (\d{3})(?: |$)/.exec(first) ?? [];
  if (code === undefined) throw malformed('it is no HTTP/1.1');
  const headers: Record<string, string> = {};
  for (const line of lines) {
    const [, name, value] = /^([\w!#$%&'*+.^`|~-]+):[ \t]*(.*?)[ \t]*$/.exec(line) ?? [];
    if (name === undefined || value === undefined) throw malformed('a header is none');
    const known = name.toLowerCase();
    headers[known] = Object.hasOwn(headers, known) ? `${headers[known] ?? ''}, ${value}` : value;
  }
  const status = Number(code);
  const says = (headers.connection ?? '').toLowerCase();
  const keepsAlive = minor === '1' ? !says.includes('close') : says.includes('keep-alive');
  return { status, headers, keepsAlive, framing: framingOf(status, headers) };
}

/** RFC 9112, 6.3: in this order. */
function framingOf(status: number, headers: Record<string, string>): Head['framing'] {
  if (status < 200 || status === 204 || status === 304) return { by: 'length', length: 0 };
  const coding = headers['transfer-encoding'];
  if (coding !== undefined) return /(?:^|,)\s*chunked$/i.test(coding) ? { by: 'chunks' } : { by: 'end' };
  const length = headers['content-length'];
  if (length === undefined) return { by: 'end' };
  const [one = '', ...others] = length.split(/\s*,\s*/);
  if (!/^\d{1,15}$/.test(one) || others.some((other) => other !== one)) throw malformed('its length is none');
  return { by: 'length', length: Number(one) };
}

/** RFC 9112, 7.1; null: more is to come. `end`: bytes of it all, the trailers and their empty line included. */
function joinChunks(bytes: Buffer): { body: Buffer; end: number } | null {
  const pieces: Buffer[] = [];
  for (let at = 0; ;) {
    const line = bytes.indexOf('\r\n', at);
    if (line === -1) return null;
    const [, hex] = /^([0-9a-f]{1,8})[ \t]*(?:;.*)?$/i.exec(bytes.toString('latin1', at, line)) ?? [];
    if (hex === undefined) throw malformed('a chunk has no size');
    const size = Number.parseInt(hex, 16);
    if (size === 0) {
      const end = endOfTrailers(bytes, line);
      return end === null ? null : { body: Buffer.concat(pieces), end };
    }
    at = line + 2 + size + 2;
    if (bytes.length < at) return null;
    if (bytes.toString('latin1', at - 2, at) !== '\r\n') throw malformed('a chunk is longer than it says');
    pieces.push(bytes.subarray(line + 2, at - 2));
  }
}

/** `from`: of the line break after the last chunk's size */
function endOfTrailers(bytes: Buffer, from: number): number | null {
  const end = bytes.indexOf('\r\n\r\n', from);
  return end === -1 ? null : end + 4;
}

/** A server closes what rests for longer: a second before that nothing new is begun. */
function idleTime(keepAlive: string | string[] | undefined): number | null {
  const [, seconds] = /timeout=(\d{1,6})/.exec(String(keepAlive ?? '')) ?? [];
  return seconds === undefined ? null : Math.max(1, Number(seconds) * 1000 - 1000);
}

function malformed(why: string): SidelineError {
  return new SidelineError('server-error', { subject: `an answer that cannot be read: ${why}` });
}
