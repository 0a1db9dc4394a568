/** What was sent over backends, afterwards: compared again, shared, read, listed and deleted, on the reference backend and a real storage. */
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createBandwidth } from '../../electron/engine/upload/bandwidth.ts';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { DeleteObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { createHistory, type History } from '../../electron/app/history.ts';
import type { Broker } from '../../electron/broker/broker.ts';
import type { BrokerFile } from '../../electron/broker/kind.ts';
import type { FileRef } from '../../electron/broker/place.ts';
import { linkTo, listFiles, openFile, piecesOf, removeOverBroker } from '../../electron/broker/reading.ts';
import { verifyBatch } from '../../electron/engine/verify/verify-batch.ts';
import type { BrokerKind } from '../../shared/broker-settings.ts';
import type { BatchDetails } from '../../shared/destination.ts';
import type { BatchVerification } from '../../shared/history.ts';
import { person, startBrokerBench, type BrokerBench } from '../servers/broker-bench.ts';
import { startBroker, type Broker as Backend } from '../servers/broker/broker.ts';
import { createTestBucket, type TestBucket } from '../servers/bucket.ts';
import { failureOf } from '../servers/failure.ts';
import { startFaultProxy, type FaultProxy } from '../servers/fault-proxy.ts';
import { box, fileType, movieBox } from '../servers/media.ts';
import { seededRandom } from '../servers/random.ts';
import { newFolder } from '../servers/tree.ts';

const ceph = inject('ceph');
const random = seededRandom('broker-history');
const never = new AbortController().signal;
const jpeg = (size: number) => Buffer.concat([Buffer.from('ffd8ffe000104a4649460001', 'hex'), random.bytes(size)]);
const movie = (size: number) =>
  Buffer.concat([fileType('isom'), movieBox({ duration: 90_000 }), box('mdat', random.bytes(size))]);

describe.skipIf(ceph === null)('what was sent over a backend, afterwards', { timeout: 60_000 }, () => {
  let bucket: TestBucket;
  let proxy: FaultProxy;
  let backend: Backend;
  let folder: string;
  let bench: BrokerBench;
  let history: History;

  beforeEach(async () => {
    if (ceph === null) return;
    bucket = await createTestBucket(ceph);
    proxy = await startFaultProxy(ceph.endpoint);
    folder = await newFolder();
  });
  afterEach(async () => {
    await bench.close();
    await backend.stop();
    await proxy.stop();
    bucket.s3.destroy();
    await rm(folder, { recursive: true });
  });

  async function open(kind: BrokerKind, settings: object = {}): Promise<Broker> {
    if (ceph === null) throw new Error('skipped');
    const { region, accessKeyId, secretAccessKey } = ceph;
    const storage = { endpoint: proxy.endpoint, region, bucket: bucket.name, accessKeyId, secretAccessKey };
    backend = await startBroker({ users: [{ ...person, id: 'user123' }], storage });
    bench = await startBrokerBench({ folder: path.join(folder, 'data'), kind, baseUrl: backend.url, settings });
    await bench.signIn();
    const { session, journal, connection } = bench;
    history = createHistory({
      journal,
      openStorage: session.openStorage,
      openBroker: session.brokers.open,
      bandwidth: createBandwidth(null),
    });
    return (await session.brokers.open(connection)).broker;
  }

  /** Sends these; returns the ids of their transfers by name. */
  async function send(
    files: Record<string, Buffer>,
    details: Partial<BatchDetails> = {},
  ): Promise<Map<string, number>> {
    const event = path.join(folder, 'event');
    await rm(event, { recursive: true, force: true });
    await mkdir(event);
    for (const [name, bytes] of Object.entries(files)) await writeFile(path.join(event, name), bytes);
    const totals = await bench.upload([event], { details });
    expect(totals.failed.files).toBe(0);
    const done = bench.transfers().filter(({ state }) => state === 'done');
    return new Map(done.map(({ id, source }) => [path.basename(source), id]));
  }

  async function verify(): Promise<BatchVerification> {
    const { session, journal } = bench;
    const batchId = journal.batches().at(-1)?.id ?? 0;
    const deps = { journal, openStorage: session.openStorage, openBroker: session.brokers.open };
    return await verifyBatch(
      batchId,
      { ...deps, onProgress: () => undefined, backoff: { first: 5, longest: 20 } },
      never,
    );
  }

  const outcomes = ({ findings }: BatchVerification) => findings.map(({ outcome }) => outcome).toSorted();
  const keyOf = (id: number | undefined) => bench.journal.receipt(id ?? 0)?.key ?? '';
  const refOf = (id: number | undefined): FileRef => {
    const ref = bench.journal.place(id ?? 0)?.ref;
    if (ref === undefined) throw new Error('there is no place');
    return ref;
  };
  const put = (Key: string, Body: Buffer) => bucket.s3.send(new PutObjectCommand({ Bucket: bucket.name, Key, Body }));
  const drop = (Key: string) => bucket.s3.send(new DeleteObjectCommand({ Bucket: bucket.name, Key }));
  const bytesOf = async (broker: Broker, ref: FileRef, range: string | null = null) =>
    await buffer(piecesOf(await openFile(broker, ref, range, never), broker.host, never));

  describe.each(['upload-module', 'idance', 'plugs', 'fitness'] as const)('%s', (kind) => {
    it('is compared with what is there now, and what is missing or another is named', async () => {
      await open(kind);
      const files = { 'a.jpg': jpeg(5000), 'b.jpg': jpeg(5000), 'c.jpg': jpeg(5000), 'd.jpg': jpeg(5000) };
      const session = kind === 'idance' ? await namedSession() : '';
      const ids = await send(files, { event: 'cup', session });
      expect((await verify()).counts).toEqual({ same: 4, unproven: 0, different: 0, missing: 0, unknown: 0 });
      await drop(keyFor('a.jpg'));
      await put(keyFor('b.jpg'), random.bytes(5012));
      await put(keyFor('c.jpg'), random.bytes(4000));
      const found = await verify();
      // What is no longer public there may be gone, or only private: the storage does not say which.
      const hidden = kind === 'fitness';
      expect(found.counts.same).toBe(1);
      expect(outcomes(found)).toEqual(
        hidden ? ['unknown', 'unknown', 'unknown'] : ['different', 'different', 'missing'],
      );
      for (const { message } of found.findings) expect(message).toMatch(/\.$/);

      function keyFor(name: string): string {
        const key = keyOf(ids.get(name));
        return kind === 'fitness' ? ((refOf(ids.get(name)).publicUrl ?? '').split(`/${bucket.name}/`)[1] ?? '') : key;
      }
    });
  });

  async function namedSession(): Promise<string> {
    const { broker } = await bench.session.brokers.open(bench.connection);
    return (await broker.sessions?.start(never))?.sessionId ?? '';
  }

  it('reads the whole only where the ETag does not decide it', async () => {
    await open('upload-module');
    const ids = await send({ 'a.mp4': movie(3_000_000), 'empty.jpg': Buffer.alloc(0) });
    const gets = () => proxy.seen.filter(({ method, path: at }) => method === 'GET' && at.includes('/uploads/'));
    expect((await verify()).counts).toMatchObject({ same: 2 });
    expect(gets()).toHaveLength(2);
    // The same content, written anew in parts: its ETag is another one, its bytes are not.
    const receipt = bench.journal.receipt(ids.get('a.mp4') ?? 0);
    if (receipt === null) throw new Error('no receipt');
    bench.journal.addReceipt({ ...receipt, etag: 'ffffffffffffffffffffffffffffffff' });
    expect((await verify()).counts).toMatchObject({ same: 2 });
    expect(gets().length).toBeGreaterThan(4);
  });

  it('says what it could not prove, and never that it is the same', async () => {
    await open('upload-module', { paths: { link: null } });
    await send({ 'a.jpg': jpeg(5000) });
    const told = await verify();
    expect(told.counts).toEqual({ same: 0, unproven: 0, different: 0, missing: 0, unknown: 1 });
    expect(told.findings[0]?.message).toContain('"complete"');
    const first = backend.records().uploads[0];
    await removeOverBroker((await bench.session.brokers.open(bench.connection)).broker, refOf(1), never);
    expect(first).toBeDefined();
    expect(outcomes(await verify())).toEqual(['missing']);
  });

  it('says why it could not look, at once for all of them, and waits a busy backend out', async () => {
    await open('plugs', { signIn: { how: 'password', refreshPath: null } });
    await send({ 'a.jpg': jpeg(500), 'b.jpg': jpeg(600), 'c.jpg': jpeg(700) }, { event: 'cup' });
    backend.faults.add({ kind: 'status', status: 503, path: '/api/v1/*', times: 2 });
    expect((await verify()).counts).toMatchObject({ same: 3 });
    backend.faults.add({ kind: 'unauthorized', path: '/api/*' });
    const refused = await verify();
    expect(refused.counts).toMatchObject({ same: 0, unknown: 3 });
    for (const { message } of refused.findings) expect(message).toContain('asks to sign in again');
  });

  it('U: gives a link until it expires, lists by prefix, reads it, and deletes it with its record', async () => {
    const broker = await open('upload-module');
    const bytes = jpeg(4000);
    const ids = await send({ 'a.jpg': bytes, 'b.jpg': jpeg(100) });
    const id = ids.get('a.jpg') ?? 0;
    const { url, expiresAt } = await history.link(id);
    expect((expiresAt ?? 0) - Date.now()).toBeGreaterThan(3_500_000);
    expect(Buffer.from(await (await fetch(url)).arrayBuffer()).equals(bytes)).toBe(true);
    const short = await linkTo(broker, refOf(id), 1, never);
    await sleep(2100);
    expect((await fetch(short.url)).status).toBe(403);
    expect((await bytesOf(broker, refOf(id))).equals(bytes)).toBe(true);
    expect((await bytesOf(broker, refOf(id), 'bytes=10-19')).equals(bytes.subarray(10, 20))).toBe(true);

    const pages = await Array.fromAsync(listFiles(broker, { values: {}, type: null, prefix: '', most: 10 }, never));
    expect(pages.flatMap(({ files }) => files.map(({ key }) => key)).toSorted()).toEqual(
      [...ids.values()].map((one) => keyOf(one)).toSorted(),
    );
    const none = listFiles(broker, { values: {}, type: null, prefix: 'elsewhere/', most: 10 }, never);
    expect(await Array.fromAsync(none)).toEqual([{ files: [], more: false }]);

    expect(await history.item(id)).toMatchObject({
      can: { link: true, open: true, save: false, remove: true },
      removedAt: null,
    });
    await history.remove(id);
    expect(backend.records().uploads).toHaveLength(1);
    expect(await bucket.keys()).toEqual([keyOf(ids.get('b.jpg'))]);
    const gone = await history.item(id);
    expect(gone.can).toEqual({ link: false, open: false, save: false, remove: false });
    expect(gone.removedAt).toBeGreaterThan(Date.now() - 10_000);
    expect(await failureOf(history.link(id))).toMatchObject({ kind: 'invalid-input' });
    expect(await failureOf(history.readable(id))).toMatchObject({ kind: 'invalid-input' });
    expect((await verify()).counts).toMatchObject({ same: 1, missing: 0 }); // what was deleted is not missed
  });

  it('sends anew what was deleted, and nothing that was not', async () => {
    await open('plugs');
    const files = { 'a.jpg': jpeg(4000), 'b.jpg': jpeg(100) };
    const ids = await send(files, { event: 'cup' });
    await history.remove(ids.get('a.jpg') ?? 0);
    expect(backend.records().media).toHaveLength(1);
    expect(await bench.upload([path.join(folder, 'event')], { details: { event: 'cup' } })).toMatchObject({
      ...{ done: { files: 3 }, skipped: { files: 1 } },
    });
    expect(backend.records().media).toHaveLength(2);
  });

  it('P: lists by type in pages, reads whole and in ranges, and deletes with the record', async () => {
    const broker = await open('plugs');
    const pictures = Object.fromEntries(Array.from({ length: 7 }, (_, at) => [`${at}.jpg`, jpeg(1000 + at)]));
    const video = movie(2000);
    const ids = await send({ ...pictures, 'a.mp4': video }, { event: 'cup', title: 'Final', tags: ['gold'] });
    const listed = async (type: string | null, most = Infinity): Promise<BrokerFile[][]> => {
      const pages = listFiles(broker, { values: { event_id: 'cup' }, type, prefix: '', most, pageSize: 3 }, never);
      return (await Array.fromAsync(pages)).map(({ files }) => files);
    };
    expect((await listed(null)).map((page) => page.length)).toEqual([3, 3, 2]);
    expect((await listed('image/jpeg')).map((page) => page.length)).toEqual([3, 3, 1]);
    expect((await listed(null, 4)).map((page) => page.length)).toEqual([3, 1]);
    expect((await listed('video/mp4')).flat()).toMatchObject([{ type: 'video/mp4', title: 'Final', tags: ['gold'] }]);

    const ref = refOf(ids.get('a.mp4'));
    expect((await bytesOf(broker, ref)).equals(video)).toBe(true);
    const part = await openFile(broker, ref, 'bytes=100-199', never);
    expect(part).toMatchObject({ status: 206, size: 100, whole: video.length });
    expect((await buffer(part.body)).equals(video.subarray(100, 200))).toBe(true);
    expect(await removeOverBroker(broker, ref, never)).toBe('removed');
    expect(await removeOverBroker(broker, ref, never)).toBe('gone');
    expect((await listed('video/mp4')).flat()).toEqual([]);
    expect(await failureOf(openFile(broker, ref, null, never))).toMatchObject({ kind: 'broker-missing' });
    expect(await failureOf(linkTo(broker, ref, 60, never))).toMatchObject({ kind: 'unsupported' });
    const item = await history.item(ids.get('0.jpg') ?? 0);
    expect(item.can).toEqual({ link: false, open: false, save: true, remove: true });
    expect(await failureOf(history.readable(item.id))).toMatchObject({ kind: 'unsupported' });
  });

  it('P: saves a copy, whole or not at all, and says where it is not what was sent', async () => {
    await open('plugs');
    const bytes = movie(3_000_000);
    const ids = await send({ 'Final cut.mp4': bytes }, { event: 'cup' });
    const id = ids.get('Final cut.mp4') ?? 0;
    expect(history.nameOf(id)).toBe('Final cut.mp4');
    const out = path.join(folder, 'out');
    await mkdir(out);
    const file = path.join(out, history.nameOf(id));
    expect(await history.save(id, file)).toEqual({ same: true });
    expect((await readFile(file)).equals(bytes)).toBe(true);

    await put(keyOf(id), jpeg(700));
    expect(await history.save(id, file)).toEqual({ same: false });
    expect(await readFile(file)).toHaveLength(712);
    await put(keyOf(id), bytes);
    proxy.faults = ({ method }) => (method === 'GET' ? { kind: 'cut', after: 100_000 } : null);
    expect((await failureOf(history.save(id, file))).kind).toMatch(/^(connection-lost|broker-)/);
    proxy.faults = () => null;
    expect(await failureOf(history.save(id, path.join(folder, 'nowhere', 'a.mp4')))).toMatchObject({
      kind: 'target-unwritable',
    });
    backend.faults.add({ kind: 'slow', ms: 3000, path: '/api/v1/*' });
    const ended = failureOf(history.save(id, file));
    history.close();
    expect(await ended).toMatchObject({ kind: 'superseded' });
    expect(await readdir(out)).toEqual(['Final cut.mp4']);
    expect(await readFile(file)).toHaveLength(712);
  });

  it('F: has an address and nothing else, and says so', async () => {
    const broker = await open('fitness');
    const bytes = jpeg(3000);
    const ids = await send({ 'a.jpg': bytes });
    const id = ids.get('a.jpg') ?? 0;
    expect(await history.item(id)).toMatchObject({ can: { link: false, open: true, save: false, remove: false } });
    expect(await (await fetch(await history.readable(id))).arrayBuffer()).toHaveProperty('byteLength', bytes.length);
    expect((await bytesOf(broker, refOf(id))).equals(bytes)).toBe(true);
    for (const failing of [
      history.link(id),
      history.remove(id),
      Array.fromAsync(listFiles(broker, { values: {}, type: null, prefix: '', most: 1 }, never)),
    ])
      expect(await failureOf(failing)).toMatchObject({ kind: 'unsupported' });
  });

  it('ends with words where what is read breaks off, or sends elsewhere', async () => {
    const broker = await open('upload-module');
    const ids = await send({ 'a.mp4': movie(2_000_000) });
    const ref = refOf(ids.get('a.mp4'));
    proxy.faults = ({ method }) => (method === 'GET' ? { kind: 'cut', after: 100_000 } : null);
    const broken = await failureOf(bytesOf(broker, ref));
    expect(broken).toMatchObject({ kind: 'connection-lost' });
    expect(broken.message).not.toContain('Signature');
    proxy.faults = () => null;
    expect(await failureOf(broker.openAddress('ftp://x/y', null, never))).toMatchObject({ kind: 'rejected' });
    const stop = new AbortController();
    const reading = (async () => {
      for await (const piece of piecesOf(await openFile(broker, ref, null, stop.signal), broker.host, stop.signal))
        if (piece.length > 0) stop.abort(new Error('enough'));
    })();
    await expect(reading).rejects.toThrow('enough');
  });
});
