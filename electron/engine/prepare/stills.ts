/** A still of a video: taken by whoever can decode videos (the engine cannot), then prepared like any image. */
import { rename, rm } from 'node:fs/promises';
import type { ImagePreparation } from '../../../shared/destination.ts';
import { SidelineError } from '../../../shared/errors.ts';
import type { Prepared } from '../../../shared/output.ts';
import { stillAt } from './made.ts';
import type { ImagePreparer } from './prepare-images.ts';
import { renameParts, writePart } from './targets.ts';

export interface Still {
  /** an image file */
  data: Uint8Array;
  /** its media type */
  type: string;
  /** as the video is shown, turned the right way up. pixels */
  width: number;
  height: number;
  /** seconds from the start of the video */
  at: number;
}

/** A video that is no file of this computer, read in pieces. */
export interface VideoBytes {
  /** bytes */
  size: number;
  /** Up to `length` bytes from `at`; none at the end. What it rejects with, `take` rejects with. */
  read(at: number, length: number): Promise<Uint8Array>;
}

export interface StillTaker {
  /**
   * `source`: absolute path. One is taken at a time. Rejects with `still-undecodable`, `source-gone`, `source-unreadable`,
   * `internal`, or the signal's reason.
   */
  take(source: string, signal: AbortSignal): Promise<Still>;
  /** What has not been answered rejects. */
  close(): Promise<void>;
}

/** Who takes them of videos that are no files too. */
export interface VideoStills extends StillTaker {
  /** As `take`. */
  takeOf(video: VideoBytes, signal: AbortSignal): Promise<Still>;
}

export interface StillOrder {
  /** absolute path of the video */
  source: string;
  /** absolute path of the file to write, for which `${target}.frame` is used too */
  target: string;
  image: ImagePreparation;
}

interface StillDeps {
  stills: StillTaker;
  images: Pick<ImagePreparer, 'prepare'>;
}

/** Writes the target. Rejects with what `take` and the preparer of images reject with. */
export async function prepareStill(deps: StillDeps, order: StillOrder, signal: AbortSignal): Promise<Prepared> {
  const { source, target } = order;
  const still = await deps.stills.take(source, signal);
  const frame = `${target}.frame`;
  try {
    await writePart(frame, still.data);
    await renameParts([frame]);
    return await fromFrame(deps.images, { frame, still, ...order }, signal);
  } finally {
    await rm(frame, { force: true });
  }
}

async function fromFrame(
  images: StillDeps['images'],
  { frame, still, target, image }: StillOrder & { frame: string; still: Still },
  signal: AbortSignal,
): Promise<Prepared> {
  // No video is one: `same` is what the key says, as for all that has no format of its own.
  const format = image.format === 'same' ? 'jpeg' : image.format;
  const { outputs } = await images.prepare(
    { source: frame, outputs: [{ target, image: { ...image, format } }] },
    signal,
  );
  const [made] = outputs;
  if (made === undefined) throw new SidelineError('internal', { cause: new Error('a still without an output') });
  const taken = stillAt(still.at);
  if (made.made) {
    const { type, width, height, changes } = made;
    return { file: target, type, width, height, changes: [taken, ...changes.filter((one) => one !== 'converted')] };
  }
  await rename(frame, target); // nothing had to be changed
  return { file: target, type: still.type, width: still.width, height: still.height, changes: [taken] };
}
