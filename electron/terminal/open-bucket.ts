/** Opens a bucket for a command that looks after what is in it. Only reads the journal: it works while another Sideline uploads. */
import path from 'node:path';
import { asS3 } from '../../shared/connection-kind.ts';
import { foldersOf } from '../../shared/own-folder.ts';
import { openBucket, type Bucket } from '../admin/bucket.ts';
import { createRightsBook } from '../admin/rights-book.ts';
import type { Journal } from '../journal/journal.ts';
import { createAgents } from '../storage/agents.ts';
import { credentialSource } from '../storage/credentials.ts';
import { fileSecretStore } from '../storage/secrets.ts';
import { openStorage } from '../storage/storage.ts';
import { knownConnection } from './choose-connection.ts';
import type { Environment } from './environment.ts';
import { jsonLine, wantsJson } from './json-line.ts';
import { reading } from './reading.ts';
import { refuseWindowKey } from './window-keys.ts';
import type { ExitCode } from './work.ts';
import { onStop } from './stop.ts';

export interface BucketCommand {
  dataDir: string;
  /** by its name; else that of the environment, or the only one */
  connection?: string | undefined;
}

/** `journal`: read-only; null where there is none yet. */
export type BucketWork<Code extends ExitCode> = (
  bucket: Bucket,
  signal: AbortSignal,
  journal: Journal | null,
) => Promise<Code>;

/**
 * Does some work in the bucket of a connection; Ctrl-C ends it by the signal, and what rejects after that is 3. Throws
 * `invalid-input` where there is no such connection, and what the work throws.
 */
export function withBucket<Code extends ExitCode>(
  options: BucketCommand,
  env: Environment,
  work: BucketWork<Code>,
): Promise<Code | 3> {
  const { dataDir } = options;
  return reading(dataDir, async (journal) => {
    const connection = asS3(knownConnection(journal?.connections() ?? [], options.connection, env));
    const secrets = fileSecretStore(path.join(dataDir, 'secrets.json'));
    await refuseWindowKey(connection, { folder: dataDir, secrets });
    const agents = createAgents(env);
    const storage = openStorage({ connection, credentials: credentialSource(connection, secrets), agents });
    const prefixes = foldersOf(connection.id, journal?.destinations() ?? []);
    const bucket = openBucket({ storage, rights: createRightsBook(), prefixes });
    try {
      return await interruptible((signal) => work(bucket, signal, journal));
    } finally {
      bucket.close();
      agents.destroy();
    }
  });
}

/** Ctrl-C ends the work by the signal; what rejects after that is 3. */
export async function interruptible<Code extends ExitCode>(
  work: (signal: AbortSignal) => Promise<Code>,
): Promise<Code | 3> {
  const interrupted = new AbortController();
  const unlisten = onStop(() => interrupted.abort());
  try {
    return await work(interrupted.signal);
  } catch (error) {
    if (!interrupted.signal.aborted) throw error;
    if (wantsJson()) process.stdout.write(jsonLine({ event: 'stopped' }));
    return 3;
  } finally {
    unlisten();
  }
}
