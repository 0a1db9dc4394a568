/** Answers the calls about connections to backends. Who is signed in there is in sign-ins.ts. */
import { asBroker } from '../../shared/connection-kind.ts';
import type { BrokerConfig, BrokerConnection, Connection } from '../../shared/domain.ts';
import type { ConnectionInfo, ParsedInput } from '../../shared/ipc.ts';
import { refusals } from '../../shared/strings/refusals.ts';
import type { Practice } from '../app/practice.ts';
import type { ProxyLogins } from '../app/proxy-login.ts';
import type { SignIns } from '../app/sign-ins.ts';
import type { Brokers } from '../broker/open.ts';
import type { Tokens } from '../broker/tokens.ts';
import { proved, trySignIn } from '../broker/trial.ts';
import type { Journal } from '../journal/journal.ts';
import type { Agents } from '../storage/agents.ts';
import { secretName, type SecretStore } from '../storage/secrets.ts';
import { createTurns } from '../storage/whole-file.ts';
import { originOf, patienceOf, testBackend } from './backend-test.ts';
import type { Handlers } from './handlers.ts';
import { changeSecret, existing, refused, refuseTakenName, unlessTaken } from './saving.ts';

export interface BackendDeps {
  journal: Pick<
    Journal,
    | 'addConnection'
    | 'brokerCounts'
    | 'committed'
    | 'connections'
    | 'removeConnection'
    | 'together'
    | 'updateConnection'
  >;
  /** Gives a connection another name in the journal; called within `journal.together`. */
  rename: (id: number, name: string) => void;
  secrets: SecretStore;
  agents: Agents;
  brokers: Pick<Brokers, 'open' | 'forget'>;
  /** Called before the first request to an address: the proxy on the way to it is found out. */
  prepare: (url: URL) => Promise<void>;
  /** The names and passwords of proxies: a test waits for the one that it needs. */
  logins: Pick<ProxyLogins, 'answered' | 'forgive'>;
  /** A test with the sign-in that is kept waits for a new one, where that is over. */
  signIns: Pick<SignIns, 'answered' | 'ask' | 'forgive'>;
  practice: Pick<Practice, 'isPractice'>;
  /** The list of connections is another. */
  onChange: () => void;
  /** What is open of this connection is no longer right: it is opened anew. */
  forget: (connectionId: number) => Promise<void>;
  /** A test, or a sign-in, that has no answer by then is given up. ms */
  patience?: number;
}

type Draft = ParsedInput<'backends.save'>;
type Calls = Extract<keyof Handlers, `backends.${string}`>;

/** What is saved is saved one after another: each looks at what is there, and then writes. */
export function backendHandlers(deps: BackendDeps): Pick<Handlers, Calls> {
  const inTurn = createTurns();
  const info = (connection: Connection): ConnectionInfo => ({
    ...connection,
    practice: deps.practice.isPractice(connection),
  });
  return {
    'backends.save': (draft) => inTurn(async () => info(await save(deps, draft))),
    'backends.test': (draft) => testBackend(deps, draft),
    'backends.counts': ({ id }) => deps.journal.brokerCounts(asBroker(existing(deps.journal, id)).id),
  };
}

async function save(deps: BackendDeps, draft: Draft): Promise<Connection> {
  const { journal } = deps;
  const before = draft.id === null ? null : asBroker(existing(journal, draft.id));
  if (before !== null && deps.practice.isPractice(before)) throw refused(refusals.practiceFixed);
  if (before !== null && before.config.settings.kind !== draft.settings.kind) throw refused(refusals.backendKindFixed);
  refuseTakenName(journal.connections(), draft);
  const tokens = await tokensOf(deps, draft);
  const saved = before === null ? await add(deps, draft, tokens) : await edit(deps, before, draft, tokens);
  deps.onChange();
  return saved;
}

/** null: the sign-in stays what it is. Throws what signing in throws. */
async function tokensOf(deps: BackendDeps, { settings, signIn }: Draft): Promise<Tokens | null> {
  if (signIn === null) return null;
  const signal = patienceOf(deps);
  await deps.prepare(new URL(settings.baseUrl));
  const trial = await trySignIn(settings, signIn, { agents: deps.agents, signal });
  return signIn.with === 'token' ? await proved(trial, signal) : trial.tokens;
}

const configOf = ({ settings }: Draft): BrokerConfig => ({ kind: 'broker', settings });

/** Where the power goes between the journal and the secret, the connection is there, and asks to sign in. */
async function add(deps: BackendDeps, draft: Draft, tokens: Tokens | null): Promise<Connection> {
  const { journal } = deps;
  const added = unlessTaken(draft.name, () => journal.addConnection(draft.name, configOf(draft)));
  await journal.committed();
  try {
    await keep(deps, asBroker(added), tokens);
  } catch (error) {
    journal.removeConnection(added.id);
    throw error;
  }
  return added;
}

async function edit(
  deps: BackendDeps,
  before: BrokerConnection,
  draft: Draft,
  tokens: Tokens | null,
): Promise<Connection> {
  const { journal, secrets } = deps;
  const { id } = before;
  // A token is for the backend that gave it, and is sent to no other.
  const elsewhere = originOf(before.config.settings) !== originOf(draft.settings);
  const undo = await changeSecret(secrets, secretName(id), elsewhere ? 'none' : 'keep');
  if (elsewhere) await forgetSignIn(deps, before);
  try {
    unlessTaken(draft.name, () =>
      journal.together(() => {
        deps.rename(id, draft.name);
        journal.updateConnection(id, configOf(draft));
      }),
    );
    await journal.committed();
  } catch (error) {
    await undo();
    throw error;
  }
  const saved = asBroker(existing(journal, id));
  await keep(deps, saved, tokens);
  if (JSON.stringify(before.config) !== JSON.stringify(saved.config)) await deps.forget(id);
  return saved;
}

/** Out first: what is being renewed just now is then not kept either. */
async function forgetSignIn({ brokers }: BackendDeps, connection: BrokerConnection): Promise<void> {
  await (await brokers.open(connection)).broker.signIn.out();
  brokers.forget(connection.id);
}

async function keep({ brokers }: BackendDeps, connection: BrokerConnection, tokens: Tokens | null): Promise<void> {
  if (tokens === null) return;
  const { broker } = await brokers.open(connection);
  await broker.signIn.take(tokens);
}
