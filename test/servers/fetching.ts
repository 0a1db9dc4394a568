/** What tests of downloads and copies stand on: a bucket as admins have it, and a report that adds up. */
import { randomBytes } from 'node:crypto';
import { openBucket, type Bucket } from '../../electron/admin/bucket.ts';
import { createPatience, type Patience } from '../../electron/admin/patience.ts';
import { createRightsBook } from '../../electron/admin/rights-book.ts';
import type { Report } from '../../electron/app/admin-tasks.ts';
import type { Agents } from '../../electron/storage/agents.ts';
import { openStorage } from '../../electron/storage/storage.ts';
import type { Capabilities, S3Config, S3Connection } from '../../shared/domain.ts';
import { reasonOf, type Reason } from '../../shared/errors.ts';
import type { CephServer } from './ceph.ts';

const quick = { first: 10, longest: 100 };

export function bucketOf(
  server: Pick<CephServer, 'endpoint' | 'region' | 'accessKeyId' | 'secretAccessKey'>,
  name: string,
  agents: Agents,
  config: Partial<S3Config> = {},
  capabilities: Capabilities | null = null,
): Bucket {
  const { endpoint, region, accessKeyId, secretAccessKey } = server;
  const connection: S3Connection = {
    ...{ id: 1, name: 'test', capabilities },
    config: { endpoint, region, bucket: name, pathStyle: true, credentials: { from: 'stored' }, ...config },
  };
  const credentials = { get: () => Promise.resolve({ accessKeyId, secretAccessKey }), refresh: () => undefined };
  const storage = openStorage({ connection, credentials, agents });
  return openBucket({ storage, rights: createRightsBook(), prefixes: null, backoff: quick });
}

export function patient(bucket: Bucket, signal: AbortSignal = new AbortController().signal, wait = 30_000): Patience {
  return createPatience({ storage: bucket.storage, wait, signal, rules: quick });
}

export interface Counted extends Report {
  items: { total: number | null; done: number };
  bytes: { total: number | null; done: number };
  failures: { key: string; reason: Reason }[];
}

export function countingReport(): Counted {
  const counted: Counted = {
    items: { total: null, done: 0 },
    bytes: { total: null, done: 0 },
    failures: [],
    total(items, bytes = null) {
      counted.items.total = items;
      counted.bytes.total = bytes;
    },
    done(items, bytes = 0) {
      counted.items.done += items;
      counted.bytes.done += bytes;
    },
    moved: (bytes) => void (counted.bytes.done += bytes),
    failed: (key, error) => void counted.failures.push({ key, reason: reasonOf(error) }),
  };
  return counted;
}

/** A name that no other test has. */
export const ownName = (name: string) => `${name}-${randomBytes(4).toString('hex')}`;
