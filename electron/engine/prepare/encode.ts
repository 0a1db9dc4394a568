/** How pixels are written in each format. */
import type { OutputInfo, Sharp } from 'sharp';
import type { ImagePreparation } from '../../../shared/destination.ts';
import type { SharpModule } from './load-sharp.ts';

export interface Encoded {
  data: Buffer;
  info: OutputInfo;
}

/** A new pipeline with the pixels as they are to be written. */
export type Render = () => Sharp;

/** `image/jpeg`, `image/png`, `image/webp` or `image/avif` */
export function typeFor({ format }: Pick<ImagePreparation, 'format'>, source: string): string {
  if (format !== 'same') return `image/${format}`;
  if (source === 'image/apng') return 'image/png';
  return ['image/png', 'image/webp'].includes(source) ? source : 'image/jpeg';
}

/** One step more of AVIF's effort makes it 4 % smaller, and takes up to ten times as long. */
const avifEffort = 3;

export function encode(
  sharp: SharpModule,
  render: Render,
  type: string,
  { quality, optimise }: ImagePreparation,
): Promise<Encoded> {
  const whole = { resolveWithObject: true } as const;
  if (type === 'image/png') return optimise ? smallestPng(sharp, render) : render().png().toBuffer(whole);
  if (type === 'image/webp') return render().webp({ quality }).toBuffer(whole);
  if (type === 'image/avif') return render().avif({ quality, effort: avifEffort }).toBuffer(whole);
  return render().jpeg({ quality, mozjpeg: optimise }).toBuffer(whole);
}

const paletteColours = 256;
/** Above, to hold all pixels to count their colours takes too much memory; pictures with few colours are not so large. */
const mostCounted = 40e6;

/** With a palette where that changes no pixel and is smaller. */
async function smallestPng(sharp: SharpModule, render: Render): Promise<Encoded> {
  const whole = { resolveWithObject: true } as const;
  const best = await render().png({ compressionLevel: 9, adaptiveFiltering: true }).toBuffer(whole);
  if (best.info.width * best.info.height > mostCounted) return best;
  const pixels = await pixelsOf(sharp, best.data);
  const colours = countColours(pixels.data, pixels.info.channels);
  if (colours > paletteColours) return best;
  const palette = { palette: true, quality: 100, effort: 10, dither: 0, colours: Math.max(2, colours) } as const;
  const small = await render().png(palette).toBuffer(whole);
  if (small.data.length >= best.data.length) return best;
  return (await pixelsOf(sharp, small.data)).data.equals(pixels.data) ? small : best;
}

function pixelsOf(sharp: SharpModule, png: Buffer): Promise<Encoded> {
  return sharp(png).raw().toBuffer({ resolveWithObject: true });
}

/** It stops counting where a palette is full. */
function countColours(data: Buffer, channels: number): number {
  const seen = new Set<number>();
  for (let at = 0; at < data.length && seen.size <= paletteColours; at += channels)
    seen.add(data.readUIntBE(at, channels));
  return seen.size;
}
