/** Aborts multipart uploads that were left; what is under way on this computer is never among them. */
import type { LeftUpload } from '../../../shared/orphans.ts';
import type { Bucket } from '../bucket.ts';
import { sideBySide } from '../side-by-side.ts';
import type { OwnUploads } from './uploads.ts';

export interface AbortReport {
  done(upload: LeftUpload): void;
  /** it is under way by now, and was left alone */
  kept(upload: LeftUpload): void;
  failed(upload: LeftUpload, error: unknown): void;
}

/** requests */
const asked = 16;

/** Of age `olderThan` (ms) by the store's clock, and of nobody here. */
export function mayBeAborted(upload: LeftUpload, olderThan: number, now: number): boolean {
  return !upload.own && now - upload.initiated >= olderThan;
}

/** One that is gone already counts as done. Rejects where nothing can be done at all, and with the signal's reason. */
export async function abortUploads(
  bucket: Bucket,
  uploads: Iterable<LeftUpload> | AsyncIterable<LeftUpload>,
  own: OwnUploads,
  report: AbortReport,
  signal: AbortSignal,
): Promise<void> {
  await sideBySide(uploads, asked, async (upload) => {
    const { key, uploadId } = upload;
    if (own.isUnderWay(upload)) {
      report.kept(upload);
      return;
    }
    try {
      const need = { right: 'abort-uploads', key, operation: 'delete' } as const;
      await bucket.attempt(need, () => bucket.storage.abortUpload(key, uploadId, signal), signal);
      report.done(upload);
    } catch (error) {
      signal.throwIfAborted();
      report.failed(upload, error);
    }
  });
}
