/** What the window may ask for while something else is under way: a second search, another bucket, the end of the app. On a real S3. */
import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import {
  CreateMultipartUploadCommand,
  PutBucketPolicyCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { sideBySide } from '../../electron/admin/side-by-side.ts';
import type { Core } from '../../electron/app/core.ts';
import type { AdminTask } from '../../shared/admin-tasks.ts';
import { refusals } from '../../shared/strings/refusals.ts';
import { openAs } from '../servers/admin-bucket.ts';
import { openTestCore } from '../servers/app-core.ts';
import { createTestBucket, type TestBucket } from '../servers/bucket.ts';
import { failureOf } from '../servers/failure.ts';
import { startFaultProxy, type FaultProxy, type Seen } from '../servers/fault-proxy.ts';
import { putMany } from '../servers/many-objects.ts';
import { newFolder } from '../servers/tree.ts';

const ceph = inject('ceph');
const elsewhere = { kind: 'invalid-input', subject: refusals.otherBucket };

describe.skipIf(ceph === null)('races of the admin side', { timeout: 60_000 }, () => {
  let bucket: TestBucket;
  let other: TestBucket;
  let proxy: FaultProxy;
  let folder: string;
  let core: Core;
  let connectionId: number;
  /** the system's answer when it is asked for a proxy */
  let wayTo: () => Promise<string>;

  beforeEach(async () => {
    if (ceph === null) return;
    [bucket, other] = await Promise.all([createTestBucket(ceph), createTestBucket(ceph)]);
    proxy = await startFaultProxy(ceph.endpoint);
    folder = await newFolder();
    wayTo = () => Promise.resolve('DIRECT');
    core = openTestCore(path.join(folder, 'data'), { resolveProxy: () => wayTo() });
    await core.start({ practice: false });
    connectionId = await leadTo(bucket.name);
  });
  afterEach(async () => {
    await core.close();
    await proxy.stop();
    for (const { s3 } of [bucket, other]) s3.destroy();
    await rm(folder, { recursive: true });
  });

  /** The connection, which leads to this bucket from now on. */
  async function leadTo(name: string, id: number | null = null): Promise<number> {
    const { region = '', accessKeyId = '', secretAccessKey = '' } = ceph ?? {};
    const saved = await core.handlers['connections.save']({
      ...{ id, name: 'Club', secret: { accessKeyId, secretAccessKey } },
      config: { endpoint: proxy.endpoint, region, bucket: name, pathStyle: true, credentials: { from: 'stored' } },
    });
    return saved.id;
  }

  const put = (Key: string, { s3, name: Bucket } = bucket) => s3.send(new PutObjectCommand({ Bucket, Key, Body: Key }));

  async function taskOf(taskId: number): Promise<AdminTask> {
    const task = (await core.handlers['tasks.list']({})).find(({ id }) => id === taskId);
    if (task === undefined) throw new Error(`there is no task ${taskId}`);
    return task;
  }
  async function ended(taskId: number): Promise<AdminTask> {
    await expect.poll(() => taskOf(taskId), { timeout: 20_000 }).not.toMatchObject({ state: 'running' });
    return await taskOf(taskId);
  }
  const search = () => core.handlers['orphans.scan']({ connectionId, destinationId: null, olderThan: 0 });
  async function searched(): Promise<number> {
    const { id } = await search();
    await expect.poll(async () => (await core.handlers['orphans.list']({}))[0]?.state).toBe('done');
    return id;
  }

  it('has one search for orphans at a time, however many are asked for at once', async () => {
    await put('a');
    const all = await Promise.all([search(), search(), search()]);
    const [left, ...more] = await core.handlers['orphans.list']({});
    expect(more).toEqual([]);
    expect(left?.id).toBe(Math.max(...all.map(({ id }) => id)));
    await expect.poll(async () => (await core.handlers['orphans.list']({}))[0]?.state).toBe('done');
    const names = () => readdir(path.join(folder, 'data', 'orphans'));
    await expect.poll(async () => (await names()).every((name) => name.startsWith(`${left?.id}-`))).toBe(true);
    const asked = search();
    await core.close();
    expect((await asked).state).toMatch(/cancelled|running/);
    expect(await names()).toEqual([]);
    core = openTestCore(path.join(folder, 'data'));
  });

  it('removes what a search has found though another begins meanwhile', async () => {
    const { s3, name: Bucket } = bucket;
    const names = Array.from({ length: 300 }, (_, at) => `left-${at}.mp4`); // more than are read from the list at once
    await sideBySide(names, 16, async (Key) => {
      await s3.send(new CreateMultipartUploadCommand({ Bucket, Key }));
    });
    const scanId = await searched();
    const isAbort = ({ method }: Seen) => method === 'DELETE';
    proxy.faults = (one) => (isAbort(one) ? { kind: 'stall', after: 0 } : null);
    const { taskId } = await core.handlers['orphans.abortUploads']({ scanId, olderThan: 0 });
    await expect.poll(() => proxy.inFlight().some(isAbort)).toBe(true);
    await search();
    proxy.faults = () => null;
    await proxy.goAway();
    await proxy.comeBack();
    expect(await ended(taskId)).toMatchObject({ state: 'done', items: { done: 300, failed: 0 } });
  });

  it('does nothing in another bucket than that in which it was found', async () => {
    for (const where of [bucket, other]) await put('day/a.jpg', where);
    const scanId = await searched();
    const preview = await core.handlers['bucketCheck.preview']({ connectionId, mend: { mend: 'versioning' } });
    const listing = await core.handlers['browse.open']({ connectionId, prefix: '', search: null });
    proxy.faults = ({ method }) => (method === 'PUT' ? { kind: 'refuse', status: 403, code: 'AccessDenied' } : null);
    const to = { connectionId, prefix: 'week/' };
    const chosen = { connectionId, keys: ['day/a.jpg'], prefixes: [] };
    const move = await core.handlers['objects.move']({ chosen, to, overwrite: false, access: false });
    expect(await ended(move.taskId)).toMatchObject({ state: 'failed', canRetry: true });
    proxy.faults = () => null;

    await leadTo(other.name, connectionId);
    expect(await failureOf(Promise.resolve(core.handlers['orphans.surveyUnknown']({ scanId })))).toMatchObject(
      elsewhere,
    );
    expect(
      await failureOf(Promise.resolve(core.handlers['bucketCheck.apply']({ previewId: preview.id }))),
    ).toMatchObject(elsewhere);
    const view = { search: '', kinds: [], sort: { by: 'name', descending: false } } as const;
    const page = () => core.handlers['browse.page']({ ...listing, view: { ...view, kinds: [] }, offset: 0, limit: 10 });
    expect(page).toThrow(expect.objectContaining({ kind: 'invalid-input' }) as Error);
    const again = await core.handlers['tasks.retry']({ id: move.taskId });
    expect(await ended(again.id)).toMatchObject({ state: 'failed', reason: { message: refusals.otherBucket } });
    expect(await other.keys()).toEqual(['day/a.jpg']);
  });

  it('lists the bucket to which the connection leads, when it is edited while that is opened', async () => {
    await Promise.all([put('mine', bucket), put('theirs', other)]);
    const gate = Promise.withResolvers<string>();
    wayTo = () => gate.promise;
    const opening = Promise.resolve(core.handlers['browse.open']({ connectionId, prefix: '', search: null }));
    await new Promise(setImmediate);
    await leadTo(other.name, connectionId);
    gate.resolve('DIRECT');
    expect(await keysOf((await opening).listingId)).toEqual(['theirs']);
  });

  async function keysOf(listingId: number): Promise<string[]> {
    const view = { search: '', kinds: [], sort: { by: 'name' as const, descending: false } };
    const page = async () => core.handlers['browse.page']({ listingId, view, offset: 0, limit: 10 });
    await page();
    await expect.poll(async () => (await page()).state).toBe('complete');
    return (await page()).rows.map(({ key }) => key);
  }

  it('does not take the rest of a cancelled deletion for what failed of it', async () => {
    const name = (at: number) => `many/${String(at).padStart(4, '0')}${at === 0 ? 'x'.repeat(950) : ''}`;
    const keys = Array.from({ length: 1200 }, (_, at) => name(at));
    if (ceph === null) return;
    const opened = openAs(bucket.name, ceph);
    await putMany(opened.bucket, keys);
    opened.close();
    const { s3, name: Bucket } = bucket;
    const VersioningConfiguration = { Status: 'Enabled' } as const;
    await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration }));
    const Resource = `arn:aws:s3:::${Bucket}/${keys[0] ?? ''}`;
    const Statement = [{ Effect: 'Deny', Principal: '*', Action: 's3:DeleteObject', Resource }];
    await s3.send(new PutBucketPolicyCommand({ Bucket, Policy: JSON.stringify({ Version: '2012-10-17', Statement }) }));
    const survey = await core.handlers['deletions.survey']({
      connectionId,
      target: { what: 'objects', keys: [], prefixes: ['many/'] },
    });
    const surveyed = () => core.handlers['deletions.surveyed']({ surveyId: survey.id });
    await expect.poll(async () => (await surveyed()).state).toBe('ready');
    /** Its name makes the first batch of 150 longer than the others. bytes */
    const usual = 150 * (name(1).length + '<Object><Key></Key></Object>'.length) + 500;
    proxy.faults = ({ method, query, size }) =>
      method === 'POST' && query.has('delete') && size < usual
        ? { kind: 'refuse', status: 503, code: 'SlowDown' }
        : null;
    const confirm = String((await surveyed()).objects);
    const { taskId } = await core.handlers['deletions.start']({ surveyId: survey.id, confirm });
    await expect.poll(async () => (await taskOf(taskId)).items.failed, { timeout: 20_000 }).toBe(1);
    await core.handlers['tasks.cancel']({ id: taskId });
    const task = await ended(taskId);
    proxy.faults = () => null; // sooner, and the store might still be at what was on its way to it
    expect(task).toMatchObject({ state: 'cancelled', canRetry: false });
    const left = (await bucket.keys()).length;
    expect(left).toBeGreaterThan(400);
    expect(await failureOf(Promise.resolve().then(() => core.handlers['tasks.retry']({ id: taskId })))).toMatchObject({
      kind: 'invalid-input',
    });
    expect((await bucket.keys()).length).toBe(left);
  });

  it('begins nothing any more while it closes', async () => {
    await put('a');
    const choice = Promise.withResolvers<readonly string[]>();
    await core.close();
    core = openTestCore(path.join(folder, 'data'), { choose: () => choice.promise });
    await core.start({ practice: false });
    const chosen = { connectionId, keys: ['a'], prefixes: [] };
    const asked = failureOf(Promise.resolve(core.handlers['downloads.start']({ chosen, overwrite: false })));
    await new Promise((resolve) => setTimeout(resolve, 50));
    await core.close();
    choice.resolve([path.join(folder, 'target')]);
    expect(await asked).toMatchObject({ kind: 'superseded' });
    expect(core.tasksRunning()).toBe(0);
    core = openTestCore(path.join(folder, 'data'));
  });
});
