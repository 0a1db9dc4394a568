/** The engine in this process, over a journal on disk, with the settings that a test needs. */
import { asS3 } from '../../shared/connection-kind.ts';
import type { IntegrityMode, S3Connection, Totals } from '../../shared/domain.ts';
import type { Engine, EngineOptions } from '../../electron/engine/engine.ts';
import type { Journal } from '../../electron/journal/journal.ts';
import { openSession } from '../../electron/session.ts';
import { chooseConnection } from '../../electron/terminal/choose-connection.ts';
import { createAgents } from '../../electron/storage/agents.ts';
import { probeCapabilities } from '../../electron/storage/capabilities.ts';
import { restOf, totalsOf } from './rest.ts';

export interface WorkbenchOptions extends Partial<EngineOptions> {
  /** what the connection is said to be able to, instead of what it is found to be able to */
  integrity?: IntegrityMode;
}

export interface Workbench {
  journal: Journal;
  connection: S3Connection;
  /** Makes the engine, or the next one when there was one: as after a restart. */
  engine(options?: WorkbenchOptions): Promise<Engine>;
  /** Sends these roots and resolves when nothing has anything ahead of it. */
  upload(roots: readonly string[], options?: WorkbenchOptions): Promise<Totals>;
  retry(): Promise<Totals>;
  /** Resolves when nothing has anything ahead of it but what is paused. */
  rest(): Promise<Totals>;
  totals(): Totals;
  close(): Promise<void>;
}

/** Faster to try again than a person's engine, so that tests are. ms */
const backoff = { first: 20, longest: 500 };

export function startWorkbench(folder: string, env: Record<string, string>): Workbench {
  Object.assign(process.env, {
    AWS_ACCESS_KEY_ID: env.AWS_ACCESS_KEY_ID,
    AWS_SECRET_ACCESS_KEY: env.AWS_SECRET_ACCESS_KEY,
  });
  const session = openSession({ folder, env });
  const { journal } = session;
  const connection = asS3(chooseConnection(journal, undefined, env));
  let current: Engine | null = null;
  let open = true;
  let broken: Error | null = null;

  async function engine({ integrity, ...options }: WorkbenchOptions = {}): Promise<Engine> {
    await current?.close();
    if (integrity !== undefined) await pretend(integrity);
    current = session.engine({ backoff, offlineRules: backoff, onBroken: (error) => (broken = error), ...options });
    return current;
  }

  async function pretend(integrity: IntegrityMode): Promise<void> {
    const agents = createAgents(env);
    const storage = await session.openStorage(connection);
    const found = await probeCapabilities(storage, { prefix: '', agents, signal: AbortSignal.timeout(10_000) });
    journal.storeCapabilities(connection.id, { ...found, integrity });
    storage.close();
    agents.destroy();
  }

  const totals = () => totalsOf(journal);
  const rest = () =>
    restOf(
      journal,
      () => current,
      () => broken,
    );

  return {
    journal,
    connection,
    engine,
    totals,
    rest,
    async upload(roots, options) {
      const working = await engine(options);
      const batch = await working.addBatch({ connectionId: connection.id, prefix: '', roots });
      await working.start([batch]);
      return await rest();
    },
    async retry() {
      await current?.retry();
      return await rest();
    },
    async close() {
      await current?.close();
      current = null;
      if (open) session.close();
      open = false;
    },
  };
}
