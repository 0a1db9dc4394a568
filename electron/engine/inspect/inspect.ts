/** Looks into a file: what it is, how large its picture, when it was taken. */
import type { Inspected, Taken } from '../../../shared/inspected.ts';
import { withBytes, type Bytes, type OnDisk } from './bytes.ts';
import { contentTypeOf } from './content-type.ts';
import { readCr3 } from './cr3.ts';
import { exifOf } from './exif.ts';
import { noSize, nothingKnown, type Size } from './found.ts';
import { readHeif } from './heif.ts';
import { readGif, readJpeg, readPng, readWebp, type Picture } from './image-files.ts';
import { readMovie } from './movie.ts';
import { readExifBlock, readTiff, type Directories } from './tiff.ts';

type Found = Omit<Inspected, 'type'>;

const readers: Readonly<Record<string, (bytes: Bytes) => Found>> = {
  'image/jpeg': picture(readJpeg),
  'image/png': picture(readPng),
  'image/apng': picture(readPng),
  'image/webp': picture(readWebp),
  'image/gif': picture(readGif),
  'image/heic': heif,
  'image/heif': heif,
  'image/avif': heif,
  'image/tiff': tiff,
  'image/x-canon-cr2': raw(readTiff),
  'image/x-canon-cr3': raw(readCr3),
  'image/x-nikon-nef': raw(readTiff),
  'image/x-sony-arw': raw(readTiff),
  'image/x-adobe-dng': raw(readTiff),
  'image/x-olympus-orf': raw(readTiff),
  'image/x-panasonic-rw2': raw(readTiff),
  'video/mp4': readMovie,
  'video/quicktime': readMovie,
  'video/x-m4v': readMovie,
  'video/3gpp': readMovie,
  'video/3gpp2': readMovie,
  'audio/mp4': readMovie,
};

/**
 * Tells what a file's content says of it; what it does not say, or says in a damaged way, is null. At most 2 MiB are read,
 * wherever in the file they lie. It waits for the disk, so it belongs in a thread (inspector.ts). Throws `source-gone`,
 * `source-unreadable` or `source-special`, and the signal's reason. `onDisk` hears when it waits for the disk.
 */
export function inspectFile(path: string, signal?: AbortSignal, onDisk?: OnDisk): Promise<Inspected> {
  return withBytes(path, (bytes) => inspectBytes(bytes, signal), onDisk);
}

/** The same of bytes that somebody has already. Throws the signal's reason. */
export async function inspectBytes(bytes: Bytes, signal?: AbortSignal): Promise<Inspected> {
  signal?.throwIfAborted();
  const type = await contentTypeOf(bytes);
  signal?.throwIfAborted();
  const read = type !== null && Object.hasOwn(readers, type) ? readers[type] : undefined;
  return { ...nothingKnown, ...read?.(bytes), type };
}

/** What its Exif says of time and turning applies to the picture. */
function picture(read: (bytes: Bytes) => Picture): (bytes: Bytes) => Found {
  return (bytes) => {
    const { exif, ...size } = read(bytes);
    const { taken, sideways } = exifIn(exif);
    return found(size, sideways, taken);
  };
}

function heif(bytes: Bytes): Found {
  const { exif, ...size } = readHeif(bytes);
  return found(size, false, exifIn(exif).taken);
}

function tiff(bytes: Bytes): Found {
  const { taken, sideways, stored } = exifOf(readTiff(bytes));
  return found(stored, sideways, taken);
}

function raw(read: (bytes: Bytes) => Directories): (bytes: Bytes) => Found {
  return (bytes) => {
    const { taken, sideways, pixels } = exifOf(read(bytes));
    return found(pixels, sideways, taken);
  };
}

function exifIn(block: Bytes | null): ReturnType<typeof exifOf> {
  return exifOf(block === null ? { main: null, camera: null } : readExifBlock(block));
}

/** As shown. A size of 0 is none. */
function found({ width, height }: Size, sideways: boolean, taken: Taken | null): Found {
  const told = width !== null && height !== null && width > 0 && height > 0;
  const size = told ? (sideways ? { width: height, height: width } : { width, height }) : noSize;
  return { ...size, duration: null, taken };
}
