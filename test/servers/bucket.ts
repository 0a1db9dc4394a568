/** A bucket of a test's own on a real S3, and what is in it, by SHA-256. */
import { createHash, randomBytes } from 'node:crypto';
import { pipeline } from 'node:stream/promises';
import type { Readable } from 'node:stream';
import {
  CreateBucketCommand,
  GetObjectCommand,
  ListMultipartUploadsCommand,
  paginateListObjectsV2,
  S3Client,
} from '@aws-sdk/client-s3';
import type { CephServer } from './ceph.ts';

export interface TestBucket {
  name: string;
  s3: S3Client;
  /** What the terminal command needs in its environment; through `endpoint`, which may be a proxy's. */
  env(endpoint?: string): Record<string, string>;
  keys(prefix?: string): Promise<string[]>;
  /** SHA-256 of every object, by key */
  hashes(prefix?: string): Promise<Map<string, string>>;
  /** keys of multipart uploads that are not completed */
  uploadsLeft(): Promise<string[]>;
}

export async function createTestBucket(server: CephServer): Promise<TestBucket> {
  const { endpoint, region, accessKeyId, secretAccessKey } = server;
  const name = `test-${randomBytes(6).toString('hex')}`;
  const s3 = new S3Client({ endpoint, region, forcePathStyle: true, credentials: { accessKeyId, secretAccessKey } });
  await s3.send(new CreateBucketCommand({ Bucket: name }));

  async function keys(prefix = ''): Promise<string[]> {
    const found: string[] = [];
    for await (const page of paginateListObjectsV2({ client: s3 }, { Bucket: name, Prefix: prefix })) {
      for (const { Key } of page.Contents ?? []) if (Key !== undefined) found.push(Key);
    }
    return found;
  }

  async function hashOf(key: string): Promise<string> {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: name, Key: key }));
    const hash = createHash('sha256');
    await pipeline(Body as Readable, hash);
    return hash.digest('hex');
  }

  return {
    name,
    s3,
    keys,
    env: (through = endpoint) => ({
      SIDELINE_S3_ENDPOINT: through,
      SIDELINE_S3_BUCKET: name,
      SIDELINE_S3_REGION: region,
      SIDELINE_S3_PATH_STYLE: 'true',
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
    }),
    async hashes(prefix = '') {
      const all = await keys(prefix);
      const hashed = new Map<string, string>();
      const next = all.values();
      const worker = async () => {
        for (const key of next) hashed.set(key, await hashOf(key));
      };
      await Promise.all(Array.from({ length: 8 }, worker));
      return hashed;
    },
    async uploadsLeft() {
      const { Uploads = [] } = await s3.send(new ListMultipartUploadsCommand({ Bucket: name }));
      return Uploads.map(({ Key }) => Key ?? '');
    },
  };
}
