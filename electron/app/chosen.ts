/** What the window has chosen in a bucket, as the admin side takes it, and in words. */
import { formatCount } from '../../shared/format.ts';
import type { ChosenInput } from '../../shared/selection.ts';
import { transfers as words } from '../../shared/strings/object-transfers.ts';
import type { Chosen } from '../admin/selection.ts';
import type { Browsing } from './browsing.ts';

export interface ChosenIn extends Chosen {
  connectionId: number;
  /** one key or prefix, or how many */
  subject: string;
}

/** Throws `invalid-input` where the listing is no longer open. */
export function chosenIn(input: ChosenInput, selected: Browsing['selected']): ChosenIn {
  if ('connectionId' in input) {
    const { connectionId, keys, prefixes } = input;
    return { connectionId, keys, prefixes, objects: [], subject: subjectOf([...keys, ...prefixes], 0) };
  }
  const { connectionId, objects, count, prefixes } = selected(input.listingId, input.selection);
  const [first] = count === 1 ? objects : [];
  const names = first === undefined ? prefixes : [first.key, ...prefixes];
  return { connectionId, keys: [], prefixes, objects, subject: subjectOf(names, first === undefined ? count : 0) };
}

function subjectOf(names: readonly string[], more: number): string {
  const [only = '', ...others] = names;
  if (others.length + more === 0) return only === '' ? words.wholeBucket : only;
  return formatCount(names.length + more, words.item, words.items);
}
