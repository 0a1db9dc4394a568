/** `sideline ls` of a bucket, as a person and a script use it. */
import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { openAdminBucket, type AdminBucket } from '../servers/admin-bucket.ts';
import { putMany } from '../servers/many-objects.ts';
import { runSideline, startSideline } from '../servers/sideline.ts';
import { newFolder } from '../servers/tree.ts';

const ceph = inject('ceph');
const hostile = ['h/../../x', 'h/<img onerror>', 'h/\u202Egpj.exe', 'h/a\nb', 'h/\u001b[2J', 'h/a//b', 'h/+ %20'];

describe.skipIf(ceph === null)('sideline ls', { timeout: 60_000 }, () => {
  let bucket: AdminBucket;
  let folder: string;
  let env: Record<string, string>;

  beforeAll(async () => {
    if (ceph === null) return;
    bucket = await openAdminBucket(ceph);
    folder = await newFolder();
    env = { ...bucket.env(), SIDELINE_DATA_DIR: path.join(folder, 'data') };
    await putMany(bucket.bucket, ['p/IMG_10.jpg', 'p/sub/deep/c.mp4', 'q'], Buffer.alloc(2000));
    await putMany(bucket.bucket, ['p/IMG_9.jpg', 'p/sub/b.jpg'], Buffer.alloc(7));
    await putMany(bucket.bucket, hostile);
  });
  afterAll(async () => {
    if (ceph === null) return;
    bucket.close();
    bucket.s3.destroy();
    await rm(folder, { recursive: true });
  });

  const ls = async (...args: string[]) => await runSideline(['ls', ...args], env);
  const keysOf = (events: Record<string, unknown>[]) => events.map(({ key, prefix }) => key ?? prefix);

  it('shows folders and objects; all that is below with --recursive', async () => {
    const time = String.raw`\d{4}-\d\d-\d\dT[\d:.]+Z`;
    expect(await ls('p/')).toMatchObject({
      code: 0,
      stderr: '',
      stdout: expect.stringMatching(
        new RegExp(`^ {24} {5}folder {2}p/sub/\\n${time} {7}2 kB {2}p/IMG_10.jpg\\n${time} {8}7 B {2}p/IMG_9.jpg\\n$`),
      ) as string,
    });
    const lines = (await ls('p/', '--json')).events();
    expect(lines[0]).toEqual({ prefix: 'p/sub/' });
    expect(Object.keys(lines[1] ?? {})).toEqual(['key', 'size', 'etag', 'modified']);
    expect(lines[1]).toMatchObject({
      key: 'p/IMG_10.jpg',
      size: 2000,
      etag: expect.stringMatching(/^[0-9a-f]{32}$/) as string,
    });
    const all = ['p/IMG_10.jpg', 'p/IMG_9.jpg', 'p/sub/b.jpg', 'p/sub/deep/c.mp4'];
    expect(keysOf((await ls('p', '--recursive', '--json')).events())).toEqual(all);
    expect(keysOf((await ls('--json')).events())).toEqual(['h/', 'p/', 'q']);
  });

  it('sorts, and tells all that a list tells', async () => {
    const sorted = async (...args: string[]) => keysOf((await ls('p/', '-r', '--json', ...args)).events());
    expect(await sorted('--sort', 'name')).toEqual(['p/IMG_9.jpg', 'p/IMG_10.jpg', 'p/sub/b.jpg', 'p/sub/deep/c.mp4']);
    expect((await sorted('--sort', 'size', '--reverse')).slice(2).toSorted()).toEqual(['p/IMG_9.jpg', 'p/sub/b.jpg']);
    expect((await ls('p/IMG_9', '--long')).stdout).toMatch(
      /^\S+Z {15}7 {2}STANDARD {5}[0-9a-f]{32} {2}p\/IMG_9\.jpg\n$/,
    );
    expect((await ls('p/IMG_9', '--long', '--json')).events()).toMatchObject([{ storageClass: 'STANDARD' }]);
    expect(await ls('--sort', 'colour')).toMatchObject({ code: 2 });
  });

  it('shows hostile keys as text', async () => {
    const { stdout } = await ls('h/', '-r');
    expect(stdout.split('\n')).toHaveLength(hostile.length + 1);
    expect(stdout).toContain('h/../../x\n');
    expect(stdout).toContain(String.raw`h/\u{202e}gpj.exe`);
    expect(stdout).toContain(String.raw`h/\u{1b}[2J`);
    expect(stdout).toContain(String.raw`h/a\u{a}b`);
    const keys = keysOf((await ls('h/', '-r', '--json')).events()).map(String);
    expect(keys.toSorted()).toEqual(hostile.toSorted());
  });

  it('ends quietly when whoever reads it goes away', async () => {
    const { child, ended } = startSideline(['ls', '-r'], env);
    child.stdout.destroy();
    expect(await ended).toMatchObject({ code: 0, stderr: '' });
  });

  it('keeps to the folders of destinations that lock their users, and uploads nothing that is read-only', async () => {
    if (ceph === null) return;
    const { endpoint, region, accessKeyId, secretAccessKey } = ceph;
    const own = { SIDELINE_DATA_DIR: path.join(folder, 'locked'), AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey }; // prettier-ignore
    const where = ['--endpoint', endpoint, '--region', region, '--bucket', bucket.name, '--path-style', '--chain'];
    const added = await runSideline(['connection', 'add', 'looking', ...where, '--read-only'], own);
    expect(added).toMatchObject({ code: 0, stderr: '' });
    expect((await runSideline(['connection', 'list'], own)).stdout).toContain(', read-only)');
    expect(await runSideline(['connection', 'test', 'looking'], own)).toMatchObject({ code: 0 });
    const refused = await runSideline(['upload', import.meta.filename, '--connection', 'looking'], own);
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('marked as read-only') as string });
    expect(await bucket.keys('terminal-list')).toEqual([]);

    const file = path.join(folder, 'destinations.json');
    const rules = { name: 'Mine', prefix: 'p', keyTemplate: 'sub/{name}', ownFolderOnly: true };
    const exported = { format: 'sideline-destinations', version: 1, destinations: [{ connection: 'looking', rules }] };
    await writeFile(file, JSON.stringify(exported));
    expect(await runSideline(['destination', 'import', file], own)).toMatchObject({ code: 0 });
    expect((await runSideline(['ls', 'p/sub/'], own)).stdout).toContain('p/sub/b.jpg');
    const outside = await runSideline(['ls', 'p/'], own);
    expect(outside).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('(p/sub/)') as string });
  });
});
