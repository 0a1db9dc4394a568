/**
 * The backends of the four systems that have one, on one origin, over any S3: each at its document's paths, with its
 * document's fields, and with switches for what goes wrong with backends. The paths are at the top of `fitness.ts` (F),
 * `sessions.ts` (I), `uploads.ts` (U), `event-media.ts` (P) and `sign-in.ts`. It needs nothing of the tests.
 */
import { randomBytes } from 'node:crypto';
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { inspect } from 'node:util';
import { BadForm } from '../../../electron/practice/form-data.ts';
import type { Backend, Limits } from './backend.ts';
import { eventMedia } from './event-media.ts';
import { createFaults, faultOf, pathMatcher, type Fault, type Faults } from './faults.ts';
import { fitness } from './fitness.ts';
import { fastApi, Refusal, Unfit, type JsonValue, type Reply, type Route, type System, type User } from './http.ts';
import { openRecords, type AllRecords, type RecordsOptions } from './records.ts';
import { sessions } from './sessions.ts';
import { signIn, type Account } from './sign-in.ts';
import { openStore, type StoreOptions } from './store.ts';
import { createTokens, type Tokens } from './tokens.ts';
import { uploads } from './uploads.ts';

export interface BrokerOptions {
  storage: StoreOptions;
  /** any that is free when left out */
  port?: number;
  records?: RecordsOptions;
  /** `id` is drawn from the order when left out */
  users?: readonly { username: string; password: string; id?: string }[];
  /** with which tokens are signed; drawn when left out, and then no token outlives this start */
  secret?: string;
  /** s; an hour and a week when left out. `refresh: null`: this backend cannot refresh */
  tokenLife?: { access?: number; refresh?: number | null };
  limits?: Partial<Limits>;
  /** P: user names by event; when left out, everyone may use every event */
  events?: Readonly<Record<string, readonly string[]>>;
  faults?: readonly Fault[];
}

export interface LoggedRequest {
  /** ms since 1970 */
  at: number;
  method: string;
  /** as it was sent, without its query */
  path: string;
  query: string;
  /** whether it had an Authorization header; what it said is never kept */
  authorization: boolean;
  /** null: none was needed, or the token was not accepted */
  user: string | null;
  /** null while it is under way, and where the connection was broken */
  status: number | null;
  /** what failed inside the backend, for who looks into a 500 */
  failure: string | null;
}

export interface Broker {
  /** origin: http://127.0.0.1:PORT */
  url: string;
  users: readonly Account[];
  faults: Faults;
  /** An access token of a user, as after signing in; below 0 s it has expired. */
  token(username: string, life?: number): string;
  /** all, or those to paths like `/api/s3/*`, in the order in which they came */
  requests(only?: { method?: string; path?: string }): LoggedRequest[];
  records(): AllRecords;
  stop(): Promise<void>;
}

interface Server {
  systems: readonly System[];
  accounts: readonly Account[];
  tokens: Tokens;
  faults: Faults;
  log: LoggedRequest[];
  stopped: AbortController;
}

const usualUsers = [
  { username: 'coach', password: 'practice' },
  { username: 'other', password: 'practice' },
];
const usualLimits: Limits = { videoMegabytes: 500, formBytes: 5 * 1024 ** 3, mediaBytes: 10_485_760 };

/** Starts it on 127.0.0.1. Rejects with the system's error where the port is taken or the file of records cannot be written. */
export async function startBroker(options: BrokerOptions): Promise<Broker> {
  const backend: Backend = {
    store: openStore(options.storage),
    records: openRecords(options.records ?? {}),
    limits: { ...usualLimits, ...options.limits },
    events: options.events ?? null,
  };
  const accounts = (options.users ?? usualUsers).map((user, at) => ({ id: `user${at + 1}`, ...user }));
  const server = createServer(backend, accounts, options);
  const listener = http.createServer({ keepAliveTimeout: 65_000, requestTimeout: 0 });
  const underWay = new Set<Promise<void>>();
  const onRequest = (request: IncomingMessage, response: ServerResponse) => {
    const serving = serve(server, request, response).finally(() => underWay.delete(serving));
    underWay.add(serving);
  };
  listener.on('request', onRequest).on('checkContinue', onRequest);
  const port = await listen(listener, options.port ?? 0);

  return {
    url: `http://127.0.0.1:${port}`,
    users: accounts,
    faults: server.faults,
    token(username, life = 3600) {
      const account = accounts.find((one) => one.username === username);
      if (account === undefined) throw new Error(`there is no user ${username}`);
      return server.tokens.issue(account.id, life);
    },
    requests({ method, path = '*' } = {}) {
      const fits = pathMatcher(path);
      return server.log.filter((one) => fits(one.path) && (method === undefined || method === one.method));
    },
    records: backend.records.all,
    async stop() {
      server.stopped.abort();
      const closed = new Promise((resolve) => listener.close(resolve));
      listener.closeAllConnections();
      await Promise.all([closed, ...underWay]);
      backend.store.close();
      backend.records.close();
    },
  };
}

function createServer(backend: Backend, accounts: readonly Account[], options: BrokerOptions): Server {
  const { access = 3600, refresh = 7 * 24 * 3600 } = options.tokenLife ?? {};
  const { secret = randomBytes(32).toString('hex') } = options;
  const tokens = createTokens({ secret, accessLife: access, refreshLife: refresh });
  return {
    systems: [signIn(accounts, tokens), fitness(backend), sessions(backend), uploads(backend), eventMedia(backend)],
    ...{ accounts, tokens, faults: createFaults(options.faults), log: [], stopped: new AbortController() },
  };
}

function listen(listener: http.Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    listener.once('error', reject);
    listener.listen(port, '127.0.0.1', () => {
      const address = listener.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}

/** Never rejects: what goes wrong is an answer, or nobody is there to take one. */
async function serve(server: Server, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { method = 'GET', url = '' } = request;
  const [path = '', query = ''] = url.split('?', 2);
  const authorization = request.headers.authorization !== undefined;
  const unknown = { user: null, status: null, failure: null };
  const entry: LoggedRequest = { at: Date.now(), method, path, query, authorization, ...unknown };
  server.log.push(entry);
  const faults = server.faults.take(method, path);
  const drop = faultOf(faults, 'drop');
  if (drop?.when === 'before') return void request.socket.destroy();

  const reply = await replyTo({ server, request, response, path, query, faults, entry });
  const slow = faultOf(faults, 'slow');
  if (slow !== undefined) await sleep(slow.ms, null, { signal: server.stopped.signal }).catch(() => null);
  if (drop !== undefined) request.socket.destroy();
  if (response.destroyed || request.socket.destroyed) {
    if (reply.body instanceof Readable) reply.body.destroy();
    return;
  }
  entry.status = reply.status;
  await send(reply, request, response);
}

async function send(reply: Reply, request: IncomingMessage, response: ServerResponse): Promise<void> {
  // Who waited for a word before sending will not send now, and must not take this connection for its next call.
  if (request.headers.expect !== undefined && !request.readableDidRead) response.setHeader('connection', 'close');
  request.resume(); // what was not read of a refused body: the client reads the answer all the same
  const { status, headers, body } = reply;
  if (body instanceof Readable) {
    response.writeHead(status, headers);
    return await pipeline(body, response).catch(() => void response.destroy()); // the reader has gone
  }
  // Only what is bent comes with a type of its own, and is sent as it is.
  const text = headers?.['content-type'] !== undefined && typeof body === 'string' ? body : JSON.stringify(body);
  const length = String(Buffer.byteLength(text));
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': length, ...headers }).end(text);
}

interface Arrived {
  server: Server;
  request: IncomingMessage;
  response: ServerResponse;
  path: string;
  query: string;
  faults: readonly Fault[];
  entry: LoggedRequest;
}

async function replyTo(arrived: Arrived): Promise<Reply> {
  const { server, path, faults } = arrived;
  const system = server.systems.find(({ prefixes }) => prefixes.some((prefix) => path.startsWith(prefix)));
  const manner = system ?? fastApi;
  const redirect = faultOf(faults, 'redirect');
  if (redirect !== undefined)
    return { status: 302, headers: { location: `${redirect.to}${arrived.request.url ?? ''}` }, body: null };
  const unauthorized = faultOf(faults, 'unauthorized');
  if (unauthorized !== undefined) server.tokens.revoke({ refreshToo: unauthorized.refreshToo ?? false });

  const bad = faultOf(faults, 'status');
  const refused = (status: number, words: string): Reply => ({ status, body: manner.refusal(status, words) });
  if (bad !== undefined && bad.when !== 'after') return refused(bad.status, 'Switched on for a test');
  try {
    if (system === undefined) throw new Refusal(404, 'Not Found');
    const reply = await work(arrived, system);
    return bad === undefined ? bend(reply, faults) : refused(bad.status, 'Switched on for a test');
  } catch (error) {
    if (error instanceof Unfit) return manner.unfit(error.issues);
    if (error instanceof BadForm) return refused(400, `There was an error parsing the body: ${error.message}`);
    if (!(error instanceof Refusal) || error.cause !== undefined) arrived.entry.failure = inspect(error);
    if (!(error instanceof Refusal)) return refused(500, 'Internal Server Error');
    const challenge = error.status === 401 ? { headers: { 'www-authenticate': 'Bearer' } } : {};
    return { ...refused(error.status, error.message), ...challenge };
  }
}

async function work(
  { server, request, response, path, query, faults, entry }: Arrived,
  system: System,
): Promise<Reply> {
  const { route, params } = findRoute(system, request.method ?? 'GET', path);
  const user = system.signedIn ? userOf(server, request) : nobody;
  if (system.signedIn) entry.user = user.username;
  return await route.answer({ request, response, params, query: new URLSearchParams(query), user, faults });
}

const nobody: User = { id: '', username: '' };

function findRoute(system: System, method: string, path: string): { route: Route; params: string[] } {
  const fitting = system.routes.filter((one) => one.path.test(path));
  if (fitting.length === 0) throw new Refusal(404, 'Not Found');
  const route = fitting.find((one) => one.method === method);
  if (route === undefined) throw new Refusal(405, 'Method Not Allowed');
  const [, ...groups] = route.path.exec(path) ?? [];
  try {
    return { route, params: groups.map(decodeURIComponent) };
  } catch {
    throw new Refusal(400, 'The path is not encoded well');
  }
}

function userOf({ tokens, accounts }: Server, { headers }: IncomingMessage): User {
  const [, token] = /^Bearer +(\S+)$/i.exec(headers.authorization ?? '') ?? [];
  if (token === undefined) throw new Refusal(401, 'Not authenticated');
  const checked = tokens.check(token);
  if ('problem' in checked)
    throw new Refusal(401, checked.problem === 'expired' ? 'Token has expired' : 'Could not validate credentials');
  const account = accounts.find(({ id }) => id === checked.user);
  if (account === undefined) throw new Refusal(401, 'User not found');
  return account;
}

/** The answer as a broken backend or a captive portal would give it. */
function bend(reply: Reply, faults: readonly Fault[]): Reply {
  const fault = faultOf(faults, 'wrong-shape');
  if (fault === undefined) return reply;
  const { body } = reply;
  if (body instanceof Readable) body.destroy();
  const page = '<!doctype html><title>Welcome</title><p>Please accept the terms to go on.';
  if (fault.shape === 'html') return { status: 200, headers: { 'content-type': 'text/html' }, body: page };
  if (fault.shape === 'empty') return { status: 200, headers: { 'content-type': 'application/json' }, body: '' };
  return { ...reply, body: body instanceof Readable ? null : bentField(body, fault.shape, fault.field) };
}

function bentField(body: JsonValue, shape: 'missing-field' | 'wrong-type', name?: string): JsonValue {
  if (Array.isArray(body)) return body.map((one) => bentField(one, shape, name));
  if (typeof body !== 'object' || body === null) return body;
  const field = name ?? Object.keys(body)[0] ?? '';
  const wrong = typeof body[field] === 'number' ? 'forty-two' : 42;
  return { ...body, [field]: shape === 'missing-field' ? undefined : wrong };
}
