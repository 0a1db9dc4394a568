/** What is said of orphans and of uploads that were left. */
import { formatBytes, formatCount } from '../format.ts';
import type { OrphanCounts, OrphanList } from '../orphans.ts';

const objects = (count: number) => formatCount(count, 'object', 'objects');
const uploads = (count: number) => formatCount(count, 'unfinished upload', 'unfinished uploads');

/** One sentence for each kind. */
function verdict({ objects: all, unknown, missing, uploads: left, unasked }: OrphanCounts): string {
  const others = left.count - left.own;
  const parts = [
    `${objects(all)} looked at`,
    `${objects(unknown.count)} (${formatBytes(unknown.bytes)}) that this computer has not sent`,
    `${objects(missing.count)} (${formatBytes(missing.bytes)}) that it${missing.foreign > 0 ? ' or a backend' : ''} has a record of and that ${missing.count === 1 ? 'is' : 'are'} gone`,
    `${uploads(others)} (${formatBytes(left.bytes)})`,
  ];
  if (missing.unproven > 0) parts.push(`${objects(missing.unproven)} of which nobody says whether they are there`);
  return [`${parts.join('; ')}.`, ...unasked.map(({ name, why }) => unaskedWords(name, why))].join(' ');
}

const unaskedWords = (name: string, why: string) =>
  `What ${name} has records of was not looked up, or not all of it, and may be among them: ${why}`;

/** of an export; the same in every version, for programs read them */
const columns: Record<OrphanList, readonly string[]> = {
  unknown: ['key', 'bytes', 'modified'],
  missing: ['key', 'bytes', 'finished', 'path', 'backend', 'record'],
  uploads: ['key', 'uploadId', 'begun', 'parts', 'bytes', 'whose'],
};

export const orphans = {
  verdict,
  columns,
  moreRecords: 'It has more than it lists.',
  elsewhere: 'Some of its records are not of objects below events/, and were not compared.',
  noScan: 'This search is no longer there: begin it anew.',
  notReady: 'The search is still at work: let it finish, or stop it first.',
  nothingToDelete: 'There is nothing to delete: this search found no object that is unknown.',
  noUpload: 'None of these uploads can be aborted: they are gone, too young, or under way on this computer.',
  /** of a task */
  aborting: (count: number) => uploads(count),
  forgetting: (count: number) => formatCount(count, 'record', 'records'),
  /** why a record stays */
  otherBackend: 'The connection leads to another backend by now: search again.',
  coming: 'It may be on its way just now: its record stays.',
  cameBack: 'It is there again: its record stays.',
  /** from where it is known that it should be there */
  knownFrom: (own: boolean, backend: string | null) =>
    [...(own ? ['This computer'] : []), ...(backend === null ? [] : [backend])].join(', '),
  tooMany: (most: number) => `At most ${objects(most)} at once: delete these, then search again.`,
  otherComputers:
    'Another computer may have sent what this one does not know: ask before you delete it, or export the list first.',
} as const;
