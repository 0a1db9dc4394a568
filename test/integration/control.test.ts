/** What a person does to an upload under way: pause, resume, cancel, retry; and how fast it may go. */
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import type { Engine } from '../../electron/engine/engine.ts';
import { createTestBucket, type TestBucket } from '../servers/bucket.ts';
import { isOfEvent, startFaultProxy, type FaultProxy } from '../servers/fault-proxy.ts';
import { seededRandom } from '../servers/random.ts';
import { hashTree, newFolder, writeTree } from '../servers/tree.ts';
import { startWorkbench, type Workbench, type WorkbenchOptions } from '../servers/workbench.ts';

const ceph = inject('ceph');
const MiB = 2 ** 20;

describe.skipIf(ceph === null)('an upload under way', () => {
  let bucket: TestBucket;
  let proxy: FaultProxy;
  let folder: string;
  let event: string;
  let bench: Workbench;

  beforeEach(async () => {
    if (ceph === null) return;
    bucket = await createTestBucket(ceph);
    proxy = await startFaultProxy(ceph.endpoint);
    folder = await newFolder();
    event = path.join(folder, 'event');
    bench = startWorkbench(path.join(folder, 'data'), bucket.env(proxy.endpoint));
  });
  afterEach(async () => {
    await bench.close();
    await proxy.stop();
    bucket.s3.destroy();
    await rm(folder, { recursive: true });
  });

  const puts = () => proxy.seen.filter(({ method, path: of }) => method === 'PUT' && of.includes('/event/'));

  async function startSlowly(options: WorkbenchOptions = {}): Promise<Engine> {
    const files = new Map([['clip.mp4', 48 * MiB]]);
    for (let at = 0; at < 30; at++) files.set(`IMG_${at}.jpg`, 100_000);
    await writeTree(event, files, seededRandom('control'));
    const engine = await bench.engine({ limitRate: 20 * MiB, ...options });
    const batch = await engine.addBatch({ connectionId: bench.connection.id, prefix: '', roots: [event] });
    await engine.start([batch]);
    const clip = () => bench.journal.transfers({ limit: 100 }).find(({ key }) => key === 'event/clip.mp4')?.id ?? 0;
    while (!bench.journal.parts(clip()).some(({ state }) => state === 'sent')) await sleep(5);
    return engine;
  }

  it('pauses at once, keeps what was sent, and goes on from there', async () => {
    const engine = await startSlowly();
    await engine.pause();
    const { done, paused } = bench.totals();
    expect(done.files + paused.files).toBe(31);
    expect(paused.files).toBeGreaterThan(0);
    expect(engine.snapshot().active).toEqual([]);
    const before = puts().length;
    await sleep(400);
    expect(puts().length).toBe(before);

    engine.bandwidth.limit = null;
    await engine.resume();
    expect(await bench.rest()).toMatchObject({ done: { files: 31 }, paused: { files: 0 } });
    expect(await bucket.hashes()).toEqual(await hashTree(event));
  });

  it.each(['pause', 'cancel'] as const)('has time to %s: takes the answer for what has left whole', async (order) => {
    await writeTree(event, new Map([['IMG_1.jpg', 100_000]]), seededRandom('answer'));
    proxy.faults = (one) => (isOfEvent(one) ? { kind: 'late-answer', ms: 300 } : null);
    const engine = await bench.engine();
    const batch = await engine.addBatch({ connectionId: bench.connection.id, prefix: '', roots: [event] });
    await engine.start([batch]);
    while (puts()[0]?.received !== 100_000) await sleep(5);
    await engine[order]();
    expect(bench.totals()).toMatchObject({ done: { files: 1 } });
    expect(puts()).toHaveLength(1);
  });

  it('does not wait long for an answer', async () => {
    await writeTree(event, new Map([['IMG_1.jpg', 100_000]]), seededRandom('answer'));
    proxy.faults = (one) => (isOfEvent(one) ? { kind: 'late-answer', ms: 30_000 } : null);
    const engine = await bench.engine();
    const batch = await engine.addBatch({ connectionId: bench.connection.id, prefix: '', roots: [event] });
    await engine.start([batch]);
    while (puts()[0]?.received !== 100_000) await sleep(5);
    await engine.pause();
    expect(bench.totals()).toMatchObject({ paused: { files: 1 } });
    proxy.faults = () => null;
    await engine.resume();
    expect(await bench.rest()).toMatchObject({ done: { files: 1 } });
    expect(puts()).toHaveLength(1); // its answer was lost, and it was there
  });

  it('stays paused over a restart', async () => {
    const engine = await startSlowly();
    await engine.pause();
    const { paused } = bench.totals();
    const next = await bench.engine();
    await next.start(bench.journal.batches());
    await sleep(400);
    expect(bench.totals().paused.files).toBe(paused.files);
    await next.resume();
    expect(await bench.rest()).toMatchObject({ done: { files: 31 } });
  });

  it('pauses one transfer and lets the others go on', async () => {
    const engine = await startSlowly();
    const clip = bench.journal.transfers({ limit: 100 }).find(({ key }) => key === 'event/clip.mp4')?.id ?? 0;
    await engine.pause([clip]);
    expect(await bench.rest()).toMatchObject({ done: { files: 30 }, paused: { files: 1 } });
    await engine.resume([clip]);
    expect(await bench.rest()).toMatchObject({ done: { files: 31 } });
  });

  it.each(['pause', 'cancel'] as const)('is told to %s while it stops for another reason, and does', async (order) => {
    const engine = await startSlowly();
    const reopened = engine.reopen(bench.connection.id); // what runs is queued again
    await engine[order]();
    await reopened;
    const { done, paused, cancelled } = bench.totals();
    expect(done.files + (order === 'pause' ? paused : cancelled).files).toBe(31);
    expect(engine.snapshot().active).toEqual([]);
  });

  it('is cancelled: what is done stays, no multipart upload does, and nothing more is sent', async () => {
    const engine = await startSlowly();
    expect(await bucket.uploadsLeft()).toEqual(['event/clip.mp4']);
    await engine.cancel();
    const { done, cancelled } = bench.totals();
    expect(done.files + cancelled.files).toBe(31);
    expect(cancelled.files).toBeGreaterThan(0);
    expect(await bucket.uploadsLeft()).toEqual([]);
    expect((await bucket.keys()).length).toBe(done.files);
    const before = puts().length;
    await sleep(400);
    expect(puts().length).toBe(before);
  });

  /** Leaves a multipart upload on the store, and nothing ahead of anybody. */
  async function cancelOffline(): Promise<void> {
    const engine = await startSlowly();
    await proxy.goAway();
    await engine.cancel();
    expect(bench.totals()).toMatchObject({ waiting: { files: 0 }, queued: { files: 0 } });
    await bench.close();
    expect(await bucket.uploadsLeft()).toEqual(['event/clip.mp4']);
    bench = startWorkbench(path.join(folder, 'data'), bucket.env(proxy.endpoint));
  }

  async function untilSwept(): Promise<void> {
    await expect.poll(() => bucket.uploadsLeft(), { timeout: 10_000 }).toEqual([]);
    await expect.poll(() => bench.journal.staleUploads(bench.connection.id)).toEqual([]);
  }

  it('that is cancelled without network is aborted at the storage by the next start', async () => {
    await cancelOffline();
    await proxy.comeBack();
    const next = await bench.engine();
    await next.start([]); // as the window does once the batch was cleared from its list
    await untilSwept();
    const before = proxy.seen.length;
    const another = await bench.engine();
    await another.start(bench.journal.batches());
    await sleep(400);
    expect(proxy.seen.length).toBe(before); // nobody is asked where nothing is left
  });

  it('that is cancelled without network is aborted when the network is back after the next start', async () => {
    await cancelOffline();
    const next = await bench.engine();
    await next.start([]);
    await sleep(400);
    await proxy.comeBack();
    await untilSwept();
  });

  it('starts where what is stale cannot be reached: the connection was removed, or has no key', async () => {
    const stale = { key: 'event/clip.mp4', uploadId: 'none', since: 0, until: 1 };
    const { config } = bench.connection;
    const removed = bench.journal.addConnection('removed', config);
    const keyless = bench.journal.addConnection('keyless', { ...config, credentials: { from: 'stored' } });
    for (const { id } of [removed, keyless]) bench.journal.addStaleUpload({ ...stale, connectionId: id });
    bench.journal.removeConnection(removed.id);
    await writeTree(event, new Map([['IMG_1.jpg', 1000]]), seededRandom('keyless'));
    expect(await bench.upload([event])).toMatchObject({ done: { files: 1 } });
    expect(bench.journal.staleUploads(removed.id)).toHaveLength(1);
    expect(bench.journal.staleUploads(keyless.id)).toHaveLength(1);
  });

  it('that a crash cut off is swept by the next start, even when its Create was never answered', async () => {
    proxy.faults = ({ method, path: of, query }) =>
      method === 'POST' && query.has('uploads') && of.includes('/event/') ? { kind: 'lose-answer' } : null;
    await writeTree(event, new Map([['clip.mp4', 20 * MiB]]), seededRandom('create'));
    const engine = await bench.engine();
    const batch = await engine.addBatch({ connectionId: bench.connection.id, prefix: '', roots: [event] });
    await engine.start([batch]);
    while ((await bucket.uploadsLeft()).length === 0) await sleep(20);
    await bench.close();
    proxy.faults = () => null;
    bench = startWorkbench(path.join(folder, 'data'), bucket.env(proxy.endpoint));
    const next = await bench.engine();
    await next.start(bench.journal.batches());
    expect(await bench.rest()).toMatchObject({ done: { files: 1 } });
    await bench.close();
    expect(await bucket.uploadsLeft()).toEqual([]);
    expect(await bucket.hashes()).toEqual(await hashTree(event));
  });

  it('retries one of those that failed, and then all', async () => {
    const files = new Map(Array.from({ length: 6 }, (_, at) => [`IMG_${at}.jpg`, 1000] as const));
    await writeTree(event, files, seededRandom('retry'));
    proxy.faults = ({ method, path: of }) =>
      method === 'PUT' && of.includes('/event/') ? { kind: 'refuse', status: 403, code: 'AccessDenied' } : null;
    expect(await bench.upload([event])).toMatchObject({ failed: { files: 6 } });
    const [first, ...others] = bench.journal.transfers({ states: ['failed'], limit: 10 });
    expect(first?.reason?.kind).toBe('denied');
    expect(others.length).toBe(5);
    proxy.faults = () => null;
    const engine = await bench.engine();
    await engine.start(bench.journal.batches());
    expect(await engine.retry([first?.id ?? 0])).toBe(1);
    expect(await bench.rest()).toMatchObject({ done: { files: 1 }, failed: { files: 5 } });
    expect(await engine.retry()).toBe(5);
    expect(await bench.rest()).toMatchObject({ done: { files: 6 }, failed: { files: 0 } });
  });

  it('keeps to its bandwidth limit, over all transfers together', async () => {
    await writeTree(event, new Map([['a.mp4', 20 * MiB], ['b.mp4', 20 * MiB]]), seededRandom('limit')); // prettier-ignore
    const started = performance.now();
    await bench.upload([event], { limitRate: 16 * MiB });
    const seconds = (performance.now() - started) / 1000;
    expect((40 * MiB) / seconds).toBeLessThan(16 * MiB * 1.15);
    expect((40 * MiB) / seconds).toBeGreaterThan(16 * MiB * 0.6);
  });

  it('takes no limit for a line that stands still, however many share it', async () => {
    const files = Array.from({ length: 32 }, (_, at) => [`${at}.jpg`, 20_000] as const);
    await writeTree(event, new Map(files), seededRandom('slow'));
    const totals = await bench.upload([event], { limitRate: 128_000, stallAfter: 1000, concurrency: 32 });
    expect(totals).toMatchObject({ done: { files: 32 } });
    expect(bench.journal.transfers({ limit: 100 }).map(({ sends }) => sends)).toEqual(files.map(() => 1));
  });
});
