/** The sockets to a store: kept alive, through the environment's HTTP proxy, trusting the environment's extra CAs. */
import { readFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import tls from 'node:tls';
import { HttpProxyAgent } from 'http-proxy-agent';
import { HttpsProxyAgent } from 'https-proxy-agent';
import { getProxyForUrl } from 'proxy-from-env';
import { SidelineError } from '../../shared/errors.ts';

export interface Agents {
  /** The agent for requests to this URL's origin. */
  for(url: URL): http.Agent;
  destroy(): void;
}

// How many run side by side is ruled by the engine; the socket used last is the one whose line is warm.
const keepAlive = { keepAlive: true, scheduling: 'lifo', maxSockets: Infinity, maxFreeSockets: 256 } as const;

/**
 * The proxy is that of the process's HTTP_PROXY, HTTPS_PROXY and NO_PROXY, in either case. NODE_EXTRA_CA_CERTS and
 * AWS_CA_BUNDLE of `env` are trusted besides the usual roots. Throws `invalid-input` naming a variable whose file cannot be read.
 */
export function createAgents(env: Record<string, string | undefined>): Agents {
  const ca = trustedRoots(env);
  const agents = new Map<string, http.Agent>();

  function make(url: URL): http.Agent {
    const proxy = getProxyForUrl(url.href);
    if (proxy === '')
      return url.protocol === 'https:' ? new https.Agent({ ...keepAlive, ca }) : new http.Agent(keepAlive);
    return url.protocol === 'https:'
      ? new HttpsProxyAgent(proxy, { ...keepAlive, ca })
      : new HttpProxyAgent(proxy, { ...keepAlive, ca });
  }

  return {
    for(url) {
      let agent = agents.get(url.origin);
      if (agent === undefined) agents.set(url.origin, (agent = make(url)));
      return agent;
    },
    destroy() {
      for (const agent of agents.values()) agent.destroy();
      agents.clear();
    },
  };
}

function trustedRoots(env: Record<string, string | undefined>): string[] {
  const usual = tls.getCACertificates('default');
  const extra = ['NODE_EXTRA_CA_CERTS', 'AWS_CA_BUNDLE'].flatMap((name) => {
    const file = env[name];
    if (file === undefined || file === '') return [];
    try {
      return [readFileSync(file, 'utf8')];
    } catch (cause) {
      throw new SidelineError('invalid-input', { subject: `${name}: the file ${file} cannot be read.`, cause });
    }
  });
  return [...usual, ...extra];
}
