/**
 * Keys as paths below a folder of this computer. A key is any text: it may climb (`../../x`), begin at the root, have empty
 * segments, or be what a file system cannot take or takes for another. What is fit stays as it is; a character that is not is
 * written as `%2F` is, by the bytes of its UTF-8, so that a person can read what it was.
 */
import { hash } from 'node:crypto';
import { SidelineError } from '../../../shared/errors.ts';

/** What names the folder takes: see `rulesOf` in folder-rules.ts. */
export interface NameRules {
  /** those that Windows has: forbidden characters, reserved names, no dot or space at the end */
  windows: boolean;
  /** names that differ only in case, or in how their accents are written, are one */
  folds: boolean;
}

export interface LocalPath {
  /** folders, and for an object its file; none is empty, `.` or `..`, or has a separator in it */
  segments: readonly string[];
  /** the key of an empty object that stands for a folder */
  isFolder: boolean;
}

export interface LocalNames {
  /**
   * The path of an object whose key, without what is left off in front, is `name`; `bytes`: its size. The same keys in the same
   * order have the same paths every time. Throws `target-name` where none is left for it.
   */
  of(name: string, bytes: number): LocalPath;
}

/** bytes of UTF-8. Linux counts these; macOS and Windows count characters, of which there are no more. */
const longestName = 255;
/** The files that a download leaves beside its target until it is whole; no key gets such a name. */
export const ownNames = '.sideline-';

/** Two objects never get the same path, nor a path through the other's file: the later of them gets other characters at its end. */
export function createLocalNames(rules: NameRules): LocalNames {
  /** Folded paths of files and folders, as numbers: a million of them are some 40 MB. Two that clash by chance get different names for nothing. */
  const taken = new Set<number>();
  /** by the key of the folder, with its slash */
  const folders = new Map<string, readonly string[]>([['', []]]);

  function claim(parent: readonly string[], wanted: string, key: string): string {
    for (let tries = 0; tries < 10; tries++) {
      const name = tries === 0 ? wanted : withMark(wanted, digest(`${key}${'\0'.repeat(tries - 1)}`));
      const number = numberOf([...parent, name].join('/'), rules);
      if (taken.has(number)) continue;
      taken.add(number);
      return name;
    }
    throw new SidelineError('target-name', { subject: 'all names like it are taken' });
  }

  function folderOf(key: string): readonly string[] {
    const known = folders.get(key);
    if (known !== undefined) return known;
    const inner = key.slice(0, -1);
    const above = inner.slice(0, inner.lastIndexOf('/') + 1);
    const parent = folderOf(above);
    const segments = [...parent, claim(parent, safeName(inner.slice(above.length), rules), key)];
    folders.set(key, segments);
    return segments;
  }

  return {
    of(name, bytes) {
      const folder = name.slice(0, name.lastIndexOf('/') + 1);
      const last = name.slice(folder.length);
      const parent = folderOf(folder);
      if (last === '' && bytes === 0 && folder !== '') return { segments: parent, isFolder: true };
      return { segments: [...parent, claim(parent, safeName(last, rules), name)], isFolder: false };
    },
  };
}

/** What moves a cursor, or turns the direction of the text behind it so that a name looks like another. */
const unreadable = /[\p{Cc}\u2028-\u202e\u2066-\u2069]/gu;
/** https://learn.microsoft.com/en-us/windows/win32/fileio/naming-a-file */
const forbiddenByWindows = /[<>:"\\|?*]/g;
const reservedByWindows = /^(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³])(?:[. ]|$)/i;

/** One segment of a key as a name. */
export function safeName(segment: string, { windows }: NameRules): string {
  if (segment === '') return '%2F';
  if (segment === '.' || segment === '..') return escaped(segment);
  let name = segment.toWellFormed().replace(unreadable, escaped).replaceAll('/', escaped);
  if (windows) {
    name = name.replace(forbiddenByWindows, escaped).replace(/[. ]$/, escaped);
    if (reservedByWindows.test(name)) name = escapedFirst(name);
  }
  // Else an object could pass for what an earlier download has left, and be gone on with.
  if (folded(name).startsWith(ownNames)) name = escapedFirst(name);
  return Buffer.byteLength(name) > longestName ? withMark(name, digest(segment)) : name;
}

function escaped(text: string): string {
  return [...Buffer.from(text)].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('');
}

function escapedFirst(name: string): string {
  return `${escaped(name.slice(0, 1))}${name.slice(1)}`;
}

/** `photo.jpg` as `photo (3f2a91bc).jpg`, cut where it would be too long. */
function withMark(name: string, mark: string): string {
  const dot = name.lastIndexOf('.');
  const ext = dot > 0 && Buffer.byteLength(name.slice(dot)) <= 32 ? name.slice(dot) : '';
  const end = ` (${mark})${ext}`;
  return `${shortened(name.slice(0, name.length - ext.length), longestName - Buffer.byteLength(end))}${end}`;
}

/** As many whole characters from the start as so many bytes hold. */
function shortened(text: string, bytes: number): string {
  if (Buffer.byteLength(text) <= bytes) return text;
  let short = '';
  let length = 0;
  for (const { segment } of new Intl.Segmenter('en', { granularity: 'grapheme' }).segment(text)) {
    length += Buffer.byteLength(segment);
    if (length > bytes) break;
    short += segment;
  }
  return short;
}

function digest(text: string): string {
  return hash('sha256', text).slice(0, 8);
}

function numberOf(path: string, { folds }: NameRules): number {
  return Number.parseInt(hash('sha256', folds ? folded(path) : path).slice(0, 13), 16);
}

/** What no file system tells apart that folds at all: case goes by the full mapping, accents by their composed form. */
function folded(text: string): string {
  return text.normalize('NFD').toUpperCase().toLowerCase().normalize('NFC');
}
