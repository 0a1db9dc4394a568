/** What is worth a notification, a badge or a bar on the dock: found from the progress alone. */
import path from 'node:path';
import type { Totals } from '../shared/domain.ts';
import type { BatchInfo, Progress } from '../shared/ipc.ts';
import { shell } from '../shared/strings/shell.ts';

/** A notification. */
export interface Notice {
  title: string;
  body: string;
}

/** Of the dock or the taskbar: `value` from 0 to 1, or none. */
export type Bar = { value: number; mode: 'normal' | 'paused' | 'error' | 'indeterminate' } | null;

const words = shell.notices;

/**
 * What happened between two looks that somebody should know who does something else: a batch ended, the first of its files
 * failed, a proxy or a backend asks who sends, the journal cannot be written. Nothing at the first look (`previous` is null): it shows
 * what was so before.
 */
export function noticesOf(previous: Progress | null, next: Progress): Notice[] {
  if (previous === null) return [];
  const before = new Map(previous.batches.map((batch) => [batch.id, batch]));
  const stopped = next.stopped !== null && previous.stopped === null ? [next.stopped.message] : [];
  return [
    ...stopped.map((body) => ({ title: words.stopped.title, body })),
    ...(next.activity === 'held' && previous.activity !== 'held' ? [words.held] : []),
    ...next.batches.flatMap((batch) => batchNotices(before.get(batch.id) ?? null, batch)),
  ];
}

/** `before` is null for a batch that came, and perhaps went, between two looks. */
function batchNotices(before: BatchInfo | null, batch: BatchInfo): Notice[] {
  const { done, failed } = batch.totals;
  const name = nameOf(batch);
  if (isAtRest(batch)) {
    if (before !== null && isAtRest(before)) return [];
    if (failed.files > 0) return [notice(words.doneWithFailures, name, done.files, failed.files)];
    // Cancelled or skipped as a whole: there is nothing to tell.
    return done.files > 0 ? [notice(words.done, name, done.files, done.bytes)] : [];
  }
  const first = failed.files > 0 && (before === null || before.totals.failed.files === 0);
  return first ? [notice(words.failing, name, failed.files)] : [];
}

function notice<Values extends unknown[]>(
  { title, body }: { title: string; body: (name: string, ...values: Values) => string },
  name: string,
  ...values: Values
): Notice {
  return { title, body: body(name, ...values) };
}

/** Nothing of it is read, sent, waiting or paused any more. */
function isAtRest({ scanning, totals }: BatchInfo): boolean {
  return !scanning && open.every((state) => totals[state].files === 0);
}

const open = [
  'planned',
  'preparing',
  'queued',
  'uploading',
  'verifying',
  'paused',
  'waiting',
] as const satisfies (keyof Totals)[];

function nameOf({ roots }: BatchInfo): string {
  const [first] = roots;
  return first === undefined ? words.nameless : words.name(path.basename(first) || first, roots.length - 1);
}

export function barOf(progress: Progress): Bar {
  const value = shareOf(progress);
  switch (progress.activity) {
    case 'idle':
      return null;
    case 'scanning':
      return { value, mode: 'indeterminate' };
    case 'uploading':
      return { value, mode: 'normal' };
    case 'offline':
    case 'held':
    case 'paused':
      return { value, mode: 'paused' };
    case 'stopped':
      return { value, mode: 'error' };
  }
}

/** From 0 to 1. */
function shareOf({ arrivedBytes, wantedBytes }: Progress): number {
  return wantedBytes === 0 ? 0 : Math.min(1, arrivedBytes / wantedBytes);
}

/** How many things wait for somebody: files that failed. */
export function badgeOf({ totals }: Progress): number {
  return totals.failed.files;
}

/** What the tray says when it is pointed at. */
export function tooltipOf(progress: Progress): string {
  const { tray } = shell;
  switch (progress.activity) {
    case 'uploading':
      return tray.uploading(Math.floor(shareOf(progress) * 100), progress.rate, progress.timeLeft);
    case 'idle':
      return badgeOf(progress) > 0 ? tray.failed(badgeOf(progress)) : tray.idle;
    case 'scanning':
    case 'paused':
    case 'offline':
    case 'held':
    case 'stopped':
      return tray[progress.activity];
  }
}
