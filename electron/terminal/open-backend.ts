/** Opens the backend of a connection for a command that needs no engine. */
import path from 'node:path';
import { isBroker } from '../../shared/connection-kind.ts';
import type { BrokerConnection } from '../../shared/domain.ts';
import { createBrokers, type OpenedBroker } from '../broker/open.ts';
import type { Journal } from '../journal/journal.ts';
import { createAgents } from '../storage/agents.ts';
import { fileSecretStore } from '../storage/secrets.ts';
import { knownConnection } from './choose-connection.ts';
import type { Environment } from './environment.ts';
import { interruptible, type BucketCommand } from './open-bucket.ts';
import { reading } from './reading.ts';
import { refuseWindowKey } from './window-keys.ts';
import type { ExitCode } from './work.ts';

/** The connection that is meant, where it is of a backend; null: it is a bucket. Throws `invalid-input` as `knownConnection`. */
export async function chosenBackend(
  { dataDir, connection }: BucketCommand,
  env: Environment,
): Promise<BrokerConnection | null> {
  const chosen = await reading(dataDir, (journal) => knownConnection(journal?.connections() ?? [], connection, env));
  return isBroker(chosen) ? chosen : null;
}

/** `journal`: read-only; null where there is none yet. */
export type BackendWork<Code extends ExitCode> = (
  opened: OpenedBroker,
  signal: AbortSignal,
  journal: Journal | null,
) => Promise<Code>;

/** As `withBucket`. */
export function withBackend<Code extends ExitCode>(
  connection: BrokerConnection,
  dataDir: string,
  env: Environment,
  work: BackendWork<Code>,
): Promise<Code | 3> {
  return reading(dataDir, async (journal) => {
    const secrets = fileSecretStore(path.join(dataDir, 'secrets.json'));
    await refuseWindowKey(connection, { folder: dataDir, secrets });
    const agents = createAgents(env);
    try {
      const opened = await createBrokers({ secrets, agents }).open(connection);
      return await interruptible((signal) => work(opened, signal, journal));
    } finally {
      agents.destroy();
    }
  });
}
