/** What a person types before much is deleted: compared alike by the window, which asks for it, and by main, which insists. */
import type { Confirmation, DeletionInfo } from './deletions.ts';

/** More are not deleted by a click. objects */
export const mostUnasked = 100;

/** How many of a deletion are still to be deleted. */
export function leftOf({ outcomes }: Pick<DeletionInfo, 'outcomes'>): number {
  return outcomes.untried + outcomes.unknown + outcomes.failed;
}

/** What is typed before so many go; null: a plain yes does. */
export function confirmationForCount(count: number): Confirmation | null {
  return count > mostUnasked ? { count, name: null } : null;
}

/** What is typed before the rest of a deletion goes; null: a plain yes does. */
export function confirmationForRest(info: Pick<DeletionInfo, 'outcomes'>): Confirmation | null {
  return confirmationForCount(leftOf(info));
}

/** The number, with or without what groups its digits, or the name. `null`: nothing is to be typed. */
export function isConfirmed(wanted: Confirmation | null, typed: string | null): boolean {
  if (wanted === null) return true;
  const text = (typed ?? '').trim();
  const number = text.replaceAll(/[\s.,'’_]/g, '');
  if (/^\d+$/.test(number) && Number(number) === wanted.count) return true;
  return wanted.name !== null && text.normalize() === wanted.name.normalize();
}
