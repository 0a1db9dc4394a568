/** A bucket of a test's own, opened as those open it who look after what is in it. */
import { openBucket, type Bucket } from '../../electron/admin/bucket.ts';
import { createRightsBook, type RightsBook } from '../../electron/admin/rights-book.ts';
import { createAgents } from '../../electron/storage/agents.ts';
import { openStorage } from '../../electron/storage/storage.ts';
import { createTestBucket, type TestBucket } from './bucket.ts';
import type { CephServer } from './ceph.ts';

export interface AdminBucket extends TestBucket {
  bucket: Bucket;
  rights: RightsBook;
  close(): void;
}

export interface AdminBucketOptions {
  /** a proxy's; else the store's own */
  endpoint?: string;
  readOnly?: boolean;
  prefixes?: readonly string[] | null;
  /** another user than the one who made the bucket */
  user?: { accessKeyId: string; secretAccessKey: string };
}

export async function openAdminBucket(server: CephServer, options: AdminBucketOptions = {}): Promise<AdminBucket> {
  const made = await createTestBucket(server);
  return { ...made, ...openAs(made.name, server, options) };
}

/** The same bucket once more, perhaps as somebody else. */
export function openAs(
  name: string,
  server: CephServer,
  options: AdminBucketOptions = {},
): Pick<AdminBucket, 'bucket' | 'rights' | 'close'> {
  const { endpoint = server.endpoint, readOnly = false, prefixes = null, user = server } = options;
  const { accessKeyId, secretAccessKey } = user;
  const agents = createAgents({});
  const rights = createRightsBook();
  const storage = openStorage({
    connection: {
      ...{ id: 1, name: 'Club', capabilities: null },
      config: {
        ...{ endpoint, region: server.region, bucket: name, pathStyle: true, credentials: { from: 'stored' } },
        ...(readOnly && { readOnly }),
      },
    },
    credentials: {
      get: () => Promise.resolve({ accessKeyId, secretAccessKey }),
      refresh: () => undefined,
    },
    agents,
  });
  const bucket = openBucket({ storage, rights, prefixes, backoff: { first: 10, longest: 100 } });
  return {
    bucket,
    rights,
    close() {
      bucket.close();
      agents.destroy();
    },
  };
}
