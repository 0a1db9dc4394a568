/**
 * What an admin may ask for, in any order and all at once: whatever it was, every task ends, and nothing is gone that nobody has
 * deleted. Over the whole app but its window, on a real S3.
 */
import { createHash } from 'node:crypto';
import { readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ListObjectVersionsCommand, PutBucketVersioningCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { openLogReader } from '../../electron/admin/delete/log-reader.ts';
import type { Core } from '../../electron/app/core.ts';
import type { AdminTask } from '../../shared/admin-tasks.ts';
import { SidelineError } from '../../shared/errors.ts';
import { openTestCore } from '../servers/app-core.ts';
import { createTestBucket, type TestBucket } from '../servers/bucket.ts';
import { seededRandom } from '../servers/random.ts';
import { newFolder } from '../servers/tree.ts';

const ceph = inject('ceph');
const random = seededRandom('admin-storm');
const folders = ['a/', 'b/', 'c/'] as const;
const view = { search: '', kinds: [], sort: { by: 'name' as const, descending: false } };
const orders = 60;
const names = Array.from({ length: 24 }, (_, at) => `photo-${at}.jpg`);
/** the others are only moved and copied */
const deletable = names.slice(0, 8);

describe.skipIf(ceph === null)('a storm of orders', { timeout: 60_000 }, () => {
  let bucket: TestBucket;
  let folder: string;
  let core: Core;
  let connectionId: number;
  let unhandled: unknown[];
  const note = (error: unknown) => void unhandled.push(error);
  const data = () => path.join(folder, 'data');

  beforeEach(async () => {
    if (ceph === null) return;
    unhandled = [];
    process.on('unhandledRejection', note);
    bucket = await createTestBucket(ceph);
    folder = await newFolder();
    core = openTestCore(data(), {
      choose: () => Promise.resolve([path.join(folder, `target-${random.below(2)}`)]),
    });
    await core.start({ practice: false });
    const { endpoint, region, accessKeyId, secretAccessKey } = ceph;
    ({ id: connectionId } = await core.handlers['connections.save']({
      ...{ id: null, name: 'Club', secret: { accessKeyId, secretAccessKey } },
      config: { endpoint, region, bucket: bucket.name, pathStyle: true, credentials: { from: 'stored' } },
    }));
  });
  afterEach(async () => {
    process.off('unhandledRejection', note);
    bucket.s3.destroy();
    await rm(folder, { recursive: true });
  });

  it.each([
    ['without versions', false],
    ['with versions', true],
  ])('loses nothing that nobody deleted, in a bucket %s', async (_, isVersioned) => {
    const { s3, name: Bucket } = bucket;
    const VersioningConfiguration = { Status: 'Enabled' } as const;
    if (isVersioned) await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration }));
    const contents = new Map(names.map((name) => [name, `what ${name} holds`]));
    const put = ([name, Body]: [string, string]) =>
      s3.send(new PutObjectCommand({ Bucket, Key: `${random.pick(folders)}${name}`, Body }));
    await Promise.all([...contents].map(put));
    const listing = await core.handlers['browse.open']({ connectionId, prefix: 'a/', search: null });

    const asked: Promise<void>[] = [];
    for (let count = 0; count < orders; count++) {
      asked.push(order(random.pick(kinds)));
      await sleep(random.below(40));
    }
    await Promise.all(asked);
    await expect
      .poll(async () => (await tasks()).filter(({ state }) => state === 'running'), { timeout: 20_000 })
      .toEqual([]);
    for (const { reason, failures } of await tasks())
      for (const why of [reason, ...failures.map((one) => one.reason)]) expect(why?.kind).not.toBe('internal');

    const page = () => core.handlers['browse.page']({ ...listing, view, offset: 0, limit: 500 });
    await expect
      .poll(
        async () => {
          const listed = (await page()).rows.map(({ key }) => key);
          const stored = await bucket.keys('a/');
          const onlyIn = (one: string[], other: string[]) => one.filter((key) => !other.includes(key));
          return { listed: onlyIn(listed, stored), stored: onlyIn(stored, listed) };
        },
        { timeout: 8000 },
      )
      .toEqual({ listed: [], stored: [] });
    await core.close();
    expect(core.tasksRunning()).toBe(0);

    const { deleted, marks } = await deletions();
    const kept = new Set((await bucket.hashes()).values());
    for (const [name, content] of contents) {
      const isThere = kept.has(createHash('sha256').update(content).digest('hex'));
      if (!isThere) expect(deleted, `${name} is gone, and nobody deleted it`).toContain(name);
    }
    const { DeleteMarkers = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket }));
    for (const { VersionId } of DeleteMarkers) expect(marks).toContain(VersionId); // one that no log knows was made twice
    expect(unhandled).toEqual([]);
  });

  const tasks = async (): Promise<AdminTask[]> => await core.handlers['tasks.list']({});

  /** Some objects, or a folder of them. */
  function chosenIn(prefix: string) {
    if (random.below(3) === 0) return { connectionId, keys: [], prefixes: [prefix] };
    const keys = Array.from({ length: 1 + random.below(6) }, () => `${prefix}${random.pick(names)}`);
    return { connectionId, keys: [...new Set(keys)], prefixes: [] };
  }
  async function transfer(call: 'objects.copy' | 'objects.move'): Promise<void> {
    const from = random.pick(folders);
    const to = { connectionId, prefix: random.pick(folders.filter((one) => one !== from)) };
    const keys = random.below(2) === 0 ? names : Array.from({ length: 4 }, () => random.pick(names));
    const chosen = { connectionId, keys: [...new Set(keys)].map((name) => `${from}${name}`), prefixes: [] };
    await core.handlers[call]({ chosen, to, overwrite: false, access: false });
  }
  async function remove(): Promise<void> {
    const prefix = random.pick(folders);
    const keys = deletable.filter(() => random.below(2) === 0).map((name) => `${prefix}${name}`);
    if (keys.length === 0) return;
    const target = { what: 'objects' as const, keys, prefixes: [] };
    const begun = await core.handlers['deletions.survey']({ connectionId, target });
    const surveyed = () => core.handlers['deletions.surveyed']({ surveyId: begun.id });
    while ((await surveyed()).state === 'counting') await sleep(10);
    if (random.below(4) === 0) await core.handlers['deletions.dismiss']({ surveyId: begun.id });
    await core.handlers['deletions.start']({ surveyId: begun.id, confirm: null });
  }
  async function past(call: 'deletions.undo' | 'deletions.goOn'): Promise<void> {
    const { deletions: all } = await core.handlers['deletions.list']({ offset: 0, limit: 20 });
    if (all.length === 0) return;
    const { id: deletionId } = random.pick(all);
    if (call === 'deletions.undo') await core.handlers[call]({ deletionId });
    else await core.handlers[call]({ deletionId, confirm: null });
  }
  async function ofTask(call: 'tasks.cancel' | 'tasks.retry'): Promise<void> {
    const some = (await tasks()).filter(({ state, canRetry }) =>
      call === 'tasks.cancel' ? state === 'running' : canRetry,
    );
    if (some.length > 0) await core.handlers[call]({ id: random.pick(some).id });
  }
  async function browse(): Promise<void> {
    const prefix = random.pick([...folders, '']);
    const { listingId } = await core.handlers['browse.open']({ connectionId, prefix, search: null });
    await core.handlers['browse.count']({ connectionId, prefix });
    if (random.below(2) === 0) await core.handlers['browse.refresh']({ listingId });
    await sleep(random.below(50));
    await core.handlers['browse.page']({ listingId, view, offset: 0, limit: 100 });
    await core.handlers['browse.close']({ listingId });
  }

  const doing = {
    move: () => transfer('objects.move'),
    copy: () => transfer('objects.copy'),
    remove,
    undo: () => past('deletions.undo'),
    goOn: () => past('deletions.goOn'),
    cancel: () => ofTask('tasks.cancel'),
    retry: () => ofTask('tasks.retry'),
    browse,
    async bringBack() {
      await core.handlers['deletions.bringBack']({ connectionId, prefix: random.pick(folders), marks: null });
    },
    async download() {
      const chosen = chosenIn(random.pick(folders));
      await core.handlers['downloads.start']({ chosen, overwrite: random.below(2) === 0 });
    },
  };
  const kinds = [
    ...(['move', 'move', 'move', 'copy', 'remove', 'undo', 'goOn', 'cancel', 'retry', 'browse'] as const),
    ...(['bringBack', 'download'] as const),
  ];

  /** What is refused is so with words. */
  async function order(kind: keyof typeof doing): Promise<void> {
    try {
      await doing[kind]();
    } catch (error) {
      if (!(error instanceof SidelineError) || error.kind === 'internal') throw error;
    }
  }

  /** As their logs tell: the names of what was deleted and not moved, and all marks. Each log is whole, and nobody works on it. */
  async function deletions(): Promise<{ deleted: string[]; marks: string[] }> {
    const place = path.join(data(), 'deletions');
    const files = await readdir(place);
    expect(files.filter((name) => !name.endsWith('.jsonl'))).toEqual([]);
    const [deleted, marks]: [string[], string[]] = [[], []];
    for (const name of files) {
      const lines = (await readFile(path.join(place, name), 'utf8')).split('\n').slice(0, -1);
      const parsed = lines.map((line) => JSON.parse(line) as { line?: string; markers?: (string | null)[] });
      expect(parsed[0]?.line).toBe('head');
      expect(parsed.at(-1)?.line).toBe('end');
      const own = parsed.flatMap(({ markers }) => markers ?? []).filter((mark) => mark !== null);
      expect(new Set(own).size).toBe(own.length);
      marks.push(...own);
      const reader = await openLogReader(path.join(place, name), name);
      const { index } = reader;
      const isDeleted = (number: number) => index.didOf(number, false) !== null;
      for await (const items of reader.items(isDeleted))
        if (index.head.moved !== true) deleted.push(...items.map(({ key }) => path.posix.basename(key)));
      await reader.close();
    }
    return { deleted, marks };
  }
});
