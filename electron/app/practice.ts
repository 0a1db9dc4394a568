/** The practice bucket as a connection of the window: started when it is first wanted, and with the app from then on. */
import path from 'node:path';
import { isS3 } from '../../shared/connection-kind.ts';
import type { Connection, Credentials, S3Config, S3Connection } from '../../shared/domain.ts';
import { SidelineError } from '../../shared/errors.ts';
import { practice as words } from '../../shared/strings/practice.ts';
import type { Journal } from '../journal/journal.ts';
import { startPracticeBucket, type PracticeBucket, type PracticeOptions } from '../practice/practice-bucket.ts';
import { secretName, type SecretStore } from '../storage/secrets.ts';
import { createTurns } from '../storage/whole-file.ts';
import type { PracticeBackend } from './practice-backend.ts';

export interface PracticeDeps {
  journal: Journal;
  secrets: SecretStore;
  /** the data folder */
  folder: string;
  /** started and stopped with the bucket; null: there is none */
  backend?: PracticeBackend | null;
}

export interface Practice {
  /** Starts it, if it does not run yet; objects of earlier times are still there. Rejects with the system's error. */
  start(): Promise<Connection>;
  /** whether it was ever started on this data, so that transfers may be on their way to it */
  isKnown(): boolean;
  /** Its own connection, or that of the backend beside it: neither is a person's to edit. */
  isPractice(connection: Connection): boolean;
  /** where its objects are plain files; null: it does not run */
  folder(): string | null;
  stop(): Promise<void>;
}

const name = words.bucket;
const bucketName = 'practice';

export function createPractice({ journal, secrets, folder, backend = null }: PracticeDeps): Practice {
  const inTurn = createTurns();
  let running: PracticeBucket | null = null;

  const isBucket = (one: Connection): one is S3Connection =>
    one.name === name && isS3(one) && one.config.bucket === bucketName;
  const known = () => journal.connections().find(isBucket);

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
        running ??= await startAsBefore(bucketFolder(folder), known(), secrets);
        const connection = await connect(running);
        await backend?.start(running);
        return connection;
      }),
    isKnown: () => known() !== undefined,
    isPractice: (one) => isBucket(one) || backend?.isPractice(one) === true,
    folder: () => running?.folder ?? null,
    stop: () =>
      inTurn(async () => {
        await backend?.stop();
        await running?.stop();
      }),
  };
}

/** In the data folder. */
export function bucketFolder(folder: string): string {
  return path.join(folder, 'practice-bucket');
}

/**
 * At the address and with the key that it had, so that what is on its way to it and what was signed for it hold on; at another
 * address where somebody has taken that.
 */
async function startAsBefore(
  folder: string,
  earlier: S3Connection | undefined,
  secrets: SecretStore,
): Promise<PracticeBucket> {
  const keys = earlier === undefined ? null : await keysOf(earlier, secrets);
  const options: PracticeOptions = keys === null ? { folder } : { folder, keys };
  const endpoint = earlier?.config.endpoint ?? null;
  if (endpoint === null) return await startPracticeBucket(options);
  try {
    return await startPracticeBucket({ ...options, port: Number(new URL(endpoint).port) });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') {
      return await startPracticeBucket(options);
    }
    throw error;
  }
}

/** null: there are none, or nobody can read them any more. */
async function keysOf({ id }: S3Connection, secrets: SecretStore): Promise<Credentials | null> {
  try {
    return await secrets.get(secretName(id));
  } catch (error) {
    if (error instanceof SidelineError && error.kind === 'credentials-missing') return null;
    throw error;
  }
}
