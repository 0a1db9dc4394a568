/** How a command speaks: bars on a terminal, plain lines elsewhere, JSON lines where asked for. */
import logUpdate from 'log-update';
import pc from 'picocolors';
import type { Summary, Transfer } from '../../shared/domain.ts';
import { formatBytes, formatCount, formatDuration, formatRate, printable } from '../../shared/format.ts';
import type { Snapshot } from '../engine/engine.ts';
import { unfinishedStates } from '../engine/transfer-state.ts';
import { jsonLine } from './json-line.ts';

export interface Output {
  /** one line that stays */
  say(text: string): void;
  /** a transfer has come to rest */
  settled(transfer: Transfer): void;
  progress(snapshot: Snapshot): void;
  summary(summary: Summary, connection: string): void;
}

export function createOutput(json: boolean, stream: NodeJS.WriteStream = process.stdout): Output {
  if (json) return jsonOutput(stream);
  return stream.isTTY && process.env.TERM !== 'dumb' ? barOutput(stream) : plainOutput(stream);
}

function jsonOutput(stream: NodeJS.WriteStream): Output {
  const line = (value: object) => stream.write(jsonLine(value));
  const progress = sometimes(1000, (snapshot: Snapshot) => {
    const { totals, arrivedBytes, sentBytes, rate, offline } = snapshot;
    const files = Object.fromEntries(Object.entries(totals).map(([state, total]) => [state, total.files]));
    line({ event: 'progress', files, arrivedBytes, sentBytes, bytesTotal: wanted(snapshot), rate, offline });
  });
  return {
    say: (message) => line({ event: 'message', message }),
    settled: ({ id, source, key, size, state, reason }) => line({ event: state, id, source, key, size, reason }),
    progress,
    summary: (summary) => line(summary),
  };
}

function plainOutput(stream: NodeJS.WriteStream): Output {
  const say = (text: string) => stream.write(`${text}\n`);
  return {
    say,
    settled: (transfer) => {
      if (isNews(transfer)) say(describe(transfer));
    },
    progress: sometimes(10_000, (snapshot: Snapshot) => say(progressText(snapshot))),
    summary: (summary, connection) => summaryLines(summary, connection).forEach(say),
  };
}

function barOutput(stream: NodeJS.WriteStream): Output {
  const say = (text: string) => {
    logUpdate.clear();
    stream.write(`${text}\n`);
  };
  return {
    say,
    settled: (transfer) => {
      if (isNews(transfer)) say((transfer.state === 'failed' ? pc.red : pc.yellow)(describe(transfer)));
    },
    progress: sometimes(100, (snapshot: Snapshot) => {
      const columns = stream.columns || 80;
      const [first = '', ...rest] = wrapped(progressText(snapshot), columns - narrowestBar - 2);
      const width = Math.min(40, Math.max(narrowestBar, columns - first.length - 2));
      const filled = Math.round(width * fraction(snapshot));
      const bar = pc.cyan('█'.repeat(filled)) + pc.dim('░'.repeat(width - filled));
      const under = snapshot.active
        .slice(0, 3)
        .map(({ transfer }) => pc.dim(`  ${printable(transfer.key).slice(0, columns - 4)}`));
      logUpdate([`${bar} ${first}`, ...rest.map((line) => `  ${line}`), ...under].join('\n'));
    }),
    summary: (summary, connection) => {
      logUpdate.clear();
      logUpdate.done();
      const [first = '', ...rest] = summaryLines(summary, connection);
      stream.write(`${(summary.failed > 0 ? pc.red : pc.green)(first)}\n${rest.map((line) => `${line}\n`).join('')}`);
    },
  };
}

/** characters */
const narrowestBar = 10;

/** Breaks between the pieces of a progress, so that a narrow terminal tears no number. `width`: characters */
function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const piece of text.split(between)) {
    const line = lines.length === 0 ? piece : `${lines.at(-1) ?? ''}${between}${piece}`;
    if (lines.length > 0 && line.length <= width) lines[lines.length - 1] = line;
    else lines.push(piece);
  }
  return lines;
}

/** Calls through at most once every `ms`. */
function sometimes<T>(ms: number, call: (value: T) => void): (value: T) => void {
  let last = -Infinity;
  return (value) => {
    if (performance.now() - last < ms) return;
    last = performance.now();
    call(value);
  };
}

function isNews(transfer: Transfer): boolean {
  return transfer.state === 'failed' || (transfer.state === 'waiting' && transfer.reason?.kind === 'source-changed');
}

export function describe(transfer: Transfer): string {
  const why = transfer.reason === null ? '' : `\n  ${printable(transfer.reason.message)}`;
  return `${transfer.state}: ${printable(transfer.source)}${why}`;
}

/** bytes of all that is to arrive: what was skipped or cancelled is not */
function wanted({ totals }: Snapshot): number {
  return [...unfinishedStates, 'done' as const, 'failed' as const].reduce((sum, state) => sum + totals[state].bytes, 0);
}

function fraction(snapshot: Snapshot): number {
  const total = wanted(snapshot);
  return total === 0 ? 1 : Math.min(1, snapshot.arrivedBytes / total);
}

const between = ' · ';

function progressText(snapshot: Snapshot): string {
  const { totals, arrivedBytes, rate } = snapshot;
  const total = wanted(snapshot);
  const left = unfinishedStates.reduce((sum, state) => sum + totals[state].files, 0);
  const words = [
    `${Math.floor(fraction(snapshot) * 100)} %`,
    `${formatBytes(Math.min(arrivedBytes, total))} of ${formatBytes(total)}`,
    `${formatCount(left, 'file', 'files')} left`,
  ];
  if (snapshot.offline) words.push('waiting for the network');
  else if (rate !== null && rate > 0) {
    words.push(formatRate(rate), `${formatDuration(((total - arrivedBytes) / rate) * 1000)} left`);
  }
  if (totals.failed.files > 0) words.push(`${totals.failed.files} failed`);
  return words.join(between);
}

function summaryLines(summary: Summary, connection: string): string[] {
  const { files, done, failed, skipped, bytesTotal, bytesSent, resentParts, seconds } = summary;
  const rate = seconds > 0 ? `, ${formatRate(bytesSent / seconds)}` : '';
  const waiting = files - done - failed - skipped;
  const lines = [
    `${done} of ${formatCount(files, 'file', 'files')} (${formatBytes(bytesTotal)}) are in ${connection}; ` +
      `${formatBytes(bytesSent)} sent in ${formatDuration(seconds * 1000)}${rate}.`,
  ];
  if (failed > 0) lines.push(`${failed} failed: "sideline status" says why, "sideline retry" tries them again.`);
  if (skipped > 0) lines.push(`${skipped} skipped: "sideline status" says why.`);
  if (waiting > 0) lines.push(`${waiting} wait: "sideline resume" goes on with them.`);
  if (resentParts > 0) lines.push(`${formatCount(resentParts, 'part', 'parts')} had to be sent again.`);
  return lines;
}
