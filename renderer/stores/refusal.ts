/** What is known against doing something. Pure. */
import type { ConnectionRights } from '../../shared/browse.ts';
import type { SettingName } from '../../shared/bucket-check.ts';
import { changingRights, denialOf, type Right } from '../../shared/rights.ts';
import { printable } from '../../shared/format.ts';
import { browse } from '../../shared/strings/browse.ts';

/** Why something cannot be done with an object, in words; null: nothing is known against it. */
export type RefusalOf = (right: Right) => string | null;

/** Why something may not be done there, in words; null: nothing is known against it. `key`: or the prefix of many. */
export function refusalOf(
  rights: ConnectionRights | null,
  right: Right,
  key: string,
  setting: SettingName | null = null,
): string | null {
  if (rights === null) return null;
  if (rights.readOnly && changingRights.has(right)) return browse.rights.readOnly;
  if (rights.folders !== null && !rights.folders.some((folder) => key.startsWith(folder))) {
    return browse.rights.otherFolder;
  }
  const denial = denialOf(rights.denials, right, key, setting);
  return denial === null ? null : browse.rights.denied(printable(denial.message));
}

/** What greys an item of a menu, and says why; null: nothing is known against it. */
export function greyedBy(refusal: string | null): { isDisabled?: boolean; hint?: string } {
  return refusal === null ? {} : { isDisabled: true, hint: refusal };
}
