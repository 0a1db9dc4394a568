/** PUTs by both ways, on a bare socket and by node:http's agents, against servers that behave and others that do not. */
import { readFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import net from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { frameForm } from '../../electron/broker/form.ts';
import { createBandwidth, type Bandwidth } from '../../electron/engine/upload/bandwidth.ts';
import { put } from '../../electron/engine/upload/transport.ts';
import { createAgents, type Agents } from '../../electron/storage/agents.ts';
import type { S3Answer } from '../../electron/storage/s3-errors.ts';
import { seededRandom } from '../servers/random.ts';

const certificates = path.join(import.meta.dirname, '..', 'servers', 'tls');
const file = (name: string) => readFileSync(path.join(certificates, name));
const bytes = seededRandom('transport').bytes(300_000);

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

async function listening(server: net.Server, scheme = 'http'): Promise<URL> {
  const open = new Set<net.Socket>();
  server.on('connection', (socket: net.Socket) => open.add(socket.on('error', () => undefined)));
  closers.push(() => {
    for (const socket of open) socket.destroy();
    server.close();
  });
  await new Promise<void>((resolve) => server.listen(0, resolve));
  return new URL(`${scheme}://127.0.0.1:${(server.address() as net.AddressInfo).port}`);
}

/** A server of bare TCP: what it does with each connection. */
const bare = (talk: (socket: net.Socket, connection: number) => void) => {
  let count = 0;
  return listening(net.createServer((socket) => talk(socket, ++count)));
};

/** Keeps what it gets, and tells over how many connections it came. */
function keeping() {
  const seen: { method: string; path: string; headers: http.IncomingHttpHeaders; body: Buffer }[] = [];
  const sockets = new Set<net.Socket>();
  const answer = (request: http.IncomingMessage, response: http.ServerResponse) => {
    sockets.add(request.socket);
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '' } = request;
      seen.push({ method, path: request.url ?? '', headers: request.headers, body: Buffer.concat(chunks) });
      response.writeHead(200, { etag: '"e"' }).end();
    });
  };
  return { seen, connections: () => sockets.size, answer };
}

function agents(env = {}): Agents {
  const made = createAgents(env);
  closers.push(() => made.destroy());
  return made;
}

/** What it rejects with; null: it does not. */
const failureOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => null,
    (error: unknown) => error,
  );

const ways = ['on a socket', 'by an agent'] as const;

describe.each(ways)('a PUT %s', (name) => {
  interface More {
    body?: Buffer;
    path?: string;
    headers?: Record<string, string>;
    signal?: AbortSignal;
    stallAfter?: number;
    bandwidth?: Bandwidth;
    onSent?: (bytes: number) => void;
    method?: 'PUT' | 'POST';
    frame?: { before: Buffer; after: Buffer };
  }

  function send(of: Agents, origin: URL, more: More = {}): Promise<S3Answer> {
    const { body = bytes, path = '/bucket/key', headers = {}, signal = new AbortController().signal } = more;
    const { agent, sockets } = of.wayTo(origin);
    const around = more.frame === undefined ? 0 : more.frame.before.length + more.frame.after.length;
    const length = { 'content-length': String(body.length + around) };
    const request = { origin, path, headers: { ...length, ...headers } };
    const chunk = (offset: number, length: number) => body.subarray(offset, offset + length);
    return put(
      {
        ...{
          request,
          bandwidth: more.bandwidth ?? createBandwidth(null),
          signal,
          stallAfter: more.stallAfter ?? 20_000,
        },
        body: { size: body.length, crc32: 0, md5: null, chunk },
        onSent: more.onSent ?? (() => undefined),
        ...(more.method === undefined ? {} : { method: more.method }),
        ...(more.frame === undefined ? {} : { frame: more.frame }),
      },
      { agent, sockets: name === 'on a socket' ? sockets : null },
    );
  }

  it('arrives as it is, with its headers, one after the other over one connection', async () => {
    const { seen, connections, answer } = keeping();
    const origin = await listening(http.createServer(answer));
    const of = agents();
    for (const size of [0, 1, 300_000]) {
      let sent = 0;
      const body = bytes.subarray(0, size);
      const answered = await send(of, origin, {
        body,
        headers: { 'x-amz-meta-a': 'b  c' },
        onSent: (n) => (sent += n),
      });
      expect(answered).toMatchObject({ status: 200, headers: { etag: '"e"' }, body: '' });
      expect(sent).toBe(size);
      expect(seen.at(-1)).toMatchObject({
        path: '/bucket/key',
        headers: { host: origin.host, 'x-amz-meta-a': 'b  c' },
      });
      expect(seen.at(-1)?.body.equals(body)).toBe(true);
      await sleep(10); // the agent takes a socket back a turn later
    }
    expect(connections()).toBe(1);
  });

  it('is a form where it has a frame, and counts the bytes of the file alone', async () => {
    const { seen, connections, answer } = keeping();
    const origin = await listening(http.createServer(answer));
    const of = agents();
    const { contentType, before, after } = frameForm({
      ...{ fields: { title: 'Müller' }, fileField: 'file', fileName: 'a.jpg', type: 'image/jpeg' },
    });
    const frame = { before, after };
    for (const size of [0, 1, 300_000]) {
      let sent = 0;
      const body = bytes.subarray(0, size);
      const headers = { 'content-type': contentType };
      await send(of, origin, { method: 'POST', frame, body, headers, onSent: (n) => (sent += n) });
      expect(sent).toBe(size);
      const got = seen.at(-1);
      expect(got?.method).toBe('POST');
      expect(got?.headers['content-type']).toBe(contentType);
      expect(got?.body.equals(Buffer.concat([before, body, after]))).toBe(true);
      await sleep(10);
    }
    expect(connections()).toBe(1);
    expect((await send(of, origin)).status).toBe(200); // and after a form a PUT is one again
    expect(seen.at(-1)).toMatchObject({ method: 'PUT' });
  });

  it('arrives whole where many are under way', async () => {
    const { seen, connections, answer } = keeping();
    const origin = await listening(http.createServer(answer));
    const of = agents();
    for (let round = 0; round < 3; round++)
      await Promise.all(
        Array.from({ length: 20 }, (_, at) => send(of, origin, { path: `/k${round}-${at}`, body: bytes.subarray(at) })),
      );
    expect(new Set(seen.map((one) => one.path)).size).toBe(60);
    for (const { path: key, body } of seen) expect(body.equals(bytes.subarray(Number(key.split('-')[1])))).toBe(true);
    expect(connections()).toBeLessThanOrEqual(21);
  });

  it('goes over TLS to whom it trusts, and sends nothing to anybody else', async () => {
    const { seen, connections, answer } = keeping();
    const server = https.createServer({ key: file('server.key'), cert: file('server.crt') }, answer);
    const origin = await listening(server, 'https');
    const trusting = agents({ AWS_CA_BUNDLE: path.join(certificates, 'ca.crt') });
    expect((await send(trusting, origin)).status).toBe(200);
    expect((await send(trusting, origin)).status).toBe(200);
    expect([connections(), seen.length]).toEqual([1, 2]);
    expect(await failureOf(send(agents(), origin))).toMatchObject({ code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' });
    const other = new URL(origin.href.replace('127.0.0.1', '127.0.0.2')); // whom the certificate does not name
    expect(await failureOf(send(trusting, other))).toMatchObject({ code: 'ERR_TLS_CERT_ALTNAME_INVALID' });
    expect(seen).toHaveLength(2);
  });

  it('that is refused before all of it was sent has that answer, and sends no more', async () => {
    let got = 0;
    const origin = await bare((socket) => {
      socket.on('data', (chunk) => {
        if (got === 0) socket.write('HTTP/1.1 403 Forbidden\r\ncontent-length: 4\r\n\r\nno!!');
        got += chunk.length;
        if (got > 1_000_000) socket.pause();
      });
    });
    const body = Buffer.alloc(64 * 2 ** 20);
    expect(await send(agents(), origin, { body })).toMatchObject({ status: 403, body: 'no!!' });
    expect(got).toBeLessThan(body.length / 2);
  });

  it('that is refused leaves its turn under a limit to the others', async () => {
    const { answer } = keeping();
    const good = await listening(http.createServer(answer));
    const refusing = await bare((socket) =>
      socket.once('data', () => socket.write('HTTP/1.1 403 Forbidden\r\ncontent-length: 4\r\n\r\nno!!')),
    );
    const bandwidth = createBandwidth(100_000);
    const of = agents();
    await Promise.all(Array.from({ length: 20 }, () => send(of, refusing, { bandwidth })));
    const began = performance.now();
    await send(of, good, { bandwidth, body: bytes.subarray(0, 1000) });
    expect(performance.now() - began).toBeLessThan(1500); // 2.5 s where each of the refused still takes a slice
  });

  it('that is answered well before all of it has left has arrived only when all has', async () => {
    const origin = await bare((socket) => {
      socket.once('data', () => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n'));
      socket.resume();
    });
    let sent = 0;
    const onSent = (count: number) => (sent += count);
    const bandwidth = createBandwidth(1_000_000);
    expect(await send(agents(), origin, { bandwidth, onSent })).toMatchObject({ status: 200 });
    expect(sent).toBe(bytes.length);
  });

  it('fails where nobody listens, nobody answers, or the line is cut', async () => {
    const gone = await listening(net.createServer());
    await closers.pop()?.();
    expect(await failureOf(send(agents(), gone))).toMatchObject({ code: 'ECONNREFUSED' });
    const silent = await bare((socket) => socket.resume());
    expect(await failureOf(send(agents(), silent, { stallAfter: 300 }))).toMatchObject({ kind: 'stalled' });
    const deaf = await bare((socket) => socket.pause());
    const large = Buffer.alloc(64 * 2 ** 20);
    expect(await failureOf(send(agents(), deaf, { stallAfter: 300, body: large }))).toMatchObject({
      kind: 'stalled',
    });
    const cutting = await bare((socket) => socket.once('data', () => socket.destroy()));
    await expect(send(agents(), cutting)).rejects.toThrow();
    const half = await bare((socket) =>
      socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf')),
    );
    await expect(send(agents(), half, { body: bytes.subarray(0, 10) })).rejects.toThrow();
  });

  it('ends at once when it is aborted, with the reason', async () => {
    const silent = await bare((socket) => socket.resume());
    const stop = new AbortController();
    const why = new Error('paused');
    const sending = failureOf(send(agents(), silent, { signal: stop.signal }));
    await sleep(100);
    stop.abort(why);
    expect(await sending).toBe(why);
    expect(await failureOf(send(agents(), silent, { signal: stop.signal }))).toBe(why);
  });

  it('after the server has closed the connection goes over another', async () => {
    let connections = 0;
    let closed = 0;
    const origin = await bare((socket, connection) => {
      connections = connection;
      socket.on('close', () => (closed += 1));
      socket.on('data', (chunk) => {
        if (!chunk.includes('PUT')) return;
        socket.write('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n');
        setTimeout(() => socket.end(), 20);
      });
    });
    const of = agents();
    const body = Buffer.from('x');
    for (let n = 1; n <= 3; n++) {
      expect((await send(of, origin, { body })).status).toBe(200);
      await expect.poll(() => closed).toBe(n);
    }
    expect(connections).toBe(3);
  });

  it('never takes words that came while nothing was asked for its answer', async () => {
    let closed = 0;
    const origin = await bare((socket, connection) => {
      socket.on('close', () => (closed += 1));
      socket.on('data', () => {
        socket.write('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n');
        if (connection === 1) setTimeout(() => socket.write('HTTP/1.1 500 Oops\r\ncontent-length: 0\r\n\r\n'), 20);
      });
    });
    const of = agents();
    const body = Buffer.from('x');
    expect((await send(of, origin, { body })).status).toBe(200);
    await expect.poll(() => closed).toBe(1);
    expect((await send(of, origin, { body })).status).toBe(200);
  });

  it('cannot be made to carry another header, or another request', async () => {
    const { seen, answer } = keeping();
    const origin = await listening(http.createServer(answer));
    for (const more of [
      { headers: { a: 'b\r\nc: d' } },
      { headers: { a: 'ł' } },
      { headers: { 'a: b\r\nc': 'd' } },
      { path: '/a b' },
    ])
      await expect(send(agents(), origin, more)).rejects.toThrow();
    expect(seen).toEqual([]);
  });
});

describe('sockets to a store', () => {
  it('that says how long they may rest are closed before that', async () => {
    let open = 0;
    const origin = await bare((socket) => {
      open += 1;
      socket.on('close', () => (open -= 1));
      socket.on('data', () => socket.write('HTTP/1.1 200 OK\r\nkeep-alive: timeout=1\r\ncontent-length: 0\r\n\r\n'));
    });
    const of = agents();
    const { sockets } = of.wayTo(origin);
    const signal = new AbortController().signal;
    const socket = await sockets?.take(signal);
    if (socket === undefined) throw new Error('no proxy is on the way');
    sockets?.keep(socket, 50);
    expect(open).toBe(1);
    await expect.poll(() => open, { timeout: 5000 }).toBe(0);
    expect(await sockets?.take(signal)).not.toBe(socket);
  });

  it('are all ended together, those in use too', async () => {
    const origin = await bare((socket) => socket.resume());
    const of = agents();
    const { sockets } = of.wayTo(origin);
    const socket = await sockets?.take(new AbortController().signal);
    of.destroy();
    expect(socket?.destroyed).toBe(true);
  });
});
