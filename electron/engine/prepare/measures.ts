/** How large an image becomes. Pixels, as it is shown, turned the right way up. */
import type { ImagePreparation } from '../../../shared/destination.ts';

export interface Size {
  width: number;
  height: number;
}

export type Wanted = Pick<ImagePreparation, 'width' | 'height' | 'fit'>;

/** By how much all of it is made smaller: 1 is not at all, and never more. */
export function scaleOf({ width, height }: Size, wanted: Wanted): number {
  const [across, down] = [(wanted.width ?? Infinity) / width, (wanted.height ?? Infinity) / height];
  return Math.min(1, isCut(wanted) ? Math.max(across, down) : Math.min(across, down));
}

/** As small as `scaleOf` says, with nothing cut off. */
function wholeOf(size: Size, wanted: Wanted): Size {
  const scale = scaleOf(size, wanted);
  const small = (pixels: number) => Math.max(1, Math.round(pixels * scale));
  return { width: small(size.width), height: small(size.height) };
}

export function sizeOf(size: Size, wanted: Wanted): Size {
  const whole = wholeOf(size, wanted);
  if (!isCut(wanted)) return whole;
  const { width, height } = wanted;
  return { width: Math.min(whole.width, width ?? Infinity), height: Math.min(whole.height, height ?? Infinity) };
}

export function isCropped(size: Size, wanted: Wanted): boolean {
  const [whole, left] = [wholeOf(size, wanted), sizeOf(size, wanted)];
  return left.width < whole.width || left.height < whole.height;
}

/** With one measure alone nothing can be over. */
function isCut({ width, height, fit }: Wanted): boolean {
  return fit === 'cover' && width !== null && height !== null;
}
