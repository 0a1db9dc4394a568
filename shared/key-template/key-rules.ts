/** What every key must be, however it was made: it is listed, kept by proxies and file systems, and stays in its prefix. */
import { SidelineError } from '../errors.ts';

/** bytes of UTF-8. https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html */
export const longestKey = 1024;

const printableAscii = /^[\x20-\x7e]*$/;
const unsafeSegment = /(?:^|\/)(\.{0,2})(?:\/|$)/;
/** https://www.w3.org/TR/xml/#charsets; Ceph refuses such keys, and AWS lists them as broken XML. */
const notInXml = /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/u;

/**
 * Prefix and relative path ('/' between segments) as one key in NFC. The prefix needs no slash at its end, and may have
 * some at its start. Throws `key-invalid` with why: an empty, `.` or `..` segment (browsers, proxies and file systems
 * resolve those), a character that XML 1.0 and so S3's listings cannot hold, over 1,024 bytes.
 */
export function objectKey(prefix: string, relativePath: string): string {
  // Checked alone as well: a prefix must not hide that a path is empty or starts with a slash.
  if (relativePath === '' || relativePath.startsWith('/')) throw keyError('an empty name');
  return checkedKey(normalPrefix(prefix) + relativePath);
}

export function normalPrefix(prefix: string): string {
  const inner = prefix.replace(/^\/+/, '').replace(/\/+$/, '');
  return inner === '' ? '' : `${inner}/`;
}

/** The text as a key in NFC. Throws `key-invalid` as `objectKey` does. */
export function checkedKey(text: string): string {
  const ascii = printableAscii.test(text);
  if (!ascii && !text.isWellFormed()) throw keyError('it is not valid Unicode');
  const key = ascii ? text : text.normalize('NFC');
  const segment = unsafeSegment.exec(key);
  if (segment !== null) throw keyError(segment[1] ? `a segment that is only "${segment[1]}"` : 'an empty name');
  const bad = ascii ? null : unlistable(key);
  if (bad !== null) throw keyError(`the character ${bad}, which S3 cannot list`);
  if (key.length * 3 > longestKey) {
    const length = ascii ? key.length : utf8Length(key);
    if (length > longestKey) throw keyError(`${length} bytes long, and S3 takes at most ${longestKey}`);
  }
  return key;
}

/** The first character that no listing can hold, as `U+0007`; null: there is none. Half a pair is one too. */
export function unlistable(text: string): string | null {
  if (printableAscii.test(text)) return null;
  const found = notInXml.exec(text)?.[0].codePointAt(0);
  return found === undefined ? null : `U+${found.toString(16).toUpperCase().padStart(4, '0')}`;
}

/** The last segment. A leading dot starts no extension, and a trailing one has none: `.profile`, `draft.` */
export function nameParts(path: string): { name: string; stem: string; ext: string } {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const dot = name.lastIndexOf('.');
  if (dot <= 0 || dot === name.length - 1) return { name, stem: name, ext: '' };
  return { name, stem: name.slice(0, dot), ext: name.slice(dot + 1) };
}

/**
 * The n-th name (from 2) for a key that is taken: `a/photo.jpg`, 2 -> `a/photo-2.jpg`. Where 1,024 bytes would not hold
 * it, the stem loses characters at its end, whole ones as people see them (a flag, a letter with its accents); an
 * extension so long that no stem is left counts as part of the stem. Long keys may so become the same: the caller counts
 * on until one is free. Throws `key-invalid` where the folders alone leave no room.
 */
export function withOtherName(key: string, n: number): string {
  const { name, stem, ext } = nameParts(key);
  const folder = key.slice(0, key.length - name.length);
  const end = `-${n}${ext === '' ? '' : `.${ext}`}`;
  const shorter = shortened(stem, longestKey - utf8Length(folder + end));
  if (shorter !== '') return checkedKey(folder + shorter + end);
  const whole = shortened(name, longestKey - utf8Length(`${folder}-${n}`));
  if (whole !== '') return checkedKey(`${folder}${whole}-${n}`);
  throw keyError(`with "-${n}" at its end it is longer than the ${longestKey} bytes that S3 takes`);
}

/** As many whole characters from the start as `most` bytes hold. */
function shortened(text: string, most: number): string {
  if (utf8Length(text) <= most) return text;
  let length = 0;
  let bytes = 0;
  for (const { segment } of new Intl.Segmenter('en', { granularity: 'grapheme' }).segment(text)) {
    bytes += utf8Length(segment);
    if (bytes > most) break;
    length += segment.length;
  }
  return text.slice(0, length);
}

function utf8Length(text: string): number {
  let bytes = 0;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return bytes;
}

function keyError(why: string): SidelineError {
  return new SidelineError('key-invalid', { subject: why });
}
