/** What the answers to single keys say of the right to delete: that of many keys is good as a whole, whatever is denied. */
import type { Right } from '../../../shared/rights.ts';
import type { Bucket } from '../bucket.ts';
import type { Heard } from '../rights-book.ts';
import type { Fate } from './delete-requests.ts';
import type { KeyToDelete } from './delete-xml.ts';

export const rightOf = ({ versionId }: KeyToDelete): Right => (versionId === null ? 'delete' : 'delete-version');

export function tellRights(bucket: Pick<Bucket, 'learn'>, fates: ReadonlyMap<KeyToDelete, Fate>): void {
  for (const right of ['delete', 'delete-version'] as const) {
    const allowed: string[] = [];
    const denied: { key: string; message: string }[] = [];
    for (const [one, { error }] of fates) {
      if (rightOf(one) !== right) continue;
      if (error === null) allowed.push(one.key);
      else if (error.kind === 'denied') denied.push({ key: one.key, message: error.message });
    }
    const heard: Heard = { right, allowed, denied };
    if (allowed.length + denied.length > 0) bucket.learn(heard);
  }
}
