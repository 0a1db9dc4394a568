/** From a source to the pixels of each output: turned, in sRGB, made smaller. */
import type { Sharp, SharpOptions } from 'sharp';
import type { ImagePreparation } from '../../../shared/destination.ts';
import { imageChanges, type ImageChange, type ReasonLeft } from '../../../shared/prepared.ts';
import { encode, typeFor } from './encode.ts';
import type { OrderedOutput } from './image-messages.ts';
import type { SharpModule } from './load-sharp.ts';
import { readOptions, type Look } from './look.ts';
import { isCropped, scaleOf, sizeOf } from './measures.ts';

export interface Made {
  data: Buffer;
  type: string;
  width: number;
  height: number;
  changes: ImageChange[];
}

/** Decoded once for several outputs. A copy of more pixels takes too much memory, and one decoding after another is used. */
const mostShared = 50e6;

/** Makes what is wanted of a source, one output at a time. */
export async function createRenderer(
  sharp: SharpModule,
  look: Look,
  outputs: readonly OrderedOutput[],
): Promise<(output: OrderedOutput) => Promise<Made | { left: ReasonLeft }>> {
  const shared = outputs.filter((output) => canShare(look, output));
  const once = shared.length > 1 ? await decodeOnce(sharp, look, shared) : null;
  return async (output) => {
    if (losesFrames(look, output)) return { left: 'frames' };
    const decoded = once !== null && shared.includes(output) ? once : () => decode(sharp, look, output);
    return render(sharp, look, output.image, decoded);
  };
}

const moves = ({ frames }: Look, { stillDoes }: OrderedOutput): boolean => frames > 1 && !stillDoes;

/** Only what the decoder shows frame by frame and WebP can show; a turn of all frames is more than it does. */
function losesFrames(look: Look, output: OrderedOutput): boolean {
  if (!moves(look, output)) return false;
  const moving = look.type === 'image/gif' || look.type === 'image/webp';
  return !moving || look.turned || typeFor(output.image, look.type) !== 'image/webp';
}

function canShare(look: Look, output: OrderedOutput): boolean {
  return !moves(look, output) && !output.image.keepMetadata;
}

/** Turned and in sRGB, no larger than the largest output needs it. Null: too large for that. */
async function decodeOnce(sharp: SharpModule, look: Look, outputs: readonly OrderedOutput[]) {
  const scale = Math.max(...outputs.map(({ image }) => scaleOf(look, image)));
  const [width, height] = [Math.ceil(look.width * scale), Math.ceil(look.height * scale)];
  if (width * height > mostShared) return null;
  const upright = read(sharp, look).autoOrient();
  const small = scale < 1 ? upright.resize({ width, height, fit: 'fill' }) : upright;
  const { data, info } = await small.raw().toBuffer({ resolveWithObject: true });
  return () => sharp(data, { raw: { width: info.width, height: info.height, channels: info.channels } });
}

/** To bring sRGB into sRGB by its profile would take as long as all else together. */
function read(sharp: SharpModule, { bytes, otherColours }: Look, more: SharpOptions = {}): Sharp {
  return sharp(bytes, { ...readOptions, ...more, ignoreIcc: !otherColours });
}

function decode(sharp: SharpModule, look: Look, output: OrderedOutput): Sharp {
  const pixels = moves(look, output) ? read(sharp, look, { animated: true }) : read(sharp, look).autoOrient();
  return withMetadata(pixels, look, output);
}

/** The library corrects the Orientation of Exif, but not the one that XMP may have too, by which others would turn it again. */
function withMetadata(pixels: Sharp, { turned, xmp }: Look, { image }: OrderedOutput): Sharp {
  if (!image.keepMetadata) return pixels;
  const kept = pixels.keepMetadata().withIccProfile('srgb');
  if (!turned || xmp === null) return kept;
  return kept.withXmp(xmp.replace(/(tiff:Orientation(?:\s*=\s*["']|>))\s*\d/g, '$11'));
}

async function render(
  sharp: SharpModule,
  look: Look,
  image: ImagePreparation,
  decoded: () => Sharp,
): Promise<Made | { left: ReasonLeft }> {
  const type = typeFor(image, look.type);
  const fills = look.transparent && type === 'image/jpeg';
  const scaled = scaleOf(look, image) < 1;
  const cropped = isCropped(look, image);
  const pixels = () => {
    // The very measures: the library's own, taken from what it has decoded in small, are a pixel off now and then.
    const size = { ...sizeOf(look, image), fit: cropped ? 'cover' : 'fill' } as const;
    const sized = scaled || cropped ? decoded().resize(size) : decoded();
    return fills ? sized.flatten({ background: 'white' }) : sized;
  };
  const { data, info } = await encode(sharp, pixels, type, image);
  const all: Partial<Record<ImageChange, boolean>> = {
    rotated: look.turned,
    resized: scaled,
    cropped,
    converted: type !== look.type,
    'metadata-removed': !image.keepMetadata && !look.bare,
    'colour-profile': look.otherColours,
    'transparency-filled': fills,
  };
  const needless = Object.values(all).every((changed) => !changed);
  if (needless && data.length >= look.bytes.length) return { left: 'smaller' };
  const done: Partial<Record<ImageChange, boolean>> = { ...all, 're-encoded': !all.converted, 'bit-depth': look.deep };
  return {
    ...{ data, type, width: info.width, height: info.pageHeight ?? info.height },
    changes: imageChanges.filter((change) => done[change] === true),
  };
}
