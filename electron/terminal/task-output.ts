/** How a command speaks that does something with many objects: a bar on a terminal, plain lines elsewhere, JSON lines where asked for. */
import logUpdate from 'log-update';
import pc from 'picocolors';
import { reasonOf } from '../../shared/errors.ts';
import { formatBytes, formatCount, formatDuration, formatRate, printable } from '../../shared/format.ts';
import { transferring as words } from '../../shared/strings/terminal-transfers.ts';
import type { Report } from '../app/admin-tasks.ts';
import { createMeter } from '../engine/upload/meter.ts';
import { jsonLine } from './json-line.ts';

export interface TaskOutput {
  report: Report;
  /** One object is done: a line of JSON, and nothing else. */
  done(line: object & { skipped: boolean; size: number }): void;
  /** a line that stays, for a person only */
  say(text: string): void;
  /** Nobody answers; or they do again. */
  waiting(isWaiting: boolean): void;
  /** The last word. */
  end(how: { verb: string; skipped: string }): void;
  counts(): { total: number | null; failed: number };
  /** Takes the bar away. */
  quiet(): void;
}

interface Counts {
  total: number | null;
  bytesTotal: number | null;
  done: number;
  failed: number;
  skipped: number;
  /** of what is there by now, what was skipped included */
  bytes: number;
}

/** between two lines of progress. ms */
const shownEvery = { bar: 100, json: 1000, plain: 10_000 };
/** over which the rate is measured. ms */
const rateSpan = 5000;
/** Of more only the number is told. */
const mostShown = 50;

export function taskOutput(json: boolean, stream: NodeJS.WriteStream = process.stdout): TaskOutput {
  const how = json ? 'json' : stream.isTTY ? 'bar' : 'plain';
  const counts: Counts = { total: null, bytesTotal: null, done: 0, failed: 0, skipped: 0, bytes: 0 };
  const meter = createMeter();
  const began = performance.now();
  let shown = how === 'bar' ? -Infinity : began;
  let isWaiting = false;

  const line = (value: object) => void stream.write(jsonLine(value));

  function say(text: string): void {
    if (how === 'bar') logUpdate.clear();
    if (how !== 'json') stream.write(`${text}\n`);
  }

  function progress(): void {
    if (performance.now() - shown < shownEvery[how]) return;
    shown = performance.now();
    const rate = meter.rate(rateSpan);
    if (how === 'json') line({ event: 'progress', ...counts, rate, waiting: isWaiting });
    else if (how === 'plain') stream.write(`${progressText(counts, rate, isWaiting)}\n`);
    else logUpdate(`${barOf(counts, stream.columns || 80)} ${progressText(counts, rate, isWaiting)}`);
  }

  const report: Report = {
    total(items, bytes = null) {
      counts.total = items;
      counts.bytesTotal = bytes;
      progress();
    },
    done(items, bytes = 0) {
      counts.done += items;
      counts.bytes += bytes;
      progress();
    },
    moved(bytes) {
      counts.bytes += bytes;
      if (bytes > 0) meter.add(bytes);
      progress();
    },
    failed(key, error) {
      counts.failed += 1;
      const reason = reasonOf(error);
      if (how === 'json') line({ event: 'failed', key, reason });
      else if (counts.failed <= mostShown)
        say(pcRed(how, `${words.failed}: ${printable(key)}\n  ${printable(reason.message)}`));
    },
  };

  return {
    report,
    say,
    done(value) {
      if (value.skipped) counts.skipped += 1;
      if (how === 'json') line({ event: 'done', ...value });
    },
    waiting(now) {
      if (now !== isWaiting && how === 'plain') say(now ? words.offline : words.online);
      isWaiting = now;
    },
    counts: () => counts,
    quiet() {
      if (how === 'bar') logUpdate.clear();
    },
    end({ verb, skipped }) {
      const seconds = Math.round(performance.now() - began) / 1000;
      const { total, done, failed, bytes } = counts;
      if (how === 'bar') {
        logUpdate.clear();
        logUpdate.done();
      }
      if (how === 'json') line({ objects: total ?? 0, done, failed, skipped: counts.skipped, bytes, seconds });
      else for (const text of summary(counts, { seconds, verb, skipped })) stream.write(`${text}\n`);
    },
  };
}

function pcRed(how: string, text: string): string {
  return how === 'bar' ? pc.red(text) : text;
}

function fraction({ bytesTotal, bytes, total, done, failed }: Counts): number {
  if (bytesTotal !== null && bytesTotal > 0) return Math.min(1, Math.max(0, bytes / bytesTotal));
  return total === null || total === 0 ? 0 : (done + failed) / total;
}

function barOf(counts: Counts, columns: number): string {
  const width = Math.max(10, Math.min(40, columns - 60));
  const filled = Math.round(width * fraction(counts));
  return pc.cyan('█'.repeat(filled)) + pc.dim('░'.repeat(width - filled));
}

function progressText(counts: Counts, rate: number | null, isWaiting: boolean): string {
  const { total, bytesTotal, done, failed, bytes } = counts;
  if (total === null) return isWaiting ? words.offline : words.counting;
  const parts = [
    `${Math.floor(fraction(counts) * 100)} %`,
    `${formatBytes(Math.max(0, bytes))} of ${formatBytes(bytesTotal ?? 0)}`,
    `${done.toLocaleString('en-US')} of ${formatCount(total, 'object', 'objects')}`,
  ];
  if (isWaiting) parts.push(words.offline);
  else if (rate !== null && rate > 0)
    parts.push(formatRate(rate), words.left(formatDuration((((bytesTotal ?? 0) - bytes) / rate) * 1000)));
  if (failed > 0) parts.push(words.failedCount(failed));
  return parts.join(' · ');
}

function summary(counts: Counts, how: { seconds: number; verb: string; skipped: string }): string[] {
  const { total, done, failed, skipped, bytes } = counts;
  const lines = [
    `${done.toLocaleString('en-US')} of ${formatCount(total ?? 0, 'object', 'objects')} (${formatBytes(Math.max(0, bytes))}) ${how.verb} in ${formatDuration(how.seconds * 1000)}.`,
  ];
  if (skipped > 0) lines.push(`${skipped.toLocaleString('en-US')} ${how.skipped}.`);
  if (failed > 0) lines.push(words.again(failed));
  return lines;
}
