/** Sessions in the lists: a video and its picture are one row, whatever becomes of each; the engine, the journal and its threads. */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { watchProgress } from '../../electron/app/progress.ts';
import { createHistory } from '../../electron/app/history.ts';
import { createBandwidth } from '../../electron/engine/upload/bandwidth.ts';
import { transferHandlers } from '../../electron/ipc/transfers.ts';
import { createHistoryList, type HistoryList } from '../../electron/journal/history.ts';
import { createTransferList, type TransferList } from '../../electron/journal/list.ts';
import { createUploads } from '../../electron/app/uploads.ts';
import type { Engine } from '../../electron/engine/engine.ts';
import type { HistoryQuery } from '../../shared/history.ts';
import type { TransferRow, View } from '../../shared/transfer-list.ts';
import { person, startBrokerBench, type BrokerBench } from '../servers/broker-bench.ts';
import { startBroker, type Broker as Backend } from '../servers/broker/broker.ts';
import { createTestBucket, type TestBucket } from '../servers/bucket.ts';
import { startFaultProxy, type FaultProxy } from '../servers/fault-proxy.ts';
import { box, fileType, movieBox } from '../servers/media.ts';
import { seededRandom } from '../servers/random.ts';
import { newFolder } from '../servers/tree.ts';

const ceph = inject('ceph');
const random = seededRandom('session-rows');
const jpeg = (size: number) => Buffer.concat([Buffer.from('ffd8ffe000104a4649460001', 'hex'), random.bytes(size)]);
const movie = (size: number) =>
  Buffer.concat([fileType('isom'), movieBox({ duration: 90_000 }), box('mdat', random.bytes(size))]);
const everything: View = { filter: 'all', search: '', batchId: null, sort: { by: 'name', descending: false } };
const allSent: HistoryQuery = {
  ...{ search: '', kinds: [], destinationIds: [], batchId: null, tag: null, from: null, until: null },
  sort: { by: 'name', descending: false },
};
const patience = { timeout: 10_000, interval: 20 };

describe.skipIf(ceph === null)('a session in the lists', { timeout: 60_000 }, () => {
  let bucket: TestBucket;
  let proxy: FaultProxy;
  let backend: Backend;
  let folder: string;
  let bench: BrokerBench;
  let list: TransferList;
  let history: HistoryList;

  beforeEach(async () => {
    if (ceph === null) return;
    bucket = await createTestBucket(ceph);
    proxy = await startFaultProxy(ceph.endpoint);
    folder = await newFolder();
    const { region, accessKeyId, secretAccessKey } = ceph;
    const storage = { endpoint: proxy.endpoint, region, bucket: bucket.name, accessKeyId, secretAccessKey };
    backend = await startBroker({ users: [{ ...person, id: 'user123' }], storage });
    bench = await startBrokerBench({ folder: path.join(folder, 'data'), kind: 'idance', baseUrl: backend.url });
    await bench.signIn();
    list = createTransferList({ file: bench.journal.file });
    history = createHistoryList({ journal: bench.journal });
    await mkdir(path.join(folder, 'event'));
  });
  afterEach(async () => {
    await list.close();
    await history.close();
    await bench.close();
    await backend.stop();
    await proxy.stop();
    bucket.s3.destroy();
    await rm(folder, { recursive: true });
  });

  const root = () => path.join(folder, 'event');
  const write = (name: string, bytes: Buffer) => writeFile(path.join(root(), name), bytes);
  const named = ({ key }: Pick<TransferRow, 'key'>) => path.posix.basename(key);

  async function rows(view: Partial<View> = {}): Promise<TransferRow[]> {
    await bench.journal.committed();
    // Found ids may be as old as 0.3 s: another sort is another list.
    return (await list.page({ ...everything, ...view }, 0, 100)).rows;
  }

  async function counts(view: Partial<View> = {}) {
    return (await list.page({ ...everything, ...view }, 0, 1)).counts;
  }

  /** The window's commands. */
  function commands(engine: Engine) {
    const { journal, session } = bench;
    const progress = { current: () => ({}) as never, touch: () => undefined, stop: () => undefined };
    const uploads = createUploads({ journal, engine, log: session.log, onChange: () => undefined });
    return transferHandlers({ journal, engine, uploads, progress, list, reveal: () => undefined });
  }

  it('is one row with its picture from the plan on, and two files without any are as before', async () => {
    await write('waltz.mp4', movie(30_000));
    await write('waltz.jpg', jpeg(3000));
    await write('tango.mov', movie(1000));
    await write('alone.jpg', jpeg(100));
    expect(await counts()).toBeNull();
    const engine = await bench.engine();
    const { connection } = bench;
    const batch = await engine.addBatch({ connectionId: connection.id, prefix: '', roots: [root()] });
    await expect.poll(async () => (await rows()).length, patience).toBe(3);
    const planned = await rows();
    expect(planned.map((row) => [named(row), row.state, row.session?.files ?? null])).toEqual([
      ['alone.jpg', 'planned', null],
      ['tango.mov', 'planned', 1],
      ['waltz.mp4', 'planned', 2],
    ]);
    const sizes = bench.transfers().filter(({ key }) => key.includes('waltz'));
    expect(planned[2]).toMatchObject({ size: sizes.reduce((sum, { size }) => sum + size, 0), sent: 0 });
    expect(planned[2]?.session).toEqual({ files: 2, step: 'open', of: 'video' });
    expect(await counts()).toMatchObject({ all: 3, active: 3, done: 0, failed: 0 });
    expect(await list.ids({ ...everything, sort: { by: 'size', descending: true } })).toHaveLength(3);
    expect(await rows({ search: 'waltz' })).toHaveLength(1);

    await engine.start([batch]);
    await bench.rest(); // a picture that belongs to no video has no session to go to
    await expect
      .poll(async () => (await rows({ sort: { by: 'state', descending: true } })).at(0)?.state, patience)
      .toBe('failed');
    const done = await rows({ filter: 'done', sort: { by: 'size', descending: false } });
    expect(done.map((row) => [named(row), row.session?.step])).toEqual([
      ['tango.mov', 'complete'],
      ['waltz.mp4', 'complete'],
    ]);
    expect(done[1]?.sent).toBe(done[1]?.size);
    expect(done[1]?.finishedAt).toBeGreaterThan(Date.now() - 20_000);
    await expect.poll(() => counts({ search: 'x' }), patience).toMatchObject({ all: 3, active: 0, done: 2, failed: 1 });
  });

  it('is one row of the history too, which knows what else went there, and is deleted as one', async () => {
    await write('waltz.mp4', movie(30_000));
    await write('waltz.jpg', jpeg(3000));
    await history.page(allSent, 0, 10); // its thread runs, and hears of each file as it comes
    await bench.upload([root()]);
    const page = () => history.page(allSent, 0, 10);
    await expect
      .poll(async () => (await page()).rows.map((row) => [row.kind, row.sessionFiles]), patience)
      .toEqual([['video', 2]]);
    const afresh = createHistoryList({ journal: bench.journal });
    expect((await afresh.page(allSent, 0, 10)).total).toBe(1);
    await afresh.close();

    const { journal, session } = bench;
    const sent = createHistory({
      journal,
      openStorage: session.openStorage,
      openBroker: session.brokers.open,
      bandwidth: createBandwidth(null),
    });
    const id = (await page()).rows[0]?.id ?? 0;
    const item = await sent.item(id);
    const [told] = backend.records().sessions;
    expect(item.session).toMatchObject({ id: told?.id, told: true, others: [{ size: 3012 }] });
    expect(await (await fetch(await sent.readable(id))).arrayBuffer()).toHaveProperty('byteLength', item.size);
    expect(await bucket.keys()).toHaveLength(2);
    await sent.remove(id);
    expect(await bucket.keys()).toEqual([]);
    await sent.remove(id); // as after a crash before it was noted
    expect((await page()).rows[0]?.removedAt).toBeGreaterThan(Date.now() - 20_000);
    expect(await bench.upload([root()])).toMatchObject({ done: { files: 4 } });
    expect(await bucket.keys()).toHaveLength(2);
  });

  it('fails with what failed of it, and is retried and cancelled as one', async () => {
    await write('waltz.mp4', movie(3000));
    await write('waltz.jpg', jpeg(3000));
    backend.faults.add({ kind: 'status', status: 403, path: '/api/s3/upload/thumbnail', times: 1 });
    const engine = await bench.start([root()]);
    await bench.rest();
    const [failed] = await rows();
    expect(failed).toMatchObject({
      state: 'failed',
      reason: { kind: 'broker-denied' },
      session: { files: 2, of: 'picture' },
    });
    const window = commands(engine);
    expect(await window['transfers.retry']({ ids: [failed?.id ?? 0] })).toEqual({ count: 1 });
    expect(await bench.rest()).toMatchObject({ done: { files: 2 } });
    await expect
      .poll(async () => (await rows({ filter: 'done' })).map(({ session }) => session?.step), patience)
      .toEqual(['complete']);

    for (const name of ['tango', 'salsa']) {
      await write(`${name}.mp4`, movie(4_000_000));
      await write(`${name}.jpg`, jpeg(4000));
    }
    const slow = await bench.start([root()], { engine: { limitRate: 300_000 } });
    await expect.poll(async () => (await rows({ search: 'tango', filter: 'active' })).length, patience).toBe(1);
    const [tango] = (await rows({ search: 'tango' })) as [TransferRow];
    // Lists may be a moment old: it is the journal that knows.
    const statesOf = (name: string) =>
      bench
        .transfers()
        .filter(({ key }) => key.includes(name))
        .map(({ state }) => state);
    await commands(slow)['transfers.cancel']({ view: everything, except: [tango.id] });
    await expect.poll(() => statesOf('salsa'), patience).toContain('cancelled');
    expect(statesOf('tango')).not.toContain('cancelled');
    await commands(slow)['transfers.cancel']({ ids: [tango.id] });
    await bench.settle();
    const states = statesOf('tango');
    expect(states.map((state) => state === 'cancelled' || state === 'done')).toEqual([true, true]);
    expect(states).toContain('cancelled');
  });

  it('is under way until the backend knows that it is complete, and then done', async () => {
    await write('waltz.mp4', movie(3000));
    await write('waltz.jpg', jpeg(3000));
    backend.faults.add({ kind: 'slow', ms: 1500, path: '/api/sessions/complete' });
    const engine = await bench.start([root()]);
    const seen: [number, string, string | undefined][] = [];
    const watch = watchProgress({
      ...{ journal: bench.journal, motion: () => engine.motion(), scanning: () => new Set() },
      ...{ broken: () => null, push: () => undefined },
    });
    let most = 0;
    await expect
      .poll(async () => {
        const { active } = watch.current();
        most = Math.max(most, active.length);
        const [row] = await rows({ search: '' });
        if (row !== undefined) seen.push([active.length, row.state, row.session?.step]);
        return row?.state;
      }, patience)
      .toBe('done');
    watch.stop();
    expect(most).toBe(1); // one row is under way, not two
    expect(seen.some(([, state, step]) => state === 'verifying' && step === 'completing')).toBe(true);
    const open = seen.findIndex(([, state]) => state === 'done');
    expect(backend.records().sessions[0]?.status, JSON.stringify(seen.slice(open - 1))).toBe('completed');
  });

  it('stays under way where only its end is still to be told, until that is', async () => {
    const { journal, connection } = bench;
    await write('waltz.mp4', movie(3000));
    await bench.upload([root()]);
    const [video] = bench.transfers();
    journal.startSession(video?.id ?? 0, connection.id, 'another'); // as if nobody had been told yet
    await journal.committed();
    expect((await history.page(allSent, 0, 10)).rows).toMatchObject([{ sessionFiles: 1, sessionTold: false }]);
    await expect
      .poll(async () => (await rows({ filter: 'active' }))[0]?.session, patience)
      .toEqual({
        ...{ files: 1, step: 'completing', of: 'video' },
      });
    journal.endSession(video?.id ?? 0);
    await expect.poll(async () => (await rows({ filter: 'done' }))[0]?.session?.step, patience).toBe('complete');
  });

  it('leaves files of a session that a person named as they are', async () => {
    const { broker } = await bench.session.brokers.open(bench.connection);
    const session = (await broker.sessions?.start(AbortSignal.timeout(5000)))?.sessionId ?? '';
    await write('waltz.mp4', movie(3000));
    await write('waltz.jpg', jpeg(3000));
    await bench.upload([root()], { details: { session } });
    expect((await rows()).map((row) => row.session)).toEqual([null, null]);
  });

  it('costs little among 100,000 files', async () => {
    const { journal, connection } = bench;
    const batch = journal.addBatch({ connectionId: connection.id, prefix: '', roots: ['/card'], createdAt: 1 });
    await journal.committed();
    const database = new Database(journal.file);
    database.exec(`
      WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 100000)
      INSERT INTO transfers (batch_id, connection_id, source, key, size, mtime, inode, state)
        SELECT ${batch.id}, ${connection.id}, '/card/' || n, 'day ' || (n % 40) || '/' || (n / 2) || iif(n % 2, '.jpg', '.mp4'), n, 1, '1',
          CASE n % 5 WHEN 0 THEN 'done' WHEN 1 THEN 'queued' ELSE 'planned' END FROM n;
      INSERT INTO session_files SELECT id, id - id % 2 FROM transfers WHERE id > 1;
    `);
    database.close();
    const time = async (view: Partial<View>) => {
      const began = performance.now();
      const page = await list.page({ ...everything, ...view }, 30_000, 100);
      return { ms: performance.now() - began, ...page };
    };
    for (const by of ['order', 'state', 'name', 'size'] as const) {
      const { ms, total, rows: found } = await time({ sort: { by, descending: false } });
      console.log(`50,000 sessions by ${by}: ${ms.toFixed(0)} ms`);
      expect(total).toBe(50_001);
      expect(found).toHaveLength(100);
      expect(ms).toBeLessThan(5000);
    }
    const again = await time({ sort: { by: 'name', descending: false } });
    expect(again.ms).toBeLessThan(500);
  });
});
