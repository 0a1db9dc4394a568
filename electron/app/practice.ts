/** The practice bucket as a connection of the window: started when it is first wanted, and with the app from then on. */
import path from 'node:path';
import { isS3 } from '../../shared/connection-kind.ts';
import type { Connection, S3Config, S3Connection } from '../../shared/domain.ts';
import type { Journal } from '../journal/journal.ts';
import { startPracticeBucket, type PracticeBucket } from '../practice/practice-bucket.ts';
import { secretName, type SecretStore } from '../storage/secrets.ts';
import { createTurns } from '../storage/whole-file.ts';

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
  const inTurn = createTurns();
  let running: PracticeBucket | null = null;

  const isPractice = (one: Connection): one is S3Connection =>
    one.name === name && isS3(one) && one.config.bucket === bucketName;
  const known = () => journal.connections().find(isPractice);

  /** Its connection as it has to be: a person may have deleted it while the bucket runs on. */
  async function connect({ endpoint, region, accessKeyId, secretAccessKey }: PracticeBucket): Promise<Connection> {
    const config: S3Config = {
      ...{ endpoint, region, bucket: bucketName, pathStyle: true },
      credentials: { from: 'stored' },
    };
    const earlier = known();
    if (earlier !== undefined && earlier.config.endpoint !== endpoint) journal.updateConnection(earlier.id, config);
    const { id } = earlier ?? journal.addConnection(name, config);
    await secrets.set(secretName(id), { accessKeyId, secretAccessKey });
    return journal.connection(id);
  }

  return {
    start: () =>
      inTurn(async () => {
        running ??= await startOnEarlierPort(path.join(folder, 'practice-bucket'), known()?.config.endpoint ?? null);
        return await connect(running);
      }),
    isKnown: () => known() !== undefined,
    isPractice,
    folder: () => running?.folder ?? null,
    stop: () => inTurn(async () => running?.stop()),
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
