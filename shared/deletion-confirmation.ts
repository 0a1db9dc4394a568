/** What a person types before much is deleted: compared alike by the window, which asks for it, and by main, which insists. */
import type { Confirmation } from './deletions.ts';

/** The number, with or without what groups its digits, or the name. `null`: nothing is to be typed. */
export function isConfirmed(wanted: Confirmation | null, typed: string | null): boolean {
  if (wanted === null) return true;
  const text = (typed ?? '').trim();
  const number = text.replaceAll(/[\s.,'’_]/g, '');
  if (/^\d+$/.test(number) && Number(number) === wanted.count) return true;
  return wanted.name !== null && text.normalize() === wanted.name.normalize();
}
