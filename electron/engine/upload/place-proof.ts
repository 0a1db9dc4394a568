/** What the answer to a file that went to a backend's place proves. */
import type http from 'node:http';
import { SidelineError } from '../../../shared/errors.ts';
import type { Arrived } from '../../broker/sending.ts';
import type { ArrivalProof } from '../../journal/places.ts';
import type { Body } from './body.ts';

/** With these an object's ETag is no MD5. https://docs.aws.amazon.com/AmazonS3/latest/API/API_Object.html */
const otherEtags = /^(aws:kms|aws:fsx)/;

/**
 * The MD5, where the storage gives one as ETag; else only that all of it was taken. Throws `integrity` where it is another MD5
 * than that of what was read.
 */
export function proofOf(
  { crc32, md5 }: Pick<Body, 'crc32' | 'md5'>,
  { etag, versionId }: Pick<Arrived, 'etag' | 'versionId'>,
  headers: http.IncomingHttpHeaders,
): ArrivalProof {
  const isMd5 = etag !== null && /^[0-9a-f]{32}$/.test(etag) && !isEncryptedOtherwise(headers);
  if (isMd5 && etag !== md5)
    throw new SidelineError('integrity', { cause: new Error(`ETag ${etag} came back for MD5 ${String(md5)}`) });
  return { etag, versionId, crc32, integrity: isMd5 ? 'etag-md5' : 'none' };
}

function isEncryptedOtherwise(headers: http.IncomingHttpHeaders): boolean {
  const by = headers['x-amz-server-side-encryption'];
  const byCustomer = headers['x-amz-server-side-encryption-customer-algorithm'];
  return byCustomer !== undefined || (typeof by === 'string' && otherEtags.test(by));
}
