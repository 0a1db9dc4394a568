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

  it('lists what it has changed, and puts it back after asking', async () => {
    const made = await run('check', '--fix', 'cors', '--origin', 'https://app.example.org', '--yes');
    const [, id = ''] = /check --put-back (\d{8}-\d{6}-[0-9a-f]{6})/.exec(made.stdout) ?? [];
    const listed = await run('check', '--changes');
    expect(listed).toMatchObject({ code: 0, stderr: '' });
    expect(listed.stdout).toMatch(/^\d{8}-\d{6}-[0-9a-f]{6} {2}.* {2}Web pages \(CORS\): Let web pages .*\n$/);
    expect((await run('check', '--changes', '--json')).events()).toMatchObject([
      { id, setting: 'cors', mend: { origins: ['https://app.example.org'] }, taken: true, before: '' },
    ]);
    const asked = await run('check', '--put-back', id);
    expect(asked.code).toBe(2);
    expect(asked.stdout).toContain('-     <AllowedOrigin>https://app.example.org</AllowedOrigin>');
    expect(await run('check', '--put-back', id, '--yes')).toMatchObject({ code: 0 });
    expect((await run('check')).stdout).not.toContain('Web pages of named addresses');
    expect((await run('check', '--changes', '--json')).events()).toMatchObject([{ mend: null, after: '' }, { id }]);
  });

  it('says with --json what is wrong as JSON too, with the exit code of its kind', async () => {
    const ended = async (...args: string[]) => {
      const { code, stdout } = await run(...args, '--json');
      return [code, (JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') as { kind: string }).kind];
    };
    expect(await ended('check', '--fix', 'versioning')).toEqual([2, 'invalid-input']); // nobody can be asked
    expect(await ended('sweep', '--nonsense')).toEqual([2, 'invalid-input']);
    expect(await ended('ls', '--connection', 'nowhere')).toEqual([2, 'invalid-input']);
    env = { ...env, AWS_SECRET_ACCESS_KEY: 'mistyped' };
    expect(await ended('check')).toEqual([1, 'secret-refused']);
    expect(await ended('sweep')).toEqual([1, 'secret-refused']);
  });

  it('shows keys that would move a terminal or turn its text as escapes, in JSON too', async () => {
    const Key = 'a\u009b31m\u202e\u200f\u061c\nb<img>.jpg';
    await bucket.s3.send(new PutObjectCommand({ Bucket: Bucket(), Key, Body: 'x' }));
    const risky = /(?!\n)[\p{Cc}\u2028\u2029\p{Bidi_Control}]/u;
    const gone = `${Key}-none`;
    for (const command of [
      ['ls', '--long'],
      ['stat', Key, gone],
      ['rm', Key, '--dry-run'],
    ]) {
      const [plain, json] = [await run(...command), await run(...command, '--json')];
      for (const text of [plain.stdout, plain.stderr, json.stdout, json.stderr]) expect(text).not.toMatch(risky);
      expect(plain.stdout).toContain('\\u{202e}\\u{200f}\\u{61c}\\u{a}b<img>.jpg');
      expect(json.events()[0]?.key).toBe(Key);
      if (command.includes(gone))
        expect(json.events()[1]).toMatchObject({ key: gone, error: { kind: 'object-missing' } });
    }
  });

  it.each([
    [['check', '--fix', 'everything'], 'there are: cors, abort-uploads'],
    [['check', '--fix', 'expire', '--yes'], 'it needs to know more'],
    [['check', '--fix', 'expire', '--prefix', '*', '--days', '3', '--yes'], 'cannot be part of a rule'],
    [['check', '--fix', 'cors', '--origin', '*', '--yes'], 'https://app.example.org'],
    [['check', '--policy', 'Nowhere'], 'no destination named "Nowhere"'],
    [['check', '--policy', 'x', '--principal', '*'], 'arn:aws:iam:::user/anna'],
    [['check', '--changes', '--fix'], 'give one of them'],
    [['check', '--put-back', '20260101-000000-abcdef'], 'no change "20260101-000000-abcdef"'],
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
