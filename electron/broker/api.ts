/** The calls to a backend, with its sign-in: to its own origin, and nowhere else. */
import type http from 'node:http';
import type { Readable } from 'node:stream';
import { SidelineError } from '../../shared/errors.ts';
import { broker as words } from '../../shared/strings/broker.ts';
import type { Agents } from '../storage/agents.ts';
import { encodeKey } from '../storage/sigv4.ts';
import { clean, jsonOf, refusal, type Asked } from './answers.ts';
import { exchange, respond, serverTime, textOf, type Answered, type Exchange } from './exchange.ts';
import type { BrokerSettings } from '../../shared/broker-settings.ts';
import type { SignIn } from './sign-in.ts';

export interface Call {
  method: Exchange['method'];
  /** of the settings, with its placeholders */
  path: string;
  /** of the placeholders */
  values?: Readonly<Record<string, string>>;
  query?: Readonly<Record<string, string>>;
  json?: object;
  headers?: Record<string, string>;
}

export interface Reply {
  /** JSON; undefined: an empty body */
  value: unknown;
  /** `POST /api/...`, for errors */
  name: string;
  /** when it was asked, by this computer's clock. ms since 1970 */
  sentAt: number;
  /** when it was answered, by the backend's clock. ms since 1970; null: it does not say */
  serverTime: number | null;
}

export interface Content {
  /** 206: only the range that was asked for */
  status: 200 | 206;
  /** bytes of the body; null: nobody says */
  size: number | null;
  /** bytes of the whole file; null: nobody says */
  whole: number | null;
  type: string | null;
  /** without quotes; null: there is none, or only a weak one */
  etag: string | null;
  body: Readable;
}

/** One request and its end, for counting. */
export interface CallEnd {
  name: string;
  /** null: no answer came */
  status: number | null;
  ms: number;
}

export interface Api {
  host: string;
  /** Throws a SidelineError of any kind that a backend or the way to it can cause; the signal's reason when it was aborted. */
  ask(call: Call, signal: AbortSignal): Promise<Reply>;
  /** As `ask`, for what is no JSON: the body is still to be read, or destroyed. */
  open(call: Call, signal: AbortSignal): Promise<Content>;
  /** What the backend said, fit for an error. */
  clean(said: string): string;
  /** The address of a path. Throws `invalid-input` for a value that cannot be in one. */
  addressOf(call: Pick<Call, 'path' | 'values'>): string;
  /** For a request that somebody else sends. Throws `internal` for any origin but the backend's. */
  authorize(address: string, signal: AbortSignal): Promise<{ authorization: string }>;
  /** What to make of an answer that came to somebody else's request with this header. Throws as `ask`. */
  judge(
    answer: Pick<Answered, 'status' | 'headers' | 'text'>,
    name: string,
    sent: Sent,
    signal: AbortSignal,
  ): Promise<unknown>;
}

export interface Sent {
  authorization: string | undefined;
}

export interface ApiDeps {
  agents: Agents;
  signIn: SignIn;
  /** A connection on which nothing moves for so long is given up. ms */
  patience: number;
  onCall(end: CallEnd): void;
}

export function createApi(settings: Pick<BrokerSettings, 'baseUrl' | 'signIn'>, deps: ApiDeps): Api {
  const { signIn } = deps;
  const base = new URL(settings.baseUrl);
  const start = base.pathname.replace(/\/$/, '');
  const { scheme } = settings.signIn;

  const asked = (name: string): Asked => ({ name, host: base.host, secrets: signIn.secrets() });

  function pathOf({ path, values = {}, query = {} }: Pick<Call, 'path' | 'values' | 'query'>): string {
    const search = new URLSearchParams(query).toString();
    return `${start}${filled(path, values)}${search === '' ? '' : `?${search}`}`;
  }

  async function request(call: Call, signal: AbortSignal): Promise<{ exchange: Exchange; token: string }> {
    const token = await signIn.token(signal);
    const { method, path, json, headers = {} } = call;
    const type = json === undefined ? {} : { 'content-type': 'application/json' };
    return {
      token,
      exchange: {
        ...{ method, origin: base, path: pathOf(call), name: `${method} ${path}`, signal },
        headers: { ...headers, ...type, authorization: `${scheme} ${token}` },
        body: json === undefined ? null : Buffer.from(JSON.stringify(json)),
      },
    };
  }

  /** Twice, if the first answer is that the token is no longer good, and another can be had. */
  async function signedIn<T extends { status: number }>(
    call: Call,
    signal: AbortSignal,
    send: (one: Exchange) => Promise<T>,
  ): Promise<T> {
    const first = await request(call, signal);
    const answer = await counted(first.exchange, send);
    if (answer.status !== 401) {
      signIn.accepted(first.token);
      return answer;
    }
    await signIn.renew(first.token, signal);
    const second = await request(call, signal);
    const again = await counted(second.exchange, send);
    if (again.status === 401) throw signIn.giveUp(second.token);
    signIn.accepted(second.token);
    return again;
  }

  async function counted<T extends { status: number }>(one: Exchange, send: (one: Exchange) => Promise<T>): Promise<T> {
    const began = performance.now();
    let status: number | null = null;
    try {
      const answer = await send(one);
      status = answer.status;
      return answer;
    } finally {
      deps.onCall({ name: one.name, status, ms: performance.now() - began });
    }
  }

  return {
    host: base.host,
    async ask(call, signal) {
      const name = `${call.method} ${call.path}`;
      const answered = await signedIn(call, signal, (one) => exchange(one, deps));
      signIn.learnClock(answered);
      return {
        ...{ value: jsonOf(answered, asked(name)), name },
        ...{ sentAt: answered.sentAt, serverTime: serverTime(answered.headers) },
      };
    },
    async open(call, signal) {
      const answered = await signedIn(call, signal, async (one) => {
        const incoming = await respond(one, deps);
        const status = incoming.statusCode ?? 0;
        // What is refused is read at once; what is not stays on its way.
        const text = status === 200 || status === 206 ? null : await textOf(one, incoming);
        return { status, headers: incoming.headers, text, incoming };
      });
      const { text, incoming, headers } = answered;
      if (text !== null)
        throw refusal({ status: answered.status, headers, text }, asked(`${call.method} ${call.path}`));
      return contentOf(incoming);
    },
    clean: (said) => clean(said, signIn.secrets()),
    addressOf: (call) => `${base.origin}${pathOf(call)}`,
    async authorize(address, signal) {
      if (new URL(address).origin !== base.origin)
        throw new SidelineError('internal', { cause: new Error('the sign-in is for the backend only') });
      return { authorization: `${scheme} ${await signIn.token(signal)}` };
    },
    async judge(answer, name, { authorization = '' }, signal) {
      const token = authorization.slice(scheme.length + 1);
      if (answer.status === 401) {
        await signIn.renew(token, signal);
        throw new SidelineError('place-expired');
      }
      signIn.accepted(token);
      return jsonOf({ ...answer, sentAt: Date.now() }, asked(name));
    },
  };
}

/** Of an answer with 200 or 206. */
export function contentOf(incoming: http.IncomingMessage): Content {
  const { headers } = incoming;
  const status = incoming.statusCode === 206 ? 206 : 200;
  const size = finite(headers['content-length']);
  // RFC 9110, 14.4: bytes 0-99/1000
  const [, whole] = /\/(\d+)$/.exec(headers['content-range'] ?? '') ?? [];
  const [, etag = null] = /^"([^"]+)"$/.exec(headers.etag ?? '') ?? [];
  const type = headers['content-type'] ?? null;
  return { status, size, whole: status === 206 ? finite(whole) : size, type, etag, body: incoming };
}

function finite(text: string | undefined): number | null {
  const number = Number(text ?? NaN);
  return Number.isFinite(number) ? number : null;
}

/** A key keeps its slashes. */
function filled(path: string, values: Readonly<Record<string, string>>): string {
  return path.replaceAll(/\{([^{}]*)\}/g, (_, name: string) => {
    const value = (values[name] ?? '').toWellFormed();
    if (value === '') throw new SidelineError('invalid-input', { subject: words.values.missing(name) });
    if (value.split('/').some((part) => /^\.{1,2}$/.test(part)))
      throw new SidelineError('invalid-input', { subject: words.values.unfit(name, words.values.dots) });
    return name === 'file_key' ? encodeKey(value) : encodeURIComponent(value);
  });
}
