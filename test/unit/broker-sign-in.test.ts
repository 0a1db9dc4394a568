/** Signing in against a small backend whose clock and answers a test sets; the rest is in test/integration/broker-client.test.ts. */
import http from 'node:http';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openBroker, type Broker } from '../../electron/broker/broker.ts';
import { parseBrokerSettings } from '../../shared/broker-settings.ts';
import { createSignIn, type SignIn, type SignInChange } from '../../electron/broker/sign-in.ts';
import type { Tokens, TokenStore } from '../../electron/broker/tokens.ts';
import { createAgents } from '../../electron/storage/agents.ts';
import { SidelineError } from '../../shared/errors.ts';
import { failureOf } from '../servers/failure.ts';

const agents = createAgents({});
const signal = new AbortController().signal;
const hour = 3_600_000;

interface Asked {
  path: string;
  type: string | undefined;
  body: string;
  authorization: string | undefined;
}

let server: http.Server;
let baseUrl: string;
let asked: Asked[];
/** ms that its clock is ahead of ours */
let ahead: number;
/** its answers by path; anything else is a place */
let answers: Record<string, () => { status?: number; body: unknown }>;
/** what a store holds, in its order */
let kept: (Tokens | null)[];
let changes: SignInChange[];

const jwt = (claims: object) => `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.x`;
const now = () => Math.floor((Date.now() + ahead) / 1000);
const place = { presigned_url: 'https://s3.example.org/k', public_url: 'https://s3.example.org/k' };

beforeEach(async () => {
  asked = [];
  answers = {};
  ahead = 0;
  kept = [];
  changes = [];
  server = http.createServer((request, response) => {
    void text(request).then((body) => {
      const { url: path = '', headers } = request;
      asked.push({ path, body, type: headers['content-type'], authorization: headers.authorization });
      const { status = 200, body: answer } = answers[path]?.() ?? { body: place };
      response.writeHead(status, { date: new Date(Date.now() + ahead).toUTCString() });
      response.end(JSON.stringify(answer));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  baseUrl = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}/base`;
});
afterEach(() => new Promise((resolve) => server.close(resolve)));

const store: TokenStore = {
  get: () => Promise.resolve(kept.at(-1) ?? null),
  set: (tokens) => Promise.resolve(void kept.push(tokens)),
  delete: () => Promise.resolve(void kept.push(null)),
};

function open(signIn: object = { how: 'password' }, keeping = store): { broker: Broker; signIn: SignIn } {
  const settings = parseBrokerSettings({ kind: 'fitness', baseUrl, signIn });
  const made = createSignIn(settings, { store: keeping, agents, patience: 5000, onChange: (one) => changes.push(one) });
  return { signIn: made, broker: openBroker(settings, { agents, signIn: made }) };
}

const file = { name: 'a.jpg', type: 'image/jpeg', size: 1, values: { file_type: 'misc' } };
const ask = (broker: Broker) => broker.place({ ...file, details: { title: '', description: '', tags: [] } }, signal);
const refreshes = () => asked.filter(({ path }) => path === '/base/api/auth/refresh').length;

describe('signing in', () => {
  it.each(['json', 'form'])('sends a name and password as %s, under the names of the settings', async (body) => {
    answers['/base/token'] = () => ({ body: { data: { jwt: 'first' } } });
    const names = { username: 'email', password: 'pass', gives: { accessToken: 'data.jwt' } };
    const { broker, signIn } = open({ how: 'password', path: '/token', body, scheme: 'Token', ...names });
    await signIn.withPassword('anna+1@example.org', 'a&b=c "d"', signal);
    await ask(broker);
    const [login, call] = asked;
    expect(login).toEqual({
      ...{ path: '/base/token', authorization: undefined },
      ...(body === 'json'
        ? { type: 'application/json', body: '{"email":"anna+1@example.org","pass":"a&b=c \\"d\\""}' }
        : {
            type: 'application/x-www-form-urlencoded',
            body: 'email=anna%2B1%40example.org&pass=a%26b%3Dc+%22d%22',
          }),
    });
    expect(call?.authorization).toBe('Token first');
    expect(kept).toEqual([{ username: 'anna+1@example.org', access: 'first', refresh: null }]);
  });

  it('begins no renewal for who has gone already', async () => {
    kept.push({ username: 'anna', access: jwt({ sub: 'anna', exp: now() - 10 }), refresh: 'r1' });
    const { signIn } = open();
    await expect(signIn.token(AbortSignal.abort(new Error('gone')))).rejects.toThrow('gone');
    expect(refreshes()).toBe(0);
  });

  it.each([-10, 0, 10])('renews no more than once where the backend is %i hours ahead', async (hours) => {
    ahead = hours * hour;
    const made = () => jwt({ sub: 'anna', iat: now(), exp: now() + 3600 });
    answers['/base/api/auth/refresh'] = () => ({
      body: { access_token: made(), refresh_token: 'r2' },
    });
    kept.push({ username: 'anna', access: made(), refresh: 'r1' });
    const { broker, signIn } = open();
    for (let times = 0; times < 5; times++) await ask(broker);
    expect(refreshes()).toBeLessThanOrEqual(1);
    expect(await signIn.user()).toBe('anna');
    expect(changes).toEqual([]);
  });

  it('renews a JWT shortly before it expires, keeps what came before it is used, and the old way of renewing if no new came', async () => {
    let count = 0;
    answers['/base/api/auth/refresh'] = () => {
      expect(kept).toHaveLength(1);
      return { body: { access_token: jwt({ exp: now() + 3600, count: ++count }) } };
    };
    kept.push({ username: null, access: jwt({ exp: now() + 30 }), refresh: 'r1' });
    const { broker } = open();
    await Promise.all([ask(broker), ask(broker), ask(broker)]);
    expect(refreshes()).toBe(1);
    expect(asked[0]?.body).toBe('{"refresh_token":"r1"}');
    expect(kept.at(-1)).toMatchObject({ username: null, refresh: 'r1' });
    const used = asked.slice(1).map(({ authorization }) => authorization);
    expect(new Set(used)).toEqual(new Set([`Bearer ${kept.at(-1)?.access ?? ''}`]));
  });

  it('says once that it is needed, however many find out, and goes on when somebody signed in', async () => {
    answers['/base/api/storage/presigned-url'] = () => ({ status: 401, body: { detail: 'Token has expired' } });
    answers['/base/api/auth/refresh'] = () => ({ status: 401, body: {} });
    kept.push({ username: null, access: 'old', refresh: 'r1' });
    const { broker, signIn } = open();
    expect(await signIn.isIn()).toBe(true);
    const kinds = await Promise.all(Array.from({ length: 8 }, async () => (await failureOf(ask(broker))).kind));
    expect(new Set(kinds)).toEqual(new Set(['sign-in-needed']));
    expect(refreshes()).toBe(1);
    expect(await signIn.isIn()).toBe(false);
    const before = asked.length;
    expect(await failureOf(ask(broker))).toMatchObject({ kind: 'sign-in-needed' });
    expect(asked).toHaveLength(before);

    answers = {};
    await signIn.withToken('fresh');
    await ask(broker);
    await signIn.out();
    expect(await signIn.isIn()).toBe(false);
    expect(changes).toEqual(['needed', 'in', 'out']);
  });

  it('says once that it is needed where what is renewed is refused too', async () => {
    answers['/base/api/storage/presigned-url'] = () => ({ status: 401, body: {} });
    answers['/base/api/auth/refresh'] = () => ({ body: { access_token: `new${asked.length}` } });
    kept.push({ username: null, access: 'old', refresh: 'r1' });
    const { broker } = open();
    const kinds = await Promise.all(Array.from({ length: 8 }, async () => (await failureOf(ask(broker))).kind));
    expect(new Set(kinds)).toEqual(new Set(['sign-in-needed']));
    expect(refreshes()).toBe(1);
    expect(changes).toEqual(['needed']);
  });

  it('lets who signed in meanwhile win over a renewal that was under way', async () => {
    const other = open();
    answers['/base/api/storage/presigned-url'] = () =>
      asked.at(-1)?.authorization === 'Bearer mine' ? { body: place } : { status: 401, body: {} };
    answers['/base/api/auth/refresh'] = () => {
      void other.signIn.withToken('mine');
      return { body: { access_token: 'late' } };
    };
    kept.push({ username: null, access: 'old', refresh: 'r1' });
    await ask(other.broker);
    expect(kept.at(-1)).toMatchObject({ access: 'mine' });
  });

  it('asks nobody again who signed in while a renewal was under way that fails', async () => {
    const { signIn, broker } = open();
    kept.push({ username: null, access: 'old', refresh: 'r1' });
    answers['/base/api/storage/presigned-url'] = () =>
      asked.at(-1)?.authorization === 'Bearer new' ? { body: place } : { status: 401, body: {} };
    const late: Promise<void>[] = [];
    answers['/base/api/auth/refresh'] = () => {
      late.push(signIn.withToken('new'));
      return { status: 401, body: {} };
    };
    await ask(broker);
    await Promise.all(late);
    expect(changes).toEqual(['in']);
  });

  it('asks for it where what is kept cannot be read', async () => {
    const locked = { ...store, get: () => Promise.reject(new SidelineError('credentials-missing')) };
    const { broker, signIn } = open(undefined, locked);
    expect(await failureOf(ask(broker))).toMatchObject({ kind: 'sign-in-needed' });
    expect(await signIn.isIn()).toBe(false);
    await signIn.withToken('fresh');
    await ask(broker);
  });

  it.each([
    [500, 'broker-failed'],
    [404, 'broker-missing'],
    [429, 'throttled'],
    [422, 'sign-in-refused'],
    [200, 'broker-answer'],
  ] as const)('tells HTTP %i as %s', async (status, kind) => {
    answers['/base/api/auth/login'] = () => ({ status, body: { access_token: 'with a space' } });
    const error = await failureOf(open().signIn.withPassword('anna', 'secret', signal));
    expect(error.kind).toBe(kind);
    expect(error.message).not.toContain('with a space');
    expect(kept).toEqual([]);
  });
});
