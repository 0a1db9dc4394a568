/** The request that carries a file to its place, what its answer means, and the way it goes: proxies and CAs. */
import { readFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import type net from 'node:net';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { openBroker, type Broker } from '../../electron/broker/broker.ts';
import type { Place } from '../../electron/broker/place.ts';
import { parseBrokerSettings, type BrokerKind } from '../../shared/broker-settings.ts';
import { createSignIn } from '../../electron/broker/sign-in.ts';
import { createAgents, type Agents } from '../../electron/storage/agents.ts';
import { failureOf } from '../servers/failure.ts';
import { startLoginProxy } from '../servers/login-proxy.ts';

const signal = new AbortController().signal;
const direct = createAgents({}, { proxyFor: () => null });
const certificates = path.join(import.meta.dirname, '..', 'servers', 'tls');
const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function open(kind: BrokerKind, baseUrl: string, agents: Agents = direct): Promise<Broker> {
  const settings = parseBrokerSettings({ kind, baseUrl });
  const nowhere = { get: () => Promise.resolve(null), set: () => Promise.resolve(), delete: () => Promise.resolve() };
  const signIn = createSignIn(settings, { store: nowhere, agents, patience: 5000 });
  await signIn.withToken('opaque-token');
  return openBroker(settings, { agents, signIn, patience: 5000 });
}

const put: Place = {
  ...{ id: null, key: 'a', publicUrl: null, values: {}, expiresAt: Date.now() + 60_000 },
  send: {
    method: 'PUT',
    url: 'https://s3.example.org:8443/b/%2E%2E/../a%20b?X-Amz-Signature=x',
    headers: { 'content-type': 'a/b' },
  },
  file: { name: 'a b.jpg', type: 'image/jpeg', size: 7 },
};
const form = (fields: Record<string, string>, toBackend = false): Place => ({
  ...put,
  values: { event_id: 'cup' },
  send: {
    method: 'POST',
    url: 'https://app.example.org/api/v1/events/cup/media',
    fields,
    fileField: 'file',
    toBackend,
  },
});

describe('the request that carries a file', () => {
  it('is a PUT to the address as it was signed, without the sign-in', async () => {
    const broker = await open('fitness', 'https://app.example.org');
    const { request, ...rest } = await broker.request(put, signal);
    expect(rest).toEqual({ method: 'PUT', before: Buffer.alloc(0), after: Buffer.alloc(0) });
    expect(request.origin.origin).toBe('https://s3.example.org:8443');
    expect(request.path).toBe('/b/%2E%2E/../a%20b?X-Amz-Signature=x');
    expect(request.headers).toEqual({ 'content-type': 'a/b', 'content-length': '7' });
  });

  it('is a form with the length of all of it, with the sign-in to the backend alone', async () => {
    const broker = await open('plugs', 'https://app.example.org');
    const toStore = await broker.request({ ...form({ key: 'a' }), file: put.file }, signal);
    expect(toStore.request.headers.authorization).toBeUndefined();
    expect(toStore.request.headers['content-length']).toBe(String(toStore.before.length + 7 + toStore.after.length));
    const toBackend = await broker.request(form({}, true), signal);
    expect(toBackend.request.headers.authorization).toBe('Bearer opaque-token');
  });
});

describe('the answer to it', () => {
  const code = (name: string, message = '') => `<Error><Code>${name}</Code><Message>${message}</Message></Error>`;
  const meaning: [string, number, string, string][] = [
    ['SlowDown', 503, code('SlowDown'), 'throttled'],
    ['InternalError', 500, code('InternalError'), 'server-error'],
    ['RequestTimeout', 400, code('RequestTimeout'), 'connection-lost'],
    ['BadDigest', 400, code('BadDigest'), 'integrity'],
    ['EntityTooLarge', 400, code('EntityTooLarge'), 'too-large'],
    ['an expired address', 403, code('AccessDenied', 'Request has expired'), 'place-expired'],
    ['a wrong signature', 403, code('SignatureDoesNotMatch'), 'place-refused'],
    ['an unknown key', 403, code('InvalidAccessKeyId'), 'place-refused'],
    ['no bucket', 404, code('NoSuchBucket'), 'place-refused'],
    ['another region', 301, code('PermanentRedirect'), 'place-refused'],
    ['nothing known', 418, '', 'place-refused'],
  ];
  it.each(meaning)('of the storage: %s', async (_, status, body, kind) => {
    const broker = await open('fitness', 'https://app.example.org');
    const sent = await broker.request(put, signal);
    const error = await failureOf(broker.arrived(put, { status, headers: {}, body }, sent, signal));
    expect(error.kind).toBe(kind);
    if (kind === 'place-refused')
      expect(error.message).toMatch(/s3\.example\.org:8443: (\w+|HTTP 418)\): tell who runs/);
  });

  it('is its ETag and version, and well too where a form sends on', async () => {
    const broker = await open('upload-module', 'https://app.example.org');
    const answer = (status: number, headers: http.IncomingHttpHeaders = {}) => ({ status, headers, body: '' });
    const sent = await broker.request(put, signal);
    const headers = { etag: '"abc"', 'x-amz-version-id': 'v1' };
    expect(await broker.arrived(put, answer(200, headers), sent, signal)).toEqual({
      etag: 'abc',
      versionId: 'v1',
      file: null,
    });
    const on = form({ success_action_redirect: 'https://app.example.org/thanks' });
    expect(await broker.arrived(on, answer(303), sent, signal)).toEqual({ etag: null, versionId: null, file: null });
    expect(await failureOf(broker.arrived(form({}), answer(303), sent, signal))).toMatchObject({
      kind: 'place-refused',
    });
  });

  it('of a backend that kept another size is wrong', async () => {
    const broker = await open('plugs', 'https://app.example.org');
    const place = form({}, true);
    const sent = await broker.request(place, signal);
    const body = (size: number) => JSON.stringify({ id: 5, file_type: 'image/jpeg', file_size: size, tags: 'a,b' });
    const answer = (size: number) => ({ status: 201, headers: {}, body: body(size) });
    expect(await failureOf(broker.arrived(place, answer(6), sent, signal))).toMatchObject({ kind: 'integrity' });
    expect((await broker.arrived(place, answer(7), sent, signal)).file).toMatchObject({ id: '5', tags: ['a', 'b'] });
  });
});

describe('the way to a backend', () => {
  const file = { name: 'a.jpg', type: 'image/jpeg', size: 1, values: { file_type: 'misc' } };
  const ask = (broker: Broker) => broker.place({ ...file, details: { title: '', description: '', tags: [] } }, signal);
  const answer = (_: http.IncomingMessage, response: http.ServerResponse) => {
    response.end('{"presigned_url":"https://s3.example.org/k","public_url":"https://s3.example.org/k"}');
  };

  async function listen(server: net.Server): Promise<number> {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closing.push(() => new Promise((resolve) => server.close(() => resolve())));
    const address = server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  }

  it('does not look for ever through a list that is not paged', async () => {
    const one = { id: 5, file_type: 'image/jpeg', file_size: 7 };
    const all = JSON.stringify(Array.from({ length: 100 }, () => one));
    const server = http.createServer((_, response) => response.end(all));
    const broker = await open('plugs', `http://127.0.0.1:${await listen(server)}`);
    expect(await broker.alike?.(form({}, true), 0, signal)).toHaveLength(100);
  });

  it('trusts the CA that the environment names, and nobody else', async () => {
    const file = (name: string) => readFileSync(path.join(certificates, name));
    const port = await listen(https.createServer({ key: file('server.key'), cert: file('server.crt') }, answer));
    const baseUrl = `https://localhost:${port}`;
    expect(await failureOf(ask(await open('fitness', baseUrl)))).toMatchObject({ kind: 'tls' });
    const trusting = createAgents({ NODE_EXTRA_CA_CERTS: path.join(certificates, 'ca.crt') }, { proxyFor: () => null });
    closing.unshift(() => {
      trusting.destroy();
      return Promise.resolve();
    });
    expect(await ask(await open('fitness', baseUrl, trusting))).toMatchObject({ send: { method: 'PUT' } });
  });

  it('leads through a proxy, and knows that it is the proxy that asks for a name', async () => {
    const proxy = await startLoginProxy('anna:secret');
    const baseUrl = `http://127.0.0.1:${await listen(http.createServer(answer))}`;
    closing.unshift(proxy.stop);
    const through = createAgents({}, { proxyFor: () => proxy.url });
    expect(await failureOf(ask(await open('fitness', baseUrl, through)))).toMatchObject({ kind: 'proxy-login' });
    through.destroy();
    proxy.login = null;
    await ask(await open('fitness', baseUrl, through));
    expect(proxy.passed).toBe(1);
    through.destroy();
  });
});
