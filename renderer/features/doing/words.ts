/** Keys and selections as a person reads them. Pure. */
import { printable } from '../../../shared/format.ts';
import { doing } from '../../../shared/strings/doing.ts';
import type { Selection } from '../../stores/doing.ts';

/** The last name of a key, or of a folder's prefix without its slash. */
export function lastNameOf(key: string): string {
  return key.replace(/\/$/, '').split('/').at(-1) ?? '';
}

/** In a title: the one name, or how many, as far as they are named. */
export function selectionWords(selection: Selection): string {
  const { listing = null } = selection;
  if (listing !== null && 'except' in listing.selection) {
    return countOf(listing.selection.except) === 0 ? doing.allOfList.toLowerCase() : doing.selected;
  }
  const { keys, prefixes } = namedOf(selection);
  const [first, ...others] = [...keys, ...prefixes];
  if (first === undefined) return doing.selected;
  return others.length === 0 ? quoted(first) : doing.items(others.length + 1);
}

export function quoted(key: string): string {
  return key === '' ? doing.wholeBucket : `"${printable(lastNameOf(key))}"`;
}

/** Names that are shown one by one. */
const mostNamed = 5;

/** What is meant, as lines: folders first. */
export function namedLines(selection: Selection): { lines: string[]; more: number } {
  const { listing = null } = selection;
  if (listing !== null && 'view' in listing.selection) return { lines: viewLines(listing.selection), more: 0 };
  const { keys, prefixes } = namedOf(selection);
  const folders = prefixes.map((prefix) => doing.inFolder(prefix === '' ? doing.wholeBucket : printable(prefix)));
  const all = [...folders, ...keys.map(printable)];
  return { lines: all.slice(0, mostNamed), more: Math.max(0, all.length - mostNamed) };
}

type Rows = Pick<Selection, 'keys' | 'prefixes'>;
type OfView = Extract<NonNullable<Selection['listing']>['selection'], { view: unknown }>;

const countOf = ({ keys, prefixes }: Rows) => keys.length + prefixes.length;

function namedOf({ keys, prefixes, listing = null }: Selection): Rows {
  return listing !== null && 'rows' in listing.selection ? listing.selection.rows : { keys, prefixes };
}

function viewLines(selection: OfView): string[] {
  if ('except' in selection) {
    const but = countOf(selection.except);
    return but === 0 ? [doing.allOfList] : [doing.allOfList, doing.allBut(but)];
  }
  const { between, otherwise } = selection;
  const fromTo = doing.fromTo(printable(between.from.name), printable(between.to.name));
  const but = countOf(otherwise);
  return but === 0 ? [fromTo] : [fromTo, doing.otherwise(but)];
}
