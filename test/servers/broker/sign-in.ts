/**
 * Signing in, which no document describes: all four take the token that these give.
 *
 *   POST /api/auth/login    {username, password} -> {access_token, refresh_token?, token_type, expires_in}
 *   POST /api/auth/refresh  {refresh_token} -> the same
 */
import { z } from 'zod';
import { fastApi, readJson, Refusal, type Reply, type System, type User } from './http.ts';
import type { Grant, Tokens } from './tokens.ts';

export interface Account extends User {
  password: string;
}

const loginSchema = z.object({ username: z.string(), password: z.string() });
const refreshSchema = z.object({ refresh_token: z.string() });

export function signIn(accounts: readonly Account[], tokens: Tokens): System {
  return {
    ...fastApi,
    prefixes: ['/api/auth/'],
    signedIn: false,
    routes: [
      {
        method: 'POST',
        path: /^\/api\/auth\/login$/,
        async answer(call) {
          const given = await readJson(call, loginSchema);
          const account = accounts.find(({ username }) => username === given.username);
          if (account?.password !== given.password) throw new Refusal(401, 'Incorrect username or password');
          return granted(tokens.grant(account.id));
        },
      },
      {
        method: 'POST',
        path: /^\/api\/auth\/refresh$/,
        async answer(call) {
          const grant = tokens.refresh((await readJson(call, refreshSchema)).refresh_token);
          if (grant === null) throw new Refusal(401, 'Could not validate credentials');
          return granted(grant);
        },
      },
    ],
  };
}

function granted(grant: Grant): Reply {
  return { status: 200, body: { ...grant }, headers: { 'cache-control': 'no-store' } };
}
