/** A moment as the parts that a key is made of, in UTC or as clocks show it. */
import { SidelineError } from '../errors.ts';
import type { Taken } from '../inspected.ts';

export type Zone = 'utc' | 'local';

/** A moment split in the time zone that the caller chose. */
export interface KeyDate {
  /** 1 to 9999 */
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

/** Years of four digits in every zone; a file's time beyond them is none anyway, and must not keep the file from going up. */
const earliest = Date.parse('0001-01-02T00:00:00Z');
const latest = Date.parse('9999-12-30T23:59:59Z');

/**
 * A moment (ms since 1970, with a fraction perhaps) in UTC or in this computer's own zone. `microsecond`, where it is
 * known better than `ms` tells it: 0 to 999,999 of the second. Moments outside the years 1 to 9999 become the nearest in
 * them. Throws `internal` where `ms` is no number.
 */
export function keyDate(ms: number, zone: Zone, microsecond?: number): KeyDate {
  if (Number.isNaN(ms)) throw new SidelineError('internal', { cause: new RangeError('a moment that is no number') });
  const moment = Math.min(Math.max(ms, earliest), latest);
  const unix = Math.floor(moment / 1000);
  const date = new Date(unix * 1000);
  // A fraction is rounded, as a double holds 0.001 ms only nearly, but never up into the next second.
  const rest = microsecond ?? Math.min(Math.round((moment - unix * 1000) * 1000), 999_999);
  if (zone === 'utc') {
    return {
      year: date.getUTCFullYear(),
      month: date.getUTCMonth() + 1,
      day: date.getUTCDate(),
      hour: date.getUTCHours(),
      minute: date.getUTCMinutes(),
      second: date.getUTCSeconds(),
      microsecond: rest,
      unix,
    };
  }
  return {
    year: date.getFullYear(),
    month: date.getMonth() + 1,
    day: date.getDate(),
    hour: date.getHours(),
    minute: date.getMinutes(),
    second: date.getSeconds(),
    microsecond: rest,
    unix,
  };
}

/**
 * When a picture was taken. `local`: what the camera's clock showed, whatever zone it was in; `utc`: that time less its
 * offset, or where the camera told none, as if it had been set to this computer's zone. A camera that tells nothing, or a
 * day that there never was (0000-00-00 where its clock was not set), counts as `fallbackMs`: the file's own time, in ms.
 */
export function takenDate(taken: Taken | null, fallbackMs: number, zone: Zone): KeyDate {
  const clock = taken === null ? null : clockOf(taken.wall);
  if (taken === null || clock === null) return keyDate(fallbackMs, zone);
  const ms = taken.offset === null ? sameHere(clock) : asUtc(clock).getTime() - taken.offset * 60_000;
  const moment = keyDate(ms, 'utc', clock.microsecond);
  return zone === 'utc' ? moment : { ...clock, unix: moment.unix };
}

type Clock = Omit<KeyDate, 'unix'>;

function clockOf(wall: string): Clock | null {
  const found = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,6}))?$/.exec(wall);
  if (found === null) return null;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = found.slice(1, 7).map(Number);
  const clock = { year, month, day, hour, minute, second, microsecond: Number((found[7] ?? '').padEnd(6, '0')) };
  return year > 0 && asUtc(clock).toISOString().startsWith(wall.slice(0, 19)) ? clock : null;
}

/** Not Date.UTC, which takes the years 0 to 99 for the 20th century. */
function asUtc({ year, month, day, hour, minute, second }: Clock): Date {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  date.setUTCHours(hour, minute, second);
  return date;
}

/** ms. An hour that the clocks here skipped counts as the one after it. */
function sameHere({ year, month, day, hour, minute, second }: Clock): number {
  const date = new Date(2000, 0);
  date.setFullYear(year, month - 1, day);
  date.setHours(hour, minute, second);
  return date.getTime();
}

export function digits(value: number, width: number): string {
  return String(value).padStart(width, '0');
}

const dateParts = {
  yyyy: (date) => digits(date.year, 4),
  yy: (date) => digits(date.year % 100, 2),
  MM: (date) => digits(date.month, 2),
  dd: (date) => digits(date.day, 2),
  HH: (date) => digits(date.hour, 2),
  mm: (date) => digits(date.minute, 2),
  ss: (date) => digits(date.second, 2),
  SSS: (date) => digits(Math.floor(date.microsecond / 1000), 3),
  SSSSSS: (date) => digits(date.microsecond, 6),
} satisfies Record<string, (date: KeyDate) => string>;

export const datePartNames = Object.keys(dateParts);

function isDatePart(letters: string): letters is keyof typeof dateParts {
  return Object.hasOwn(dateParts, letters);
}

/** The letter as often as it follows itself: `yyyyMMdd` is `yyyy`, `MM`, `dd`. */
const runs = /([A-Za-z])\1*/g;

/** The runs of letters in a pattern such as `yyyy/MM/dd`. Every other sign stands for itself, as does the T of ISO 8601. */
export function lettersOf(pattern: string): string[] {
  return (pattern.match(runs) ?? []).filter((letters) => letters !== 'T');
}

/** A date by a pattern that `refusedPattern` (arguments.ts) lets pass. */
export function formatDate(date: KeyDate, pattern: string): string {
  return pattern.replace(runs, (letters) => (isDatePart(letters) ? dateParts[letters](date) : letters));
}
