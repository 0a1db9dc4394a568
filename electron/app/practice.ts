/** The practice bucket as a connection of the window: started when it is first wanted, and with the app from then on. */
import path from 'node:path';
import type { Connection, ConnectionConfig } from '../../shared/domain.ts';
import type { Journal } from '../journal/journal.ts';
import { startPracticeBucket, type PracticeBucket } from '../practice/practice-bucket.ts';
import { secretName, type SecretStore } from '../storage/secrets.ts';

export interface PracticeDeps {
  journal: Journal;
  secrets: SecretStore;
  /** the data folder */
  folder: string;
}

export interface Practice {
  /** Starts it, if it does not run yet; objects of earlier times are still there. Rejects with the system's error. */
  start(): Promise<Connection>;
  /** whether it was ever started on this data, so that transfers may be on their way to it */
  isKnown(): boolean;
  isPractice(connection: Connection): boolean;
  /** where its objects are plain files; null: it does not run */
  folder(): string | null;
  stop(): Promise<void>;
}

const name = 'Practice bucket';
const bucketName = 'practice';

export function createPractice({ journal, secrets, folder }: PracticeDeps): Practice {
  let running: Promise<{ bucket: PracticeBucket; connection: Connection }> | null = null;
  let where: string | null = null;

  const isPractice = ({ name: own, config }: Connection) => own === name && config.bucket === bucketName;
  const known = () => journal.connections().find(isPractice);

  async function begin() {
    const bucket = await startOnEarlierPort(path.join(folder, 'practice-bucket'), known()?.config.endpoint ?? null);
    const { endpoint, region, accessKeyId, secretAccessKey } = bucket;
    const config: ConnectionConfig = {
      ...{ endpoint, region, bucket: bucketName, pathStyle: true },
      credentials: { from: 'stored' },
    };
    const earlier = known();
    if (earlier !== undefined && earlier.config.endpoint !== endpoint) journal.updateConnection(earlier.id, config);
    const { id } = earlier ?? journal.addConnection(name, config);
    await secrets.set(secretName(id), { accessKeyId, secretAccessKey });
    where = bucket.folder;
    return { bucket, connection: journal.connection(id) };
  }

  return {
    async start() {
      running ??= begin().catch((error: unknown) => {
        running = null;
        throw error;
      });
      return (await running).connection;
    },
    isKnown: () => known() !== undefined,
    isPractice,
    folder: () => where,
    async stop() {
      if (running !== null) await (await running).bucket.stop();
    },
  };
}

/** At the address that it had, so that what is on its way to it goes on; at another where somebody has taken that. */
async function startOnEarlierPort(folder: string, endpoint: string | null): Promise<PracticeBucket> {
  if (endpoint === null) return await startPracticeBucket({ folder });
  try {
    return await startPracticeBucket({ folder, port: Number(new URL(endpoint).port) });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') {
      return await startPracticeBucket({ folder });
    }
    throw error;
  }
}
