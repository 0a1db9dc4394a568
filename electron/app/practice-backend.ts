/**
 * The practice backend as a connection of the window, where the app is started from its sources: the reference backend over the
 * practice bucket, signed in.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { isBroker } from '../../shared/connection-kind.ts';
import { parseBrokerSettings } from '../../shared/broker-settings.ts';
import type { BrokerConfig, BrokerConnection, Connection } from '../../shared/domain.ts';
import { practice as words } from '../../shared/strings/practice.ts';
import type { Brokers } from '../broker/open.ts';
import type { Journal } from '../journal/journal.ts';
import { startBackend, type Backend, type BackendCommand } from '../practice/backend-process.ts';
import type { PracticeBucket } from '../practice/practice-bucket.ts';
import { createTurns } from '../storage/whole-file.ts';

export interface PracticeBackendDeps {
  command: BackendCommand;
  journal: Pick<Journal, 'addConnection' | 'connections' | 'updateConnection'>;
  brokers: Pick<Brokers, 'open'>;
  /** what it remembers is in here */
  folder: string;
  /** It did not come up, or does not take its own sign-in. */
  onFailure: (error: unknown) => void;
}

export interface PracticeBackend {
  /** Starts it over this bucket, if it does not run yet. Never rejects: the bucket can be used without it. */
  start(bucket: PracticeBucket): Promise<void>;
  isPractice(connection: Connection): boolean;
  stop(): Promise<void>;
}

/** ms */
const patience = 10_000;
/** before one that has ended by itself is started again: it may end again at once. ms */
const pause = 1000;

export function createPracticeBackend(deps: PracticeBackendDeps): PracticeBackend {
  const { command, journal, brokers, folder, onFailure } = deps;
  let running: Backend | null = null;
  let isOver = false;
  /** When it ends by itself just as somebody wants it, it is started once. */
  const inTurn = createTurns();

  const known = () => journal.connections().find(isPractice);

  async function run(storage: PracticeBucket): Promise<void> {
    const before = running !== null && known() !== undefined;
    // At the address that it had, so that what is on its way to it goes on.
    const port = portOf(known());
    running ??= await begin(storage, port);
    const connection = connect(running.url);
    if (!before) await signIn(connection, running.user);
  }

  async function begin(storage: PracticeBucket, port: string): Promise<Backend> {
    const backend = await startBackend({ command, storage, folder, port });
    if (isOver) await backend.stop();
    void backend.gone.then(async () => {
      running = null;
      await sleep(pause, undefined, { ref: false });
      if (!isOver) await inTurn(() => run(storage)).catch(onFailure);
    });
    return backend;
  }

  /** Its connection as it has to be: a person may have deleted it while the backend runs on. */
  function connect(baseUrl: string): BrokerConnection {
    // Of the four kinds the one that takes every file and asks for nothing.
    const settings = parseBrokerSettings({ kind: 'upload-module', baseUrl, signIn: { how: 'password' } });
    const config: BrokerConfig = { kind: 'broker', settings };
    const earlier = known();
    if (earlier !== undefined && earlier.config.settings.baseUrl !== baseUrl)
      journal.updateConnection(earlier.id, config);
    const { id } = earlier ?? journal.addConnection(words.backend, config);
    return { id, name: words.backend, config, capabilities: null };
  }

  async function signIn(connection: BrokerConnection, { username, password }: Backend['user']): Promise<void> {
    const { broker } = await brokers.open(connection);
    await broker.signIn.withPassword(username, password, AbortSignal.timeout(patience));
  }

  return {
    start: (bucket) => inTurn(() => run(bucket)).catch(onFailure),
    isPractice,
    async stop() {
      isOver = true;
      await running?.stop();
    },
  };
}

function isPractice(one: Connection): one is BrokerConnection {
  return one.name === words.backend && isBroker(one) && new URL(one.config.settings.baseUrl).hostname === '127.0.0.1';
}

function portOf(connection: BrokerConnection | undefined): string {
  return connection === undefined ? '0' : new URL(connection.config.settings.baseUrl).port;
}
