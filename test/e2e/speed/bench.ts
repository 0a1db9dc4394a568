/**
 * How the window feels on this machine: how soon it is there, and whether it stays free with 100,000 files and objects.
 *
 *   node test/e2e/speed/bench.ts [RUNS]
 *
 * prints a line for each figure, with its goal, or why nothing can be measured.
 */
import { prepareWindow } from '../../runtime/ready.ts';
import { judged, median } from '../../bench/report.ts';
import { measureFirstPaints } from './first-paint.ts';
import { measureLargeBatch, type LargeBatch } from './large-batch.ts';
import { measureLargeFolder, type LargeFolder } from './large-folder.ts';

function paintLine(paints: readonly number[]): string {
  const middle = median(paints);
  return judged('window: first usable paint', `${middle.toFixed(0)} ms`, '< 1500', middle < 1500);
}

function batchLines({ delay, messages, longTasks }: LargeBatch): string[] {
  const delays = Object.entries(delay).map(([when, ms]) =>
    judged(`window: main's loop delay p99, ${when}`, `${ms.toFixed(1)} ms`, '< 25', ms < 25),
  );
  const { atRest, uploading, ownUploading } = longTasks;
  return [
    ...delays,
    judged('window: messages in the busiest second', String(messages), '<= 10', messages <= 10),
    judged('window: tasks over 50 ms, scroll and filter', tasks(atRest), 'none', atRest.length === 0),
    judged('window: the same at full speed, its own time', tasks(ownUploading), 'none', ownUploading.length === 0),
    `${'  the same on the clock'.padEnd(46)} ${tasks(uploading)}`,
  ];
}

function folderLines({ firstRows, loaded, longTasks }: LargeFolder): string[] {
  return [
    ...Object.entries(longTasks).map(([when, long]) =>
      judged(`window: tasks over 50 ms, folder, ${when}`, tasks(long), 'none', long.length === 0),
    ),
    `${'  its first rows, and all of it'.padEnd(46)} ${firstRows.toFixed(0)} and ${loaded.toFixed(0)} ms`,
  ];
}

function tasks(long: readonly number[]): string {
  return long.length === 0 ? 'none' : `${long.length} (${Math.max(...long).toFixed(0)} ms)`;
}

const missing = await prepareWindow(console.log);
if (missing === null) {
  const paints = await measureFirstPaints(Number(process.argv[2] ?? 3));
  console.log([paintLine(paints), ...batchLines(await measureLargeBatch(100_000))].join('\n'));
  console.log(folderLines(await measureLargeFolder(100_000)).join('\n'));
} else {
  console.log(`The window was not measured. ${missing}`);
}
