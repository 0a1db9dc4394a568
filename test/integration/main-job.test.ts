/** The main job on a real S3, as a person does it: the terminal command, a folder, a bucket. */
import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { createTestBucket, type TestBucket } from '../servers/bucket.ts';
import { manyHardNames } from '../servers/hard-names.ts';
import { seededRandom } from '../servers/random.ts';
import { runSideline } from '../servers/sideline.ts';
import { hashTree, newFolder, writeTree } from '../servers/tree.ts';

const ceph = inject('ceph');

describe.skipIf(ceph === null)('the main job', () => {
  let bucket: TestBucket;
  let folder: string;
  let env: Record<string, string>;

  beforeAll(async () => {
    if (ceph === null) return;
    bucket = await createTestBucket(ceph);
    folder = await newFolder();
    env = { ...bucket.env(), SIDELINE_DATA_DIR: path.join(folder, 'data') };
  });
  afterAll(async () => {
    bucket.s3.destroy();
    await rm(folder, { recursive: true });
  });

  it('sends 500 files with hard names and one of 300 MB: all arrive, equal by SHA-256', async () => {
    const random = seededRandom('main-job');
    const names = manyHardNames(500, random);
    const depth = (at: number) => ['', 'Day 1/', 'Day 1/Pitch #2 (50%)/', 'été/'.normalize('NFD')][at % 4] ?? '';
    const sizes = new Map(names.map((name, at) => [`${depth(at)}${name}`, at === 7 ? 0 : random.below(200_000)]));
    sizes.set('Day 1/final.mp4', 300_000_000);
    const event = path.join(folder, 'Event & more');
    await writeTree(event, sizes, random);
    const wanted = await hashTree(event, '2026/spring/');
    for (const junk of ['.DS_Store', 'Day 1/Thumbs.db', 'Day 1/._IMG_1.jpg', '~$plan.xlsx']) {
      await writeFile(path.join(event, junk), 'junk');
    }

    const ended = await runSideline(['upload', event, '--prefix', '2026/spring/', '--json'], env);

    expect(ended.stderr).toBe('');
    expect(ended.code).toBe(0);
    const bytes = [...sizes.values()].reduce((sum, size) => sum + size, 0);
    const { seconds, ...summary } = ended.summary();
    expect(summary).toEqual({
      files: 505,
      done: 501,
      failed: 0,
      skipped: 4,
      bytesSent: bytes,
      bytesTotal: bytes,
      resentParts: 0,
    });
    expect(seconds).toBeGreaterThan(0);
    expect(await bucket.hashes('2026/')).toEqual(wanted);
    expect(await bucket.uploadsLeft()).toEqual([]);
  });

  it('sends nothing twice when the same folder is given again', async () => {
    const event = path.join(folder, 'again');
    await writeTree(event, new Map([['a.jpg', 1000], ['b/c.jpg', 2000]]), seededRandom('again')); // prettier-ignore
    const first = await runSideline(['upload', event, '--json'], env);
    const second = await runSideline(['upload', event, '--json'], env);
    expect(first.summary()).toMatchObject({ done: 2, bytesSent: 3000 });
    expect(second.code).toBe(0);
    expect(second.summary()).toMatchObject({ files: 2, done: 0, skipped: 2, bytesSent: 0 });
  });

  it.skipIf(process.platform === 'win32')(
    'fails what cannot be read, follows no link out, and sends the rest',
    async () => {
      const event = path.join(folder, 'mixed');
      await writeTree(event, new Map([['good.jpg', 10], ['sub/good.jpg', 10]]), seededRandom('mixed')); // prettier-ignore
      await symlink(path.join(folder, 'data'), path.join(event, 'out'));
      await symlink(event, path.join(event, 'sub', 'loop'));
      await symlink(path.join(event, 'nowhere'), path.join(event, 'broken'));
      await mkdir(path.join(event, 'empty folder'));
      const ended = await runSideline(['upload', event, '--json'], env);
      expect(ended.code).toBe(1);
      expect(ended.summary()).toMatchObject({ done: 2, failed: 1, skipped: 2 });
      expect(await bucket.keys('mixed/')).toEqual(['mixed/good.jpg', 'mixed/sub/good.jpg']);
      const status = await runSideline(['status'], env);
      for (const name of ['broken', 'out', 'loop'])
        expect(status.stdout).toContain(path.join('mixed', name === 'loop' ? 'sub' : '', name));
    },
  );

  it('finds a clash of two keys before anything is sent', async () => {
    const [one, other] = [path.join(folder, 'one', 'same'), path.join(folder, 'other', 'same')];
    const random = seededRandom('clash');
    await writeTree(one, new Map([['a.jpg', 10], ['b.jpg', 10]]), random); // prettier-ignore
    await writeTree(other, new Map([['a.jpg', 10]]), random);
    const ended = await runSideline(['upload', one, other, '--json'], env);
    expect(ended.code).toBe(1);
    const events = ended.events();
    const clash = events.findIndex(({ event }) => event === 'failed');
    expect(events[clash]).toMatchObject({ key: 'same/a.jpg', reason: { kind: 'key-clash' } });
    expect(events.findIndex(({ event }) => event === 'done')).toBeGreaterThan(clash);
    expect((await bucket.hashes('same/')).get('same/a.jpg')).toBe((await hashTree(one)).get('same/a.jpg'));
  });
});
