/** The runs as a table, and what they say about the goals. */
import type { Measured } from './measure.ts';

export interface Task {
  kind: 'big' | 'small';
  /** what one upload consists of */
  files: number;
  bytes: number;
}

export interface Result {
  client: string;
  task: Task;
  runs: Measured[];
}

const MiB = 2 ** 20;

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.ceil(middle) - 1] ?? NaN) + (sorted[Math.floor(middle)] ?? NaN)) / 2;
}

const whole = (result: Result) => median(result.runs.map((run) => run.seconds));
/** The work itself where a client says how long it took, as engine and library run in a process that is there already. */
const seconds = (result: Result) => median(result.runs.map((run) => run.work ?? run.seconds));
const cpu = (result: Result) => median(result.runs.map((run) => run.cpuSeconds));
const peaks = (result: Result) => result.runs.map((run) => run.peak ?? NaN);
const peak = (result: Result) => median(peaks(result));
/** how far the slowest run is from the fastest */
const spread = ({ runs }: Result) =>
  Math.max(...runs.map((run) => run.seconds)) / Math.min(...runs.map((run) => run.seconds)) - 1;

const fixed = (value: number, digits: number) => (Number.isNaN(value) ? '-' : value.toFixed(digits));

export function table(results: readonly Result[]): string {
  const [task] = results.map((result) => result.task);
  if (task === undefined) return '';
  const big = task.kind === 'big';
  const head = [
    '',
    big ? 'MiB/s' : 'objects/s',
    'seconds',
    'whole process',
    big ? 'CPU s/GiB' : 'CPU s',
    'peak MB',
    'at most',
    'spread',
  ];
  const rows = results.map((result) => [
    result.client,
    fixed(big ? task.bytes / MiB / seconds(result) : task.files / seconds(result), 0),
    fixed(seconds(result), 2),
    fixed(whole(result), 2),
    fixed(big ? cpu(result) / (task.bytes / MiB / 1024) : cpu(result), 2),
    fixed(peak(result) / 1e6, 0),
    fixed(Math.max(...peaks(result)) / 1e6, 0),
    `${fixed(spread(result) * 100, 0)} %`,
  ]);
  const title = big
    ? `One file of ${fixed(task.bytes / MiB, 0)} MiB (median of ${results[0]?.runs.length ?? 0})`
    : `${task.files} files of ${fixed(task.bytes / task.files / 1024, 0)} KiB (median of ${results[0]?.runs.length ?? 0})`;
  return [title, ...aligned([head, ...rows])].join('\n');
}

function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  '),
  );
}

/** How many times as fast as these Sideline is to be. The others are shown beside it, without a goal. */
const fasterThan: Record<Task['kind'], ReadonlyMap<string, number>> = {
  big: new Map([
    ['lib-storage', 2.5],
    ['aws-cli', 1.5],
  ]),
  small: new Map([['rclone', 1.8]]),
};

/** Sideline beside each of the others that took part, and its own figures that have a goal. */
export function ratios(results: readonly Result[]): string[] {
  const big = results.find((result) => result.client === 'Sideline' && result.task.kind === 'big');
  return [...speeds(results, 'big'), ...(big === undefined ? [] : costs(big)), ...speeds(results, 'small')];
}

function speeds(results: readonly Result[], kind: Task['kind']): string[] {
  const ofKind = results.filter((result) => result.task.kind === kind);
  const ours = ofKind.find((result) => result.client === 'Sideline');
  if (ours === undefined) return [];
  return ofKind
    .filter((result) => result !== ours)
    .map((theirs) => {
      const what = `${kind === 'big' ? 'big file' : 'small files'}: Sideline / ${theirs.client}`;
      const ratio = seconds(theirs) / seconds(ours);
      const goal = fasterThan[kind].get(theirs.client);
      const value = `${fixed(ratio, 2)} x`;
      return goal === undefined ? figure(what, value) : judged(what, value, `>= ${goal}`, ratio >= goal);
    });
}

function costs(big: Result): string[] {
  const perGiB = cpu(big) / (big.task.bytes / MiB / 1024);
  const lines = [judged('big file: CPU s per GiB', fixed(perGiB, 2), '<= 1.3', perGiB <= 1.3)];
  const memory = peak(big);
  if (!Number.isNaN(memory))
    lines.push(judged('big file: peak memory', `${fixed(memory / 1e6, 0)} MB`, '< 250', memory < 250e6));
  return lines;
}

/** One figure and its goal, marked where it is missed. */
export function judged(what: string, value: string, goal: string, met: boolean): string {
  return `${figure(what, value)}  (goal ${goal})${met ? '' : '  MISSED'}`;
}

function figure(what: string, value: string): string {
  return `${what.padEnd(46)} ${value.padStart(8)}`;
}
