/** How objects look in the window: over the whole app but its page, which is played by asking for what it would ask for. */
import { mkdir, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { GetObjectCommand, PutBucketVersioningCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import sharp from 'sharp';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { keepFiles } from '../../electron/admin/preview/kept-files.ts';
import type { Core } from '../../electron/app/core.ts';
import { derivedOf } from '../../electron/app/derived.ts';
import type { Events } from '../../shared/ipc.ts';
import type { Preview, ThumbOf } from '../../shared/previews.ts';
import { openAdminBucket, type AdminBucket } from '../servers/admin-bucket.ts';
import { openTestCore } from '../servers/app-core.ts';
import { withThumb } from '../servers/exif-thumb.ts';
import { failureOf } from '../servers/failure.ts';
import { heic } from '../servers/media.ts';
import { startFaultProxy, type FaultProxy } from '../servers/fault-proxy.ts';
import { corner, noise, photo } from '../servers/pictures.ts';
import { seededRandom } from '../servers/random.ts';
import { realHeic } from '../servers/real-heic.ts';
import { newFolder } from '../servers/tree.ts';

const ceph = inject('ceph');

describe.skipIf(ceph === null)('objects that are looked at', { timeout: 60_000 }, () => {
  const random = seededRandom('previews');
  let store: AdminBucket;
  let proxy: FaultProxy;
  let folder: string;
  let core: Core;
  let connectionId: number;
  let tasks: Events['tasks'] = [];
  let opened: string[] = [];
  let running = true;

  beforeAll(async () => {
    if (ceph === null) return;
    store = await openAdminBucket(ceph);
    await store.s3.send(
      new PutBucketVersioningCommand({ Bucket: store.name, VersioningConfiguration: { Status: 'Enabled' } }),
    );
    proxy = await startFaultProxy(ceph.endpoint);
    folder = await newFolder();
    core = openTestCore(path.join(folder, 'data'), {
      askWhere: (name) => Promise.resolve(path.join(folder, name)),
      openPath(file) {
        opened.push(file);
        return Promise.resolve('');
      },
      push(name, payload) {
        if (name === 'tasks') tasks = payload as Events['tasks'];
      },
    });
    await core.start({ practice: false });
    const { region, accessKeyId, secretAccessKey } = ceph;
    ({ id: connectionId } = await core.handlers['connections.save']({
      ...{ id: null, name: 'Club', secret: { accessKeyId, secretAccessKey } },
      config: {
        endpoint: proxy.endpoint,
        ...{ region, bucket: store.name, pathStyle: true, credentials: { from: 'stored' } },
      },
    }));
  });
  beforeEach(() => {
    proxy.faults = () => null;
    opened = [];
  });
  afterAll(async () => {
    if (running) await core.close();
    await proxy.stop();
    store.close();
    store.s3.destroy();
    await rm(folder, { recursive: true, force: true });
  });

  async function put(Key: string, Body: Buffer | string, ContentType = 'text/html'): Promise<ThumbOf> {
    const { ETag = '' } = await store.s3.send(new PutObjectCommand({ Bucket: store.name, Key, Body, ContentType }));
    return { key: Key, etag: ETag.replaceAll('"', ''), size: Buffer.byteLength(Body) };
  }
  const open = async (key: string, versionId: string | null = null) =>
    await core.handlers['previews.open']({ connectionId, key, versionId });
  const openOutside = async (key: string) =>
    await core.handlers['previews.outside']({ connectionId, key, versionId: null });
  const get = (url: string | null, range?: string, method = 'GET') =>
    core.previews.answer(
      new Request(url ?? 'object://preview/none', { method, ...(range === undefined ? {} : { headers: { range } }) }),
    );
  const bytesAt = async (url: string | null) => Buffer.from(await (await get(url)).arrayBuffer());
  const gets = (key: string, since: number) =>
    proxy.seen.slice(since).filter((one) => one.method === 'GET' && one.path.endsWith(`${store.name}/${key}`));

  it('are shown by what is in them, as nothing that could run', async () => {
    const jpeg = await photo(random, 640, 480).jpeg().toBuffer();
    await put('cup/team.jpg', jpeg);
    await put('cup/page.jpg', '<!doctype html><script>alert(1)</script>', 'image/jpeg');
    await put('cup/drawing.svg', '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>');
    await put('cup/report.pdf', '%PDF-1.7\n%âãÏÓ\n');
    await put('cup/program', Buffer.from('7f454c4602010100', 'hex'));
    await put('cup/empty.jpg', '');
    await put('cup/IMG_1.HEIC', realHeic);

    const shown = await open('cup/team.jpg');
    expect(shown).toMatchObject({ kind: 'image', type: 'image/jpeg', size: jpeg.length, text: null, canOpen: true });
    expect(shown.url).toMatch(/^object:\/\/preview\/[0-9a-f]{32}$/);
    const answer = await get(shown.url);
    expect(answer.status).toBe(200);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'image/jpeg',
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none'; sandbox",
      'content-length': String(jpeg.length),
    });
    expect(Buffer.from(await answer.arrayBuffer())).toEqual(jpeg);

    const page = await open('cup/page.jpg');
    expect(page).toMatchObject({ kind: 'text', type: 'text/plain', url: null });
    const drawing = await open('cup/drawing.svg');
    expect(drawing).toMatchObject({ kind: 'text', url: null });
    expect(drawing.text?.text).toContain('<script>');
    const report = await open('cup/report.pdf');
    expect(report).toMatchObject({ kind: 'pdf', canOpen: true });
    expect(report.url).toMatch(/^object:\/\/pdf\/[0-9a-f]{32}$/);
    const framed = await get(report.url);
    expect(Object.fromEntries(framed.headers)).toMatchObject({
      ...{ 'content-type': 'application/pdf', 'x-content-type-options': 'nosniff' },
      'content-security-policy': "default-src 'none'; sandbox",
    });
    expect(await framed.text()).toBe('%PDF-1.7\n%âãÏÓ\n');
    // Only PDFs are where frames may look, and they are nowhere else.
    expect((await get(report.url?.replace('//pdf/', '//preview/') ?? null)).status).toBe(404);
    expect((await get(shown.url?.replace('//preview/', '//pdf/') ?? null)).status).toBe(404);
    expect(await open('cup/program')).toMatchObject({ kind: 'none', url: null, why: 'format', canOpen: false });
    expect(await open('cup/empty.jpg')).toMatchObject({ kind: 'none', why: 'empty' });
    expect(await open('cup/IMG_1.HEIC')).toMatchObject({
      kind: 'none',
      type: 'image/heic',
      why: 'format',
      canOpen: true,
    });
    expect(await failureOf(open('cup/none.jpg'))).toMatchObject({ kind: 'object-missing' });
  });

  it('are texts by their first 64 KiB, with what moves a cursor made visible', async () => {
    await put('a.txt', `one\r\ntwo\x1b[2Jthree\u202e\0four`);
    await put('b.csv', Buffer.from('\ufeffnäme;Größe', 'utf16le'));
    await put('c.log', 'ä'.repeat(50_000));
    expect((await open('a.txt')).text).toEqual({ text: 'one\ntwo␛[2Jthree�␀four', isWhole: true });
    expect((await open('b.csv')).text).toEqual({ text: 'näme;Größe', isWhole: true });
    expect((await open('c.log')).text).toEqual({ text: 'ä'.repeat(32 * 1024), isWhole: false });
  });

  it('answers ranges, and nothing that was not opened', async () => {
    const bytes = random.bytes(3 * 2 ** 20);
    Buffer.from('ftypmp42').copy(bytes, 4);
    bytes.writeUInt32BE(16, 0);
    await put('clip.mp4', bytes);
    const { kind, url } = await open('clip.mp4');
    expect(kind).toBe('video');
    const part = await get(url, 'bytes=1000-1999');
    expect(part.status).toBe(206);
    expect(part.headers.get('content-range')).toBe(`bytes 1000-1999/${bytes.length}`);
    expect(Buffer.from(await part.arrayBuffer()).equals(bytes.subarray(1000, 2000))).toBe(true);
    const tail = await get(url, `bytes=${bytes.length - 10}-`);
    expect(Buffer.from(await tail.arrayBuffer()).equals(bytes.subarray(-10))).toBe(true);
    expect((await get(url, `bytes=${bytes.length}-`)).status).toBe(416);
    expect((await get(`object://preview/${'0'.repeat(32)}`)).status).toBe(404);
    expect((await get(`object://thumb/${'0'.repeat(32)}`)).status).toBe(404);
    expect((await get('object://elsewhere/x')).status).toBe(404);
    expect((await get(url, undefined, 'POST')).status).toBe(405);
  });

  it('reads no further than somebody watches, and goes on where the line breaks', async () => {
    const bytes = random.bytes(40 * 2 ** 20);
    Buffer.from('ftypmp42').copy(bytes, 4);
    bytes.writeUInt32BE(16, 0);
    await put('long.mp4', bytes);
    const { url } = await open('long.mp4');
    const since = proxy.seen.length;
    const reader = (await get(url, 'bytes=0-')).body?.getReader();
    await reader?.read();
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(gets('long.mp4', since)[0]?.answered ?? Infinity).toBeLessThan(20 * 2 ** 20);
    await reader?.cancel();
    await expect.poll(() => gets('long.mp4', since).every(({ over }) => over)).toBe(true);

    let cuts = 0;
    proxy.faults = ({ method, path: asked }) =>
      method === 'GET' && asked.endsWith('/long.mp4') && cuts++ < 2 ? { kind: 'cut-answer', after: 5_000_000 } : null;
    expect((await bytesAt(url)).equals(bytes)).toBe(true);
    expect(cuts).toBe(3);
  });

  it('are made smaller where the page could not show them, or not all of their pixels', async () => {
    const tiff = await photo(random, 3000, 1000).tiff().toBuffer();
    await put('scan.tif', tiff);
    const shown = await open('scan.tif');
    expect(shown).toMatchObject({ kind: 'image', type: 'image/tiff', size: tiff.length });
    const made = await sharp(await bytesAt(shown.url)).metadata();
    expect(made).toMatchObject({ format: 'webp', width: 2048, height: 683 });

    await put('cut.tif', tiff.subarray(0, 2000));
    expect(await open('cut.tif')).toMatchObject({ kind: 'none', why: 'broken', url: null });
    const png = await corner(8, 8).png().toBuffer();
    png.writeUInt32BE(60_000, 16); // says that it has 60,000 x 60,000 pixels
    png.writeUInt32BE(60_000, 20);
    await put('bomb.png', png);
    expect(await open('bomb.png')).toMatchObject({ kind: 'none', url: null });
    expect(await readdir(path.join(folder, 'data', 'opened'))).toEqual([]);
  });

  it('are shown as they were, brought back and saved, by their versions', async () => {
    await put('notes.txt', 'first');
    const { VersionId: first = '' } = await store.s3.send(
      new PutObjectCommand({ Bucket: store.name, Key: 'notes.txt', Body: 'first, with a tag', Tagging: 'of=cup' }),
    );
    await put('notes.txt', 'second');
    expect((await open('notes.txt')).text?.text).toBe('second');
    expect((await open('notes.txt', first)).text?.text).toBe('first, with a tag');

    const saved = await core.handlers['objects.saveVersion']({ connectionId, key: 'notes.txt', versionId: first });
    await expect.poll(() => tasks.find(({ id }) => id === saved?.taskId)?.state).toBe('done');
    expect(await readFile(path.join(folder, 'notes.txt'), 'utf8')).toBe('first, with a tag');
    expect((await readdir(folder)).filter((name) => name.endsWith('.part'))).toEqual([]);

    const now = await core.handlers['objects.restore']({ connectionId, key: 'notes.txt', versionId: first });
    expect(now).toMatchObject({ size: 17, tags: { known: true, value: { of: 'cup' } } });
    expect(now.versions.known && now.versions.value.length).toBe(4);
    const { Body } = await store.s3.send(new GetObjectCommand({ Bucket: store.name, Key: 'notes.txt' }));
    expect(await Body?.transformToString()).toBe('first, with a tag');
  });

  it('are told of without what the store does not have', async () => {
    await put('plain.txt', 'text');
    proxy.faults = ({ query }) =>
      query.has('tagging') ? { kind: 'refuse', status: 501, code: 'NotImplemented' } : null;
    const details = await core.handlers['objects.details']({ connectionId, key: 'plain.txt', versionId: null });
    expect(details).toMatchObject({ tags: { known: false, reason: { kind: 'unsupported' } }, acl: { known: true } });
  });

  describe('that only the system decodes', () => {
    /** As phones write them that think of others: with a small JPEG in their Exif. */
    async function heicWithThumb(): Promise<Buffer> {
      const small = await corner(160, 120).jpeg().toBuffer();
      const jpeg = withThumb(await photo(random, 300, 200).jpeg().toBuffer(), small, 1);
      const exif = jpeg.subarray(jpeg.indexOf('Exif') + 6);
      return heic({ brands: ['heic', 'mif1'], size: [4032, 3024], quarters: 0, exif, picture: random.bytes(2000) });
    }

    it('are shown small where there is a small picture, and else by no picture', async () => {
      await put('phone/IMG_2.HEIC', await heicWithThumb());
      const shown = await open('phone/IMG_2.HEIC');
      expect(shown).toMatchObject({ kind: 'image', type: 'image/heic', isSmall: true, why: null, canOpen: true });
      expect(await sharp(await bytesAt(shown.url)).metadata()).toMatchObject({ format: 'webp', width: 160 });
      await put('phone/IMG_3.HEIC', realHeic);
      expect(await open('phone/IMG_3.HEIC')).toMatchObject({ kind: 'none', why: 'format', url: null, canOpen: true });
      const [thumb] = await core.handlers['previews.thumb']({
        connectionId,
        objects: [await put('phone/IMG_4.HEIC', realHeic)],
      });
      expect(thumb).toBeNull();
    });

    it('are shown as the system has them, in the list too', async () => {
      const asked: [string, number][] = [];
      let fails = false;
      const mac = openTestCore(path.join(folder, 'mac'), {
        async decodeImage(file, side) {
          asked.push([path.extname(file), side]);
          expect(await readFile(file)).toEqual(realHeic);
          if (fails) throw new Error('there is no codec');
          return await photo(random, 800, 600).jpeg().toBuffer();
        },
      });
      try {
        await mac.start({ practice: false });
        const config = { endpoint: proxy.endpoint, bucket: store.name, pathStyle: true } as const;
        const { id } = await mac.handlers['connections.save']({
          ...{ id: null, name: 'Club', secret: ceph },
          config: { ...config, region: ceph?.region ?? '', credentials: { from: 'stored' } },
        });
        const object = await put('mac/IMG_5.HEIC', realHeic);
        const shown = await mac.handlers['previews.open']({ connectionId: id, key: object.key, versionId: null });
        expect(shown).toMatchObject({ kind: 'image', type: 'image/heic', isSmall: false, why: null });
        const body = async (url: string | null | undefined) =>
          Buffer.from(await (await mac.previews.answer(new Request(url ?? ''))).arrayBuffer());
        expect(await sharp(await body(shown.url)).metadata()).toMatchObject({ format: 'webp', width: 800 });
        const [thumb] = await mac.handlers['previews.thumb']({ connectionId: id, objects: [object] });
        expect(await sharp(await body(thumb)).metadata()).toMatchObject({ format: 'webp', width: 256 });
        expect(asked).toEqual([
          ['.heic', 2048],
          ['.heic', 256],
        ]);
        fails = true;
        await put('mac/IMG_6.HEIC', realHeic);
        const none = await mac.handlers['previews.open']({ connectionId: id, key: 'mac/IMG_6.HEIC', versionId: null });
        expect(none).toMatchObject({ kind: 'none', why: 'format', url: null });
        expect(await readdir(path.join(folder, 'mac', 'opened'))).toEqual([]);
        expect(await readdir(path.join(folder, 'mac', 'thumbs'))).toHaveLength(1);
      } finally {
        await mac.close();
      }
    });
  });

  it('are opened with another program as a copy that is named after what it is, or not at all', async () => {
    await put('reports/../evil\u202efdp.exe', '%PDF-1.7\n1 0 obj');
    await put('setup.exe', Buffer.concat([Buffer.from('MZ'), random.bytes(500)]));
    await openOutside('reports/../evil\u202efdp.exe');
    expect(opened).toHaveLength(1);
    const [file = ''] = opened;
    expect(path.basename(file)).toMatch(/^evil%E2%80%AEfdp\.pdf$/i);
    expect(path.relative(path.join(folder, 'data', 'opened'), file)).not.toContain('..');
    expect(await readFile(file, 'utf8')).toBe('%PDF-1.7\n1 0 obj');
    const refusal = await failureOf(openOutside('setup.exe'));
    expect(refusal.message).toMatch(/not opened from here/);
    expect(opened).toHaveLength(1);
  });

  describe('as small pictures', () => {
    const thumb = (...objects: ThumbOf[]) => core.handlers['previews.thumb']({ connectionId, objects });
    const addressOf = async (object: ThumbOf) => (await thumb(object))[0] ?? null;
    const readerOf = async (url: string | null) => {
      const { body } = await get(url);
      if (body === null) throw new Error('no stream');
      return body.getReader();
    };
    const metadata = async (url: string | null) => sharp(await bytesAt(url)).metadata();

    it('come of a photo from its first bytes, turned as it is, and from the disk the next time', async () => {
      const small = await corner(160, 120).jpeg().toBuffer();
      const large = withThumb(await noise(random, 1200, 900).jpeg({ quality: 95 }).toBuffer(), small, 6);
      expect(large.length).toBeGreaterThan(500_000);
      const object = await put('IMG_1.JPG', large);
      const since = proxy.seen.length;
      const url = await addressOf(object);
      expect(url).toMatch(/^object:\/\/thumb\/[0-9a-f]{32}$/);
      expect(proxy.seen.length).toBe(since); // nothing is asked for before somebody looks
      expect(await metadata(url)).toMatchObject({ format: 'webp', width: 120, height: 160 });
      expect(gets('IMG_1.JPG', since).map(({ answered }) => answered)).toEqual([128 * 1024]);
      const asked = proxy.seen.length;
      expect(await addressOf(object)).toBe(url);
      expect((await metadata(url)).width).toBe(120);
      expect(proxy.seen.length).toBe(asked);
    });

    it('are made of the whole where there is none in it', async () => {
      const object = await put('poster.png', await photo(random, 900, 300).png().toBuffer());
      expect(await metadata(await addressOf(object))).toMatchObject({ format: 'webp', width: 256, height: 85 });
    });

    it('are not tried of what has none by its name, nor twice of what cannot be decoded', async () => {
      const broken = await put('broken.jpg', random.bytes(5000));
      const [text, video, url] = await thumb(
        { key: 'a.txt', etag: 'x', size: 1 },
        { key: 'clip.mp4', etag: 'x', size: 1 },
        broken,
      );
      expect([text, video]).toEqual([null, null]);
      await expect(bytesAt(url ?? null)).rejects.toThrow();
      const asked = proxy.seen.length;
      await expect(bytesAt(url ?? null)).rejects.toThrow();
      expect(proxy.seen.length).toBe(asked);
    });

    it('are fetched four at a time, and no more of those that nobody waits for', async () => {
      const body = await noise(random, 100, 100).png().toBuffer();
      const objects = await Promise.all(Array.from({ length: 12 }, (_, at) => put(`many/${at}.png`, body)));
      const since = proxy.seen.length;
      proxy.faults = ({ path: asked }) => (asked.includes('/many/') ? { kind: 'stall', after: 0 } : null);
      const urls = await thumb(...objects);
      const readers = await Promise.all(urls.map(readerOf));
      const reads = readers.map((reader) => reader.read().catch(() => null));
      const begun = () => proxy.seen.slice(since).filter(({ path: asked }) => asked.includes('/many/'));
      await expect.poll(() => begun().length).toBe(4);
      await new Promise((resolve) => setTimeout(resolve, 200));
      expect(begun()).toHaveLength(4);
      await Promise.all(readers.map((reader) => reader.cancel()));
      await Promise.all(reads);
      await expect.poll(() => begun().every(({ over }) => over)).toBe(true);
      expect(begun()).toHaveLength(4);
      proxy.faults = () => null;
      expect((await metadata(urls[11] ?? null)).width).toBe(100);
    });

    it('are taken from the smaller ones that were sent along', async () => {
      const object = await put('films/final.mp4', 'film');
      const still = await put('films/final.jpg', await photo(random, 300, 200).jpeg().toBuffer());
      const sent = { transferId: 3, key: object.key, etag: object.etag, size: object.size };
      const journal = {
        sentTo: () => new Map([[object.key, sent]]),
        madeFrom: () => [4],
        receipt: () => ({ key: still.key, etag: still.etag, size: still.size }) as never,
        transfer: () => ({ connectionId }) as never,
      };
      expect(derivedOf(journal, connectionId, object)).toEqual(still);
      expect(derivedOf(journal, connectionId, { ...object, etag: 'another' })).toBeNull();
    });
  });

  it('keeps the small pictures that were used last, within its limit', async () => {
    const kept = path.join(folder, 'kept');
    await mkdir(kept);
    for (let at = 0; at < 10; at++) {
      await writeFile(path.join(kept, `${at}.webp`), Buffer.alloc(1000));
      const used = new Date(2026, 0, 1 + at);
      await utimes(path.join(kept, `${at}.webp`), used, used);
    }
    const files = keepFiles(kept, 5000, (error) => {
      throw error;
    });
    expect(await files.has('0.webp')).toBe(true); // it was the oldest, and is used now
    expect(await files.has('none.webp')).toBe(false);
    files.added();
    await expect.poll(async () => (await readdir(kept)).sort()).toEqual(['0.webp', '7.webp', '8.webp', '9.webp']);
    expect((await stat(path.join(kept, '9.webp'))).size).toBe(1000);
  });

  it('forgets what was opened when the app is closed', async () => {
    const shown: Preview = await open('cup/team.jpg');
    expect((await get(shown.url)).status).toBe(200);
    await put('cup/last.pdf', '%PDF-1.7\n1 0 obj');
    await openOutside('cup/last.pdf');
    await core.close();
    running = false;
    expect(await readdir(path.join(folder, 'data'))).not.toContain('opened');
    expect((await get(shown.url)).status).toBe(404);
  });
});
