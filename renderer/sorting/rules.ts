/** Rules of sorting as people read and write them. Pure. */
import type { SortingRule } from '../../shared/destination.ts';
import { sorting as words } from '../../shared/strings/sorting.ts';

export const anyFile: SortingRule = { types: [], folder: null, file: null };

/** Media types of what people call by one word. */
export const kindsOfFiles = {
  photos: 'image/*',
  videos: 'video/*',
  sound: 'audio/*',
  pdf: 'application/pdf',
} as const;
export type KindOfFile = keyof typeof kindsOfFiles;

export const fileKinds: readonly KindOfFile[] = ['photos', 'videos', 'sound', 'pdf'];

/** The types of a rule that have no such word. */
export function otherTypes({ types }: SortingRule): string[] {
  const known: readonly string[] = Object.values(kindsOfFiles);
  return types.filter((type) => !known.includes(type));
}

/** "photos in finals or videos"; of no rule at all null */
export function rulesWords(rules: readonly SortingRule[]): string | null {
  return rules.length === 0 ? null : rules.map(ruleWords).join(words.or);
}

function ruleWords(rule: SortingRule): string {
  const { types, folder, file } = rule;
  if (types.length === 0 && folder === null && file === null) return words.everything;
  const kinds = fileKinds.filter((kind) => types.includes(kindsOfFiles[kind])).map((kind) => kindWords(kind));
  const named = [...kinds, ...otherTypes(rule)].join(', ');
  return [
    named === '' ? words.everyKind : named,
    folder === null ? '' : words.inFolder(folder),
    file === null ? '' : words.named(file),
  ].join('');
}

function kindWords(kind: KindOfFile): string {
  const word = words.kinds[kind];
  return kind === 'pdf' ? word : word.toLowerCase();
}
