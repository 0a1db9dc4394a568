/** Images as cameras, phones and people who mean harm make them. */
import { crc32 } from 'node:zlib';
import sharp, { type Sharp } from 'sharp';
import { tiff } from './media.ts';
import type { Random } from './random.ts';

/** What no picture that is shown to others should have in it. */
export const secrets = ['SN-4711', 'Ada Lovelace', 'maker note'];

export function noise(random: Random, width: number, height: number, channels: 1 | 3 | 4 = 3): Sharp {
  return sharp(random.bytes(width * height * channels), { raw: { width, height, channels } });
}

/** Soft colours with a little noise in them, which compresses as photos do. */
export function photo(random: Random, width: number, height: number): Sharp {
  const grain = random.bytes(4096);
  const pixels = Buffer.alloc(width * height * 3);
  const [a, b, c] = [40 + random.below(200), 40 + random.below(200), 40 + random.below(200)];
  for (let at = 0, y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const speck = (grain[(x * 31 + y * 17 + ((x * y) >> 5)) & 4095] ?? 0) & 15;
      pixels[at++] = 90 + 70 * Math.sin(x / a) + speck;
      pixels[at++] = 90 + 70 * Math.sin(y / b) + speck;
      pixels[at++] = 90 + 70 * Math.sin((x + y) / c) + speck;
    }
  }
  return sharp(pixels, { raw: { width, height, channels: 3 } });
}

/** Red in the corner that is stored first, white elsewhere. */
export function corner(width: number, height: number): Sharp {
  const red = { create: { width: width / 2, height: height / 2, channels: 3, background: '#f00' } } as const;
  return sharp({ create: { width, height, channels: 3, background: '#fff' } }).composite([
    { input: red, left: 0, top: 0 },
  ]);
}

/** With the place, names, a serial number and a maker's note, in Exif and in XMP. */
export function fromCamera(picture: Sharp, orientation: number): Sharp {
  const xmp = `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description xmlns:tiff="http://ns.adobe.com/tiff/1.0/" xmlns:aux="http://ns.adobe.com/exif/1.0/aux/" tiff:Orientation="${orientation}" aux:SerialNumber="SN-4711"/></rdf:RDF></x:xmpmeta>`;
  // Cameras write no colour profile; the library does along with an Orientation.
  const turned = orientation === 1 ? picture : picture.withMetadata({ orientation });
  return turned
    .withExif({
      IFD0: { Make: 'Camera', Artist: 'Ada Lovelace', Orientation: String(orientation) },
      IFD2: { BodySerialNumber: 'SN-4711', DateTimeOriginal: '2026:05:31 14:03:09' },
      IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '51/1 30/1 0/1', GPSLongitudeRef: 'W', GPSLongitude: '0/1 7/1 0/1' },
    })
    .withXmp(xmp);
}

/** Three frames of grey, 100, 200 and 300 ms. */
export function moving(format: 'gif' | 'webp'): Promise<Buffer> {
  const frames = Buffer.concat([60, 120, 180].map((grey) => Buffer.alloc(40 * 30 * 3, grey)));
  const raw = { width: 40, height: 90, channels: 3, pageHeight: 30 } as const;
  return sharp(frames, { raw })
    .toFormat(format, { delay: [100, 200, 300], loop: 0 })
    .toBuffer();
}

/** https://www.w3.org/TR/png-3/#5Chunk-layout */
export function withChunk(png: Buffer, name: string, content: Buffer): Buffer {
  const afterHeader = 8 + 25;
  const body = Buffer.concat([Buffer.from(name, 'latin1'), content]);
  const frame = Buffer.alloc(4);
  frame.writeUInt32BE(content.length);
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([png.subarray(0, afterHeader), frame, body, sum, png.subarray(afterHeader)]);
}

/** A JPEG with Exif of its own before all else: a maker's note and an owner. */
export function withNotes(jpeg: Buffer): Buffer {
  const exif = Buffer.concat([
    Buffer.from('Exif\0\0', 'latin1'),
    tiff({ camera: { 0x927c: 'maker note', 0xa430: 'Ada Lovelace' } }),
  ]);
  const head = Buffer.from([0xff, 0xd8, 0xff, 0xe1, 0, 0]);
  head.writeUInt16BE(exif.length + 2, 4);
  return Buffer.concat([head, exif, jpeg.subarray(2)]);
}
