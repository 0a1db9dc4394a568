/** Uploads over the four kinds of backends: the engine, the reference backend and a real storage, and all that goes wrong between them. */
import { createHash } from 'node:crypto';
import { mkdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DeleteObjectCommand } from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { destinationRulesSchema } from '../../shared/destination.ts';
import type { BrokerKind } from '../../shared/broker-settings.ts';
import { person, startBrokerBench, textsOf, type BrokerBench } from '../servers/broker-bench.ts';
import { startBroker, type Broker, type BrokerOptions } from '../servers/broker/broker.ts';
import { createTestBucket, type TestBucket } from '../servers/bucket.ts';
import { startFaultProxy, type FaultProxy } from '../servers/fault-proxy.ts';
import { box, fileType, movieBox } from '../servers/media.ts';
import { seededRandom } from '../servers/random.ts';
import { newFolder } from '../servers/tree.ts';

const ceph = inject('ceph');
const random = seededRandom('brokers');
const MiB = 2 ** 20;
const sha = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
const jpeg = (size: number) => Buffer.concat([Buffer.from('ffd8ffe000104a4649460001', 'hex'), random.bytes(size)]);
const movie = (size: number, seconds = 90) =>
  Buffer.concat([fileType('isom'), movieBox({ duration: seconds * 1000 }), box('mdat', random.bytes(size))]);

describe.skipIf(ceph === null)('an upload over a backend', { timeout: 60_000 }, () => {
  let bucket: TestBucket;
  let proxy: FaultProxy;
  let backend: Broker;
  let folder: string;
  let bench: BrokerBench;

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

  /** The storage is reached through the proxy, the backend directly. */
  async function open(kind: BrokerKind, options: Partial<BrokerOptions> = {}, settings: object = {}): Promise<void> {
    if (ceph === null) return;
    const { region, accessKeyId, secretAccessKey } = ceph;
    const storage = { endpoint: proxy.endpoint, region, bucket: bucket.name, accessKeyId, secretAccessKey };
    const users = [{ ...person, id: 'user123' }];
    backend = await startBroker({ users, ...options, storage });
    bench = await startBrokerBench({ folder: path.join(folder, 'data'), kind, baseUrl: backend.url, settings });
    await bench.signIn();
  }

  async function write(name: string, bytes: Buffer): Promise<string> {
    const file = path.join(folder, 'event', ...name.split('/'));
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, bytes);
    return file;
  }

  const root = () => path.join(folder, 'event');
  const hashes = async () => [...(await bucket.hashes()).values()].toSorted();
  const puts = () => proxy.seen.filter(({ method, path: at }) => method === 'PUT' && at.includes('/'));
  const calls = (at: string) => backend.requests({ path: at }).length;
  const receipts = () => bench.transfers().map(({ id }) => bench.journal.receipt(id));

  /** The token is where it is kept, and nowhere else. */
  async function expectNoToken(): Promise<void> {
    const kept: unknown = JSON.parse(await readFile(path.join(folder, 'data', 'secrets.json'), 'utf8'));
    const token = /"(eyJ[^"]+)"/.exec(JSON.stringify(kept))?.[1];
    if (token === undefined) throw new Error('there is no token');
    const texts = await textsOf(path.join(folder, 'data'));
    expect(texts.length).toBeGreaterThan(1000);
    expect(texts).not.toContain(token);
    expect(texts).not.toContain(token.split('.')[1]);
    expect(texts).not.toContain(person.password);
  }

  describe('F: presigned PUT, and a word when it is there', () => {
    it('arrives, is proved and told, and the journal says where', async () => {
      await open('fitness');
      const files = [jpeg(2000), jpeg(0), movie(3 * MiB), random.bytes(18 * MiB)];
      await write('a.jpg', files[0] ?? jpeg(1));
      await write('b/empty.jpg', files[1] ?? jpeg(1));
      await write('c.mp4', files[2] ?? jpeg(1));
      await write('large.pdf', files[3] ?? jpeg(1));
      expect(await bench.upload([root()])).toMatchObject({ done: { files: 4 }, failed: { files: 0 } });
      expect(await hashes()).toEqual(files.map(sha).toSorted());
      expect(backend.records().finishedFiles).toHaveLength(4);
      const keys = await bucket.keys();
      for (const receipt of receipts()) {
        expect(receipt).toMatchObject({ integrity: 'etag-md5' });
        const { url } = receipt ?? {};
        expect(keys.some((key) => url?.endsWith(key))).toBe(true);
        expect((await fetch(url ?? '')).status).toBe(200);
      }
      const bytes = files.reduce((sum, { length }) => sum + length, 0);
      expect(bench.journal.brokerCounts(bench.connection.id)).toMatchObject({ successes: 4, failures: 0, bytes });
      await expectNoToken();
    });

    it('asks for another place where the address has expired, and sends that file again, and only that', async () => {
      await open('fitness');
      backend.faults.add({ kind: 'expired-url', path: '/api/storage/presigned-url', times: 1 });
      for (const name of ['a.jpg', 'b.jpg', 'c.jpg']) await write(name, jpeg(1000));
      expect(await bench.upload([root()])).toMatchObject({ done: { files: 3 }, failed: { files: 0 } });
      expect(calls('/api/storage/presigned-url')).toBe(4);
      expect(puts().filter(({ status }) => status === 200)).toHaveLength(3);
      expect(await bucket.keys()).toHaveLength(3);
    });

    it('goes on where the network was interrupted, and where the backend was', async () => {
      await open('fitness');
      proxy.faults = ({ number, method }) =>
        method === 'PUT' && number % 2 === 0 ? { kind: 'cut', after: 500 } : null;
      backend.faults.add({ kind: 'status', status: 500, path: '/api/storage/*', after: 1, times: 2 });
      backend.faults.add({ kind: 'drop', when: 'after', path: '/api/storage/upload-complete', times: 1 });
      const files = Array.from({ length: 6 }, () => jpeg(20_000));
      for (const [at, bytes] of files.entries()) await write(`${at}.jpg`, bytes);
      expect(await bench.upload([root()])).toMatchObject({ done: { files: 6 }, failed: { files: 0 } });
      expect(await hashes()).toEqual(files.map(sha).toSorted());
      expect(backend.records().finishedFiles).toHaveLength(6);
    });

    it('waits while the network is away, and goes on by itself', async () => {
      await open('fitness');
      const files = Array.from({ length: 8 }, () => jpeg(300_000));
      for (const [at, bytes] of files.entries()) await write(`${at}.jpg`, bytes);
      const engine = await bench.start([root()], { engine: { limitRate: 600_000 } });
      await expect.poll(() => bench.totals().done.files, { interval: 5 }).toBeGreaterThan(0);
      await proxy.goAway();
      engine.bandwidth.limit = null;
      await expect.poll(() => bench.transfers().some(({ reason }) => reason?.kind === 'offline')).toBe(true);
      await sleep(300);
      await proxy.comeBack();
      expect(await bench.rest()).toMatchObject({ done: { files: 8 }, failed: { files: 0 } });
      expect(await hashes()).toEqual(files.map(sha).toSorted());
    });

    it('notices what was changed on its way', async () => {
      await open('fitness');
      let flipped = 0;
      proxy.faults = ({ method }) => (method === 'PUT' && flipped++ === 0 ? { kind: 'flip', at: 700 } : null);
      const bytes = jpeg(5000);
      await write('a.jpg', bytes);
      expect(await bench.upload([root()])).toMatchObject({ done: { files: 1 } });
      expect(await hashes()).toEqual([sha(bytes)]);
    });

    it('is held when the sign-in is over, asked once, and goes on when somebody has signed in', async () => {
      await open('fitness', {}, { signIn: { how: 'password', refreshPath: null } });
      for (let at = 0; at < 10; at++) await write(`${at}.jpg`, jpeg(1000 + at));
      backend.faults.add({ kind: 'unauthorized', after: 7 });
      const held: string[] = [];
      await bench.start([root()], { engine: { onHeld: ({ kind }) => held.push(kind) } });
      await expect.poll(() => held).toEqual(['sign-in-needed']);
      await expect.poll(() => bench.totals().waiting.files + bench.totals().queued.files).toBeGreaterThan(0);
      await sleep(200);
      expect(bench.totals().failed.files).toBe(0);
      await bench.signIn();
      expect(await bench.rest()).toMatchObject({ done: { files: 10 }, failed: { files: 0 } });
      expect(await bucket.keys()).toHaveLength(10);
      expect(held).toEqual(['sign-in-needed']);
      await expectNoToken();
    });

    it('refuses what is larger than one PUT carries before anything is asked, with words', async () => {
      await open('fitness');
      await truncate(await write('huge.mov', Buffer.alloc(0)), 5 * 1024 ** 3 + 1);
      expect(await bench.upload([root()])).toMatchObject({ failed: { files: 1 } });
      expect(bench.transfers()[0]?.reason).toMatchObject({
        kind: 'too-large',
        message: expect.stringContaining('5.37 GB') as string,
      });
      expect(calls('/api/storage/*')).toBe(0);
    });

    it('sends nothing twice: what the backend has already is skipped', async () => {
      await open('fitness');
      await write('a.jpg', jpeg(1000));
      await bench.upload([root()]);
      expect(await bench.upload([root()])).toMatchObject({ done: { files: 1 }, skipped: { files: 1 } });
      expect(puts()).toHaveLength(1);
    });

    it('takes what a destination prepares and accepts, and its type of file', async () => {
      await open('fitness');
      await write('a.jpg', jpeg(1000));
      await write('notes.txt', Buffer.from('no picture'));
      const rules = destinationRulesSchema.parse({
        ...{ name: 'Food', accepts: ['image/*'], fields: { file_type: 'food_image' } },
      });
      const { id } = bench.journal.addDestination(bench.connection.id, rules);
      const targets = [{ destinationId: id, connectionId: bench.connection.id, rules, sorting: [] }];
      expect(await bench.upload([root()], { targets })).toMatchObject({ done: { files: 1 }, skipped: { files: 1 } });
      expect(await bucket.keys('media/food_images/')).toHaveLength(1);
      // The same again has another free name there, and is known by its content.
      expect(await bench.upload([root()], { targets })).toMatchObject({ done: { files: 1 }, skipped: { files: 3 } });
      expect(puts()).toHaveLength(1);
    });
  });

  describe('U: a form, and a record with a status', () => {
    it('arrives by a form, and its record is complete', async () => {
      await open('upload-module');
      const files = [jpeg(2000), jpeg(0), movie(20 * MiB)];
      for (const [at, bytes] of files.entries()) await write(`${at}.${at === 2 ? 'mp4' : 'jpg'}`, bytes);
      expect(await bench.upload([root()], { prefix: 'cup/' })).toMatchObject({ done: { files: 3 } });
      expect(await hashes()).toEqual(files.map(sha).toSorted());
      const { uploads } = backend.records();
      expect(uploads.map(({ status }) => status)).toEqual(['complete', 'complete', 'complete']);
      expect(uploads.map(({ name }) => name).toSorted()).toEqual(['0.jpg', '1.jpg', '2.mp4']);
      expect(
        receipts()
          .map((one) => one?.key)
          .toSorted(),
      ).toEqual(uploads.map(({ key }) => key).toSorted());
      expect(await bucket.keys('cup/')).toHaveLength(3);
      await expectNoToken();
    });

    it('tells that it failed: of what is given up, and of places that were left', async () => {
      await open('upload-module');
      backend.faults.add({ kind: 'expired-url', path: '/api/uploads/start', times: 1 });
      await write('a.jpg', jpeg(2000));
      expect(await bench.upload([root()])).toMatchObject({ done: { files: 1 } });
      await bench.settle();
      expect(
        backend
          .records()
          .uploads.map(({ status }) => status)
          .toSorted(),
      ).toEqual(['complete', 'failed']);

      await rm(root(), { recursive: true });
      await write('b.jpg', jpeg(100));
      proxy.faults = ({ method }) => (method === 'POST' ? { kind: 'refuse', status: 403, code: 'AccessDenied' } : null);
      expect(await bench.upload([root()])).toMatchObject({ failed: { files: 1 } });
      await bench.settle();
      const last = backend.records().uploads.find(({ name }) => name === 'b.jpg');
      expect(last).toMatchObject({ status: 'failed' });
      expect(bench.journal.leftPlaces(bench.connection.id)).toEqual([]);
    });

    it('tells it of what a person cancels in the middle', async () => {
      await open('upload-module');
      await write('a.mp4', movie(4 * MiB));
      const engine = await bench.start([root()], { engine: { limitRate: 500_000 } });
      await expect.poll(() => engine.snapshot().sentBytes).toBeGreaterThan(100_000);
      await engine.cancel();
      await bench.settle();
      expect(backend.records().uploads).toMatchObject([{ status: 'failed' }]);
      expect(await bucket.keys()).toEqual([]);
    });

    it('goes on after a restart with the place that it has', async () => {
      await open('upload-module');
      const bytes = movie(3 * MiB);
      await write('a.mp4', bytes);
      const engine = await bench.start([root()], { engine: { limitRate: 500_000 } });
      await expect.poll(() => engine.snapshot().sentBytes, { timeout: 5000 }).toBeGreaterThan(100_000);
      const again = await bench.engine();
      await again.start(bench.journal.batches());
      expect(await bench.rest()).toMatchObject({ done: { files: 1 } });
      expect(calls('/api/uploads/start')).toBe(1);
      expect(backend.records().uploads).toMatchObject([{ status: 'complete' }]);
      expect(await hashes()).toEqual([sha(bytes)]);
    });

    it('stops where an answer is not as it should be, says what was expected, and goes on when it is again', async () => {
      await open('upload-module');
      const mend = {
        kind: 'wrong-shape',
        shape: 'missing-field',
        field: 'form_url',
        path: '/api/uploads/start',
      } as const;
      backend.faults.add(mend);
      for (let at = 0; at < 5; at++) await write(`${at}.jpg`, jpeg(1000 + at));
      const engine = await bench.start([root()]);
      expect(await bench.rest()).toMatchObject({ failed: { files: 5 } });
      for (const { reason } of bench.transfers()) expect(reason?.message).toContain('form_url should be an address');
      backend.faults.clear();
      await engine.retry();
      expect(await bench.rest()).toMatchObject({ done: { files: 5 }, failed: { files: 0 } });
      expect(await bucket.keys()).toHaveLength(5);
    });

    it('is refused by the limit of the backend before anything is asked', async () => {
      await open('upload-module', {}, { largestFile: 1000 });
      await write('a.jpg', jpeg(2000));
      expect(await bench.upload([root()])).toMatchObject({ failed: { files: 1 } });
      expect(backend.requests({ path: '/api/uploads/*' })).toEqual([]);
    });
  });

  describe('P: the backend takes the file itself', () => {
    const details = { event: 'cup-2026', title: 'Final', description: 'Who won', tags: ['gold', 'u18'] };

    it('arrives with what was said of it', async () => {
      await open('plugs');
      const files = [jpeg(2000), jpeg(3 * MiB), movie(9 * MiB)];
      for (const [at, bytes] of files.entries()) await write(`${at}.${at === 2 ? 'mp4' : 'jpg'}`, bytes);
      expect(await bench.upload([root()], { details })).toMatchObject({ done: { files: 3 }, failed: { files: 0 } });
      expect(await hashes()).toEqual(files.map(sha).toSorted());
      const { media } = backend.records();
      expect(media).toHaveLength(3);
      const { title, description, tags } = details;
      for (const one of media) expect(one).toMatchObject({ event_id: 'cup-2026', title, description, tags });
      expect(
        receipts()
          .map((one) => one?.key)
          .toSorted(),
      ).toEqual(media.map((one) => one.s3_key).toSorted());
      await expectNoToken();
    });

    it('is not sent again where only the answer was lost, whichever of two equal files it was', async () => {
      await open('plugs');
      backend.faults.add({ kind: 'drop', when: 'after', method: 'POST', path: '/api/v1/events/*', times: 3 });
      const same = jpeg(4000);
      await write('a.jpg', same);
      await write('b.jpg', same);
      await write('c.jpg', jpeg(5000));
      expect(await bench.upload([root()], { details })).toMatchObject({ done: { files: 3 }, failed: { files: 0 } });
      expect(backend.records().media).toHaveLength(3);
      expect(await bucket.keys()).toHaveLength(3);
      expect(new Set(receipts().map((one) => one?.key)).size).toBe(3);
    });

    it('leaves no object where the record cannot be written, and says so', async () => {
      await open('plugs');
      backend.faults.add({ kind: 'record-fails', method: 'POST', path: '/api/v1/events/*', times: 2 });
      await write('a.jpg', jpeg(4000));
      expect(await bench.upload([root()], { details })).toMatchObject({ done: { files: 1 } });
      expect(await bucket.keys()).toHaveLength(1);
      expect(backend.records().media).toHaveLength(1);
    });

    it('is refused where it is too large: by what we know before, by the backend else', async () => {
      await open('plugs', { limits: { mediaBytes: 50_000 } });
      await write('known.mp4', movie(11 * MiB));
      await write('told.jpg', jpeg(200_000));
      expect(await bench.upload([root()], { details })).toMatchObject({ failed: { files: 2 } });
      expect(bench.transfers().map(({ reason }) => reason?.kind)).toEqual(['too-large', 'too-large']);
      expect(backend.requests({ method: 'POST', path: '/api/v1/events/*' })).toHaveLength(1);
      expect(await bucket.keys()).toEqual([]);
    });

    it('fails with what is missing where nobody said which event', async () => {
      await open('plugs');
      await write('a.jpg', jpeg(100));
      expect(await bench.upload([root()])).toMatchObject({ failed: { files: 1 } });
      expect(bench.transfers()[0]?.reason).toMatchObject({ kind: 'invalid-input' });
      expect(bench.transfers()[0]?.reason?.message).toContain('event_id');
    });

    it('goes on with a token that was renewed in the middle', async () => {
      await open('plugs');
      backend.faults.add({ kind: 'unauthorized', after: 2, times: 1 });
      for (let at = 0; at < 6; at++) await write(`${at}.jpg`, jpeg(1000 + at));
      expect(await bench.upload([root()], { details })).toMatchObject({ done: { files: 6 }, failed: { files: 0 } });
      expect(backend.records().media).toHaveLength(6);
    });
  });

  describe('I: a session', () => {
    const told = () =>
      backend.records().sessions.map(({ status, completion }) => ({
        status,
        completion: JSON.parse(completion ?? 'null') as Record<string, unknown> | null,
      }));

    it('is started, gets its video and the picture beside it, and is completed, once', async () => {
      await open('idance');
      const [video, picture, other] = [movie(2 * MiB), jpeg(3000), movie(1000, 30)];
      await write('waltz.mp4', video);
      await write('waltz.jpg', picture);
      await write('tango.mp4', other);
      expect(await bench.upload([root()])).toMatchObject({ done: { files: 3 }, failed: { files: 0 } });
      expect(await hashes()).toEqual([video, picture, other].map(sha).toSorted());
      expect(told()).toHaveLength(2);
      expect(told().map(({ status }) => status)).toEqual(['completed', 'completed']);
      const waltz = told().find(({ completion }) => completion?.thumbnailFileKey !== undefined);
      expect(waltz?.completion).toMatchObject({ durationMinutes: 1.5, caloriesBurned: 0 });
      expect(calls('/api/sessions/start')).toBe(2);
      expect(calls('/api/sessions/complete')).toBe(2);
      await expectNoToken();
    });

    it('goes into the session that was named, which is completed by who began it', async () => {
      await open('idance');
      const { broker } = await bench.session.brokers.open(bench.connection);
      const started = await broker.sessions?.start(AbortSignal.timeout(5000));
      await write('waltz.mp4', movie(1000));
      const session = started?.sessionId ?? '';
      expect(await bench.upload([root()], { details: { session } })).toMatchObject({ done: { files: 1 } });
      expect(await bucket.keys(`sessions/user123/${session}/`)).toHaveLength(1);
      expect(told()).toEqual([{ status: 'in_progress', completion: null }]);
    });

    it('is complete without its picture where that cannot be sent', async () => {
      await open('idance');
      await write('waltz.mp4', movie(1000));
      await write('waltz.gif', Buffer.from('GIF89a'));
      expect(await bench.upload([root()])).toMatchObject({ done: { files: 1 }, failed: { files: 1 } });
      await bench.settle();
      expect(told()).toMatchObject([{ status: 'completed' }]);
    });

    it('refuses files of wrong types', async () => {
      await open('idance');
      await write('notes.txt', Buffer.from('no video'));
      await write('song.mkv', random.bytes(100));
      expect(await bench.upload([root()])).toMatchObject({ failed: { files: 2 } });
      expect(await bucket.keys()).toEqual([]);
    });

    it('carries more than 100 MB, over an address that had expired and a line that broke', async () => {
      await open('idance');
      let cut = 0;
      proxy.faults = ({ method, size }) =>
        method === 'PUT' && size > MiB && cut++ === 0 ? { kind: 'cut', after: 30 * MiB } : null;
      backend.faults.add({ kind: 'expired-url', path: '/api/s3/upload/video', times: 1 });
      const file = await write('long.mp4', movie(1000, 1800));
      await truncate(file, 105 * MiB);
      expect(await bench.upload([root()])).toMatchObject({ done: { files: 1 }, failed: { files: 0 } });
      expect(await hashes()).toEqual([sha(await readFile(file))]);
      expect(told()).toMatchObject([{ status: 'completed', completion: { durationMinutes: 30 } }]);
    });

    it('survives lost answers of every call', async () => {
      await open('idance');
      for (const at of ['start', 'complete'])
        backend.faults.add({ kind: 'drop', when: 'after', path: `/api/sessions/${at}`, times: 1 });
      backend.faults.add({ kind: 'drop', when: 'after', path: '/api/s3/upload/*', times: 1 });
      proxy.faults = ({ method, number }) => (method === 'PUT' && number === 0 ? { kind: 'lose-answer' } : null);
      await write('waltz.mp4', movie(1000));
      await write('waltz.jpg', jpeg(1000));
      expect(await bench.upload([root()])).toMatchObject({ done: { files: 2 }, failed: { files: 0 } });
      expect(told().filter(({ status }) => status === 'completed')).toHaveLength(1);
      expect(await bucket.keys()).toHaveLength(2);
    });

    it('is sent again where its video is no longer there, and only then', async () => {
      await open('idance');
      await write('waltz.mp4', movie(1000));
      await write('tango.mp4', movie(2000));
      expect(await bench.upload([root()])).toMatchObject({ done: { files: 2 } });
      const [gone = ''] = await bucket.keys();
      await bucket.s3.send(new DeleteObjectCommand({ Bucket: bucket.name, Key: gone }));
      expect(await bench.upload([root()])).toMatchObject({ done: { files: 3 }, skipped: { files: 1 } });
      expect(await bucket.keys()).toHaveLength(2);
    });

    it('begins another session where the backend has forgotten the first', async () => {
      await open('idance');
      backend.faults.add({ kind: 'unknown-session', path: '/api/s3/upload/video', times: 1 });
      await write('waltz.mp4', movie(1000));
      const engine = await bench.start([root()]);
      expect(await bench.rest()).toMatchObject({ failed: { files: 1 } });
      expect(bench.transfers()[0]?.reason?.kind).toBe('broker-missing');
      expect(await engine.retry()).toBe(1);
      expect(await bench.rest()).toMatchObject({ done: { files: 1 }, failed: { files: 0 } });
      expect(told().map(({ status }) => status)).toEqual(['in_progress', 'completed']);
    });

    it('removes what is cancelled, and nothing that is done', async () => {
      await open('idance');
      await write('waltz.mp4', movie(4 * MiB));
      const engine = await bench.start([root()], { engine: { limitRate: 500_000 } });
      await expect.poll(() => engine.snapshot().sentBytes).toBeGreaterThan(100_000);
      await engine.cancel();
      await bench.settle();
      expect(await bucket.keys()).toEqual([]);
      expect(bench.journal.leftPlaces(bench.connection.id)).toEqual([]);
    });
  });
});
