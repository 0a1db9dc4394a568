/**
 * Who speaks to the backend: a token that was pasted, or one that a user name and password were given for. It is renewed before
 * it expires and once when the backend refuses it; where that does not help, whoever asks is told to sign in again, without
 * another request, until somebody has.
 */
import { SidelineError } from '../../shared/errors.ts';
import { broker as words } from '../../shared/strings/broker.ts';
import type { Agents } from '../storage/agents.ts';
import { createTurns } from '../storage/whole-file.ts';
import { serverTime, type Answered } from './exchange.ts';
import { createGrants, tokenPattern, type Grant } from './grants.ts';
import type { BrokerSettings } from '../../shared/broker-settings.ts';
import { claimsOf, type Tokens, type TokenStore } from './tokens.ts';

export interface SignIn {
  /** For the Authorization header. Throws `sign-in-needed`, what renewing throws, and the signal's reason. */
  token(signal: AbortSignal): Promise<string>;
  /** The backend took it. */
  accepted(token: string): void;
  /**
   * The backend answered 401 to this token: it is renewed, if nobody has meanwhile. Throws `sign-in-needed` where that cannot
   * be, or did not help.
   */
  renew(token: string, signal: AbortSignal): Promise<void>;
  /** It helps no more: `sign-in-needed` from now on. */
  giveUp(token: string): SidelineError;
  /**
   * Throws `sign-in-refused`, what the network and the backend can cause, and `invalid-input` where somebody signs out meanwhile. The
   * password is not kept.
   */
  withPassword(username: string, password: string, signal: AbortSignal): Promise<void>;
  /** Throws `invalid-input` for what cannot be one. Whether the backend takes it shows at the next call. */
  withToken(token: string, refresh?: string): Promise<void>;
  /** With tokens that another sign-in to the same backend has got: a trial that went well. */
  take(tokens: Tokens): Promise<void>;
  /** Forgets what is kept; who is about to sign in does so in vain. */
  out(): Promise<void>;
  /** The connection is gone, or leads elsewhere: nothing is kept from now on, and whoever signs in is told `invalid-input`. */
  end(): void;
  /** Whether there is a token of which nobody has said yet that it helps no more. */
  isIn(): Promise<boolean>;
  /** Who is signed in, as the token says; null: it does not say, or nobody is. */
  user(): Promise<string | null>;
  /** The user name that was typed; null: a token was pasted, or nobody is signed in. It stays when the token helps no more. */
  username(): Promise<string | null>;
  /** All that must not come back in an error. */
  secrets(): readonly string[];
  /** What an answer says of the time. */
  learnClock(answered: Pick<Answered, 'headers' | 'sentAt'>): void;
}

export interface SignInDeps {
  store: TokenStore;
  agents: Agents;
  /** ms */
  patience: number;
  /**
   * `needed`: the backend no longer takes the token, said once however many calls find out; `in`: somebody signed in, and what
   * waits can go on.
   */
  onChange?: (now: SignInChange) => void;
}

export type SignInChange = 'in' | 'needed' | 'out';

/** for all who wait for it. ms */
const longestRenewal = 60_000;
/** before it expires, but at most a tenth of its life. ms */
const renewBefore = 60_000;
/** Old ones may come back in late answers. */
const mostRemembered = 16;

interface Held extends Tokens, Grant {
  /** It came from a renewal, and no answer has shown yet that it is taken. */
  unproved: boolean;
}

export function createSignIn(settings: Pick<BrokerSettings, 'baseUrl' | 'signIn'>, deps: SignInDeps): SignIn {
  const { signIn } = settings;
  const base = new URL(settings.baseUrl);
  const { store, onChange = () => undefined } = deps;
  /** undefined: not looked up yet */
  let held: Held | null | undefined;
  let loading: Promise<Held | null> | null = null;
  let renewal: Promise<void> | null = null;
  /** an access token that helps no more */
  let dead: string | null = null;
  /** how much the backend's clock is ahead of this one. ms */
  let ahead = 0;
  /** grows with each sign-out */
  let outs = 0;
  let ended = false;
  const remembered: string[] = [];
  const inTurn = createTurns();
  const grants = createGrants(settings, { ...deps, secrets: () => remembered, onAnswer: learnClock });

  const needed = (cause?: unknown) => new SidelineError('sign-in-needed', { subject: base.host, cause });

  async function current(): Promise<Held> {
    if (held === undefined) held = unlessKnown(await (loading ??= load().finally(() => (loading = null))));
    if (held === null || held.access === dead) throw needed();
    return held;
  }

  /** Somebody may have signed in or out meanwhile. */
  const unlessKnown = (loaded: Held | null) => (held === undefined ? loaded : held);

  async function load(): Promise<Held | null> {
    try {
      const tokens = await store.get();
      const loaded = tokens === null ? null : { ...tokens, until: null, life: null, unproved: false };
      if (loaded !== null) remember(loaded);
      return loaded;
    } catch (error) {
      // Another keychain, a reinstalled system: signing in again is what helps.
      if (error instanceof SidelineError && error.kind === 'credentials-missing') throw needed(error);
      throw error;
    }
  }

  function remember({ access, refresh }: Pick<Tokens, 'access' | 'refresh'>): void {
    remembered.push(access, ...(refresh === null ? [] : [refresh]));
    remembered.splice(0, remembered.length - mostRemembered);
  }

  /** On disk before it is used: one that replaces the last must survive a crash. */
  async function hold(next: Held): Promise<void> {
    const { username, access, refresh } = next;
    await store.set({ username, access, refresh });
    held = next;
    dead = null;
  }

  /** `since`: the sign-outs before it was begun */
  async function comeIn(next: Held, since: number): Promise<void> {
    remember(next);
    await inTurn(async () => {
      if (ended || outs !== since) throw new SidelineError('invalid-input', { subject: words.signedOutMeanwhile });
      await hold(next);
    });
    onChange('in');
  }

  function giveUp(token: string): SidelineError {
    if (held?.access === token && dead !== token) {
      dead = token;
      onChange('needed');
    }
    return needed();
  }

  const canRenew = ({ refresh }: Tokens): boolean => refresh !== null && signIn.refreshPath !== null;

  function isStale({ access, until, life }: Held): boolean {
    const { exp, iat } = claimsOf(access) ?? {};
    const end = until ?? (exp === undefined ? null : exp * 1000 - ahead);
    const whole = life ?? (exp === undefined || iat === undefined ? null : (exp - iat) * 1000);
    return end !== null && end - Date.now() < Math.min(renewBefore, whole === null ? renewBefore : whole / 10);
  }

  /** One at a time, for all who want it, and not ended by one of them going. */
  async function renewOnce(old: Held, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted(); // first: nobody would hear how a renewal ends that is begun for nobody
    const shared = (renewal ??= renewed(old).finally(() => (renewal = null)));
    await orAborted(shared, signal);
  }

  async function renewed(old: Held): Promise<void> {
    const { refresh } = old;
    if (refresh === null || signIn.refreshPath === null) throw giveUp(old.access);
    const next = await grants.byRefresh(signIn.refreshPath, refresh, AbortSignal.timeout(longestRenewal));
    if (held !== old) return; // somebody who signed in or out meanwhile counts more
    if (next === null) throw giveUp(old.access);
    const renewed = { ...next, username: old.username, refresh: next.refresh ?? refresh, unproved: true };
    remember(renewed);
    await inTurn(async () => {
      if (!ended && held === old) await hold(renewed);
    });
  }

  const take = (tokens: Tokens) => comeIn({ ...tokens, until: null, life: null, unproved: false }, outs);

  /** Whoever asks for the token is told what is wrong. */
  async function lookUp(): Promise<void> {
    if (held === undefined) await current().catch(() => null);
  }

  function learnClock({ headers, sentAt }: Pick<Answered, 'headers' | 'sentAt'>): void {
    const time = serverTime(headers);
    if (time !== null) ahead = time - sentAt;
  }

  return {
    async token(signal) {
      const now = await current();
      if (!canRenew(now) || !isStale(now)) return now.access;
      await renewOnce(now, signal);
      return (await current()).access;
    },
    accepted(token) {
      if (held?.access === token) held.unproved = false;
    },
    async renew(token, signal) {
      const now = await current();
      if (now.access !== token) return;
      if (now.unproved) throw giveUp(token);
      await renewOnce(now, signal);
    },
    giveUp,
    async withPassword(username, password, signal) {
      const since = outs;
      const grant = await grants.byPassword(username, password, signal);
      await comeIn({ ...grant, username, unproved: false }, since);
    },
    take,
    async withToken(text, refresh = '') {
      const access = text.trim().replace(/^(bearer|token|jwt)\s+/i, '');
      const again = refresh.trim();
      if (!tokenPattern.test(access) || (again !== '' && !tokenPattern.test(again)))
        throw new SidelineError('invalid-input', { subject: words.values.token });
      await take({ access, refresh: again === '' ? null : again, username: null });
    },
    async out() {
      outs += 1;
      await inTurn(async () => {
        held = null;
        await store.delete();
      });
      onChange('out');
    },
    end: () => void (ended = true),
    isIn: () =>
      current().then(
        () => true,
        (error: unknown) => {
          if (error instanceof SidelineError && error.kind === 'sign-in-needed') return false;
          throw error;
        },
      ),
    async user() {
      await lookUp();
      const claim = held === null || held === undefined ? undefined : claimsOf(held.access)?.[signIn.userClaim];
      return typeof claim === 'string' || typeof claim === 'number' ? String(claim) : null;
    },
    async username() {
      await lookUp();
      return held?.username ?? null;
    },
    secrets: () => remembered,
    learnClock,
  };
}

/** `signal` has not aborted yet. */
async function orAborted(work: Promise<void>, signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const abort = () => reject(signal.reason instanceof Error ? signal.reason : new SidelineError('internal'));
    signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
