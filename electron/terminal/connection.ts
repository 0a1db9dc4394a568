/** sideline connection add, test, list, remove. */
import { isCancel, password, text } from '@clack/prompts';
import { asS3, isBroker, isS3Config } from '../../shared/connection-kind.ts';
import {
  credentialsSchema,
  type BrokerCounts,
  type Connection,
  type S3Config,
  type Credentials,
} from '../../shared/domain.ts';
import { SidelineError } from '../../shared/errors.ts';
import { isOpen } from '../engine/engine.ts';
import { formatBytes, formatCount } from '../../shared/format.ts';
import { refusals } from '../../shared/strings/refusals.ts';
import { terminalBackend } from '../../shared/strings/terminal-backend.ts';
import { openJournal } from '../journal/open.ts';
import { createAgents } from '../storage/agents.ts';
import { checkConnection, createBucket, type ConnectionOutcome } from '../storage/check-connection.ts';
import { credentialSource } from '../storage/credentials.ts';
import { secretName } from '../storage/secrets.ts';
import { parseConfig, type Environment } from './environment.ts';
import type { Session } from '../session.ts';
import { testBackend } from './backend.ts';
import { chooseConnection, named } from './choose-connection.ts';
import { jsonLine, tell } from './json-line.ts';
import { refuseWindowKey } from './window-keys.ts';
import { openTold } from './open-session.ts';

export interface AddOptions {
  dataDir: string;
  endpoint?: string | undefined;
  region: string;
  bucket?: string | undefined;
  pathStyle: boolean;
  profile?: string | undefined;
  chain: boolean;
  accessKeyId?: string | undefined;
  readOnly: boolean;
}

/** The secret is asked for or read from AWS_SECRET_ACCESS_KEY: an argument would stay in the shell's history. */
export async function addConnection(name: string, options: AddOptions, env: Environment): Promise<0> {
  if (options.bucket === undefined) throw new SidelineError('invalid-input', { subject: terminalBackend.noBucket });
  const fromChain = options.chain || options.profile !== undefined;
  const config = parseConfig(
    {
      endpoint: options.endpoint ?? null,
      region: options.region,
      bucket: options.bucket,
      pathStyle: options.pathStyle,
      credentials: fromChain ? { from: 'chain', profile: options.profile ?? null } : { from: 'stored' },
      ...(options.readOnly ? { readOnly: true } : {}),
    },
    { endpoint: '--endpoint', region: '--region', bucket: '--bucket' },
  );
  const credentials = fromChain ? null : await askCredentials(options.accessKeyId, env);
  const session = openTold({ folder: options.dataDir, env });
  try {
    await store(session, name, config, credentials);
  } finally {
    session.close();
  }
  tell(`Connection "${name}" is stored. "sideline connection test ${name}" tries it.`);
  return 0;
}

async function store(session: Session, name: string, config: S3Config, credentials: Credentials | null): Promise<void> {
  if (session.journal.connections().some((connection) => connection.name === name)) {
    throw new SidelineError('invalid-input', {
      subject: `NAME: there is a connection "${name}" already: remove it first.`,
    });
  }
  const connection = session.journal.addConnection(name, config);
  if (credentials !== null) await session.secrets.set(secretName(connection.id), credentials);
}

async function askCredentials(givenKey: string | undefined, env: Environment): Promise<Credentials> {
  const accessKeyId = givenKey ?? env.AWS_ACCESS_KEY_ID ?? (await ask('Access key ID', text));
  const secretAccessKey = env.AWS_SECRET_ACCESS_KEY ?? (await ask('Secret access key', password));
  const token = env.AWS_SESSION_TOKEN;
  return credentialsSchema.parse({ accessKeyId, secretAccessKey, ...(token ? { sessionToken: token } : {}) });
}

async function ask(message: string, prompt: typeof text | typeof password): Promise<string> {
  if (!process.stdin.isTTY) {
    throw new SidelineError('invalid-input', {
      subject: `${message} is missing: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or use --profile or --chain.`,
    });
  }
  const answer = await prompt({ message, validate: (value) => (value ? undefined : 'It cannot be empty.') });
  if (isCancel(answer)) throw new SidelineError('invalid-input', { subject: 'Nothing was stored.' });
  return answer;
}

/** Only reads, so that it works while another Sideline uploads. */
export function listConnections(options: { dataDir: string; json: boolean }): 0 {
  const journal = openJournal({ folder: options.dataDir, readOnly: true });
  try {
    const all = (journal?.connections() ?? []).map((one) =>
      isBroker(one) && journal !== null ? { ...one, counts: journal.brokerCounts(one.id) } : one,
    );
    if (options.json) process.stdout.write(jsonLine(all));
    else process.stdout.write(all.length === 0 ? 'There is no connection yet.\n' : all.map(describe).join(''));
  } finally {
    journal?.close();
  }
  return 0;
}

function describe({ name, config, counts }: Connection & { counts?: BrokerCounts }): string {
  if (!isS3Config(config)) {
    const { baseUrl, kind } = config.settings;
    return `${name}: backend ${baseUrl} (${kind})${counts === undefined ? '' : `, ${countWords(counts)}`}\n`;
  }
  const where = config.endpoint ?? `Amazon S3, ${config.region}`;
  const from =
    config.credentials.from === 'stored'
      ? 'stored key'
      : `credentials of ${config.credentials.profile ?? 'the environment'}`;
  const only = config.readOnly === true ? ', read-only' : '';
  return `${name}: bucket ${config.bucket} at ${where} (${from}${only})\n`;
}

function countWords({ successes, failures, bytes }: BrokerCounts): string {
  const files = formatCount(successes, 'file', 'files');
  return terminalBackend.counts(files, formatBytes(bytes), formatCount(failures, 'file', 'files'));
}

export async function removeConnection(name: string, options: { dataDir: string }, env: Environment): Promise<0> {
  const session = openTold({ folder: options.dataDir, env });
  try {
    const connection = named(session.journal.connections(), name);
    const used = session.journal
      .batches()
      .some((batch) => batch.connectionIds.includes(connection.id) && isOpen(session.journal.totals(batch.id), batch));
    if (used) {
      throw new SidelineError('invalid-input', {
        subject: `NAME: uploads to "${name}" are not finished: resume or cancel them first.`,
      });
    }
    const destinations = session.journal.destinations().filter(({ connectionId }) => connectionId === connection.id);
    if (destinations.length > 0) {
      const names = destinations.map(({ rules }) => rules.name);
      throw new SidelineError('invalid-input', {
        subject: `NAME: ${refusals.connectionHasDestinations(name, names)}`,
      });
    }
    session.journal.removeConnection(connection.id);
    await session.secrets.delete(secretName(connection.id));
  } finally {
    session.close();
  }
  tell(`Connection "${name}" is removed.`);
  return 0;
}

export interface TestOptions {
  dataDir: string;
  json: boolean;
  createBucket: boolean;
}

export async function testConnection(name: string | undefined, options: TestOptions, env: Environment): Promise<0 | 1> {
  const session = openTold({ folder: options.dataDir, env });
  const agents = createAgents(env);
  try {
    const chosen = chooseConnection(session.journal, name, env);
    await refuseWindowKey(chosen, session);
    if (isBroker(chosen)) return await testBackend(session, chosen, options.json);
    const connection = asS3(chosen);
    const credentials = credentialSource(connection, session.secrets);
    const deps = { agents, credentials };
    const signal = AbortSignal.timeout(60_000);
    let outcome = await checkConnection(connection, deps, signal);
    if (!outcome.ok && outcome.outcome === 'no-such-bucket' && options.createBucket) {
      await createBucket(connection, deps, signal);
      outcome = await checkConnection(connection, deps, signal);
    }
    if (outcome.ok) session.journal.storeCapabilities(connection.id, outcome.capabilities);
    process.stdout.write(options.json ? jsonLine(outcome) : words(connection, outcome));
    return outcome.ok ? 0 : 1;
  } finally {
    agents.destroy();
    session.close();
  }
}

const proofs = {
  crc32: 'it checks a CRC32 of every byte',
  'etag-md5': 'it returns an MD5 of every byte, which Sideline compares',
  'content-md5': 'it checks an MD5 of every byte',
  none: 'it cannot prove that what arrived is what was sent',
};

function words(connection: Connection, outcome: ConnectionOutcome): string {
  if (outcome.ok) {
    return `"${connection.name}" works (${Math.round(outcome.latency)} ms). Integrity: ${proofs[outcome.capabilities.integrity]}.\n`;
  }
  const { offer } = outcome;
  if (offer === null) return `${outcome.message}\n`;
  const hint = 'create' in offer ? 'Create it with --create-bucket.' : `Use the region ${offer.region}.`;
  return `${outcome.message} ${hint}\n`;
}
