/** The engine in this process, over the reference backend and a real storage; and what the three of them believe. */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { parseBrokerSettings, type BrokerKind } from '../../shared/broker-settings.ts';
import { batchDetailsSchema, type BatchDetails } from '../../shared/destination.ts';
import type { BrokerConnection, Totals, Transfer } from '../../shared/domain.ts';
import type { Engine, EngineOptions, WantedTarget } from '../../electron/engine/engine.ts';
import type { Journal } from '../../electron/journal/journal.ts';
import { openSession, type Session } from '../../electron/session.ts';
import { restOf, totalsOf } from './rest.ts';

export const person = { username: 'anna', password: 'anna-secret-7' };

export interface BrokerBenchOptions {
  folder: string;
  kind: BrokerKind;
  baseUrl: string;
  settings?: object;
}

export interface Sent {
  details?: Partial<BatchDetails>;
  prefix?: string;
  targets?: WantedTarget[];
  engine?: Partial<EngineOptions>;
}

export interface BrokerBench {
  session: Session;
  journal: Journal;
  connection: BrokerConnection;
  signIn(): Promise<void>;
  /** Closes the engine of before, as a restart does. */
  engine(options?: Partial<EngineOptions>): Promise<Engine>;
  start(roots: readonly string[], sent?: Sent): Promise<Engine>;
  /** Sends these and resolves when nothing has anything ahead of it. */
  upload(roots: readonly string[], sent?: Sent): Promise<Totals>;
  rest(): Promise<Totals>;
  totals(): Totals;
  transfers(): Transfer[];
  /** Ends the engine, which tells the backend what is left to tell. */
  settle(): Promise<void>;
  close(): Promise<void>;
}

/** Faster to try again than a person's engine, so that tests are. ms */
const backoff = { first: 20, longest: 300 };

export async function startBrokerBench({ folder, kind, baseUrl, settings }: BrokerBenchOptions): Promise<BrokerBench> {
  const session = openSession({ folder, env: process.env });
  const { journal } = session;
  const parsed = parseBrokerSettings({ signIn: { how: 'password' }, ...settings, kind, baseUrl });
  const connection = journal.addConnection('backend', { kind: 'broker', settings: parsed });
  await journal.committed();
  let current: Engine | null = null;
  let broken: Error | null = null;

  async function engine(options: Partial<EngineOptions> = {}): Promise<Engine> {
    await current?.close();
    current = session.engine({ backoff, offlineRules: backoff, onBroken: (error) => (broken = error), ...options });
    return current;
  }

  const totals = () => totalsOf(journal);
  const rest = () =>
    restOf(
      journal,
      () => current,
      () => broken,
    );

  async function start(roots: readonly string[], { details, prefix = '', targets, engine: options }: Sent = {}) {
    const working = await engine(options);
    const batch = await working.addBatch({
      ...{ connectionId: connection.id, prefix, roots, details: batchDetailsSchema.parse(details ?? {}) },
      ...(targets === undefined ? {} : { targets }),
    });
    await working.start([batch]);
    return working;
  }

  async function signIn(): Promise<void> {
    const { broker } = await session.brokers.open(connection);
    await broker.signIn.withPassword(person.username, person.password, AbortSignal.timeout(10_000));
  }

  async function settle(): Promise<void> {
    await current?.close();
    current = null;
  }

  return {
    ...{ session, journal, connection, signIn, engine, start, rest, totals, settle },
    async upload(roots, sent) {
      await start(roots, sent);
      return await rest();
    },
    transfers: () => journal.transfers({ limit: 1000 }),
    async close() {
      await settle();
      session.close();
    },
  };
}

/** All that is on disk of a data folder, but the file that keeps the secrets. */
export async function textsOf(folder: string): Promise<string> {
  const texts: string[] = [];
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || entry.name === 'secrets.json') continue;
    texts.push(await readFile(path.join(entry.parentPath, entry.name), 'latin1'));
  }
  return texts.join('\n');
}
