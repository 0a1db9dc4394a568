/**
 * The boxes of MP4, QuickTime, HEIF and AVIF (ISO/IEC 14496-12, section 4.2). Given a file, mp4box reads the whole index of
 * every frame, makes an object of each, and believes what the file says of their number: a film of hours takes a gigabyte,
 * and a hostile file hangs it. So boxes are found here, by their headers alone, and mp4box is given the few that are wanted,
 * one at a time.
 */
import { BoxParser, MP4BoxBuffer, MultiBufferStream } from 'mp4box';
import { within, type Bytes } from './bytes.ts';

export interface Box {
  /** four characters, of any kind */
  type: string;
  /** without its header */
  content: Bytes;
}

/** Of a box that is read as a whole. A photo of 1,000 tiles has lists of 20 KB. bytes */
const mostContent = 256 * 1024;
const headerSize = 8;
/** side by side in one place; a film in fragments has thousands, but what is wanted comes first or last */
const mostBoxes = 4096;

/** Those that lie side by side; it ends where one makes no sense. */
export function* boxesIn(bytes: Bytes, start = 0): Generator<Box> {
  for (let at = start, count = 0; count < mostBoxes; count++) {
    const header = bytes.at(at, 16);
    if (header.length < headerSize) return;
    const long = header.readUInt32BE(0) === 1;
    if (long && header.length < 16) return;
    const size = sizeOf(header, bytes.size - at);
    const before = long ? 16 : headerSize;
    if (size < before) return;
    yield { type: header.toString('latin1', 4, 8), content: within(bytes, at + before, size - before) };
    at += size;
  }
}

/** A size of 1 says that the true one follows, 0 that the box is the last. */
function sizeOf(header: Buffer, left: number): number {
  const size = header.readUInt32BE(0);
  if (size === 0) return left;
  return size === 1 ? Number(header.readBigUInt64BE(8)) : size;
}

/** The first of a type. */
export function findBox(bytes: Bytes, type: string, start = 0): Bytes | null {
  for (const box of boxesIn(bytes, start)) if (box.type === type) return box.content;
  return null;
}

/** The whole content of a box; null when it is cut off, or larger than makes sense. */
export function wholeOf(content: Bytes | null): Buffer | null {
  if (content === null || content.size > mostContent) return null;
  const bytes = content.at(0, content.size);
  return bytes.length === content.size ? bytes : null;
}

/** What mp4box knows of boxes. */
export const kinds = BoxParser.box;

interface Readable {
  parse(stream: MultiBufferStream): void;
}

/**
 * What mp4box reads in the content of a box that has no boxes in it; null for what is damaged. Not for boxes with lengths of
 * texts in them, such as `keys`: it makes room for whatever length they claim.
 */
export function readBox<Known extends Readable>(
  kind: new (size: number) => Known,
  content: Bytes | null,
): Known | null {
  const bytes = wholeOf(content);
  if (bytes === null) return null;
  const buffer = new MP4BoxBuffer(headerSize + bytes.length);
  new Uint8Array(buffer).set(bytes, headerSize);
  const box = new kind(buffer.byteLength);
  try {
    const stream = new MultiBufferStream(buffer);
    stream.seek(headerSize);
    Object.assign(box, { start: 0, hdr_size: headerSize });
    box.parse(stream);
    return box;
  } catch {
    return null; // it ended too early, or counts what is not there
  }
}
