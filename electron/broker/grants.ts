/** The two requests that give tokens: with a user name and password, and with what was given for renewing. */
import { SidelineError } from '../../shared/errors.ts';
import { broker as words } from '../../shared/strings/broker.ts';
import { fieldsOf, given, jsonOf, refusal, type Asked } from './answers.ts';
import { exchange, type Answered, type ExchangeDeps } from './exchange.ts';
import type { BrokerSettings, SignInSettings } from '../../shared/broker-settings.ts';

export interface Grant {
  access: string;
  /** null: none came */
  refresh: string | null;
  /** when it expires by this computer's clock, as the answer says. ms since 1970; null: it does not */
  until: number | null;
  /** ms; null: the answer does not say */
  life: number | null;
}

export interface Grants {
  /** Throws `sign-in-refused`, and what the network and the backend can cause. */
  byPassword(username: string, password: string, signal: AbortSignal): Promise<Grant>;
  /** null: the backend no longer takes it. Throws what the network and the backend can cause. */
  byRefresh(path: string, refresh: string, signal: AbortSignal): Promise<Grant | null>;
}

export interface GrantsDeps extends ExchangeDeps {
  /** What else must not come back in an error. */
  secrets(): readonly string[];
  onAnswer(answered: Answered): void;
}

/** How a token is written after the scheme in a header. RFC 6750 allows fewer signs; backends are not that strict. */
export const tokenPattern = /^[\x21-\x7e]{1,16384}$/;

export function createGrants(settings: Pick<BrokerSettings, 'baseUrl' | 'signIn'>, deps: GrantsDeps): Grants {
  const { signIn } = settings;
  const base = new URL(settings.baseUrl);
  const askedOf = (path: string, secret: string): Asked => ({
    name: `POST ${path}`,
    host: base.host,
    secrets: [secret, ...deps.secrets()],
  });

  /** The secret is in the body, and nothing of a sign-in is in the headers. */
  async function post(path: string, body: Buffer, type: string, signal: AbortSignal): Promise<Answered> {
    const answered = await exchange(
      {
        ...{ method: 'POST', origin: base, path: `${base.pathname.replace(/\/$/, '')}${path}`, body, signal },
        ...{ headers: { 'content-type': type, 'cache-control': 'no-store' }, name: `POST ${path}` },
      },
      deps,
    );
    deps.onAnswer(answered);
    return answered;
  }

  return {
    async byPassword(username, password, signal) {
      if (signIn.how !== 'password')
        throw new SidelineError('internal', { cause: new Error('a token is pasted here') });
      const { path } = signIn;
      const { body, type } = encoded(signIn.body, { [signIn.username]: username, [signIn.password]: password });
      const answered = await post(path, body, type, signal);
      const asked = askedOf(path, password);
      if ([400, 401, 403, 422].includes(answered.status)) {
        const { subject } = refusal({ ...answered, status: 400 }, asked);
        throw new SidelineError('sign-in-refused', { subject });
      }
      return granted(answered, asked, signIn.gives);
    },
    async byRefresh(path, refresh, signal) {
      const { body, type } = encoded('json', { [signIn.refreshField]: refresh });
      const answered = await post(path, body, type, signal);
      return [400, 401, 403].includes(answered.status) ? null : granted(answered, askedOf(path, refresh), signIn.gives);
    },
  };
}

function encoded(as: 'json' | 'form', fields: Record<string, string>): { body: Buffer; type: string } {
  if (as === 'json') return { body: Buffer.from(JSON.stringify(fields)), type: 'application/json' };
  return { body: Buffer.from(new URLSearchParams(fields).toString()), type: 'application/x-www-form-urlencoded' };
}

/** Throws what `jsonOf` and `fieldsOf` throw. */
function granted(answered: Answered, asked: Asked, gives: SignInSettings['gives']): Grant {
  const told = fieldsOf(
    jsonOf(answered, asked),
    {
      access: given.text(gives.accessToken),
      refresh: given.mayText(gives.refreshToken),
      seconds: given.mayNumber(gives.expiresIn),
    },
    asked.name,
  );
  if (!tokenPattern.test(told.access)) throw new SidelineError('broker-answer', { subject: words.values.token });
  const life = told.seconds === undefined || told.seconds === null ? null : told.seconds * 1000;
  return {
    ...{ access: told.access, refresh: told.refresh === '' ? null : (told.refresh ?? null) },
    ...{ until: life === null ? null : answered.sentAt + life, life },
  };
}
