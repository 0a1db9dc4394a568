/**
 * Videos as far as an uploader can tell: MP4 files of the right size whose header names a camera's video track with times,
 * length and dimensions. What should be the frames is noise: they hold no picture, and no player can show one.
 */
import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { noise } from './noise.ts';

export interface Clip {
  seed: string;
  /** size of the file; at least 10,000 */
  bytes: number;
  /** seconds since 1970 */
  recordedAt: number;
}

const width = 1920;
const height = 1080;
const framesPerSecond = 30;
/** what a camera of this kind writes. bytes per second */
const dataRate = 3_000_000;
const pieceSize = 1024 * 1024;
/** Times in MP4 count from 1904. seconds */
const epoch = 2_082_844_800;
/** H.264 parameters: baseline profile, level 4.0, 1920 x 1080. */
const sequenceParameters = Buffer.from('6742c028da01e0089f95', 'hex');
const pictureParameters = Buffer.from('68ce3880', 'hex');

/** Writes the file as it is made, a megabyte at a time. */
export async function recordVideo(clip: Clip, file: string): Promise<void> {
  await pipeline(Readable.from(pieces(clip)), createWriteStream(file));
}

function* pieces(clip: Clip): Generator<Buffer> {
  const head = header(clip);
  yield head;
  const random = noise(clip.seed);
  for (let left = clip.bytes - head.length; left > 0; left -= pieceSize) yield random.bytes(Math.min(left, pieceSize));
}

/** Everything before the frames. ISO/IEC 14496-12 */
function header({ bytes, recordedAt }: Clip): Buffer {
  const type = box('ftyp', 'mp42', u32(0), 'mp42isomavc1');
  const made = (framesAt: number) => {
    const size = bytes - framesAt;
    const frames = Math.max(1, Math.round((size / dataRate) * framesPerSecond));
    const about = movie(recordedAt + epoch, frames, Math.floor(size / frames), framesAt);
    // A size of 1 says that the true one follows, in 64 bits.
    return Buffer.concat([type, about, u32(1), Buffer.from('mdat'), u64(size + 16)]);
  };
  // The header says where the frames begin, and its length does not depend on the place.
  return made(made(0).length);
}

function movie(time: number, frames: number, frameSize: number, framesAt: number): Buffer {
  const timescale = framesPerSecond * 1000;
  const duration = frames * 1000;
  const times = [u32(time), u32(time)];
  return box(
    'moov',
    full(
      'mvhd',
      0,
      ...times,
      u32(timescale),
      u32(duration),
      u32(0x10000),
      u16(0x100),
      zeros(10),
      matrix,
      zeros(24),
      u32(2),
    ),
    box(
      'trak',
      full(
        'tkhd',
        3,
        ...times,
        u32(1),
        zeros(4),
        u32(duration),
        zeros(16),
        matrix,
        u32(width << 16),
        u32(height << 16),
      ),
      box(
        'mdia',
        full('mdhd', 0, ...times, u32(timescale), u32(duration), u16(0x55c4), u16(0)),
        full('hdlr', 0, zeros(4), 'vide', zeros(12), 'VideoHandler\0'),
        box(
          'minf',
          full('vmhd', 1, zeros(8)),
          box('dinf', full('dref', 0, u32(1), full('url ', 1))),
          samples(frames, frameSize, framesAt),
        ),
      ),
    ),
  );
}

/** All frames are of one size and follow each other, so that a few numbers describe them. */
function samples(frames: number, frameSize: number, framesAt: number): Buffer {
  const avcC = box(
    'avcC',
    Buffer.of(1, 0x42, 0xc0, 0x28, 0xff, 0xe1),
    u16(sequenceParameters.length),
    sequenceParameters,
    Buffer.of(1),
    u16(pictureParameters.length),
    pictureParameters,
  );
  const resolution = [u32(0x480000), u32(0x480000)];
  const frameFormat = [
    zeros(6),
    u16(1),
    zeros(16),
    u16(width),
    u16(height),
    ...resolution,
    zeros(4),
    u16(1),
    zeros(32),
  ];
  return box(
    'stbl',
    full('stsd', 0, u32(1), box('avc1', ...frameFormat, u16(24), u16(0xffff), avcC)),
    full('stts', 0, u32(1), u32(frames), u32(1000)),
    full('stsc', 0, u32(1), u32(1), u32(frames), u32(1)),
    full('stsz', 0, u32(frameSize), u32(frames)),
    full('co64', 0, u32(1), u64(framesAt)),
  );
}

function box(type: string, ...content: (Buffer | string)[]): Buffer {
  const inside = Buffer.concat(
    content.map((piece) => (typeof piece === 'string' ? Buffer.from(piece, 'latin1') : piece)),
  );
  return Buffer.concat([u32(inside.length + 8), Buffer.from(type, 'latin1'), inside]);
}

/** A box with version 0 and flags. */
function full(type: string, flags: number, ...content: (Buffer | string)[]): Buffer {
  return box(type, u32(flags), ...content);
}

const zeros = (count: number) => Buffer.alloc(count);

function u16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value);
  return bytes;
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

function u64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(value));
  return bytes;
}

/** Nothing is turned or scaled. */
const matrix = Buffer.concat([0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000].map(u32));
