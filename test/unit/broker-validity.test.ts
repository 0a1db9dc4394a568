import { describe, expect, it } from 'vitest';
import type { Sending } from '../../electron/broker/place.ts';
import { endOf, expiresAt, isOver } from '../../electron/broker/validity.ts';
import { headersOf } from '../../electron/broker/signed-put.ts';

const at = Date.parse('2026-11-21T10:00:00Z');
const put = (query: string): Sending => ({ method: 'PUT', url: `https://s3.example.org/b/k?${query}`, headers: {} });
const v4 = put('X-Amz-Date=20261121T100000Z&X-Amz-Expires=300&X-Amz-SignedHeaders=host');
const form = (fields: Record<string, string>, toBackend = false): Sending => ({
  ...{ method: 'POST', url: 'https://s3.example.org/b', fields, fileField: 'file', toBackend },
});
const policy = Buffer.from('{"expiration":"2026-11-21T10:05:00.000Z","conditions":[]}').toString('base64');
const hour = 3_600_000;

describe('when what was signed ends', () => {
  it('is in the address or the policy', () => {
    expect(endOf(v4)).toBe(at + 300_000);
    expect(endOf(put('X-Goog-Date=20261121T100000Z&X-Goog-Expires=60'))).toBe(at + 60_000);
    expect(endOf(put(`AWSAccessKeyId=a&Signature=b&Expires=${at / 1000 + 60}`))).toBe(at + 60_000);
    expect(endOf(form({ Policy: policy }))).toBe(at + 300_000);
  });

  it('is unknown where nothing, or nonsense, says it', () => {
    for (const one of [put('a=b'), put('X-Amz-Date=yesterday&X-Amz-Expires=300'), put('Expires=5'), form({})])
      expect(endOf(one)).toBeNull();
    for (const bad of ['', 'no base64 {', Buffer.from('{"expiration":5}').toString('base64')])
      expect(endOf(form({ policy: bad }))).toBeNull();
    expect(endOf(form({ policy }, true))).toBeNull();
  });
});

describe('when it is over here', () => {
  const usual = 900;
  it('does not depend on how the clocks differ', () => {
    for (const off of [-30 * hour, -hour, 0, hour, 30 * hour]) {
      const sentAt = at + off;
      expect(expiresAt({ send: v4, sentAt, serverTime: at, said: null, usual })).toBe(sentAt + 300_000);
      expect(expiresAt({ send: form({ policy }), sentAt, serverTime: at + 60_000, said: null, usual })).toBe(
        sentAt + 240_000,
      );
    }
  });

  it('is the earliest of what is said, and the usual where nothing is', () => {
    expect(expiresAt({ send: v4, sentAt: at, serverTime: at, said: 3600, usual })).toBe(at + 300_000);
    expect(expiresAt({ send: v4, sentAt: at, serverTime: at, said: 60, usual })).toBe(at + 60_000);
    expect(expiresAt({ send: put('a=b'), sentAt: at, serverTime: null, said: null, usual })).toBe(at + 900_000);
    expect(expiresAt({ send: v4, sentAt: at + 10_000, serverTime: null, said: null, usual })).toBe(at + 300_000);
  });
});

describe('a refusal of the storage', () => {
  const answer = (status: number, body: string, date?: string) => ({
    status,
    body,
    headers: date === undefined ? {} : { date },
  });
  const code = (name: string, message = '') => `<Error><Code>${name}</Code><Message>${message}</Message></Error>`;
  const place = { send: v4, expiresAt: at + 300_000 };
  const late = new Date(at + 301_000).toUTCString();
  const early = new Date(at + 10_000).toUTCString();

  it('is because the time is over where it says so', () => {
    for (const one of [
      answer(403, code('AccessDenied', 'Request has expired'), early),
      answer(403, code('AccessDenied', 'Invalid according to Policy: Policy expired.'), early),
      answer(400, code('ExpiredToken', 'The provided token has expired.'), early),
    ])
      expect(isOver(place, one, at)).toBe(true);
  });

  it('is so by the clock of the storage where it says nothing, and by ours where it has none', () => {
    expect(isOver(place, answer(403, code('AccessDenied'), late), at)).toBe(true);
    expect(isOver(place, answer(403, code('AccessDenied'), early), at + hour)).toBe(false);
    expect(isOver(place, answer(403, code('AccessDenied')), at + hour)).toBe(true);
    expect(isOver(place, answer(403, code('AccessDenied')), at)).toBe(false);
  });

  it('is not, where it is about something else', () => {
    expect(isOver(place, answer(403, code('SignatureDoesNotMatch'), early), at)).toBe(false);
    expect(isOver(place, answer(503, code('SlowDown', 'expired'), late), at)).toBe(false);
    expect(isOver({ send: put('a=b'), expiresAt: null }, answer(403, code('AccessDenied'), late), at)).toBe(false);
  });
});

describe('the headers of a signed address', () => {
  const known = { 'x-amz-acl': 'public-read', 'cache-control': 'max-age=86400' };
  const of = (signed: string, told: Record<string, string> | null = null) =>
    headersOf({ url: `https://s3.example.org/k?X-Amz-SignedHeaders=${signed}`, type: 'image/png', known, told });

  it('are those that were signed, and of those of the storage no others', () => {
    expect(of('host')).toEqual({ 'content-type': 'image/png', 'cache-control': 'max-age=86400' });
    expect(of('content-length%3Bcontent-type%3Bhost%3Bx-amz-acl')).toEqual({ 'content-type': 'image/png', ...known });
  });

  it('are as the backend says where it does', () => {
    expect(of('host%3Bx-amz-acl', { 'X-Amz-Acl': 'private', Host: 'elsewhere', 'Content-Type': 'image/jpeg' })).toEqual(
      {
        ...{ 'content-type': 'image/jpeg', 'cache-control': 'max-age=86400', 'x-amz-acl': 'private' },
      },
    );
  });

  it('are refused where nobody knows one of them', () => {
    expect(() => of('host%3Bx-amz-meta-team')).toThrow(/x-amz-meta-team/);
  });
});
