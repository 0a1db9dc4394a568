/** JPEG, PNG, WebP and GIF: how large the picture is, and where its Exif lies. */
import { within, type Bytes } from './bytes.ts';
import { noSize, type Size } from './found.ts';

/** What a file's own structure tells of its picture: its size as stored, before it is turned. */
export interface Picture extends Size {
  exif: Bytes | null;
}

export function unknownPicture(): Picture {
  return { ...noSize, exif: null };
}

/** Segments up to the frame header, which has the size. ITU-T T.81, annex B */
export function readJpeg(bytes: Bytes): Picture {
  const picture = unknownPicture();
  for (let at = 2; ;) {
    const head = bytes.at(at, 4);
    const marker = head[1];
    if (head.length < 4 || head[0] !== 0xff || marker === undefined) return picture;
    if (marker === 0xff) {
      at++; // a byte that only fills
      continue;
    }
    if (marker === 0xd9 || marker === 0xda) return picture; // the end, or the picture itself
    const length = head.readUInt16BE(2);
    if (length < 2) return picture;
    if (isFrame(marker)) {
      const frame = bytes.at(at + 4, 5);
      return frame.length < 5 ? picture : { ...picture, height: frame.readUInt16BE(1), width: frame.readUInt16BE(3) };
    }
    if (marker === 0xe1 && picture.exif === null && bytes.at(at + 4, 6).toString('latin1') === 'Exif\0\0') {
      picture.exif = within(bytes, at + 4, length - 2);
    }
    at += 2 + length;
  }
}

/** SOF0 to SOF15, without DHT, JPG and DAC. */
function isFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
}

/** IHDR, and eXIf, which may come before the picture or after it. https://www.w3.org/TR/png-3/#5Chunk-layout */
export function readPng(bytes: Bytes): Picture {
  const picture = unknownPicture();
  for (let at = 8; ;) {
    const head = bytes.at(at, 8);
    if (head.length < 8) return picture;
    const length = head.readUInt32BE(0);
    const type = head.toString('latin1', 4);
    if (type === 'IHDR') {
      const size = bytes.at(at + 8, 8);
      if (size.length < 8) return picture;
      picture.width = size.readUInt32BE(0);
      picture.height = size.readUInt32BE(4);
    } else if (type === 'eXIf') {
      return { ...picture, exif: within(bytes, at + 8, length) };
    } else if (type === 'IEND') {
      return picture;
    }
    at += 12 + length;
  }
}

/** https://developers.google.com/speed/webp/docs/riff_container: the Exif comes after the picture. */
export function readWebp(bytes: Bytes): Picture {
  const picture = unknownPicture();
  for (let at = 12; ;) {
    const head = bytes.at(at, 8);
    if (head.length < 8) return picture;
    const type = head.toString('latin1', 0, 4);
    const length = head.readUInt32LE(4);
    if (type === 'EXIF') return { ...picture, exif: within(bytes, at + 8, length) };
    if (type.startsWith('VP8') && picture.width === null) {
      const { hasExif, ...size } = webpSize(type, bytes.at(at + 8, 10));
      if (!hasExif) return { ...picture, ...size };
      Object.assign(picture, size);
    }
    at += 8 + length + (length % 2);
  }
}

function webpSize(type: string, head: Buffer) {
  const none = { hasExif: false };
  if (head.length < 10) return none;
  if (type === 'VP8X') {
    return { width: head.readUIntLE(4, 3) + 1, height: head.readUIntLE(7, 3) + 1, hasExif: ((head[0] ?? 0) & 8) !== 0 };
  }
  if (type === 'VP8 ') return { ...none, width: head.readUInt16LE(6) & 0x3fff, height: head.readUInt16LE(8) & 0x3fff };
  const bits = head.readUInt32LE(1);
  return { ...none, width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
}

/** https://www.w3.org/Graphics/GIF/spec-gif89a.txt, section 18 */
export function readGif(bytes: Bytes): Picture {
  const size = bytes.at(6, 4);
  if (size.length < 4) return unknownPicture();
  return { ...unknownPicture(), width: size.readUInt16LE(0), height: size.readUInt16LE(2) };
}
