/** sideline rm, as a person's shell runs it. */
import { appendFile, readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { PutBucketVersioningCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import type { DeletionTarget } from '../../shared/deletions.ts';
import { newLogId } from '../../electron/admin/log-id.ts';
import { beginDeletion } from '../../electron/admin/delete/run.ts';
import { surveyDeletion } from '../../electron/admin/delete/survey.ts';
import { openAdminBucket, type AdminBucket } from '../servers/admin-bucket.ts';
import { recordsOf } from '../servers/csv.ts';
import { startFaultProxy, type Seen } from '../servers/fault-proxy.ts';
import { putMany } from '../servers/many-objects.ts';
import { seededRandom } from '../servers/random.ts';
import { runSideline, startSideline } from '../servers/sideline.ts';
import { newFolder } from '../servers/tree.ts';

const ceph = inject('ceph');

describe.skipIf(ceph === null)('sideline rm', { timeout: 60_000 }, () => {
  let store: AdminBucket;
  let folder: string;
  let env: Record<string, string>;

  beforeEach(async () => {
    if (ceph === null) return;
    store = await openAdminBucket(ceph);
    folder = await newFolder();
    env = { ...store.env(), SIDELINE_DATA_DIR: folder };
  });
  afterEach(async () => {
    store.close();
    store.s3.destroy();
    await rm(folder, { recursive: true });
  });

  const run = (...args: string[]) => runSideline(['rm', ...args], env);
  const keepVersions = () =>
    store.s3.send(
      new PutBucketVersioningCommand({ Bucket: store.name, VersioningConfiguration: { Status: 'Enabled' } }),
    );
  const put = (key: string, text: string) =>
    store.s3.send(new PutObjectCommand({ Bucket: store.name, Key: key, Body: text }));

  it('deletes keys and folders, and takes a folder for what it is: not for all that begins so', async () => {
    await putMany(store.bucket, ['a.jpg', 'b.jpg', 'cup/1.jpg', 'cup/2.jpg', 'cup-2/1.jpg', 'cup']);
    const asked = await run('a.jpg');
    expect([asked.code, asked.stderr]).toEqual([2, 'Without a terminal nobody can be asked: give --yes to delete.\n']);
    const shown = await run('--recursive', '--dry-run', 'cup');
    expect(shown.stdout).toContain(
      'would delete: cup/1.jpg\nwould delete: cup/2.jpg\nwould delete: cup\n3 objects, 0 B.',
    );
    expect(await store.keys()).toHaveLength(6);
    const ended = await run('--yes', 'a.jpg', 'gone.jpg');
    expect([ended.code, ended.stdout]).toEqual([
      1,
      '1 object, 0 B.\n1 of what was named is not there.\nThe bucket keeps no versions: what is deleted cannot be brought back.\n1 object, 0 B: done, 1 deleted.\n',
    ]);
    const folderOnly = await run('--yes', 'cup/');
    expect([folderOnly.code, folderOnly.stderr]).toEqual([
      2,
      '"cup/" is a folder: give --recursive to delete all that is in it.\n',
    ]);
    expect((await run('--yes', '--recursive', 'cup/')).code).toBe(0);
    expect(await store.keys()).toEqual(['b.jpg', 'cup', 'cup-2/1.jpg']);
    expect((await run('--yes', '--recursive', 'cup')).code).toBe(0);
    expect(await store.keys()).toEqual(['b.jpg', 'cup-2/1.jpg']);
    expect((await run('--yes', '--recursive', '')).code).toBe(0);
    expect(await store.keys()).toEqual([]);
    expect((await run('--yes', '--recursive', '')).stdout).toBe('There is nothing to delete.\n');
  });

  it('brings back by --undo what a deletion took, and lists it with --log', async () => {
    await keepVersions();
    await put('cup/=1+1.jpg', 'one');
    await put('cup/new\nline.jpg', 'two');
    const before = await store.hashes();
    const removed = await run('--yes', '--json', '-r', 'cup/');
    const [summary] = removed.events();
    expect([removed.code, summary]).toEqual([0, expect.objectContaining({ objects: 2, deleted: 2, undoable: 2 })]);
    const id = String(summary?.deletion);
    expect(await store.keys()).toEqual([]);

    expect((await run('--log')).stdout).toContain(`${store.name}: cup/ (2 objects, 6 B: done, 2 deleted)`);
    const [entry] = (await run('--log', id, '--json')).events();
    expect(entry).toMatchObject({ key: 'cup/=1+1.jpg', outcome: 'deleted', size: 3 });
    expect(entry?.markerId).toMatch(/./);
    expect((await run('--log', id)).stdout).toContain('cup/new\\u{a}line.jpg  Deleted\n');

    const undone = await run('--undo', id);
    expect([undone.code, undone.stdout]).toEqual([0, '2 objects, 6 B: done, 2 brought back.\n']);
    expect(await store.hashes()).toEqual(before);
    const again = await run('--undo', id);
    expect([again.code, again.stderr]).toEqual([2, expect.stringContaining('has been undone already')]);

    const file = path.join(folder, 'log.csv');
    expect((await run('--log', id, '--out', file)).code).toBe(0);
    expect(recordsOf((await readFile(file, 'utf8')).slice(1))).toMatchObject([
      { key: 'cup/=1+1.jpg', bytes: '3', outcome: 'restored' },
      { key: 'cup/new\nline.jpg', outcome: 'restored' },
    ]);
  });

  it('deletes old versions for good with --versions', async () => {
    await keepVersions();
    for (const text of ['one', 'two']) await put('cup/a.jpg', text);
    expect((await run('--yes', 'cup/a.jpg')).stdout).toContain('1 version from before stay');
    const ended = await run('--yes', '--versions', '-r', 'cup');
    expect(ended.stdout).toMatch(
      /^3 versions, 6 B\.\nThey are deleted for good.*\n3 versions, 6 B: done, 3 deleted\.\n$/,
    );
    expect((await run('--yes', '--versions', '-r', '')).stdout).toBe('There is nothing to delete.\n');
  });

  it('tells the truth after a SIGKILL in the middle, and goes on or back from there', async () => {
    await keepVersions();
    const keys = Array.from({ length: 1600 }, (_, at) => `cup/${String(at).padStart(5, '0')}.jpg`);
    await putMany(store.bucket, keys);
    const random = seededRandom('terminal-rm kill');
    const proxy = await startFaultProxy(ceph?.endpoint ?? '');
    env = { ...env, ...store.env(proxy.endpoint) };
    // The first requests go through; of those that are under way then, some have been done by the store.
    let left = 1 + random.below(5);
    const never = new Promise<void>(() => undefined);
    proxy.faults = ({ method }) =>
      method !== 'POST' || left-- > 0
        ? null
        : random.pick([
            { kind: 'stall', after: 0 },
            { kind: 'hold-answer', until: never },
          ] as const);
    const started = startSideline(['rm', '--yes', '-r', 'cup'], env);
    const held = () => proxy.seen.filter(({ fault }) => fault !== null);
    const isDone = ({ fault, status }: Seen) => fault?.kind === 'stall' || status !== null;
    await expect.poll(() => held().length > 0 && held().every(isDone), { timeout: 30_000 }).toBe(true);
    started.child.kill('SIGKILL');
    await started.ended;
    proxy.faults = () => null;

    const there = new Set(await store.keys());
    const [info] = (await run('--log', '--json')).events();
    const id = String(info?.id);
    expect(info).toMatchObject({ state: 'interrupted', objects: 1600 });
    const entries = (await run('--log', id, '--json')).events();
    expect(entries).toHaveLength(1600);
    for (const { key, outcome } of entries) {
      if (outcome === 'deleted') expect(there.has(String(key))).toBe(false);
      else if (outcome === 'untried') expect(there.has(String(key))).toBe(true);
      else expect(outcome).toBe('unknown');
    }
    expect(there.size).toBeGreaterThan(0);

    if (random.below(2) === 0) {
      expect((await run('--continue', id)).code).toBe(0);
      expect(await store.keys()).toEqual([]);
    }
    expect((await run('--undo', id)).code).toBeLessThan(2);
    expect((await store.keys()).length).toBe(1600);
    expect((await readdir(path.join(folder, 'deletions'))).filter((name) => !name.endsWith('.jsonl'))).toEqual([]);
    await proxy.stop();
  });

  it.skipIf(process.platform === 'win32')('deletes nothing that it cannot write down: the disk is full', async () => {
    await putMany(store.bucket, ['cup/1.jpg', 'cup/2.jpg']);
    const target: DeletionTarget = { what: 'objects', keys: [], prefixes: ['cup/'] };
    const id = newLogId(Date.now());
    const deps = { bucket: store.bucket, dataFolder: folder };
    await surveyDeletion(deps, { id, target, program: 'terminal' }, () => undefined, AbortSignal.timeout(20_000));
    await beginDeletion(folder, id);
    const log = path.join(folder, 'deletions', `${id}.jsonl`);
    await appendFile(log, `${'x'.repeat(4096)}\n`); // longer than any file may get below
    /** Where no file may have more blocks: to who writes it is a full disk. */
    const onFullDisk = (blocks: number, ...args: string[]) =>
      startSideline(['rm', ...args], env, { before: ['sh', '-c', `ulimit -f ${blocks}; exec "$@"`, 'sh'] }).ended;
    for (const [blocks, args] of [
      [2, ['--continue', id]],
      [0, ['--yes', '-r', 'cup']],
    ] as const) {
      const { code, stderr } = await onFullDisk(blocks, ...args);
      expect([code === 0, stderr]).toEqual([false, expect.stringContaining('is the disk full')]);
      expect(await store.keys()).toEqual(['cup/1.jpg', 'cup/2.jpg']);
    }
    expect((await run('--continue', id)).code).toBe(0);
    expect(await store.keys()).toEqual([]);
  });

  it.each([
    [['--undo', '20200101-000000-abcdef'], 'There is no deletion "20200101-000000-abcdef"'],
    [['--undo', '../../etc/passwd'], 'There is no deletion "../../etc/passwd"'],
    [['--log', '--undo', 'x'], 'one of --undo, --continue and --log'],
    [[], 'Give keys or folders'],
  ])('refuses %j', async (args, words) => {
    const { code, stderr } = await run(...args);
    expect([code, stderr]).toEqual([2, expect.stringContaining(words)]);
  });
});
