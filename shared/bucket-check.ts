/** What the bucket check finds, and what can be set right. */
import { z } from 'zod';
import { storageClasses } from './destination.ts';

export const settingNames = [
  'cors',
  'public-access',
  'policy',
  'acl',
  'ownership',
  'encryption',
  'versioning',
  'lifecycle',
  'object-lock',
] as const;
export type SettingName = (typeof settingNames)[number];

/** How the reading of one setting went: each is read by itself. */
export const readOutcomes = ['read', 'denied', 'unsupported', 'failed'] as const;
export type ReadOutcome = (typeof readOutcomes)[number];

export interface SettingRead {
  name: SettingName | 'uploads';
  outcome: ReadOutcome;
  /** as the store has it, laid out for people; '' where nothing is set, or nothing was read */
  text: string;
  /** why it could not be read; '' where it was */
  message: string;
}

/** One of a check that is under way, as it came. */
export interface CheckReading {
  connectionId: number;
  read: SettingRead;
}

export const severities = ['problem', 'advice', 'unknown', 'fine'] as const;
export type Severity = (typeof severities)[number];

/** text before keys; never the whole bucket */
const prefix = z
  .string()
  .min(1, 'name a folder, such as temp/')
  .max(900)
  .refine((text) => text.isWellFormed() && !/[\p{Cc}*?$]/u.test(text), 'it has a sign that cannot be part of a rule');

const days = z.int().min(1).max(3650);

function isOrigin(text: string): boolean {
  return URL.canParse(text) && new URL(text).pathname === '/' && !/[*?#@]/.test(text);
}

/** What a page comes from: scheme, host and port. RFC 6454 */
const origin = z
  .url({ protocol: /^https?$/, error: 'an origin is written like https://app.example.org' })
  .max(300)
  .refine((text) => isOrigin(text), 'only scheme, host and port')
  .transform((text) => new URL(text).origin);

/** Change to one setting, with all that it needs to know. */
export const mendSchema = z.discriminatedUnion('mend', [
  /**
   * Web pages of these origins may read objects and, with `upload`, send them with signed addresses; with `instead` those of every
   * other origin may no longer send.
   */
  z.strictObject({
    mend: z.literal('cors'),
    origins: z.array(origin).min(1, 'name at least one origin').max(20),
    upload: z.boolean(),
    instead: z.boolean().optional(),
  }),
  z.strictObject({ mend: z.literal('abort-uploads'), days }),
  z.strictObject({ mend: z.literal('expire'), prefix, days }),
  z.strictObject({ mend: z.literal('archive'), prefix, days, storageClass: z.enum(storageClasses) }),
  z.strictObject({
    mend: z.literal('encryption'),
    by: z.enum(['AES256', 'aws:kms']),
    keyId: z.string().min(1).max(2048).nullable(),
  }),
  z.strictObject({ mend: z.literal('versioning') }),
  /** With `instead` nothing else stays open by statements that do nothing but that. */
  z.strictObject({ mend: z.literal('public-read'), prefix, instead: z.boolean().optional() }),
  /** Takes back the part of the public access block that forbids public policies, or public ACLs. */
  z.strictObject({ mend: z.literal('allow-public'), by: z.enum(['policy', 'acl']) }),
]);
export type Mend = z.infer<typeof mendSchema>;
export type MendName = Mend['mend'];
export const mendNames = mendSchema.options.map(({ shape }) => shape.mend.value);

/** What each of them changes. */
export const settingOf: Readonly<Record<MendName, SettingName>> = {
  cors: 'cors',
  'abort-uploads': 'lifecycle',
  expire: 'lifecycle',
  archive: 'lifecycle',
  encryption: 'encryption',
  versioning: 'versioning',
  'public-read': 'policy',
  'allow-public': 'public-access',
};

export interface Finding {
  /** what it is about, the same in every check: `cors-missing`, `private-open` */
  id: string;
  about: SettingName | 'connection' | 'uploads';
  severity: Severity;
  /** a few words */
  title: string;
  /** what it means, and what to do, in sentences */
  text: string;
  /** names of those concerned; none: the bucket as a whole */
  destinations: string[];
  /** what would set it right; of `cors` a person still names the origins */
  mend: Mend | null;
}

/** Multipart uploads that were begun and neither completed nor aborted. */
export interface UploadsLeft {
  count: number;
  /** of the parts that are there; a part of the sizes may not have been asked for: see `bytesKnown` */
  bytes: number;
  bytesKnown: boolean;
  /** there are more than were counted */
  more: boolean;
  /** ms since 1970, by the store's clock; null: there is none */
  oldest: number | null;
  /** of this computer, and under way */
  own: number;
}

export interface BucketCheck {
  connectionId: number;
  bucket: string;
  /** ms since 1970 */
  checkedAt: number;
  /** how many send there, and were judged for */
  destinations: number;
  settings: SettingRead[];
  uploads: UploadsLeft | null;
  /** problems first */
  findings: Finding[];
}

export interface DiffLine {
  kind: 'same' | 'removed' | 'added';
  text: string;
}

/** The exact change, before it is made. */
export interface MendPreview {
  id: string;
  /** null: it puts back what an earlier change has taken away */
  mend: Mend | null;
  setting: SettingName;
  /** laid out for people; before '' where nothing is set */
  before: string;
  after: string;
  lines: DiffLine[];
  /** what else it brings, to be read before it is done */
  warnings: string[];
  /** it is so already: there is nothing to do */
  unchanged: boolean;
}

/** What the store has after it was told. */
export interface MendResult {
  /** it has really taken it */
  taken: boolean;
  message: string;
  /** as it is now, laid out for people */
  now: string;
  /** of this change, by which what was there before can be put back */
  changeId: string;
}

/** A change to a setting that was made from this computer. */
export interface SettingChange {
  id: string;
  /** ms since 1970 */
  at: number;
  setting: SettingName;
  /** null: it put back what an earlier one had taken away */
  mend: Mend | null;
  /** null: not known, for it was cut short */
  taken: boolean | null;
  /** laid out for people; '' where nothing was set */
  before: string;
  after: string;
}
