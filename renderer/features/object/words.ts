/** Names of objects as a person reads them. Pure. */
import { shownName } from '../browse/words.ts';
import { nameOf } from '../history/words.ts';

/** The last name of a key, in which everything can be seen. */
export function shownNameOf(key: string): string {
  return shownName(nameOf(key));
}
