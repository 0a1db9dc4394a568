/** JSON Web Tokens (RFC 7519), signed with HS256: the proof of who calls. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';

export interface Grant {
  access_token: string;
  /** left out where the backend cannot refresh */
  refresh_token?: string;
  token_type: 'bearer';
  /** s, of the access token */
  expires_in: number;
}

export interface TokenOptions {
  secret: string;
  /** s */
  accessLife: number;
  /** s; null: none are given */
  refreshLife: number | null;
}

export type Checked = { user: string } | { problem: 'invalid' | 'expired' };

export interface Tokens {
  grant(user: string): Grant;
  /** An access token that lives so long; less than 0 s is one that has expired. */
  issue(user: string, life: number): string;
  check(token: string): Checked;
  /** null where it is none of ours, or no longer valid */
  refresh(token: string): Grant | null;
  /** Voids what was given out so far. */
  revoke(options: { refreshToo: boolean }): void;
}

type Use = 'access' | 'refresh';

const claimsSchema = z.object({
  sub: z.string(),
  /** s since 1970 */
  iat: z.number(),
  exp: z.number(),
  use: z.enum(['access', 'refresh']),
  generation: z.number(),
});
const headerSchema = z.object({ alg: z.literal('HS256'), typ: z.literal('JWT') });

export function createTokens({ secret, accessLife, refreshLife }: TokenOptions): Tokens {
  const generation = { access: 0, refresh: 0 };

  function make(user: string, use: Use, life: number): string {
    const iat = Math.floor(Date.now() / 1000);
    const claims = { sub: user, iat, exp: iat + life, use, generation: generation[use] };
    const content = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode(claims)}`;
    return `${content}.${signatureOf(content, secret).toString('base64url')}`;
  }

  function checkUse(token: string, use: Use): Checked {
    const claims = claimsOf(token, secret);
    if (claims?.use !== use || claims.generation < generation[use]) return { problem: 'invalid' };
    return claims.exp <= Date.now() / 1000 ? { problem: 'expired' } : { user: claims.sub };
  }

  function grant(user: string): Grant {
    const refresh = refreshLife === null ? {} : { refresh_token: make(user, 'refresh', refreshLife) };
    return { access_token: make(user, 'access', accessLife), ...refresh, token_type: 'bearer', expires_in: accessLife };
  }

  return {
    grant,
    issue: (user, life) => make(user, 'access', life),
    check: (token) => checkUse(token, 'access'),
    refresh(token) {
      const checked = checkUse(token, 'refresh');
      return 'user' in checked ? grant(checked.user) : null;
    },
    revoke({ refreshToo }) {
      generation.access++;
      if (refreshToo) generation.refresh++;
    },
  };
}

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

function signatureOf(content: string, secret: string): Buffer {
  return createHmac('sha256', secret).update(content).digest();
}

function claimsOf(token: string, secret: string): z.output<typeof claimsSchema> | null {
  const [header = '', claims = '', signature = '', ...more] = token.split('.');
  const given = Buffer.from(signature, 'base64url');
  const right = signatureOf(`${header}.${claims}`, secret);
  if (more.length > 0 || given.length !== right.length || !timingSafeEqual(given, right)) return null;
  if (!headerSchema.safeParse(decode(header)).success) return null;
  return claimsSchema.safeParse(decode(claims)).data ?? null;
}

/** Only of what we signed. */
function decode(part: string): unknown {
  return JSON.parse(Buffer.from(part, 'base64url').toString());
}
