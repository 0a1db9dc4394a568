/** What an admin has begun: how far it is, and how it has ended. */
import type { AdminTask, AdminTaskKind } from '../admin-tasks.ts';
import { formatBytes, formatCount, formatDuration, printable } from '../format.ts';

const number = (count: number) => count.toLocaleString('en-US');

/** under way, done, and what it is called when it was neither */
const kinds: Record<AdminTaskKind, [running: string, done: string, name: string]> = {
  download: ['Downloading', 'Downloaded', 'Download of'],
  copy: ['Copying', 'Copied', 'Copy of'],
  move: ['Moving', 'Moved', 'Move of'],
  delete: ['Deleting', 'Deleted', 'Deletion of'],
  'delete-versions': ['Deleting versions of', 'Deleted versions of', 'Deletion of versions of'],
  restore: ['Bringing back', 'Brought back', 'Bringing back of'],
  change: ['Changing', 'Changed', 'Change of'],
  'clean-up': ['Cleaning up', 'Cleaned up', 'Clean-up of'],
};

/** What it counts. */
function items(kind: AdminTaskKind, count: number): string {
  if (kind === 'delete-versions') return formatCount(count, 'version', 'versions');
  return kind === 'clean-up' ? formatCount(count, 'item', 'items') : formatCount(count, 'object', 'objects');
}

function title({ kind, state, subject, reason, items: { failed } }: AdminTask): string {
  const [running, done, name] = kinds[kind];
  const what = printable(subject);
  if (state === 'running') return `${running} ${what}`;
  if (state === 'done') return `${done} ${what}`;
  if (state === 'cancelled') return `${name} ${what}: cancelled`;
  return reason === null ? `${name} ${what}: ${number(failed)} failed` : `${name} ${what}: could not be finished`;
}

function whatIsReplaced({ kind, replaceable }: AdminTask): string {
  return kind === 'download'
    ? formatCount(replaceable, 'file', 'files')
    : formatCount(replaceable, 'object', 'objects');
}

/** How far it is, or what it did; `timeLeft` in ms, null: nobody knows. */
function facts({ kind, state, items: { done, failed, total }, bytes }: AdminTask, timeLeft: number | null): string[] {
  const isRunning = state === 'running';
  const parts: string[] = [];
  if (!isRunning) parts.push(...(done === 0 ? [] : [items(kind, done)]));
  else if (total !== null) parts.push(`${number(done)} of ${items(kind, total)}`);
  else parts.push(done === 0 ? 'Counting' : `${items(kind, done)} so far`);
  if (bytes !== null && bytes.done > 0) {
    const isPart = isRunning && bytes.total !== null && bytes.done < bytes.total;
    parts.push(isPart ? `${formatBytes(bytes.done)} of ${formatBytes(bytes.total ?? 0)}` : formatBytes(bytes.done));
  }
  if (isRunning && failed > 0) parts.push(`${number(failed)} failed`);
  if (isRunning && timeLeft !== null) parts.push(`${formatDuration(timeLeft)} left`);
  return parts;
}

/** letters of a name in a message */
const longestName = 60;

/** The name at the end of a key, with the slash of a folder. */
function shortName(key: string): string {
  const name = printable(key.slice(key.lastIndexOf('/', key.length - 2) + 1));
  const letters = Array.from(name);
  return letters.length <= longestName ? name : `${letters.slice(0, longestName).join('')}…`;
}

/** Why the first of those that failed did, and how many more there are; '': it has not been told. */
function whyFailed({ items: { failed }, failures: [first] }: AdminTask): string {
  if (first === undefined) return '';
  const why = ` ${shortName(first.key)}: ${first.reason.message}`;
  return failed <= 1 ? why : `${why} ${formatCount(failed - 1, 'other', 'others')} failed too.`;
}

/** In a few words, when it is over. */
function ended(task: AdminTask): string {
  const { kind, state, items: count, reason } = task;
  const [, done, name] = kinds[kind];
  const what = items(kind, count.done);
  if (state === 'cancelled') return `${title(task)}, after ${what}.`;
  if (reason !== null) return `${name} ${printable(task.subject)}: ${reason.message}`;
  const sum = kind === 'delete-versions' ? `Deleted ${what}` : `${done} ${what}`;
  if (count.failed === 0) return `${sum}.`;
  const [only] = task.failures;
  if (count.done === 0 && count.failed === 1 && only !== undefined) {
    return `${name} ${printable(task.subject)}: ${only.reason.message}`;
  }
  const end = count.done === 0 ? title(task) : `${sum}, ${number(count.failed)} failed`;
  return `${end}.${whyFailed(task)}`;
}

export const tasks = {
  title,
  facts,
  ended,
  label: 'Tasks',
  list: 'All tasks',
  underWay: (count: number) => `${number(count)} tasks under way`,
  allEnded: (count: number, failed: number) =>
    failed === 0
      ? `${number(count)} tasks have ended`
      : `${number(count)} tasks have ended, ${number(failed)} of them not as ${failed === 1 ? 'it' : 'they'} should`,
  progress: (name: string) => `Progress: ${name}`,
  expand: 'Show all tasks',
  collapse: 'Show less',
  cancel: 'Cancel',
  cancelOf: (name: string) => `Cancel: ${name}`,
  retry: 'Try again',
  resume: 'Go on',
  replace: ({ kind }: AdminTask) => (kind === 'download' ? 'Replace the files…' : 'Replace the objects…'),
  replaceTitle: (task: AdminTask) => `Replace ${whatIsReplaced(task)}?`,
  replaceAction: (task: AdminTask) => `Replace ${whatIsReplaced(task)}`,
  replaceText({ folder, replaceable }: AdminTask) {
    const [object, file] =
      replaceable === 1
        ? ['Another object has this name', 'Another file has this name']
        : ['Other objects have these names', 'Other files have these names'];
    return folder === null
      ? `${object} there. What is replaced is lost, unless its bucket keeps versions.`
      : `${file} in ${printable(folder)}. What is replaced there is lost.`;
  },
  reveal: 'Show in folder',
  undo: 'Undo',
  clear: 'Clear what has ended',
  failures: (count: number) => `What failed (${number(count)})`,
  showFailures: 'Show what failed',
  moreFailures: (count: number) => `and ${number(count)} more`,
  failuresOf: (name: string) => `What failed: ${name}`,
} as const;
