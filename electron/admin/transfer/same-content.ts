/** Whether two objects have the same bytes, by what their stores say of them. */
import { unquoted } from '../../storage/etag.ts';
import type { ContentHead } from './content-head.ts';

const algorithms = [
  ...(['ChecksumCRC64NVME', 'ChecksumCRC32', 'ChecksumCRC32C', 'ChecksumSHA256', 'ChecksumSHA1'] as const),
];

/**
 * A checksum that both have decides; else the ETag does where it can: equal ones are of equal content, and different ones only where
 * both are the MD5 of a whole. https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html
 */
export function compareContent(one: ContentHead, other: ContentHead): 'same' | 'different' | 'unknown' {
  if (one.ContentLength !== other.ContentLength) return 'different';
  for (const name of algorithms) {
    if (one[name] === undefined || other[name] === undefined) continue;
    if (one[name] === other[name]) return 'same';
    if (isOfWhole(one, one[name]) && isOfWhole(other, other[name])) return 'different';
  }
  const [etag, otherEtag] = [unquoted(one.ETag), unquoted(other.ETag)];
  if (etag !== '' && etag === otherEtag) return 'same';
  return isMd5(one) && isMd5(other) ? 'different' : 'unknown';
}

function isOfWhole({ ChecksumType }: ContentHead, checksum: string): boolean {
  return ChecksumType !== 'COMPOSITE' && !checksum.includes('-');
}

function isMd5({ ETag, ServerSideEncryption }: ContentHead): boolean {
  return /^[0-9a-f]{32}$/.test(unquoted(ETag)) && ServerSideEncryption?.startsWith('aws:kms') !== true;
}
