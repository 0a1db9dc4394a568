/** How a file's key in the bucket is made: a prefix and its path, or a template such as `{user_id}-{uuid}.{ext}`. */
import { SidelineError } from './errors.ts';

/** bytes of UTF-8. https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html */
export const longestKey = 1024;

interface Rule {
  from: 'field' | 'file' | 'date' | 'random';
  meaning: string;
  value: (values: KeyValues) => string;
}

/** What a template can ask for, and where its value comes from: a form, the file, its date, or chance. */
const placeholders = {
  user_id: { from: 'field', meaning: 'who the files belong to', value: field('user_id') },
  event_id: { from: 'field', meaning: 'the event', value: field('event_id') },
  session_id: { from: 'field', meaning: 'the session', value: field('session_id') },
  image_type: { from: 'field', meaning: 'what the image shows, one word in the singular', value: field('image_type') },
  relative_path: { from: 'file', meaning: 'folders and name, as dropped', value: (of) => of.relativePath },
  name: {
    from: 'file',
    meaning: "the file's own name, with extension",
    value: (of) => nameParts(of.relativePath).name,
  },
  stem: {
    from: 'file',
    meaning: "the file's own name, without extension",
    value: (of) => nameParts(of.relativePath).stem,
  },
  ext: { from: 'file', meaning: 'extension in lower case, without dot', value: (of) => nameParts(of.relativePath).ext },
  yyyy: { from: 'date', meaning: 'year', value: ({ date }) => digits(date.year, 4) },
  MM: { from: 'date', meaning: 'month, 01 to 12', value: ({ date }) => digits(date.month, 2) },
  dd: { from: 'date', meaning: 'day, 01 to 31', value: ({ date }) => digits(date.day, 2) },
  HH: { from: 'date', meaning: 'hour, 00 to 23', value: ({ date }) => digits(date.hour, 2) },
  mm: { from: 'date', meaning: 'minute', value: ({ date }) => digits(date.minute, 2) },
  ss: { from: 'date', meaning: 'second', value: ({ date }) => digits(date.second, 2) },
  HHmmss: { from: 'date', meaning: 'time of day', value: ({ date }) => timeOf(date) },
  microseconds: {
    from: 'date',
    meaning: 'millionths of the second, six digits',
    value: ({ date }) => digits(date.microsecond, 6),
  },
  timestamp: { from: 'date', meaning: 'yyyyMMdd_HHmmss', value: ({ date }) => timestampOf(date) },
  unix: { from: 'date', meaning: 'seconds since 1970', value: ({ date }) => String(date.unix) },
  uuid: { from: 'random', meaning: 'a UUID', value: ({ ids }) => ids.uuid },
  unique_id: { from: 'random', meaning: 'a UUID', value: ({ ids }) => ids.uuid },
  hex8: { from: 'random', meaning: 'eight hexadecimal digits', value: ({ ids }) => ids.hex8 },
  // Backends call their made names so; the file's own is `name`.
  filename: { from: 'random', meaning: 'a new name: yyyyMMdd_HHmmss_{hex8}.{ext}', value: madeName },
} satisfies Record<string, Rule>;

export type PlaceholderName = keyof typeof placeholders;

export interface Placeholder extends Pick<Rule, 'from' | 'meaning'> {
  name: PlaceholderName;
}

type TemplatePart = { literal: string } | { placeholder: PlaceholderName };

/** A template that was checked. Plain data: it can be stored, or parsed again from `text`. */
export interface KeyTemplate {
  text: string;
  parts: readonly TemplatePart[];
}

/** A moment split in the time zone that the caller chose. */
export interface KeyDate {
  year: number;
  /** 1 to 12 */
  month: number;
  /** 1 to 31 */
  day: number;
  hour: number;
  minute: number;
  second: number;
  /** 0 to 999,999 */
  microsecond: number;
  /** the same moment in seconds since 1970 (UTC), whole */
  unix: number;
}

export interface KeyValues {
  /** what a form asked for, by placeholder: user_id, event_id, ... */
  fields: Readonly<Record<string, string>>;
  /** '/' between segments on every system */
  relativePath: string;
  date: KeyDate;
  /** Drawn once a file and kept, so that a file that is planned again gets the same key. */
  ids: { uuid: string; hex8: string };
}

/** Throws `invalid-input` naming the position (from 1) and, for an unknown placeholder, the nearest known one. */
export function parseKeyTemplate(text: string): KeyTemplate {
  if (text === '') throw refuseTemplate('it is empty');
  const parts: TemplatePart[] = [];
  let at = 0;
  while (at < text.length) {
    const brace = text.slice(at).search(/[{}]/);
    const end = brace === -1 ? text.length : at + brace;
    if (end > at) parts.push({ literal: text.slice(at, end) });
    if (brace === -1) break;
    const close = text.indexOf('}', end);
    if (text[end] === '}') throw refuseTemplate(`the "}" at position ${end + 1} closes nothing`);
    if (close === -1) throw refuseTemplate(`the "{" at position ${end + 1} is not closed`);
    parts.push({ placeholder: knownName(text.slice(end + 1, close), end + 1) });
    at = close + 1;
  }
  const template = { text, parts };
  refuseBadLiterals(template);
  return template;
}

/** What the template asks for, each once, in order of appearance: a form shows those `from` a field. */
export function placeholdersOf(template: KeyTemplate): Placeholder[] {
  const names = template.parts.flatMap((part) => ('placeholder' in part ? [part.placeholder] : []));
  return [...new Set(names)].map((name) => ({
    name,
    from: placeholders[name].from,
    meaning: placeholders[name].meaning,
  }));
}

/**
 * The key of one file, in NFC. Throws `invalid-input` naming the field whose value is missing or would leave its segment,
 * and `key-invalid` with why where the relative path or the whole is no good key (see `objectKey`).
 */
export function renderKey(template: KeyTemplate, values: KeyValues): string {
  const checked = { ...values, relativePath: checkedKey(values.relativePath) };
  let key = '';
  for (const part of template.parts) {
    if ('literal' in part) {
      key += part.literal;
      continue;
    }
    const value = placeholders[part.placeholder].value(checked);
    // A file without extension gets no dot for it either.
    if (value === '' && part.placeholder === 'ext' && key.endsWith('.')) key = key.slice(0, -1);
    key += value;
  }
  return checkedKey(key);
}

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

const printableAscii = /^[\x20-\x7e]*$/;
const unsafeSegment = /(?:^|\/)(\.{0,2})(?:\/|$)/;
/** https://www.w3.org/TR/xml/#charsets; Ceph refuses such keys, and AWS lists them as broken XML. */
const notInXml = /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/u;

function checkedKey(text: string): string {
  const ascii = printableAscii.test(text);
  if (!ascii && !text.isWellFormed()) throw keyError('it is not valid Unicode');
  const key = ascii ? text : text.normalize('NFC');
  const segment = unsafeSegment.exec(key);
  if (segment !== null) throw keyError(segment[1] ? `a segment that is only "${segment[1]}"` : 'an empty name');
  const bad = ascii ? null : notInXml.exec(key);
  if (bad !== null) throw keyError(`the character ${codePointName(bad[0])}, which S3 cannot list`);
  if (key.length * 3 > longestKey) {
    const length = ascii ? key.length : utf8Length(key);
    if (length > longestKey) throw keyError(`${length} bytes long, and S3 takes at most ${longestKey}`);
  }
  return key;
}

function utf8Length(text: string): number {
  let bytes = 0;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return bytes;
}

function codePointName(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}

/** A leading dot starts no extension, and a trailing one has none: `.profile`, `draft.` */
function nameParts(path: string): { name: string; stem: string; ext: string } {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const dot = name.lastIndexOf('.');
  if (dot <= 0 || dot === name.length - 1) return { name, stem: name, ext: '' };
  return { name, stem: name.slice(0, dot), ext: name.slice(dot + 1).toLowerCase() };
}

function digits(value: number, width: number): string {
  return String(value).padStart(width, '0');
}

function timeOf(date: KeyDate): string {
  return `${digits(date.hour, 2)}${digits(date.minute, 2)}${digits(date.second, 2)}`;
}

function timestampOf(date: KeyDate): string {
  return `${digits(date.year, 4)}${digits(date.month, 2)}${digits(date.day, 2)}_${timeOf(date)}`;
}

function madeName({ date, ids, relativePath }: KeyValues): string {
  const { ext } = nameParts(relativePath);
  return `${timestampOf(date)}_${ids.hex8}${ext === '' ? '' : `.${ext}`}`;
}

/** What a person or a backend wrote: one word that stays within its segment. */
function field(name: string): (values: KeyValues) => string {
  return ({ fields }) => {
    const value = Object.hasOwn(fields, name) ? (fields[name] ?? '') : '';
    if (value.trim() === '') throw fieldError(name, 'is empty');
    if (value === '.' || value === '..') throw fieldError(name, `must not be "${value}"`);
    const bad = /[/\\\p{Cc}]/u.exec(value)?.[0];
    if (bad === undefined) return value;
    throw fieldError(name, /\p{Cc}/u.test(bad) ? 'contains a control character' : `must not contain "${bad}"`);
  };
}

function knownName(name: string, position: number): PlaceholderName {
  if (isPlaceholder(name)) return name;
  const known = Object.keys(placeholders).map((other) => ({ other, distance: editDistance(name, other) }));
  const nearest = known.reduce((best, next) => (next.distance < best.distance ? next : best));
  throw refuseTemplate(`"{${name}}" at position ${position} is unknown; did you mean "{${nearest.other}}"?`);
}

function isPlaceholder(name: string): name is PlaceholderName {
  return Object.hasOwn(placeholders, name);
}

/** Levenshtein; a letter in the other case is half a change. */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, at) => at);
  for (let i = 0; i < from.length; i++) {
    const next = [i + 1];
    for (let j = 0; j < to.length; j++) {
      const change = from[i] === to[j] ? 0 : from[i]?.toLowerCase() === to[j]?.toLowerCase() ? 0.5 : 1;
      next.push(Math.min((row[j] ?? 0) + change, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}

/** With a harmless value in every place, what is wrong is the text of the template itself. */
function refuseBadLiterals(template: KeyTemplate): void {
  const sample = template.parts.map((part) => ('literal' in part ? part.literal : 'x')).join('');
  try {
    checkedKey(sample);
  } catch (error) {
    throw refuseTemplate(error instanceof SidelineError ? error.subject : 'it makes no valid key', error);
  }
}

function refuseTemplate(why: string, cause?: unknown): SidelineError {
  return new SidelineError('invalid-input', { subject: `The key template is not valid: ${why}.`, cause });
}

function fieldError(name: string, why: string): SidelineError {
  return new SidelineError('invalid-input', { subject: `The value of ${name} ${why}.` });
}

function keyError(why: string): SidelineError {
  return new SidelineError('key-invalid', { subject: why });
}
