/** Plain data as the words of the Uploads view. Pure. */
import type { Totals } from '../../../shared/domain.ts';
import { formatDuration } from '../../../shared/format.ts';
import type { BatchInfo, Progress } from '../../../shared/ipc.ts';
import { uploads } from '../../../shared/strings/uploads.ts';
import { stateFilters, transferStates, type StateFilter, type TransferState } from '../../../shared/states.ts';

const words = uploads.overview;

export function countOf(totals: Totals, filter: StateFilter): number {
  const states: readonly TransferState[] = stateFilters[filter] ?? transferStates;
  return states.reduce((sum, state) => sum + totals[state].files, 0);
}

/** Files that are to arrive: what was skipped or cancelled aside. */
export function wantedFiles(totals: Totals): number {
  return countOf(totals, 'all') - countOf(totals, 'skipped');
}

export function isFinished(batch: Pick<BatchInfo, 'scanning' | 'totals'>): boolean {
  return !batch.scanning && countOf(batch.totals, 'active') + countOf(batch.totals, 'waiting') === 0;
}

/** What is going on, in a few words. */
export function activityWords({ activity, totals }: Pick<Progress, 'activity' | 'totals'>): string {
  if (activity !== 'idle' || wantedFiles(totals) === 0) return words.activities[activity];
  if (countOf(totals, 'active') > 0) return words.activities.uploading;
  if (countOf(totals, 'waiting') > 0) return uploads.list.filters.waiting;
  const failed = countOf(totals, 'failed');
  return failed === 0 ? words.allDone : words.doneExcept(failed);
}

/** 0 to 1 of what is to arrive; null while nothing is known to be. Files without bytes count as arrived when all is. */
export function shareOf(arrived: number, wanted: number): number | null {
  return wanted <= 0 ? null : Math.min(1, arrived / wanted);
}

const percents = new Intl.NumberFormat('en-US', { style: 'percent', maximumFractionDigits: 0 });

/** "43%", rounded down: nothing is at 100 % before all of it has arrived. */
export function percentWords(share: number): string {
  return percents.format(Math.floor(share * 100) / 100);
}

/** Coarser the longer it is, so that it does not flicker. `ms` null: not known. */
export function timeLeftWords(ms: number | null): string | null {
  if (ms === null || !Number.isFinite(ms)) return null;
  if (ms < 5000) return words.lastMoments;
  const step = ms < 60_000 ? 5000 : ms < 600_000 ? 15_000 : 60_000;
  return words.left(formatDuration(Math.ceil(ms / step) * step));
}

/** The last name of a path of any system. */
export function baseName(path: string): string {
  return (
    path
      .replace(/[/\\]+$/, '')
      .split(/[/\\]/)
      .at(-1) ?? path
  );
}

export function batchName(roots: readonly string[]): string {
  return uploads.batches.roots(baseName(roots[0] ?? ''), Math.max(0, roots.length - 1));
}

const times = new Intl.DateTimeFormat(undefined, { timeStyle: 'short' });
const days = new Intl.DateTimeFormat(undefined, { month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit' });

/** The time of day, with the day where it is not today. Both in ms since 1970. */
export function whenWords(at: number, now = Date.now()): string {
  const today = new Date(now).toDateString() === new Date(at).toDateString();
  return (today ? times : days).format(at);
}

/** The part of a batch's bytes that has arrived; null: there are none. */
export function batchShare({ totals, arrivedBytes }: Pick<BatchInfo, 'totals' | 'arrivedBytes'>): number | null {
  const wanted = transferStates
    .filter((state) => !['failed', 'skipped', 'cancelled'].includes(state))
    .reduce((sum, state) => sum + totals[state].bytes, 0);
  return shareOf(arrivedBytes, wanted);
}
