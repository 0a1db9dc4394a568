/** Deletions: what a person is shown before one, and what is known of it afterwards. */
import { z } from 'zod';
import type { Reason } from './errors.ts';

/** UTF-16 units; S3 counts 1,024 bytes of UTF-8 */
const longestKey = 1024;

/** Half of a pair is no text that could be sent. */
const text = z
  .string()
  .max(longestKey)
  .refine((value) => !/\p{Surrogate}/u.test(value), 'it is no valid text');
const key = text.min(1);
const some = {
  keys: z.array(key).max(10_000),
  /** all that begins with one of them; '': the whole bucket */
  prefixes: z.array(text).max(100),
};
const something = ({ keys, prefixes }: { keys: readonly string[]; prefixes: readonly string[] }) =>
  keys.length + prefixes.length > 0;

export const deletionTargetSchema = z.union([
  /** As they are now. Where the bucket has versions, they can be brought back. */
  z.strictObject({ what: z.literal('objects'), ...some }).refine(something, 'nothing is named'),
  /** For good: versions that were replaced or deleted, and the marks that say "deleted". What is current stays. */
  z.strictObject({ what: z.literal('old-versions'), ...some }).refine(something, 'nothing is named'),
  /** For good: these versions, whatever they are. */
  z.strictObject({
    what: z.literal('versions'),
    versions: z
      .array(z.strictObject({ key, versionId: z.string().min(1).max(1024) }))
      .min(1)
      .max(1000),
  }),
]);

export type DeletionTarget = z.output<typeof deletionTargetSchema>;
export type DeletionKind = DeletionTarget['what'];

/** unknown: the store does not tell these credentials */
export type Versioning = 'on' | 'suspended' | 'off' | 'unknown';

/** How much of it can be undone; unknown: the store shows it when it answers. */
export type Undoable = 'all' | 'some' | 'none' | 'unknown';

/** What would be deleted. */
export interface DeletionSurvey {
  id: string;
  connectionId: number;
  what: DeletionKind;
  /** While it counts, the numbers grow. */
  state: 'counting' | 'ready' | 'failed';
  /** objects; or versions and the marks that say "deleted", each for itself */
  objects: number;
  bytes: number;
  /** of these objects, which stay; null: not told, or no objects are deleted */
  oldVersions: { count: number; bytes: number } | null;
  /** keys that were named and are not there */
  missing: number;
  /** files that this computer is sending there just now: they stay */
  arriving: number;
  versioning: Versioning;
  undo: Undoable;
  /** One of these texts is to be typed; null: a plain yes does. */
  confirm: Confirmation | null;
  /** why it failed */
  reason: Reason | null;
}

export interface Confirmation {
  /** how many there are, as `objects` */
  count: number;
  /** of the folder or bucket; null: none that could be typed */
  name: string | null;
}

export const deletionOutcomes = [
  /** nobody asked the store for it */
  'untried',
  /** the store was asked, and nobody heard the answer */
  'unknown',
  'deleted',
  'failed',
  /** it is back */
  'restored',
  /** what has come in its place meanwhile was left alone */
  'replaced',
  /** the version to which it could go back is gone */
  'lost',
] as const;
export type DeletionOutcome = (typeof deletionOutcomes)[number];

/** One object of a deletion. */
export interface DeletionEntry {
  /** from 0, in the order of the survey */
  number: number;
  key: string;
  /** bytes; null: not told */
  size: number | null;
  /** ms since 1970; null: not told */
  modified: number | null;
  /** of what was deleted */
  versionId: string | null;
  /** of the mark that says "deleted": with it an undo is possible */
  markerId: string | null;
  outcome: DeletionOutcome;
  /** why it failed, or could not be brought back */
  reason: Reason | null;
}

export const deletedMarkSchema = z.strictObject({ key, markerId: z.string().min(1).max(1024) });
/** What says of an object that it is deleted. */
export type DeletedMark = z.output<typeof deletedMarkSchema>;

/** An object that is deleted and kept, by whomever. */
export interface DeletedObject extends DeletedMark {
  /** ms since 1970; 0: not told */
  deletedAt: number;
  /** of what would come back */
  versionId: string;
  /** bytes */
  size: number;
}

/** interrupted: it ended without having said so */
export type DeletionState = 'running' | 'done' | 'failed' | 'cancelled' | 'interrupted';

/** A deletion, as the list shows it. */
export interface DeletionInfo {
  id: string;
  what: DeletionKind;
  /** They were moved: these are the originals. */
  moved: boolean;
  connection: { id: number; name: string; bucket: string };
  /** ms since 1970 */
  at: number;
  /** who was signed in to which computer */
  user: string;
  host: string;
  program: 'window' | 'terminal';
  /** what was named: the first few keys, and all prefixes */
  keys: string[];
  /** how many keys were named */
  keyCount: number;
  prefixes: string[];
  state: DeletionState;
  /** bytes of all */
  bytes: number;
  objects: number;
  outcomes: Record<DeletionOutcome, number>;
  /** how many of them an undo would try to bring back */
  undoable: number;
}
