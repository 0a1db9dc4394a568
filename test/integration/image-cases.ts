/** What must hold of prepared images whichever build of the image library makes them. */
import ExifReader from 'exifreader';
import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createImagePreparer, type ImagePreparer } from '../../electron/engine/prepare/prepare-images.ts';
import type { StartImageProcess } from '../../electron/engine/prepare/image-host.ts';
import { imagePreparationSchema, type ImagePreparation } from '../../shared/destination.ts';
import { SidelineError } from '../../shared/errors.ts';
import type { PreparedOutput } from '../../shared/prepared.ts';
import { heic, tiff } from '../servers/media.ts';
import { corner, fromCamera, moving, noise, photo, secrets, withChunk, withNotes } from '../servers/pictures.ts';
import { seededRandom } from '../servers/random.ts';
import { silentLog } from '../servers/silent-log.ts';
import { hashTree, newFolder } from '../servers/tree.ts';

export const wanted = (image: Partial<ImagePreparation> = {}): ImagePreparation => imagePreparationSchema.parse(image);

export function made(output: PreparedOutput | undefined) {
  if (output?.made !== true) throw new Error(`nothing was made: ${JSON.stringify(output)}`);
  return output;
}

export function describeImages(name: string, start: () => StartImageProcess | undefined): void {
  describe(name, () => {
    let folder = '';
    let preparer: ImagePreparer;
    let count = 0;
    const random = seededRandom(name);

    beforeAll(async () => {
      folder = await newFolder();
      await mkdir(path.join(folder, 'in'));
      const how = start();
      preparer = createImagePreparer({ log: silentLog, ...(how !== undefined && { start: how }) });
    });
    afterAll(async () => {
      await preparer.close();
      await rm(folder, { recursive: true });
    });

    async function save(file: string, content: Sharp | Buffer): Promise<string> {
      const source = path.join(folder, 'in', `${++count}-${file}`);
      await writeFile(source, Buffer.isBuffer(content) ? content : await content.toBuffer());
      return source;
    }

    async function prepare(source: string, ...images: Partial<ImagePreparation>[]) {
      const outputs = images.map((image) => ({
        target: path.join(folder, 'out', String(++count)),
        image: wanted(image),
      }));
      const prepared = await preparer.prepare({ source, outputs });
      return { prepared, outputs: prepared.outputs, files: outputs.map(({ target }) => target) };
    }

    async function one(source: string, image: Partial<ImagePreparation> = {}) {
      const { outputs, files, prepared } = await prepare(source, image);
      const output = made(outputs[0]);
      const bytes = await readFile(files[0] ?? '');
      const header = await sharp(bytes).metadata();
      expect({ size: bytes.length, type: header.mediaType, width: header.width }).toEqual({
        size: output.size,
        type: output.type,
        width: output.width,
      });
      return { output, bytes, header, prepared };
    }

    async function failure(source: string, image: Partial<ImagePreparation> = {}) {
      const error = await prepare(source, image).then(
        () => null,
        (thrown: unknown) => thrown,
      );
      if (!(error instanceof SidelineError)) throw new Error(`not refused: ${String(error)}`);
      return [error.kind, error.subject];
    }

    const pixel = async (bytes: Buffer, x: number, y: number) => {
      const { data, info } = await sharp(bytes, { ignoreIcc: true }).raw().toBuffer({ resolveWithObject: true });
      return [...data.subarray((y * info.width + x) * info.channels).subarray(0, 3)];
    };

    describe('what is in the file', () => {
      it('loses place, names, serial numbers and notes, in every format', async () => {
        const jpeg = await fromCamera(photo(random, 640, 480), 1)
          .jpeg()
          .toBuffer();
        const source = await save('a.jpg', withNotes(jpeg));
        const before = await readFile(source);
        expect(secrets.filter((secret) => !before.includes(secret))).toEqual([]);
        for (const format of ['same', 'jpeg', 'png', 'webp', 'avif'] as const) {
          const { bytes, output } = await one(source, { format });
          const { exif, gps, xmp, iptc, makerNotes } = ExifReader.load(bytes, { expanded: true });
          expect([exif, gps, xmp, iptc, makerNotes].every((tags) => tags === undefined)).toBe(true);
          expect(secrets.filter((secret) => bytes.includes(secret))).toEqual([]);
          expect(output.changes).toContain('metadata-removed');
        }
      });

      it('is kept where the destination wants it, and turns nothing a second time', async () => {
        const source = await save('a.jpg', fromCamera(corner(80, 60), 6).jpeg());
        const { bytes, output, header } = await one(source, { keepMetadata: true });
        const tags = ExifReader.load(bytes, { expanded: true });
        expect(tags.exif).toMatchObject({ BodySerialNumber: { value: ['SN-4711'] } });
        expect(tags.gps?.Latitude).toBeCloseTo(51.5);
        expect([tags.exif?.Orientation?.value, tags.xmp?.Orientation?.value]).toEqual([1, '1']);
        expect([header.width, header.height, output.height]).toEqual([60, 80, 80]);
        expect(output.changes).toEqual(['rotated', 're-encoded']);
        expect((await pixel(bytes, 50, 5))[1]).toBeLessThan(40);
      });

      it('loses a text of many megabytes and a film behind the photo', async () => {
        const png = await photo(random, 60, 40).png().toBuffer();
        const text = Buffer.concat([Buffer.from('Comment\0'), Buffer.alloc(12_000_000, 'SN-4711 ')]);
        const withText = await one(await save('a.png', withChunk(png, 'tEXt', text)));
        expect(withText.output.size).toBeLessThan(100_000);
        const jpeg = await photo(random, 60, 40).jpeg({ quality: 20 }).toBuffer();
        const film = await one(await save('a.jpg', Buffer.concat([jpeg, Buffer.alloc(500, 'SN-4711 ')])));
        for (const { bytes, output } of [withText, film]) {
          expect(bytes.includes('SN-4711')).toBe(false);
          expect(output.changes).toEqual(['re-encoded', 'metadata-removed']);
        }
      });
    });

    describe('how it looks', () => {
      // Where the red corner is seen: https://www.media.mit.edu/pia/Research/deepview/exif.html
      it.each([
        [1, 'left top'],
        [2, 'right top'],
        [3, 'right bottom'],
        [4, 'left bottom'],
        [5, 'left top'],
        [6, 'right top'],
        [7, 'right bottom'],
        [8, 'left bottom'],
      ])('is upright: Orientation %i', async (orientation, where) => {
        const source = await save('a.jpg', fromCamera(corner(80, 60), orientation).jpeg());
        // one alone, and two of which the pixels are shared
        for (const images of [[{}], [{}, { width: 40 }]]) {
          const { outputs, files, prepared } = await prepare(source, ...images);
          const { width, height, changes } = made(outputs[0]);
          expect([width, height]).toEqual(orientation < 5 ? [80, 60] : [60, 80]);
          expect(prepared.source).toMatchObject({ type: 'image/jpeg', width, height });
          const [x, y] = [where.includes('left') ? 5 : width - 5, where.includes('top') ? 5 : height - 5];
          expect((await pixel(await readFile(files[0] ?? ''), x, y))[1]).toBeLessThan(40);
          expect(changes.includes('rotated')).toBe(orientation !== 1);
        }
      });

      it('has the colours that it had, in sRGB', async () => {
        const stored = sharp({ create: { width: 40, height: 30, channels: 3, background: { r: 200, g: 50, b: 50 } } });
        const p3 = await stored.withIccProfile('p3').png().toBuffer();
        expect(await pixel(p3, 1, 1)).not.toEqual([200, 50, 50]);
        for (const keepMetadata of [false, true]) {
          const { bytes, output } = await one(await save('a.png', p3), { keepMetadata });
          for (const [at, value] of (await pixel(bytes, 1, 1)).entries()) {
            expect(Math.abs(value - ([200, 50, 50][at] ?? NaN))).toBeLessThan(3);
          }
          expect(output.changes).toContain('colour-profile');
        }
        const same = await one(await save('s.png', await stored.withIccProfile('srgb').png().toBuffer()));
        expect(await pixel(same.bytes, 1, 1)).toEqual([200, 50, 50]);
        expect(same.output.changes).not.toContain('colour-profile');
      });

      it('is shown by every browser: of CMYK, grey, 16 bits and transparent', async () => {
        const printed = photo(random, 60, 40).toColourspace('cmyk').withIccProfile('cmyk').jpeg();
        const cmyk = await one(await save('a.jpg', printed));
        expect(cmyk.header).toMatchObject({ space: 'srgb', channels: 3 });
        expect(cmyk.output.changes).toContain('colour-profile');
        const deep = await one(await save('a.png', photo(random, 60, 40).toColourspace('rgb16').png()));
        expect(deep.header.depth).toBe('uchar');
        expect(deep.output.changes).toContain('bit-depth');
        const grey = await one(await save('g.jpg', photo(random, 60, 40).toColourspace('b-w').jpeg()), { width: 30 });
        expect(grey.header.width).toBe(30);
        const clear = { create: { width: 40, height: 30, channels: 4, background: '#0000' } } as const;
        const filled = await one(await save('a.png', sharp(clear).png()), { format: 'jpeg' });
        expect(await pixel(filled.bytes, 3, 3)).toEqual([255, 255, 255]);
        expect(filled.output.changes).toEqual(['converted', 'transparency-filled']);
      });
    });

    describe('its size', () => {
      it.each<[string, [number, number], Partial<ImagePreparation>, [number, number]]>([
        ['fits inside', [400, 300], { width: 200, height: 200 }, [200, 150]],
        ['fits inside a height', [400, 300], { height: 30 }, [40, 30]],
        ['fills the measures', [400, 300], { width: 100, height: 100, fit: 'cover' }, [100, 100]],
        ['is never larger', [400, 300], { width: 800, height: 800 }, [400, 300]],
        ['is never larger to fill', [400, 300], { width: 800, height: 100, fit: 'cover' }, [400, 100]],
        ['is at least a pixel', [2000, 2], { width: 20 }, [20, 1]],
      ])('%s', async (_, [width, height], image, expected) => {
        const source = await save('a.jpg', photo(random, width, height).jpeg());
        for (const images of [[image], [image, { ...image, format: 'webp' as const }]]) {
          const { outputs } = await prepare(source, ...images);
          expect(outputs.map((output) => [made(output).width, made(output).height])).toEqual(
            images.map(() => expected),
          );
        }
      });

      it('is each its own, of several at once', async () => {
        const source = await save('a.jpg', fromCamera(photo(random, 1200, 900), 6).jpeg());
        const { outputs, files } = await prepare(
          source,
          { width: 600 },
          { width: 300, height: 300, fit: 'cover', format: 'webp' },
          { width: 120, format: 'avif' },
          { keepMetadata: true, format: 'png', height: 200 },
        );
        expect(outputs).toMatchObject([
          { type: 'image/jpeg', width: 600, height: 800, changes: ['rotated', 'resized', 're-encoded', 'metadata-removed'] },
          { type: 'image/webp', width: 300, height: 300, changes: ['rotated', 'resized', 'cropped', 'converted', 'metadata-removed'] },
          { type: 'image/avif', width: 120, height: 160 },
          { type: 'image/png', width: 150, height: 200, changes: ['rotated', 'resized', 'converted'] },
        ]); // prettier-ignore
        const types = await Promise.all(files.map(async (file) => (await sharp(file).metadata()).mediaType));
        expect(types).toEqual(outputs.map((output) => made(output).type));
      });

      it('is that of the original where it was small enough and nothing had to change', async () => {
        const source = await save('a.jpg', noise(random, 200, 100).jpeg({ quality: 30, mozjpeg: true }));
        expect((await prepare(source, { quality: 95 })).outputs).toEqual([{ made: false, left: 'smaller' }]);
        expect((await prepare(source, { quality: 95, width: 300 })).outputs).toMatchObject([{ left: 'smaller' }]);
        for (const image of [{ quality: 95, width: 199 }, { format: 'png' }] as const) {
          made((await prepare(source, image)).outputs[0]);
        }
        const tagged = await save('b.jpg', fromCamera(noise(random, 200, 100), 1).jpeg({ quality: 30, mozjpeg: true }));
        made((await prepare(tagged, { quality: 95 })).outputs[0]);
        const kept = await prepare(tagged, { quality: 95, keepMetadata: true });
        expect(kept.outputs).toEqual([{ made: false, left: 'smaller' }]);
        await expect(readFile(kept.files[0] ?? '')).rejects.toThrow('ENOENT');
      });

      it('is smaller for PNG without a pixel being another', async () => {
        const drawing = sharp({ create: { width: 300, height: 200, channels: 3, background: '#123456' } }).composite([
          { input: { create: { width: 90, height: 90, channels: 3, background: '#fedcba' } }, left: 10, top: 10 },
        ]);
        for (const picture of [drawing, photo(random, 300, 200)]) {
          const source = await save('a.png', picture.png({ compressionLevel: 1 }));
          const { bytes, output } = await one(source);
          expect(output.size).toBeLessThan((await readFile(source)).length);
          const [before, after] = await Promise.all([source, bytes].map((input) => sharp(input).raw().toBuffer()));
          expect(before?.equals(after ?? Buffer.alloc(0))).toBe(true);
        }
      });
    });

    describe('what moves', () => {
      it('still moves as WebP', async () => {
        for (const format of ['gif', 'webp'] as const) {
          const source = await save(`a.${format}`, await moving(format));
          const { header, output } = await one(source, { format: 'webp', width: 20 });
          expect([header.pages, header.delay]).toEqual([3, [100, 200, 300]]);
          expect([output.width, output.height]).toEqual([20, 15]);
        }
      });

      it('is left where its format has one picture only, if one will not do', async () => {
        const gif = await save('a.gif', await moving('gif'));
        const actl = withChunk(
          await photo(random, 40, 30).png().toBuffer(),
          'acTL',
          Buffer.from('0000000200000000', 'hex'),
        );
        for (const source of [gif, await save('a.png', actl)]) {
          expect((await prepare(source, { format: 'jpeg' })).outputs).toEqual([{ made: false, left: 'frames' }]);
          const target = path.join(folder, 'out', String(++count));
          const still = { target, image: wanted({ format: 'jpeg', width: 20 }), stillDoes: true };
          const { outputs } = await preparer.prepare({ source, outputs: [still] });
          expect(made(outputs[0])).toMatchObject({ type: 'image/jpeg', width: 20, height: 15 });
        }
      });
    });

    describe('what cannot be prepared', () => {
      it('is left as it is: HEIC, raw files, SVG', async () => {
        const exif = tiff({});
        const live = heic({
          brands: ['heic', 'mif1'],
          size: [640, 480],
          quarters: 0,
          exif,
          picture: random.bytes(999),
        });
        const svg =
          '<svg xmlns="http://www.w3.org/2000/svg" width="99999" height="99999"><image href="file:///etc/passwd"/></svg>';
        const cases = [
          ['a.heic', live, 'image/heic', 'undecodable'],
          ['a.nef', tiff({ main: { 0x100: 160, 0x101: 120 } }), 'image/x-nikon-nef', 'undecodable'],
          ['a.svg', Buffer.from(svg), 'image/svg+xml', 'vector'],
        ] as const;
        for (const [file, content, type, left] of cases) {
          const source = await save(file, content);
          const { prepared, files } = await prepare(source, { format: 'jpeg' }, { width: 20 });
          expect(prepared.source).toEqual({ type, size: content.length, width: null, height: null });
          expect(prepared.outputs).toEqual([{ made: false, left }, { made: false, left }]); // prettier-ignore
          for (const target of files) await expect(readFile(target)).rejects.toThrow('ENOENT');
        }
      });

      it('is refused in words, and harms nothing beside it', async () => {
        const whole = await photo(random, 900, 700).jpeg().toBuffer();
        const flat = (width: number, height: number) =>
          sharp({ create: { width, height, channels: 3, background: '#246' }, limitInputPixels: false });
        const png = await photo(random, 300, 200).png().toBuffer();
        const bomb = Buffer.from(png);
        bomb.writeUInt32BE(50_000, 16);
        bomb.writeUInt32BE(50_000, 20);
        const sum = withChunk(png, 'IHDR', bomb.subarray(16, 29)).subarray(33, 58); // its header with a sum that is right
        const hostile = [
          ['image-too-large', 'more than 268 megapixels', 'bomb.png', Buffer.concat([png.subarray(0, 8), sum, png.subarray(33)])],
          ['image-unreadable', 'it ends too early', 'half.jpg', whole.subarray(0, whole.length / 2)],
          ['image-unreadable', 'it ends too early', 'half.png', png.subarray(0, png.length / 2)],
          ['image-unreadable', 'it is empty', 'empty.jpg', Buffer.alloc(0)],
          ['image-unreadable', 'it is no image', 'text.jpg', Buffer.from('This is a letter.')],
          ['image-unreadable', 'it is no image', 'noise.jpg', random.bytes(5000)],
        ] as const; // prettier-ignore
        const sources = await Promise.all(hostile.map(([, , file, content]) => save(file, content)));
        const good = await save('good.jpg', whole);
        const before = await hashTree(path.join(folder, 'in'));

        const refused = sources.map((source) => failure(source, { width: 100 }));
        const fine = Array.from({ length: 6 }, () => one(good, { width: 100 }));
        expect(await Promise.all(refused)).toEqual(hostile.map(([kind, subject]) => [kind, subject]));
        for (const { output } of await Promise.all(fine)) expect(output.width).toBe(100);

        const wide = await save('wide.png', flat(50_000, 200).png());
        expect((await one(wide, { width: 2000 })).output).toMatchObject({ width: 2000, height: 8 });
        expect(await failure(wide, { format: 'webp' })).toEqual([
          'image-too-large',
          'larger than its new format can be',
        ]);
        expect(await failure(path.join(folder, 'in', 'nothing.jpg'))).toEqual([
          'source-gone',
          path.join(folder, 'in', 'nothing.jpg'),
        ]);
        expect(await failure(path.join(folder, 'in'))).toEqual(['source-special', 'a folder']);
        expect(new Map([...(await hashTree(path.join(folder, 'in')))].filter(([file]) => before.has(file)))).toEqual(
          before,
        );
        expect((await readdir(path.join(folder, 'out'))).filter((file) => file.endsWith('.part'))).toEqual([]);
      });
    });
  });
}
