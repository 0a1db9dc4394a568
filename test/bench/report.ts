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
const peak = (result: Result) => Math.max(...result.runs.map((run) => run.peak ?? NaN));
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
    'spread',
  ];
  const rows = results.map((result) => [
    result.client,
    fixed(big ? task.bytes / MiB / seconds(result) : task.files / seconds(result), 0),
    fixed(seconds(result), 2),
    fixed(whole(result), 2),
    fixed(big ? cpu(result) / (task.bytes / MiB / 1024) : cpu(result), 2),
    fixed(peak(result) / 1e6, 0),
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

/** One line a goal; those that cannot be told here (a client is not installed) are left out. */
export function ratios(results: readonly Result[]): string[] {
  const find = (client: string, kind: Task['kind']) =>
    results.find((result) => result.client === client && result.task.kind === kind);
  const lines: string[] = [];
  const faster = (kind: Task['kind'], other: string, goal: number) => {
    const [ours, theirs] = [find('Sideline', kind), find(other, kind)];
    if (ours === undefined || theirs === undefined) return;
    const ratio = seconds(theirs) / seconds(ours);
    lines.push(
      judged(
        `${kind === 'big' ? 'big file' : 'small files'}: Sideline / ${other}`,
        `${fixed(ratio, 2)} x`,
        `>= ${goal}`,
        ratio >= goal,
      ),
    );
  };
  faster('big', 'lib-storage', 2.5);
  faster('big', 'aws-cli', 1.5);
  const big = find('Sideline', 'big');
  if (big !== undefined) {
    const perGiB = cpu(big) / (big.task.bytes / MiB / 1024);
    lines.push(judged('big file: CPU s per GiB', fixed(perGiB, 2), '<= 1.3', perGiB <= 1.3));
    const most = peak(big);
    if (!Number.isNaN(most))
      lines.push(judged('big file: peak memory', `${fixed(most / 1e6, 0)} MB`, '< 250', most < 250e6));
  }
  faster('small', 'rclone', 1.8);
  return lines;
}

/** One figure and its goal, marked where it is missed. */
export function judged(what: string, value: string, goal: string, met: boolean): string {
  return `${what.padEnd(46)} ${value.padStart(8)}  (goal ${goal})${met ? '' : '  MISSED'}`;
}
