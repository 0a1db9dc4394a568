/** How an image is prepared, as a form has it: what is typed is text. Pure. */
import type { ImagePreparation } from '../../../shared/destination.ts';
import { numberOf, textOf } from './typed.ts';

export interface ImageValues {
  format: ImagePreparation['format'];
  /** pixels; empty: as it is */
  width: string;
  height: string;
  fit: ImagePreparation['fit'];
  quality: string;
  optimise: boolean;
  keepMetadata: boolean;
}

export const usualImage: ImageValues = {
  ...{ format: 'same', width: '2048', height: '2048', fit: 'inside' },
  ...{ quality: '82', optimise: true, keepMetadata: false },
};

export const usualThumbnail: ImageValues = { ...usualImage, format: 'jpeg', width: '640', height: '640' };

export function imageValuesOf({ width, height, quality, ...image }: ImagePreparation): ImageValues {
  return { ...image, width: textOf(width), height: textOf(height), quality: String(quality) };
}

/** What is no number becomes NaN, which the schema refuses at its place. */
export function imageOf({ width, height, quality, ...values }: ImageValues): ImagePreparation {
  return { ...values, width: numberOf(width), height: numberOf(height), quality: numberOf(quality) ?? NaN };
}
