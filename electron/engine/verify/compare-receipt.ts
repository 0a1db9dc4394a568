/** What a store holds now, against the receipt of what was sent there. */
import type { Receipt } from '../../../shared/domain.ts';
import type { VerifyOutcome } from '../../../shared/history.ts';
import { verify as words } from '../../../shared/strings/verify.ts';
import type { Stored } from './verify.ts';

export interface Compared {
  outcome: VerifyOutcome;
  message: string;
}

/**
 * `stored`: null where there is no object. A CRC32 of the whole decides wherever both sides have one: the same content may have
 * been written anew, in other parts. Else the ETag does: of a single PUT it is the content's MD5, of a multipart upload made of
 * its parts', of an encrypted object whatever the store likes; all of them are another one when other bytes are written.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_Object.html
 */
export function compareReceipt(receipt: Pick<Receipt, 'size' | 'crc32' | 'etag'>, stored: Stored | null): Compared {
  if (stored === null) return { outcome: 'missing', message: words.missing };
  if (stored.size !== receipt.size)
    return { outcome: 'different', message: words.otherSize(stored.size, receipt.size) };
  if (stored.crc32 !== null && receipt.crc32 !== null) {
    if (stored.crc32 === receipt.crc32) return { outcome: 'same', message: words.same };
    return { outcome: 'different', message: words.otherContent };
  }
  if (stored.etag === '' || receipt.etag === null || receipt.etag === '')
    return { outcome: 'unproven', message: words.unproven };
  if (stored.etag === receipt.etag) return { outcome: 'same', message: words.same };
  return { outcome: 'different', message: words.otherEtag };
}
