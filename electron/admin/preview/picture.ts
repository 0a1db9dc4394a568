/** An object made a small WebP by the image process: its bytes go through a file, for that is what the process reads. */
import { createWriteStream } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { imagePreparationSchema } from '../../../shared/destination.ts';
import { SidelineError } from '../../../shared/errors.ts';
import type { ImagePreparer } from '../../engine/prepare/prepare-images.ts';
import type { Bucket } from '../bucket.ts';
import { streamObject, type ObjectAt } from './read-object.ts';

export interface PictureOrder {
  /** of whom it is made: a file's bytes, or an object that is fetched */
  source: Buffer | { bucket: Bucket; object: ObjectAt };
  /** absolute path of the file to write; `${target}.source` is used too */
  target: string;
  /** pixels of the longer side */
  side: number;
}

/** Rejects with `image-unreadable`, `image-too-large`, what fetching it rejects with, and the signal's reason. */
export async function makePicture(
  images: Pick<ImagePreparer, 'prepare'>,
  { source, target, side }: PictureOrder,
  signal: AbortSignal,
): Promise<void> {
  const from = `${target}.source`;
  await mkdir(path.dirname(target), { recursive: true, mode: 0o700 });
  try {
    if (Buffer.isBuffer(source)) await writeFile(from, source, { mode: 0o600 });
    else await fetchTo(from, source, signal);
    const image = imagePreparationSchema.parse({ format: 'webp', width: side, height: side, optimise: false });
    const { outputs } = await images.prepare({ source: from, outputs: [{ target, image, stillDoes: true }] }, signal);
    const [made] = outputs;
    if (made?.made === true) return;
    if (made?.left !== 'smaller') throw new SidelineError('image-unreadable', { subject: 'nothing here decodes it' });
    await rename(from, target); // it is a small WebP already
  } finally {
    await rm(from, { force: true });
  }
}

/** Of an object that is not empty. Rejects with what a store and a line can cause, and the signal's reason. */
export async function fetchTo(
  file: string,
  { bucket, object }: { bucket: Bucket; object: ObjectAt },
  signal: AbortSignal,
): Promise<void> {
  const bytes = streamObject(bucket, object, { from: 0, to: object.size });
  await pipeline(Readable.fromWeb(bytes), createWriteStream(file, { mode: 0o600 }), { signal });
}
