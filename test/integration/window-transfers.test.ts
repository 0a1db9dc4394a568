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

  async function ended(answer: { taskId: number } | null): Promise<AdminTask> {
    const task = () => core.handlers['tasks.list']({}) as AdminTask[];
    await expect
      .poll(() => task().find(({ id }) => id === answer?.taskId)?.state, { interval: 10 })
      .not.toBe('running');
    const found = task().find(({ id }) => id === answer?.taskId);
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
