/** `sideline get`, `cp` and `mv`, as a person's shell runs them, on a real S3. */
import { createHash } from 'node:crypto';
import { readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { createTestBucket, type TestBucket } from '../servers/bucket.ts';
import { startFaultProxy, type FaultProxy, type Seen } from '../servers/fault-proxy.ts';
import { ownName } from '../servers/fetching.ts';
import { seededRandom } from '../servers/random.ts';
import { runSideline, startSideline } from '../servers/sideline.ts';
import { newFolder } from '../servers/tree.ts';

const ceph = inject('ceph');
const random = seededRandom('terminal-transfers');
const MiB = 2 ** 20;
const range = 8 * MiB;

describe.skipIf(ceph === null)('sideline get, cp and mv', { timeout: 90_000 }, () => {
  let bucket: TestBucket;
  let proxy: FaultProxy;
  let folder: string;

  beforeEach(async () => {
    if (ceph === null) return;
    bucket = await createTestBucket(ceph);
    proxy = await startFaultProxy(ceph.endpoint);
    folder = await newFolder();
  });
  afterEach(async () => {
    await proxy.stop();
    bucket.s3.destroy();
    await rm(folder, { recursive: true });
  });

  const target = () => path.join(folder, 'target');
  const put = (key: string, body: Buffer | string) =>
    bucket.s3.send(new PutObjectCommand({ Bucket: bucket.name, Key: key, Body: Buffer.from(body) }));
  const sha = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
  const env = () => bucket.env(proxy.endpoint);
  const run = (...args: string[]) =>
    runSideline([...args, '--data-dir', path.join(folder, 'data')], env(), { cwd: folder });

  async function wholeRanges(): Promise<number> {
    const names = await readdir(target()).catch(() => []);
    const note = names.find((name) => name.endsWith('.json'));
    if (note === undefined) return 0;
    return (await readFile(path.join(target(), note), 'utf8')).match(/^\d+;$/gm)?.length ?? 0;
  }

  it('brings a folder, says so, and brings nothing twice', async () => {
    await put('day/a.jpg', 'A');
    await put('day/in/b.jpg', 'BB');
    await put('daylight.jpg', 'no');
    const first = await run('get', 'day', '--recursive', '--to', 'target');
    expect(first).toMatchObject({ code: 0, stderr: '' });
    expect(first.stdout).toMatch(/^2 of 2 objects \(3 B\) brought in .+\.$/m);
    expect(await readFile(path.join(target(), 'day', 'in', 'b.jpg'), 'utf8')).toBe('BB');
    expect((await readdir(target(), { recursive: true })).sort()).toEqual([
      'day',
      'day/a.jpg',
      'day/in',
      'day/in/b.jpg',
    ]);
    const second = await run('get', 'day/', '-r', '--to', 'target', '--json');
    const events = second.events();
    expect(events.filter(({ event }) => event === 'done')).toMatchObject([{ skipped: true }, { skipped: true }]);
    expect(events.at(-1)).toMatchObject({ objects: 2, done: 2, failed: 0, skipped: 2, bytes: 3 });
  });

  it('keeps to a limit of the bandwidth', async () => {
    await put('a.bin', random.bytes(MiB));
    await put('b.bin', random.bytes(MiB));
    const limited = await run('get', 'a.bin', 'b.bin', '--to', 'target', '--limit-rate', '1M', '--json');
    expect(limited.code).toBe(0);
    const { seconds } = limited.events().at(-1) ?? {};
    expect(seconds).toBeGreaterThan(1.4); // a quarter of a second's worth may come at once
    expect(seconds).toBeLessThan(6);
    expect((await run('get', 'a.bin', '--limit-rate', 'fast')).code).toBe(2);
  });

  it('goes on after it was killed, and again, with nothing fetched twice that was whole', async () => {
    const body = random.bytes(6 * range + 12_345);
    await put('video.mp4', body);
    const args = ['get', 'video.mp4', '--to', 'target', '--data-dir', path.join(folder, 'data')];
    let whole = 0;
    for (const most of [2, 4]) {
      let asked = whole;
      proxy.faults = ({ method, path: key }) => {
        if (method !== 'GET' || !key.endsWith('/video.mp4')) return null;
        return ++asked > most ? { kind: 'stall', after: 0 } : null;
      };
      const before = proxy.seen.length;
      const { child, ended } = startSideline(args, env(), { cwd: folder });
      await expect.poll(wholeRanges, { timeout: 20_000, interval: 20 }).toBe(most);
      child.kill('SIGKILL');
      expect((await ended).signal).toBe('SIGKILL');
      const fetched = proxy.seen
        .slice(before)
        .reduce((sum, { answered, method }) => sum + (method === 'GET' ? answered : 0), 0);
      expect(fetched).toBeLessThanOrEqual((most - whole) * range);
      whole = most;
    }
    proxy.faults = () => null;
    const before = proxy.seen.length;
    const last = await run('get', 'video.mp4', '--to', 'target', '--json');
    expect(last.code).toBe(0);
    const fetched = proxy.seen
      .slice(before)
      .reduce((sum, { answered, method }) => sum + (method === 'GET' ? answered : 0), 0);
    expect(fetched).toBe(body.length - whole * range);
    expect(sha(await readFile(path.join(target(), 'video.mp4')))).toBe(sha(body));
    expect(await readdir(target())).toEqual(['video.mp4']);
    expect(last.events().find(({ event }) => event === 'done')).toMatchObject({ proof: 'etag-md5', size: body.length });
  });

  it('ends with 1 where something failed, with 2 where it was asked wrongly, with 3 without network', async () => {
    await put('there', 'x');
    const some = await run('get', 'there', 'gone\u001b[2J', '--to', 'target');
    expect(some.code).toBe(1);
    expect(some.stdout).toContain('failed: gone\\u{1b}[2J');
    expect(some.stdout).toContain('1 of 2 objects');
    const aFolder = await run('get', 'there/');
    expect(aFolder).toMatchObject({ code: 2, stderr: expect.stringContaining('--recursive') as string });
    const nothing = await run('get', 'nowhere', '--recursive');
    expect(nothing).toMatchObject({ code: 2, stderr: expect.stringContaining('"nowhere"') as string });
    expect((await run('cp', 'there', 'other', 'no-folder')).code).toBe(2);
    expect((await run('mv', 'there')).code).toBe(2);
    await proxy.goAway();
    const away = await run('get', 'there', '--to', 'target', '--wait', '1s');
    expect(away.code).toBe(3);
    expect(away.stdout).toContain('the same command again goes on from here');
    await proxy.comeBack();
  });

  it('copies into folders and to names, and moves', async () => {
    await put('day/a.jpg', 'A');
    await put('day/in/b.jpg', 'B');
    expect((await run('cp', 'day/a.jpg', 'day/in/b.jpg', 'copies/')).code).toBe(0);
    expect((await run('cp', 'day/a.jpg', 'one.jpg')).code).toBe(0);
    expect((await run('cp', 'day', 'archive/', '--recursive')).code).toBe(0);
    expect((await bucket.keys()).sort()).toEqual([
      ...['archive/day/a.jpg', 'archive/day/in/b.jpg', 'copies/a.jpg', 'copies/in/b.jpg'],
      ...['day/a.jpg', 'day/in/b.jpg', 'one.jpg'],
    ]);
    const renamed = await run('mv', 'day/', 'finals', '-r', '--json');
    expect(renamed.code).toBe(0);
    expect(renamed.events().at(-1)).toMatchObject({ objects: 2, done: 2, failed: 0 });
    expect(await bucket.keys('day')).toEqual([]);
    expect((await bucket.keys('finals')).sort()).toEqual(['finals/a.jpg', 'finals/in/b.jpg']);
    await put('one.jpg', 'another one');
    const taken = await run('mv', 'finals/a.jpg', 'one.jpg');
    expect(taken.code).toBe(1);
    expect(taken.stdout).toContain('one.jpg already');
    expect(await bucket.keys('finals/a')).toEqual(['finals/a.jpg']);
    expect((await run('mv', 'finals/a.jpg', 'one.jpg', '--overwrite')).code).toBe(0);
    expect((await run('mv', 'finals', 'finals/deeper/', '-r')).code).toBe(2);
  });

  it('loses nothing of a move that is killed between the copy and the deletion', async () => {
    await put('a.jpg', 'A');
    await put('b.jpg', 'B');
    const deletes = ({ method, query }: Seen) => method === 'POST' && query.has('delete');
    proxy.faults = (request) => (deletes(request) ? { kind: 'refuse', status: 500, code: 'InternalError' } : null);
    const args = ['mv', 'a.jpg', 'b.jpg', 'to/', '--data-dir', path.join(folder, 'data')];
    const { child, ended } = startSideline(args, env(), { cwd: folder });
    const asked = () => proxy.seen.filter((one) => deletes(one) && one.over).length;
    await expect.poll(asked, { timeout: 20_000, interval: 20 }).toBeGreaterThan(1);
    child.kill('SIGKILL');
    expect((await ended).signal).toBe('SIGKILL');
    expect(await bucket.keys()).toEqual(expect.arrayContaining(['a.jpg', 'b.jpg']));
    proxy.faults = () => null;
    expect((await run('mv', 'a.jpg', 'b.jpg', 'to/')).code).toBe(0);
    expect(await bucket.keys()).toEqual(['to/a.jpg', 'to/b.jpg']);
    const log = (await run('rm', '--log', '--json')).events();
    expect(log.map(({ state, outcomes }) => [state, outcomes])).toMatchObject([
      ['done', { deleted: 2 }],
      ['interrupted', { deleted: 0, unknown: 2 }],
    ]);
  });

  it('copies over another connection', async () => {
    if (ceph === null) return;
    const name = ownName('other');
    await bucket.s3.send(new CreateBucketCommand({ Bucket: name }));
    await put('a.jpg', 'A');
    const place = ['--bucket', name, '--endpoint', ceph.endpoint, '--path-style', '--chain'];
    expect((await run('connection', 'add', 'other', ...place)).code).toBe(0);
    const copied = await run('cp', 'a.jpg', 'to/', '--to-connection', 'other');
    expect(copied).toMatchObject({ code: 0, stderr: '' });
    const { Body } = await bucket.s3.send(new GetObjectCommand({ Bucket: name, Key: 'to/a.jpg' }));
    expect(await Body?.transformToString()).toBe('A');
  });
});
