/** What the camera wrote of a picture. CIPA DC-008 (Exif 2.32) */
import ExifReader from 'exifreader';
import type { Taken } from '../../../shared/inspected.ts';
import { noSize, type Size } from './found.ts';
import { smallTiff, type Directories } from './tiff.ts';
import { dateOf, offsetOf } from './wall.ts';

export interface Exif {
  taken: Taken | null;
  /** The picture lies on its side: its width is shown as its height. */
  sideways: boolean;
  /** of the picture of the main directory, as stored: of a raw file that is a preview. Null: not told */
  stored: Size;
  /** of the picture that the camera took, as stored; null: not told */
  pixels: Size;
}

/** Without these the rest is as if there were no Exif. */
const noExif: Exif = { taken: null, sideways: false, stored: noSize, pixels: noSize };

/** Orientations that swap width and height: 5 to 8. */
const firstSideways = 5;

/** Reads what readTiff found. Never throws: what makes no sense is none. */
export function exifOf({ main, camera }: Directories): Exif {
  if (main === null && camera === null) return noExif;
  try {
    const { exif } = ExifReader.loadView(smallTiff({ main, camera }), { expanded: true });
    return exif === undefined ? noExif : translated(new Map(Object.entries(exif)));
  } catch {
    return noExif; // damaged, as Exif often is that programs have rewritten
  }
}

function translated(tags: ReadonlyMap<string, unknown>): Exif {
  const number = (name: string) => numberIn(tags.get(name));
  const text = (name: string) => textIn(tags.get(name));
  const orientation = number('Orientation') ?? 1;
  return {
    taken:
      takenAt(text('DateTimeOriginal'), text('SubSecTimeOriginal'), text('OffsetTimeOriginal')) ??
      takenAt(text('DateTimeDigitized'), text('SubSecTimeDigitized'), text('OffsetTimeDigitized')),
    sideways: orientation >= firstSideways && orientation <= 8,
    stored: { width: number('ImageWidth'), height: number('ImageLength') },
    pixels: { width: number('PixelXDimension'), height: number('PixelYDimension') },
  };
}

function takenAt(date: string, fraction: string, offset: string): Taken | null {
  const wall = dateOf(date, fraction);
  return wall === null ? null : { wall, offset: offsetOf(offset) };
}

function valueIn(tag: unknown): unknown {
  return typeof tag === 'object' && tag !== null && 'value' in tag ? tag.value : null;
}

function textIn(tag: unknown): string {
  const value = valueIn(tag);
  const first: unknown = Array.isArray(value) ? value[0] : value;
  return typeof first === 'string' ? first : '';
}

function numberIn(tag: unknown): number | null {
  const value = valueIn(tag);
  return typeof value === 'number' && Number.isInteger(value) && value > 0 ? value : null;
}
