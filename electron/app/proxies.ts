/** Through which HTTP proxy each store is reached: as the settings say, by default as the system says. */
import type { Settings } from '../../shared/settings.ts';
import { splitLogin, type ProxyLogin } from '../storage/proxy-challenge.ts';

export interface ProxiesDeps {
  setting(): Settings['proxy'];
  /** The system's answer for an address, in the words of a PAC file: "PROXY host:port; DIRECT". */
  resolve(url: string): Promise<string>;
}

export interface Proxies {
  /** Asks the system for the proxy of this address: before anything is sent there. */
  prepare(url: URL): Promise<void>;
  /** An address, null for none, undefined where the environment's HTTP_PROXY and NO_PROXY decide. */
  proxyFor(url: URL): string | null | undefined;
}

export function createProxies({ setting, resolve }: ProxiesDeps): Proxies {
  /** by origin */
  const answers = new Map<string, string | null>();
  return {
    async prepare(url) {
      if (setting().use === 'system') answers.set(url.origin, proxyOfPac(await resolve(url.href)));
    },
    proxyFor(url) {
      const proxy = setting();
      if (proxy.use === 'address') return proxy.address;
      if (proxy.use === 'none') return null;
      // A system that names none may still run us with HTTP_PROXY, as terminals and managed computers do.
      return answers.get(url.origin) ?? undefined;
    },
  };
}

/** The setting without a user name and password in its address, and those, by the proxy's origin; null: it has none. */
export function plainSetting(proxy: Settings['proxy']): {
  proxy: Settings['proxy'];
  found: { proxy: string; login: ProxyLogin } | null;
} {
  if (proxy.use !== 'address') return { proxy, found: null };
  const { plain, login } = splitLogin(new URL(proxy.address));
  if (login === null) return { proxy, found: null };
  return { proxy: { ...proxy, address: plain.origin }, found: { proxy: plain.origin, login } };
}

/**
 * The first of the answer that we can use; null: none, go directly.
 * https://developer.mozilla.org/en-US/docs/Web/HTTP/Guides/Proxy_servers_and_tunneling/Proxy_Auto-Configuration_PAC_file
 */
export function proxyOfPac(answer: string): string | null {
  for (const choice of answer.split(';').map((text) => text.trim())) {
    const [, kind = '', address = ''] = /^(\w+)(?:\s+(\S+))?$/.exec(choice) ?? [];
    if (/^DIRECT$/i.test(kind)) return null;
    if (/^(PROXY|HTTP)$/i.test(kind)) return `http://${address}`;
    if (/^HTTPS$/i.test(kind)) return `https://${address}`;
  }
  return null;
}
