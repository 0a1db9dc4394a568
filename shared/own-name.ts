/** By which name a person knows what was sent. Pure. */

/** The last name of a path of any system. */
export function ownNameOf(source: string): string {
  return source.split(source.startsWith('/') ? '/' : /[/\\]/).at(-1) ?? source;
}

/**
 * The file's own name, where its key ends in another one: a template or a backend has made that up, and it tells a person nothing.
 * Null: the key shows the name, in whichever case or way of writing accents.
 */
export function otherNameOf({ key, source }: { key: string; source: string }): string | null {
  const name = key.slice(key.lastIndexOf('/') + 1);
  if (source.endsWith(name) && name !== '' && isEndOfFolder(source[source.length - name.length - 1])) return null;
  const own = ownNameOf(source);
  return same(own) === same(name) ? null : own;
}

const isEndOfFolder = (sign: string | undefined) => sign === '/' || sign === '\\';
const same = (name: string) => name.normalize('NFC').toUpperCase();

/** What lists show as its name, and sort it by. */
export function shownPathOf(file: { key: string; source: string }): string {
  return otherNameOf(file) ?? file.key;
}
