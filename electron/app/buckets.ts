/** The buckets that the window looks into, each opened once, and what is known of what may be done in them. */
import { asS3 } from '../../shared/connection-kind.ts';
import type { Connection } from '../../shared/domain.ts';
import { SidelineError } from '../../shared/errors.ts';
import { foldersOf } from '../../shared/own-folder.ts';
import { refusals } from '../../shared/strings/refusals.ts';
import { openBucket, type Bucket } from '../admin/bucket.ts';
import { bucketPlace } from '../admin/orphans/known.ts';
import type { RightsBook } from '../admin/rights-book.ts';
import type { Journal } from '../journal/journal.ts';
import type { Storage } from '../storage/storage.ts';

export interface Buckets {
  /**
   * As the connection is now, however often it is edited while it is opened. Throws `invalid-input` where it is no bucket, or there
   * is none, and `superseded` once all is closed.
   */
  of(connectionId: number): Promise<Bucket>;
  /** The connection has other credentials, or is gone: it is opened anew when it is next asked for. */
  forget(connectionId: number): void;
  /** Connections or destinations were edited: what is another by now is forgotten. */
  follow(): void;
  close(): void;
}

export interface BucketsDeps {
  journal: Pick<Journal, 'connection' | 'connections' | 'destinations'>;
  openStorage(connection: Connection): Promise<Storage>;
  rights: RightsBook;
}

interface Opened {
  bucket: Promise<Bucket>;
  /** what it was opened by */
  rules: string;
  isForgotten: boolean;
}

export function createBuckets({ journal, openStorage, rights }: BucketsDeps): Buckets {
  const opened = new Map<number, Opened>();
  let closed = false;

  async function open(connection: Connection): Promise<Bucket> {
    const storage = await openStorage(asS3(connection));
    return openBucket({ storage, rights, prefixes: foldersOf(connection.id, journal.destinations()) });
  }

  const rulesOf = (connection: Connection | undefined) =>
    JSON.stringify([connection, connection && foldersOf(connection.id, journal.destinations())]);

  function begin(connectionId: number): Opened {
    const connection = journal.connection(connectionId);
    const one: Opened = { bucket: open(connection), rules: rulesOf(connection), isForgotten: false };
    opened.set(connectionId, one);
    one.bucket.catch(() => {
      if (opened.get(connectionId) === one) opened.delete(connectionId);
    });
    return one;
  }

  function drop(connectionId: number): void {
    const one = opened.get(connectionId);
    if (one === undefined) return;
    opened.delete(connectionId);
    one.isForgotten = true;
    one.bucket.then((bucket) => bucket.close()).catch(() => undefined); // whoever asked for it was told why it does not open
  }

  function forget(connectionId: number): void {
    drop(connectionId);
    rights.forget(connectionId);
  }

  return {
    async of(connectionId) {
      for (;;) {
        if (closed) throw new SidelineError('superseded');
        const one = opened.get(connectionId) ?? begin(connectionId);
        try {
          const bucket = await one.bucket;
          if (!one.isForgotten) return bucket;
        } catch (error) {
          if (!one.isForgotten) throw error;
        }
      }
    },
    forget,
    follow() {
      const connections = new Map(journal.connections().map((one) => [one.id, one]));
      for (const [id, { rules }] of opened) if (rules !== rulesOf(connections.get(id))) forget(id);
    },
    close() {
      closed = true;
      for (const id of [...opened.keys()]) drop(id);
    },
  };
}

/** What was chosen in one bucket is not done in another. Throws `invalid-input`. */
export function refuseElsewhere({ storage }: Bucket, place: string): void {
  if (bucketPlace(storage.connection.config) !== place)
    throw new SidelineError('invalid-input', { subject: refusals.otherBucket });
}
