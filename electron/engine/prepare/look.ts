/** What a source is, before any of its pixels are decoded. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Metadata, SharpOptions } from 'sharp';
import { SidelineError } from '../../../shared/errors.ts';
import type { ReasonLeft } from '../../../shared/prepared.ts';
import { withBytes } from '../inspect/bytes.ts';
import { contentTypeOf } from '../inspect/content-type.ts';
import { typeOf } from '../inspect/type-of.ts';
import { asSourceError } from '../source.ts';
import { isBare } from './bare.ts';
import { asImageError, mostAvifPixels, mostBytes, mostPixels, tooManyPixels } from './image-words.ts';
import type { SharpModule } from './load-sharp.ts';

export interface Look {
  bytes: Buffer;
  /** media type */
  type: string;
  /** as it is shown, turned the right way up. Pixels */
  width: number;
  height: number;
  /** its Orientation turns or mirrors it */
  turned: boolean;
  /** or pages; 2 where there are more than one */
  frames: number;
  transparent: boolean;
  /** there is no metadata in it */
  bare: boolean;
  /** its colours are not those of sRGB */
  otherColours: boolean;
  /** more than 8 bits a colour */
  deep: boolean;
  xmp: string | null;
}

/** It cannot be prepared, and nothing is wrong with it. */
export interface NotLookedAt {
  type: string;
  size: number;
  left: ReasonLeft;
}

const decodable = /^image\/(jpeg|a?png|webp|avif|gif|tiff)$/;

/**
 * A truncated photo is refused: half of it would be grey, and the original would be taken for sent. What the limit is said of
 * is all frames together.
 */
export const readOptions: SharpOptions = { failOn: 'error', limitInputPixels: mostPixels };

/** Throws what a source throws, `image-unreadable` and `image-too-large`. */
export async function lookAt(sharp: SharpModule, source: string): Promise<Look | NotLookedAt> {
  const { type: content, size } = await withBytes(source, async (bytes) => ({
    type: await contentTypeOf(bytes),
    size: bytes.size,
  }));
  if (size === 0) throw new SidelineError('image-unreadable', { subject: 'it is empty' });
  const { type } = typeOf({ type: content }, path.basename(source));
  if (type === 'image/svg+xml') return { type, size, left: 'vector' };
  if (!type.startsWith('image/')) throw new SidelineError('image-unreadable', { subject: 'it is no image' });
  if (!decodable.test(type)) return { type, size, left: 'undecodable' };
  if (size > mostBytes) throw new SidelineError('image-too-large', { subject: `more than ${mostBytes / 2 ** 20} MiB` });
  const bytes = await readFile(source).catch((error: unknown) => {
    throw asSourceError(error, source);
  });
  const header = await sharp(bytes, readOptions)
    .metadata()
    .catch((error: unknown) => {
      throw asImageError(error);
    });
  return describe(bytes, type, header);
}

function describe(bytes: Buffer, type: string, header: Metadata): Look {
  const { width, height } = header.autoOrient;
  if (type === 'image/avif' && width * height > mostAvifPixels)
    throw new SidelineError('image-too-large', { subject: tooManyPixels(mostAvifPixels) });
  return {
    ...{ bytes, type, width, height },
    turned: (header.orientation ?? 1) !== 1,
    frames: hasMoreFrames(bytes, type) ? 2 : (header.pages ?? 1),
    transparent: header.hasAlpha,
    bare: isBare(bytes, type) || (!canBeBare.test(type) && hasNothing(header)),
    otherColours: hasOtherColours(header),
    deep: header.depth !== 'uchar',
    xmp: header.xmpAsString ?? null,
  };
}

/** Of these isBare knows all there is in them. */
const canBeBare = /^image\/(jpeg|a?png|webp)$/;

function hasNothing({ exif, xmp, iptc, tifftagPhotoshop, comments }: Metadata): boolean {
  return [exif, xmp, iptc, tifftagPhotoshop, comments].every((one) => one === undefined);
}

/** Those of which the decoder shows the first only, and tells of no others: how many there are is not known. */
function hasMoreFrames(bytes: Buffer, type: string): boolean {
  return type === 'image/apng' || (type === 'image/avif' && bytes.toString('latin1', 8, 12) === 'avis');
}

/** Of profiles that say so in their names, in one or two bytes a letter; some that are made for editing are sRGB but for their tones. */
function isSrgb(icc: Buffer): boolean {
  const text = icc.toString('latin1').replaceAll('\0', '');
  return text.includes('sRGB') && !/sRGB-elle|linear/i.test(text);
}

function hasOtherColours({ icc, space }: Metadata): boolean {
  if (!['srgb', 'b-w', 'rgb16', 'grey16'].includes(space)) return true;
  return icc !== undefined && !isSrgb(icc);
}
