/** sideline connection add --broker, sign-in, and the test of a backend. */
import { readFile } from 'node:fs/promises';
import { text as readAll } from 'node:stream/consumers';
import { isCancel, password as askPassword } from '@clack/prompts';
import { parseBrokerSettings, type BrokerSettings } from '../../shared/broker-settings.ts';
import { asBroker } from '../../shared/connection-kind.ts';
import type { BrokerConnection } from '../../shared/domain.ts';
import { SidelineError } from '../../shared/errors.ts';
import { terminalBackend as words } from '../../shared/strings/terminal-backend.ts';
import { checkBroker, type BrokerOutcome } from '../broker/check.ts';
import type { Session } from '../session.ts';
import { named } from './choose-connection.ts';
import type { Environment } from './environment.ts';
import { jsonLine, tell } from './json-line.ts';
import { openTold } from './open-session.ts';

export interface BackendSignIn {
  /** user name; the password is asked for, or read from SIDELINE_BROKER_PASSWORD */
  signIn?: string | undefined;
  /** a token comes on standard input, and in a second line, where there is one, what renews it */
  tokenStdin: boolean;
}

export interface AddBackendOptions extends BackendSignIn {
  dataDir: string;
  broker: string;
  url: string | undefined;
  /** a JSON file with what differs from the documents: paths, names of fields, ... */
  settings?: string | undefined;
}

/** Stored only where the backend has taken the sign-in. Throws `invalid-input`, `sign-in-refused`, and what the network causes. */
export async function addBackend(name: string, options: AddBackendOptions, env: Environment): Promise<0> {
  const settings = await settingsOf(options);
  const secret = await secretOf(options, env);
  await inSession(options.dataDir, env, async (session) => {
    const { journal } = session;
    if (journal.connections().some((connection) => connection.name === name))
      throw new SidelineError('invalid-input', { subject: words.nameTaken(name) });
    const connection = journal.addConnection(name, { kind: 'broker', settings });
    await journal.committed();
    try {
      await signInTo(session, connection, secret);
    } catch (error) {
      journal.removeConnection(connection.id);
      await journal.committed();
      throw error;
    }
  });
  tell(words.added(name));
  return 0;
}

/** Another sign-in for a connection that has one, or lost it. */
export async function signInAgain(
  name: string,
  options: BackendSignIn & { dataDir: string },
  env: Environment,
): Promise<0> {
  const secret = await secretOf(options, env);
  await inSession(options.dataDir, env, async (session) => {
    await signInTo(session, asBroker(named(session.journal.connections(), name)), secret);
  });
  tell(words.signedIn(name));
  return 0;
}

/** Prints what came of it. */
export async function testBackend(session: Session, connection: BrokerConnection, json: boolean): Promise<0 | 1> {
  const { broker } = await session.brokers.open(connection);
  const outcome = await checkBroker(broker, AbortSignal.timeout(60_000));
  process.stdout.write(json ? jsonLine(outcome) : `${said(connection, outcome)}\n`);
  return outcome.ok ? 0 : 1;
}

function said({ name }: BrokerConnection, outcome: BrokerOutcome): string {
  return outcome.ok ? words.works(name, Math.round(outcome.latency), outcome.user) : outcome.message;
}

async function settingsOf({ broker, url, settings, signIn }: AddBackendOptions): Promise<BrokerSettings> {
  if (url === undefined) throw new SidelineError('invalid-input', { subject: words.noUrl });
  const file = settings === undefined ? {} : await settingsFile(settings);
  const own = typeof file.signIn === 'object' && file.signIn !== null ? file.signIn : {};
  const how = signIn === undefined ? 'token' : 'password';
  return parseBrokerSettings({ ...file, kind: broker, baseUrl: url, signIn: { how, ...own } });
}

async function settingsFile(file: string): Promise<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(await readFile(file, 'utf8'));
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  } catch (cause) {
    throw new SidelineError('invalid-input', { subject: words.noSettings(file), cause });
  }
  throw new SidelineError('invalid-input', { subject: words.noSettings(file) });
}

type Secret = { username: string; password: string } | { token: string; refresh: string };

/** Neither is an argument, which would stay in the shell's history. */
async function secretOf({ signIn, tokenStdin }: BackendSignIn, env: Environment): Promise<Secret> {
  if (tokenStdin === (signIn !== undefined)) throw new SidelineError('invalid-input', { subject: words.oneSignIn });
  if (signIn === undefined) {
    const [token = '', ...refresh] = (await readAll(process.stdin)).trim().split(/\r?\n/);
    return { token, refresh: refresh.join('\n') };
  }
  const password = env.SIDELINE_BROKER_PASSWORD ?? (await ask());
  return { username: signIn, password };
}

async function ask(): Promise<string> {
  if (!process.stdin.isTTY) throw new SidelineError('invalid-input', { subject: words.noPassword });
  const answer = await askPassword({
    message: words.password,
    validate: (value) => (value ? undefined : words.empty),
  });
  if (isCancel(answer)) throw new SidelineError('invalid-input', { subject: words.nothingStored });
  return answer;
}

async function signInTo(session: Session, connection: BrokerConnection, secret: Secret): Promise<void> {
  const { broker } = await session.brokers.open(connection);
  if ('token' in secret) await broker.signIn.withToken(secret.token, secret.refresh);
  else await broker.signIn.withPassword(secret.username, secret.password, AbortSignal.timeout(60_000));
}

async function inSession(dataDir: string, env: Environment, work: (session: Session) => Promise<void>): Promise<void> {
  const session = openTold({ folder: dataDir, env });
  try {
    await work(session);
  } finally {
    session.close();
  }
}
