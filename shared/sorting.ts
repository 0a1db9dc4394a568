/** Which files of a drop go to which of several destinations. */
import type { SortingRule } from './destination.ts';
import { accepts } from './media-type.ts';

export interface SortedFile {
  /** as dropped, with slashes: `finals/day 1/a.jpg` */
  relativePath: string;
  /** media type, by content where it is known, else by name */
  type: string;
}

/** Whether all that a rule sets holds for a file. A rule with nothing set takes every file. */
export function matches(rule: SortingRule, file: SortedFile): boolean {
  const folders = file.relativePath.split('/');
  const name = folders.pop() ?? '';
  const { folder, file: pattern } = rule;
  return (
    accepts(rule.types, file.type) &&
    (folder === null || folders.some((one) => fits(folder, one))) &&
    (pattern === null || fits(pattern, name))
  );
}

/** Index of the first target that has a rule which takes the file; null: none has. */
export function sortInto(targets: readonly { rules: readonly SortingRule[] }[], file: SortedFile): number | null {
  const at = targets.findIndex(({ rules }) => rules.some((rule) => matches(rule, file)));
  return at === -1 ? null : at;
}

/**
 * Whether a whole name fits a pattern, in which `*` stands for any run of characters and `?` for one; all other characters
 * stand for themselves, large or small: brackets and braces are common in names. Rules come from files of other people, so no
 * regular expression is made of them: `*a*a*a*a*b` would keep one busy for minutes.
 */
function fits(pattern: string, name: string): boolean {
  const wanted = charactersOf(pattern);
  const given = charactersOf(name);
  let at = 0;
  /** where the last `*` was, and up to where of the name it reaches so far */
  let star = -1;
  let reach = 0;
  for (let next = 0; next < given.length;) {
    if (wanted[at] === '*') {
      star = at++;
      reach = next;
    } else if (wanted[at] === '?' || wanted[at] === given[next]) {
      at++;
      next++;
    } else if (star !== -1) {
      at = star + 1;
      next = ++reach;
    } else {
      return false;
    }
  }
  return wanted.slice(at).every((one) => one === '*');
}

/** A Mac writes `é` as two characters, and others as one. */
function charactersOf(text: string): string[] {
  return Array.from(text.normalize('NFC').toLowerCase());
}
