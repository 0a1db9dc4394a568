/** The calls of the history, over the whole app but its window. */
import { readdir, readFile, rm } from 'node:fs/promises';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import path from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import type { Core } from '../../electron/app/core.ts';
import { createExports, exportFileName } from '../../electron/engine/export/exports.ts';
import { readExported } from '../../electron/journal/export-rows.ts';
import { batchDetailsSchema } from '../../shared/destination.ts';
import { exportForms, type HistoryQuery } from '../../shared/history.ts';
import type { Events } from '../../shared/ipc.ts';
import { openTestCore } from '../servers/app-core.ts';
import { slowness } from '../pace.ts';
import { createTestBucket, type TestBucket } from '../servers/bucket.ts';
import { recordsOf } from '../servers/csv.ts';
import { failureOf } from '../servers/failure.ts';
import { seededRandom } from '../servers/random.ts';
import { openManyReceipts } from '../servers/receipts.ts';
import { newFolder, writeTree } from '../servers/tree.ts';

const ceph = inject('ceph');
const everything: HistoryQuery = {
  ...{ search: '', kinds: [], destinationIds: [], batchId: null, tag: null, from: null, until: null },
  sort: { by: 'name', descending: false },
};

describe.skipIf(ceph === null)('the history as the window asks for it', { timeout: 60_000 }, () => {
  let bucket: TestBucket;
  let folder: string;
  let core: Core;
  let copied: string[];
  let opened: string[];
  let verifying: Events['verifying'][];
  let saveTo: string | null;

  beforeEach(async () => {
    if (ceph === null) return;
    bucket = await createTestBucket(ceph);
    folder = await newFolder();
    [copied, opened, verifying, saveTo] = [[], [], [], null];
    core = openTestCore(path.join(folder, 'data'), {
      copy: (text) => Promise.resolve(void copied.push(text)),
      openUrl: (url) => Promise.resolve(void opened.push(url)),
      askWhere: (name) => Promise.resolve(saveTo === null ? null : path.join(saveTo, name)),
      push: (name, payload) => {
        if (name === 'verifying') verifying.push(payload as Events['verifying']);
      },
    });
    await core.start({ practice: false });
    const { endpoint, region, accessKeyId, secretAccessKey } = ceph;
    const { id: connectionId } = await core.handlers['connections.save']({
      ...{ id: null, name: 'Club', secret: { accessKeyId, secretAccessKey } },
      config: { endpoint, region, bucket: bucket.name, pathStyle: true, credentials: { from: 'stored' } },
    });
    const event = path.join(folder, 'event');
    await writeTree(
      event,
      new Map([
        ['a.jpg', 100],
        ['b.mp4', 200],
      ]),
      seededRandom('window-history'),
    );
    const details = batchDetailsSchema.parse({ title: 'Cup: finals', tags: ['cup'] });
    const offer = core.offers.add([event]);
    const placement = { to: 'connection', connectionId, prefix: '' } as const;
    await core.handlers['offers.start']({ offerId: offer.id, placement, details });
    await expect.poll(() => core.engine.snapshot().totals.done.files, { timeout: 20_000 }).toBe(2);
  });
  afterEach(async () => {
    await core.close();
    bucket.s3.destroy();
    await rm(folder, { recursive: true });
  });

  it('shows rows, one of them in full, batches and tags', async () => {
    const { rows, total, catchingUp } = await core.handlers['history.page']({
      query: everything,
      offset: 0,
      limit: 10,
    });
    expect({ total, catchingUp }).toEqual({ total: 2, catchingUp: false });
    expect(rows.map(({ key, kind }) => [key, kind])).toEqual([
      ['event/a.jpg', 'image'],
      ['event/b.mp4', 'video'],
    ]);
    const [row] = rows;
    const item = await core.handlers['history.item']({ id: row?.id ?? 0 });
    expect(item).toMatchObject({
      ...row,
      details: { title: 'Cup: finals' },
      receipt: { size: 100, transferId: row?.id },
    });
    expect(await core.handlers['history.batches']({})).toMatchObject([
      { id: 1, name: 'Cup: finals', objects: 2, bytes: 300, details: { tags: ['cup'] } },
    ]);
    expect(await core.handlers['history.tags']({})).toEqual(['cup']);
    expect(await failureOf(Promise.resolve().then(() => core.handlers['history.item']({ id: 99 })))).toMatchObject({
      kind: 'invalid-input',
    });
  });

  it('puts addresses and links into the clipboard, and gives neither to the window nor to the log', async () => {
    const [id = 0] = core.session.journal.transfers({ limit: 1 }).map((one) => one.id);
    expect(await core.handlers['history.copy']({ id, what: 'url' })).toEqual({ expiresAt: null });
    expect(copied).toEqual([`${ceph?.endpoint}/${bucket.name}/event/a.jpg`]);
    const { expiresAt } = await core.handlers['history.copy']({ id, what: 'link' });
    expect(expiresAt).toBeGreaterThan(Date.now());
    expect((await (await fetch(copied[1] ?? '')).arrayBuffer()).byteLength).toBe(100);
    expect(await core.handlers['history.open']({ id })).toBeNull();
    expect((await fetch(opened[0] ?? '')).status).toBe(200);
    expect(await readFile(path.join(folder, 'data', 'logs', 'sideline.log'), 'utf8')).not.toContain('X-Amz-');
  });

  it('writes an export where the person says, or nothing', async () => {
    const order = { batchId: 1, form: 'mapping-csv' } as const;
    expect(await core.handlers['history.export'](order)).toBeNull();
    saveTo = folder;
    for (const form of exportForms) {
      const file = await core.handlers['history.export']({ ...order, form });
      expect(file).toBe(path.join(folder, `cup-finals-${form.replace('-c', '.c').replace('-j', '.j')}`));
    }
    const text = await readFile(path.join(folder, 'cup-finals-mapping.csv'), 'utf8');
    expect(recordsOf(text.slice(1)).map(({ key }) => key)).toEqual(['event/a.jpg', 'event/b.mp4']);
    expect((await readdir(folder)).filter((name) => name.endsWith('.new'))).toEqual([]);
    saveTo = path.join(folder, 'nowhere');
    const failure = await failureOf(Promise.resolve(core.handlers['history.export'](order)));
    expect(failure.message).toContain('could not be written');
  });

  it('verifies a batch, and ends it', async () => {
    expect(await core.handlers['history.verify']({ batchId: 1 })).toMatchObject({ counts: { same: 2 }, findings: [] });
    expect(verifying[0]).toMatchObject({ batchId: 1, done: 1, total: 2 });
    const ended = failureOf(Promise.resolve(core.handlers['history.verify']({ batchId: 1 })));
    await core.handlers['history.endVerify']({ batchId: 1 });
    expect(await ended).toMatchObject({ kind: 'superseded' });
  });
});

describe('an export of very many', () => {
  it('is read by its ids: the whole batch is not sorted anew for each piece', async () => {
    const folder = await newFolder();
    const journal = openManyReceipts(folder, 100, seededRandom('export plan'));
    const database = new Database(journal.file);
    const prepare = database.prepare.bind(database);
    const texts: string[] = [];
    database.prepare = (text: string) => (texts.push(text), prepare(text));
    try {
      readExported(database);
      expect(texts).toHaveLength(1);
      const plan = JSON.stringify(prepare(`EXPLAIN QUERY PLAN ${texts[0]}`).all(1, 0, 1000, 500));
      expect(plan).toContain('SEARCH t USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)');
      expect(plan).not.toContain('TEMP B-TREE');
    } finally {
      database.close();
      journal.close();
      await rm(folder, { recursive: true });
    }
  });

  it('holds up nothing, takes little memory, and leaves nothing where it is closed', { timeout: 120_000 }, async () => {
    const folder = await newFolder();
    const count = 300_000;
    const data = path.join(folder, 'data');
    const journal = openManyReceipts(data, count, seededRandom('export'));
    const file = path.join(folder, exportFileName({ id: 1, name: '日本' }, 'receipts-csv'));
    const exports = createExports({ folder: data });
    try {
      const database = new Database(journal.file);
      database.exec('UPDATE transfers SET batch_id = 1');
      database.close();

      const before = process.memoryUsage.rss();
      const delay = monitorEventLoopDelay({ resolution: 1 });
      delay.enable();
      const started = performance.now();
      let most = before;
      const watch = setInterval(() => (most = Math.max(most, process.memoryUsage.rss())), 50);
      await exports.write({ batchId: 1, form: 'receipts-csv', file });
      clearInterval(watch);
      delay.disable();
      console.log(
        `export: ${count} receipts in ${((performance.now() - started) / 1000).toFixed(1)} s, ` +
          `${((most - before) / 1e6).toFixed(0)} MB more at most, loop delay p99 ${(delay.percentile(99) / 1e6).toFixed(1)} ms`,
      );
      expect(path.basename(file)).toBe('upload-1-receipts.csv');
      expect((await readFile(file)).filter((byte) => byte === 0x0a).length).toBe(count + 1);
      expect(most - before).toBeLessThan(150e6);
      expect(delay.percentile(99) / 1e6).toBeLessThan(20 * slowness());

      await rm(file);
      const closed = failureOf(exports.write({ batchId: 1, form: 'receipts-json', file }));
      await expect.poll(async () => (await readdir(folder)).length, { timeout: 10_000 }).toBe(2);
      await exports.close();
      expect(await closed).toMatchObject({ kind: 'superseded' });
      expect(await readdir(folder)).toEqual(['data']);
    } finally {
      journal.close();
      await rm(folder, { recursive: true });
    }
  });
});
