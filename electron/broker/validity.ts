/**
 * How long what a backend signed is valid, and whether it is over. Both by the clocks of those who signed it and judge it: a
 * wrong clock of this computer does no harm.
 */
import { z } from 'zod';
import type { S3Answer } from '../storage/s3-errors.ts';
import type { Sending } from './place.ts';
import { serverTime } from './exchange.ts';

/** When it ends, by the clock of who signed it; null: it does not say. ms since 1970 */
export function endOf(send: Sending): number | null {
  if (send.method === 'PUT') return endOfUrl(send.url);
  return send.toBackend ? null : endOfForm(send.fields);
}

/** Signature Version 4 of Amazon and Google: a time and a life; version 2: the end itself. */
function endOfUrl(url: string): number | null {
  const query = new Map([...new URL(url).searchParams].map(([name, value]) => [name.toLowerCase(), value]));
  const signed = basicTime(query.get('x-amz-date') ?? query.get('x-goog-date') ?? '');
  const life = Number(query.get('x-amz-expires') ?? query.get('x-goog-expires') ?? NaN);
  if (signed !== null && Number.isFinite(life)) return signed + life * 1000;
  const end = Number(query.get('expires') ?? NaN);
  return Number.isFinite(end) && query.has('signature') ? end * 1000 : null;
}

/** yyyyMMddTHHmmssZ. ms since 1970 */
function basicTime(text: string): number | null {
  const [, year, month, day, hour, minute, second] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text) ?? [];
  const time = Date.parse(`${year ?? ''}-${month ?? ''}-${day ?? ''}T${hour ?? ''}:${minute ?? ''}:${second ?? ''}Z`);
  return Number.isNaN(time) ? null : time;
}

const policySchema = z.object({ expiration: z.string() });

/** https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html */
function endOfForm(fields: Record<string, string>): number | null {
  const [, policy] = Object.entries(fields).find(([name]) => name.toLowerCase() === 'policy') ?? [];
  if (policy === undefined) return null;
  try {
    const { expiration } = policySchema.parse(JSON.parse(Buffer.from(policy, 'base64').toString()));
    const time = Date.parse(expiration);
    return Number.isNaN(time) ? null : time;
  } catch {
    return null; // one that we cannot read is the storage's to judge
  }
}

export interface Handed {
  send: Sending;
  /** when it was asked for, by this computer's clock. ms since 1970 */
  sentAt: number;
  /** when it was answered, by the backend's clock. ms since 1970 */
  serverTime: number | null;
  /** what the answer says of its life. s */
  said: number | null;
  /** what the settings say, where nobody else does. s */
  usual: number;
}

/** When it is over, by this computer's clock as it went when it was asked for. ms since 1970 */
export function expiresAt({ send, sentAt, serverTime: server, said, usual }: Handed): number {
  const end = endOf(send);
  const lives = [...(end === null ? [] : [end - (server ?? sentAt)]), ...(said === null ? [] : [said * 1000])];
  return sentAt + (lives.length === 0 ? usual * 1000 : Math.min(...lives));
}

/**
 * Whether a refusal of the storage means that the time is over: it says so in words (Amazon, MinIO, Google), or it says
 * nothing (Ceph) and the end is past by its own Date. `now` serves where it has none.
 */
export function isOver(
  place: { send: Sending; expiresAt: number | null },
  { status, headers, body }: S3Answer,
  now: number,
): boolean {
  if (status !== 400 && status !== 401 && status !== 403) return false;
  if (/<Code>(ExpiredToken|RequestExpired|TokenRefreshRequired)<|\bexpired\b/i.test(body)) return true;
  const end = endOf(place.send);
  const server = serverTime(headers);
  if (end !== null && server !== null) return server >= end;
  return place.expiresAt !== null && now >= place.expiresAt;
}
