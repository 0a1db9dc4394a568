/** What nobody knows of in a bucket, and what is known of and gone; uploads that others left; and what is done about them. */
import { readFile, rm } from 'node:fs/promises';
import http from 'node:http';
import path from 'node:path';
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, inject, it, vi } from 'vitest';
import { parseBrokerSettings } from '../../shared/broker-settings.ts';
import { destinationRulesSchema } from '../../shared/destination.ts';
import type { LeftUpload, MissingObject, OrphanRow, OrphanScan, UnknownObject } from '../../shared/orphans.ts';
import type { Core } from '../../electron/app/core.ts';
import { scanOrphans } from '../../electron/admin/orphans/scan.ts';
import { openBucket } from '../../electron/admin/bucket.ts';
import { createRightsBook } from '../../electron/admin/rights-book.ts';
import { createAgents } from '../../electron/storage/agents.ts';
import { openStorage } from '../../electron/storage/storage.ts';
import { openTestCore } from '../servers/app-core.ts';
import { createTestBucket, type TestBucket } from '../servers/bucket.ts';
import { failureOf } from '../servers/failure.ts';
import { seededRandom } from '../servers/random.ts';
import { openManyReceipts } from '../servers/receipts.ts';
import { newFolder, writeTree } from '../servers/tree.ts';

const ceph = inject('ceph');
const hour = 3_600_000;

describe.skipIf(ceph === null)('orphans', { timeout: 60_000 }, () => {
  let bucket: TestBucket;
  let folder: string;
  let core: Core;
  let connectionId: number;
  let destinationId: number;
  let pushed: OrphanScan[];
  /** what the dialog for a file answers */
  let where: string | null = null;

  beforeEach(async () => {
    if (ceph === null) return;
    bucket = await createTestBucket(ceph);
    folder = await newFolder();
    pushed = [];
    core = openTestCore(path.join(folder, 'data'), {
      askWhere: () => Promise.resolve(where),
      push(name, payload) {
        if (name === 'orphans') pushed.push(payload as OrphanScan);
      },
    });
    await core.start({ practice: false });
    connectionId = await connect('Club');
    const rules = destinationRulesSchema.parse({ name: 'Event', prefix: 'event', overwrite: 'replace' });
    destinationId = core.session.journal.addDestination(connectionId, rules).id;
  });
  afterEach(async () => {
    await core.close();
    bucket.s3.destroy();
    await rm(folder, { recursive: true });
  });

  async function connect(name: string): Promise<number> {
    const { id } = await core.handlers['connections.save']({
      ...{ id: null, name },
      config: {
        endpoint: ceph?.endpoint ?? '',
        region: 'us-east-1',
        bucket: bucket.name,
        pathStyle: true,
        credentials: { from: 'stored' },
      },
      secret: { accessKeyId: ceph?.accessKeyId ?? '', secretAccessKey: ceph?.secretAccessKey ?? '' },
    });
    return id;
  }

  async function upload(...names: string[]): Promise<void> {
    const source = path.join(folder, 'files');
    await writeTree(source, new Map(names.map((name) => [name, 100])), seededRandom('orphans'));
    const offer = core.offers.add([source]);
    const placement = {
      to: 'destinations',
      targets: [{ destinationId, sorting: [], fields: {} }],
      exceptions: {},
    } as const;
    await core.handlers['offers.start']({
      offerId: offer.id,
      placement: structuredClone(placement) as never,
      details: { title: '', description: '', tags: [], event: '', session: '', person: '' },
    });
    const { journal } = core.session;
    await vi.waitFor(
      () => expect(journal.transfers({ states: ['done'], limit: 100 }).length).toBeGreaterThanOrEqual(names.length),
      { timeout: 15_000 },
    );
    await rm(source, { recursive: true });
  }

  const put = (Key: string, Body = 'x') => bucket.s3.send(new PutObjectCommand({ Bucket: bucket.name, Key, Body }));
  const remove = (Key: string) => bucket.s3.send(new DeleteObjectCommand({ Bucket: bucket.name, Key }));

  async function left(Key: string, ...parts: number[]): Promise<string> {
    const { UploadId = '' } = await bucket.s3.send(new CreateMultipartUploadCommand({ Bucket: bucket.name, Key }));
    for (const [at, size] of parts.entries())
      await bucket.s3.send(
        new UploadPartCommand({ Bucket: bucket.name, Key, UploadId, PartNumber: at + 1, Body: Buffer.alloc(size) }),
      );
    return UploadId;
  }

  async function scan(more: { destinationId?: number | null; olderThan?: number } = {}): Promise<OrphanScan> {
    const { id } = await core.handlers['orphans.scan']({ connectionId, destinationId, olderThan: 0, ...more });
    return await vi.waitFor(
      async () => {
        const [now] = await core.handlers['orphans.list']({});
        expect(now).toMatchObject({ id, state: 'done' });
        return now as OrphanScan;
      },
      { timeout: 15_000 },
    );
  }

  const rows = async (scanId: number, list: OrphanRow['list']) =>
    (await core.handlers['orphans.page']({ scanId, list, offset: 0, limit: 500 })).rows;

  it('finds what this computer has not sent, and what it sent and is gone; nothing else', async () => {
    await upload('a.jpg', 'b.jpg', 'deep/c.jpg');
    await put('event/files/foreign.jpg', 'foreign');
    await put('event/files/<img onerror=x>\n.jpg');
    await put('event/files/zz/\u{1f3c6}.jpg');
    await bucket.s3.send(new PutObjectCommand({ Bucket: bucket.name, Key: 'event/empty/', Body: Buffer.alloc(0) })); // as consoles do
    await put('elsewhere/other.jpg');
    await remove('event/files/b.jpg');
    const { id, counts } = await scan();
    expect(counts).toMatchObject({
      objects: 6,
      unknown: { count: 3, bytes: 9 },
      missing: { count: 1, bytes: 100, unproven: 0 },
    });
    const unknown = (await rows(id, 'unknown')) as UnknownObject[];
    expect(unknown.map(({ key }) => key)).toEqual([
      'event/files/<img onerror=x>\n.jpg',
      'event/files/foreign.jpg',
      'event/files/zz/\u{1f3c6}.jpg',
    ]);
    const missing = (await rows(id, 'missing')) as MissingObject[];
    expect(missing).toMatchObject([
      { key: 'event/files/b.jpg', size: 100, source: path.join(folder, 'files', 'b.jpg') },
    ]);
    where = path.join(folder, 'orphans.csv');
    expect(await core.handlers['orphans.export']({ scanId: id, list: 'unknown', format: 'csv' })).toBe(where);
    const csv = await readFile(where, 'utf8');
    expect(csv.slice(1).split('\r\n')[0]).toBe('key,bytes,modified');
    expect(csv).toContain('"event/files/<img onerror=x>\n.jpg",1,2');
    await core.handlers['orphans.export']({ scanId: id, list: 'missing', format: 'json' });
    expect(JSON.parse(await readFile(where, 'utf8'))).toMatchObject({
      list: 'missing',
      rows: [{ key: 'event/files/b.jpg' }],
    });
    expect((await scan({ destinationId: null })).counts.unknown.count).toBe(4);
    expect((await scan({ olderThan: hour })).counts.unknown.count).toBe(0);
    expect(pushed.at(-1)).toMatchObject({ state: 'done' });
  });

  it('knows what went over another connection to the same bucket, one that is removed too', async () => {
    await upload('a.jpg');
    const { journal } = core.session;
    const second = await connect('The same');
    const rules = destinationRulesSchema.parse({ name: 'Second', prefix: 'event' });
    const other = journal.addDestination(second, rules).id;
    await core.handlers['destinations.remove']({ id: destinationId });
    await core.handlers['connections.remove']({ id: connectionId });
    connectionId = second;
    expect((await scan({ destinationId: other })).counts).toMatchObject({
      objects: 1,
      unknown: { count: 0 },
      missing: { count: 0 },
    });
  });

  it('deletes what is unknown by way of a deletion, which asks and can be read in the log', async () => {
    await upload('a.jpg');
    await put('event/files/foreign.jpg');
    const { id } = await scan();
    await put('event/files/came-later.jpg');
    const survey = await core.handlers['orphans.surveyUnknown']({ scanId: id });
    await vi.waitFor(
      async () =>
        expect(await core.handlers['deletions.surveyed']({ surveyId: survey.id })).toMatchObject({
          state: 'ready',
          objects: 1,
        }),
      { timeout: 15_000 },
    );
    await core.handlers['deletions.start']({ surveyId: survey.id, confirm: null });
    await vi.waitFor(
      async () => expect(await bucket.keys('event/')).toEqual(['event/files/a.jpg', 'event/files/came-later.jpg']),
      { timeout: 15_000 },
    );
    await vi.waitFor(async () => expect((await core.handlers['tasks.list']({}))[0]).toMatchObject({ state: 'done' }), {
      timeout: 15_000,
    });
    const again = await scan();
    expect(again.counts.unknown.count).toBe(1);
    await remove('event/files/came-later.jpg');
    const none = await scan();
    expect(await failureOf(Promise.resolve(core.handlers['orphans.surveyUnknown']({ scanId: none.id })))).toMatchObject(
      { kind: 'invalid-input' },
    );
  });

  it('forgets what is gone: the history no longer says that it is there', async () => {
    await upload('a.jpg', 'b.jpg');
    await remove('event/files/a.jpg');
    const { id } = await scan();
    expect(await core.handlers['orphans.forgetMissing']({ scanId: id })).toEqual({ count: 1, taskId: null });
    expect((await scan()).counts.missing.count).toBe(0);
  });

  it('lists uploads that others left with their size, and removes the old ones, never one of its own', async () => {
    const mib = 2 ** 20;
    const foreign = await left('event/foreign.mp4', 5 * mib, 100);
    await left('event/empty.mp4');
    await left('elsewhere/x.mp4', 5 * mib);
    const { journal } = core.session;
    const ownUpload = await left('event/own.mp4', 5 * mib);
    const batch = journal.addBatch({ connectionId, prefix: '', roots: ['/card'], createdAt: 1 });
    const transferId = journal.addTransfer({
      ...{
        batchId: batch.id,
        connectionId,
        source: '/card/own.mp4',
        key: 'event/own.mp4',
        size: 9,
        mtime: 1,
        inode: '1',
      },
      ...{ reason: null, checkFirst: false, state: 'planned' },
    });
    const planned = journal.transfer(transferId);
    if (planned === null) throw new Error('no transfer');
    journal.update(planned, { uploadId: ownUpload });
    // One that is being created just now: its id is not known yet.
    const creating = await left('event/creating.mp4');
    journal.addStaleUpload({
      connectionId,
      key: 'event/creating.mp4',
      uploadId: null,
      since: 0,
      until: Date.now() + hour,
    });

    const { id, counts } = await scan();
    expect(counts.uploads).toEqual({ count: 4, bytes: 5 * mib + 100, own: 2 });
    const found = (await rows(id, 'uploads')) as LeftUpload[];
    expect(found.find(({ uploadId }) => uploadId === foreign)).toMatchObject({
      key: 'event/foreign.mp4',
      parts: 2,
      bytes: 5 * mib + 100,
      own: false,
    });
    expect(
      found
        .filter(({ own }) => own)
        .map(({ uploadId }) => uploadId)
        .toSorted(),
    ).toEqual([ownUpload, creating].toSorted());

    const abort = async (olderThan: number) => {
      const { taskId } = await core.handlers['orphans.abortUploads']({ scanId: id, olderThan });
      await vi.waitFor(
        async () =>
          expect((await core.handlers['tasks.list']({})).find((task) => task.id === taskId)?.state).toBe('done'),
        { timeout: 15_000 },
      );
    };
    await abort(hour);
    expect(await bucket.uploadsLeft()).toHaveLength(5);
    await abort(0);
    expect((await bucket.uploadsLeft()).toSorted()).toEqual(['elsewhere/x.mp4', 'event/creating.mp4', 'event/own.mp4']);
  });

  it('does it with the rows that were picked alone, and says before how many that are', async () => {
    await upload('a.jpg', 'b.jpg');
    await remove('event/files/a.jpg');
    await remove('event/files/b.jpg');
    for (const key of ['event/1.jpg', 'event/2.jpg', 'event/3.jpg']) await put(key);
    for (const key of ['event/x.mp4', 'event/y.mp4', 'event/z.mp4']) await left(key, 100);
    const { id: scanId } = await scan();
    const abortable = (olderThan: number, which: { only?: number[]; except?: number[] } = {}) =>
      core.handlers['orphans.abortable']({ scanId, olderThan, ...which });
    expect(await abortable(0)).toEqual({ count: 3, bytes: 300 });
    expect(await abortable(0, { only: [0, 2] })).toEqual({ count: 2, bytes: 200 });
    expect(await abortable(0, { except: [1] })).toEqual({ count: 2, bytes: 200 });
    expect(await abortable(hour, { only: [0, 2] })).toEqual({ count: 0, bytes: 0 });
    await core.handlers['orphans.abortUploads']({ scanId, olderThan: 0, except: [1] });
    await vi.waitFor(async () => expect(await bucket.uploadsLeft()).toEqual(['event/y.mp4']), { timeout: 15_000 });
    const survey = await core.handlers['orphans.surveyUnknown']({ scanId, except: [0, 2] });
    await vi.waitFor(
      async () =>
        expect(await core.handlers['deletions.surveyed']({ surveyId: survey.id })).toMatchObject({
          ...{ state: 'ready', objects: 1 },
        }),
      { timeout: 15_000 },
    );
    expect(await core.handlers['orphans.forgetMissing']({ scanId, only: [1] })).toEqual({ count: 1, taskId: null });
    expect((await rows((await scan()).id, 'missing')).map(({ key }) => key)).toEqual(['event/files/a.jpg']);
  });

  it('takes what was completed meanwhile for what it is', async () => {
    const UploadId = await left('event/late.mp4', 100);
    const { id } = await scan();
    const { ETag } = await bucket.s3.send(
      new UploadPartCommand({
        Bucket: bucket.name,
        Key: 'event/late.mp4',
        UploadId,
        PartNumber: 1,
        Body: Buffer.alloc(100),
      }),
    );
    await bucket.s3.send(
      new CompleteMultipartUploadCommand({
        Bucket: bucket.name,
        Key: 'event/late.mp4',
        UploadId,
        MultipartUpload: { Parts: [{ PartNumber: 1, ETag }] },
      }),
    );
    await core.handlers['orphans.abortUploads']({ scanId: id, olderThan: 0 });
    await vi.waitFor(
      async () => expect((await core.handlers['tasks.list']({}))[0]).toMatchObject({ state: 'done', failures: [] }),
      { timeout: 15_000 },
    );
    expect(await bucket.keys('event/')).toEqual(['event/late.mp4']);
  });

  it('is ended, gives way to the next, and refuses what is gone', async () => {
    const first = await core.handlers['orphans.scan']({ connectionId, destinationId, olderThan: 0 });
    const second = await scan();
    const gone = { kind: 'invalid-input' };
    const page = Promise.resolve(
      core.handlers['orphans.page']({ scanId: first.id, list: 'unknown', offset: 0, limit: 10 }),
    );
    expect(await failureOf(page)).toMatchObject(gone);
    await core.handlers['orphans.cancel']({ scanId: second.id });
    expect((await core.handlers['orphans.list']({}))[0]?.state).toBe('done'); // it had ended
    const nowhere = Promise.resolve(core.handlers['orphans.scan']({ connectionId, destinationId: 999, olderThan: 0 }));
    expect(await failureOf(nowhere)).toMatchObject(gone);
  });
});

/** As a store gives them: sorted, a thousand at a time. `answers` its own order where it is to be a bad one. */
async function startLister(
  keys: readonly string[],
  sorted = true,
): Promise<{ endpoint: string; close(): Promise<void> }> {
  const all = sorted
    ? keys
        .map((key) => Buffer.from(key))
        .sort(Buffer.compare)
        .map(String)
    : [...keys];
  const escape = (key: string) => encodeURIComponent(key);
  const server = http.createServer((request, response) => {
    const query = new URLSearchParams((request.url ?? '').replace(/^[^?]*\?/, ''));
    if (request.method === 'HEAD') {
      response.writeHead(404).end();
      return;
    }
    const isList = query.get('list-type') === '2';
    const from = Number(query.get('continuation-token') ?? 0);
    const page = all.slice(from, from + 1000);
    const more = from + 1000 < all.length;
    const contents = page
      .map(
        (key) =>
          `<Contents><Key>${escape(key)}</Key><LastModified>2020-01-01T00:00:00.000Z</LastModified><ETag>"x"</ETag><Size>7</Size></Contents>`,
      )
      .join('');
    response.writeHead(200, { 'content-type': 'application/xml' });
    response.end(
      isList
        ? `<ListBucketResult><EncodingType>url</EncodingType><IsTruncated>${more}</IsTruncated>${more ? `<NextContinuationToken>${from + 1000}</NextContinuationToken>` : ''}${contents}</ListBucketResult>`
        : '<ListMultipartUploadsResult><IsTruncated>false</IsTruncated></ListMultipartUploadsResult>',
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

describe('very many', { timeout: 120_000 }, () => {
  const agents = createAgents({});
  const bucketAt = (endpoint: string, id: number) =>
    openBucket({
      storage: openStorage({
        connection: {
          id,
          name: 'field',
          capabilities: null,
          config: { endpoint, region: 'us-east-1', bucket: 'event', pathStyle: true, credentials: { from: 'stored' } },
        },
        credentials: {
          get: () => Promise.resolve({ accessKeyId: 'a', secretAccessKey: 'b' }),
          refresh: () => undefined,
        },
        agents,
      }),
      rights: createRightsBook(),
      prefixes: null,
    });

  it('objects and receipts are compared as a map would, in little memory, while the loop stays free', async () => {
    const folder = await newFolder();
    const random = seededRandom('many-orphans');
    const count = 50_000;
    const journal = openManyReceipts(folder, count, random);
    const known = new Set(journal.transfers({ limit: count }).map(({ key }) => key));
    const objects = [...known].filter(() => random.below(50) > 0);
    const foreign = Array.from({ length: 2000 }, (_, at) => `events/cup ${at % 90}/foreign-${at}.JPG`);
    const server = await startLister([...objects, ...foreign]);
    const { id, config } = journal.connections()[0] ?? { id: 0, config: null };
    if (config === null || 'kind' in config) throw new Error('no connection');
    journal.updateConnection(id, { ...config, endpoint: server.endpoint });
    const found = { unknown: [] as string[], missing: [] as string[] };
    let turns = 0;
    const turn = () => {
      turns += 1;
      turning = setImmediate(turn);
    };
    let turning = setImmediate(turn);
    const sink = {
      unknown: ({ key }: UnknownObject) => Promise.resolve(void found.unknown.push(key)),
      missing: ({ key }: MissingObject) => Promise.resolve(void found.missing.push(key)),
      upload: () => Promise.resolve(),
      counted: () => undefined,
    };
    const counts = await scanOrphans(
      { bucket: bucketAt(server.endpoint, id), journal, prefixes: [''], olderThan: hour, records: null },
      sink,
      AbortSignal.timeout(100_000),
    );
    clearImmediate(turning);
    expect(counts.objects).toBe(objects.length + foreign.length);
    expect(found.unknown.toSorted()).toEqual(foreign.toSorted());
    const there = new Set(objects);
    expect(found.missing.toSorted()).toEqual([...known].filter((key) => !there.has(key)).toSorted());
    expect(turns).toBeGreaterThan(count / 1000); // between any two pages the loop does other work
    journal.close();
    await server.close();
    await rm(folder, { recursive: true });
  });

  it('what a backend has named for this computer is known, wherever it is', async () => {
    const folder = await newFolder();
    const journal = openManyReceipts(folder, 10, seededRandom('backend-keys'));
    const settings = parseBrokerSettings({ kind: 'idance', baseUrl: 'https://dance.example.org' });
    const { id: connectionId } = journal.addConnection('dance', { kind: 'broker', settings });
    const { id: batchId } = journal.addBatch({ connectionId, prefix: '', roots: ['/card'], createdAt: 1 });
    for (const key of ['sessions/\u{1f3c6}.mp4', 'sessions/a.mp4']) {
      const file = { source: '/card/a.mp4', key: 'card/a.mp4', size: 7, mtime: 1, inode: '1' };
      const transferId = journal.addTransfer({
        batchId,
        connectionId,
        ...file,
        reason: null,
        checkFirst: false,
        state: 'planned',
      });
      journal.addReceipt({
        ...{ transferId, connectionId, key, size: 7, crc32: null, etag: 'x', versionId: null, integrity: 'none' },
        ...{ finishedAt: 1, destinationId: null, source: '/card/a.mp4', sourceSize: 7, type: null, changes: null },
        ...{ partSize: null, begunAt: null, url: null },
      });
    }
    const server = await startLister([
      'sessions/\u{1f3c6}.mp4',
      'sessions/a.mp4',
      'sessions/b.mp4',
      'sessions/\u{fffd}.mp4',
    ]);
    const unknown: string[] = [];
    const sink = {
      unknown: ({ key }: UnknownObject) => Promise.resolve(void unknown.push(key)),
      missing: ({ key }: MissingObject) => Promise.reject(new Error(`${key} is said to be gone`)),
      upload: () => Promise.resolve(),
      counted: () => undefined,
    };
    const order = {
      bucket: bucketAt(server.endpoint, 1),
      journal,
      prefixes: ['sessions/'],
      olderThan: hour,
      records: null,
    };
    await scanOrphans(order, sink, AbortSignal.timeout(20_000));
    expect(unknown).toEqual(['sessions/b.mp4', 'sessions/\u{fffd}.mp4']);
    journal.close();
    await server.close();
    await rm(folder, { recursive: true });
  });

  it('a store that lists in no order is not believed', async () => {
    const folder = await newFolder();
    const journal = openManyReceipts(folder, 200, seededRandom('no-order'));
    const server = await startLister(['b', 'a'], false);
    const sink = {
      unknown: () => Promise.resolve(),
      missing: () => Promise.resolve(),
      upload: () => Promise.resolve(),
      counted: () => undefined,
    };
    const work = scanOrphans(
      { bucket: bucketAt(server.endpoint, 1), journal, prefixes: [''], olderThan: 0, records: null },
      sink,
      AbortSignal.timeout(20_000),
    );
    expect(await failureOf(work)).toMatchObject({ kind: 'unsupported' });
    journal.close();
    await server.close();
    await rm(folder, { recursive: true });
  });
});
