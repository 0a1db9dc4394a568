/** MP4, QuickTime and their kin: what the movie's header says. ISO/IEC 14496-12, section 8; QuickTime File Format */
import type { Inspected, Taken } from '../../../shared/inspected.ts';
import { boxesIn, findBox, kinds, readBox, wholeOf } from './boxes.ts';
import type { Bytes } from './bytes.ts';
import { noSize, type Size } from './found.ts';
import { dateOf, offsetOf } from './wall.ts';

type Movie = Omit<Inspected, 'type'>;

/** of Apple's metadata: local time, with its offset */
const creationKey = 'com.apple.quicktime.creationdate';
/** Times count from 1904. seconds before 1970 */
const epoch = 2_082_844_800;
/** `not known`, of 32 bits and of 64 */
const unknownDurations = new Set([0, 0xffff_ffff, 2 ** 64]);

/** Only headers of boxes are read, wherever the movie's own is: the frames are leapt over. */
export function readMovie(bytes: Bytes): Movie {
  const movie = findBox(bytes, 'moov');
  if (movie === null) return { ...noSize, duration: null, taken: null };
  const header = readBox(kinds.mvhd, findBox(movie, 'mvhd'));
  return {
    ...sizeOfPicture(movie),
    duration: header === null ? null : durationOf(movie, header),
    taken: appleTime(movie) ?? timeOf(header?.creation_time ?? 0),
  };
}

/** ms */
function durationOf(movie: Bytes, header: { timescale: number; duration: number }): number | null {
  const { timescale, duration } = header;
  // A movie in fragments has no length of its own.
  const fragments = findBox(movie, 'mvex');
  const whole = unknownDurations.has(duration) && fragments !== null ? lengthOf(fragments) : duration;
  return timescale === 0 || unknownDurations.has(whole) ? null : Math.round((whole / timescale) * 1000);
}

function lengthOf(fragments: Bytes): number {
  return readBox(kinds.mehd, findBox(fragments, 'mehd'))?.fragment_duration ?? 0;
}

/** Of the first track of pictures that has a size, turned as its matrix says. */
function sizeOfPicture(movie: Bytes): Size {
  for (const { type, content } of boxesIn(movie)) {
    if (type !== 'trak' || !hasPictures(content)) continue;
    const track = readBox(kinds.tkhd, findBox(content, 'tkhd'));
    if (track === null) continue;
    const width = Math.round(track.width / 0x10000);
    const height = Math.round(track.height / 0x10000);
    if (width === 0 || height === 0) continue;
    const [straight = 0, turned = 0] = track.matrix;
    const sideways = Math.abs(turned) > Math.abs(straight);
    return sideways ? { width: height, height: width } : { width, height };
  }
  return noSize;
}

function hasPictures(track: Bytes): boolean {
  const media = findBox(track, 'mdia');
  return media !== null && readBox(kinds.hdlr, findBox(media, 'hdlr'))?.handler === 'vide';
}

/** UTC by the standard. 0: the camera does not know. */
function timeOf(creation: number): Taken | null {
  if (creation === 0) return null;
  // Some cameras count from 1970: there were no such movies before.
  const time = new Date((creation < epoch ? creation : creation - epoch) * 1000);
  const wall = Number.isNaN(time.getTime()) ? null : dateOf(time.toISOString());
  return wall === null ? null : { wall, offset: 0 };
}

/** https://developer.apple.com/documentation/quicktime-file-format/metadata_atoms_and_types */
function appleTime(movie: Bytes): Taken | null {
  const meta = findBox(movie, 'meta');
  if (meta === null) return null;
  // Boxes begin at once in QuickTime, and after version and flags in MP4.
  const start = meta.at(4, 4).toString('latin1') === 'hdlr' ? 0 : 4;
  const keys = findBox(meta, 'keys', start);
  const list = findBox(meta, 'ilst', start);
  if (keys === null || list === null) return null;
  // Keys are like boxes, after version, flags and their count. Those of the list have the numbers of their keys for types.
  let number = 0;
  for (const { content } of boxesIn(keys, 8)) {
    number++;
    if (content.at(0, creationKey.length + 1).toString('latin1') !== creationKey) continue;
    return textTime(findBox(list, String.fromCharCode(0, 0, number >> 8, number & 255)));
  }
  return null;
}

function textTime(item: Bytes | null): Taken | null {
  // Type and locale come before the text.
  const text = item === null ? '' : (wholeOf(findBox(item, 'data'))?.toString('utf8', 8) ?? '');
  const wall = dateOf(text);
  return wall === null ? null : { wall, offset: offsetOf(text) };
}
