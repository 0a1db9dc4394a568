/** The backend that brokers are tested against, on a real S3: it does what the systems' documents say, and its faults too. */
import { createHash } from 'node:crypto';
import http from 'node:http';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { z } from 'zod';
import { startBroker, type Broker, type BrokerOptions } from '../servers/broker/broker.ts';
import type { StoreOptions } from '../servers/broker/store.ts';
import { createTestBucket, type TestBucket } from '../servers/bucket.ts';
import { seededRandom } from '../servers/random.ts';

const ceph = inject('ceph');
const MiB = 2 ** 20;
const users = [
  { username: 'anna', password: 'anna-secret', id: 'user123' },
  { username: 'ben', password: 'ben-secret', id: 'user12' },
];

interface Answer {
  status: number;
  body: unknown;
  headers: Headers;
}

describe.skipIf(ceph === null)('the reference backend', () => {
  const random = seededRandom('reference backend');
  let bucket: TestBucket;
  let broker: Broker;
  let token: string;
  const more: Broker[] = [];

  beforeEach(async () => {
    if (ceph === null) return;
    bucket = await createTestBucket(ceph);
    broker = await start();
    token = broker.token('anna');
  });
  afterEach(async () => {
    await Promise.all(more.splice(0).map((one) => one.stop()));
    bucket.s3.destroy();
  });

  async function start({
    storage,
    ...options
  }: Omit<Partial<BrokerOptions>, 'storage'> & { storage?: Partial<StoreOptions> } = {}) {
    if (ceph === null) throw new Error('no Ceph');
    const { endpoint, region, accessKeyId, secretAccessKey } = ceph;
    const place = { endpoint, region, bucket: bucket.name, accessKeyId, secretAccessKey, ...storage };
    const started = await startBroker({ users, ...options, storage: place });
    more.push(started);
    return started;
  }

  interface Sent {
    as?: string | null;
    json?: unknown;
    body?: FormData | Buffer;
    headers?: Record<string, string>;
  }

  async function ask(method: string, path: string, { as = token, json, body, headers }: Sent = {}): Promise<Answer> {
    const response = await fetch(`${broker.url}${path}`, {
      method,
      redirect: 'manual',
      headers: {
        ...(as === null ? {} : { authorization: `Bearer ${as}` }),
        ...(json === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      body: json === undefined ? (body ?? null) : JSON.stringify(json),
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type') === 'application/json' && text !== '';
    return { status: response.status, body: isJson ? JSON.parse(text) : text, headers: response.headers };
  }

  /** The answer's body, which must be a success of this shape. */
  async function get<T extends z.ZodRawShape>(shape: T, method: string, path: string, sent: Sent = {}) {
    const { status, body } = await ask(method, path, sent);
    expect({ status, body }).toMatchObject({ status: 200 });
    return z.object(shape).parse(body);
  }

  /** What S3 says to a PUT or GET of a signed URL. */
  async function use(url: string, body?: Buffer, headers: Record<string, string> = {}): Promise<Response> {
    return await fetch(url, body === undefined ? {} : { method: 'PUT', body, headers });
  }

  const grant = {
    access_token: z.string(),
    refresh_token: z.string(),
    token_type: z.literal('bearer'),
    expires_in: z.number(),
  };

  describe('signing in', () => {
    it('gives tokens for a password, and new ones for a refresh token', async () => {
      const json = { username: 'anna', password: 'anna-secret' };
      const first = await get(grant, 'POST', '/api/auth/login', { as: null, json });
      expect(first.expires_in).toBe(3600);
      expect((await ask('POST', '/api/sessions/start', { as: first.access_token })).status).toBe(200);

      const second = await get(grant, 'POST', '/api/auth/refresh', {
        as: null,
        json: { refresh_token: first.refresh_token },
      });
      expect((await ask('POST', '/api/sessions/start', { as: second.access_token })).status).toBe(200);
      expect(broker.requests({ path: '/api/auth/*' }).map(({ authorization }) => authorization)).toEqual([
        false,
        false,
      ]);
    });

    it('refuses a wrong password, an unknown user, and an access token in place of a refresh token', async () => {
      for (const json of [
        { username: 'anna', password: 'ben-secret' },
        { username: 'carl', password: '' },
      ])
        expect(await ask('POST', '/api/auth/login', { as: null, json })).toMatchObject({
          status: 401,
          body: { detail: 'Incorrect username or password' },
        });
      expect((await ask('POST', '/api/auth/refresh', { as: null, json: { refresh_token: token } })).status).toBe(401);
      expect((await ask('POST', '/api/auth/login', { as: null, json: { username: 'anna' } })).status).toBe(422);
    });

    it('gives no refresh token where it cannot refresh', async () => {
      broker = await start({ tokenLife: { refresh: null } });
      const json = { username: 'anna', password: 'anna-secret' };
      const { body } = await ask('POST', '/api/auth/login', { as: null, json });
      expect(Object.keys(z.record(z.string(), z.unknown()).parse(body))).toEqual([
        'access_token',
        'token_type',
        'expires_in',
      ]);
    });

    const calls = [
      ['F', 'POST', '/api/storage/presigned-url', 'detail'],
      ['I', 'POST', '/api/sessions/start', 'detail'],
      ['U', 'POST', '/api/uploads/start', 'error'],
      ['P', 'GET', '/api/v1/events/cup/media', 'detail'],
    ] as const;

    it.each(calls)(
      '%s refuses no token, a wrong, a forged and an expired one, in its manner',
      async (_, method, path, field) => {
        const [header = '', claims = '', signature = ''] = token.split('.');
        const decoded = Buffer.from(claims, 'base64url').toString();
        const forged = Buffer.from(decoded.replace('user123', 'user12')).toString('base64url');
        const unsigned = Buffer.from('{"alg":"none","typ":"JWT"}').toString('base64url');
        const wrong = [
          'nonsense',
          `${header}.${forged}.${signature}`,
          `${unsigned}.${claims}.`,
          `${unsigned}.${claims}.${signature}`,
        ];
        for (const as of [null, ...wrong, broker.token('anna', -1)]) {
          const answer = await ask(method, path, { as });
          expect(answer).toMatchObject({ status: 401, body: { [field]: expect.any(String) as string } });
          expect(answer.headers.get('www-authenticate')).toBe('Bearer');
        }
        expect(await ask(method, path, { as: broker.token('anna', -1) })).toMatchObject({
          body: { [field]: 'Token has expired' },
        });
      },
    );
  });

  describe('F: presigned URLs of the fitness app', () => {
    const place = { presigned_url: z.url(), public_url: z.url() };
    const asked = { file_type: 'workout_media', content_type: 'image/jpeg' };
    const headers = { 'content-type': 'image/jpeg', 'x-amz-acl': 'public-read' };

    it('takes a file, publicly, and is told that it is there, twice', async () => {
      const { presigned_url, public_url } = await get(place, 'POST', '/api/storage/presigned-url', { json: asked });
      expect(new URL(presigned_url).searchParams.get('X-Amz-Expires')).toBe('300');
      expect(new URL(presigned_url).searchParams.get('X-Amz-SignedHeaders')).toBe('content-type;host;x-amz-acl');
      expect(public_url).toMatch(/\/media\/workout_media\/user123-\d{10}-[\da-f-]{36}$/);

      const json = { file_type: 'workout_media', file_url: public_url };
      expect(await ask('POST', '/api/storage/upload-complete', { json })).toMatchObject({ status: 404 });
      const photo = random.bytes(5000);
      expect((await use(presigned_url, photo, headers)).status).toBe(200);
      const told = await ask('POST', '/api/storage/upload-complete', { json });
      expect(told).toMatchObject({ status: 200, body: json });
      expect((await ask('POST', '/api/storage/upload-complete', { json })).body).toEqual(told.body);
      expect(broker.records().finishedFiles).toMatchObject([{ user_id: 'user123', file_url: public_url }]);
      expect(Buffer.from(await (await fetch(public_url)).arrayBuffer())).toEqual(photo);
    });

    it('has the store refuse another type, a missing header, another key, and a URL that has expired', async () => {
      const { presigned_url: url } = await get(place, 'POST', '/api/storage/presigned-url', { json: asked });
      const bytes = random.bytes(10);
      expect((await use(url, bytes, { ...headers, 'content-type': 'image/png' })).status).toBe(403);
      expect((await use(url, bytes, { 'content-type': 'image/jpeg' })).status).toBe(403);
      expect((await use(url.replace('user123-', 'user12-'), bytes, headers)).status).toBe(403);

      broker.faults.add({ kind: 'expired-url', times: 1 });
      broker.faults.add({ kind: 'expired-url', life: 1, after: 1, times: 1 });
      const late = await get(place, 'POST', '/api/storage/presigned-url', { json: asked });
      expect((await use(late.presigned_url, bytes, headers)).status).toBe(403);
      const brief = await get(place, 'POST', '/api/storage/presigned-url', { json: asked });
      expect((await use(brief.presigned_url, bytes, headers)).status).toBe(200);
      await sleep(2100);
      expect((await use(brief.presigned_url, bytes, headers)).status).toBe(403);
    });

    it('signs no ACL for a store that has none', async () => {
      broker = await start({ storage: { acls: false } });
      const as = broker.token('anna');
      const { presigned_url } = await get(place, 'POST', '/api/storage/presigned-url', { json: asked, as });
      expect((await use(presigned_url, random.bytes(10), { 'content-type': 'image/jpeg' })).status).toBe(200);
      const json = { original_filename: 'a.jpg', content_type: 'image/jpeg', public: true };
      const { body } = await ask('POST', '/api/uploads/start', { json, as });
      expect(body).not.toHaveProperty('form_fields.acl');
    });

    it('sorts by file type, and takes only pictures for a profile', async () => {
      const folders = {
        profile_picture: 'profile_pictures',
        food_image: 'food_images',
        recipe: 'misc',
        constructor: 'misc',
      };
      for (const [file_type, folder] of Object.entries(folders)) {
        const json = { file_type, content_type: 'image/png' };
        const { public_url } = await get(place, 'POST', '/api/storage/presigned-url', { json });
        expect(public_url).toContain(`/media/${folder}/user123-`);
      }
      const json = { file_type: 'profile_picture', content_type: 'image/gif' };
      const refused = await ask('POST', '/api/storage/presigned-url', { json });
      expect(refused).toMatchObject({ status: 400, body: { error: 'Only JPEG and PNG images are allowed' } });
      const empty = await ask('POST', '/api/storage/presigned-url', { json: { file_type: 'misc' } });
      expect(empty).toMatchObject({ status: 400, body: { error: 'File type and content type are required' } });
    });

    it('refuses to complete what belongs to others, or is elsewhere', async () => {
      const mine = await get(place, 'POST', '/api/storage/presigned-url', { json: asked, as: broker.token('ben') });
      await use(mine.presigned_url, random.bytes(10), headers);
      const urls = [mine.public_url, 'https://example.org/media/workout_media/user123-1.jpg', `${mine.public_url}%`];
      for (const file_url of urls) {
        const answer = await ask('POST', '/api/storage/upload-complete', {
          json: { file_type: 'workout_media', file_url },
        });
        expect(answer).toMatchObject({ status: 403, body: { error: 'This file is not yours' } });
      }
      expect(broker.records().finishedFiles).toEqual([]);
    });

    it('keeps the picture of a profile', async () => {
      const picture = { file_type: 'profile_picture', content_type: 'image/jpeg' };
      const { presigned_url, public_url } = await get(place, 'POST', '/api/storage/presigned-url', { json: picture });
      await use(presigned_url, random.bytes(10), headers);
      const json = { file_type: 'profile_picture', file_url: public_url };
      const { body } = await ask('POST', '/api/storage/upload-complete', { json });
      expect(body).toEqual({ avatar_url: public_url, message: 'Profile picture updated successfully' });
    });
  });

  describe('I: sessions', () => {
    const place = {
      upload_url: z.url(),
      file_key: z.string(),
      content_type: z.string(),
      expires_in: z.literal(3600),
      file_url: z.url(),
    };
    const session = { sessionId: z.string(), status: z.string(), startTime: z.iso.datetime() };

    const startSession = async () => (await get(session, 'POST', '/api/sessions/start', { json: {} })).sessionId;

    async function sendVideo(session_id: string, bytes = random.bytes(1000)) {
      const json = { session_id, file_extension: 'mp4', content_type: 'video/mp4', file_size_mb: 25.5 };
      const given = await get(place, 'POST', '/api/s3/upload/video', { json });
      expect((await use(given.upload_url, bytes, { 'content-type': given.content_type })).status).toBe(200);
      return given;
    }

    const told = (sessionId: string, { file_key, file_url }: { file_key: string; file_url: string }) => ({
      ...{ sessionId, endTime: '2024-12-01T14:30:00Z', durationMinutes: 30, caloriesBurned: 150 },
      ...{ videoURL: file_url, videoFileKey: file_key },
    });

    it('goes from start to complete, with a thumbnail', async () => {
      const id = await startSession();
      const video = await sendVideo(id);
      expect(video.file_key).toMatch(new RegExp(`^sessions/user123/${id}/\\d{8}_\\d{6}_[\\da-f]{12}\\.mp4$`));
      const json = { session_id: id, file_extension: 'jpg', content_type: 'image/jpeg' };
      const thumbnail = await get(place, 'POST', '/api/s3/upload/thumbnail', { json });
      expect(thumbnail.file_key).toMatch(new RegExp(`^thumbnails/user123/${id}/.+\\.jpg$`));

      const all = { ...told(id, video), thumbnailURL: thumbnail.file_url, thumbnailFileKey: thumbnail.file_key };
      const early = await ask('POST', '/api/sessions/complete', { json: all });
      expect(early).toMatchObject({ status: 400, body: { detail: 'File not found in storage' } });
      await use(thumbnail.upload_url, random.bytes(100), { 'content-type': 'image/jpeg' });
      const completed = await ask('POST', '/api/sessions/complete', { json: all });
      expect(completed).toMatchObject({ status: 200, body: { ...all, status: 'completed' } });
      expect(broker.records().sessions).toMatchObject([{ id, user_id: 'user123', status: 'completed' }]);
    });

    it('takes the session alone for a video of its usual kind', async () => {
      const json = { session_id: await startSession() };
      expect((await get(place, 'POST', '/api/s3/upload/video', { json })).content_type).toBe('video/mp4');
    });

    it('is well with the same completion twice, and not with another', async () => {
      const id = await startSession();
      const json = told(id, await sendVideo(id));
      const [one, other] = await Promise.all([1, 2].map(() => ask('POST', '/api/sessions/complete', { json })));
      expect(one?.body).toEqual(other?.body);
      expect([one?.status, other?.status]).toEqual([200, 200]);
      const changed = await ask('POST', '/api/sessions/complete', { json: { ...json, durationMinutes: 31 } });
      expect(changed).toMatchObject({ status: 409, body: { detail: 'Session is already completed' } });
      expect(broker.records().sessions[0]?.completion).toBe(JSON.stringify(json));
    });

    it('refuses unknown sessions, those of others, wrong types, and what is too large', async () => {
      const id = await startSession();
      const video = (more: object, as = token) =>
        ask('POST', '/api/s3/upload/video', { json: { session_id: id, ...more }, as });
      expect(await video({ session_id: 'none' })).toMatchObject({ status: 404, body: { detail: 'Session not found' } });
      expect(await video({}, broker.token('ben'))).toMatchObject({ status: 403 });
      expect(await video({ file_extension: 'exe' })).toMatchObject({ status: 400 });
      expect(await video({ file_extension: 'mov', content_type: 'video/mp4' })).toMatchObject({ status: 400 });
      expect(await video({ file_extension: 'mov', content_type: 'video/quicktime' })).toMatchObject({ status: 200 });
      expect(await video({ file_size_mb: 500 })).toMatchObject({ status: 200 });
      expect(await video({ file_size_mb: 500.1 })).toMatchObject({ status: 413 });
      expect(await video({ file_size_mb: 'big' })).toMatchObject({
        status: 422,
        body: { detail: [{ loc: ['body', 'file_size_mb'] }] },
      });
      broker.faults.add({ kind: 'unknown-session', path: '/api/s3/upload/video', times: 1 });
      expect(await video({})).toMatchObject({ status: 404, body: { detail: 'Session not found' } });
      expect(await video({})).toMatchObject({ status: 200 });
    });

    it('refuses to complete with a key that is not of this session of this user', async () => {
      const id = await startSession();
      const video = await sendVideo(await startSession());
      const foreign = { file_key: 'sessions/user12/x/a.mp4', file_url: 'https://example.org/a.mp4' };
      for (const file of [video, foreign])
        expect(await ask('POST', '/api/sessions/complete', { json: told(id, file) })).toMatchObject({ status: 403 });
      const own = await sendVideo(id);
      const elsewhere = { ...own, file_url: video.file_url };
      expect(await ask('POST', '/api/sessions/complete', { json: told(id, elsewhere) })).toMatchObject({ status: 400 });
      const as = broker.token('ben');
      expect(await ask('POST', '/api/sessions/complete', { json: told(id, own), as })).toMatchObject({ status: 403 });
      const lame = { ...told(id, own), endTime: 'today' };
      expect(await ask('POST', '/api/sessions/complete', { json: lame })).toMatchObject({ status: 422 });
      expect(broker.records().sessions.map(({ status }) => status)).toEqual(['in_progress', 'in_progress']);
    });

    it.each([
      ['as they are', (key: string) => key],
      ['encoded', encodeURIComponent],
    ])('links and deletes keys with their slashes %s', async (_, write) => {
      const bytes = random.bytes(500);
      const { file_key } = await sendVideo(await startSession(), bytes);
      const path = `/api/s3/files/${write(file_key)}`;
      const { download_url } = await get({ download_url: z.url() }, 'GET', `${path}/url`);
      expect(Buffer.from(await (await use(download_url)).arrayBuffer())).toEqual(bytes);

      for (const method of ['GET', 'DELETE']) {
        const address = method === 'GET' ? `${path}/url` : path;
        expect(await ask(method, address, { as: broker.token('ben') })).toMatchObject({ status: 403 });
      }
      expect(await bucket.keys()).toEqual([file_key]);
      expect(await ask('DELETE', path)).toMatchObject({ status: 200, body: { message: 'File deleted successfully' } });
      expect(await bucket.keys()).toEqual([]);
      expect(await ask('DELETE', path)).toMatchObject({ status: 404 });
      expect(await ask('GET', `${path}/url`)).toMatchObject({ status: 404 });
    });
  });

  describe('U: form posts', () => {
    const started = { form_url: z.url(), form_fields: z.record(z.string(), z.string()), upload_id: z.uuid() };
    const example = {
      ...{ original_filename: 'example.JPG', content_type: 'image/jpeg' },
      ...{ max_file_size: 1000, prefix: 'uploads/images' },
    };
    type Started = z.output<z.ZodObject<typeof started>>;

    const startUpload = (more: object = {}) =>
      get(started, 'POST', '/api/uploads/start', { json: { ...example, ...more } });

    async function post({ form_url, form_fields }: Started, bytes: Buffer, changed: Record<string, string> = {}) {
      const form = new FormData();
      for (const [name, value] of Object.entries({ ...form_fields, ...changed })) form.append(name, value);
      form.append('file', new Blob([new Uint8Array(bytes)], { type: 'image/jpeg' }), 'example.jpg');
      return (await fetch(form_url, { method: 'POST', body: form })).status;
    }

    it('goes from pending to complete, is linked, and deleted with its record', async () => {
      const upload = await startUpload();
      const path = `/api/uploads/${upload.upload_id}`;
      const bytes = random.bytes(1000);
      expect(await ask('GET', path)).toMatchObject({
        status: 200,
        body: { upload: { status: 'pending', size: null } },
      });
      expect(await ask('POST', `${path}/complete`)).toMatchObject({ status: 409, body: { success: false } });
      expect(await ask('GET', `${path}/url`)).toMatchObject({ status: 409 });
      expect(await post(upload, bytes)).toBe(204);
      expect(await ask('POST', `${path}/complete`)).toMatchObject({
        status: 200,
        body: { success: true, upload: { status: 'complete', size: 1000, name: 'example.JPG' } },
      });
      expect((await ask('POST', `${path}/complete`)).status).toBe(200);
      expect(await ask('POST', `${path}/failed`)).toMatchObject({ status: 409 });

      const [key = ''] = await bucket.keys();
      expect(key).toBe(`uploads/images/${upload.upload_id}.jpg`);
      const { ContentType } = await bucket.s3.send(new HeadObjectCommand({ Bucket: bucket.name, Key: key }));
      expect(ContentType).toBe('image/jpeg');
      const link = await get(
        { url: z.url(), content_type: z.string(), name: z.string() },
        'GET',
        `${path}/url?expires=60`,
      );
      expect(link).toMatchObject({ content_type: 'image/jpeg', name: 'example.JPG' });
      expect(new URL(link.url).searchParams.get('X-Amz-Expires')).toBe('60');
      expect(Buffer.from(await (await use(link.url)).arrayBuffer())).toEqual(bytes);

      expect(await ask('DELETE', path)).toMatchObject({ status: 200, body: { success: true } });
      expect(await bucket.keys()).toEqual([]);
      expect(broker.records().uploads).toEqual([]);
      expect(await ask('DELETE', path)).toMatchObject({ status: 404, body: { error: 'Upload not found' } });
    });

    it('has the store enforce the size, the key, the type, the readers and the time', async () => {
      const upload = await startUpload();
      expect(await post(upload, random.bytes(1001))).toBe(400);
      expect(await post(upload, random.bytes(10), { key: 'uploads/images/other.jpg' })).toBe(403);
      expect(await post(upload, random.bytes(10), { 'Content-Type': 'text/html' })).toBe(403);
      expect(await post(upload, random.bytes(10), { acl: 'public-read' })).toBe(403);
      broker.faults.add({ kind: 'expired-url' });
      expect(await post(await startUpload(), random.bytes(10))).toBe(403);
      expect(await bucket.keys()).toEqual([]);
    });

    it('makes public what is to be public', async () => {
      const upload = await startUpload({ public: true });
      await post(upload, random.bytes(50));
      const path = `/api/uploads/${upload.upload_id}`;
      await ask('POST', `${path}/complete`);
      const { url } = await get({ url: z.url() }, 'GET', `${path}/url`);
      expect(new URL(url).search).toBe('');
      expect((await use(url)).status).toBe(200);
      const signed = await get({ url: z.url() }, 'GET', `${path}/url?presigned=true`);
      expect(new URL(signed.url).search).not.toBe('');

      const secret = await startUpload();
      await post(secret, random.bytes(50));
      await ask('POST', `/api/uploads/${secret.upload_id}/complete`);
      const plain = await get({ url: z.url() }, 'GET', `/api/uploads/${secret.upload_id}/url?presigned=false`);
      expect((await use(plain.url)).status).toBe(403);
    });

    it('keeps that an upload has failed, and that it came after all', async () => {
      const upload = await startUpload();
      const path = `/api/uploads/${upload.upload_id}`;
      const failed = await ask('POST', `${path}/failed`, { json: { reason: 'the line broke' } });
      expect(failed).toMatchObject({ status: 200, body: { upload: { status: 'failed', reason: 'the line broke' } } });
      await post(upload, random.bytes(5));
      expect(await ask('POST', `${path}/complete`)).toMatchObject({
        body: { upload: { status: 'complete', reason: null } },
      });
    });

    it('lists what is there by prefix, so many at most, and only one’s own', async () => {
      const mine: string[] = [];
      for (const prefix of ['a/one', 'a/one', 'a/two', 'b']) {
        const upload = await startUpload({ prefix });
        await post(upload, random.bytes(7));
        mine.push(upload.upload_id);
      }
      await startUpload({ prefix: 'a/one' }); // has no object
      await bucket.s3.send(new PutObjectCommand({ Bucket: bucket.name, Key: 'a/stranger', Body: 'x' }));
      const listed = {
        objects: z.array(z.object({ key: z.string(), size: z.literal(7), upload_id: z.uuid() })),
        truncated: z.boolean(),
      };
      const all = await get(listed, 'GET', '/api/uploads?prefix=a/');
      expect(all.objects.map(({ upload_id }) => upload_id).sort()).toEqual(mine.slice(0, 3).sort());
      expect(all.truncated).toBe(false);
      const two = await get(listed, 'GET', '/api/uploads?prefix=a/&max_keys=2');
      expect([two.objects.length, two.truncated]).toEqual([2, true]);
      expect(await get(listed, 'GET', '/api/uploads', { as: broker.token('ben') })).toMatchObject({ objects: [] });
    });

    it('refuses others’ uploads, bad prefixes and more than it takes', async () => {
      const { upload_id } = await startUpload();
      const as = broker.token('ben');
      for (const [method, end] of [
        ['GET', ''],
        ['DELETE', ''],
        ['GET', '/url'],
        ['POST', '/complete'],
        ['POST', '/failed'],
      ] as const)
        expect(await ask(method, `/api/uploads/${upload_id}${end}`, { as })).toMatchObject({
          status: 404,
          body: { success: false },
        });
      for (const prefix of ['/a', 'a/', 'a//b', 'a/../b', '..', 'a\\b', 'a\n'])
        expect(await ask('POST', '/api/uploads/start', { json: { ...example, prefix } })).toMatchObject({
          status: 400,
          body: { success: false },
        });
      const json = { ...example, max_file_size: 6 * 1024 ** 3 };
      expect(await ask('POST', '/api/uploads/start', { json })).toMatchObject({ status: 413 });
      expect(await ask('GET', `/api/uploads/${upload_id}/url?expires=604801`)).toMatchObject({ status: 400 });
    });
  });

  describe('P: media of events', () => {
    const media = {
      ...{ id: z.uuid(), event_id: z.string(), title: z.string().nullable(), description: z.string().nullable() },
      ...{
        file_url: z.url(),
        s3_key: z.string(),
        file_type: z.string(),
        file_size: z.number(),
        tags: z.array(z.string()),
      },
      ...{ created_at: z.iso.datetime({ precision: 0 }), updated_at: z.iso.datetime({ precision: 0 }) },
    };
    const path = '/api/v1/events/cup-24/media';

    function form(bytes: Buffer, texts: Record<string, string> = {}, { name = 'file.JPG', type = 'image/jpeg' } = {}) {
      const made = new FormData();
      made.append('file', new Blob([new Uint8Array(bytes)], { type }), name);
      for (const [field, value] of Object.entries(texts)) made.append(field, value);
      return made;
    }

    it('takes a file with its words, and makes the document’s record', async () => {
      const bytes = random.bytes(2_048_576);
      const texts = { title: 'Event "Photo" é', description: 'A great\r\nphoto', tags: 'photo, event,,memories' };
      const record = await get(media, 'POST', path, { body: form(bytes, texts) });
      expect(record).toMatchObject({
        ...{ event_id: 'cup-24', title: texts.title, description: texts.description },
        ...{ file_type: 'image/jpeg', file_size: 2_048_576, tags: ['photo', 'event', 'memories'] },
      });
      expect(record.s3_key).toMatch(/^events\/cup-24\/media\/\d{4}\/\d\d\/\d\d\/\d{6}_\d{6}\.jpg$/);
      expect(record.file_url.endsWith(`/${bucket.name}/${record.s3_key}`)).toBe(true);
      expect((await bucket.hashes()).get(record.s3_key)).toBe(createHash('sha256').update(bytes).digest('hex'));
      const { Metadata } = await bucket.s3.send(new HeadObjectCommand({ Bucket: bucket.name, Key: record.s3_key }));
      // Ceph writes the underscores in these names as dashes.
      expect(Metadata).toEqual({ 'user-id': 'user123', 'event-id': 'cup-24' });
      expect(broker.records().media).toMatchObject([{ ...record, user_id: 'user123' }]);
    });

    it('takes bytes that look like its boundary, and an empty file without an extension', async () => {
      const boundary = 'xxBOUNDARYxx';
      const bytes = Buffer.from(`\r\n--${boundary.slice(0, -1)}\r\n\r\n--xx\r\r\n-${'\r\n--xxBOUND'.repeat(50)}`);
      const head = 'Content-Disposition: form-data; name="file"; filename="a\\"b"\r\nContent-Type: image/png';
      const body = Buffer.concat([
        Buffer.from(`--${boundary}\r\n${head}\r\n\r\n`),
        bytes,
        Buffer.from(`\r\n--${boundary}--\r\n`),
      ]);
      for (const size of [1, 7, body.length]) {
        // in chunks of every kind of size, so that the boundary is cut everywhere
        const answer = await sendRaw(chunksOf(body, size), {
          'content-type': `multipart/form-data; boundary=${boundary}`,
        });
        expect(answer.status).toBe(200);
        const { s3_key } = z.object(media).parse(JSON.parse(answer.text));
        expect(s3_key.endsWith('.bin')).toBe(true);
        expect((await bucket.hashes()).get(s3_key)).toBe(createHash('sha256').update(bytes).digest('hex'));
      }
      const empty = await get(media, 'POST', path, { body: form(Buffer.alloc(0)) });
      expect(empty.file_size).toBe(0);
    });

    it('takes large files in parts, where its limit lets it', async () => {
      broker = await start({ limits: { mediaBytes: 40 * MiB } });
      token = broker.token('anna');
      for (const size of [8 * MiB, 24 * MiB, 20 * MiB + 1]) {
        const bytes = random.bytes(size);
        const record = await get(media, 'POST', path, { body: form(bytes) });
        expect(record.file_size).toBe(size);
        expect((await bucket.hashes()).get(record.s3_key)).toBe(createHash('sha256').update(bytes).digest('hex'));
      }
    });

    it('refuses what is too large: by its announced length at once, by its bytes while they come', async () => {
      const exact = await get(media, 'POST', path, { body: form(random.bytes(10_485_760)) });
      expect(exact.file_size).toBe(10_485_760);
      const over = await ask('POST', path, { body: form(random.bytes(10_485_761)) });
      const words = 'File too large. Maximum size is 10485760 bytes (10.0 MB)';
      expect(over).toMatchObject({ status: 413, body: { detail: words } });

      const type = 'multipart/form-data; boundary=b';
      const announced = { 'content-type': type, 'content-length': String(50 * MiB), expect: '100-continue' };
      const early = await sendRaw([], announced);
      expect(early).toMatchObject({ status: 413, continued: false });

      const head = Buffer.from(
        '--b\r\nContent-Disposition: form-data; name="file"; filename="a.mp4"\r\nContent-Type: video/mp4\r\n\r\n',
      );
      const endless = Readable.from(
        (function* () {
          yield head;
          for (let at = 0; at < 12; at++) yield Buffer.alloc(MiB);
        })(),
      );
      expect(await sendRaw(endless, { 'content-type': type })).toMatchObject({
        status: 413,
        text: JSON.stringify({ detail: words }),
      });
      expect(await bucket.keys()).toEqual([exact.s3_key]);
      expect(await bucket.uploadsLeft()).toEqual([]);
      expect(broker.records().media).toHaveLength(1);
    });

    it('leaves nothing of a large file whose sender goes away, or that turns out too large', async () => {
      broker = await start({ limits: { mediaBytes: 20 * MiB } });
      token = broker.token('anna');
      const head =
        '--b\r\nContent-Disposition: form-data; name="file"; filename="a.mp4"\r\nContent-Type: video/mp4\r\n\r\n';
      const headers = { 'content-type': 'multipart/form-data; boundary=b' };
      const bytes = Buffer.concat([Buffer.from(head), random.bytes(12 * MiB)]);
      await expect(sendRaw(chunksOf(bytes, MiB), headers, { breakOff: true })).rejects.toThrow();
      expect(await sendRaw(chunksOf(bytes, MiB), headers)).toMatchObject({ status: 400 }); // ends without its boundary
      expect((await ask('POST', path, { body: form(random.bytes(20 * MiB + 1)) })).status).toBe(413);
      await expect.poll(() => bucket.uploadsLeft()).toEqual([]);
      expect(await bucket.keys()).toEqual([]);
    });

    it('removes the object when the record cannot be written, and when the form goes wrong after the file', async () => {
      broker.faults.add({ kind: 'record-fails', times: 1 });
      const failed = await ask('POST', path, { body: form(random.bytes(100)) });
      expect(failed).toMatchObject({ status: 500, body: { detail: expect.stringContaining('record') as string } });
      const two = form(random.bytes(100));
      two.append('file', new Blob(['x'], { type: 'image/png' }), 'second.png');
      expect((await ask('POST', path, { body: two })).status).toBe(422);
      expect((await ask('POST', path, { body: form(random.bytes(100), { title: 'x'.repeat(20_000) }) })).status).toBe(
        422,
      );
      expect(await bucket.keys()).toEqual([]);
      expect(broker.records().media).toEqual([]);
      expect((await ask('POST', path, { body: form(random.bytes(100)) })).status).toBe(200);
    });

    it('refuses wrong types and what is no form', async () => {
      const page = await ask('POST', path, {
        body: form(Buffer.from('<p>'), {}, { name: 'a.html', type: 'text/html' }),
      });
      expect(page).toMatchObject({ status: 400, body: { detail: 'File type text/html is not allowed' } });
      expect((await ask('POST', path, { json: {} })).status).toBe(400);
      const headers = { 'content-type': 'multipart/form-data; boundary=b' };
      for (const text of [
        '',
        'hello',
        '--b\r\n\r\n',
        '--bb\r\n',
        '--b\r\nContent-Disposition: form-data\r\n\r\n\r\n--b--',
      ])
        expect((await ask('POST', path, { body: Buffer.from(text), headers })).status).toBe(400);
      const none = new FormData();
      none.append('title', 'alone');
      expect(await ask('POST', path, { body: none })).toMatchObject({
        status: 422,
        body: { detail: [{ loc: ['body', 'file'] }] },
      });
      expect(await bucket.keys()).toEqual([]);
    });

    it('lists by type and in pages', async () => {
      const ids: string[] = [];
      for (const type of ['image/jpeg', 'video/mp4', 'image/jpeg', 'image/jpeg'])
        ids.push((await get(media, 'POST', path, { body: form(random.bytes(9), {}, { type, name: 'a' }) })).id);
      const listed = async (query: string) => {
        const { body } = await ask('GET', `${path}${query}`);
        return z
          .array(z.object(media))
          .parse(body)
          .map(({ id }) => ids.indexOf(id));
      };
      expect(await listed('')).toEqual([0, 1, 2, 3]);
      expect(await listed('?file_type=image/jpeg')).toEqual([0, 2, 3]);
      expect(await listed('?file_type=image/jpeg&skip=1&limit=1')).toEqual([2]);
      expect(await listed('?skip=4')).toEqual([]);
      expect((await ask('GET', `${path}?limit=x`)).status).toBe(422);
      expect((await ask('GET', '/api/v1/events/other/media')).body).toEqual([]);
    });

    it('gives files back whole and in ranges, and deletes them with their records', async () => {
      const bytes = random.bytes(100_000);
      const { id, s3_key } = await get(media, 'POST', path, { body: form(bytes) });
      const fetched = async (end: string, headers: Record<string, string> = {}) => {
        const response = await fetch(`${broker.url}${path}/${id}${end}`, {
          headers: { authorization: `Bearer ${token}`, ...headers },
        });
        return { response, bytes: Buffer.from(await response.arrayBuffer()) };
      };
      const whole = await fetched('/download', { range: 'bytes=0-9' });
      expect(whole.response.status).toBe(200);
      expect(whole.response.headers.get('content-disposition')).toMatch(/^attachment; filename="\d{6}_\d{6}\.jpg"$/);
      expect(whole.bytes).toEqual(bytes);
      expect((await fetched('/stream')).bytes).toEqual(bytes);
      const part = await fetched('/stream', { range: 'bytes=1000-1999' });
      expect(part.response.status).toBe(206);
      expect(part.response.headers.get('content-range')).toBe('bytes 1000-1999/100000');
      expect(part.bytes).toEqual(bytes.subarray(1000, 2000));
      expect((await fetched('/stream', { range: 'bytes=100000-' })).response.status).toBe(416);

      expect(await ask('DELETE', `${path}/${id}`)).toMatchObject({ status: 200 });
      expect(await bucket.keys()).not.toContain(s3_key);
      expect(broker.records().media).toEqual([]);
      for (const end of ['/download', '/stream']) expect((await fetched(end)).response.status).toBe(404);
      expect(await ask('DELETE', `${path}/${id}`)).toMatchObject({ status: 404, body: { detail: 'Media not found' } });
    });

    it('keeps events to those who have them', async () => {
      broker = await start({ events: { 'cup-24': ['anna'], training: ['anna', 'ben'] } });
      token = broker.token('anna');
      const as = broker.token('ben');
      const { id } = await get(media, 'POST', path, { body: form(random.bytes(10)) });
      expect((await ask('POST', path, { body: form(random.bytes(10)), as })).status).toBe(403);
      for (const [method, end] of [
        ['GET', ''],
        ['GET', `/${id}/download`],
        ['GET', `/${id}/stream`],
        ['DELETE', `/${id}`],
      ] as const)
        expect((await ask(method, `${path}${end}`, { as })).status).toBe(403);
      expect((await ask('GET', `/api/v1/events/training/media/${id}/download`, { as })).status).toBe(404);
      for (const event of ['none', 'constructor', '..%2Fcup-24'])
        expect((await ask('POST', `/api/v1/events/${event}/media`, { body: form(random.bytes(10)) })).status).toBe(404);
      expect(await bucket.keys()).toHaveLength(1);
    });

    it('says in words why the store does not take a file', async () => {
      const problems = [
        [{ secretAccessKey: 'wrong' }, 'S3 credentials are not accepted: verify the IAM role and its permissions'],
        [{ endpoint: 'http://127.0.0.1:1' }, 'S3 connection failed: ECONNREFUSED'],
        [{ bucket: 'not-there' }, 'S3 bucket not found: verify its name and region'],
        [{ encrypted: true }, 'S3 error: InvalidRequest'], // this store has no AES256 at rest
      ] as const;
      for (const [storage, detail] of problems) {
        broker = await start({ storage });
        const answer = await ask('POST', path, { body: form(random.bytes(10)), as: broker.token('anna') });
        expect(answer).toMatchObject({ status: 500, body: { detail } });
        expect(broker.requests()).toMatchObject([{ failure: expect.stringContaining(detail) as string }]);
        expect(JSON.stringify(broker.requests())).not.toMatch(/Bearer|Signature=|test-secret-key/);
      }
    });

    interface Raw {
      status: number;
      text: string;
      continued: boolean;
    }

    /** A POST as node:http sends it, in chunks where no length is said. */
    function sendRaw(
      chunks: Iterable<Buffer> | Readable,
      headers: http.OutgoingHttpHeaders,
      { breakOff = false } = {},
    ): Promise<Raw> {
      return new Promise((resolve, reject) => {
        const request = http.request(`${broker.url}${path}`, {
          method: 'POST',
          headers: { authorization: `Bearer ${token}`, ...headers },
        });
        let continued = false;
        request.on('continue', () => (continued = true));
        request.on('error', reject);
        request.on('response', (response) => {
          void buffer(response).then((text) => {
            resolve({ status: response.statusCode ?? 0, text: text.toString(), continued });
            request.destroy();
          }, reject);
        });
        const body = Readable.from(chunks, { objectMode: true });
        if ('expect' in headers) request.flushHeaders();
        else if (breakOff) body.on('end', () => setTimeout(() => request.destroy(), 300)).pipe(request, { end: false });
        else body.pipe(request);
      });
    }

    function* chunksOf(bytes: Buffer, size: number): Generator<Buffer> {
      for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
    }
  });

  describe('faults', () => {
    const startPath = '/api/sessions/start';

    it('fall on so many calls to a path, after so many', async () => {
      const fallen = broker.faults.add({
        kind: 'status',
        status: 503,
        path: '/api/sessions/*',
        method: 'POST',
        after: 1,
        times: 2,
      });
      const seen: number[] = [];
      for (let call = 0; call < 5; call++) seen.push((await ask('POST', startPath)).status);
      expect(seen).toEqual([200, 503, 503, 200, 200]);
      expect(fallen()).toBe(2);
      expect((await ask('POST', '/api/storage/presigned-url', { json: {} })).status).toBe(400);
      expect(broker.records().sessions).toHaveLength(3);
      expect(broker.requests({ path: startPath }).map(({ status }) => status)).toEqual(seen);
    });

    it('refuse in the manner of the system, before or after the work', async () => {
      broker.faults.add({ kind: 'status', status: 500, times: 1 });
      expect(await ask('GET', '/api/uploads')).toMatchObject({
        status: 500,
        body: { success: false, error: expect.any(String) as string },
      });
      broker.faults.add({ kind: 'status', status: 500, when: 'after', times: 1 });
      expect((await ask('POST', startPath)).status).toBe(500);
      expect(broker.records().sessions).toHaveLength(1);
    });

    it('hold an answer back', async () => {
      broker.faults.add({ kind: 'slow', ms: 300, times: 1 });
      const before = performance.now();
      expect((await ask('POST', startPath)).status).toBe(200);
      expect(performance.now() - before).toBeGreaterThan(290);
    });

    it('void all tokens after so many calls, until a new sign-in or a refresh', async () => {
      const login = () =>
        get(grant, 'POST', '/api/auth/login', { as: null, json: { username: 'anna', password: 'anna-secret' } });
      const first = await login();
      broker.faults.add({ kind: 'unauthorized', after: 2 });
      const statuses: number[] = [];
      for (let call = 0; call < 4; call++)
        statuses.push((await ask('POST', startPath, { as: first.access_token })).status);
      expect(statuses).toEqual([200, 200, 401, 401]);
      const second = await get(grant, 'POST', '/api/auth/refresh', {
        as: null,
        json: { refresh_token: first.refresh_token },
      });
      expect((await ask('POST', startPath, { as: second.access_token })).status).toBe(200);

      broker.faults.add({ kind: 'unauthorized', refreshToo: true });
      expect((await ask('POST', startPath, { as: second.access_token })).status).toBe(401);
      expect(
        (await ask('POST', '/api/auth/refresh', { as: null, json: { refresh_token: second.refresh_token } })).status,
      ).toBe(401);
      expect((await ask('POST', startPath, { as: (await login()).access_token })).status).toBe(200);
    });

    it('break the connection before the work, and after it: then the record is written', async () => {
      broker.faults.add({ kind: 'drop', when: 'before', times: 1 });
      await expect(ask('POST', startPath)).rejects.toThrow('fetch failed');
      expect(broker.records().sessions).toEqual([]);
      broker.faults.add({ kind: 'drop', when: 'after', times: 1 });
      await expect(ask('POST', startPath)).rejects.toThrow('fetch failed');
      expect(broker.records().sessions).toHaveLength(1);
      expect(broker.requests({ path: startPath }).map(({ status }) => status)).toEqual([null, null]);
    });

    it('give answers of wrong shapes', async () => {
      const bent = async (fault: { shape: 'missing-field' | 'wrong-type' | 'html' | 'empty'; field?: string }) => {
        broker.faults.add({ kind: 'wrong-shape', times: 1, ...fault });
        return await ask('POST', startPath);
      };
      expect((await bent({ shape: 'missing-field' })).body).not.toHaveProperty('sessionId');
      expect((await bent({ shape: 'missing-field', field: 'status' })).body).not.toHaveProperty('status');
      expect(await bent({ shape: 'wrong-type' })).toMatchObject({
        status: 200,
        body: { sessionId: 42, status: 'in_progress' },
      });
      const page = await bent({ shape: 'html' });
      expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html']);
      expect(page.body).toMatch(/^<!doctype html>/);
      expect(await bent({ shape: 'empty' })).toMatchObject({ status: 200, body: '' });
    });

    it('send a call to another origin', async () => {
      const elsewhere = await start();
      broker.faults.add({ kind: 'redirect', to: elsewhere.url, times: 1 });
      const answer = await ask('GET', '/api/uploads?prefix=a');
      expect(answer.status).toBe(302);
      expect(answer.headers.get('location')).toBe(`${elsewhere.url}/api/uploads?prefix=a`);
    });
  });

  it('logs what was asked and never a token', async () => {
    await ask('POST', '/api/auth/login', { as: null, json: { username: 'anna', password: 'anna-secret' } });
    await ask('GET', '/api/uploads?prefix=a');
    await ask('PATCH', '/api/uploads');
    await ask('GET', '/nowhere', { as: 'wrong-token' });
    expect(broker.requests()).toMatchObject([
      { method: 'POST', path: '/api/auth/login', authorization: false, user: null, status: 200 },
      { method: 'GET', path: '/api/uploads', query: 'prefix=a', authorization: true, user: 'anna', status: 200 },
      { method: 'PATCH', path: '/api/uploads', authorization: true, status: 405 },
      { method: 'GET', path: '/nowhere', authorization: true, user: null, status: 404 },
    ]);
    const log = JSON.stringify(broker.requests());
    for (const secret of [token, 'wrong-token', 'anna-secret']) expect(log).not.toContain(secret);
  });

  it('stops at once, even with an answer held back', async () => {
    broker.faults.add({ kind: 'slow', ms: 60_000 });
    const asked = ask('POST', '/api/sessions/start').catch((error: unknown) => error);
    await expect.poll(() => broker.records().sessions.length).toBe(1);
    more.splice(more.indexOf(broker), 1);
    const before = performance.now();
    await broker.stop();
    expect(performance.now() - before).toBeLessThan(2000);
    expect(await asked).toBeInstanceOf(Error);
  });
});
