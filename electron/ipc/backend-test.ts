/** Tries a backend as its form has it, before it is saved or after. */
import type { BrokerSettings } from '../../shared/broker-settings.ts';
import { asBroker } from '../../shared/connection-kind.ts';
import type { BrokerConnection } from '../../shared/domain.ts';
import { asSidelineError, SidelineError } from '../../shared/errors.ts';
import type { BackendTest, ParsedInput } from '../../shared/ipc.ts';
import { openBroker, type Broker } from '../broker/broker.ts';
import { checkBroker } from '../broker/check.ts';
import { createSignIn } from '../broker/sign-in.ts';
import { memoryTokens } from '../broker/tokens.ts';
import { trySignIn } from '../broker/trial.ts';
import type { BackendDeps } from './backends.ts';
import { existing } from './saving.ts';

type Draft = ParsedInput<'backends.test'>;

/** ms */
const usualPatience = 30_000;

/** With the draft as it is typed. Where a person is asked for something on the way, it is tried again when they have answered. */
export async function testBackend(deps: BackendDeps, draft: Draft): Promise<BackendTest> {
  deps.logins.forgive();
  deps.signIns.forgive();
  for (;;) {
    const answer = await testOnce(deps, draft);
    if (answer.ok || !(await isAnswered(deps, draft, answer.outcome))) return answer;
  }
}

async function isAnswered(deps: BackendDeps, draft: Draft, outcome: string): Promise<boolean> {
  const { agents, logins, signIns } = deps;
  if (outcome === 'proxy-login') return await logins.answered(agents.proxyOf(new URL(draft.settings.baseUrl)));
  const saved = outcome === 'sign-in-needed' ? keptFor(deps, draft) : null;
  if (saved === null) return false;
  signIns.ask(saved.id);
  return await signIns.answered(saved.id);
}

/** The saved connection whose sign-in counts for the draft; null: the draft has its own, or goes elsewhere. */
function keptFor({ journal }: BackendDeps, { id, settings, signIn }: Draft): BrokerConnection | null {
  if (id === null || signIn !== null) return null;
  const saved = asBroker(existing(journal, id));
  return originOf(saved.config.settings) === originOf(settings) ? saved : null;
}

async function testOnce(deps: BackendDeps, draft: Draft): Promise<BackendTest> {
  const signal = patienceOf(deps);
  try {
    await deps.prepare(new URL(draft.settings.baseUrl));
    return await checkBroker(await brokerOf(deps, draft, signal), signal);
  } catch (error) {
    const { kind, message } = signal.aborted ? unreachable(draft) : asSidelineError(error);
    if (kind === 'internal' || kind === 'invalid-input') throw error;
    return { ok: false, outcome: kind, message };
  }
}

/** With the sign-in of the draft; else with that which is kept, where it is for this backend; else with none. */
async function brokerOf(deps: BackendDeps, draft: Draft, signal: AbortSignal): Promise<Broker> {
  const { agents } = deps;
  const { settings, signIn } = draft;
  if (signIn !== null) return (await trySignIn(settings, signIn, { agents, signal })).broker;
  const saved = keptFor(deps, draft);
  if (saved !== null) {
    const { broker } = await deps.brokers.open(saved);
    return openBroker(settings, { agents, signIn: broker.signIn });
  }
  const none = createSignIn(settings, { store: memoryTokens(), agents, patience: usualPatience });
  return openBroker(settings, { agents, signIn: none });
}

function unreachable({ settings }: Draft): SidelineError {
  return new SidelineError('host-unreachable', { subject: new URL(settings.baseUrl).host, operation: 'connect' });
}

/** What a token is for. */
export const originOf = ({ baseUrl }: BrokerSettings): string => new URL(baseUrl).origin;

/** Of one test, or of one sign-in. */
export function patienceOf({ patience = usualPatience }: BackendDeps): AbortSignal {
  return AbortSignal.timeout(patience);
}
