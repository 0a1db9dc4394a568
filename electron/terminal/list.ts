/** sideline ls: what is in the bucket. */
import { formatBytes } from '../../shared/format.ts';
import type { Environment } from './environment.ts';
import { chooseConnection, openSession } from './session.ts';

export interface ListOptions {
  dataDir: string;
  json: boolean;
  connection?: string | undefined;
}

export async function list(prefix: string, options: ListOptions, env: Environment): Promise<0> {
  const session = openSession(options.dataDir, env);
  try {
    const storage = await session.openStorage(chooseConnection(session.journal, options.connection, env));
    try {
      for await (const object of storage.list(prefix, new AbortController().signal)) {
        const when = new Date(object.modified).toISOString();
        const line = options.json
          ? JSON.stringify(object)
          : `${when}  ${formatBytes(object.size).padStart(9)}  ${object.key}`;
        process.stdout.write(`${line}\n`);
      }
    } finally {
      storage.close();
    }
  } finally {
    session.close();
  }
  return 0;
}
