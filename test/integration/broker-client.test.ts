/** The four kinds of brokers against the reference backend and a real S3: from signing in to finished, and every way in which that fails. */
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import type { CallEnd } from '../../electron/broker/api.ts';
import { openBroker, type Broker } from '../../electron/broker/broker.ts';
import type { FileToPlace } from '../../electron/broker/kind.ts';
import { placeSchema, type Place } from '../../electron/broker/place.ts';
import type { Arrived, FileRequest } from '../../electron/broker/sending.ts';
import { parseBrokerSettings, type BrokerKind } from '../../shared/broker-settings.ts';
import { createSignIn, type SignIn } from '../../electron/broker/sign-in.ts';
import { tokenStore } from '../../electron/broker/tokens.ts';
import { createAgents } from '../../electron/storage/agents.ts';
import { fileSecretStore } from '../../electron/storage/secrets.ts';
import type { S3Answer } from '../../electron/storage/s3-errors.ts';
import { startBroker, type Broker as Backend, type BrokerOptions } from '../servers/broker/broker.ts';
import type { Fault } from '../servers/broker/faults.ts';
import { createTestBucket, type TestBucket } from '../servers/bucket.ts';
import { failureOf } from '../servers/failure.ts';
import { hardNames } from '../servers/hard-names.ts';
import { seededRandom } from '../servers/random.ts';

const ceph = inject('ceph');
const random = seededRandom('broker client');
const signal = new AbortController().signal;
const agents = createAgents(process.env);
const password = 'anna-secret';
const users = [
  { username: 'anna', password, id: 'user123' },
  { username: 'ben', password: 'ben-secret', id: 'user12' },
];
const noDetails = { title: '', description: '', tags: [] };

interface Setting {
  broker: Broker;
  signIn: SignIn;
  /** what was said of every call */
  calls: CallEnd[];
}

describe.skipIf(ceph === null)('brokers', () => {
  let bucket: TestBucket;
  let backend: Backend;
  let folder: string;
  const started: Backend[] = [];
  /** all that a log could hold */
  const said: string[] = [];

  beforeEach(async () => {
    if (ceph === null) return;
    bucket = await createTestBucket(ceph);
    folder = await mkdtemp(path.join(os.tmpdir(), 'sideline-broker-'));
    backend = await start();
    said.length = 0;
  });
  afterEach(async () => {
    await Promise.all(started.splice(0).map((one) => one.stop()));
    bucket.s3.destroy();
    await rm(folder, { recursive: true });
  });

  async function start(options: Partial<BrokerOptions> = {}): Promise<Backend> {
    if (ceph === null) throw new Error('no Ceph');
    const { endpoint, region, accessKeyId, secretAccessKey } = ceph;
    const storage = { endpoint, region, bucket: bucket.name, accessKeyId, secretAccessKey };
    const one = await startBroker({ users, ...options, storage });
    started.push(one);
    return one;
  }

  const secrets = () => fileSecretStore(path.join(folder, 'secrets.json'));

  /** Signed in with a password, where nothing else is said. */
  async function open(
    kind: BrokerKind,
    { settings = {}, signedIn = true }: { settings?: object; signedIn?: boolean } = {},
  ): Promise<Setting> {
    const parsed = parseBrokerSettings({ kind, baseUrl: backend.url, signIn: { how: 'password' }, ...settings });
    const signIn = createSignIn(parsed, { store: tokenStore(secrets(), 'connection:1'), agents, patience: 5000 });
    const calls: CallEnd[] = [];
    const broker = openBroker(parsed, { agents, signIn, patience: 5000, onCall: (end) => calls.push(end) });
    if (signedIn) await signIn.withPassword('anna', password, signal);
    return { broker, signIn, calls };
  }

  /** As `failureOf`, and what a log would hold of it is kept. */
  async function failure(work: Promise<unknown>) {
    const error = await failureOf(work);
    said.push(inspect(error, { depth: 10 }), JSON.stringify(error), error.message);
    expect(error.message.length).toBeLessThanOrEqual(400);
    return error;
  }

  const fileOf = (bytes: Buffer, file: Partial<FileToPlace> = {}): FileToPlace => ({
    ...{ name: 'photo.jpg', type: 'image/jpeg', size: bytes.length, values: {}, details: noDetails, ...file },
  });

  async function send(broker: Broker, place: Place, bytes: Buffer): Promise<Arrived> {
    const request = await broker.request(place, signal);
    return await broker.arrived(place, await transport(request, bytes), request, signal);
  }

  const sha = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
  const md5 = (bytes: Buffer) => createHash('md5').update(bytes).digest('hex');
  const fault = (one: Fault) => backend.faults.add(one);

  it('gives places that the journal can keep, with a life by clocks that are not ours', async () => {
    for (const kind of ['fitness', 'idance', 'upload-module', 'plugs'] as const) {
      const { broker } = await open(kind);
      const values = {
        file_type: 'misc',
        event_id: 'cup',
        session_id: (await broker.sessions?.start(signal))?.sessionId ?? '',
      };
      const place = await broker.place(fileOf(random.bytes(10), { values }), signal);
      expect(placeSchema.parse(JSON.parse(JSON.stringify(place)))).toEqual(place);
      const life = { fitness: 300, idance: 3600, 'upload-module': 3600, plugs: null }[kind];
      if (life === null) expect(place.expiresAt).toBeNull();
      else expect(Math.abs((place.expiresAt ?? 0) - Date.now() - life * 1000)).toBeLessThan(3000);
      expect(JSON.stringify(place)).not.toContain(await broker.signIn.token(signal));
    }
  });

  describe('F', () => {
    const values = { file_type: 'workout_media' };

    it('sends a file with the headers that were signed, and says that it is there, twice', async () => {
      const { broker, calls } = await open('fitness');
      const bytes = random.bytes(50_000);
      const place = await broker.place(fileOf(bytes, { values }), signal);
      expect(place.send).toMatchObject({ headers: { 'content-type': 'image/jpeg', 'x-amz-acl': 'public-read' } });
      expect(await failure(broker.complete?.(place, signal) ?? Promise.resolve())).toMatchObject({
        kind: 'broker-missing',
      });
      expect(await send(broker, place, bytes)).toMatchObject({ etag: md5(bytes), file: null });
      await broker.complete?.(place, signal);
      await broker.complete?.(place, signal);
      expect(backend.records().finishedFiles).toMatchObject([{ user_id: 'user123', file_url: place.publicUrl }]);
      expect([...(await bucket.hashes()).values()]).toEqual([sha(bytes)]);
      expect(calls.map(({ name, status }) => [name, status])).toEqual([
        ['POST /api/storage/presigned-url', 200],
        ['POST /api/storage/upload-complete', 404],
        ['POST /api/storage/upload-complete', 200],
        ['POST /api/storage/upload-complete', 200],
      ]);
    });

    it('refuses before it asks: too large, no file_type', async () => {
      const { broker } = await open('fitness', { settings: { largestFile: 100 } });
      const large = await failure(broker.place(fileOf(random.bytes(101), { values }), signal));
      expect(large).toMatchObject({ kind: 'too-large', subject: 'this backend takes at most 100 B in one file' });
      expect(await failure(broker.place(fileOf(random.bytes(1)), signal))).toMatchObject({ kind: 'invalid-input' });
      const type = broker.place(
        fileOf(random.bytes(1), { values: { file_type: 'profile_picture' }, type: 'image/gif' }),
        signal,
      );
      expect((await failure(type)).message).toBe(
        'The backend refused it: POST /api/storage/presigned-url: Only JPEG and PNG images are allowed.',
      );
      expect(backend.requests({ path: '/api/storage/*' })).toHaveLength(1);
    });

    it('sees that an address has expired, and that another fault is none of that', async () => {
      const { broker } = await open('fitness');
      const bytes = random.bytes(100);
      fault({ kind: 'expired-url', times: 1 });
      const old = await broker.place(fileOf(bytes, { values }), signal);
      expect(old.expiresAt).toBeLessThan(Date.now());
      expect(await failure(send(broker, old, bytes))).toMatchObject({ kind: 'place-expired' });

      const fresh = await broker.place(fileOf(bytes, { values }), signal);
      if (fresh.send.method !== 'PUT') throw new Error('no PUT');
      const bent = { ...fresh, send: { ...fresh.send, headers: { 'content-type': 'image/png' } } };
      expect(await failure(send(broker, bent, bytes))).toMatchObject({ kind: 'place-refused' });
      await send(broker, fresh, bytes);
    });

    it('says which signed header it has no value for', async () => {
      const { broker } = await open('fitness', { settings: { headers: {} } });
      const missing = await failure(broker.place(fileOf(random.bytes(1), { values }), signal));
      expect(missing).toMatchObject({ kind: 'place-refused' });
      expect(missing.subject).toContain('x-amz-acl');
    });
  });

  describe('I', () => {
    async function session(broker: Broker): Promise<string> {
      return (await broker.sessions?.start(signal))?.sessionId ?? '';
    }
    const video = { name: 'game 1.MP4', type: 'video/mp4' };

    it('completes a session with its video and its thumbnail, twice, links and deletes', async () => {
      const { broker } = await open('idance');
      const sessionId = await session(broker);
      const [clip, still] = [random.bytes(300_000), random.bytes(5000)];
      const values = { session_id: sessionId };
      const clipPlace = await broker.place(fileOf(clip, { ...video, values }), signal);
      const stillPlace = await broker.place(fileOf(still, { values }), signal);
      expect(clipPlace.key).toMatch(new RegExp(`^sessions/user123/${sessionId}/\\d{8}_\\d{6}_\\w+\\.mp4$`));
      expect(stillPlace.key).toMatch(new RegExp(`^thumbnails/user123/${sessionId}/.*\\.jpg$`));
      await Promise.all([send(broker, clipPlace, clip), send(broker, stillPlace, still)]);

      const end = { sessionId, endTime: '2026-11-21T10:00:00Z', minutes: 30, calories: 150 };
      const completion = { ...end, video: clipPlace, thumbnail: stillPlace };
      await broker.sessions?.complete(completion, signal);
      await broker.sessions?.complete(completion, signal);
      expect(backend.records().sessions).toMatchObject([{ id: sessionId, status: 'completed' }]);
      const other = broker.sessions?.complete({ ...completion, minutes: 31 }, signal) ?? Promise.resolve();
      expect(await failure(other)).toMatchObject({ kind: 'broker-refused' });

      const link = await broker.link?.(clipPlace, 60, signal);
      const got = Buffer.from(await (await fetch(link?.url ?? '')).arrayBuffer());
      expect(sha(got)).toBe(sha(clip));
      expect(await broker.remove?.(stillPlace, signal)).toBe('removed');
      expect(await broker.remove?.(stillPlace, signal)).toBe('gone');
      expect(await bucket.keys()).toEqual([clipPlace.key]);
    });

    it('refuses keys of others, another session, and what is neither video nor image', async () => {
      const { broker } = await open('idance');
      const sessionId = await session(broker);
      const ref = { id: null, publicUrl: null, values: {} };
      for (const key of [
        `sessions/user12/${sessionId}/a.mp4`,
        `sessions/user1234/${sessionId}/a.mp4`,
        'other/user123/x/a.mp4',
        `sessions/user123/../user12/a.mp4`,
        `sessions/user123/${sessionId}/`,
      ]) {
        expect(await failure(broker.link?.({ ...ref, key }, 60, signal) ?? Promise.resolve())).toMatchObject({
          kind: 'key-foreign',
        });
        expect(await failure(broker.remove?.({ ...ref, key }, signal) ?? Promise.resolve())).toMatchObject({
          kind: 'key-foreign',
        });
      }
      const own = { ...ref, key: `sessions/user123/other/a.mp4`, values: { session_id: sessionId } };
      expect((await failure(broker.remove?.(own, signal) ?? Promise.resolve())).subject).toBe('another session of it');
      expect(backend.requests({ path: '/api/s3/*' })).toEqual([]);

      const text = broker.place(
        fileOf(random.bytes(1), { type: 'text/plain', values: { session_id: sessionId } }),
        signal,
      );
      expect(await failure(text)).toMatchObject({ kind: 'type-refused' });
    });

    it('refuses a place that a mixed-up backend gives outside the own folder', async () => {
      const { broker } = await open('idance', {
        settings: { ownKeys: { video: 'sessions/x-{user_id}/{session_id}/' } },
      });
      const sessionId = await session(broker);
      const place = broker.place(fileOf(random.bytes(1), { ...video, values: { session_id: sessionId } }), signal);
      expect(await failure(place)).toMatchObject({ kind: 'key-foreign', subject: 'another user of it' });
    });

    it("tells of an unknown session, another person's session and a video that is too large", async () => {
      const { broker, signIn } = await open('idance');
      const sessionId = await session(broker);
      const values = { session_id: sessionId };
      fault({ kind: 'unknown-session', times: 1 });
      const ask = (size = 1) => broker.place({ ...fileOf(random.bytes(1), { ...video, values }), size }, signal);
      expect(await failure(ask())).toMatchObject({ kind: 'broker-missing' });
      expect(await failure(ask(501 * 2 ** 20))).toMatchObject({
        kind: 'too-large',
        subject: 'File too large. Maximum size is 500 MB',
      });
      await signIn.withPassword('ben', 'ben-secret', signal);
      expect(await failure(ask())).toMatchObject({ kind: 'broker-denied' });
    });
  });

  describe('U', () => {
    const values = { prefix: 'uploads/images' };

    it('sends hard names in a form, each with its record, links, lists and deletes', async () => {
      const { broker } = await open('upload-module');
      const sent: { place: Place; bytes: Buffer }[] = [];
      for (const name of hardNames) {
        const bytes = random.bytes(1 + random.below(5000));
        const place = await broker.place(fileOf(bytes, { name, values }), signal);
        expect(await broker.status?.(place, signal)).toBe('pending');
        // Ceph answers a form without the ETag that Amazon gives.
        expect([null, md5(bytes)]).toContain((await send(broker, place, bytes)).etag);
        await broker.complete?.(place, signal);
        sent.push({ place, bytes });
      }
      const hashes = await bucket.hashes();
      for (const { place, bytes } of sent) expect(hashes.get(place.key ?? '')).toBe(sha(bytes));
      expect(backend.records().uploads.map(({ name }) => name)).toEqual(hardNames);

      const [first] = sent;
      if (first === undefined) throw new Error('nothing was sent');
      expect(await broker.status?.(first.place, signal)).toBe('complete');
      const link = await broker.link?.(first.place, 120, signal);
      expect(new URL(link?.url ?? '').searchParams.get('X-Amz-Expires')).toBe('120');
      expect(sha(Buffer.from(await (await fetch(link?.url ?? '')).arrayBuffer()))).toBe(sha(first.bytes));

      const query = { values: {}, type: null, prefix: values.prefix, skip: 0 };
      expect(await broker.list?.({ ...query, limit: 1000 }, signal)).toMatchObject({
        more: false,
        files: { length: hardNames.length },
      });
      expect(await broker.list?.({ ...query, limit: 3 }, signal)).toMatchObject({ more: true, files: { length: 3 } });
      expect(await broker.remove?.(first.place, signal)).toBe('removed');
      expect(await broker.remove?.(first.place, signal)).toBe('gone');
      expect(await bucket.keys()).not.toContain(first.place.key);
    });

    it('sends an empty file, and has a larger one than was asked for refused', async () => {
      const { broker } = await open('upload-module');
      const place = await broker.place(fileOf(random.bytes(0), { values }), signal);
      await send(broker, place, Buffer.alloc(0));
      await broker.complete?.(place, signal);
      const small = await broker.place(fileOf(random.bytes(10), { values }), signal);
      const larger = { ...small, file: { ...small.file, size: 11 } };
      expect(await failure(send(broker, larger, random.bytes(11)))).toMatchObject({ kind: 'too-large' });
      const early = broker.complete?.(small, signal) ?? Promise.resolve();
      expect((await failure(early)).message).toContain('The file is not in storage');
    });

    it('sees that a form has expired, and tells of the failure', async () => {
      const { broker } = await open('upload-module');
      const bytes = random.bytes(100);
      fault({ kind: 'expired-url', times: 1 });
      const old = await broker.place(fileOf(bytes, { values }), signal);
      expect(old.expiresAt).toBeLessThan(Date.now());
      expect(await failure(send(broker, old, bytes))).toMatchObject({ kind: 'place-expired' });
      await broker.failed?.(old, `it expired ${'x'.repeat(2000)}`, signal);
      expect(await broker.status?.(old, signal)).toBe('failed');
      expect(backend.records().uploads[0]?.reason).toMatch(/^it expired x+$/);

      const fresh = await broker.place(fileOf(bytes, { values }), signal);
      await send(broker, fresh, bytes);
      await broker.complete?.(fresh, signal);
      expect(await failure(broker.failed?.(fresh, 'no', signal) ?? Promise.resolve())).toMatchObject({
        kind: 'broker-refused',
      });
    });
  });

  describe('P', () => {
    const values = { event_id: 'cup' };
    const details = { title: 'Final "day" 1', description: 'Zeile 1\r\nLine 2 日本', tags: ['photo', 'a, b', ' '] };

    it('sends hard names with what is said of them, lists by type and page, reads and deletes', async () => {
      const { broker } = await open('plugs');
      const kept = new Map<string, Buffer>();
      for (const name of hardNames) {
        const bytes = random.bytes(1 + random.below(5000));
        const place = await broker.place(fileOf(bytes, { name, values, details }), signal);
        const { file } = await send(broker, place, bytes);
        expect(file).toMatchObject({ size: bytes.length, type: 'image/jpeg', ...details, tags: ['photo', 'a  b'] });
        kept.set(file?.id ?? '', bytes);
      }
      const clip = random.bytes(100_000);
      const place = await broker.place(fileOf(clip, { name: 'clip.mp4', type: 'video/mp4', values }), signal);
      const { file } = await send(broker, place, clip);
      if (file === null) throw new Error('no record came');

      const query = { values, type: 'image/jpeg', prefix: '' };
      const first = await broker.list?.({ ...query, skip: 0, limit: 20 }, signal);
      const rest = await broker.list?.({ ...query, skip: 20, limit: 100 }, signal);
      expect([first?.more, rest?.more]).toEqual([true, false]);
      const all = [...(first?.files ?? []), ...(rest?.files ?? [])];
      expect(all.map(({ id }) => id)).toEqual([...kept.keys()]);

      for (const one of all.slice(0, 5)) {
        const content = await broker.read?.(one, null, signal);
        if (content === undefined) throw new Error('it cannot be read');
        expect(sha(await buffer(content.body))).toBe(sha(kept.get(one.id ?? '') ?? Buffer.alloc(0)));
      }
      const part = await broker.read?.(file, 'bytes=10-19', signal);
      if (part === undefined) throw new Error('it cannot be read');
      expect(part).toMatchObject({ status: 206, size: 10, type: 'video/mp4' });
      expect(await buffer(part.body)).toEqual(clip.subarray(10, 20));

      expect(await broker.remove?.(file, signal)).toBe('removed');
      expect(await broker.remove?.(file, signal)).toBe('gone');
      expect(await failure(broker.read?.(file, null, signal) ?? Promise.resolve())).toMatchObject({
        kind: 'broker-missing',
      });
    });

    it('tells of files that are too large, events that are unknown, and those of others', async () => {
      backend = await start({ limits: { mediaBytes: 1000 }, events: { cup: ['anna'], gala: ['ben'] } });
      const { broker } = await open('plugs');
      const attempt = async (event: string, bytes: Buffer) => {
        const place = await broker.place(fileOf(bytes, { values: { event_id: event } }), signal);
        return await failure(send(broker, place, bytes));
      };
      expect(await attempt('cup', random.bytes(1001))).toMatchObject({
        kind: 'too-large',
        subject: 'File too large. Maximum size is 1000 bytes (0.0 MB)',
      });
      expect(await attempt('gone', random.bytes(10))).toMatchObject({ kind: 'broker-missing' });
      expect(await attempt('gala', random.bytes(10))).toMatchObject({ kind: 'broker-denied' });
      expect(await bucket.keys()).toEqual([]);
    });

    it('finds what a sending left whose answer was lost, and nothing else', async () => {
      const { broker } = await open('plugs');
      const bytes = random.bytes(1000);
      const file = fileOf(bytes, { values, details });
      const place = await broker.place(file, signal);
      await send(broker, place, random.bytes(1000)); // earlier, and alike
      await new Promise((resolve) => setTimeout(resolve, 50));
      const begunAt = Date.now();
      fault({ kind: 'drop', when: 'after', times: 1 });
      const request = await broker.request(place, signal);
      await expect(transport(request, bytes)).rejects.toThrow();
      const alike = (await broker.alike?.(place, begunAt, signal)) ?? [];
      const contents = await Promise.all(
        alike.map(async (one) => {
          const content = await broker.read?.(one, null, signal);
          return content === undefined ? '' : sha(await buffer(content.body));
        }),
      );
      expect(contents.filter((one) => one === sha(bytes))).toHaveLength(1);
      expect(await broker.alike?.(place, Date.now() + 60_000, signal)).toEqual([]);
      const other = await broker.place({ ...file, details: noDetails }, signal);
      expect(await broker.alike?.(other, begunAt, signal)).toEqual([]);
    });

    it('leaves no object where the record could not be written, and says so', async () => {
      const { broker } = await open('plugs');
      fault({ kind: 'record-fails', times: 1 });
      const bytes = random.bytes(100);
      const place = await broker.place(fileOf(bytes, { values }), signal);
      const error = await failure(send(broker, place, bytes));
      expect(error).toMatchObject({ kind: 'broker-failed' });
      expect(error.message).toContain('Failed to create the media record; the uploaded file was removed');
      expect(await bucket.keys()).toEqual([]);
      await send(broker, place, bytes);
      expect(backend.records().media).toHaveLength(1);
    });

    it('renews the sign-in when a file was refused for it, and has it sent again', async () => {
      const { broker } = await open('plugs');
      const bytes = random.bytes(100);
      const place = await broker.place(fileOf(bytes, { values }), signal);
      fault({ kind: 'unauthorized' });
      expect(await failure(send(broker, place, bytes))).toMatchObject({ kind: 'place-expired' });
      expect((await send(broker, place, bytes)).file?.size).toBe(100);
      expect(backend.requests({ path: '/api/auth/refresh' })).toHaveLength(1);
      fault({ kind: 'unauthorized', refreshToo: true });
      expect(await failure(send(broker, place, bytes))).toMatchObject({ kind: 'sign-in-needed' });
    });

    it('gives its sign-in to no other origin', async () => {
      const { broker } = await open('plugs');
      const place = await broker.place(fileOf(random.bytes(1), { values }), signal);
      if (place.send.method !== 'POST') throw new Error('no form');
      const elsewhere = { ...place, send: { ...place.send, url: 'https://other.example.org/api/v1/events/cup/media' } };
      expect(await failure(broker.request(elsewhere, signal))).toMatchObject({ kind: 'internal' });
    });
  });

  describe('signing in', () => {
    const values = { file_type: 'misc' };
    const ask = ({ broker }: Setting) => broker.place(fileOf(random.bytes(1), { values }), signal);

    it('keeps tokens and not the password, for the next start too', async () => {
      const first = await open('fitness');
      const stored = await readFile(path.join(folder, 'secrets.json'), 'utf8');
      expect(stored).not.toContain(password);
      expect(await first.signIn.user()).toBe('user123');
      const next = await open('fitness', { signedIn: false });
      await ask(next);
      expect(await next.signIn.user()).toBe('user123');
      await next.signIn.out();
      expect(await failure(ask(next))).toMatchObject({ kind: 'sign-in-needed' });
      expect(await secrets().names()).toEqual([]);
    });

    it("refuses a wrong password with the backend's words", async () => {
      const setting = await open('fitness', { signedIn: false });
      const error = await failure(setting.signIn.withPassword('anna', 'wrong-password', signal));
      expect(error).toMatchObject({
        kind: 'sign-in-refused',
        subject: 'POST /api/auth/login: Incorrect username or password',
      });
      expect(inspect(error)).not.toContain('wrong-password');
      expect(await failure(ask(setting))).toMatchObject({ kind: 'sign-in-needed' });
      expect(backend.requests({ path: '/api/storage/*' })).toEqual([]);
    });

    it('takes a pasted token, and asks for another where that is wrong', async () => {
      const setting = await open('fitness', { settings: { signIn: { how: 'token' } }, signedIn: false });
      expect(await failure(setting.signIn.withToken('two words'))).toMatchObject({ kind: 'invalid-input' });
      await setting.signIn.withToken(` Bearer ${backend.token('anna')}\n`);
      await ask(setting);
      await setting.signIn.withToken('nonsense');
      for (let times = 0; times < 3; times++) {
        const error = await failure(ask(setting));
        expect(error.message).toBe(
          `${new URL(backend.url).host} asks to sign in again. What waits goes on by itself afterwards.`,
        );
      }
      expect(backend.requests({ path: '/api/storage/*' })).toHaveLength(2); // the third and fourth were not asked
      await setting.signIn.withToken(backend.token('anna'));
      await ask(setting);
    });

    it('renews once for many calls after a 401 in the middle', async () => {
      const setting = await open('fitness');
      await ask(setting);
      fault({ kind: 'unauthorized' });
      fault({ kind: 'slow', ms: 100, path: '/api/auth/refresh' });
      await Promise.all(Array.from({ length: 20 }, () => ask(setting)));
      expect(backend.requests({ path: '/api/auth/refresh' })).toHaveLength(1);
      const next = await open('fitness', { signedIn: false });
      await ask(next);
      expect(backend.requests({ path: '/api/auth/refresh' })).toHaveLength(1); // the new one was kept
    });

    it('asks to sign in again where it cannot be renewed, and goes on when that was done', async () => {
      const setting = await open('fitness');
      fault({ kind: 'unauthorized', refreshToo: true });
      const many = await Promise.all(Array.from({ length: 10 }, () => failure(ask(setting))));
      expect(new Set(many.map(({ kind }) => kind))).toEqual(new Set(['sign-in-needed']));
      const before = backend.requests().length;
      expect(await failure(ask(setting))).toMatchObject({ kind: 'sign-in-needed' });
      expect(backend.requests()).toHaveLength(before);
      await setting.signIn.withPassword('anna', password, signal);
      await ask(setting);

      backend = await start({ tokenLife: { refresh: null } });
      const without = await open('fitness');
      fault({ kind: 'unauthorized' });
      expect(await failure(ask(without))).toMatchObject({ kind: 'sign-in-needed' });
      expect(backend.requests({ path: '/api/auth/refresh' })).toEqual([]);
    });

    it('does not renew for ever where every token is refused', async () => {
      const setting = await open('fitness');
      fault({ kind: 'status', status: 401, path: '/api/storage/*' });
      expect(await failure(ask(setting))).toMatchObject({ kind: 'sign-in-needed' });
      expect(backend.requests({ path: '/api/storage/*' })).toHaveLength(2);
      expect(backend.requests({ path: '/api/auth/refresh' })).toHaveLength(1);
    });

    it('renews before a token expires, and not each time where the clocks differ', async () => {
      backend = await start({ tokenLife: { access: 3 } });
      const setting = await open('fitness');
      await ask(setting);
      expect(backend.requests({ path: '/api/auth/refresh' })).toHaveLength(0);
      await new Promise((resolve) => setTimeout(resolve, 2900));
      await ask(setting);
      await ask(setting);
      expect(backend.requests({ path: '/api/auth/refresh' })).toHaveLength(1);
      expect(backend.requests({ path: '/api/storage/*' }).map(({ status }) => status)).toEqual([200, 200, 200]);
    });

    it('leaves a renewal to the others when one of them goes', async () => {
      const setting = await open('fitness');
      fault({ kind: 'unauthorized' });
      fault({ kind: 'slow', ms: 300, path: '/api/auth/refresh' });
      const leaving = new AbortController();
      const gone = setting.broker.place(fileOf(random.bytes(1), { values }), leaving.signal);
      const staying = ask(setting);
      setTimeout(() => leaving.abort(new Error('gone')), 150);
      await expect(gone).rejects.toThrow('gone');
      expect(await staying).toMatchObject({ file: { size: 1 } });
    });

    it('tells of a broken way of renewing as of a broken backend', async () => {
      const setting = await open('fitness');
      fault({ kind: 'unauthorized' });
      fault({ kind: 'status', status: 500, path: '/api/auth/refresh', times: 1 });
      expect(await failure(ask(setting))).toMatchObject({ kind: 'broker-failed' });
      await ask(setting);
    });
  });

  describe('a backend that misbehaves', () => {
    const values = { file_type: 'misc' };

    it('sends elsewhere: nobody follows, least of all the token', async () => {
      const headers: http.IncomingHttpHeaders[] = [];
      const elsewhere = http.createServer((request, response) => {
        headers.push(request.headers);
        response.end('{}');
      });
      const port = await new Promise<number>((resolve) => {
        elsewhere.listen(0, '127.0.0.1', () => {
          const address = elsewhere.address();
          resolve(typeof address === 'object' && address !== null ? address.port : 0);
        });
      });
      try {
        const { broker, signIn } = await open('plugs');
        const bytes = random.bytes(10);
        const place = await broker.place(fileOf(bytes, { values: { event_id: 'cup' } }), signal);
        fault({ kind: 'redirect', to: `http://127.0.0.1:${port}` });
        fault({ kind: 'redirect', to: `http://127.0.0.1:${port}`, path: '/api/auth/*' });
        const query = { values: { event_id: 'cup' }, type: null, prefix: '', skip: 0, limit: 1 };
        const file = { ...place, id: 'x' };
        for (const work of [
          () => broker.list?.(query, signal),
          () => broker.read?.(file, null, signal),
          () => send(broker, place, bytes),
          () => signIn.withPassword('anna', password, signal),
        ]) {
          const error = await failure(work() ?? Promise.resolve());
          expect(error).toMatchObject({ kind: 'broker-redirect', subject: `127.0.0.1:${port}` });
        }
        expect(headers).toEqual([]);
      } finally {
        await new Promise((resolve) => elsewhere.close(resolve));
      }
    });

    const failures = [
      [413, 'too-large'],
      [404, 'broker-missing'],
      [403, 'broker-denied'],
      [405, 'broker-answer'],
      [409, 'broker-refused'],
      [422, 'broker-refused'],
      [429, 'throttled'],
      [500, 'broker-failed'],
      [502, 'broker-failed'],
      [503, 'throttled'],
    ] as const;
    it.each(failures)('HTTP %i is %s', async (status, kind) => {
      const { broker } = await open('fitness');
      fault({ kind: 'status', status, path: '/api/storage/*' });
      const error = await failure(broker.place(fileOf(random.bytes(1), { values }), signal));
      expect(error.kind).toBe(kind);
      if (kind.startsWith('broker') || kind === 'too-large') expect(error.message).toContain('Switched on for a test');
    });

    type Shape = (Fault & { kind: 'wrong-shape' })['shape'];
    const calls: [string, BrokerKind, string, string, (setting: Setting) => Promise<unknown>][] = [
      [
        'F place',
        'fitness',
        'presigned_url',
        '/api/storage/presigned-url',
        ({ broker }) => broker.place(fileOf(random.bytes(1), { values }), signal),
      ],
      [
        'I start',
        'idance',
        'sessionId',
        '/api/sessions/start',
        async ({ broker }) => await broker.sessions?.start(signal),
      ],
      [
        'I place',
        'idance',
        'file_key',
        '/api/s3/upload/*',
        async ({ broker }) => {
          const started = await broker.sessions?.start(signal);
          return await broker.place(
            fileOf(random.bytes(1), { values: { session_id: started?.sessionId ?? '' } }),
            signal,
          );
        },
      ],
      [
        'U place',
        'upload-module',
        'form_fields',
        '/api/uploads/start',
        ({ broker }) => broker.place(fileOf(random.bytes(1)), signal),
      ],
      [
        'P sending',
        'plugs',
        'file_size',
        '/api/v1/*',
        async ({ broker }) => {
          const place = await broker.place(fileOf(random.bytes(1), { values: { event_id: 'cup' } }), signal);
          return await send(broker, place, random.bytes(1));
        },
      ],
      [
        'sign in',
        'fitness',
        'access_token',
        '/api/auth/login',
        ({ signIn }) => signIn.withPassword('anna', password, signal),
      ],
    ];
    it.each(calls)(
      '%s: each wrong shape is told with the call, what was expected and what came',
      async (_, kind, field, only, work) => {
        const setting = await open(kind);
        const wrong: [Shape, string, RegExp][] = [
          ['html', 'broker-page', /a web page in place of JSON/],
          ['empty', 'broker-answer', /should be an object, and nothing came/],
          ['missing-field', 'broker-answer', new RegExp(`: ${field} should be .*, and an object with .* came`)],
          ['wrong-type', 'broker-answer', new RegExp(`: ${field} should be .*, and (a number|another text) came`)],
        ];
        // A number is an id too, so what is of the wrong type there is right.
        const told = field === 'sessionId' ? wrong.filter(([shape]) => shape !== 'wrong-type') : wrong;
        for (const [shape, expected, message] of told) {
          backend.faults.clear();
          fault({ kind: 'wrong-shape', shape, field, path: only });
          const error = await failure(work(setting));
          expect(error.kind).toBe(expected);
          expect(error.message).toMatch(message);
          expect(error.message).toContain(only.replace('*', ''));
        }
      },
    );

    it('is gone, silent, or hangs up', async () => {
      const { broker } = await open('fitness');
      const ask = (within: AbortSignal = signal) => broker.place(fileOf(random.bytes(1), { values }), within);
      fault({ kind: 'drop', when: 'before', times: 1 });
      expect(await failure(ask())).toMatchObject({ kind: 'connection-lost' });
      fault({ kind: 'slow', ms: 7000, times: 1 });
      expect(await failure(ask())).toMatchObject({ kind: 'stalled' });
      fault({ kind: 'slow', ms: 7000, times: 1 });
      expect(await failure(ask(AbortSignal.timeout(50)))).toMatchObject({ kind: 'stalled' });
      fault({ kind: 'slow', ms: 7000, times: 1 });
      const leaving = new AbortController();
      setTimeout(() => leaving.abort(new Error('gone')), 50);
      await expect(ask(leaving.signal)).rejects.toThrow('gone');
      await backend.stop();
      started.splice(started.indexOf(backend), 1);
      expect(await failure(ask())).toMatchObject({ kind: 'host-unreachable', subject: new URL(backend.url).host });
    });
  });

  it('works with a backend of other paths and names, without code', async () => {
    const asked: { path: string; body: string; authorization: string | undefined }[] = [];
    const other = http.createServer((request, response) => {
      void buffer(request).then((body) => {
        asked.push({ path: request.url ?? '', body: body.toString(), authorization: request.headers.authorization });
        const url = `${backend.url}/file?X-Amz-SignedHeaders=host%3Bx-amz-meta-team`;
        response.setHeader('content-type', 'application/json');
        response.end(JSON.stringify({ data: { upload: url, id: 7, headers: { 'X-Amz-Meta-Team': 'a' } } }));
      });
    });
    const port = await new Promise<number>((resolve) => {
      other.listen(0, '127.0.0.1', () => {
        const address = other.address();
        resolve(typeof address === 'object' && address !== null ? address.port : 0);
      });
    });
    try {
      const { broker, signIn } = await open('fitness', {
        signedIn: false,
        settings: {
          baseUrl: `http://127.0.0.1:${port}/v2/`,
          signIn: { how: 'token', scheme: 'JWT' },
          paths: { place: '/files/new', complete: null },
          asks: { fileType: 'category', contentType: 'mime', fileName: 'name', size: 'bytes' },
          gives: { url: 'data.upload', publicUrl: null, headers: 'data.headers' },
          extra: { place: { club: 'FC', season: 2026 } },
        },
      });
      await signIn.withToken('opaque-token');
      const place = await broker.place(fileOf(random.bytes(3), { values: { file_type: 'photos' } }), signal);
      expect(asked).toEqual([
        {
          path: '/v2/files/new',
          body: JSON.stringify({
            club: 'FC',
            season: 2026,
            category: 'photos',
            mime: 'image/jpeg',
            name: 'photo.jpg',
            bytes: 3,
          }),
          authorization: 'JWT opaque-token',
        },
      ]);
      expect(place).toMatchObject({ publicUrl: null, send: { headers: { 'x-amz-meta-team': 'a' } } });
      expect(broker.complete).toBeNull();
      expect(broker.abilities.completes).toBe(false);
    } finally {
      await new Promise((resolve) => other.close(resolve));
    }
  });

  it('lets no token and no password into an error, a word or a count', async () => {
    const { broker, signIn, calls } = await open('plugs');
    const token = await signIn.token(signal);
    const values = { event_id: 'cup' };
    const bytes = random.bytes(10);
    const place = await broker.place(fileOf(bytes, { values }), signal);
    // A backend that says back all that it was told.
    const echo = http.createServer((request, response) => {
      void buffer(request).then((body) => {
        const detail = `bad token ${request.headers.authorization ?? ''} ${body.toString()} http://x.example/a?X-Amz-Signature=abc`;
        response.statusCode = 400;
        response.end(JSON.stringify({ detail }));
      });
    });
    const port = await new Promise<number>((resolve) => {
      echo.listen(0, '127.0.0.1', () => {
        const address = echo.address();
        resolve(typeof address === 'object' && address !== null ? address.port : 0);
      });
    });
    try {
      const echoed = await open('plugs', { settings: { baseUrl: `http://127.0.0.1:${port}` }, signedIn: false });
      await failure(
        echoed.broker.list?.({ values, type: null, prefix: '', skip: 0, limit: 1 }, signal) ?? Promise.resolve(),
      );
      await failure(echoed.signIn.withPassword('anna', password, signal));
      await echoed.signIn.withToken('another-opaque-token', 'opaque-refresh');
      await failure(
        echoed.broker.list?.({ values, type: null, prefix: '', skip: 0, limit: 1 }, signal) ?? Promise.resolve(),
      );
    } finally {
      await new Promise((resolve) => echo.close(resolve));
    }
    for (const one of [
      { kind: 'status', status: 500 },
      { kind: 'wrong-shape', shape: 'html' },
      { kind: 'drop', when: 'before' },
      { kind: 'redirect', to: 'http://127.0.0.1:9' },
      { kind: 'unauthorized', refreshToo: true },
    ] satisfies Fault[]) {
      backend.faults.clear();
      fault(one);
      await failure(broker.list?.({ values, type: null, prefix: '', skip: 0, limit: 1 }, signal) ?? Promise.resolve());
    }
    const all = [
      ...said,
      JSON.stringify(calls),
      JSON.stringify(place),
      ...backend.requests().map(({ path: at, query }) => at + query),
    ];
    const secretTexts = [token, password, 'another-opaque-token', 'opaque-refresh', 'X-Amz-Signature=abc'];
    expect(said.length).toBeGreaterThan(15);
    for (const text of all) for (const secret of secretTexts) expect(text).not.toContain(secret);
  });
});

/** A plain one: before, the file, after, as the engine will send them. */
function transport({ method, request, before, after }: FileRequest, bytes: Buffer): Promise<S3Answer> {
  const { hostname, port } = request.origin;
  return new Promise((resolve, reject) => {
    const outgoing = http.request({ method, hostname, port, path: request.path, headers: request.headers });
    let answered = false;
    // A refusal may come before all was sent, and the connection then breaks.
    outgoing.on('error', (error) => (answered ? undefined : reject(error)));
    outgoing.on('response', (incoming) => {
      answered = true;
      buffer(incoming).then(
        (body) => resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, body: body.toString() }),
        reject,
      );
    });
    outgoing.write(before);
    outgoing.write(bytes);
    outgoing.end(after);
  });
}
