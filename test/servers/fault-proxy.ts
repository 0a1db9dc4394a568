/** An HTTP proxy in front of a real S3 that does to the traffic what a bad line does, as a test tells it. */
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { Transform, type TransformCallback } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';

export type Fault =
  /** the connection breaks when so many bytes of the body have come */
  | { kind: 'cut'; after: number }
  /** the connection breaks when so many bytes of the answer have gone through */
  | { kind: 'cut-answer'; after: number }
  /** the store does all of it, and the connection breaks before its answer */
  | { kind: 'lose-answer' }
  /** the store does all of it, and its answer comes so much later. ms */
  | { kind: 'late-answer'; ms: number }
  /** the same, when the test says so */
  | { kind: 'hold-answer'; until: Promise<void> }
  /** this byte of the answer is changed on its way */
  | { kind: 'flip-answer'; at: number }
  /** from so many bytes on nothing moves any more, and nothing breaks either */
  | { kind: 'stall'; after: number }
  /** the store is not asked. `after`: ms that the line takes for the body */
  | { kind: 'refuse'; status: number; code: string; after?: number }
  /** this byte of the body is changed on its way */
  | { kind: 'flip'; at: number };

export interface Seen {
  /** in the order of their coming, from 0 */
  number: number;
  method: string;
  /** bucket and key, decoded */
  path: string;
  query: URLSearchParams;
  /** bytes of the body, as announced */
  size: number;
  /** bytes of the body that have come */
  received: number;
  /** bytes of the answer's body that were handed on */
  answered: number;
  fault: Fault | null;
  /** what the store answered, null as long as it has not */
  status: number | null;
  /** the client has the answer, or the connection is gone */
  over: boolean;
}

export interface FaultProxy {
  endpoint: string;
  /** all requests so far */
  seen: readonly Seen[];
  /** Decides what happens to each request from now on. */
  faults: (request: Seen) => Fault | null;
  /** What the line carries, of all bodies together. bytes per second; null: all that comes */
  pace: number | null;
  /** Requests that the client has begun and not had answered. */
  inFlight(): Seen[];
  /** Breaks all connections and refuses new ones, until `comeBack`. */
  goAway(): Promise<void>;
  comeBack(): Promise<void>;
  stop(): Promise<void>;
}

/** `target` is the origin of the store. Signatures stay valid: the store sees the host that the client named. */
export async function startFaultProxy(target: string): Promise<FaultProxy> {
  const upstream = new URL(target);
  const agent = new http.Agent({ keepAlive: true, maxSockets: Infinity });
  const sockets = new Set<Socket>();
  const seen: Seen[] = [];
  let server = http.createServer();
  let port = 0;
  /** when what was let through has left at the line's pace. ms, monotonic */
  let busyUntil = 0;

  async function listen(): Promise<void> {
    server = http.createServer({ requestTimeout: 0, keepAliveTimeout: 60_000 }, (request, response) => {
      forward(note(request), request, response);
    });
    server.on('connection', (socket) => {
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, '127.0.0.1', resolve);
    });
    const address = server.address();
    if (typeof address === 'object' && address !== null) port = address.port;
  }

  async function close(): Promise<void> {
    const closed = new Promise((resolve) => server.close(resolve));
    for (const socket of sockets) socket.destroy();
    await closed;
  }

  function note(request: IncomingMessage): Seen {
    const [path = '', search = ''] = (request.url ?? '').split('?', 2);
    const one: Seen = {
      number: seen.length,
      method: request.method ?? '',
      path: decodeURIComponent(path),
      query: new URLSearchParams(search),
      size: Number(request.headers['content-length'] ?? 0),
      received: 0,
      answered: 0,
      fault: null,
      status: null,
      over: false,
    };
    one.fault = proxy.faults(one);
    seen.push(one);
    return one;
  }

  function forward(one: Seen, request: IncomingMessage, response: ServerResponse): void {
    const { fault } = one;
    response.on('close', () => (one.over = true));
    request.on('error', () => undefined); // the client broke off: `close` follows
    if (fault?.kind === 'refuse') {
      refuse(fault, request, response);
      return;
    }
    const outgoing = http.request(
      {
        host: upstream.hostname,
        port: upstream.port,
        method: request.method,
        path: request.url,
        agent,
        headers: request.headers,
      },
      (answer) => {
        one.status = answer.statusCode ?? 0;
        // A body that is shorter than where it was to be cut has gone through by now.
        if (fault?.kind === 'lose-answer' || fault?.kind === 'cut') {
          answer.resume().on('end', () => request.socket.destroy());
          return;
        }
        if (fault?.kind === 'stall') return;
        const handOn = () => {
          response.writeHead(answer.statusCode ?? 0, answer.headers);
          answer.pipe(counting(one, () => request.socket.destroy())).pipe(response);
        };
        if (fault?.kind === 'late-answer') setTimeout(handOn, fault.ms);
        else if (fault?.kind === 'hold-answer') void fault.until.then(handOn);
        else handOn();
        answer.on('error', () => response.destroy());
      },
    );
    outgoing.on('error', () => request.socket.destroy());
    response.on('close', () => {
      if (one.status === null) outgoing.destroy();
    });
    const damage = damaging(one, () => request.socket.destroy(), carry);
    request.pipe(damage).pipe(outgoing);
  }

  /** Resolves when the line has carried so many bytes more. */
  async function carry(bytes: number): Promise<void> {
    if (proxy.pace === null) return;
    busyUntil = Math.max(busyUntil, performance.now()) + (bytes / proxy.pace) * 1000;
    await sleep(Math.max(0, busyUntil - performance.now()));
  }

  function refuse(fault: Fault & { kind: 'refuse' }, request: IncomingMessage, response: ServerResponse): void {
    const answer = () => {
      response.writeHead(fault.status, { 'content-type': 'application/xml' });
      response.end(
        request.method === 'HEAD'
          ? undefined
          : `<Error><Code>${fault.code}</Code><Message>by the test</Message></Error>`,
      );
    };
    request.resume().on('end', () => {
      if (fault.after === undefined) answer();
      else setTimeout(answer, fault.after);
    });
  }

  const proxy: FaultProxy = {
    endpoint: '',
    seen,
    faults: () => null,
    pace: null,
    inFlight: () => seen.filter(({ over }) => !over),
    goAway: close,
    comeBack: listen,
    async stop() {
      await close();
      agent.destroy();
    },
  };
  await listen();
  proxy.endpoint = `http://127.0.0.1:${port}`;
  return proxy;
}

/** The body on its way, counted, and damaged as the request's fault says. */
function damaging(one: Seen, breakOff: () => void, carry: (bytes: number) => Promise<void>): Transform {
  const { fault } = one;
  let stuck = false;
  return new Transform({
    highWaterMark: 256 * 1024,
    transform(chunk: Buffer, _, done: TransformCallback) {
      const from = one.received;
      one.received += chunk.length;
      if (fault?.kind === 'flip' && fault.at >= from && fault.at < one.received) {
        chunk = Buffer.from(chunk);
        chunk.writeUInt8(chunk.readUInt8(fault.at - from) ^ 0x10, fault.at - from);
      }
      if (fault?.kind === 'cut' && one.received > fault.after) {
        breakOff();
        return;
      }
      stuck ||= fault?.kind === 'stall' && one.received > fault.after;
      if (!stuck) void carry(chunk.length).then(() => done(null, chunk)); // else never: what comes after it is not read any more
    },
  });
}

/** The answer on its way, counted, and cut as the request's fault says. */
function counting(one: Seen, breakOff: () => void): Transform {
  const { fault } = one;
  return new Transform({
    transform(chunk: Buffer, _, done: TransformCallback) {
      const at = fault?.kind === 'flip-answer' ? fault.at - one.answered : -1;
      if (at >= 0 && at < chunk.length) chunk[at] = chunk.readUInt8(at) ^ 0x10;
      const most = fault?.kind === 'cut-answer' ? fault.after - one.answered : Infinity;
      const passed = chunk.subarray(0, Math.max(0, Math.min(chunk.length, most)));
      one.answered += passed.length;
      if (passed.length === chunk.length) done(null, chunk);
      else {
        this.push(passed);
        setImmediate(breakOff);
      }
    },
  });
}

/** Whether it sends a file of the folder `event`, or a part of one; the probe of what a store can do has keys of its own. */
export function isOfEvent({ method, path }: Seen): boolean {
  return method === 'PUT' && path.includes('/event/');
}

/** What a PUT is for: a key, or a part of it. */
export function target({ path, query }: Seen): string {
  return `${path}?${query.get('partNumber') ?? ''}`;
}
