/** What the window needs of the engine besides the main job: an order of one's own, batches that join, a mended connection. */
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createOffers } from '../../electron/app/offers.ts';
import { watchProgress } from '../../electron/app/progress.ts';
import { createUploads } from '../../electron/app/uploads.ts';
import type { Engine } from '../../electron/engine/engine.ts';
import type { Transfer, TransferState } from '../../shared/domain.ts';
import { reason, type Reason } from '../../shared/errors.ts';
import type { Progress } from '../../shared/ipc.ts';
import { silentLog } from '../servers/silent-log.ts';
import { startDiscardServer, type DiscardServer } from '../servers/discard-server.ts';
import { startFaultProxy, type FaultProxy } from '../servers/fault-proxy.ts';
import { seededRandom } from '../servers/random.ts';
import { newFolder, writeManyFiles, writeTree } from '../servers/tree.ts';
import { startWorkbench, type Workbench } from '../servers/workbench.ts';

describe('the engine as the window drives it', () => {
  let server: DiscardServer;
  let proxy: FaultProxy;
  let folder: string;
  let bench: Workbench;

  beforeEach(async () => {
    server = await startDiscardServer();
    proxy = await startFaultProxy(server.endpoint);
    folder = await newFolder();
    bench = startWorkbench(path.join(folder, 'data'), {
      AWS_ACCESS_KEY_ID: server.accessKeyId,
      AWS_SECRET_ACCESS_KEY: server.secretAccessKey,
      SIDELINE_S3_BUCKET: server.bucket,
      SIDELINE_S3_ENDPOINT: proxy.endpoint,
      SIDELINE_S3_REGION: server.region,
      SIDELINE_S3_PATH_STYLE: '1',
    });
  });
  afterEach(async () => {
    await bench.close();
    await proxy.stop();
    await server.stop();
    await rm(folder, { recursive: true });
  });

  async function photos(name: string, count: number, size = 1000): Promise<string> {
    const root = path.join(folder, name);
    const files = Array.from({ length: count }, (_, at) => [`IMG_${String(at).padStart(3, '0')}.jpg`, size] as const);
    await writeTree(root, new Map(files), seededRandom(name));
    return root;
  }

  const sentKeys = () =>
    proxy.seen
      .filter(({ method, path: of }) => method === 'PUT' && of.includes('IMG_'))
      .map(({ path: of }) => of.slice(-11));

  const wanted = (root: string) => ({ connectionId: bench.connection.id, prefix: '', roots: [root] });

  it('sends first what a person wants first, paused ones too, in their order', async () => {
    const engine = await bench.engine({ concurrency: 1, limitRate: 20_000 });
    await engine.start([await engine.addBatch(wanted(await photos('event', 40)))]);
    while (sentKeys().length < 2) await sleep(5);
    const rows = bench.journal.transfers({ limit: 100 });
    const chosen = [37, 30, 35].map((at) => rows[at]?.id ?? 0);
    await engine.pause(chosen.slice(0, 1));
    const before = sentKeys().length;
    await engine.sendFirst(chosen);
    engine.bandwidth.limit = null;
    await bench.rest();
    const after = sentKeys()
      .slice(before, before + 5)
      .join(' ');
    expect(after).toContain('IMG_037.jpg IMG_030.jpg IMG_035.jpg');
    expect(new Set(sentKeys()).size).toBe(40);
    expect(sentKeys().length).toBe(40);
  });

  it('takes a batch in while another one is sent', async () => {
    const engine = await bench.engine({ concurrency: 2, limitRate: 50_000 });
    await engine.start([]);
    const uploads = createUploads({ journal: bench.journal, engine, log: silentLog, onChange: () => undefined });
    await uploads.add(wanted(await photos('one', 20)));
    await uploads.add(wanted(await photos('two', 20)));
    expect(uploads.scanning().size).toBeGreaterThan(0);
    engine.bandwidth.limit = null;
    while (uploads.scanning().size > 0) await sleep(5);
    expect((await bench.rest()).done.files).toBe(40);
    uploads.clear(null);
    expect(bench.journal.batches().map(({ clearedAt }) => clearedAt === null)).toEqual([false, false]);
  });

  it('pauses and cancels what is still being found', async () => {
    const engine = await bench.engine({ concurrency: 2 });
    await engine.start([]);
    const uploads = createUploads({ journal: bench.journal, engine, log: silentLog, onChange: () => undefined });
    await writeManyFiles(path.join(folder, 'cards'), 4000);
    await uploads.add(wanted(path.join(folder, 'cards')));
    const found = () => bench.journal.transfers({ limit: 1 }).map(({ id }) => id);
    while (found().length === 0) await sleep(1);
    expect(uploads.scanning().size).toBe(1);
    await engine.cancel(found());
    await uploads.pauseAll();
    while (uploads.scanning().size > 0) await sleep(5);
    await sleep(300);
    expect(sentKeys()).toEqual([]);
    expect(bench.totals()).toMatchObject({ paused: { files: 3999 }, cancelled: { files: 1 } });
    await uploads.resumeAll();
    expect(await bench.rest()).toMatchObject({ done: { files: 3999 } });
  });

  it('goes on with the connection as it is now when it was edited', async () => {
    const engine = await bench.engine({ concurrency: 2, limitRate: 20_000 });
    await engine.start([await engine.addBatch(wanted(await photos('event', 30)))]);
    while (sentKeys().length < 3) await sleep(5);
    const { config } = bench.connection;
    bench.journal.updateConnection(bench.connection.id, { ...config, endpoint: server.endpoint });
    await engine.reopen(bench.connection.id);
    const through = sentKeys().length;
    engine.bandwidth.limit = null;
    expect((await bench.rest()).done.files).toBe(30);
    expect(sentKeys().length).toBe(through); // the rest went the new way
    expect(server.stats().objects).toBe(30);
  });

  it('looks for the network at once when told to', async () => {
    const engine = await bench.engine({ concurrency: 2, offlineRules: { first: 60_000, longest: 60_000 } });
    await engine.start([await engine.addBatch(wanted(await photos('event', 5)))]);
    await bench.rest();
    await proxy.goAway();
    const batch = await engine.addBatch(wanted(await photos('more', 5)));
    engine.include(batch);
    while (!engine.snapshot().offline) await sleep(5);
    await proxy.comeBack();
    engine.lookAgain('network');
    expect((await bench.rest()).done.files).toBe(10);
  });

  it('sends again what was on its way when the computer woke', async () => {
    const engine: Engine = await bench.engine({ concurrency: 2 });
    await engine.start([await engine.addBatch(wanted(await photos('event', 5)))]);
    await bench.rest();
    proxy.faults = () => ({ kind: 'stall', after: 0 });
    engine.include(await engine.addBatch(wanted(await photos('more', 5))));
    while (!proxy.seen.some(({ fault }) => fault?.kind === 'stall')) await sleep(5);
    proxy.faults = () => null;
    engine.lookAgain('woke');
    expect((await bench.rest()).done.files).toBe(10);
  });

  it('tells the window what happens, and no more often than four times a second', async () => {
    const engine = await bench.engine({ concurrency: 4, limitRate: 400_000 });
    await engine.start([]);
    const seen: Progress[] = [];
    const uploads = createUploads({ journal: bench.journal, engine, log: silentLog, onChange: () => undefined });
    const watch = watchProgress({
      journal: bench.journal,
      motion: () => engine.motion(),
      scanning: () => uploads.scanning(),
      broken: () => null,
      push: (progress) => seen.push(progress),
    });
    const started = performance.now();
    await uploads.add(wanted(await photos('event', 60, 10_000)));
    while (uploads.scanning().size > 0) await sleep(5);
    await bench.rest();
    await expect.poll(() => seen.at(-1)).toMatchObject({ activity: 'idle', arrivedBytes: 600_000 });
    await sleep(600);
    const seconds = (performance.now() - started) / 1000;
    watch.stop();
    expect(seen.length).toBeLessThanOrEqual(Math.ceil(seconds * 4) + 1);
    expect(seen.map(({ activity }) => activity)).toContain('uploading');
    const last = seen.at(-1);
    expect(last).toMatchObject({ activity: 'idle', arrivedBytes: 600_000, wantedBytes: 600_000, active: [] });
    expect(last?.totals.done.files).toBe(60);
    const arrived = seen.map(({ arrivedBytes }) => arrivedBytes);
    expect(arrived).toEqual(arrived.toSorted((a, b) => a - b));
    const quiet = seen.length;
    await sleep(600);
    expect(seen.length).toBe(quiet);
  });

  it('counts what has left of a large file too, before a part of it has arrived as a whole', async () => {
    const part = 8 * 2 ** 20;
    const engine = await bench.engine({ concurrency: 2, limitRate: part });
    await engine.start([]);
    const uploads = createUploads({ journal: bench.journal, engine, log: silentLog, onChange: () => undefined });
    const watch = watchProgress({
      journal: bench.journal,
      motion: () => engine.motion(),
      scanning: () => uploads.scanning(),
      broken: () => null,
      push: () => undefined,
    });
    await uploads.add(wanted(await photos('event', 1, 3 * part)));
    await expect.poll(() => watch.current().arrivedBytes, { interval: 50 }).toBeGreaterThan(0);
    const { arrivedBytes, batches, active } = watch.current();
    expect(arrivedBytes).toBeLessThan(part);
    expect(batches[0]?.arrivedBytes).toBe(arrivedBytes);
    expect(active[0]?.sent).toBeGreaterThanOrEqual(arrivedBytes);
    engine.bandwidth.limit = null;
    await bench.rest();
    watch.stop();
    expect(watch.current().arrivedBytes).toBe(3 * part);
  });

  /** How often what reads the journal's file is asked for, by name; what is known in memory costs nothing. */
  function countReads(): Map<string, number> {
    const free = new Set(['writes', 'filesAhead', 'totals', 'flush', 'file', 'rescued']);
    const reads = new Map<string, number>();
    const { journal } = bench;
    for (const [name, value] of Object.entries(journal)) {
      if (typeof value !== 'function' || free.has(name)) continue;
      const counted = (...args: unknown[]): unknown => {
        reads.set(name, (reads.get(name) ?? 0) + 1);
        return Reflect.apply(value, journal, args);
      };
      Reflect.set(journal, name, counted);
    }
    return reads;
  }

  it('reads nothing while it is idle', async () => {
    const reads = countReads();
    const engine = await bench.engine();
    await engine.start([await engine.addBatch(wanted(await photos('event', 3)))]);
    let looks = 0;
    const watch = watchProgress({
      journal: { ...bench.journal, totals: (id) => ((looks += 1), bench.journal.totals(id)) },
      ...{ motion: () => engine.motion(), scanning: () => new Set<number>(), broken: () => null },
      push: () => undefined,
    });
    await bench.rest();
    await expect.poll(() => reads.get('begunBytes')).toBeGreaterThan(0);
    await expect.poll(() => looks).toBeGreaterThan(0);
    let before = 0;
    while (before !== looks) {
      before = looks; // until the last look at what has come to rest
      await sleep(700);
    }
    reads.clear();
    looks = 0;
    await sleep(1200);
    watch.stop();
    expect([...reads]).toEqual([]);
    expect(looks).toBe(0);
  });

  it('wakes for all that can change while it is idle', async () => {
    const { journal } = bench;
    const engine = await bench.engine();
    const batch = await engine.addBatch(wanted(await photos('event', 4)));
    await engine.start([batch]);
    await bench.rest();
    engine.leave([batch.id]); // what is done to it here is not worked on
    const scanning = new Set<number>();
    let motion = { ...engine.motion(), active: [] as { transfer: Transfer; sent: number }[] };
    let broken: Reason | null = null;
    const seen: Progress[] = [];
    const watch = watchProgress({
      ...{ journal, motion: () => motion, scanning: () => scanning, broken: () => broken },
      push: (progress) => seen.push(progress),
    });
    await expect.poll(() => seen.length).toBe(1);
    await sleep(350);
    expect(seen.length).toBe(1);
    const [transfer] = journal.transfers({ limit: 1 });
    if (transfer === undefined) throw new Error('there is none');

    /** The one message that follows, though somebody asked for the progress just before it. */
    async function after(change: () => void): Promise<Progress> {
      const before = seen.length;
      change();
      watch.current();
      await expect.poll(() => seen.length, { interval: 10 }).toBeGreaterThan(before);
      await sleep(100);
      expect(seen.length).toBe(before + 1);
      return seen.at(-1) ?? watch.current();
    }

    const addFile = () =>
      journal.addTransfer({ ...transfer, key: 'one more', state: 'failed', reason: reason('source-gone') });
    expect((await after(addFile)).totals.failed.files).toBe(1);
    expect((await after(() => journal.renameConnection(bench.connection.id, 'Club'))).batches[0]).toMatchObject({
      connectionName: 'Club',
    });
    const { revision } = watch.current();
    expect((await after(() => watch.touch())).revision).toBe(revision + 1);
    expect((await after(() => scanning.add(batch.id))).activity).toBe('scanning');
    expect((await after(() => scanning.clear())).activity).toBe('idle');
    expect((await after(() => (motion = { ...motion, active: [{ transfer, sent: 1 }] }))).active).toHaveLength(1);
    expect((await after(() => (motion = { ...motion, active: [] }))).active).toEqual([]);
    const moveAll = (from: TransferState, to: TransferState) => () =>
      journal.moveMany({ batchId: batch.id, connectionId: batch.connectionId, from, limit: 10 }, to);
    expect((await after(moveAll('failed', 'planned'))).activity).toBe('uploading');
    expect((await after(moveAll('planned', 'paused'))).activity).toBe('paused');
    expect((await after(moveAll('paused', 'queued'))).activity).toBe('uploading');
    expect((await after(() => (motion = { ...motion, offline: true }))).activity).toBe('offline');
    await sleep(600);
    expect((await after(() => (motion = { ...motion, offline: false }))).activity).toBe('uploading');
    expect((await after(() => (broken = reason('journal-failed')))).activity).toBe('stopped');
    expect((await after(() => journal.clearBatches([batch.id], 1))).batches).toEqual([]);
    watch.stop();
  });

  it('looks through an offer, and hands it over once', async () => {
    const offers = createOffers({ of: () => Promise.reject(new Error('nobody asked what is in a file')) });
    const root = await photos('event', 12);
    await writeTree(root, new Map([['.DS_Store', 10]]), seededRandom('junk'));
    const offer = offers.add([root, root]);
    expect(offer.roots).toEqual([{ name: 'event', path: root, kind: 'folder' }]);
    const look = await offers.look(offer.id);
    expect(look).toMatchObject({ files: 12, bytes: 12_000, skipped: 1, failed: 0 });
    expect(look.problems[0]).toMatchObject({ name: 'event/.DS_Store', reason: { kind: 'junk' } });
    expect(offers.take(offer.id)).toEqual(offer);
    expect(() => offers.take(offer.id)).toThrow('choose them again');
    await expect(offers.look('nothing')).rejects.toMatchObject({ kind: 'invalid-input' });
    expect(() => offers.add(['relative/path'])).toThrow('Not a full path');
  });
});
