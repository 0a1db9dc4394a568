/** Which upload of this computer an object is of, as far as the journal knows. */
import type { Journal } from '../../journal/journal.ts';
import type { DetailsDeps } from './details.ts';

/** `journal` null: there is none yet. */
export function sentFrom(journal: Pick<Journal, 'newestReceipt' | 'transfer'> | null): DetailsDeps['receipt'] {
  return (connectionId, key) => {
    const receipt = journal?.newestReceipt(connectionId, key) ?? null;
    const batchId = receipt === null ? undefined : journal?.transfer(receipt.transferId)?.batchId;
    return receipt === null || batchId === undefined ? null : { receipt, batchId };
  };
}
