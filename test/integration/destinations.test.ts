/** Files that go to destinations, on a real S3: keys, headers, policies, images, and what is not sent and why. */
import { copyFile, readdir, rm, truncate, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { GetObjectCommand, GetObjectTaggingCommand, HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { batchDetailsSchema, destinationRulesSchema, type SortingRule } from '../../shared/destination.ts';
import type { Totals } from '../../shared/domain.ts';
import type { Engine, WantedTarget } from '../../electron/engine/engine.ts';
import { recordVideo } from '../../electron/practice/sample-video.ts';
import { createTestBucket, type TestBucket } from '../servers/bucket.ts';
import { startDiscardServer } from '../servers/discard-server.ts';
import { startFaultProxy } from '../servers/fault-proxy.ts';
import { realHeic } from '../servers/real-heic.ts';
import { seededRandom } from '../servers/random.ts';
import { hashTree, newFolder, writeTree } from '../servers/tree.ts';
import { startWorkbench, type Workbench } from '../servers/workbench.ts';

const ceph = inject('ceph');
const MiB = 2 ** 20;

describe.skipIf(ceph === null)('destinations', { timeout: 120_000 }, () => {
  let bucket: TestBucket;
  let folder: string;
  let event: string;
  let bench: Workbench;
  let engine: Engine;

  beforeEach(async () => {
    if (ceph === null) return;
    bucket = await createTestBucket(ceph);
    folder = await newFolder();
    event = path.join(folder, 'event');
    bench = startWorkbench(path.join(folder, 'data'), bucket.env());
    engine = await bench.engine();
  });
  afterEach(async () => {
    await bench.close();
    bucket.s3.destroy();
    await rm(folder, { recursive: true });
  });

  function target(rules: object, sorting: SortingRule[] = []): WantedTarget {
    const connectionId = bench.connection.id;
    const parsed = destinationRulesSchema.parse({ name: `Rules ${names++}`, ...rules });
    const destination = bench.journal.addDestination(connectionId, parsed);
    return { destinationId: destination.id, connectionId, rules: parsed, sorting };
  }
  let names = 0;

  async function send(targets: readonly WantedTarget[], details: object = {}): Promise<Totals> {
    const batch = await engine.addBatch({
      ...{ connectionId: bench.connection.id, prefix: '', roots: [event], targets },
      details: batchDetailsSchema.parse(details),
    });
    await engine.start([batch]);
    return await bench.rest();
  }

  async function photo(name: string, width = 640, height = 480, seed = name): Promise<string> {
    const file = path.join(event, name);
    await writeTree(event, new Map([[name, 0]]), seededRandom(seed));
    const random = seededRandom(seed);
    const raw = { width, height, channels: 3 as const };
    const image = sharp(random.bytes(width * height * 3), { raw }).withExif({
      IFD0: { Make: 'Kamera', Model: 'K1' },
      IFD2: { DateTimeOriginal: '2026:05:31 14:03:09' },
      IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '52/1 31/1 0/1' },
    });
    await image.toFormat(path.extname(name) === '.png' ? 'png' : 'jpeg').toFile(file);
    return file;
  }

  const head = (Key: string) => bucket.s3.send(new HeadObjectCommand({ Bucket: bucket.name, Key }));
  async function bytesOf(Key: string): Promise<Buffer> {
    const { Body } = await bucket.s3.send(new GetObjectCommand({ Bucket: bucket.name, Key }));
    return Buffer.from((await Body?.transformToByteArray()) ?? []);
  }
  const reasons = (state: 'failed' | 'skipped') =>
    bench.journal
      .transfers({ states: [state], limit: 100 })
      .map(({ source, reason }) => [path.basename(source), reason?.kind]);

  it('write the headers, metadata and tags of the rules and of the batch, with one PUT and in parts', async () => {
    await writeTree(
      event,
      new Map([
        ['a.bin', 1000],
        ['film.mp4', 20 * MiB],
      ]),
      seededRandom('headers'),
    );
    const rules = { cacheControl: 'max-age=86400', contentDisposition: 'attachment', metadata: { league: 'north' } };
    const totals = await send([target({ ...rules, acl: 'public-read', tags: { season: '26' } })], {
      title: 'Finale der Mädchen',
      event: 'cup 2026',
      tags: ['final', 'u19'],
    });
    expect(totals).toMatchObject({ done: { files: 2 }, failed: { files: 0 } });
    expect(await bucket.hashes()).toEqual(await hashTree(event));
    for (const [key, name] of [
      ['event/a.bin', 'a.bin'],
      ['event/film.mp4', 'film.mp4'],
    ] as const) {
      const object = await head(key);
      expect(object.CacheControl).toBe('max-age=86400');
      expect(object.ContentDisposition).toBe(`attachment; filename="${name}"`);
      expect(object.Metadata).toMatchObject({ league: 'north', event: 'cup 2026', tags: 'final,u19' });
      expect(object.Metadata?.title).toMatch(/^=\?UTF-8\?B\?/);
      const { TagSet } = await bucket.s3.send(new GetObjectTaggingCommand({ Bucket: bucket.name, Key: key }));
      expect(TagSet).toEqual(
        expect.arrayContaining([
          { Key: 'season', Value: '26' },
          { Key: 'event', Value: 'cup 2026' },
        ]),
      );
      expect((await fetch(`${ceph?.endpoint ?? ''}/${bucket.name}/${key}`)).status).toBe(200); // public
    }
  });

  it('make the key by content: the time of taking, an id, an extension', async () => {
    await photo('IMG_1.jpg');
    await send([
      target({
        prefix: 'media',
        keyTemplate: '{taken:yyyy/MM/dd}/{user_id}-{uuid}.{ext}',
        fields: { user_id: '7' },
        zone: 'local',
      }),
    ]);
    const [key = ''] = await bucket.keys();
    expect(key).toMatch(/^media\/2026\/05\/31\/7-[0-9a-f-]{36}\.jpg$/);
    expect((await head(key)).ContentType).toBe('image/jpeg');
  });

  it('make the key by what the camera wrote: measures and time, of photos and videos', async () => {
    await photo('wide.jpg', 640, 480);
    const clip = { seed: 'clip', bytes: 100_000, recordedAt: Date.UTC(2026, 4, 31, 12, 3, 9) / 1000 };
    await recordVideo(clip, path.join(event, 'clip.mp4'));
    await writeFile(path.join(event, 'notes.txt'), 'what was said');
    await send([target({ keyTemplate: '{width}x{height}/{taken:yyyy-MM-dd}-{name}', image: { width: 64 } })]);
    const keys = await bucket.keys();
    expect(keys.slice(1)).toEqual(['1920x1080/2026-05-31-clip.mp4', '640x480/2026-05-31-wide.jpg']);
    expect(keys[0]).toMatch(/^0x0\/.*-notes\.txt$/);
  });

  it('sort one folder into several, and say why the rest stays', async () => {
    await photo('stills/a.jpg');
    await photo('stills/b.png');
    await writeTree(
      event,
      new Map([
        ['clips/final.mp4', 5000],
        ['notes.txt', 10],
        ['stills/fake.jpg', 500],
        ['stills/empty.jpg', 0],
      ]),
      seededRandom('sort'),
    );
    const images = target({ prefix: 'images', keyTemplate: '{name}', accepts: ['image/*'] }, [
      { types: [], folder: 'stills', file: null },
    ]);
    const films = target({ prefix: 'films', keyTemplate: '{name}', maxSize: 1000 }, [
      { types: [], folder: null, file: '*.MP4' },
    ]);
    await send([images, films]);
    expect(await bucket.keys()).toEqual(['images/a.jpg', 'images/b.png']);
    expect(Object.fromEntries(reasons('skipped'))).toEqual({
      'final.mp4': 'over-limit',
      'notes.txt': 'no-destination',
      'fake.jpg': 'type-refused',
      'empty.jpg': 'empty-file',
    });
  });

  describe('whose key is taken at the store', () => {
    const other = Buffer.from('somebody else was here');
    beforeEach(async () => {
      await writeTree(
        event,
        new Map([
          ['a.jpg', 900],
          ['film.mp4', 20 * MiB],
        ]),
        seededRandom('taken'),
      );
      for (const Key of ['event/a.jpg', 'event/film.mp4'])
        await bucket.s3.send(new PutObjectCommand({ Bucket: bucket.name, Key, Body: other }));
    });

    it('find a free name, where they replace nothing', async () => {
      expect(await send([target({ overwrite: 'never' })])).toMatchObject({ done: { files: 2 } });
      expect((await bucket.keys()).toSorted()).toEqual(
        ['event/a-2.jpg', 'event/a.jpg', 'event/film-2.mp4', 'event/film.mp4'].toSorted(),
      );
      expect(await bytesOf('event/a.jpg')).toEqual(other);
      expect(await bytesOf('event/film.mp4')).toEqual(other);
      const hashes = await hashTree(event);
      const there = await bucket.hashes();
      expect(there.get('event/a-2.jpg')).toBe(hashes.get('event/a.jpg'));
      expect(there.get('event/film-2.mp4')).toBe(hashes.get('event/film.mp4'));
      expect(await bucket.uploadsLeft()).toEqual([]);
    });

    it('find a free name even where the key is taken while the parts are sent', async () => {
      const proxy = await startFaultProxy(ceph?.endpoint ?? '');
      const through = startWorkbench(path.join(folder, 'through'), bucket.env(proxy.endpoint));
      try {
        let refused = 0;
        proxy.faults = ({ method, path: of, query }) => {
          if (method !== 'POST' || !query.has('uploadId') || !of.includes('film') || refused > 0) return null;
          refused += 1;
          return { kind: 'refuse', status: 412, code: 'PreconditionFailed' };
        };
        const rules = destinationRulesSchema.parse({ name: 'Late', prefix: 'late', overwrite: 'never' });
        const connectionId = through.connection.id;
        const { id: destinationId } = through.journal.addDestination(connectionId, rules);
        const late = await through.engine();
        const targets = [{ destinationId, connectionId, rules, sorting: [] }];
        const batch = await late.addBatch({ connectionId, prefix: '', roots: [event], targets });
        await late.start([batch]);
        expect(await through.rest()).toMatchObject({ done: { files: 2 }, failed: { files: 0 } });
        expect((await bucket.keys('late/')).toSorted()).toEqual(['late/event/a.jpg', 'late/event/film-2.mp4']);
        expect((await bucket.hashes('late/')).get('late/event/film-2.mp4')).toBe(
          (await hashTree(event)).get('event/film.mp4'),
        );
      } finally {
        await through.close();
        await proxy.stop();
      }
      expect(await bucket.uploadsLeft()).toEqual([]);
    });

    it.each(['replace', 'skip-equal'])('replace it, where the policy is %s', async (overwrite) => {
      expect(await send([target({ overwrite })])).toMatchObject({ done: { files: 2 } });
      expect(await bucket.hashes()).toEqual(await hashTree(event));
    });
  });

  it('skip what is there already, where the policy is skip-equal, and find a free name for no equal one', async () => {
    await writeTree(
      event,
      new Map([
        ['a.jpg', 900],
        ['film.mp4', 20 * MiB],
      ]),
      seededRandom('equal'),
    );
    await bench.upload([event]); // without a destination: no receipt of it
    engine = await bench.engine();
    const again = await send([target({ overwrite: 'skip-equal' })]);
    expect(again).toMatchObject({ done: { files: 2 }, skipped: { files: 2 } });
    expect(reasons('skipped')).toEqual([
      ['a.jpg', 'already-sent'],
      ['film.mp4', 'already-sent'],
    ]);
  });

  it('take the same content once, whatever it is called, and say where it is', async () => {
    await writeTree(
      event,
      new Map([
        ['a.jpg', 90_000],
        ['film.mp4', 20 * MiB],
      ]),
      seededRandom('same'),
    );
    const to = target({ keyTemplate: '{uuid}.{ext}' });
    await send([to]);
    const first = await bucket.keys();
    const copy = path.join(folder, 'copy', 'event');
    await writeTree(
      copy,
      new Map([
        ['b.jpg', 90_000],
        ['other.mp4', 20 * MiB],
        ['c.jpg', 90_000],
      ]),
      seededRandom('other'),
    );
    await copyFile(path.join(event, 'a.jpg'), path.join(copy, 'b.jpg'));
    await copyFile(path.join(event, 'film.mp4'), path.join(copy, 'other.mp4'));
    event = copy;
    const totals = await send([to]);
    expect(totals).toMatchObject({ done: { files: 3 }, skipped: { files: 2 } }); // c.jpg has only the size
    for (const { reason } of bench.journal.transfers({ states: ['skipped'], limit: 9 })) {
      expect(reason?.kind).toBe('same-content');
      expect(first.some((key) => reason?.message.includes(key))).toBe(true);
    }
  });

  it('take the same content again for another event, and once for the same one', async () => {
    await writeTree(event, new Map([['a.jpg', 90_000]]), seededRandom('events'));
    const keyTemplate = 'events/{event_id}/{uuid}.{ext}';
    const to = target({ keyTemplate });
    const of = (event_id: string, prefix = '') => ({ ...to, rules: { ...to.rules, prefix, fields: { event_id } } });
    expect(await send([of('42')])).toMatchObject({ done: { files: 1 }, skipped: { files: 0 } });
    expect(await send([of('43')])).toMatchObject({ done: { files: 2 }, skipped: { files: 0 } });
    const before = await bucket.keys();
    expect(before.map((key) => key.split('/')[1]).toSorted()).toEqual(['42', '43']);
    const again = await send([of('42')]);
    expect(again).toMatchObject({ done: { files: 2 }, skipped: { files: 1 } });
    const [skipped] = bench.journal.transfers({ states: ['skipped'], limit: 9 });
    expect(skipped?.reason?.message).toContain(before.find((key) => key.startsWith('events/42/')));
    expect(await send([of('42', 'archive')])).toMatchObject({ done: { files: 3 }, skipped: { files: 1 } });
    expect(await bucket.keys()).toHaveLength(3);
  });

  it('take all that is made of the same content once', async () => {
    await photo('IMG_1.jpg', 1600, 1200);
    const rules = {
      keyTemplate: 'web/{uuid}.{ext}',
      originalPrefix: 'originals',
      image: { width: 800 },
      derived: ['one', 'two'].map((name) => ({ name, keyTemplate: `${name}/{uuid}.{ext}`, image: { width: 100 } })),
    };
    const to = target(rules);
    expect(await send([to])).toMatchObject({ done: { files: 4 } }); // two sizes that are the same are both wanted
    expect(await send([to])).toMatchObject({ done: { files: 4 }, skipped: { files: 4 } });
    expect(await bucket.keys()).toHaveLength(4);
  });

  it('prepare images, make other sizes of them, and keep the original where that is wanted', async () => {
    await photo('IMG_1.jpg', 1600, 1200);
    const source = await hashTree(event);
    const rules = {
      prefix: 'web',
      originalPrefix: 'originals',
      keyTemplate: '{name}',
      image: { width: 800, height: 800, quality: 80 },
      derived: [{ name: 'thumb', keyTemplate: 'thumbs/{stem}.{ext}', image: { width: 200, format: 'webp' } }],
    };
    expect(await send([target(rules)])).toMatchObject({ done: { files: 3 }, failed: { files: 0 } });
    expect((await bucket.keys()).toSorted()).toEqual(['originals/IMG_1.jpg', 'web/IMG_1.jpg', 'web/thumbs/IMG_1.webp']);
    expect((await bucket.hashes('originals/')).get('originals/IMG_1.jpg')).toBe(source.get('event/IMG_1.jpg'));
    const web = await sharp(await bytesOf('web/IMG_1.jpg')).metadata();
    expect(web).toMatchObject({ format: 'jpeg', width: 800, height: 600 });
    expect(web.exif).toBeUndefined();
    const thumb = await sharp(await bytesOf('web/thumbs/IMG_1.webp')).metadata();
    expect(thumb).toMatchObject({ format: 'webp', width: 200, height: 150 });
    expect((await head('web/thumbs/IMG_1.webp')).ContentType).toBe('image/webp');
    const [main] = bench.journal.transfers({ states: ['done'], limit: 1 });
    const receipt = bench.journal.receipt(main?.id ?? 0);
    expect(receipt?.changes).toEqual(expect.arrayContaining(['resized', 'metadata-removed']));
    expect(receipt).toMatchObject({ type: 'image/jpeg', source: path.join(event, 'IMG_1.jpg') });
    expect(receipt?.sourceSize).toBeGreaterThan(receipt?.size ?? Infinity);
    expect(await hashTree(event)).toEqual(source); // never touched
  });

  it('fail only the image that is broken', async () => {
    for (let at = 0; at < 6; at++) await photo(`IMG_${at}.jpg`, 300, 200);
    const whole = await photo('broken.jpg', 400, 400);
    await truncate(whole, 9000);
    expect(await send([target({ image: { width: 100 } })])).toMatchObject({ done: { files: 6 }, failed: { files: 1 } });
    expect(reasons('failed')).toEqual([['broken.jpg', 'image-unreadable']]);
  });

  it('send what cannot be decoded as it is, or not, as the destination says', async () => {
    const whole = await photo('broken.jpg', 400, 400);
    await truncate(whole, 9000);
    await writeFile(path.join(event, 'phone.heic'), realHeic);
    const image = { width: 100 };
    const derived = [{ name: 'thumb', keyTemplate: 'thumbs/{name}', image }];
    const keyTemplate = '{name}';
    await send([target({ prefix: 'some', keyTemplate, image, derived })]);
    expect(reasons('failed').map(([, kind]) => kind)).toEqual(['image-unreadable', 'image-unreadable']);
    await send([target({ prefix: 'all', keyTemplate, image, derived, undecodable: 'as-is' })]);
    expect(reasons('failed')).toHaveLength(2);
    await send([target({ prefix: 'none', keyTemplate, image, undecodable: 'fail' })]);
    expect(reasons('failed')).toHaveLength(4);
    expect((await bucket.keys()).toSorted()).toEqual(['all/broken.jpg', 'all/phone.heic', 'some/phone.heic']);
    const source = await hashTree(event);
    expect((await bucket.hashes('all/')).get('all/broken.jpg')).toBe(source.get('event/broken.jpg'));
    const changes = bench.journal
      .transfers({ states: ['done'], limit: 9 })
      .map(({ id }) => bench.journal.receipt(id)?.changes?.join());
    expect(changes.toSorted()).toEqual(['as-is: damaged', 'as-is: undecodable', 'as-is: undecodable']);
  });

  it('go on after a stop in the middle of preparing, and prepare again what changed', async () => {
    for (let at = 0; at < 12; at++) await photo(`IMG_${at}.jpg`, 1200, 900);
    const slow = { width: 900, format: 'avif' };
    const to = target({ image: slow, keyTemplate: '{stem}-{uuid}.{ext}' });
    const wanted = { connectionId: bench.connection.id, prefix: '', roots: [event], targets: [to] };
    const batch = await engine.addBatch(wanted);
    const planned = bench.journal.transfers({ limit: 100 }).map(({ key }) => key);
    await engine.start([batch]);
    await expect.poll(() => bench.totals().done.files, { timeout: 20_000 }).toBeGreaterThan(1);
    engine = await bench.engine(); // as after a restart
    await photo('IMG_11.jpg', 600, 300, 'changed');
    await utimes(path.join(event, 'IMG_11.jpg'), new Date(), new Date(Date.now() - 60_000));
    const again = await engine.addBatch(wanted);
    expect(again.id).toBe(batch.id);
    await engine.start([again]);
    expect(await bench.rest()).toMatchObject({ done: { files: 12 }, failed: { files: 0 } });
    expect((await bucket.keys()).toSorted()).toEqual(planned.toSorted()); // the keys were drawn once
    const changed = planned.find((key) => key.startsWith('IMG_11-')) ?? '';
    expect(await sharp(await bytesOf(changed)).metadata()).toMatchObject({ width: 600, height: 300 });
  });

  it('prepare nothing that is paused, and leave no prepared file behind', async () => {
    for (let at = 0; at < 10; at++) await photo(`IMG_${at}.jpg`, 1200, 900);
    const targets = [target({ image: { width: 300 } })];
    const batch = await engine.addBatch({ connectionId: bench.connection.id, prefix: '', roots: [event], targets });
    await engine.start([batch]);
    await engine.pause();
    await bench.rest();
    expect(bench.totals().preparing.files).toBe(0);
    expect(bench.totals().paused.files).toBeGreaterThan(0);
    await engine.resume();
    expect(await bench.rest()).toMatchObject({ done: { files: 10 } });
    await expect.poll(() => readdir(path.join(folder, 'data', 'prepared'))).toEqual([]);
  });

  it('give two files of one name each a key of its own', async () => {
    await writeTree(
      event,
      new Map([
        ['a/IMG_1.bin', 500],
        ['b/IMG_1.bin', 600],
        ['c/IMG_1.bin', 700],
      ]),
      seededRandom('names'),
    );
    expect(await send([target({ keyTemplate: '{name}' })])).toMatchObject({ done: { files: 3 } });
    expect((await bucket.keys()).toSorted()).toEqual(['IMG_1-2.bin', 'IMG_1-3.bin', 'IMG_1.bin']);
  });

  it('refuse two files of one key, where they replace', async () => {
    await writeTree(
      event,
      new Map([
        ['a/IMG_1.bin', 500],
        ['b/IMG_1.bin', 600],
      ]),
      seededRandom('names'),
    );
    expect(await send([target({ keyTemplate: '{name}', overwrite: 'replace' })])).toMatchObject({
      done: { files: 1 },
      failed: { files: 1 },
    });
    expect(reasons('failed')).toEqual([['IMG_1.bin', 'key-clash']]);
  });

  it('say what a field of the key lacks', async () => {
    await writeFile(path.join(await madeEvent(), 'a.bin'), 'a');
    await send([target({ keyTemplate: '{user_id}/{name}' })]);
    const [failed] = bench.journal.transfers({ states: ['failed'], limit: 1 });
    expect(failed?.reason?.message).toContain('user_id');
  });

  async function madeEvent(): Promise<string> {
    await writeTree(event, new Map([['b.bin', 5]]), seededRandom('b'));
    return event;
  }
});

describe('a store that takes the wish to encrypt and does not heed it', () => {
  it.each(['AES256', 'aws:kms'] as const)('is not believed: %s', async (by) => {
    const folder = await newFolder();
    const store = await startDiscardServer();
    const { endpoint, bucket, region, accessKeyId, secretAccessKey } = store;
    const bench = startWorkbench(path.join(folder, 'data'), {
      ...{ AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, AWS_REGION: region },
      ...{ SIDELINE_S3_BUCKET: bucket, SIDELINE_S3_ENDPOINT: endpoint, SIDELINE_S3_PATH_STYLE: '1' },
    });
    try {
      const event = path.join(folder, 'event');
      const files = [
        ['photo.jpg', 9000],
        ['film.mp4', 20 * MiB],
      ] as const;
      await writeTree(event, new Map(files), seededRandom('unheeded'));
      const sse = by === 'AES256' ? { by } : { by, keyId: 'club-key' };
      const rules = destinationRulesSchema.parse({ name: 'Locked away', sse });
      const connectionId = bench.connection.id;
      const { id: destinationId } = bench.journal.addDestination(connectionId, rules);
      const engine = await bench.engine();
      const targets = [{ destinationId, connectionId, rules, sorting: [] }];
      await engine.start([await engine.addBatch({ connectionId, prefix: '', roots: [event], targets })]);
      expect(await bench.rest()).toMatchObject({ failed: { files: 2 } });
      const failed = bench.journal.transfers({ states: ['failed'], limit: 9 });
      expect(new Set(failed.map(({ reason }) => reason?.kind))).toEqual(new Set(['sse-refused']));
      expect(bench.journal.connection(connectionId).capabilities?.sse).toBe(false);
      expect(store.stats().parts).toBeLessThanOrEqual(6); // those of the probe
    } finally {
      await bench.close();
      await store.stop();
      await rm(folder, { recursive: true });
    }
  });
});
