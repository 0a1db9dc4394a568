/** What is behind an address that a backend gave: read without the sign-in, which is for the backend alone. */
import { SidelineError } from '../../shared/errors.ts';
import { broker as words } from '../../shared/strings/broker.ts';
import { errorFromResponse } from '../storage/s3-errors.ts';
import { contentOf, type Content } from './api.ts';
import { respond, textOf, type Exchange, type ExchangeDeps } from './exchange.ts';

/** one after another: a custom domain, a CDN, a storage */
const mostRedirects = 3;

/**
 * Opens it: the body is still to be read, or destroyed. `range` as in HTTP; null: the whole. Throws `object-missing`, `denied`, a
 * kind of the network, `rejected`, and the signal's reason. Errors name the host, never the address, which may be as good as a key.
 */
export async function openAddress(
  url: string,
  range: string | null,
  { signal, ...deps }: ExchangeDeps & { signal: AbortSignal },
): Promise<Content> {
  let at = split(url);
  for (let redirects = 0; ; redirects++) {
    const request = requestFor(at, range, signal);
    const incoming = await respond(request, deps);
    const status = incoming.statusCode ?? 0;
    if (status === 200 || status === 206) return contentOf(incoming);
    const body = await textOf(request, incoming);
    const { location } = incoming.headers;
    if (status < 300 || status >= 400 || location === undefined || redirects === mostRedirects) {
      const { host } = at.origin;
      const context = { operation: 'download' as const, bucket: host, key: words.reading.theFile, host };
      throw errorFromResponse({ status, headers: incoming.headers, body }, context);
    }
    at = followed(at, location);
  }
}

interface At {
  origin: URL;
  path: string;
}

function requestFor({ origin, path }: At, range: string | null, signal: AbortSignal): Exchange {
  const headers = { accept: '*/*', ...(range === null ? {} : { range }) };
  return { method: 'GET', origin, path, headers, body: null, name: words.reading.theFile, signal };
}

/** As text: a URL would resolve `.` and `..` in a key, and a signature would no longer hold. */
function split(url: string): At {
  const [, origin = '', path = ''] = /^(https?:\/\/[^/?#]+)([^#]*)/i.exec(url) ?? [];
  if (!URL.canParse(origin)) throw new SidelineError('rejected', { subject: words.answers.notSigned });
  return { origin: new URL(origin), path: path.startsWith('/') ? path : `/${path}` };
}

/** Not from https to http: what was private on the way would be so no more. */
function followed({ origin, path }: At, location: string): At {
  const here = `${origin.origin}${path}`;
  const next = URL.canParse(location, here) ? new URL(location, here) : null;
  const isSafe = next?.protocol === 'https:' || (next?.protocol === 'http:' && origin.protocol === 'http:');
  if (next === null || !isSafe) throw new SidelineError('rejected', { subject: words.reading.elsewhere(origin.host) });
  return { origin: new URL(next.origin), path: `${next.pathname}${next.search}` };
}
