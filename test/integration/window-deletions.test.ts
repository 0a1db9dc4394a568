/** The calls about deletions, over the whole app but its window. */
import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import {
  DeleteBucketPolicyCommand,
  HeadObjectCommand,
  PutBucketPolicyCommand,
  PutBucketVersioningCommand,
} from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import type { Core } from '../../electron/app/core.ts';
import { refusalOf } from '../../renderer/stores/refusal.ts';
import { batchDetailsSchema } from '../../shared/destination.ts';
import { deletions as deletionWords } from '../../shared/strings/deletions.ts';
import type { BrowseView } from '../../shared/browse.ts';
import type { DeletionSurvey, DeletionTarget } from '../../shared/deletions.ts';
import type { Events } from '../../shared/ipc.ts';
import { openAdminBucket, type AdminBucket } from '../servers/admin-bucket.ts';
import { openTestCore } from '../servers/app-core.ts';
import { failureOf } from '../servers/failure.ts';
import { putMany } from '../servers/many-objects.ts';
import { newFolder } from '../servers/tree.ts';

const ceph = inject('ceph');
const byName: BrowseView = { search: '', kinds: [], sort: { by: 'name', descending: false } };

describe.skipIf(ceph === null)('deletions as the window asks for them', { timeout: 60_000 }, () => {
  let store: AdminBucket;
  let folder: string;
  let core: Core;
  let connectionId: number;
  let surveying: DeletionSurvey[];
  let tasks: Events['tasks'];
  let denied: Events['rights'][];

  beforeEach(async () => {
    if (ceph === null) return;
    store = await openAdminBucket(ceph);
    folder = await newFolder();
    [surveying, tasks, denied] = [[], [], []];
    core = openCore();
    await core.start({ practice: false });
    const { endpoint, region, accessKeyId, secretAccessKey } = ceph;
    ({ id: connectionId } = await core.handlers['connections.save']({
      ...{ id: null, name: 'Club', secret: { accessKeyId, secretAccessKey } },
      config: { endpoint, region, bucket: store.name, pathStyle: true, credentials: { from: 'stored' } },
    }));
  });
  afterEach(async () => {
    await core.close();
    store.close();
    store.s3.destroy();
    await rm(folder, { recursive: true });
  });

  const openCore = () =>
    openTestCore(path.join(folder, 'data'), {
      askWhere: (name) => Promise.resolve(path.join(folder, name)),
      push(name, payload) {
        if (name === 'surveying') surveying.push(payload as DeletionSurvey);
        if (name === 'tasks') tasks = payload as Events['tasks'];
        if (name === 'rights') denied.push(payload as Events['rights']);
      },
    });

  const names = (count: number, prefix: string) => Array.from({ length: count }, (_, at) => `${prefix}${at}.jpg`);
  const keepVersions = () =>
    store.s3.send(
      new PutBucketVersioningCommand({ Bucket: store.name, VersioningConfiguration: { Status: 'Enabled' } }),
    );

  async function counted(asked: DeletionSurvey): Promise<DeletionSurvey> {
    await expect
      .poll(() => core.handlers['deletions.surveyed']({ surveyId: asked.id }), { timeout: 20_000 })
      .not.toMatchObject({ state: 'counting' });
    return await core.handlers['deletions.surveyed']({ surveyId: asked.id });
  }
  const survey = async (target: DeletionTarget) =>
    await counted(await core.handlers['deletions.survey']({ connectionId, target }));
  const start = async (surveyId: string, confirm: string | null) =>
    await core.handlers['deletions.start']({ surveyId, confirm });
  async function ended(taskId: number) {
    const task = async () => (await core.handlers['tasks.list']({})).find(({ id }) => id === taskId);
    await expect.poll(task, { timeout: 30_000 }).not.toMatchObject({ state: 'running' });
    return await task();
  }

  it('asks for a number or a name where much is at stake, and takes no other', async () => {
    await putMany(store.bucket, [...names(150, 'cup/2026/'), 'a.jpg']);
    const one = await survey({ what: 'objects', keys: ['a.jpg'], prefixes: [] });
    expect(one).toMatchObject({ state: 'ready', objects: 1, confirm: null, undo: 'none', missing: 0 });
    const whole = await survey({ what: 'objects', keys: [], prefixes: ['cup/2026/'] });
    expect(whole).toMatchObject({ objects: 150, confirm: { count: 150, name: '2026' } });
    expect(surveying.at(-1)).toEqual(whole);
    const many = await survey({ what: 'objects', keys: names(101, 'cup/2026/'), prefixes: [] });
    expect(many.confirm).toEqual({ count: 101, name: null });
    const bucket = await survey({ what: 'objects', keys: [], prefixes: [''] });
    expect(bucket.confirm).toEqual({ count: 151, name: store.name });
    for (const typed of [null, '', 'yes', '15', '1500', 'cup', '2026/']) {
      const { kind } = await failureOf(start(whole.id, typed));
      expect([typed, kind]).toEqual([typed, 'invalid-input']);
    }
    expect(await store.keys()).toHaveLength(151);
    const { taskId, deletionId } = await start(whole.id, ' 2026 ');
    expect(await ended(taskId)).toMatchObject({
      ...{ kind: 'delete', subject: 'cup/2026/', state: 'done', failures: [] },
      items: { done: 150, failed: 0, total: 150 },
    });
    expect((await failureOf(start(whole.id, '2026'))).kind).toBe('invalid-input');
    expect(await store.keys()).toEqual(['a.jpg']);
    expect(await core.handlers['deletions.list']({ offset: 0, limit: 10 })).toMatchObject({
      total: 1,
      deletions: [{ id: deletionId, state: 'done', program: 'window', connection: { id: connectionId, name: 'Club' } }],
    });
  });

  it('deletes what is selected in a list, which shows it at once; and brings it back', async () => {
    await keepVersions();
    await putMany(store.bucket, [...names(120, 'cup/'), ...names(5, 'cup/day/')]);
    const { listingId } = await core.handlers['browse.open']({ connectionId, prefix: 'cup/', search: null });
    const page = () => core.handlers['browse.page']({ listingId, view: byName, offset: 0, limit: 500 });
    await expect.poll(async () => (await page()).total, { timeout: 20_000 }).toBe(121);
    const except = { keys: ['cup/7.jpg'], prefixes: [] };
    const asked = await counted(
      await core.handlers['deletions.survey']({ listingId, selection: { view: byName, except } }),
    );
    expect(asked).toMatchObject({ objects: 124, undo: 'all', confirm: { count: 124 } });
    const { taskId, deletionId } = await start(asked.id, '124');
    expect(await ended(taskId)).toMatchObject({ state: 'done', items: { done: 124 } });
    expect(await store.keys()).toEqual(['cup/7.jpg']);
    await expect.poll(async () => (await page()).rows.filter(({ kind }) => kind !== 'folder').length).toBe(1);

    const { taskId: undo } = await core.handlers['deletions.undo']({ deletionId });
    expect(await ended(undo)).toMatchObject({ kind: 'restore', state: 'done', items: { done: 124, total: 124 } });
    expect(await store.keys()).toHaveLength(125);
    const restored = { deletionId, outcomes: ['restored' as const], offset: 120, limit: 100 };
    const { total, entries } = await core.handlers['deletions.page'](restored);
    expect([total, entries.length]).toEqual([124, 4]);
    const file = await core.handlers['deletions.export']({ deletionId, format: 'json' });
    expect(file).toBe(path.join(folder, `deletion-${deletionId}.json`));
    const written = JSON.parse(await readFile(file ?? '', 'utf8')) as { objects: unknown[] };
    expect(written.objects).toHaveLength(124);
    expect(tasks.length).toBeGreaterThan(0);
  });

  it('brings back after a restart what was deleted before it, but not over what came meanwhile', async () => {
    await keepVersions();
    await putMany(store.bucket, names(30, 'cup/'), Buffer.from('before'));
    const asked = await survey({ what: 'objects', keys: [], prefixes: ['cup/'] });
    const { taskId, deletionId } = await start(asked.id, 'cup');
    await ended(taskId);
    await core.close();
    core = openCore();
    await core.start({ practice: false });
    await putMany(store.bucket, ['cup/3.jpg'], Buffer.from('meanwhile'));
    const [info] = (await core.handlers['deletions.list']({ offset: 0, limit: 10 })).deletions;
    expect(info).toMatchObject({ id: deletionId, state: 'done', undoable: 30 });
    const { taskId: undo } = await core.handlers['deletions.undo']({ deletionId });
    expect(await ended(undo)).toMatchObject({
      ...{ kind: 'restore', state: 'failed', items: { done: 29, failed: 1 } },
      failures: [{ key: 'cup/3.jpg', reason: { kind: 'object-newer' } }],
    });
    expect(await store.keys()).toHaveLength(30);
    const seen = await store.s3.send(new HeadObjectCommand({ Bucket: store.name, Key: 'cup/3.jpg' }));
    expect(seen.ContentLength).toBe('meanwhile'.length);
  });

  it('says that an upload is on its way into the folder, and leaves what arrives', async () => {
    await putMany(store.bucket, names(3, 'cup/'));
    const file = path.join(folder, 'new.jpg');
    await writeFile(file, 'new');
    await core.handlers['uploads.pauseAll']({});
    const placement = { to: 'connection', connectionId, prefix: 'cup/' } as const;
    const { id: offerId } = core.offers.add([file]);
    await core.handlers['offers.start']({ offerId, placement, details: batchDetailsSchema.parse({}) });
    await expect.poll(() => core.session.journal.transfer(1)?.key).toBe('cup/new.jpg');
    const asked = await survey({ what: 'objects', keys: [], prefixes: ['cup/'] });
    expect([asked.arriving, deletionWords.surveyWords(asked).at(-1)]).toEqual([1, expect.stringContaining('1 file is on the way')]); // prettier-ignore
    expect(await survey({ what: 'objects', keys: [], prefixes: ['cup-2/'] })).toMatchObject({ arriving: 0 });
    const { taskId } = await start(asked.id, 'cup');
    await core.handlers['uploads.resumeAll']({});
    await ended(taskId);
    await expect.poll(() => store.keys(), { timeout: 15_000 }).toEqual(['cup/new.jpg']);
  });

  it('asks once more before the rest of a large deletion goes', async () => {
    await putMany(store.bucket, [...names(101, 'cup/'), 'cup/kept/a.jpg']);
    const Resource = [`arn:aws:s3:::${store.name}/cup/*.jpg`];
    const Statement = [{ Effect: 'Deny', Principal: '*', Action: 's3:DeleteObject', Resource }];
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement });
    await store.s3.send(new PutBucketPolicyCommand({ Bucket: store.name, Policy }));
    const asked = await survey({ what: 'objects', keys: [], prefixes: ['cup/'] });
    const { taskId, deletionId } = await start(asked.id, '102');
    expect(await ended(taskId)).toMatchObject({ state: 'failed', items: { failed: 102 } });
    await store.s3.send(new DeleteBucketPolicyCommand({ Bucket: store.name }));
    const goOn = async (confirm: string | null) => await core.handlers['deletions.goOn']({ deletionId, confirm });
    for (const typed of [null, 'cup', '101']) expect((await failureOf(goOn(typed))).kind).toBe('invalid-input');
    expect(await store.keys()).toHaveLength(102);
    expect(await ended((await goOn('102')).taskId)).toMatchObject({ state: 'done', items: { done: 102 } });
    expect(await store.keys()).toEqual([]);
  });

  it('learns from what is denied where nothing is to be offered, and forgets it on a refresh', async () => {
    await putMany(store.bucket, [...names(3, 'cup/'), ...names(3, 'cup/locked/')]);
    const Resource = `arn:aws:s3:::${store.name}/cup/locked/*`;
    const Statement = [{ Effect: 'Deny', Principal: '*', Action: 's3:DeleteObject', Resource }];
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement });
    await store.s3.send(new PutBucketPolicyCommand({ Bucket: store.name, Policy }));
    const asked = await survey({ what: 'objects', keys: [], prefixes: ['cup/'] });
    const { taskId } = await start(asked.id, 'cup');
    expect(await ended(taskId)).toMatchObject({ state: 'failed', canRetry: true, items: { done: 3, failed: 3 } });
    const why = async (key: string) =>
      refusalOf(await core.handlers['rights.of']({ connectionId }), 'delete', key) ?? 'may be';
    expect(denied.at(-1)).toMatchObject({ connectionId, denials: [{ right: 'delete', folder: 'cup/locked/' }] });
    expect(await why('cup/locked/other.jpg')).toMatch(
      /^Access was denied to cup\/locked\/.* press Refresh in Browse\.$/,
    );
    expect([await why('cup/other.jpg'), await why('other.jpg')]).toEqual(['may be', 'may be']);
    const { listingId } = await core.handlers['browse.open']({ connectionId, prefix: 'cup/', search: null });
    await core.handlers['browse.refresh']({ listingId });
    expect([await why('cup/locked/other.jpg'), denied.at(-1)?.denials]).toEqual(['may be', []]);
  });

  it('refuses a read-only connection, and forgets what nobody means any more', async () => {
    await putMany(store.bucket, names(3, ''));
    const asked = await survey({ what: 'objects', keys: [], prefixes: [''] });
    await core.handlers['deletions.dismiss']({ surveyId: asked.id });
    expect((await failureOf(start(asked.id, '3'))).kind).toBe('invalid-input');
    if (ceph === null) return;
    const { endpoint, region } = ceph;
    const { id: readOnly } = await core.handlers['connections.save']({
      ...{ id: null, name: 'To look at', secret: { accessKeyId: 'x', secretAccessKey: 'y' } },
      config: {
        endpoint,
        region,
        bucket: store.name,
        pathStyle: true,
        credentials: { from: 'stored' },
        readOnly: true,
      },
    });
    const refused = core.handlers['deletions.survey']({
      connectionId: readOnly,
      target: { what: 'objects', keys: ['0.jpg'], prefixes: [] },
    });
    expect((await failureOf(Promise.resolve(refused))).kind).toBe('read-only');
    expect(await store.keys()).toHaveLength(3);
  });
});
