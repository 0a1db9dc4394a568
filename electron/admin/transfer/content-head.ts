/** What a store says of an object's content, by our own signature: a move asks it three times of each of thousands of objects. */
import type http from 'node:http';
import type { HeadObjectCommandOutput } from '@aws-sdk/client-s3';
import { SidelineError } from '../../../shared/errors.ts';
import type { Bucket } from '../bucket.ts';

/** As the SDK has it, so that both can be compared. */
export type ContentHead = Pick<
  HeadObjectCommandOutput,
  | 'ContentLength'
  | 'ETag'
  | 'ServerSideEncryption'
  | 'ChecksumType'
  | 'ChecksumCRC32'
  | 'ChecksumCRC32C'
  | 'ChecksumCRC64NVME'
  | 'ChecksumSHA1'
  | 'ChecksumSHA256'
>;

/** null: there is none. https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html */
export async function contentHead(bucket: Bucket, key: string, signal: AbortSignal): Promise<ContentHead | null> {
  const request = { method: 'HEAD', key, query: {}, headers: { 'x-amz-checksum-mode': 'ENABLED' } } as const;
  const context = { operation: 'download', key } as const;
  try {
    const { headers } = await bucket.attempt(
      { right: 'read', ...context },
      () => bucket.storage.send(request, context, signal),
      signal,
    );
    return headOf(headers);
  } catch (error) {
    if (error instanceof SidelineError && error.kind === 'object-missing') return null;
    throw error;
  }
}

function headOf(headers: http.IncomingHttpHeaders): ContentHead {
  const text = (name: string) => {
    const value = headers[name];
    return typeof value === 'string' ? value : undefined;
  };
  const said = {
    ETag: headers.etag,
    ServerSideEncryption: text('x-amz-server-side-encryption'),
    ChecksumType: text('x-amz-checksum-type'),
    ChecksumCRC32: text('x-amz-checksum-crc32'),
    ChecksumCRC32C: text('x-amz-checksum-crc32c'),
    ChecksumCRC64NVME: text('x-amz-checksum-crc64nvme'),
    ChecksumSHA1: text('x-amz-checksum-sha1'),
    ChecksumSHA256: text('x-amz-checksum-sha256'),
  };
  return { ...(said as ContentHead), ContentLength: Number(headers['content-length'] ?? 0) };
}
