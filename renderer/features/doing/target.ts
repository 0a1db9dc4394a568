/** The folder that a person types or chooses to copy or move into. Pure. */
import type { ConnectionRights } from '../../../shared/browse.ts';
import { longestKey } from '../../../shared/key-template/key-rules.ts';
import { doing } from '../../../shared/strings/doing.ts';
import type { Selection } from '../../stores/doing.ts';
import { refusalOf } from '../../stores/refusal.ts';
import { baseOfNamed } from './chosen.ts';

const words = doing.transfer;

/** `photos/20`: the folders of `photos/` are shown that have `20` in their names. */
export function typedParts(path: string): { folder: string; search: string } {
  const at = path.lastIndexOf('/') + 1;
  return { folder: path.slice(0, at), search: path.slice(at) };
}

/** What is typed as the prefix that it means: with a slash at its end, unless it is the bucket itself. */
export function prefixOf(path: string): string {
  return path === '' || path.endsWith('/') ? path : `${path}/`;
}

/** The folder above; '' of one that is in the bucket itself. */
export function above(path: string): string {
  const whole = path.replace(/\/$/, '');
  return whole.slice(0, whole.lastIndexOf('/') + 1);
}

const utf8 = new TextEncoder();

/** Why nothing of the selection can be put there, in words; null: nothing is known against it. `rights`: of that connection. */
export function targetProblem(
  selection: Selection,
  to: { connectionId: number; path: string; isChosen: boolean },
  rights: ConnectionRights | null,
): string | null {
  const prefix = prefixOf(to.path);
  // One that is there with such a name can be chosen all the same.
  if (!to.isChosen && /^\/|\/\//.test(prefix)) return words.oddPath;
  if (utf8.encode(prefix).length > longestKey) return words.tooLong(longestKey);
  const refusal = refusalOf(rights, 'write', prefix);
  if (refusal !== null) return refusal;
  if (to.connectionId !== selection.connectionId) return null;
  if (baseOfNamed(selection) === prefix) return words.same;
  return selection.prefixes.some((folder) => prefix.startsWith(folder)) ? words.inside : null;
}
