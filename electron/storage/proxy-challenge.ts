/** What a proxy asks for when it answers 407, and what it is told. RFC 9110, 11.7; RFC 7617 */
import { SidelineError } from '../../shared/errors.ts';

export interface ProxyLogin {
  username: string;
  password: string;
}

type Challenge = string | string[] | undefined;

/** As an error: `proxy-login`, or `proxy-scheme` where a name and password would not do. `host` is the proxy's, where known. */
export function challengeError(challenge: Challenge, host = '', cause?: unknown): SidelineError {
  return takesLogin(challenge)
    ? new SidelineError('proxy-login', { operation: 'connect', subject: host, cause })
    : new SidelineError('proxy-scheme', { operation: 'connect', subject: schemesOf(challenge).join(', '), cause });
}

/** Whether a name and password (Basic) are among what it takes. One that says nothing of it gets the benefit of the doubt. */
export function takesLogin(challenge: Challenge): boolean {
  const schemes = schemesOf(challenge);
  return schemes.length === 0 || schemes.some((scheme) => scheme.toLowerCase() === 'basic');
}

/** A scheme is a word that is followed by its parameters, a comma or nothing; a parameter by an equals sign. */
function schemesOf(challenge: Challenge): string[] {
  const text = [challenge ?? []]
    .flat()
    .join(', ')
    .replaceAll(/"(?:[^"\\]|\\.)*"/g, '""');
  const found = text.matchAll(/(?:^|,)\s*([a-z][\w-]*)(?=\s+[^=,\s]|\s*(?:,|$))/gi);
  return [...new Set([...found].map(([, scheme = '']) => scheme))];
}

/** The value of Proxy-Authorization. */
export function basic({ username, password }: ProxyLogin): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}

/** The address without its user name and password, and those; null: it has none. */
export function splitLogin(address: URL): { plain: URL; login: ProxyLogin | null } {
  const plain = new URL(address);
  plain.username = '';
  plain.password = '';
  const login = { username: decoded(address.username), password: decoded(address.password) };
  return { plain, login: login.username === '' && login.password === '' ? null : login };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a % that encodes nothing is one of the password's own
  }
}
