/** Keys and selections as a person reads them. Pure. */
import { printable } from '../../../shared/format.ts';
import { doing } from '../../../shared/strings/doing.ts';
import type { Selection } from '../../stores/doing.ts';

/** The last name of a key, or of a folder's prefix without its slash. */
export function lastNameOf(key: string): string {
  return key.replace(/\/$/, '').split('/').at(-1) ?? '';
}

/** In a title: the one name, or how many. */
export function selectionWords({ keys, prefixes, listing = null }: Selection): string {
  const [first, ...others] = [...keys, ...prefixes];
  if (listing !== null || first === undefined) return doing.allOfList.toLowerCase();
  return others.length === 0 ? quoted(first) : doing.items(others.length + 1);
}

export function quoted(key: string): string {
  return key === '' ? doing.wholeBucket : `"${printable(lastNameOf(key))}"`;
}

/** Names that are shown one by one. */
const mostNamed = 5;

/** What is meant, as lines: folders first. */
export function namedLines({ keys, prefixes, listing = null }: Selection): { lines: string[]; more: number } {
  if (listing !== null) return { lines: [doing.allOfList], more: 0 };
  const folders = prefixes.map((prefix) => doing.inFolder(prefix === '' ? doing.wholeBucket : printable(prefix)));
  const all = [...folders, ...keys.map(printable)];
  return { lines: all.slice(0, mostNamed), more: Math.max(0, all.length - mostNamed) };
}
