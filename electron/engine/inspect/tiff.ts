/**
 * The directories of Exif, TIFF and the raw files that are TIFF (TIFF 6.0, section 2). They may lie anywhere in a file of
 * gigabytes and point anywhere, to themselves too; ExifReader wants them in one buffer. So the few entries that are wanted
 * are picked out, and laid into a TIFF of a few hundred bytes for it.
 */
import { within, type Bytes } from './bytes.ts';

/** Entries of one directory, by tag. */
interface Directory {
  littleEndian: boolean;
  entries: ReadonlyMap<number, Entry>;
}

interface Entry {
  type: number;
  count: number;
  /** in the order of bytes of the file */
  value: Buffer;
}

/** Null: there is none. */
export interface Directories {
  main: Directory | null;
  camera: Directory | null;
}

const none: Directories = { main: null, camera: null };

const tags = {
  /** ImageWidth, ImageLength, Orientation */
  main: [0x100, 0x101, 0x112],
  /** of the directory with what the camera wrote */
  camera: 0x8769,
  /** DateTimeOriginal and -Digitized, their offsets and fractions, PixelXDimension and -YDimension */
  ofCamera: [0x9003, 0x9004, 0x9011, 0x9012, 0x9291, 0x9292, 0xa002, 0xa003],
};
/** of the types 1 to 13. bytes */
const sizes = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4];
/** TIFF, and what Olympus and Panasonic write in its place. */
const magics = new Set([0x2a, 0x4f52, 0x5352, 0x55]);
const entrySize = 12;
const mostEntries = 4096;
/** All that is wanted is shorter. bytes */
const mostValue = 64;

/** What is of use in a TIFF. */
export function readTiff(bytes: Bytes): Directories {
  const order = bytes.at(0, 8);
  const littleEndian = order.toString('latin1', 0, 2) === 'II';
  const isTiff = littleEndian || order.toString('latin1', 0, 2) === 'MM';
  if (order.length < 8 || !isTiff || !magics.has(u16(order, 2, littleEndian))) return none;
  const main = readDirectory(bytes, u32(order, 4, littleEndian), littleEndian);
  const pointer = main.entries.get(tags.camera)?.value;
  const camera = pointer?.length === 4 ? readDirectory(bytes, u32(pointer, 0, littleEndian), littleEndian) : null;
  return { main, camera };
}

/** Exif as other files contain it: a TIFF, with a few bytes before it in some. */
export function readExifBlock(bytes: Bytes): Directories {
  const prefixed = bytes.at(0, 6).toString('latin1') === 'Exif\0\0';
  return readTiff(prefixed ? within(bytes, 6, bytes.size) : bytes);
}

/** A TIFF with these entries, for ExifReader. */
export function smallTiff({ main, camera }: Directories): DataView {
  const littleEndian = (main ?? camera)?.littleEndian ?? true;
  const number = (value: number, length: 2 | 4) => numberOf(value, length, littleEndian);
  const mainEntries = pick(main, tags.main);
  const cameraEntries = pick(camera, tags.ofCamera);
  const cameraStart = 8 + sizeOf(mainEntries.length + 1);
  const valuesStart = cameraStart + sizeOf(cameraEntries.length);
  const values: Buffer[] = [];
  let valuesEnd = valuesStart;

  function written([tag, { type, count, value }]: [number, Entry]): Buffer {
    const head = Buffer.concat([number(tag, 2), number(type, 2), number(count, 4)]);
    if (value.length <= 4) return Buffer.concat([head, value], entrySize);
    values.push(value);
    valuesEnd += value.length;
    return Buffer.concat([head, number(valuesEnd - value.length, 4)]);
  }

  function directory(entries: [number, Entry][]): Buffer {
    return Buffer.concat([number(entries.length, 2), ...entries.map(written), number(0, 4)]);
  }

  const pointer: [number, Entry] = [tags.camera, { type: 4, count: 1, value: number(cameraStart, 4) }];
  const start = [Buffer.from(littleEndian ? 'II' : 'MM'), number(0x2a, 2), number(8, 4)];
  const directories = [directory([...mainEntries, pointer]), directory(cameraEntries)];
  const all = Uint8Array.from(Buffer.concat([...start, ...directories, ...values]));
  return new DataView(all.buffer);
}

function readDirectory(bytes: Bytes, offset: number, littleEndian: boolean): Directory {
  const entries = new Map<number, Entry>();
  const count = bytes.at(offset, 2);
  if (count.length < 2) return { littleEndian, entries };
  const length = Math.min(u16(count, 0, littleEndian), mostEntries) * entrySize;
  const all = bytes.at(offset + 2, length);
  for (let at = 0; at + entrySize <= all.length; at += entrySize) {
    const entry = readEntry(bytes, all.subarray(at, at + entrySize), littleEndian);
    const tag = u16(all, at, littleEndian);
    if (entry !== null && !entries.has(tag)) entries.set(tag, entry);
  }
  return { littleEndian, entries };
}

const wanted = new Set([...tags.main, tags.camera, ...tags.ofCamera]);

function readEntry(bytes: Bytes, entry: Buffer, littleEndian: boolean): Entry | null {
  if (!wanted.has(u16(entry, 0, littleEndian))) return null;
  const type = u16(entry, 2, littleEndian);
  const count = u32(entry, 4, littleEndian);
  const length = (sizes[type] ?? 0) * count;
  if (length === 0 || length > mostValue) return null;
  if (length <= 4) return { type, count, value: entry.subarray(8, 8 + length) };
  const value = bytes.at(u32(entry, 8, littleEndian), length);
  return value.length === length ? { type, count, value } : null;
}

function pick(directory: Directory | null, which: readonly number[]): [number, Entry][] {
  return [...(directory?.entries ?? [])].filter(([tag]) => which.includes(tag)).sort(([a], [b]) => a - b);
}

const sizeOf = (count: number) => 2 + count * entrySize + 4;

function u16(from: Buffer, at: number, littleEndian: boolean): number {
  return littleEndian ? from.readUInt16LE(at) : from.readUInt16BE(at);
}

function u32(from: Buffer, at: number, littleEndian: boolean): number {
  return littleEndian ? from.readUInt32LE(at) : from.readUInt32BE(at);
}

function numberOf(value: number, length: 2 | 4, littleEndian: boolean): Buffer {
  const bytes = Buffer.alloc(length);
  if (littleEndian) bytes.writeUIntLE(value, 0, length);
  else bytes.writeUIntBE(value, 0, length);
  return bytes;
}
