/** What the image library says, in the words of shared/errors.ts. */
import { SidelineError } from '../../../shared/errors.ts';

/**
 * Pixels of one image, all frames together: sharp's own limit. Nothing has to be undone for a photo to fit: the largest sensors
 * have 200 megapixels. At the limit an image takes 1.3 GB where its format has to be decoded as a whole.
 */
export const mostPixels = 16_383 * 16_383;
/** AVIF takes 19 bytes a pixel while it is decoded. */
export const mostAvifPixels = 8192 * 8192;
/** Of the file, which is held in memory. bytes */
export const mostBytes = 512 * 2 ** 20;

export const megapixels = (pixels: number): number => pixels / 1e6;

const words: readonly [pattern: RegExp, kind: 'image-too-large' | 'image-unreadable', subject: string][] = [
  [/exceeds pixel limit|too many pixels|exceeds (the )?maximum/i, 'image-too-large', tooManyPixels(mostPixels)],
  [/too large for the \w+ format/i, 'image-too-large', 'larger than its new format can be'],
  [
    /premature end|unexpected end|bad seek|read error|not enough data|truncated/i,
    'image-unreadable',
    'it ends too early',
  ],
  [/unsupported image format|corrupt header/i, 'image-unreadable', 'its beginning is damaged'],
];

export function tooManyPixels(most: number): string {
  return `more than ${Math.floor(megapixels(most))} megapixels`;
}

/** Whatever the image library throws is about the image: it was given nothing else. */
export function asImageError(error: unknown): SidelineError {
  if (error instanceof SidelineError) return error;
  const text = error instanceof Error ? error.message : String(error);
  const known = words.find(([pattern]) => pattern.test(text));
  if (known !== undefined) return new SidelineError(known[1], { subject: known[2], cause: error });
  const [first = ''] = text.split('\n');
  return new SidelineError('image-unreadable', { subject: first.slice(0, 200), cause: error });
}
