/** Looking into files: what cameras write, and what nobody should. */
import { spawn } from 'node:child_process';
import { truncateSync } from 'node:fs';
import { mkdir, mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inspectFile } from '../../electron/engine/inspect/inspect.ts';
import { drawScenes, takePhoto } from '../../electron/practice/sample-photo.ts';
import { recordVideo } from '../../electron/practice/sample-video.ts';
import { inspectedSchema, type Inspected } from '../../shared/inspected.ts';
import {
  box,
  fileType,
  fullBox,
  heic,
  movieBox,
  text,
  tiff,
  u16,
  u32,
  u64,
  u8,
  zeros,
  type MadeMovie,
} from '../servers/media.ts';
import { seededRandom, type Random } from '../servers/random.ts';

let folder = '';
let count = 0;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'sideline-inspect-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** By a name that tells nothing. */
async function inspect(content: Uint8Array): Promise<Inspected> {
  const file = path.join(folder, `file ${++count}`);
  await writeFile(file, content);
  return inspectedSchema.parse(await inspectFile(file));
}

const taken = { wall: '2026-05-31T14:03:09.25', offset: 120 };
const cameraTags = { 0x9003: '2026:05:31 14:03:09', 0x9011: '+02:00', 0x9291: '25' };
const exif = {
  IFD2: { DateTimeOriginal: '2026:05:31 14:03:09', OffsetTimeOriginal: '+02:00', SubSecTimeOriginal: '25' },
};
/** Seconds since 1904 of 2026-05-31 12:03:09 UTC. */
const created = Date.UTC(2026, 4, 31, 12, 3, 9) / 1000 + 2_082_844_800;
const utc = { wall: '2026-05-31T12:03:09', offset: 0 };

function picture(width = 60, height = 40) {
  return sharp({ create: { width, height, channels: 3, background: '#284' } });
}

function inMovie(movie: MadeMovie, frames = zeros(500)): Buffer {
  return Buffer.concat([fileType(movie.brand ?? 'isom', 'mp42'), movieBox(movie), box('mdat', frames)]);
}

/** JPEG with an Exif of its own. */
async function jpegWith(block: Buffer): Promise<Buffer> {
  const jpeg = await picture().jpeg().toBuffer();
  const segment = Buffer.concat([text('Exif\0\0'), block]);
  const length = Buffer.from([(segment.length + 2) >> 8, (segment.length + 2) & 255]);
  return Buffer.concat([jpeg.subarray(0, 2), Buffer.from([0xff, 0xe1]), length, segment, jpeg.subarray(2)]);
}

describe('pictures', () => {
  it.each([
    ['image/jpeg', (it: Sharp) => it.jpeg()],
    ['image/jpeg', (it: Sharp) => it.jpeg({ progressive: true })],
    ['image/png', (it: Sharp) => it.png()],
    ['image/webp', (it: Sharp) => it.webp()],
    ['image/webp', (it: Sharp) => it.webp({ lossless: true })],
  ])('%s: size as shown, and when it was taken', async (type, to) => {
    const content = await to(picture().withMetadata({ orientation: 6 }).withExifMerge(exif)).toBuffer();
    expect(await inspect(content)).toEqual({ type, width: 40, height: 60, duration: null, taken });
  });

  it('AVIF is turned by its own box, not by its Exif', async () => {
    const content = await picture().withMetadata({ orientation: 1 }).withExifMerge(exif).avif({ effort: 0 }).toBuffer();
    expect(await inspect(content)).toEqual({ type: 'image/avif', width: 60, height: 40, duration: null, taken });
  });

  it.each([
    ['image/webp', (it: Sharp) => it.webp()],
    ['image/webp', (it: Sharp) => it.webp({ lossless: true })],
    ['image/png', (it: Sharp) => it.png()],
    ['image/gif', (it: Sharp) => it.gif()],
  ])('%s without Exif', async (type, to) => {
    const content = await to(picture(61, 41)).toBuffer();
    expect(await inspect(content)).toEqual({ type, width: 61, height: 41, duration: null, taken: null });
  });

  it('a photo of a camera held upright', async () => {
    const [scene] = await drawScenes();
    const file = path.join(folder, 'upright.jpg');
    const camera = { make: 'Sideline', model: 'S1', serial: null };
    await takePhoto(
      scene === undefined ? [] : [scene],
      {
        ...{ seed: 'upright', orientation: 6, camera, takenAt: '2026:06:20 10:15:23' },
      },
      file,
    );
    expect(await inspectFile(file)).toEqual({
      ...{ type: 'image/jpeg', width: 1000, height: 1350, duration: null },
      taken: { wall: '2026-06-20T10:15:23', offset: 120 },
    });
  });

  it('PNG with its Exif behind 12 MB of picture', async () => {
    const noise = sharp(seededRandom('png').bytes(2000 * 2000 * 3), {
      raw: { width: 2000, height: 2000, channels: 3 },
    });
    const png = await noise.png({ compressionLevel: 0 }).toBuffer();
    const block = tiff({ camera: cameraTags });
    const chunk = Buffer.concat([u32(block.length), text('eXIf'), block, zeros(4)]);
    const content = Buffer.concat([png.subarray(0, -12), chunk, png.subarray(-12)]);
    expect(await inspect(content)).toMatchObject({ type: 'image/png', width: 2000, height: 2000, taken });
  });

  it('JPEG with megabytes of other segments before its frame', async () => {
    const jpeg = await jpegWith(tiff({ littleEndian: false, main: { 0x112: 1 }, camera: cameraTags }));
    const segment = Buffer.concat([Buffer.from([0xff, 0xe1, 0xff, 0xff]), zeros(0xffff - 2)]);
    const [first, rest] = [jpeg.subarray(0, 2), jpeg.subarray(2)];
    const content = Buffer.concat([first, ...Array.from({ length: 100 }, () => segment), rest]);
    expect(await inspect(content)).toMatchObject({ type: 'image/jpeg', width: 60, height: 40, taken });
  });

  it.each([
    ['heic', ['heic', 'mif1'], 'image/heic'],
    ['another camera’s', ['mif1', 'heic'], 'image/heic'],
    ['AVIF by a second brand', ['mif1', 'avif'], 'image/avif'],
    ['neither', ['mif1', 'miaf'], 'image/heif'],
  ] as const)('HEIF, %s: turned, its Exif far behind', async (_, brands, type) => {
    const block = tiff({ main: { 0x112: 6 }, camera: cameraTags });
    const [first, ...others] = brands;
    const made = { brands: [first, ...others] as [string, ...string[]], exif: block, picture: zeros(3_000_000) };
    const content = heic({ ...made, size: [4032, 3024], quarters: 3 });
    expect(await inspect(content)).toEqual({ type, width: 3024, height: 4032, duration: null, taken });
    const straight = heic({ ...made, size: [4032, 3024], quarters: 0 });
    expect(await inspect(straight)).toMatchObject({ width: 4032, height: 3024 });
  });

  it('raw files that are TIFF: the size is not that of their preview', async () => {
    const main = { 0x100: 160, 0x101: 120, 0x112: 8 };
    const made = { main: { ...main, 0xc612: 1 }, camera: { ...cameraTags, 0xa002: 6000, 0xa003: 4000 } };
    const dng = await inspect(Buffer.concat([tiff({ ...made, main: { ...made.main, 0xc612: 0x0401 } }), zeros(5000)]));
    expect(dng).toMatchObject({ width: 4000, height: 6000, taken });
    const panasonic = await inspect(
      Buffer.concat([
        tiff({ ...made, magic: 0x55, before: 16 }).fill(Buffer.from('88e774d8', 'hex'), 8, 12),
        zeros(500),
      ]),
    );
    expect(panasonic).toMatchObject({ type: 'image/x-panasonic-rw2', width: 4000, height: 6000, taken });
  });

  it('TIFF as libtiff writes it, with its directory at the end', async () => {
    const content = await picture(600, 400).withMetadata({ orientation: 6 }).tiff({ compression: 'none' }).toBuffer();
    expect(await inspect(content)).toMatchObject({ type: 'image/tiff', width: 400, height: 600 });
  });

  it('a TIFF whose directory lies behind 50 MB of picture', async () => {
    const content = tiff({ main: { 0x100: 9000, 0x101: 6000 }, camera: cameraTags, before: 50_000_000 });
    expect(await inspect(content)).toEqual({ type: 'image/tiff', width: 9000, height: 6000, duration: null, taken });
  });

  it('CR3', async () => {
    const uuid = Buffer.from('85c0b687820f11e08111f4ce462b6a48', 'hex');
    // CMT2's main directory is the camera's.
    const camera = tiff({ camera: cameraTags });
    camera.writeUInt32LE(8 + 2 + 12 + 4, 4);
    const canon = box('uuid', uuid, box('CMT1', tiff({ main: { 0x112: 8 } })), box('CMT2', camera));
    const content = Buffer.concat([fileType('crx', 'isom'), box('moov', canon), box('mdat', zeros(100))]);
    expect(await inspect(content)).toMatchObject({ type: 'image/x-canon-cr3', taken });
  });
});

describe('when a photo was taken', () => {
  const cases: [why: string, tags: Record<number, string>, expected: Inspected['taken']][] = [
    ['no offset', { 0x9003: '2026:05:31 14:03:09' }, { wall: '2026-05-31T14:03:09', offset: null }],
    ['a clock never set', { 0x9003: '0000:00:00 00:00:00' }, null],
    ['only spaces', { 0x9003: '    :  :     :  :  ' }, null],
    ['a day that is not', { 0x9003: '2026:06:31 14:03:09' }, null],
    [
      'digitized instead',
      { 0x9003: '0000:00:00 00:00:00', 0x9004: '2026:05:31 14:03:09', 0x9012: '-03:30' },
      { wall: '2026-05-31T14:03:09', offset: -210 },
    ],
    [
      'an offset that is not',
      { 0x9003: '2026:05:31 14:03:09', 0x9011: '+99:00' },
      { wall: '2026-05-31T14:03:09', offset: null },
    ],
    ['UTC', { 0x9003: '2026:05:31 14:03:09', 0x9011: 'Z' }, { wall: '2026-05-31T14:03:09', offset: 0 }],
    [
      'long fraction',
      { 0x9003: '2026:05:31 14:03:09', 0x9291: '123456789 ' },
      { wall: '2026-05-31T14:03:09.123456', offset: null },
    ],
    [
      'fraction of spaces',
      { 0x9003: '2026:05:31 14:03:09', 0x9291: '   ' },
      { wall: '2026-05-31T14:03:09', offset: null },
    ],
  ];
  it.each(cases)('%s', async (_, camera, expected) => {
    for (const littleEndian of [true, false]) {
      const jpeg = await jpegWith(tiff({ littleEndian, camera }));
      expect(await inspect(jpeg)).toMatchObject({ type: 'image/jpeg', width: 60, taken: expected });
    }
  });
});

describe('movies', () => {
  it.each([
    ['isom', 'video/mp4'],
    ['mp42', 'video/mp4'],
    ['XAVC', 'video/mp4'],
    ['qt', 'video/quicktime'],
    ['M4V', 'video/x-m4v'],
    ['3gp5', 'video/3gpp'],
    ['M4A', 'audio/mp4'],
  ])('%s is %s', async (brand, type) => {
    const found = await inspect(inMovie({ brand, created }));
    expect(found).toEqual({ type, width: 1920, height: 1080, duration: 12_345, taken: utc });
  });

  it.each([
    ['held upright', { turned: 90 }, { width: 1080, height: 1920 }],
    ['held upright, the other way', { turned: 270 }, { width: 1080, height: 1920 }],
    ['upside down', { turned: 180 }, { width: 1920, height: 1080 }],
    [
      'Apple’s own time',
      { created, apple: '2026-05-31T14:03:09+0200' },
      { taken: { wall: '2026-05-31T14:03:09', offset: 120 } },
    ],
    ['Apple’s own time in UTC', { created, apple: '2026-05-31T12:03:09Z' }, { taken: utc }],
    ['Apple’s own time, senseless', { created, apple: 'yesterday' }, { taken: utc }],
    ['a clock never set', { created: 0 }, { taken: null }],
    ['counted from 1970', { created: created - 2_082_844_800 }, { taken: utc }],
    ['64 bits', { created, long: true }, { taken: utc, duration: 12_345 }],
    ['in fragments', { duration: 0, fragments: 60_500 }, { duration: 60_500 }],
    ['of no known length', { duration: 0xffff_ffff }, { duration: null }],
    ['without pictures', { size: [0, 0] }, { width: null, height: null, duration: 12_345 }],
  ] satisfies [string, MadeMovie, Partial<Inspected>][])('%s', async (_, movie, expected) => {
    expect(await inspect(inMovie(movie))).toMatchObject(expected);
  });

  it('a sample clip', async () => {
    const file = path.join(folder, 'clip');
    await recordVideo({ seed: 'clip', bytes: 3_000_000, recordedAt: Date.UTC(2026, 4, 31, 12, 3, 9) / 1000 }, file);
    const found = await inspectFile(file);
    expect(found).toMatchObject({ type: 'video/mp4', width: 1920, height: 1080, taken: utc });
    expect(found.duration).toBeCloseTo(1000, -2);
  });

  it.each([
    ['before', true],
    ['behind', false],
  ])('10 GB, with the header %s the frames: at once', async (_, first) => {
    const file = path.join(folder, `large ${String(first)}`);
    const size = 10 * 1024 ** 3;
    const type = fileType('qt');
    const movie = movieBox({ created, apple: '2026-05-31T14:03:09+0200' });
    const frames = Buffer.concat([u32(1), text('mdat'), u64(BigInt(size))]);
    const frameStart = type.length + (first ? movie.length : 0);
    await writeFile(file, Buffer.concat([type, ...(first ? [movie] : []), frames]));
    truncateSync(file, frameStart + size);
    if (!first) await appendTo(file, frameStart + size, movie);
    const start = performance.now();
    expect(await inspectFile(file)).toMatchObject({
      ...{ type: 'video/quicktime', width: 1920, height: 1080, duration: 12_345 },
      taken: { wall: '2026-05-31T14:03:09', offset: 120 },
    });
    expect(performance.now() - start).toBeLessThan(250);
    await rm(file);
  });

  it('tables of a million frames are leapt over', async () => {
    const table = box(
      'mdia',
      box('minf', box('stbl', fullBox('stsz', [0, 0], u32(0), u32(2_500_000), zeros(10_000_000)))),
    );
    const movie = movieBox({ created });
    const content = Buffer.concat([
      fileType('isom'),
      box('moov', box('trak', table), movie.subarray(8)),
      box('mdat', zeros(10)),
    ]);
    expect(await inspect(content)).toMatchObject({ width: 1920, height: 1080, duration: 12_345, taken: utc });
  });
});

async function appendTo(file: string, position: number, bytes: Buffer): Promise<void> {
  const handle = await open(file, 'r+');
  await handle.write(bytes, 0, bytes.length, position);
  await handle.close();
}

describe('other files', () => {
  it.each([
    ['text', 'Group A\nGroup B\n', null],
    ['CSV', 'name,club\nAnna,SV\n', null],
    ['SVG', '<svg xmlns="http://www.w3.org/2000/svg"/>', null],
    ['nothing', '', null],
    ['one byte', 'x', null],
    ['PDF', '%PDF-1.7\n%âãÏÓ\n1 0 obj\n', 'application/pdf'],
    ['XML', '<?xml version="1.0"?><gpx/>', 'application/xml'],
    ['WebM', Buffer.from('1a45dfa39f4286810142f7810142f2810442f381084282847765626d', 'hex'), 'video/webm'],
    ['AVI', Buffer.concat([text('RIFF'), zeros(4), text('AVI LIST'), zeros(50)]), 'video/x-msvideo'],
  ])('%s', async (_, content, type) => {
    const found = await inspect(Buffer.from(content));
    expect(found).toEqual({ type, width: null, height: null, duration: null, taken: null });
  });

  it('says why a file cannot be read', async () => {
    await expect(inspectFile(path.join(folder, 'gone'))).rejects.toMatchObject({ kind: 'source-gone' });
    await mkdir(path.join(folder, 'a folder'));
    await expect(inspectFile(path.join(folder, 'a folder'))).rejects.toMatchObject({ kind: 'source-special' });
  });

  it.skipIf(process.platform === 'win32')('does not wait at a pipe', async () => {
    const pipe = path.join(folder, 'pipe');
    await new Promise((resolve) => spawn('mkfifo', [pipe]).on('exit', resolve));
    await expect(inspectFile(pipe)).rejects.toMatchObject({ kind: 'source-special' });
  });

  it('stops when it is told to', async () => {
    const file = path.join(folder, 'aborted');
    await writeFile(file, 'x');
    await expect(inspectFile(file, AbortSignal.abort(new Error('enough')))).rejects.toThrow('enough');
  });
});

describe('hostile files', () => {
  /** Most that one may take. ms */
  const most = 1000;

  async function timed(content: Uint8Array): Promise<Inspected> {
    const start = performance.now();
    const found = await inspect(content);
    expect(performance.now() - start).toBeLessThan(most);
    return found;
  }

  it.each([
    [
      'a box of size 0 in each other',
      Buffer.concat(Array.from({ length: 5000 }, () => Buffer.concat([u32(0), text('moov')]))),
    ],
    ['boxes of 8 bytes without end', Buffer.concat(Array.from({ length: 400_000 }, () => box('free')))],
    ['a size of 2^63', Buffer.concat([u32(1), text('moov'), u64(2n ** 63n), zeros(100)])],
    ['a size of 2^64 - 1', Buffer.concat([u32(1), text('mdat'), u64(2n ** 64n - 1n), zeros(100)])],
    ['a long size of 0', Buffer.concat([u32(1), text('free'), u64(0n), zeros(100)])],
    ['a size of 4', Buffer.concat([u32(4), text('moov'), zeros(100)])],
    [
      'four thousand million keys',
      box('moov', box('meta', box('hdlr'), fullBox('keys', [0, 0], u32(0xffff_ffff), zeros(200_000)))),
    ],
    [
      'keys of 4 bytes',
      box('moov', box('meta', box('hdlr'), fullBox('keys', [0, 0], u32(0xffff_ffff), Buffer.alloc(200_000, u32(4))))),
    ],
  ])('%s', async (_, content) => {
    const found = await timed(Buffer.concat([fileType('isom'), content]));
    expect(found).toEqual({ type: 'video/mp4', width: null, height: null, duration: null, taken: null });
  });

  it('HEIC whose list of places has millions of nothing', async () => {
    const places = Buffer.alloc(200_000, Buffer.from('0001000000ffff', 'hex'));
    const list = fullBox('iloc', [0, 0], u8(0), u8(0), u16(0xffff), places);
    const info = fullBox('iinf', [0, 0], u16(1), fullBox('infe', [2, 0], u16(1), u16(0), text('Exif\0')));
    const content = Buffer.concat([fileType('heic', 'mif1'), fullBox('meta', [0, 0], info, list)]);
    expect(await timed(content)).toMatchObject({ type: 'image/heic', taken: null });
  });

  it('Exif that points to itself', async () => {
    const block = tiff({ main: { 0x112: 6 }, camera: {} });
    block.writeUInt32LE(8, 8 + 2 + 12 + 8); // the camera's directory is the main one
    expect(await timed(await jpegWith(block))).toMatchObject({ width: 40, height: 60, taken: null });
  });

  it('an Exif value of 4 GB', async () => {
    const block = tiff({ camera: { 0x9003: '2026:05:31 14:03:09' } });
    block.writeUInt32LE(0xffff_ffff, 8 + 2 + 12 + 4 + 2 + 4);
    expect(await timed(await jpegWith(block))).toMatchObject({ width: 60, taken: null });
  });

  it('JPEG of nothing but filling bytes, PNG of a million chunks, WebP of a million', async () => {
    expect(await timed(Buffer.alloc(8_000_000, 0xff).fill(Buffer.from([0xff, 0xd8]), 0, 2))).toMatchObject({
      width: null,
    });
    const png = await picture().png().toBuffer();
    const chunks = Buffer.alloc(12_000_000, Buffer.concat([zeros(4), text('IDAT'), zeros(4)]));
    expect(await timed(Buffer.concat([png.subarray(0, 33), chunks]))).toMatchObject({ type: 'image/png', width: 60 });
    const webp = await picture().withExif(exif).webp().toBuffer();
    const more = Buffer.alloc(8_000_000, Buffer.concat([text('ABCD'), zeros(4)]));
    expect(await timed(Buffer.concat([webp.subarray(0, 30), more]))).toMatchObject({ type: 'image/webp', width: 60 });
  });

  it('2,000 damaged files: none throws, none takes over a second', async () => {
    const random = seededRandom('damaged files');
    const block = tiff({ main: { 0x112: 6 }, camera: cameraTags });
    const valid = [
      await jpegWith(block),
      await picture().withExif(exif).png().toBuffer(),
      await picture().withExif(exif).webp().toBuffer(),
      await picture().withExif(exif).avif({ effort: 0 }).toBuffer(),
      await picture().withExif(exif).tiff().toBuffer(),
      heic({ brands: ['heic', 'mif1'], size: [4032, 3024], quarters: 1, exif: block, picture: zeros(100) }),
      inMovie({ brand: 'qt', created, apple: '2026-05-31T14:03:09+0200' }),
      inMovie({ created, long: true, fragments: 500 }),
      Buffer.concat([fileType('isom'), box('mdat', zeros(100)), movieBox({ created })]),
    ];
    let known = 0;
    for (let at = 0; at < 2000; at++) {
      const found = await timed(damaged(random.pick(valid), random));
      if (found.width !== null) known++;
    }
    // Else it would have been proven of nothing but noise.
    expect(known).toBeGreaterThan(500);
  }, 120_000);
});

/** Bytes changed, cut off, left out or doubled: where a file's structure is, at its start and end, more than elsewhere. */
function damaged(valid: Buffer, random: Random): Buffer {
  const place = () => (random.below(3) === 0 ? random.below(valid.length) : random.below(Math.min(valid.length, 700)));
  let content: Buffer = Buffer.from(valid);
  for (let changes = 1 + random.below(8); changes > 0; changes--) {
    const at = Math.min(place(), content.length - 1);
    if (at < 0) break;
    const length = random.below(16);
    const kind = random.below(20);
    if (kind === 0) content = content.subarray(0, at);
    else if (kind === 1) content = Buffer.concat([content.subarray(0, at), content.subarray(at + length)]);
    else if (kind === 2) content = Buffer.concat([content.subarray(0, at), content.subarray(Math.max(0, at - length))]);
    else if (kind < 8)
      content.fill(random.pick([0, 0xff, 0x80, 0x7f]), at, Math.min(content.length, at + random.pick([1, 2, 4, 8])));
    else content.fill(random.below(256), at, at + 1);
  }
  return content;
}
