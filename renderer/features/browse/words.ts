/** Keys as a person reads them. Pure. */
import { placeName } from '../../../shared/connection-kind.ts';
import { printable } from '../../../shared/format.ts';
import type { ConnectionInfo } from '../../../shared/ipc.ts';
import { browse } from '../../../shared/strings/browse.ts';

/** A name of a key: what cannot be seen in it, or turns the text around it, is written as an escape; one of spaces in quotes. */
export function shownName(name: string): string {
  if (name === '') return browse.noName;
  return name.trim() === '' ? `"${printable(name)}"` : printable(name);
}

export interface Segment {
  /** as a person reads it */
  name: string;
  /** of the folder, with the slash at its end */
  prefix: string;
}

/** The folders on the way to a prefix, the outermost first: `a//b/` has three, of which one has no name. */
export function segmentsOf(prefix: string): Segment[] {
  const names = prefix.split('/').slice(0, -1);
  return names.map((name, at) => ({ name: shownName(name), prefix: `${names.slice(0, at + 1).join('/')}/` }));
}

/** What has room in a line: those at both ends, and what is between them in a menu. */
export function folded(
  segments: readonly Segment[],
  most: number,
): { first: Segment[]; hidden: Segment[]; last: Segment[] } {
  if (segments.length <= most) return { first: [], hidden: [], last: [...segments] };
  return { first: segments.slice(0, 1), hidden: segments.slice(1, 1 - most), last: segments.slice(1 - most) };
}

/** The folder in which a row of this one lies that leads to another prefix; null: that is not below it. */
export function childTowards(prefix: string, other: string): string | null {
  if (other === prefix || !other.startsWith(prefix)) return null;
  return other.slice(0, other.indexOf('/', prefix.length) + 1);
}

/** A connection in a list of several. */
export function connectionLabel({ name, config }: ConnectionInfo): string {
  return name === placeName(config) ? name : `${name} (${placeName(config)})`;
}
