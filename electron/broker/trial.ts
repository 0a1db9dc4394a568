/** A sign-in that is tried before it counts: nothing is kept of one that the backend does not take. */
import type { BrokerSettings } from '../../shared/broker-settings.ts';
import { SidelineError } from '../../shared/errors.ts';
import type { BackendSignIn } from '../../shared/ipc.ts';
import { refusals } from '../../shared/strings/refusals.ts';
import type { Agents } from '../storage/agents.ts';
import { openBroker, type Broker } from './broker.ts';
import { checkBroker } from './check.ts';
import { createSignIn } from './sign-in.ts';
import { memoryTokens, type Tokens } from './tokens.ts';

export interface Trial {
  /** speaks to the backend with what was given, which is in this process' memory only */
  broker: Broker;
  tokens: Tokens;
}

/** A connection on which nothing moves for so long is given up. ms */
const patience = 30_000;

/**
 * A password is sent to the backend; a token is only looked at: see `proved`. Throws `sign-in-refused`, `invalid-input` for what
 * cannot be a token and where this backend takes no password, and what the network and the backend can cause.
 */
export async function trySignIn(
  settings: BrokerSettings,
  given: BackendSignIn,
  { agents, signal }: { agents: Agents; signal: AbortSignal },
): Promise<Trial> {
  const store = memoryTokens();
  const signIn = createSignIn(settings, { store, agents, patience });
  if (given.with === 'token') await signIn.withToken(given.token);
  else {
    refuseWithoutPasswords(settings);
    await signIn.withPassword(given.username, given.password, signal);
  }
  const tokens = await store.get();
  if (tokens === null) throw new SidelineError('internal');
  return { broker: openBroker(settings, { agents, signIn, patience }), tokens };
}

/** Throws `sign-in-refused` where the backend does not take a pasted token; where that cannot be found out, it may well do. */
export async function proved(trial: Trial, signal: AbortSignal): Promise<Tokens> {
  const outcome = await checkBroker(trial.broker, signal);
  if (!outcome.ok && outcome.outcome === 'sign-in-needed')
    throw new SidelineError('sign-in-refused', { subject: refusals.tokenNotTaken });
  return trial.tokens;
}

/** Throws `invalid-input`. */
export function refuseWithoutPasswords({ signIn }: Pick<BrokerSettings, 'signIn'>): void {
  if (signIn.how === 'token') throw new SidelineError('invalid-input', { subject: refusals.tokenOnly });
}
