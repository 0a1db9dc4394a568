/** What `check` and `sweep` say in the terminal. */
import { formatBytes, formatCount, formatDuration } from '../format.ts';
import type { Forgettable } from '../orphans.ts';

const uploads = (count: number) => formatCount(count, 'unfinished upload', 'unfinished uploads');
const entries = (count: number) => formatCount(count, 'entry of the history', 'entries of the history');
const records = (count: number) => formatCount(count, 'record', 'records');

const forgetWhat = ({ receipts, records: all }: Forgettable) =>
  [
    ...(receipts > 0 ? [`${entries(receipts)} marked as deleted`] : []),
    ...all.map(({ name, count }) => `${records(count)} of ${name} deleted there`),
  ].join(', ');

export const terminalCheck = {
  concerns: (names: string) => `For: ${names}.`,
  mend: (name: string) => `"check --fix ${name}${name === 'cors' ? ' --origin https://...' : ''}" sets it right.`,
  verdict: (problems: number, advice: number) =>
    `${formatCount(problems, 'problem', 'problems')}, ${formatCount(advice, 'piece of advice', 'pieces of advice')}.`,
  noMend: (name: string, all: string) => `--fix: there is no "${name}" (there are: ${all}).`,
  notOffered: (name: string) =>
    `--fix ${name}: the check does not offer it here, and it needs to know more: see --origin, --prefix, --days, --storage-class.`,
  wrong: (name: string, why: string) => `--fix ${name}: ${why}.`,
  nothing: 'There is nothing that "--fix" sets right without being told what: name it.',
  already: 'It is so already: nothing is changed.',
  unset: '(nothing is set)',
  ask: 'Make this change?',
  askNeeded: 'Nothing was changed: give --yes to make these changes without being asked.',
  left: 'Left as it is.',
  oneOf: '--fix, --changes and --put-back are each of their own: give one of them.',
  backHint: (id: string) => `To put back what was there before: "check --put-back ${id}".`,
  change: (id: string, when: string, setting: string, what: string, taken: boolean | null) =>
    `${id}  ${when}  ${setting}: ${what}${taken === true ? '' : taken === false ? ' (the storage has not taken it)' : ' (cut short: look whether it was made)'}`,
  noChanges: 'No setting of this bucket was changed from this computer.',
  noPrincipal: (why: string) => `--principal: ${why}.`,
  noDestination: (name: string) => `--policy: there is no destination named "${name}".`,
} as const;

export const terminalSweep = {
  upload: (when: string, size: string, key: string, own: boolean) =>
    `${when}  ${size.padStart(9)}  ${key}${own ? '  (under way on this computer)' : ''}`,
  unmeasured: 'not told',
  nothing: 'There are no unfinished uploads.',
  noneOld: (count: number, age: number) =>
    `${uploads(count)} left, none of which may be removed: they are under way on this computer, or not older than ${formatDuration(age)} (--older-than).`,
  ask: (count: number, bytes: number, age: number) =>
    `Remove ${uploads(count)} (${formatBytes(bytes)}) older than ${formatDuration(age)} for good?`,
  askNeeded: (count: number) =>
    `${uploads(count)} could be removed: give --yes to do so without being asked. Nothing was changed.`,
  done: (count: number, bytes: number) => `${uploads(count)} (${formatBytes(bytes)}) removed.`,
  failed: (count: number) => `${uploads(count)} could not be removed.`,
  unknown: 'not sent from this computer',
  missing: 'gone',
  forgetWhat,
  forgetAsk: (will: Forgettable) => `Take out what is gone (${forgetWhat(will)})?`,
  forgetNeeded: (receipts: number, all: number) =>
    `${entries(receipts)} and ${records(all)} of backends could be taken out: give --yes to do so without being asked. None was.`,
  forgot: (key: string, backend: string | null) =>
    backend === null ? `marked as deleted: ${key}` : `record of ${backend} deleted: ${key}`,
  forgotten: (done: { receipts: number; records: number; failed: number }) =>
    `${entries(done.receipts)} and ${records(done.records)} of backends taken out${done.failed > 0 ? `, ${formatCount(done.failed, 'stays', 'stay')}` : ''}.`,
  keyFailed: (key: string, why: string) => `${key}: ${why}`,
  toNeeded: '--orphans: give --to DESTINATION.',
  noDestination: (name: string) => `--to: there is no destination named "${name}".`,
} as const;
