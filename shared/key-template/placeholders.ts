/** What a template can ask for, and how its value is made. */
import { SidelineError } from '../errors.ts';
import type { Inspected } from '../inspected.ts';
import { fieldArgument, number, pattern, short, type ArgumentRule } from './arguments.ts';
import { digits, formatDate, type KeyDate } from './dates.ts';
import { nameParts, unlistable } from './key-rules.ts';
import { slugOf } from './slug.ts';

export interface KeyValues {
  /** what a form asked for, by placeholder: user_id, event_id, ... */
  fields: Readonly<Record<string, string>>;
  /** '/' between segments on every system */
  relativePath: string;
  /** of the upload */
  date: KeyDate;
  /** when the picture was taken, or what stands in for it (`takenDate`) */
  taken: KeyDate;
  /** of the file as it is here, before any preparation */
  measures: Pick<Inspected, 'width' | 'height'>;
  /** the running number in its batch, from 1. Kept as `ids` are. */
  counter: number;
  /** Drawn once a file and kept, so that a file that is planned again gets the same key. */
  ids: { uuid: string; hex8: string };
}

/** Where a value comes from: a form, the file's path, the upload's date, the file's content, the batch, or chance. */
export type Source = 'field' | 'file' | 'date' | 'taken' | 'counter' | 'random';

export interface Rule {
  from: Source;
  meaning: string;
  /** absent: nothing may stand after a colon */
  argument?: ArgumentRule;
  /** `argument` is '' where there is none. */
  value: (values: KeyValues, argument: string) => string;
}

const placeholders = {
  user_id: { from: 'field', meaning: 'who the files belong to', value: ({ fields }) => fieldValue(fields, 'user_id') },
  event_id: { from: 'field', meaning: 'the event', value: ({ fields }) => fieldValue(fields, 'event_id') },
  session_id: { from: 'field', meaning: 'the session', value: ({ fields }) => fieldValue(fields, 'session_id') },
  image_type: {
    from: 'field',
    meaning: 'what the image shows, one word in the singular',
    value: ({ fields }) => fieldValue(fields, 'image_type'),
  },
  field: {
    from: 'field',
    meaning: 'a field of your own',
    argument: fieldArgument(true),
    value: ({ fields }, name) => fieldValue(fields, name),
  },
  relative_path: { from: 'file', meaning: 'folders and name, as dropped', value: (of) => of.relativePath },
  relative_dir: {
    from: 'file',
    meaning: 'folders as dropped, without the name; none: its slash goes too',
    value: ({ relativePath }) => relativePath.slice(0, Math.max(relativePath.lastIndexOf('/'), 0)),
  },
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
  ext: { from: 'file', meaning: 'extension in lower case, without dot', value: (of) => extensionOf(of.relativePath) },
  width: {
    from: 'file',
    meaning: 'width in pixels; 0 where there is none',
    value: ({ measures }) => String(measures.width ?? 0),
  },
  height: {
    from: 'file',
    meaning: 'height in pixels; 0 where there is none',
    value: ({ measures }) => String(measures.height ?? 0),
  },
  slug: {
    from: 'file',
    meaning: 'the stem (or a field) as a word for addresses; {hex8} where none can be made of the stem',
    argument: fieldArgument(false),
    value: slug,
  },
  counter: {
    from: 'counter',
    meaning: 'running number in the batch, with zeros up to so many digits',
    argument: number(1, 12, '4', false),
    value: ({ counter }, width) => digits(counter, Number(width)),
  },
  taken: {
    from: 'taken',
    meaning: "when the picture was taken, else the file's own time",
    argument: pattern,
    value: ({ taken }, written) => formatDate(taken, written),
  },
  date: {
    from: 'date',
    meaning: 'when it is uploaded',
    argument: pattern,
    value: ({ date }, written) => formatDate(date, written),
  },
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
  uuid: {
    from: 'random',
    meaning: 'a UUID; short: its 32 digits without dashes',
    argument: short,
    value: ({ ids }, form) => (form === 'short' ? ids.uuid.replaceAll('-', '') : ids.uuid),
  },
  unique_id: { from: 'random', meaning: 'a UUID', value: ({ ids }) => ids.uuid },
  hex: {
    from: 'random',
    meaning: 'so many hexadecimal digits',
    argument: number(4, 32, '8', true),
    value: ({ ids }, width) => hexDigits(ids).slice(0, Number(width)),
  },
  hex8: { from: 'random', meaning: 'eight hexadecimal digits', value: ({ ids }) => ids.hex8 },
  // Backends call their made names so; the file's own is `name`.
  filename: { from: 'random', meaning: 'a new name: yyyyMMdd_HHmmss_{hex8}.{ext}', value: madeName },
} satisfies Record<string, Rule>;

export type PlaceholderName = keyof typeof placeholders;

export const placeholderNames = Object.keys(placeholders);

export function isPlaceholder(name: string): name is PlaceholderName {
  return Object.hasOwn(placeholders, name);
}

export function ruleOf(name: PlaceholderName): Rule {
  return placeholders[name];
}

function extensionOf(path: string): string {
  return nameParts(path).ext.toLowerCase();
}

function timeOf(date: KeyDate): string {
  return `${digits(date.hour, 2)}${digits(date.minute, 2)}${digits(date.second, 2)}`;
}

function timestampOf(date: KeyDate): string {
  return `${digits(date.year, 4)}${digits(date.month, 2)}${digits(date.day, 2)}_${timeOf(date)}`;
}

function madeName({ date, ids, relativePath }: KeyValues): string {
  const ext = extensionOf(relativePath);
  return `${timestampOf(date)}_${ids.hex8}${ext === '' ? '' : `.${ext}`}`;
}

/** 38 digits, the first eight as `{hex8}`: of the UUID all but the two that say its version and variant (RFC 9562). */
function hexDigits({ hex8, uuid }: KeyValues['ids']): string {
  const all = uuid.replaceAll('-', '');
  return hex8 + all.slice(0, 12) + all.slice(13, 16) + all.slice(17);
}

function slug({ relativePath, fields, ids }: KeyValues, name: string): string {
  if (name === '') return slugOf(nameParts(relativePath).stem) || ids.hex8;
  // Chance must not stand in for a field: every file would get another event.
  const word = slugOf(fieldValue(fields, name));
  if (word === '') throw fieldError(name, 'has no letter from A to Z and no digit, so no word for an address');
  return word;
}

/** What a person or a backend wrote: one word that stays within its segment. */
function fieldValue(fields: KeyValues['fields'], name: string): string {
  const value = Object.hasOwn(fields, name) ? (fields[name] ?? '') : '';
  if (value.trim() === '') throw fieldError(name, 'is empty');
  if (value === '.' || value === '..') throw fieldError(name, `must not be "${value}"`);
  const bad = /[/\\\p{Cc}]/u.exec(value)?.[0];
  if (bad !== undefined) {
    throw fieldError(name, /\p{Cc}/u.test(bad) ? 'contains a control character' : `must not contain "${bad}"`);
  }
  const hidden = unlistable(value);
  if (hidden !== null) throw fieldError(name, `contains the character ${hidden}, which S3 cannot list`);
  return value;
}

function fieldError(name: string, why: string): SidelineError {
  return new SidelineError('invalid-input', { subject: `The value of ${name} ${why}.` });
}
