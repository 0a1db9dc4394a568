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
import { endingOf, needsSystem } from './kind-of.ts';
import { streamObject, type ObjectAt } from './read-object.ts';

/** Decodes as the system does, by the ending of the file's name: a JPEG of at most `side` pixels. Rejects where it cannot. */
export type SystemDecoder = (file: string, side: number) => Promise<Buffer>;

export interface PictureMakers {
  images: Pick<ImagePreparer, 'prepare'>;
  /** null: this system has none */
  decode: SystemDecoder | null;
}

export interface PictureOrder {
  /** of whom it is made: a file's bytes, or an object that is fetched */
  source: Buffer | { bucket: Bucket; object: ObjectAt };
  /** media type of those, by content */
  type: string;
  /** absolute path of the file to write; others are beside it for a while, whose names begin with its own */
  target: string;
  /** pixels of the longer side */
  side: number;
}

/** Rejects with `image-unreadable`, `image-too-large`, what fetching it rejects with, and the signal's reason. */
export async function makePicture(
  { images, decode }: PictureMakers,
  { source, type, target, side }: PictureOrder,
  signal: AbortSignal,
): Promise<void> {
  const from = `${target}.source`;
  await mkdir(path.dirname(target), { recursive: true, mode: 0o700 });
  try {
    if (Buffer.isBuffer(source)) await writeFile(from, source, { mode: 0o600 });
    else await fetchTo(from, source, signal);
    if (decode !== null && needsSystem(type)) await bySystem(decode, { file: from, type, side }, signal);
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

/** `file` is a JPEG afterwards. */
async function bySystem(
  decode: SystemDecoder,
  { file, type, side }: { file: string; type: string; side: number },
  signal: AbortSignal,
): Promise<void> {
  const named = `${file}.${endingOf(type) ?? ''}`;
  await rename(file, named);
  const given = Promise.withResolvers<never>();
  const give = () => given.reject(signal.reason);
  signal.addEventListener('abort', give);
  try {
    signal.throwIfAborted();
    await writeFile(file, await Promise.race([decode(named, side), given.promise]), { mode: 0o600 });
  } catch (error) {
    signal.throwIfAborted();
    throw new SidelineError('image-unreadable', { subject: 'the system does not decode it', cause: error });
  } finally {
    signal.removeEventListener('abort', give);
    await rm(named, { force: true });
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
