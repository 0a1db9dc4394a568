/** The bucket check and the sweep from the terminal: what they say, what they change and when, and how they end. */
import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import {
  CreateMultipartUploadCommand,
  GetBucketVersioningCommand,
  PutBucketAclCommand,
  PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { createTestBucket, type TestBucket } from '../servers/bucket.ts';
import { seededRandom } from '../servers/random.ts';
import { runSideline } from '../servers/sideline.ts';
import { newFolder, writeTree } from '../servers/tree.ts';

const ceph = inject('ceph');

describe.skipIf(ceph === null)('sideline check, sweep', { timeout: 60_000 }, () => {
  let bucket: TestBucket;
  let folder: string;
  let env: Record<string, string>;

  beforeEach(async () => {
    if (ceph === null) return;
    bucket = await createTestBucket(ceph);
    folder = await newFolder();
    env = { ...bucket.env(), SIDELINE_DATA_DIR: path.join(folder, 'data') };
  });
  afterEach(async () => {
    bucket.s3.destroy();
    await rm(folder, { recursive: true });
  });

  const run = (...args: string[]) => runSideline(args, env);
  const Bucket = () => bucket.name;

  async function destination(rules: object): Promise<void> {
    const store = ['--bucket', bucket.name, '--endpoint', ceph?.endpoint ?? '', '--path-style', '--chain'];
    expect(await run('connection', 'add', 'club', ...store)).toMatchObject({ code: 0 });
    const file = path.join(folder, 'destinations.json');
    const destinations = [
      { connection: 'club', rules: { name: 'Photos', prefix: 'event', overwrite: 'replace', ...rules } },
    ];
    await writeFile(file, JSON.stringify({ format: 'sideline-destinations', version: 1, destinations }));
    expect(await run('destination', 'import', file)).toMatchObject({ code: 0 });
  }

  it('ends with 0 where there is only advice, with 1 where there is a problem, and says which', async () => {
    const fine = await run('check');
    expect(fine).toMatchObject({ code: 0, stderr: '' });
    expect(fine.stdout).toMatch(/^Advice: .*\n {2}.*\n {2}"check --fix [a-z-]+" sets it right\.\n/);
    expect(fine.stdout).toMatch(/\n0 problems, 2 pieces of advice\.\n$/);
    await bucket.s3.send(new PutBucketAclCommand({ Bucket: Bucket(), ACL: 'public-read' }));
    const open = await run('check');
    expect(open.code).toBe(1);
    expect(open.stdout).toMatch(/^Problem: Everybody can list the bucket\n/);
    const [json] = (await run('check', '--json')).events();
    expect(json).toMatchObject({
      bucket: bucket.name,
      findings: [{ id: 'listed-by-all', severity: 'problem' }, {}, {}, {}, {}, {}],
    });
  });

  it('shows the change, makes none unless told, makes it, and reads it back', async () => {
    const asked = await run('check', '--fix', 'versioning');
    expect(asked.code).toBe(2);
    expect(asked.stdout).toContain('+   <Status>Enabled</Status>');
    expect(asked.stderr).toContain('--yes');
    const versions = async () => (await bucket.s3.send(new GetBucketVersioningCommand({ Bucket: Bucket() }))).Status;
    expect(await versions()).toBeUndefined();
    const done = await run('check', '--fix', '--yes', '--json');
    expect(done.code).toBe(0);
    expect(done.events().map(({ event, taken }) => [event, taken])).toEqual([
      ['preview', undefined],
      ['mended', true],
      ['preview', undefined],
      ['mended', true],
      [undefined, undefined],
    ]);
    expect(await versions()).toBe('Enabled');
    expect(await run('check', '--fix', '--yes')).toMatchObject({ code: 2 }); // there is nothing left
    const cors = await run('check', '--fix', 'cors', '--origin', 'https://app.example.org', '--yes');
    expect(cors).toMatchObject({ code: 0 });
    expect((await run('check')).stdout).toContain('Fine: Web pages of named addresses only');
  });

  it.each([
    [['check', '--fix', 'everything'], 'there are: cors, abort-uploads'],
    [['check', '--fix', 'expire', '--yes'], 'it needs to know more'],
    [['check', '--fix', 'expire', '--prefix', '*', '--days', '3', '--yes'], 'cannot be part of a rule'],
    [['check', '--fix', 'cors', '--origin', '*', '--yes'], 'https://app.example.org'],
    [['check', '--policy', 'Nowhere'], 'no destination named "Nowhere"'],
    [['check', '--policy', 'x', '--role', 'owner'], 'upload, read, admin'],
    [['sweep', '--orphans'], '--to DESTINATION'],
    [['sweep', '--orphans', '--to', 'Nowhere'], 'no destination named "Nowhere"'],
    [['sweep', '--older-than', 'soon'], '30s, 5m or 2h'],
  ])('refuses %j with words', async (args, words) => {
    const ended = await run(...args);
    expect(ended.stderr).toContain(words);
    expect(ended.code).toBe(2);
  });

  it('prints the policy of a destination, also for a store without IAM', async () => {
    await destination({ acl: 'public-read' });
    const policy: unknown = JSON.parse((await run('check', '--policy', 'Photos')).stdout);
    expect(policy).toMatchObject({ Statement: [{ Resource: [`arn:aws:s3:::${bucket.name}/event/*`] }, {}, {}, {}] });
    expect(JSON.stringify(policy)).toContain('s3:PutObjectAcl');
    const own = await run('check', '--policy', 'Photos', '--role', 'read', '--principal', 'arn:aws:iam:::user/anna');
    expect(own.stdout).toContain('"arn:aws:iam:::user/anna"');
    expect(own.stdout).not.toContain('PutObject');
  });

  it('sweeps what is old, after asking', async () => {
    expect(await run('sweep')).toMatchObject({ code: 0, stdout: 'There are no unfinished uploads.\n' });
    const { UploadId } = await bucket.s3.send(
      new CreateMultipartUploadCommand({ Bucket: Bucket(), Key: 'a/\u202ele\nft.mp4' }),
    );
    await bucket.s3.send(
      new UploadPartCommand({
        Bucket: Bucket(),
        Key: 'a/\u202ele\nft.mp4',
        UploadId,
        PartNumber: 1,
        Body: Buffer.alloc(1000),
      }),
    );
    const young = await run('sweep', '--yes');
    expect(young.code).toBe(0);
    expect(young.stdout).toMatch(/ 1 kB {2}a\/\\u\{202e\}le\\u\{a\}ft\.mp4\n.*not older than 7 d/);
    expect(await run('sweep', '--older-than', '0s')).toMatchObject({ code: 2 });
    expect(await bucket.uploadsLeft()).toHaveLength(1);
    const swept = await run('sweep', '--older-than', '0s', '--yes', '--json');
    expect(swept.events()).toMatchObject([
      { event: 'upload', parts: 1, bytes: 1000, own: false },
      { event: 'summary', found: 1, removed: 1, failed: 0, bytes: 1000 },
    ]);
    expect(await bucket.uploadsLeft()).toEqual([]);
  });

  it('finds orphans under a destination, and deletes them after asking', async () => {
    await destination({});
    const source = path.join(folder, 'card');
    await writeTree(
      source,
      new Map([
        ['a.jpg', 10],
        ['b.jpg', 10],
      ]),
      seededRandom('terminal-orphans'),
    );
    expect(await run('upload', source, '--to', 'Photos')).toMatchObject({ code: 0 });
    expect(await run('sweep', '--orphans', '--to', 'Photos')).toMatchObject({ code: 0 });
    await bucket.s3.send(new PutObjectCommand({ Bucket: Bucket(), Key: 'event/card/foreign.jpg', Body: 'x' }));
    expect(await run('sweep', '--orphans', '--to', 'Photos')).toMatchObject({ code: 0 }); // it is too young
    const all = ['sweep', '--orphans', '--to', 'Photos', '--older-than', '0s'];
    const found = await run(...all);
    expect(found.code).toBe(1);
    expect(found.stdout).toMatch(/not sent from this computer: +1 B {2}event\/card\/foreign\.jpg\n/);
    expect(await run('rm', 'event/card/b.jpg', '--connection', 'club', '--yes')).toMatchObject({ code: 0 });
    const [unknown, missing, summary] = (await run(...all, '--json')).events();
    expect([unknown, missing]).toMatchObject([{ event: 'unknown' }, { event: 'missing', key: 'event/card/b.jpg' }]);
    expect(summary).toMatchObject({ event: 'summary', unknown: { count: 1 }, missing: { count: 1 } });
    expect(await run(...all, '--delete', '--yes')).toMatchObject({ code: 0 });
    expect(await bucket.keys()).toEqual(['event/card/a.jpg']);
  });
});
