/** What a person must type before something is deleted. It is checked here as well as asked for in the window. */
import { isConfirmed, mostUnasked } from '../../../shared/deletion-confirmation.ts';
import type { Confirmation, DeletionTarget } from '../../../shared/deletions.ts';
import { SidelineError } from '../../../shared/errors.ts';
import { deletions } from '../../../shared/strings/deletions.ts';

/** Nobody types a longer one, and the question would not be seen for it. UTF-16 units */
const longestTyped = 80;

/** null: a plain yes does. `bucket`: its name, which stands for all that is in it */
export function confirmationFor(target: DeletionTarget, count: number, bucket: string): Confirmation | null {
  const isWhole = target.what !== 'versions' && target.prefixes.length > 0;
  if (target.what === 'objects' && !isWhole && count <= mostUnasked) return null;
  return { count, name: nameOf(target, bucket) };
}

/** Throws `invalid-input` where what was typed is neither the number nor the name. */
export function checkConfirmation(wanted: Confirmation | null, typed: string | null): void {
  if (wanted === null || isConfirmed(wanted, typed)) return;
  throw new SidelineError('invalid-input', { subject: deletions.notConfirmed(wanted) });
}

/** Of the one folder that is meant; null: there are several, or nobody could type it. */
function nameOf(target: DeletionTarget, bucket: string): string | null {
  if (target.what === 'versions' || target.prefixes.length !== 1) return null;
  const [prefix = ''] = target.prefixes;
  if (target.keys.some((key) => `${key}/` !== prefix)) return null; // an object of the folder's own name goes with it
  const name = prefix.split('/').findLast((part) => part !== '') ?? bucket;
  return /^\P{C}+$/u.test(name) && name === name.trim() && name.length <= longestTyped ? name : null;
}
