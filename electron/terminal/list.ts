/** sideline ls: what is in the bucket. */
import path from 'node:path';
import { asS3 } from '../../shared/connection-kind.ts';
import { formatBytes, printable } from '../../shared/format.ts';
import { openJournal } from '../journal/open.ts';
import { createAgents } from '../storage/agents.ts';
import { credentialSource } from '../storage/credentials.ts';
import { fileSecretStore } from '../storage/secrets.ts';
import { openStorage } from '../storage/storage.ts';
import type { Environment } from './environment.ts';
import { knownConnection } from './choose-connection.ts';
import { refuseWindowKey } from './window-keys.ts';

export interface ListOptions {
  dataDir: string;
  json: boolean;
  connection?: string | undefined;
}

/** Only reads the journal, so that it works while another Sideline uploads. */
export async function list(prefix: string, options: ListOptions, env: Environment): Promise<0> {
  const journal = openJournal({ folder: options.dataDir, readOnly: true });
  const agents = createAgents(env);
  try {
    const connection = asS3(knownConnection(journal?.connections() ?? [], options.connection, env));
    const secrets = fileSecretStore(path.join(options.dataDir, 'secrets.json'));
    await refuseWindowKey(connection, { folder: options.dataDir, secrets });
    const storage = openStorage({ connection, credentials: credentialSource(connection, secrets), agents });
    try {
      for await (const object of storage.list(prefix, new AbortController().signal)) {
        const when = new Date(object.modified).toISOString();
        const line = options.json
          ? JSON.stringify(object)
          : `${when}  ${formatBytes(object.size).padStart(9)}  ${printable(object.key)}`;
        process.stdout.write(`${line}\n`);
      }
    } finally {
      storage.close();
    }
  } finally {
    agents.destroy();
    journal?.close();
  }
  return 0;
}
