/** Deletions: what is said of them before, while and after. */
import { formatBytes, formatCount } from '../format.ts';
import type {
  Confirmation,
  DeletionInfo,
  DeletionOutcome,
  DeletionState,
  DeletionSurvey,
  Undoable,
} from '../deletions.ts';

const objects = (count: number) => formatCount(count, 'object', 'objects');
const versions = (count: number) => formatCount(count, 'version', 'versions');
const number = (count: number) => count.toLocaleString('en-US');

const undo: Record<Undoable, string> = {
  all: 'The bucket keeps versions: it can be undone for as long as it keeps them.',
  some: 'Versioning is suspended in this bucket: what was written since cannot be brought back.',
  none: 'The bucket keeps no versions: what is deleted cannot be brought back.',
  unknown: 'These credentials may not see whether the bucket keeps versions: take it that nothing can be brought back.',
};

const outcomes: Record<DeletionOutcome, string> = {
  untried: 'Not deleted',
  unknown: 'Not known: it ended before the storage had answered',
  deleted: 'Deleted',
  failed: 'Not deleted, it failed',
  restored: 'Brought back',
  replaced: 'Left alone: something newer is there',
  lost: 'Gone: its old version is no longer kept',
};

const states: Record<DeletionState, string> = {
  running: 'under way',
  done: 'done',
  failed: 'some failed',
  cancelled: 'cancelled',
  interrupted: 'interrupted',
};

/** What is about to be deleted, and what it means. */
function surveyWords(survey: DeletionSurvey): string[] {
  const { what, objects: count, bytes, oldVersions, undo: undoable, missing, arriving } = survey;
  const isObjects = what === 'objects';
  const lines = [`${isObjects ? objects(count) : versions(count)}, ${formatBytes(bytes)}.`];
  if (missing > 0) lines.push(`${number(missing)} of what was named ${missing === 1 ? 'is' : 'are'} not there.`);
  if (!isObjects) lines.push('They are deleted for good: there is no undo, and what is current stays.');
  else {
    lines.push(undo[undoable]);
    if (oldVersions !== null && oldVersions.count > 0)
      lines.push(
        `${versions(oldVersions.count)} from before stay (${formatBytes(oldVersions.bytes)}), and are paid for.`,
      );
  }
  if (arriving > 0)
    lines.push(
      `${formatCount(arriving, 'file is', 'files are')} on the way there just now: what arrives from now on stays.`,
    );
  return lines;
}

/** What has become of a deletion, in one line without its end. */
function infoWords({ what, moved, state, outcomes: sums, objects: count, bytes }: DeletionInfo): string {
  const all = what === 'objects' ? objects(count) : versions(count);
  const parts = [`${moved ? 'Originals of a move: ' : ''}${all}, ${formatBytes(bytes)}: ${states[state]}`];
  const told: [DeletionOutcome, string][] = [
    ['deleted', 'deleted'],
    ['failed', 'failed'],
    ['untried', 'not deleted'],
    ['unknown', 'not known'],
    ['restored', 'brought back'],
    ['replaced', 'replaced by something newer'],
    ['lost', 'lost'],
  ];
  for (const [outcome, word] of told) if (sums[outcome] > 0) parts.push(`${number(sums[outcome])} ${word}`);
  return parts.join(', ');
}

export const deletions = {
  noDeletion: (id: string) => `There is no deletion "${id}": the list of deletions has their names.`,
  unreadable: 'This log of a deletion cannot be read: it is none, or its beginning is damaged.',
  busy: 'This deletion is under way in another Sideline: wait until it has ended.',
  noSurvey: 'What was to be deleted is to be looked at once more: it was too long ago.',
  notReady: 'It is still being counted.',
  nothing: 'There is nothing to delete.',
  notUndoable: 'Nothing of it can be undone: the bucket kept no versions, or it has been undone already.',
  otherBucket: (bucket: string) => `That deletion was in the bucket ${bucket}, which is not that of this connection.`,
  movedRest: 'These are originals of a move: move them again, which looks first whether each still has its copy.',
  connectionGone: (name: string) => `The connection "${name}", over which it went, is no longer there.`,
  notConfirmed: ({ count, name }: Confirmation) =>
    name === null
      ? `Nothing was deleted. To delete, type the number of objects: ${number(count)}.`
      : `Nothing was deleted. To delete, type the number of objects (${number(count)}) or the name "${name}".`,
  ask: ({ count, name }: Confirmation) =>
    name === null ? `To delete, type ${number(count)}` : `To delete, type ${number(count)} or the name ${name}`,
  /** `mode`: as S3 has it. `day`: ISO 8601 */
  lockedUntil: (mode: string, day: string) => `it is locked until ${day} (object lock, ${mode.toLowerCase()} mode)`,
  outcomes,
  states,
  undo,
  surveyWords,
  infoWords,
  subject: ({ keys, keyCount, prefixes }: Pick<DeletionInfo, 'keys' | 'keyCount' | 'prefixes'>) => {
    // A folder that is named without its slash is named as an object too.
    const apart = keys.filter((key) => !prefixes.includes(`${key}/`));
    const named = [...prefixes.map((prefix) => (prefix === '' ? 'the whole bucket' : prefix)), ...apart];
    const [first = '', ...others] = named;
    const more = prefixes.length + keyCount - (keys.length - apart.length) - 1;
    return others.length === 0 && more <= 0 ? first : `${first} and ${number(more)} more`;
  },
  columns: {
    key: 'key',
    size: 'bytes',
    versionId: 'version',
    markerId: 'marker',
    outcome: 'outcome',
    reason: 'reason',
  },
  terminal: {
    needsYes: 'Without a terminal nobody can be asked: give --yes to delete.',
    nothingDeleted: 'Nothing was deleted.',
    folder: (key: string) => `"${key}" is a folder: give --recursive to delete all that is in it.`,
    oneOf: 'Give keys or folders, or one of --undo, --continue and --log.',
    question: 'Delete?',
    undoHint: (id: string) => `"sideline rm --undo ${id}" brings them back.`,
    logHint: (id: string) => `"sideline rm --log ${id}" says what became of each.`,
    continueHint: (id: string) => `"sideline rm --continue ${id}" goes on with the rest.`,
    noLog: 'Nothing was deleted yet.',
    wouldDelete: (key: string) => `would delete: ${key}`,
    counting: (count: number) => `${objects(count)} so far`,
    progress: (done: number, total: number) => `${number(done)} of ${objects(total)}`,
  },
} as const;
