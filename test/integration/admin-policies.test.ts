/** The least that a key must be allowed, proved: who may only that uploads, reads or looks after a bucket, and can do nothing else. */
import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import {
  AbortMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetBucketPolicyCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketPolicyCommand,
  PutBucketVersioningCommand,
  PutObjectAclCommand,
  PutObjectCommand,
  S3Client,
  type S3ServiceException,
} from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { destinationFileText } from '../../shared/destination-file.ts';
import { destinationRulesSchema, type DestinationRules } from '../../shared/destination.ts';
import { accessPolicy, asBucketPolicy, type PolicyRole } from '../../shared/iam-policy.ts';
import { createTestBucket, type TestBucket } from '../servers/bucket.ts';
import { cephGuest } from '../servers/ceph.ts';
import { photo } from '../servers/pictures.ts';
import { seededRandom } from '../servers/random.ts';
import { runSideline, type Ended } from '../servers/sideline.ts';
import { newFolder, writeTree } from '../servers/tree.ts';

const ceph = inject('ceph');

describe.skipIf(ceph === null)('a policy of', { timeout: 90_000 }, () => {
  let bucket: TestBucket;
  let guest: S3Client;
  let folder: string;
  let env: Record<string, string>;

  const rules = destinationRulesSchema.parse({
    ...{ name: 'Photos', prefix: 'club', keyTemplate: '{event_id}/{relative_path}', fields: { event_id: 'cup' } },
    ...{ acl: 'public-read', tags: { team: 'a' }, image: { width: 200, height: 200 }, originalPrefix: 'raw' },
    derived: [
      { name: 'thumbnail', keyTemplate: 'thumbs/{slug}.webp', image: { format: 'webp', width: 50, height: 50 } },
    ],
  });

  beforeEach(async () => {
    if (ceph === null) return;
    bucket = await createTestBucket(ceph);
    const { accessKeyId, secretAccessKey } = cephGuest;
    guest = new S3Client({
      endpoint: ceph.endpoint,
      region: ceph.region,
      forcePathStyle: true,
      credentials: { accessKeyId, secretAccessKey },
    });
    folder = await newFolder();
    env = {
      ...bucket.env(),
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      SIDELINE_DATA_DIR: path.join(folder, 'data'),
    };
    expect(
      await run(
        'connection',
        'add',
        'guest',
        '--bucket',
        bucket.name,
        '--endpoint',
        ceph.endpoint,
        '--path-style',
        '--chain',
      ),
    ).toMatchObject({ code: 0 });
  });
  afterEach(async () => {
    guest.destroy();
    bucket.s3.destroy();
    await rm(folder, { recursive: true });
  });

  const run = (...args: string[]): Promise<Ended> => runSideline(args, env);

  async function allow(role: PolicyRole, more: Partial<DestinationRules> = {}): Promise<void> {
    const place = { bucket: bucket.name, region: 'us-east-1', endpoint: ceph?.endpoint ?? '' };
    const wanted = { ...rules, ...more };
    const Policy = JSON.stringify(asBucketPolicy(accessPolicy(role, wanted, place), cephGuest.arn));
    await bucket.s3.send(new PutBucketPolicyCommand({ Bucket: bucket.name, Policy }));
    const file = path.join(folder, 'destinations.json');
    await writeFile(file, destinationFileText([{ connection: 'guest', rules: wanted }]));
    expect(await run('destination', 'import', file, '--connection', 'guest', '--replace')).toMatchObject({ code: 0 });
  }

  const put = (Key: string) => bucket.s3.send(new PutObjectCommand({ Bucket: bucket.name, Key, Body: Key }));

  /** HTTP status: 200, or that of the refusal. */
  async function statusOf(work: Promise<unknown>): Promise<number> {
    try {
      await work;
      return 200;
    } catch (error) {
      return (error as S3ServiceException).$metadata.httpStatusCode ?? 0;
    }
  }

  it.each(['never', 'replace'] as const)(
    'upload only: sends, prepares, goes on and verifies (%s)',
    async (overwrite) => {
      await allow('upload', { overwrite });
      const source = path.join(folder, 'card');
      const random = seededRandom('policies');
      await writeTree(
        source,
        new Map([
          ['a.mp4', 100],
          ['deep/large.mp4', 20 * 2 ** 20],
        ]),
        random,
      );
      await photo(random, 400, 300).jpeg().toFile(path.join(source, 'photo.jpg'));
      expect(await run('connection', 'test', 'guest')).toMatchObject({ code: 0 });
      const sent = await run('upload', source, '--to', 'Photos', '--event', 'Cup', '--json');
      expect(sent.summary()).toMatchObject({ done: 5, failed: 0 });
      expect((await bucket.keys()).toSorted()).toEqual(
        [
          'club/cup/card/a.mp4',
          'club/cup/card/deep/large.mp4',
          'club/cup/card/photo.jpg',
          'club/thumbs/photo.webp',
          'raw/cup/card/photo.jpg',
        ].toSorted(),
      );
      expect(await run('verify', '1')).toMatchObject({ code: 0, stdout: '5 objects are as they were sent.\n' });
      expect(await bucket.uploadsLeft()).toEqual([]);
      const again = await run('upload', source, '--to', 'Photos', '--json');
      expect(again.summary()).toMatchObject({ failed: 0, bytesSent: 0 });
    },
  );

  it('upload only: nothing else', async () => {
    await allow('upload');
    await put('other/a.txt');
    await put('club/cup/a.txt');
    const at = { Bucket: bucket.name };
    expect(await statusOf(guest.send(new PutObjectCommand({ ...at, Key: 'other/b.txt', Body: 'x' })))).toBe(403);
    expect(await statusOf(guest.send(new PutObjectCommand({ ...at, Key: 'club/other/b.txt', Body: 'x' })))).toBe(403);
    expect(await statusOf(guest.send(new GetObjectCommand({ ...at, Key: 'other/a.txt' })))).toBe(403);
    expect(await statusOf(guest.send(new DeleteObjectCommand({ ...at, Key: 'club/cup/a.txt' })))).toBe(403);
    expect(await statusOf(guest.send(new ListObjectsV2Command({ ...at, Prefix: 'other/' })))).toBe(403);
    expect(await statusOf(guest.send(new ListObjectsV2Command({ ...at, Prefix: 'club/cup/' })))).toBe(200);
    expect(await statusOf(guest.send(new GetBucketPolicyCommand(at)))).toBe(403);
    expect(
      await statusOf(
        guest.send(new PutBucketVersioningCommand({ ...at, VersioningConfiguration: { Status: 'Enabled' } })),
      ),
    ).toBe(403);
    expect(await statusOf(guest.send(new CreateMultipartUploadCommand({ ...at, Key: 'other/b.mp4' })))).toBe(403);
  });

  it('reading: lists and fetches below the prefix, and changes nothing', async () => {
    await allow('read');
    for (const key of ['club/cup/a.txt', 'other/a.txt']) await put(key);
    const listed = await run('ls', 'club/cup/', '--connection', 'guest', '--recursive', '--json');
    expect(listed.events()).toMatchObject([{ key: 'club/cup/a.txt' }]);
    const at = { Bucket: bucket.name };
    expect(await statusOf(guest.send(new GetObjectCommand({ ...at, Key: 'club/cup/a.txt' })))).toBe(200);
    expect(await statusOf(guest.send(new ListObjectVersionsCommand({ ...at, Prefix: 'club/cup/' })))).toBe(200);
    expect(await statusOf(guest.send(new GetObjectCommand({ ...at, Key: 'other/a.txt' })))).toBe(403);
    expect(await statusOf(guest.send(new ListObjectsV2Command(at)))).toBe(403);
    expect(await statusOf(guest.send(new PutObjectCommand({ ...at, Key: 'club/cup/b.txt', Body: 'x' })))).toBe(403);
    expect(await statusOf(guest.send(new DeleteObjectCommand({ ...at, Key: 'club/cup/a.txt' })))).toBe(403);
    expect(
      await statusOf(guest.send(new PutObjectAclCommand({ ...at, Key: 'club/cup/a.txt', ACL: 'public-read' }))),
    ).toBe(403);
  });

  it('reading: shows the folders on the way to those of any name, and nothing below them with it', async () => {
    const keyTemplate = 'events/{event_id}/media/{name}';
    await allow('read', { prefix: '', keyTemplate, fields: {}, derived: [], originalPrefix: null });
    for (const key of ['events/cup/media/a.txt', 'events/cup/paid/b.txt', 'other/a.txt']) await put(key);
    const listed = async (...args: string[]) =>
      (await run('ls', ...args, '--connection', 'guest', '--json'))
        .events()
        .map(({ prefix, key, kind }) => prefix ?? key ?? kind);
    expect(await listed('events/')).toEqual(['events/cup/']);
    expect(await listed('events/cup/')).toEqual(['events/cup/media/', 'events/cup/paid/']);
    expect(await listed('events/cup/media/')).toEqual(['events/cup/media/a.txt']);
    expect(await listed('events/', '--recursive')).toEqual(['denied']);
    expect(await listed('')).toEqual(['denied']);
    const secret = new GetObjectCommand({ Bucket: bucket.name, Key: 'events/cup/paid/b.txt' });
    expect(await statusOf(guest.send(secret))).toBe(403);
  });

  it('looking after it: checks, mends, sweeps and deletes, and touches no object of others', async () => {
    await allow('admin');
    for (const key of ['club/cup/a.txt', 'other/a.txt']) await put(key);
    const { UploadId } = await bucket.s3.send(
      new CreateMultipartUploadCommand({ Bucket: bucket.name, Key: 'other/left.mp4' }),
    );
    const [before] = (await run('check', '--connection', 'guest', '--json')).events();
    const outcomes = (before?.settings as { name: string; outcome: string }[]).filter(
      ({ outcome }) => outcome === 'denied',
    );
    expect(outcomes.map(({ name }) => name)).toEqual([]);
    expect(before?.uploads).toMatchObject({ count: 1 });
    expect(await run('check', '--connection', 'guest', '--fix', 'abort-uploads', '--yes')).toMatchObject({ code: 0 });
    expect(await run('sweep', '--connection', 'guest', '--older-than', '0s', '--yes')).toMatchObject({ code: 0 });
    expect(await bucket.uploadsLeft()).toEqual([]);
    expect(await run('rm', 'club/cup/a.txt', '--connection', 'guest', '--yes')).toMatchObject({ code: 0 });
    expect(await bucket.keys()).toEqual(['other/a.txt']);
    const at = { Bucket: bucket.name };
    expect(await statusOf(guest.send(new DeleteObjectCommand({ ...at, Key: 'other/a.txt' })))).toBe(403);
    expect(await statusOf(guest.send(new PutObjectCommand({ ...at, Key: 'other/a.txt', Body: 'x' })))).toBe(403);
    expect(
      await statusOf(guest.send(new AbortMultipartUploadCommand({ ...at, Key: 'other/left.mp4', UploadId }))),
    ).toBe(404);
    const Rules = [{ ID: 'x', Status: 'Enabled', Filter: { Prefix: 'x/' }, Expiration: { Days: 1 } } as const];
    expect(
      await statusOf(
        guest.send(new PutBucketLifecycleConfigurationCommand({ ...at, LifecycleConfiguration: { Rules } })),
      ),
    ).toBe(200);
  });
});
