/** What a HEAD says of an object's content. */
import type { HeadObjectCommandOutput } from '@aws-sdk/client-s3';
import { crc32FromBase64 } from '../storage/storage.ts';
import type { Provable } from './proof.ts';
import { unquoted } from '../storage/etag.ts';

/** The part size is asked for by itself: see `partSizeAt`. */
export function factsOf(head: HeadObjectCommandOutput): Provable {
  const { ChecksumCRC32, ChecksumType } = head;
  const isWhole = ChecksumType !== 'COMPOSITE' && ChecksumCRC32?.includes('-') === false;
  return {
    size: head.ContentLength ?? 0,
    etag: unquoted(head.ETag),
    crc32: isWhole ? crc32FromBase64(ChecksumCRC32) : null,
    byKeyService: head.ServerSideEncryption?.startsWith('aws:kms') === true,
    partSize: null,
  };
}
