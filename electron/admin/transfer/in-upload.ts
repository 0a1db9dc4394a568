/** A multipart upload around some parts: nothing of it stays where they cannot all be sent. */
import type { CreateMultipartUploadCommandInput } from '@aws-sdk/client-s3';
import { SidelineError } from '../../../shared/errors.ts';
import { at } from '../objects/details.ts';
import { unquoted } from '../../storage/etag.ts';
import { needOfCopy } from './carried.ts';
import type { CopyTask } from './copy-task.ts';

export interface SentPart {
  PartNumber: number;
  ETag: string | undefined;
}

/** ms */
const longestComplete = 10 * 60_000;
const longestAbort = 20_000;

/** `parts`: sends them, and returns all. Returns the ETag of the whole, empty where the store does not tell it. */
export async function inUpload(
  { to, patience, onlyIfFree }: CopyTask,
  options: Omit<CreateMultipartUploadCommandInput, 'Bucket' | 'Key'>,
  parts: (uploadId: string) => Promise<SentPart[]>,
): Promise<string> {
  const { bucket, key } = to;
  const { signal, lasting } = patience;
  const need = { right: 'write', key, operation: 'upload' } as const;
  const { UploadId } = await bucket.ask(
    needOfCopy(key, options.ACL),
    (s3, { CreateMultipartUploadCommand }) =>
      s3.send(new CreateMultipartUploadCommand({ ...at(bucket, key, null), ...options }), { abortSignal: signal }),
    signal,
  );
  if (UploadId === undefined) throw new SidelineError('server-error', { subject: 'an answer without UploadId' });
  try {
    const sent = await parts(UploadId);
    const Parts = sent.sort((one, other) => one.PartNumber - other.PartNumber);
    const condition = onlyIfFree ? { IfNoneMatch: '*' } : {};
    const input = { ...at(bucket, key, null), UploadId, MultipartUpload: { Parts }, ...condition };
    const { ETag } = await lasting(() =>
      bucket.ask(
        need,
        (s3, { CompleteMultipartUploadCommand }) =>
          s3.send(new CompleteMultipartUploadCommand(input), { abortSignal: signal, requestTimeout: longestComplete }),
        signal,
      ),
    );
    return unquoted(ETag);
  } catch (error) {
    await bucket.storage.abortUpload(key, UploadId, AbortSignal.timeout(longestAbort)).catch(() => undefined);
    throw error;
  }
}
