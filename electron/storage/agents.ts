/** The sockets to a store: kept alive, through an HTTP proxy where there is one, trusting the environment's extra CAs. */
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import type net from 'node:net';
import tls from 'node:tls';
import { HttpProxyAgent } from 'http-proxy-agent';
import { HttpsProxyAgent } from 'https-proxy-agent';
import { getProxyForUrl } from 'proxy-from-env';
import { SidelineError } from '../../shared/errors.ts';
import { basic, challengeError, splitLogin, takesLogin, type ProxyLogin } from './proxy-challenge.ts';
import { createSockets, type Sockets } from './sockets.ts';

export interface Agents {
  /** The agent for requests to this URL's origin. */
  for(url: URL): http.Agent;
  /** What requests to this URL's origin travel on. Throws what `for` throws. */
  wayTo(url: URL): Way;
  /** The origin of the proxy on the way to this URL; null: there is none, or none that could be one. */
  proxyOf(url: URL): string | null;
  /** Ends every socket; with the origin of a proxy, those that go through it. */
  destroy(proxy?: string): void;
}

export interface Way {
  agent: http.Agent;
  /** null: a proxy is on the way, and the agent knows how to ask it */
  sockets: Sockets | null;
}

interface Known extends Way {
  /** its origin */
  proxy: string | null;
}

// How many run side by side is ruled by the engine; the socket used last is the one whose line is warm.
const keepAlive = { keepAlive: true, scheduling: 'lifo', maxSockets: Infinity, maxFreeSockets: 256 } as const;

/** For a proxy's answer, where the request itself sets no limit. ms */
const longestConnect = 30_000;

export interface AgentOptions {
  /**
   * Decides the proxy in the environment's place: an address, null for none, undefined for what the environment says. Asked
   * for every request, so that a changed answer holds from the next one on.
   */
  proxyFor?: (url: URL) => string | null | undefined;
  /**
   * What the proxy of this origin is told of who asks; null: what its address says, if that says anything. Asked once for each
   * agent: `destroy` lets another answer hold.
   */
  loginFor?: (proxy: string) => ProxyLogin | null;
  /** Told of every 407 that a proxy answers. */
  onChallenge?: (challenge: ProxyChallenge) => void;
}

export interface ProxyChallenge {
  /** its origin */
  proxy: string;
  /** what it was told and did not take; null: nothing */
  login: ProxyLogin | null;
  /** whether a name and password would do */
  takesLogin: boolean;
}

/**
 * The proxy is that of the process's HTTP_PROXY, HTTPS_PROXY and NO_PROXY, in either case, where the options do not say
 * otherwise; what fails on the way to it is `proxy`. NODE_EXTRA_CA_CERTS and AWS_CA_BUNDLE of `env` are trusted besides the
 * usual roots. Throws `invalid-input` naming a variable whose file cannot be read or holds no certificate; `for` throws
 * `proxy` for an address that is none.
 */
export function createAgents(env: Record<string, string | undefined>, options: AgentOptions = {}): Agents {
  const extra = extraRoots(env);
  const agents = new Map<string, Known>();
  let context: tls.SecureContext | undefined;
  // Made once, and only for TLS: to read all those roots takes longer than a handshake.
  const trust = () => ({ secureContext: (context ??= tls.createSecureContext({ ca: trustedRoots(extra) })) });

  function addressFor(url: URL, given: string | null | undefined): URL | null {
    const address = given === undefined ? getProxyForUrl(url.href) : given;
    return address === null || address === '' ? null : proxyAt(address);
  }

  function make(url: URL, address: URL | null): http.Agent {
    if (address === null)
      return url.protocol === 'https:' ? new https.Agent({ ...keepAlive, ...trust() }) : new http.Agent(keepAlive);
    const { plain, login: own } = splitLogin(address);
    const login = options.loginFor?.(plain.origin) ?? own;
    const headers = login === null ? {} : { 'Proxy-Authorization': basic(login) };
    const challenged = (headers: http.IncomingHttpHeaders) =>
      options.onChallenge?.({ proxy: plain.origin, login, takesLogin: takesLogin(headers['proxy-authenticate']) });
    const settings = { ...keepAlive, ...trust(), headers };
    return url.protocol === 'https:'
      ? guarded(new HttpsProxyAgent(plain, settings), trust(), challenged)
      : guarded(listening(new HttpProxyAgent(plain, settings), challenged), trust(), challenged);
  }

  function knownFor(url: URL): Known {
    const proxy = options.proxyFor?.(url);
    const name = `${url.origin} ${String(proxy)}`;
    let known = agents.get(name);
    if (known === undefined) {
      const address = addressFor(url, proxy);
      const sockets = address === null ? createSockets(url, () => trust().secureContext) : null;
      agents.set(name, (known = { agent: make(url, address), proxy: address?.origin ?? null, sockets }));
    }
    return known;
  }

  return {
    for: (url) => knownFor(url).agent,
    wayTo: (url) => knownFor(url),
    proxyOf(url) {
      try {
        return addressFor(url, options.proxyFor?.(url))?.origin ?? null;
      } catch {
        return null; // `for` says what is wrong with it
      }
    },
    destroy(proxy) {
      for (const [name, known] of agents) {
        if (proxy !== undefined && known.proxy !== proxy) continue;
        known.agent.destroy();
        known.sockets?.destroy();
        agents.delete(name);
      }
    },
  };
}

/** The address may hold a password, so an error does not quote it. */
function proxyAt(address: string): URL {
  const proxy = URL.canParse(address) ? new URL(address) : null;
  if (proxy !== null && /^https?:$/.test(proxy.protocol)) return proxy;
  throw new SidelineError('proxy', { subject: 'its address is not one of http:// or https://' });
}

type ConnectOptions = Parameters<HttpsProxyAgent<string>['connect']>[1];

interface ProxyAgent<Request> extends http.Agent {
  proxy: URL;
  connectOpts: object;
  connect(request: Request, options: ConnectOptions): Promise<net.Socket>;
}

type Challenged = (headers: http.IncomingHttpHeaders) => void;

/** Without a tunnel a proxy's 407 comes as the answer to the request: whoever made that has it too. */
function listening(agent: HttpProxyAgent<string>, challenged: Challenged): HttpProxyAgent<string> {
  const { addRequest } = agent;
  agent.addRequest = (request, options) => {
    request.once('response', ({ statusCode, headers }: http.IncomingMessage) => {
      if (statusCode === 407) challenged(headers);
    });
    addRequest.call(agent, request, options);
  };
  return agent;
}

/**
 * By itself a proxy's refusal of a tunnel would look like the store's answer, a proxy that is gone like a store that is gone,
 * one that says nothing would be waited for forever, and the roots would be those of the tunnel's first half only.
 */
function guarded<Request extends http.ClientRequest>(
  agent: ProxyAgent<Request>,
  trust: { secureContext: tls.SecureContext },
  challenged: Challenged,
): http.Agent {
  const { connect, proxy, connectOpts } = agent;
  const failed = (why: string, cause?: unknown) =>
    new SidelineError('proxy', { subject: `${proxy.host}: ${why}`, cause });

  agent.connect = async (request, options) => {
    let status = 200;
    let headers: http.IncomingHttpHeaders = {};
    request.once('proxyConnect', (answer: { statusCode?: number; headers?: http.IncomingHttpHeaders }) => {
      status = answer.statusCode ?? status;
      headers = answer.headers ?? headers;
    });
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(), options.timeout ?? longestConnect);
    const once = Object.create(agent, {
      connectOpts: { value: { ...connectOpts, signal: late.signal } },
    }) as ProxyAgent<Request>;
    try {
      const socket = await until(late.signal, connect.call(once, request, { ...options, ...trust }));
      if (status === 200) return socket;
      socket.destroy();
    } catch (cause) {
      throw failed(late.signal.aborted ? 'no answer in time' : codeOf(cause), cause);
    } finally {
      clearTimeout(timer);
    }
    if (status !== 407) throw failed(`HTTP ${status}`);
    challenged(headers);
    throw challengeError(headers['proxy-authenticate'], proxy.host);
  };
  return agent;
}

/** Rejects when the signal aborts; a socket that comes after that is closed. */
async function until(signal: AbortSignal, socket: Promise<net.Socket>): Promise<net.Socket> {
  return await new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => {
      reject(new Error('no answer in time'));
      socket.then((late) => late.destroy()).catch(() => undefined); // it was given up anyway
    });
    socket.then(resolve, reject);
  });
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'it hung up';
}

/** What the environment adds. Throws `invalid-input` naming a variable whose file cannot be read or holds no certificate. */
function extraRoots(env: Record<string, string | undefined>): string[] {
  return ['NODE_EXTRA_CA_CERTS', 'AWS_CA_BUNDLE'].flatMap((name) => {
    const file = env[name];
    if (file === undefined || file === '') return [];
    try {
      const text = readFileSync(file, 'utf8');
      new X509Certificate(text); // what is none would be passed over in silence
      return [text];
    } catch (cause) {
      const subject = `${name}: the file ${file} cannot be read, or holds no certificate.`;
      throw new SidelineError('invalid-input', { subject, cause });
    }
  });
}

function trustedRoots(extra: readonly string[]): string[] {
  // Node before 22.15 has only the list that was compiled in; what the environment adds was read in any case.
  // The system's own are those that a company or a school has put on its computers.
  const usual = Reflect.has(tls, 'getCACertificates')
    ? [...tls.getCACertificates('default'), ...tls.getCACertificates('system')]
    : tls.rootCertificates;
  return [...new Set([...usual, ...extra])];
}
