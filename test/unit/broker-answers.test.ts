import fc from 'fast-check';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { fieldsOf, given, jsonOf, listOf, refusal } from '../../electron/broker/answers.ts';
import { createOwnKeys } from '../../electron/broker/own-keys.ts';
import { claimsOf } from '../../electron/broker/tokens.ts';
import { failureOf } from '../servers/failure.ts';
import { seededRandom } from '../servers/random.ts';

const { seed } = seededRandom('broker answers');
const secret = 'top-secret-token';
const asked = { name: 'POST /api/x', host: 'app.example.org', secrets: [secret] };
const answer = (status: number, text: string, headers = {}) => ({ status, text, headers, sentAt: 0 });

describe('the words of a refusal', () => {
  const said: [string, unknown, string][] = [
    ['FastAPI', { detail: 'Session not found' }, 'Session not found'],
    ['FastAPI of a body', { detail: [{ loc: ['body', 'file'], msg: 'Field required' }] }, 'body.file: Field required'],
    ['Django', { error: 'Only JPEG and PNG images are allowed.' }, 'Only JPEG and PNG images are allowed'],
    ['Django REST of a body', { file_type: ['This field is required.'] }, 'file_type: This field is required'],
    ['others', { error: { code: 5, message: 'No\r\nroom' } }, 'No room'],
    ['a token that comes back', { detail: `bad ${secret}` }, 'bad [removed]'],
    [
      'a signed address',
      { detail: 'see https://s3.example.org/k?X-Amz-Signature=abc now' },
      'see https://s3.example.org/k now',
    ],
    ['a sign that paints', { detail: 'a\u001b[31mb' }, 'a\\u{1b}[31mb'],
  ];
  it.each(said)('are those of %s', (_, body, words) => {
    const error = refusal(answer(400, JSON.stringify(body)), asked);
    expect(error).toMatchObject({ kind: 'broker-refused', message: `The backend refused it: POST /api/x: ${words}.` });
  });

  it('are its status where it has none, and never those of a page', () => {
    for (const text of ['', 'nonsense', '[1]', '<html><body>Traceback token</body></html>'])
      expect(refusal(answer(500, text), asked).subject).toBe('POST /api/x: HTTP 500');
  });

  it('are short, and hold no secret, whatever comes', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 2000 }),
        fc.integer({ min: 300, max: 599 }),
        (text, status) => {
          const body = JSON.stringify({ detail: `${text}${secret}${text}` });
          const error = refusal(answer(status, body), { ...asked, name: `POST /${'x'.repeat(500)}` });
          expect(error.message.length).toBeLessThanOrEqual(400);
          expect(inspect(error)).not.toContain(secret);
        },
      ),
      { seed, numRuns: 300 },
    );
  });

  it('say how long to wait, by the clock of the backend', () => {
    const date = 'Sat, 21 Nov 2026 10:00:00 GMT';
    const wait = (after: string) => refusal(answer(429, '', { 'retry-after': after, date }), asked).retryAfter;
    expect(wait('7')).toBe(7000);
    expect(wait('100000')).toBe(300_000);
    expect(wait('Sat, 21 Nov 2026 10:00:30 GMT')).toBe(30_000);
    expect(wait('Sat, 21 Nov 2026 09:00:00 GMT')).toBe(0);
    expect(wait('soon')).toBeUndefined();
  });

  it('tell where a redirect leads, and nothing of its path', () => {
    const to = (location?: string) => refusal(answer(307, '', { location }), asked);
    expect(to('https://other.example.org/login?token=abc')).toMatchObject({
      kind: 'broker-redirect',
      subject: 'other.example.org',
    });
    expect(to('/login')).toMatchObject({ subject: 'app.example.org' });
    expect(to()).toMatchObject({ kind: 'broker-redirect', subject: '' });
  });
});

describe('an answer', () => {
  it('is JSON or nothing; a page is told as one, without what is in it', () => {
    expect(jsonOf(answer(200, ' {"a":1}'), asked)).toEqual({ a: 1 });
    expect(jsonOf(answer(204, ''), asked)).toBeUndefined();
    for (const text of ['<!doctype html>secret', '<HTML>secret', '{"a": secret'])
      expect(() => jsonOf(answer(200, text), asked)).toThrow(
        /something else \(POST \/api\/x at app.example.org: a (web page|text) in place of JSON\)/,
      );
  });

  const url = { url: given.address('data.upload_url') };
  it('has fields within fields', () => {
    expect(fieldsOf({ data: { upload_url: 'https://a.example/b' } }, url, 'C')).toEqual({ url: 'https://a.example/b' });
    expect(fieldsOf({ id: 7 }, { id: given.id('id') }, 'C')).toEqual({ id: '7' });
    expect(fieldsOf({ a: 1 }, { text: given.mayText(null) }, 'C')).toEqual({ text: undefined });
    expect(listOf([1], null, 'C')).toEqual([1]);
    expect(listOf({ items: [1] }, 'items', 'C')).toEqual([1]);
  });

  const wrong: [unknown, string][] = [
    [{ data: {} }, 'C: data.upload_url should be an address, and an object with data came'],
    [{ data: { upload_url: 5 } }, 'C: data.upload_url should be an address, and a number came'],
    [{ data: { upload_url: 'secret' } }, 'C: data.upload_url should be an address, and another text came'],
    [{ data: { upload_url: 'javascript:secret' } }, 'C: data.upload_url should be an address, and another text came'],
    [{ data: { upload_url: '' } }, 'C: data.upload_url should be an address, and an empty text came'],
    [{ 'a secret': 1 }, 'C: data.upload_url should be an address, and an empty object came'],
    [undefined, 'C: it should be an object, and nothing came'],
    [[1], 'C: it should be an object, and a list came'],
    ['secret', 'C: it should be an object, and another text came'],
  ];
  it.each(wrong)('that does not fit is told by its kind, not its value: %j', (value, subject) => {
    expect(() => fieldsOf(value, url, 'C')).toThrow(
      expect.objectContaining({ kind: 'broker-answer', subject }) as Error,
    );
  });

  it('has no field that it did not send', () => {
    for (const name of ['toString', '__proto__', 'constructor.name'])
      expect(() => fieldsOf({}, { text: given.text(name) }, 'C')).toThrow(/should be a text/);
  });
});

describe("keys of one's own", () => {
  const template = 'sessions/{user_id}/{session_id}/';

  it('are those of who the token names', async () => {
    const own = createOwnKeys(() => Promise.resolve('a.b'));
    await own.check('sessions/a.b/s1/x.mp4', template, 's1');
    await own.check('sessions/a.b/s2/x.mp4', template, null);
    for (const key of ['sessions/axb/s1/x.mp4', 'sessions/a.b/s1/', 'sessions/a.b/s2/x.mp4', 'x/sessions/a.b/s1/x.mp4'])
      expect(await failureOf(own.check(key, template, 's1'))).toMatchObject({ kind: 'key-foreign' });
    await own.check('anything/else', null, 's1');
    for (const key of ['a/../b', './a', '/a', 'a//b', ''])
      expect(await failureOf(own.check(key, null, null))).toMatchObject({ kind: 'key-foreign' });
  });

  it('are those of the first, where the token names nobody', async () => {
    const own = createOwnKeys(() => Promise.resolve(null));
    await own.check('sessions/anna/s1/x.mp4', template, 's1');
    await own.check('thumbnails/anna/s1/x.jpg', 'thumbnails/{user_id}/', null);
    const other = await failureOf(own.check('sessions/ben/s1/x.mp4', template, 's1'));
    expect(other).toMatchObject({ kind: 'key-foreign', subject: 'another user of it' });
    expect(other.message).not.toContain('ben');
  });
});

describe('a token', () => {
  it('that is a JWT says whose it is; others say nothing', () => {
    const jwt = (claims: unknown) => `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.x`;
    expect(claimsOf(jwt({ sub: 'anna', exp: 5 }))).toEqual({ sub: 'anna', exp: 5 });
    for (const other of ['opaque', 'a.b.c', '', 'a.b', jwt(5), jwt({ exp: 'soon' })])
      expect(claimsOf(other)).toBeNull();
  });
});
