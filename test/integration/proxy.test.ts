import { createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import http from 'node:http';
import net, { type AddressInfo } from 'node:net';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import tls from 'node:tls';
import { crc32 } from 'node:zlib';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { s3ConfigSchema, type S3Connection, type Credentials } from '../../shared/domain.ts';
import { SidelineError, type ErrorKind } from '../../shared/errors.ts';
import { createBandwidth } from '../../electron/engine/upload/bandwidth.ts';
import type { Body } from '../../electron/engine/upload/body.ts';
import { put } from '../../electron/engine/upload/transport.ts';
import { createAgents, type Agents } from '../../electron/storage/agents.ts';
import { checkConnection, createBucket } from '../../electron/storage/check-connection.ts';
import { rawRequest } from '../../electron/storage/raw-request.ts';
import { errorFromNetwork, errorFromResponse, type S3Answer } from '../../electron/storage/s3-errors.ts';
import { openStorage, type Storage } from '../../electron/storage/storage.ts';
import { startDiscardServer } from '../servers/discard-server.ts';
import { seededRandom } from '../servers/random.ts';
import { failureOf } from '../servers/failure.ts';

const ceph = inject('ceph');
const random = seededRandom('proxy');
const certificates = path.join(import.meta.dirname, '..', 'servers', 'tls');
const certificate = (name: string) => readFileSync(path.join(certificates, name));
const never = new AbortController().signal;

const someone: Credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'TOPSECRETKEY' };
const { endpoint, region, ...credentials } = ceph ?? {
  endpoint: 'http://127.0.0.1:9',
  region: 'us-east-1',
  ...someone,
};
const bucket = `proxy-${randomBytes(6).toString('hex')}`;

const closers: (() => void)[] = [];
const isProxyVariable = (name: string) => /^(https?|no|all)_proxy$/i.test(name);
const environment = Object.entries(process.env).filter(([name]) => isProxyVariable(name));

function clearProxies(): void {
  for (const name of Object.keys(process.env).filter(isProxyVariable)) Reflect.deleteProperty(process.env, name);
}

beforeEach(clearProxies);
afterEach(() => {
  for (const close of closers.splice(0)) close();
});
afterAll(() => {
  clearProxies();
  for (const [name, value] of environment) process.env[name] = value;
});

/** Where it listens, until the test has ended. */
async function listening(server: net.Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const sockets = new Set<net.Socket>();
  server.on('connection', (socket: net.Socket) => sockets.add(socket));
  closers.push(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function pipe(one: net.Socket, other: net.Socket): void {
  one.on('error', () => other.destroy()).pipe(other);
  other.on('error', () => one.destroy()).pipe(one);
}

interface Proxy {
  url: string;
  /** what it was asked for: "PUT host" or "CONNECT host", as they came */
  seen: string[];
  /** proxy-authorization, as it came */
  authorizations: Set<string | undefined>;
  connections: number;
}

/** A forward proxy. RFC 9112, 3.2.2 (absolute form) and RFC 9110, 9.3.6 (CONNECT) */
async function startProxy(): Promise<Proxy> {
  const seen: string[] = [];
  const authorizations = new Set<string | undefined>();
  const server = http.createServer((request, response) => {
    const [, host = '', target = ''] = /^http:\/\/([^/]*)(.*)$/.exec(request.url ?? '') ?? [];
    seen.push(`${request.method ?? ''} ${host}`);
    authorizations.add(request.headers['proxy-authorization']);
    const ours = /^proxy-/;
    const headers = Object.fromEntries(Object.entries(request.headers).filter(([name]) => !ours.test(name)));
    const [hostname, port] = host.split(':');
    const onward = http.request({ hostname, port, path: target, method: request.method, headers, agent: false });
    onward.on('error', () => response.writeHead(502).end());
    onward.on('response', (answer) => answer.pipe(response.writeHead(answer.statusCode ?? 0, answer.headers)));
    request.pipe(onward);
  });
  server.on('connect', (request: http.IncomingMessage, socket: net.Socket, head: Buffer) => {
    seen.push(`CONNECT ${request.url ?? ''}`);
    authorizations.add(request.headers['proxy-authorization']);
    const [hostname, port] = (request.url ?? '').split(':');
    const onward = net.connect(Number(port), hostname ?? '', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      onward.write(head);
      pipe(socket, onward);
    });
    onward.on('error', () => socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n'));
  });
  const proxy: Proxy = { url: '', seen, authorizations, connections: 0 };
  server.on('connection', () => proxy.connections++);
  proxy.url = `http://${await listening(server)}`;
  return proxy;
}

/** The same S3, behind TLS with the certificate of the tests. */
async function startTlsFront(): Promise<string> {
  const { hostname, port } = new URL(endpoint);
  const front = tls.createServer({ key: certificate('server.key'), cert: certificate('server.crt') }, (socket) => {
    pipe(socket, net.connect(Number(port), hostname));
  });
  return `https://${await listening(front)}`;
}

function open(at: string): { storage: Storage; agents: Agents; connection: S3Connection } {
  const config = s3ConfigSchema.parse({
    endpoint: at,
    region,
    bucket,
    pathStyle: true,
    credentials: { from: 'stored' },
  });
  const connection: S3Connection = { id: 1, name: 'test', config, capabilities: null };
  const agents = createAgents({ AWS_CA_BUNDLE: path.join(certificates, 'ca.crt') });
  const storage = openStorage({ connection, credentials: sourceOf(credentials), agents });
  closers.push(() => {
    storage.close();
    agents.destroy();
  });
  return { storage, agents, connection };
}

function sourceOf(fixed: Credentials) {
  return { get: () => Promise.resolve(fixed), refresh: () => undefined };
}

function bodyOf(bytes: Buffer): Body {
  const chunk = (offset: number, length: number) => bytes.subarray(offset, offset + length);
  return { size: bytes.length, crc32: crc32(bytes), md5: null, chunk };
}

async function upload(storage: Storage, key: string, bytes: Buffer, stallAfter = 20_000): Promise<S3Answer> {
  const headers = { 'content-length': String(bytes.length) };
  const request = await storage.sign({ method: 'PUT', key, query: {}, headers });
  const bandwidth = createBandwidth(null);
  const body = bodyOf(bytes);
  return await put(
    { request, body, bandwidth, signal: never, stallAfter, onSent: () => undefined },
    storage.wayTo(request.origin),
  );
}

/** As the engine turns what `put` gives into an error of ours. */
async function uploadError(storage: Storage, stallAfter?: number): Promise<SidelineError> {
  const context = { operation: 'upload', bucket, key: 'k', host: storage.host } as const;
  try {
    const answer = await upload(storage, 'k', random.bytes(100_000), stallAfter);
    if (answer.status >= 300) return errorFromResponse(answer, context);
  } catch (error) {
    return errorFromNetwork(error, context);
  }
  throw new Error('the upload worked');
}

const etagOf = (bytes: Buffer) => createHash('md5').update(bytes).digest('hex');

describe.skipIf(ceph === null)('a proxy of the environment', () => {
  const direct = new URL(endpoint).host;

  beforeAll(async () => {
    clearProxies();
    const { connection, agents } = open(endpoint);
    await createBucket(connection, { agents, credentials: sourceOf(credentials) }, never);
  });

  async function expectAllToWork(storage: Storage): Promise<void> {
    for (const key of ['plain.jpg', 'day 1/ä #?%+&=.jpg', "a//b;c,d:e@f$!'()*.jpg"]) {
      for (const size of [0, 1, 3 * 1024 * 1024]) {
        const bytes = random.bytes(size);
        const answer = await upload(storage, key, bytes);
        expect([answer.status, answer.headers.etag], key).toEqual([200, `"${etagOf(bytes)}"`]);
        expect(await storage.head(key, never)).toMatchObject({ size, etag: etagOf(bytes) });
      }
    }
    const bytes = random.bytes(500_000);
    await upload(storage, 'read.jpg', bytes);
    expect((await buffer(await storage.get('read.jpg', never))).equals(bytes)).toBe(true);
    const keys = await Array.fromAsync(storage.list('', never), ({ key }) => key);
    expect(keys).toEqual(expect.arrayContaining(['plain.jpg', 'day 1/ä #?%+&=.jpg']));
  }

  it.each(['HTTP_PROXY', 'http_proxy', 'ALL_PROXY'])('%s carries uploads and calls over http', async (name) => {
    const proxy = await startProxy();
    process.env[name] = proxy.url;
    await expectAllToWork(open(endpoint).storage);
    expect(new Set(proxy.seen)).toEqual(new Set([`PUT ${direct}`, `HEAD ${direct}`, `GET ${direct}`]));
    expect(proxy.seen.filter((one) => one.startsWith('PUT'))).toHaveLength(10);
    expect(proxy.connections).toBeLessThan(proxy.seen.length); // sockets are kept and used again
  });

  it.each(['HTTPS_PROXY', 'https_proxy'])('%s tunnels uploads and calls over https', async (name) => {
    const proxy = await startProxy();
    process.env[name] = proxy.url;
    const front = await startTlsFront();
    await expectAllToWork(open(front).storage);
    expect(new Set(proxy.seen)).toEqual(new Set([`CONNECT ${new URL(front).host}`]));
    expect(proxy.seen.length).toBeLessThan(10); // a tunnel is kept and used again
  });

  it('is told the name and password of its address, and the store is not', async () => {
    const proxy = await startProxy();
    process.env.HTTP_PROXY = proxy.url.replace('//', '//coach:p%40ss@');
    process.env.HTTPS_PROXY = process.env.HTTP_PROXY;
    for (const at of [endpoint, await startTlsFront()]) {
      const { storage } = open(at);
      expect((await upload(storage, 'k', random.bytes(10))).status).toBe(200);
      expect(await storage.head('k', never)).toMatchObject({ size: 10 });
    }
    expect([...proxy.authorizations]).toEqual([`Basic ${Buffer.from('coach:p@ss').toString('base64')}`]);
  });

  it('a proxy that is itself reached over https works with a CA of the environment', async () => {
    const inner = await startProxy();
    const { port } = new URL(inner.url);
    const front = tls.createServer({ key: certificate('server.key'), cert: certificate('server.crt') }, (socket) => {
      pipe(socket, net.connect(Number(port), '127.0.0.1'));
    });
    process.env.HTTPS_PROXY = `https://${await listening(front)}`;
    const { storage } = open(await startTlsFront());
    expect((await upload(storage, 'k', random.bytes(10))).status).toBe(200);
    expect(inner.seen).toHaveLength(1);
  });

  it.each(['127.0.0.1', '*', 'example.org,127.0.0.1'])('NO_PROXY=%s goes direct', async (names) => {
    const proxy = await startProxy();
    process.env.HTTP_PROXY = proxy.url;
    process.env.HTTPS_PROXY = proxy.url;
    process.env.NO_PROXY = names;
    for (const at of [endpoint, await startTlsFront()]) {
      const { storage } = open(at);
      expect((await upload(storage, 'k', random.bytes(10))).status).toBe(200);
      expect(await storage.head('k', never)).toMatchObject({ size: 10 });
    }
    expect(proxy.connections).toBe(0);
  });

  it('NO_PROXY for others changes nothing', async () => {
    const proxy = await startProxy();
    process.env.HTTP_PROXY = proxy.url;
    process.env.NO_PROXY = 'example.org,127.0.0.2';
    expect((await upload(open(endpoint).storage, 'k', random.bytes(10))).status).toBe(200);
    expect(proxy.seen).toEqual([`PUT ${direct}`]);
  });

  it('a certificate that is not trusted is no fault of the proxy', async () => {
    process.env.HTTPS_PROXY = (await startProxy()).url;
    const { connection } = open(await startTlsFront());
    const agents = createAgents({});
    closers.push(() => agents.destroy());
    const outcome = await checkConnection(connection, { agents, credentials: sourceOf(credentials) }, never);
    expect(outcome).toMatchObject({ ok: false, outcome: 'tls' });
  });

  it('the connection test goes through it, and works', async () => {
    const proxy = await startProxy();
    process.env.HTTPS_PROXY = proxy.url;
    const { connection, agents } = open(await startTlsFront());
    const outcome = await checkConnection(connection, { agents, credentials: sourceOf(credentials) }, never);
    expect(outcome).toMatchObject({ ok: true, capabilities: { integrity: 'etag-md5' } });
    expect(proxy.seen.length).toBeGreaterThan(0);
  });
});

describe('a proxy that does not do its work', () => {
  const targets = ['http://127.0.0.1:9', 'https://127.0.0.1:9'];

  async function expectKindProxy(target: string, kind: ErrorKind = 'proxy'): Promise<void> {
    const { storage, agents, connection } = open(target);
    const errors = [await uploadError(storage), await failureOf(storage.head('k', never))];
    for (const error of errors) {
      expect([error.kind, error.name]).toEqual([kind, 'S3_CONNECTION_FAILED']);
      expect(error.message).toContain('HTTPS_PROXY');
    }
    const deps = { agents, credentials: sourceOf(credentials), hasNetwork: () => true };
    expect(await checkConnection(connection, deps, never)).toMatchObject({ ok: false, outcome: kind, offer: null });
  }

  function useProxy(url: string): void {
    process.env.HTTP_PROXY = url;
    process.env.HTTPS_PROXY = url;
  }

  it.each(targets)('is gone (%s)', async (target) => {
    const server = net.createServer();
    const host = await listening(server);
    await new Promise((resolve) => server.close(resolve));
    useProxy(`http://${host}`);
    await expectKindProxy(target);
    expect(await open(target).storage.reachable(never)).toBe(false);
  });

  it.each(targets)('has a name that nobody knows (%s)', async (target) => {
    useProxy('http://nosuch.invalid:3128');
    await expectKindProxy(target);
  });

  it.each(targets)('has a name that nobody knows because there is no network (%s)', async (target) => {
    useProxy('http://nosuch.invalid:3128');
    const { agents, connection } = open(target);
    const deps = { agents, credentials: sourceOf(credentials), hasNetwork: () => false };
    expect(await checkConnection(connection, deps, never)).toMatchObject({ outcome: 'no-network' });
  });

  it.each(targets)('asks for a password (%s)', async (target) => {
    const server = http.createServer((request, response) => {
      request.resume();
      response.writeHead(407, { 'proxy-authenticate': 'Basic realm="club"' }).end('<html>Who are you?</html>');
    });
    server.on('connect', (_, socket) => {
      socket.end(
        'HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm="club"\r\nContent-Length: 3\r\n\r\nWho',
      );
    });
    useProxy(`http://coach:TOPSECRET@${await listening(server)}`);
    await expectKindProxy(target, 'proxy-login');
    const error = await uploadError(open(target).storage);
    expect(`${error.message} ${String(error.cause)}`).not.toContain('TOPSECRET');
  });

  it.each(targets)('asks for a sign-in that is no name and password (%s)', async (target) => {
    const challenge = 'Negotiate, NTLM, Digest realm="club, Basic", nonce="x"';
    const server = http.createServer((request, response) => {
      request.resume();
      response.writeHead(407, { 'proxy-authenticate': challenge }).end();
    });
    server.on('connect', (_, socket) => {
      socket.end(`HTTP/1.1 407 Who\r\nProxy-Authenticate: ${challenge}\r\nContent-Length: 0\r\n\r\n`);
    });
    useProxy(`http://${await listening(server)}`);
    const { storage, agents, connection } = open(target);
    const error = await uploadError(storage);
    expect(error.kind).toBe('proxy-scheme');
    expect(error.message).toContain('(Negotiate, NTLM, Digest)');
    const outcome = await checkConnection(
      connection,
      { agents, credentials: sourceOf(credentials), hasNetwork: () => true },
      never,
    );
    expect(outcome).toMatchObject({ ok: false, outcome: 'proxy', message: error.message });
  });

  it('refuses the tunnel', async () => {
    const server = http.createServer();
    server.on('connect', (_, socket) => socket.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n'));
    useProxy(`http://${await listening(server)}`);
    await expectKindProxy('https://127.0.0.1:9');
    expect((await uploadError(open('https://127.0.0.1:9').storage)).message).toContain('403');
  });

  it('hangs up instead of making the tunnel', async () => {
    const server = net.createServer((socket) => socket.on('error', () => undefined).end());
    useProxy(`http://${await listening(server)}`);
    await expectKindProxy('https://127.0.0.1:9');
  });

  it('takes the request for a tunnel and says nothing', async () => {
    let connected = 0;
    const server = net.createServer((socket) => {
      connected++;
      socket.on('error', () => undefined).on('close', () => connected--);
      socket.resume();
    });
    useProxy(`http://${await listening(server)}`);
    expect((await uploadError(open('https://127.0.0.1:9').storage, 200)).kind).toBe('proxy');
    await expect.poll(() => connected).toBe(0); // none is left behind at every try
  });

  it.each(targets)('has an address that is none (%s)', async (target) => {
    useProxy('http://coach:TOPSECRET@[oops');
    await expectKindProxy(target);
    const error = await uploadError(open(target).storage);
    expect(`${error.message} ${JSON.stringify(error.cause)} ${String(error.cause)}`).not.toContain('TOPSECRET');
  });
});

describe('a proxy that the caller decides', () => {
  it('goes before the environment, and a changed one holds from the next request on', async () => {
    const store = await startDiscardServer();
    closers.push(() => void store.stop());
    const [environments, chosen] = [await startProxy(), await startProxy()];
    process.env.HTTP_PROXY = environments.url;
    let decided: string | null | undefined;
    const agents = createAgents({}, { proxyFor: () => decided });
    closers.push(() => agents.destroy());
    const ask = async (proxy: typeof decided) => {
      decided = proxy;
      const request = { origin: new URL(store.endpoint), path: `/${store.bucket}?list-type=2`, headers: {} };
      const { status } = await rawRequest(request, { method: 'GET', agents, signal: never, timeout: 5000 });
      return [status, chosen.seen.length, environments.seen.length];
    };

    expect(await ask(chosen.url)).toEqual([200, 1, 0]);
    expect(await ask(null)).toEqual([200, 1, 0]);
    expect(await ask(undefined)).toEqual([200, 1, 1]);
    expect(await ask(chosen.url)).toEqual([200, 2, 1]);
    expect(chosen.connections).toBe(1); // its socket was kept
    const refusal = await failureOf(ask('socks5://coach:TOPSECRET@127.0.0.1:1080'));
    expect(refusal.kind).toBe('proxy');
    expect(refusal.message).not.toContain('TOPSECRET');
  });
});
