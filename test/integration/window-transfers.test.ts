/** What the window asks for: downloads, copies, moves, new names and folders, as tasks. On the practice bucket. */
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Core } from '../../electron/app/core.ts';
import type { Storage } from '../../electron/storage/storage.ts';
import type { AdminTask } from '../../shared/admin-tasks.ts';
import { openTestCore } from '../servers/app-core.ts';
import { seededRandom } from '../servers/random.ts';
import { newFolder } from '../servers/tree.ts';

const random = seededRandom('window-transfers');
const never = new AbortController().signal;
const MiB = 2 ** 20;

describe('objects on their way for the window', { timeout: 30_000 }, () => {
  let folder: string;
  let core: Core;
  let storage: Storage;
  let connectionId: number;
  let chosen: string[];

  beforeEach(async () => {
    folder = await newFolder();
    chosen = [path.join(folder, 'target')];
    core = openTestCore(path.join(folder, 'data'), {
      choose: (kind) => Promise.resolve(kind === 'target' ? chosen : []),
    });
    const connection = await core.handlers['connections.practice']({});
    connectionId = connection.id;
    storage = await core.session.openStorage(connection);
  });
  afterEach(async () => {
    storage.close();
    await core.close();
    await rm(folder, { recursive: true });
  });

  async function put(Key: string, body: Buffer | string): Promise<void> {
    await storage.call((s3, { PutObjectCommand }) =>
      s3.send(new PutObjectCommand({ Bucket: 'practice', Key, Body: Buffer.from(body), Metadata: { event: 'cup' } })),
    );
  }

  async function keys(): Promise<string[]> {
    const all: string[] = [];
    for await (const { key } of storage.list('', never)) all.push(key);
    return all;
  }

  const tasks = () => core.handlers['tasks.list']({}) as AdminTask[];

  async function ended(answer: { taskId: number } | null): Promise<AdminTask> {
    const task = () => tasks().find(({ id }) => id === answer?.taskId);
    await expect.poll(() => task()?.state, { interval: 10 }).not.toBe('running');
    const found = task();
    if (found === undefined) throw new Error('no such task');
    return found;
  }

  const named = (keys: string[], prefixes: string[] = []) => ({ connectionId, keys, prefixes });

  it('brings what is chosen by name or in a listing into a folder that a person chooses', async () => {
    const large = random.bytes(20 * MiB);
    await put('day/large.mov', large);
    await put('day/a.jpg', 'A');
    await put('other', 'O');
    const byName = await core.handlers['downloads.start']({ chosen: named(['other'], ['day/']), overwrite: false });
    const task = await ended(byName);
    expect(task).toMatchObject({
      ...{ kind: 'download', state: 'done', subject: '2 items', failures: [], folder: chosen[0] },
      ...{ items: { done: 3, failed: 0, total: 3 }, bytes: { done: large.length + 2, total: large.length + 2 } },
    });
    const target = chosen[0] ?? '';
    expect((await readFile(path.join(target, 'day', 'large.mov'))).equals(large)).toBe(true);
    expect((await readdir(target, { recursive: true })).sort()).toEqual(['day', 'day/a.jpg', 'day/large.mov', 'other']);

    chosen = [path.join(folder, 'second')];
    const listing = await core.handlers['browse.open']({ connectionId, prefix: 'day/', search: null });
    await expect.poll(() => core.handlers['browse.page'](page(listing.listingId))).toMatchObject({ total: 2 });
    const selection = { view: view(), except: { keys: ['day/large.mov'], prefixes: [] } };
    const bySelection = await core.handlers['downloads.start']({
      chosen: { listingId: listing.listingId, selection },
      overwrite: false,
    });
    expect(await ended(bySelection)).toMatchObject({ state: 'done', subject: 'day/a.jpg', items: { done: 1 } });
    expect(await readdir(chosen[0] ?? '')).toEqual(['a.jpg']);

    chosen = [path.join(folder, 'third')];
    const edge = (name: string) => ({ name, isFolder: false, size: 1, modified: 0, type: '' });
    const between = { from: edge('a.jpg'), to: edge('large.mov') };
    const range = { view: view(), between, otherwise: { keys: ['day/a.jpg'], prefixes: [] } };
    const byRange = await core.handlers['downloads.start']({
      chosen: { listingId: listing.listingId, selection: range },
      overwrite: false,
    });
    expect(await ended(byRange)).toMatchObject({ state: 'done', subject: 'day/large.mov', items: { done: 1 } });
    expect(await readdir(chosen[0] ?? '')).toEqual(['large.mov']);
  });

  it('begins nothing when no folder is chosen', async () => {
    chosen = [];
    expect(await core.handlers['downloads.start']({ chosen: named(['a']), overwrite: false })).toBeNull();
    expect(core.handlers['tasks.list']({})).toEqual([]);
  });

  it('tries again what failed', async () => {
    await put('a', 'A');
    await put('b', 'B');
    const target = chosen[0] ?? '';
    await mkdir(target);
    await writeFile(path.join(target, 'b'), 'mine');
    const first = await ended(await core.handlers['downloads.start']({ chosen: named([], ['']), overwrite: false }));
    expect(first).toMatchObject({
      ...{ state: 'failed', subject: 'the whole bucket', canRetry: true, items: { done: 1, failed: 1 } },
      failures: [{ key: 'b', reason: { kind: 'target-exists' } }],
    });
    await rm(path.join(target, 'b'));
    const { id } = await core.handlers['tasks.retry']({ id: first.id });
    expect(await ended({ taskId: id })).toMatchObject({ state: 'done', items: { done: 1, failed: 0, total: 1 } });
    expect(await readFile(path.join(target, 'b'), 'utf8')).toBe('B');
  });

  it('copies, moves, renames and makes folders', async () => {
    await put('day/a.jpg', 'A');
    await put('day/in/b.jpg', 'B');
    const { key } = await core.handlers['objects.newFolder']({ connectionId, prefix: '', name: 'archive' });
    expect(key).toBe('archive/');
    const how = { to: { connectionId, prefix: 'archive/' }, overwrite: false, access: false };
    const copied = await ended(
      await core.handlers['objects.copy']({ chosen: named(['day/a.jpg'], ['day/in/']), ...how }),
    );
    expect(copied).toMatchObject({ kind: 'copy', state: 'done', items: { done: 2 }, bytes: { done: 2, total: 2 } });
    expect(await keys()).toEqual(['archive/', 'archive/a.jpg', 'archive/in/b.jpg', 'day/a.jpg', 'day/in/b.jpg']);
    const copy = await storage.call((s3, { HeadObjectCommand }) =>
      s3.send(new HeadObjectCommand({ Bucket: 'practice', Key: 'archive/a.jpg' })),
    );
    expect(copy.Metadata).toEqual({ event: 'cup' });

    const renamed = await core.handlers['objects.rename']({
      connectionId,
      from: 'day/',
      to: 'finals/',
      overwrite: false,
    });
    expect(await ended(renamed)).toMatchObject({ kind: 'move', state: 'done', subject: 'day/', items: { done: 2 } });
    const moved = await core.handlers['objects.move']({ chosen: named(['finals/a.jpg']), ...how });
    expect(await ended(moved)).toMatchObject({ state: 'done' }); // an equal one is there: only the original goes
    expect(await keys()).toEqual(['archive/', 'archive/a.jpg', 'archive/in/b.jpg', 'finals/in/b.jpg']);
    const { deletions } = await core.handlers['deletions.list']({ offset: 0, limit: 10 });
    expect(deletions.map(({ prefixes, keys: named, outcomes }) => [prefixes, named, outcomes.deleted]).sort()).toEqual([
      [[], ['finals/a.jpg'], 1],
      [['day/'], [], 2],
    ]);
  });

  it('replaces what was in the way where it was, without asking where to again', async () => {
    await put('day/a.jpg', 'A');
    await put('day/b.jpg', 'B');
    await put('other/a.jpg', 'theirs');
    const target = chosen[0] ?? '';
    await mkdir(path.join(target, 'day'), { recursive: true });
    await writeFile(path.join(target, 'day', 'a.jpg'), 'mine');
    const first = await ended(
      await core.handlers['downloads.start']({ chosen: named([], ['day/']), overwrite: false }),
    );
    expect(first).toMatchObject({ state: 'failed', replaceable: 1, items: { done: 1, failed: 1 } });
    chosen = [];
    const { id } = await core.handlers['tasks.replace']({ id: first.id });
    expect(await ended({ taskId: id })).toMatchObject({
      ...{ state: 'done', replaceable: 0, folder: target, items: { done: 1, failed: 0, total: 1 } },
    });
    expect(await readFile(path.join(target, 'day', 'a.jpg'), 'utf8')).toBe('A');

    const how = { to: { connectionId, prefix: 'other/' }, overwrite: false, access: false };
    const copy = await ended(
      await core.handlers['objects.copy']({ chosen: named(['day/a.jpg', 'day/b.jpg']), ...how }),
    );
    expect(copy).toMatchObject({ state: 'failed', replaceable: 1, items: { done: 1 } });
    const again = await core.handlers['tasks.replace']({ id: copy.id });
    expect(await ended({ taskId: again.id })).toMatchObject({ state: 'done', items: { done: 1, total: 1 } });
    expect(await storage.head('other/a.jpg', never)).toMatchObject({ size: 1 });
    const gone = async () => await core.handlers['tasks.replace']({ id: again.id });
    await expect(gone()).rejects.toMatchObject({ kind: 'invalid-input' });
  });

  it('keeps to the limit that is set for the bandwidth, and goes on with what was cancelled', async () => {
    await put('video.mov', random.bytes(3 * MiB));
    const settings = await core.handlers['settings.get']({});
    await core.handlers['settings.set']({ ...settings, limitRate: MiB });
    const from = performance.now();
    const begun = await core.handlers['downloads.start']({ chosen: named(['video.mov']), overwrite: false });
    const bytes = () => tasks().find(({ id }) => id === begun?.taskId)?.bytes?.done ?? 0;
    await expect.poll(bytes, { interval: 10 }).toBeGreaterThan(0);
    await new Promise((resolve) => setTimeout(resolve, 500));
    const seconds = (performance.now() - from) / 1000;
    expect(bytes()).toBeLessThan((0.75 + seconds) * MiB); // a quarter of a second's worth may come at once
    await core.handlers['tasks.cancel']({ id: begun?.taskId ?? 0 });
    expect(await ended(begun)).toMatchObject({ state: 'cancelled', canRetry: true });
    await core.handlers['settings.set']({ ...settings, limitRate: null });
    const { id } = await core.handlers['tasks.retry']({ id: begun?.taskId ?? 0 });
    expect(await ended({ taskId: id })).toMatchObject({ state: 'done', canRetry: false, items: { done: 1 } });
    expect(await readdir(chosen[0] ?? '')).toEqual(['video.mov']);
  });

  it('refuses at once what can be nothing', async () => {
    const rename = (from: string, to: string) =>
      Promise.resolve(core.handlers['objects.rename']({ connectionId, from, to, overwrite: false }));
    await expect(rename('a', 'b/')).rejects.toMatchObject({ kind: 'invalid-input' });
    await expect(rename('a', '../b')).rejects.toMatchObject({ kind: 'key-invalid' });
    await expect(rename('a', 'b\u0000')).rejects.toMatchObject({ kind: 'key-invalid' });
    const folder = () =>
      Promise.resolve(core.handlers['objects.newFolder']({ connectionId, prefix: 'a/', name: 'x/../y' }));
    await expect(folder()).rejects.toMatchObject({ kind: 'key-invalid' });
    expect(core.handlers['tasks.list']({})).toEqual([]);
  });

  const view = () => ({ search: '', kinds: [], sort: { by: 'name' as const, descending: false } });
  const page = (listingId: number) => ({ listingId, view: view(), offset: 0, limit: 10 });
});
