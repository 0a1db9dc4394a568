/** Plain data of the history as words. Pure. */
import { formatDuration, printable } from '../../../shared/format.ts';
import type { BatchVerification, HistoryItem } from '../../../shared/history.ts';
import { otherNameOf } from '../../../shared/own-name.ts';
import { changeWords } from '../../../shared/strings/image-changes.ts';
import { history } from '../../../shared/strings/history.ts';

const times = new Intl.DateTimeFormat(undefined, { timeStyle: 'short' });
const thisYear = new Intl.DateTimeFormat(undefined, {
  ...{ month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit' },
});
const days = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium' });
const minutes = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });
const exact = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });

/** As short as it says which day it was: the time of today, the day of this year, else with the year. ms since 1970 */
export function shortTime(at: number, now = Date.now()): string {
  const [then, today] = [new Date(at), new Date(now)];
  if (then.toDateString() === today.toDateString()) return times.format(at);
  return then.getFullYear() === today.getFullYear() ? thisYear.format(at) : days.format(at);
}

/** To the minute, with the day. ms since 1970 */
export function dayTime(at: number): string {
  return minutes.format(at);
}

/** To the second, with the day. ms since 1970 */
export function exactTime(at: number): string {
  return exact.format(at);
}

/** The last name of a key. */
export function nameOf(key: string): string {
  return key.slice(key.lastIndexOf('/') + 1);
}

/** What a person knows it by. */
export function titleOf(row: Pick<HistoryItem, 'key' | 'source'>): string {
  return printable(otherNameOf(row) ?? nameOf(row.key));
}

export function destinationOf(row: Pick<HistoryItem, 'destinationName' | 'connectionName'>): string {
  return row.destinationName ?? row.connectionName;
}

/** null: it is not known. */
export function changesWords(changes: readonly string[] | null): string | null {
  if (changes === null) return null;
  return changes.length === 0 ? history.details.unchanged : changes.map(changeWords).join('; ');
}

/** The checksum as tools print it. */
export function crc32Words(crc32: number): string {
  return crc32.toString(16).padStart(8, '0');
}

export function partsWords({ partSize, size }: { partSize: number | null; size: number }): string {
  if (partSize === null) return history.details.onePut;
  return history.details.partsOf(Math.ceil(size / partSize), partSize);
}

/** When it was finished, and after how long where that is known. */
export function finishedWords(begunAt: number | null, finishedAt: number): string {
  if (begunAt === null || begunAt > finishedAt) return exactTime(finishedAt);
  return `${exactTime(finishedAt)}, ${history.details.took(formatDuration(finishedAt - begunAt))}`;
}

export interface Verdict {
  tone: 'success' | 'info' | 'warning' | 'danger';
  words: string;
}

export function verdictOf(verification: Pick<BatchVerification, 'counts'>): Verdict {
  const { same, unproven, different, missing, unknown } = verification.counts;
  const all = same + unproven + different + missing + unknown;
  if (all === 0) return { tone: 'info', words: history.verify.nothing };
  if (same === all) return { tone: 'success', words: history.verify.allThere(all) };
  const tone = missing + different > 0 ? 'danger' : unknown > 0 ? 'warning' : 'success';
  return { tone, words: history.verify.verdict(verification) };
}
