/** Numbers as people read them, and back: what is typed as a rate or a duration. */
import prettyBytes from 'pretty-bytes';
import prettyMilliseconds from 'pretty-ms';
import { SidelineError } from './errors.ts';

/** Decimal, as Finder, Files and the makers of cards and drives count: 1 MB = 1,000,000 bytes. `bytes` is finite. */
export function formatBytes(bytes: number): string {
  return prettyBytes(Math.round(bytes));
}

/** As `formatBytes`: "5.24 MB/s". */
export function formatRate(bytesPerSecond: number): string {
  return `${formatBytes(bytesPerSecond)}/s`;
}

/** The two largest units, rounded down: "3 min 20 s", "450 ms". A time left that nobody knows (Infinity, NaN) is "unknown". */
export function formatDuration(ms: number): string {
  if (!Number.isFinite(ms)) return 'unknown';
  const short = prettyMilliseconds(ms, { unitCount: 2, secondsDecimalDigits: 0 });
  return short.replaceAll(
    /(\d)([a-z]+)/g,
    (_, digit: string, unit: string) => `${digit} ${unit === 'm' ? 'min' : unit}`,
  );
}

/**
 * A name from outside (a file, a key, what a server said) for a terminal: control characters, which can move the cursor or
 * paint over other lines, and those that turn the direction of text are written as escapes.
 */
export function printable(text: string): string {
  return text.replaceAll(
    /[\p{Cc}\u2028\u2029\p{Bidi_Control}]/gu,
    (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  );
}

/** "1 file", "1,500 files" */
export function formatCount(count: number, one: string, many: string): string {
  return `${count.toLocaleString('en-US')} ${count === 1 ? one : many}`;
}

const rateUnits: Record<string, number> = { '': 1, K: 2 ** 10, M: 2 ** 20, G: 2 ** 30, T: 2 ** 40 };

/**
 * Bytes per second from "500K", "5M", "1.5GiB" or a plain number of bytes; K is 1,024, as in curl and rclone.
 * Throws `invalid-input`.
 */
export function parseRate(text: string): number {
  const [, number = '', unit = ''] = /^(\d+(?:\.\d+)?) ?([KMGT]?)(?:i?B)?$/i.exec(text.trim()) ?? [];
  const rate = Math.round(Number(number) * (rateUnits[unit.toUpperCase()] ?? NaN));
  if (Number.isSafeInteger(rate) && rate > 0) return rate;
  throw invalid(`"${text}" is not a rate: write it like 500K, 5M or 1.5G (bytes per second).`);
}

const durationUnits: Record<string, number> = { ms: 1, s: 1000, m: 60_000, min: 60_000, h: 3_600_000, d: 86_400_000 };

/** Milliseconds from "30s", "5m", "2h" or "1h30m", each number with its unit. Throws `invalid-input`. */
export function parseDuration(text: string): number {
  const steps = [...text.trim().matchAll(/(\d+(?:\.\d+)?) ?(ms|min|s|m|h|d) ?/gy)];
  const whole = steps.map(([step]) => step).join('');
  const ms = steps.reduce((sum, [, number, unit]) => sum + Number(number) * (durationUnits[unit ?? ''] ?? NaN), 0);
  if (whole !== '' && whole === text.trim() && Number.isSafeInteger(Math.round(ms))) return Math.round(ms);
  throw invalid(`"${text}" is not a duration: write it like 30s, 5m or 2h.`);
}

function invalid(subject: string): SidelineError {
  return new SidelineError('invalid-input', { subject });
}
