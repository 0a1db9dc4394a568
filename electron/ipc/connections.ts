/** Answers the calls about connections. */
import { asS3, isS3Config } from '../../shared/connection-kind.ts';
import type {
  Capabilities,
  Connection,
  ConnectionConfig,
  Credentials,
  S3Config,
  S3Connection,
} from '../../shared/domain.ts';
import { SidelineError } from '../../shared/errors.ts';
import type { ConnectionInfo, ConnectionTest, FoundOnMachine, ParsedInput } from '../../shared/ipc.ts';
import { refusals } from '../../shared/strings/refusals.ts';
import type { Practice } from '../app/practice.ts';
import type { ProxyLogins } from '../app/proxy-login.ts';
import { unfinishedStates } from '../engine/transfer-state.ts';
import type { Journal } from '../journal/journal.ts';
import { addressOf, endpointOf } from '../storage/address.ts';
import type { Agents } from '../storage/agents.ts';
import type { AwsProfile } from '../storage/aws-profiles.ts';
import { checkConnection, createBucket, type CheckDeps } from '../storage/check-connection.ts';
import { credentialSource, type CredentialSource } from '../storage/credentials.ts';
import { secretName, type SecretStore } from '../storage/secrets.ts';
import { createTurns } from '../storage/whole-file.ts';
import type { Handlers } from './handlers.ts';
import { changeSecret, existing, refused, refuseTakenName, unlessTaken, type SecretChange } from './saving.ts';
import { createTested, type Tested } from './tested.ts';

export interface ConnectionDeps {
  journal: Pick<
    Journal,
    | 'addConnection'
    | 'batches'
    | 'committed'
    | 'connections'
    | 'destinations'
    | 'removeConnection'
    | 'storeCapabilities'
    | 'together'
    | 'totals'
    | 'updateConnection'
  >;
  /** Gives a connection another name in the journal; called within `journal.together`. */
  rename: (id: number, name: string) => void;
  secrets: SecretStore;
  agents: Agents;
  /** Called before the first request to an address: the proxy on the way to it is found out. */
  prepare?: (url: URL) => Promise<void>;
  /** The names and passwords of proxies: a test waits for the one that it needs. */
  logins?: Pick<ProxyLogins, 'answered' | 'forgive'>;
  practice: Pick<Practice, 'start' | 'isPractice'>;
  profiles: () => Promise<AwsProfile[]>;
  /** How this system keeps secrets. */
  protection: () => FoundOnMachine['secrets'];
  /** The list of connections is another. */
  onChange: () => void;
  /** What is open of this connection is no longer right: it is opened anew. */
  forget: (connectionId: number) => void | Promise<void>;
  /** A test or a new bucket that has no answer by then is given up. ms */
  patience?: number;
}

type Draft = ParsedInput<'connections.save'>;
type Calls = Extract<keyof Handlers, `connections.${string}`>;

/** What is saved and removed is saved and removed one after another: each looks at what is there, and then writes. */
export function connectionHandlers(deps: ConnectionDeps): Pick<Handlers, Calls> {
  const inTurn = createTurns();
  const tested = createTested();
  const info = (connection: Connection): ConnectionInfo => ({
    ...connection,
    practice: deps.practice.isPractice(connection),
  });
  return {
    'connections.list': () => deps.journal.connections().map(info),
    'connections.found': async () => ({ profiles: await deps.profiles(), secrets: deps.protection() }),
    'connections.save': (draft) => inTurn(async () => info(await save(deps, tested, draft))),
    async 'connections.test'(draft) {
      refuseBackend(deps, draft);
      const take = tested.begin(draft);
      const answer = await test(deps, draft);
      if (take(answer) && answer.ok) storeFound(deps, draft, answer.capabilities);
      return answer;
    },
    async 'connections.createBucket'(draft) {
      refuseBackend(deps, draft);
      await create(deps, draft);
      return null;
    },
    'connections.remove': ({ id }) => inTurn(() => remove(deps, id)),
    async 'connections.practice'() {
      const connection = await deps.practice.start();
      deps.onChange();
      return info(connection);
    },
  };
}

async function save(deps: ConnectionDeps, tested: Tested, draft: Draft): Promise<Connection> {
  const { journal } = deps;
  const before = draft.id === null ? null : asS3(existing(journal, draft.id));
  if (before !== null && deps.practice.isPractice(before)) throw refused(refusals.practiceFixed);
  refuseTakenName(journal.connections(), draft);
  await refuseMissingSecret(deps.secrets, draft);
  const found = tested.find(draft);
  tested.forget();
  const saved = before === null ? await add(deps, draft, found) : await edit(deps, before, draft, found);
  deps.onChange();
  return saved;
}

/**
 * The journal first, for it gives the id under which the secret is kept. Where the power goes between the two, the connection
 * is there and says that its key is missing.
 */
async function add(
  { journal, secrets }: ConnectionDeps,
  draft: Draft,
  found: Capabilities | null,
): Promise<Connection> {
  const added = unlessTaken(draft.name, () => journal.addConnection(draft.name, draft.config));
  if (found !== null) journal.storeCapabilities(added.id, found);
  await journal.committed();
  if (draft.config.credentials.from === 'stored' && draft.secret !== null) {
    try {
      await secrets.set(secretName(added.id), draft.secret);
    } catch (error) {
      journal.removeConnection(added.id);
      throw error;
    }
  }
  return { ...added, capabilities: found };
}

async function edit(
  deps: ConnectionDeps,
  before: Connection,
  draft: Draft,
  found: Capabilities | null,
): Promise<Connection> {
  const { journal, secrets } = deps;
  const { id } = before;
  const undo = await changeSecret(secrets, secretName(id), wantedSecret(draft));
  // What a key may do is part of what a store can do: another key is another answer.
  const sameStore = draft.secret === null && isSame(before.config, draft.config);
  const capabilities = found ?? (sameStore ? before.capabilities : null);
  try {
    unlessTaken(draft.name, () =>
      journal.together(() => {
        deps.rename(id, draft.name);
        journal.updateConnection(id, draft.config);
        if (capabilities !== null) journal.storeCapabilities(id, capabilities);
      }),
    );
    await journal.committed();
  } catch (error) {
    await undo();
    throw error;
  }
  if (!sameStore) await deps.forget(id);
  return existing(journal, id);
}

async function remove(deps: ConnectionDeps, id: number): Promise<null> {
  const { journal, secrets } = deps;
  const connection = existing(journal, id);
  refuseWithDestinations(journal, connection);
  refuseInUse(journal, connection);
  const undo = await changeSecret(secrets, secretName(id), 'none');
  try {
    journal.removeConnection(id);
    await journal.committed();
  } catch (error) {
    await undo();
    throw error;
  }
  await deps.forget(id);
  await secrets.delete(secretName(id)); // a sign-in that was renewed just then may have been kept
  deps.onChange();
  return null;
}

/** Its secret is a token, and no key for a bucket. Throws `invalid-input`. */
function refuseBackend({ journal }: ConnectionDeps, { id }: Draft): void {
  const saved = journal.connections().find((connection) => connection.id === id);
  if (saved !== undefined) asS3(saved);
}

function wantedSecret({ config, secret }: Draft): SecretChange {
  if (config.credentials.from === 'chain') return 'none';
  return secret ?? 'keep';
}

/** ms */
const patience = 30_000;

/** With the draft as it is typed. */
async function test(deps: ConnectionDeps, draft: Draft): Promise<ConnectionTest> {
  deps.logins?.forgive();
  for (;;) {
    const answer = await testOnce(deps, draft);
    if (answer.ok || answer.outcome !== 'proxy-login' || !(await loginGiven(deps, draft))) return answer;
  }
}

/** True: somebody has just told the proxy's name and password, and it is worth another try. */
async function loginGiven({ agents, logins }: ConnectionDeps, { config }: Draft): Promise<boolean> {
  return (await logins?.answered(agents.proxyOf(addressOf(config).origin))) ?? false;
}

async function testOnce(deps: ConnectionDeps, draft: Draft): Promise<ConnectionTest> {
  const connection = connectionOf(draft);
  try {
    return await bounded(deps, connection, (signal) => checkConnection(connection, checkDeps(deps, draft), signal));
  } catch (error) {
    if (!(error instanceof SidelineError) || error.kind !== 'host-unreachable') throw error;
    return { ok: false, outcome: 'wrong-host', message: error.message, offer: null };
  }
}

/** A test of a connection as it is saved tells what its store can do. */
function storeFound(deps: ConnectionDeps, { id, config, secret }: Draft, capabilities: Capabilities): void {
  const saved = deps.journal.connections().find((connection) => connection.id === id);
  if (saved === undefined || secret !== null || !isSame(saved.config, config)) return;
  deps.journal.storeCapabilities(saved.id, capabilities);
  deps.onChange();
}

async function create(deps: ConnectionDeps, draft: Draft): Promise<void> {
  deps.logins?.forgive();
  for (;;) {
    try {
      await createOnce(deps, draft);
      return;
    } catch (error) {
      const asked = error instanceof SidelineError && error.kind === 'proxy-login';
      if (!asked || !(await loginGiven(deps, draft))) throw error;
    }
  }
}

async function createOnce(deps: ConnectionDeps, draft: Draft): Promise<void> {
  const connection = connectionOf(draft);
  await bounded(deps, connection, (signal) => createBucket(connection, checkDeps(deps, draft), signal));
}

/** Throws `host-unreachable` when there is no answer in time, whatever it is that hangs: a profile's program may too. */
async function bounded<T>(
  deps: ConnectionDeps,
  { config }: S3Connection,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const late = AbortSignal.timeout(deps.patience ?? patience);
  const working = (async () => {
    await deps.prepare?.(addressOf(config).origin);
    return await work(late);
  })();
  working.catch(() => undefined); // where time is up, nobody waits for it any more
  try {
    return await Promise.race([working, aborted(late)]);
  } catch (cause) {
    if (!late.aborted) throw cause;
    throw new SidelineError('host-unreachable', { subject: endpointOf(config).host, operation: 'connect', cause });
  }
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(new Error('no answer in time')), { once: true });
  });
}

/** An id that no stored connection has, for one that is new. */
const unstored = 0;

function connectionOf({ id, name, config }: Draft): S3Connection {
  return { id: id ?? unstored, name, config, capabilities: null };
}

function checkDeps({ agents, secrets }: ConnectionDeps, draft: Draft): CheckDeps {
  const typed = draft.config.credentials.from === 'stored' ? draft.secret : null;
  const credentials = typed === null ? credentialSource(connectionOf(draft), secrets) : fixed(typed);
  return { agents, credentials };
}

function fixed(credentials: Credentials): CredentialSource {
  return { get: () => Promise.resolve(credentials), refresh: () => undefined };
}

async function refuseMissingSecret(secrets: SecretStore, { id, config, secret }: Draft): Promise<void> {
  if (config.credentials.from !== 'stored' || secret !== null) return;
  if (id === null || (await secrets.get(secretName(id))) === null) throw refused(refusals.secretNeeded);
}

/** A failed transfer may be sent again as long as its batch is in the lists; so it counts, as it does in the terminal. */
function refuseInUse(journal: ConnectionDeps['journal'], { id, name }: Connection): void {
  const batches = journal.batches().filter((batch) => batch.connectionIds.includes(id) && batch.clearedAt === null);
  const states = [...unfinishedStates, 'failed'] as const;
  const files = batches
    .map((batch) => journal.totals(batch.id))
    .reduce((sum, totals) => sum + states.reduce((ofBatch, state) => ofBatch + totals[state].files, 0), 0);
  if (files > 0) throw refused(refusals.connectionInUse(name, files));
  if (batches.some(({ plannedAt }) => plannedAt === null)) throw refused(refusals.connectionScanning(name));
}

/** They would lead nowhere. */
function refuseWithDestinations(journal: ConnectionDeps['journal'], { id, name }: Connection): void {
  const using = journal.destinations().filter(({ connectionId }) => connectionId === id);
  if (using.length === 0) return;
  const names = using.map(({ rules }) => rules.name);
  throw refused(refusals.connectionHasDestinations(name, names));
}

function isSame(one: ConnectionConfig, other: ConnectionConfig): boolean {
  if (!isS3Config(one) || !isS3Config(other)) return JSON.stringify(one) === JSON.stringify(other);
  const parts = ({ endpoint, region, bucket, pathStyle, credentials, readOnly = false }: S3Config) => {
    const from = credentials.from === 'chain' ? credentials.profile : true;
    return JSON.stringify([endpoint, region, bucket, pathStyle, from, readOnly]);
  };
  return parts(one) === parts(other);
}
