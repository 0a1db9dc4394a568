/** Smaller pictures that were sent along with a file: of a video its still. */
import type { ThumbOf } from '../../shared/previews.ts';
import type { Journal } from '../journal/journal.ts';

/** bytes: what is larger is no small picture */
const mostOfThumb = 5 * 2 ** 20;

/** The smallest of what was made from it and is at the store, as its receipt has it; null: there is none. */
export function derivedOf(
  journal: Pick<Journal, 'sentTo' | 'madeFrom' | 'receipt' | 'transfer'>,
  connectionId: number,
  { key, etag, size }: ThumbOf,
): ThumbOf | null {
  const sent = journal.sentTo(connectionId, [key]).get(key);
  if (sent === undefined || sent.size !== size || sent.etag !== etag) return null;
  const made = journal.madeFrom(sent.transferId).flatMap((id) => {
    const receipt = journal.receipt(id);
    if (receipt === null || journal.transfer(id)?.connectionId !== connectionId) return [];
    return [{ key: receipt.key, etag: receipt.etag ?? '', size: receipt.size }];
  });
  const [smallest] = made.filter((one) => one.size > 0).sort((one, other) => one.size - other.size);
  return smallest === undefined || smallest.size > mostOfThumb ? null : smallest;
}
