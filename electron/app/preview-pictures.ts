/** Pictures that are made of objects for the page: of what it cannot show as it is. */
import { randomBytes } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Logger } from 'pino';
import { SidelineError } from '../../shared/errors.ts';
import type { PreviewRefusal, ThumbOf } from '../../shared/previews.ts';
import type { Bucket } from '../admin/bucket.ts';
import { needsSystem } from '../admin/preview/kind-of.ts';
import { mostPrepared, type ObjectLook } from '../admin/preview/look-at.ts';
import { makePicture, type PictureMakers } from '../admin/preview/picture.ts';
import type { Thumbs } from '../admin/preview/thumbs.ts';

export interface PreviewPictures {
  /** A WebP; else why there is none. Throws what fetching the object throws. */
  large(
    bucket: Bucket,
    look: Pick<ObjectLook, 'object' | 'type'>,
    signal: AbortSignal,
  ): Promise<Buffer | PreviewRefusal>;
  /** The WebP that the grid has of it; null: it has none. */
  small(bucket: Bucket, object: ThumbOf, signal: AbortSignal): Promise<Buffer | null>;
}

export interface PreviewPicturesDeps {
  makers: PictureMakers;
  thumbs: Thumbs;
  /** absolute path of a folder for what is only there for a moment */
  folder: string;
  log: Pick<Logger, 'info'>;
}

/** pixels of the longer side */
const previewSide = 2048;

export function createPreviewPictures({ makers, thumbs, folder, log }: PreviewPicturesDeps): PreviewPictures {
  return {
    async large(bucket, { object, type }, signal) {
      if (object.size > mostPrepared) return 'large';
      const target = path.join(folder, `${randomBytes(16).toString('hex')}.webp`);
      try {
        await makePicture(makers, { source: { bucket, object }, type, target, side: previewSide }, signal);
        return await readFile(target);
      } catch (error) {
        signal.throwIfAborted();
        const kind = error instanceof SidelineError ? error.kind : null;
        if (kind === 'image-unreadable') return needsSystem(type) ? 'format' : 'broken';
        if (kind === 'image-too-large') return 'large';
        throw error;
      } finally {
        await rm(target, { force: true });
      }
    },
    async small(bucket, { key, etag, size }, signal) {
      try {
        return await readFile(await thumbs.file(bucket, { key, etag, size }, signal));
      } catch (error) {
        signal.throwIfAborted();
        log.info({ error }, 'an object has no small picture');
        return null;
      }
    },
  };
}
