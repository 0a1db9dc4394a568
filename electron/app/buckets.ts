/** The buckets that the window looks into, each opened once, and what is known of what may be done in them. */
import { asS3 } from '../../shared/connection-kind.ts';
import type { Connection } from '../../shared/domain.ts';
import { foldersOf } from '../../shared/own-folder.ts';
import { openBucket, type Bucket } from '../admin/bucket.ts';
import type { RightsBook } from '../admin/rights-book.ts';
import type { Journal } from '../journal/journal.ts';
import type { Storage } from '../storage/storage.ts';

export interface Buckets {
  /** Throws `invalid-input` where it is no bucket, or there is none. */
  of(connectionId: number): Promise<Bucket>;
  /** The connection or its destinations were edited, or are gone: it is opened anew when it is next asked for. */
  forget(connectionId: number): void;
  close(): void;
}

export interface BucketsDeps {
  journal: Pick<Journal, 'connection' | 'destinations'>;
  openStorage(connection: Connection): Promise<Storage>;
  rights: RightsBook;
}

export function createBuckets({ journal, openStorage, rights }: BucketsDeps): Buckets {
  const opened = new Map<number, Promise<Bucket>>();

  async function open(connectionId: number): Promise<Bucket> {
    const storage = await openStorage(asS3(journal.connection(connectionId)));
    return openBucket({ storage, rights, prefixes: foldersOf(connectionId, journal.destinations()) });
  }

  function drop(connectionId: number): void {
    const bucket = opened.get(connectionId);
    opened.delete(connectionId);
    bucket?.then((one) => one.close()).catch(() => undefined); // whoever asked for it was told why it does not open
  }

  return {
    of(connectionId) {
      let bucket = opened.get(connectionId);
      if (bucket === undefined) {
        bucket = open(connectionId);
        opened.set(connectionId, bucket);
        bucket.catch(() => opened.delete(connectionId));
      }
      return bucket;
    },
    forget(connectionId) {
      drop(connectionId);
      rights.forget(connectionId);
    },
    close() {
      for (const id of [...opened.keys()]) drop(id);
    },
  };
}
