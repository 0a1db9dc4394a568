/** sideline ls: what is in a bucket, or what a backend lists. */
import { isBroker } from '../../shared/connection-kind.ts';
import type { Environment } from './environment.ts';
import { knownConnection } from './choose-connection.ts';
import { listBackend } from './list-backend.ts';
import { listBucket, type ListBucketOptions } from './list-bucket.ts';
import { reading } from './reading.ts';

export interface ListOptions extends ListBucketOptions {
  /** of a backend: see `listBackend` */
  event?: string | undefined;
  type?: string | undefined;
}

/** Only reads the journal, so that it works while another Sideline uploads. */
export async function list(prefix: string, options: ListOptions, env: Environment): Promise<0 | 3> {
  const chosen = await reading(options.dataDir, (journal) =>
    knownConnection(journal?.connections() ?? [], options.connection, env),
  );
  if (isBroker(chosen)) return await listBackend(chosen, prefix, options, env);
  return await listBucket(prefix, options, env);
}
