/** What a backend gave for signing in, where it is kept, and what can be read in it. */
import { z } from 'zod';
import type { SecretStore } from '../storage/secrets.ts';

export interface Tokens {
  /** with which was signed in; null: a token was pasted */
  username: string | null;
  access: string;
  /** null: the backend cannot renew it */
  refresh: string | null;
}

/** What outlives this process. The password is not in it: it was for signing in, and is forgotten. */
export interface TokenStore {
  get(): Promise<Tokens | null>;
  set(tokens: Tokens): Promise<void>;
  delete(): Promise<void>;
}

const nobody = '-';

/** The tokens of a connection under the name that its keys would have: they go when it goes, and diagnostics take them out. */
export function tokenStore(secrets: SecretStore, name: string): TokenStore {
  return {
    async get() {
      const kept = await secrets.get(name);
      if (kept === null) return null;
      const { accessKeyId, secretAccessKey, sessionToken } = kept;
      return {
        username: accessKeyId === nobody ? null : accessKeyId,
        access: secretAccessKey,
        refresh: sessionToken ?? null,
      };
    },
    set: ({ username, access, refresh }) =>
      secrets.set(name, {
        accessKeyId: username ?? nobody,
        secretAccessKey: access,
        ...(refresh === null ? {} : { sessionToken: refresh }),
      }),
    delete: () => secrets.delete(name),
  };
}

/** Tokens that nobody keeps: of a sign-in that is tried before it counts. */
export function memoryTokens(): TokenStore {
  let kept: Tokens | null = null;
  return {
    get: () => Promise.resolve(kept),
    set(tokens) {
      kept = tokens;
      return Promise.resolve();
    },
    delete() {
      kept = null;
      return Promise.resolve();
    },
  };
}

const claimsSchema = z.looseObject({ exp: z.number().optional(), iat: z.number().optional() });
export type Claims = z.output<typeof claimsSchema>;

/**
 * Of a JSON Web Token (RFC 7519); null: it is none, which is well. Nothing here can check the signature: it is the backend's
 * to believe it, and ours to know when to renew it and what folder is ours.
 */
export function claimsOf(token: string): Claims | null {
  const [, claims, signature] = token.split('.');
  if (claims === undefined || signature === undefined) return null;
  try {
    return claimsSchema.safeParse(JSON.parse(Buffer.from(claims, 'base64url').toString())).data ?? null;
  } catch {
    return null;
  }
}
