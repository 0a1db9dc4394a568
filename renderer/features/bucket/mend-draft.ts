/** The values of a mend as a form has them. Main checks them again, and says what is wrong with them. */
import type { Mend, MendName } from '../../../shared/bucket-check.ts';
import { bucketPage } from '../../../shared/strings/bucket-page.ts';

const words = bucketPage.mend;

type StorageClass = Extract<Mend, { mend: 'archive' }>['storageClass'];

export interface MendValues {
  /** one in a line */
  origins: string;
  upload: boolean;
  /** those of every other address may no longer send */
  instead: boolean;
  /** NaN: the field is empty */
  days: number;
  prefix: string;
  storageClass: StorageClass;
  by: 'AES256' | 'aws:kms';
  keyId: string;
}
export type MendField = keyof MendValues;

/** What a person says of each. */
export const fieldsOf: Readonly<Record<MendName, readonly MendField[]>> = {
  cors: ['origins', 'upload', 'instead'],
  'abort-uploads': ['days'],
  expire: ['prefix', 'days'],
  archive: ['prefix', 'days', 'storageClass'],
  encryption: ['by', 'keyId'],
  versioning: [],
  'public-read': ['prefix', 'instead'],
  'allow-public': [],
};

/** Those that a person can choose by themselves, with what they begin with. Taking back a block is offered where it is in the way. */
export const proposals: readonly Mend[] = [
  { mend: 'abort-uploads', days: 7 },
  { mend: 'expire', prefix: '', days: 7 },
  { mend: 'archive', prefix: '', days: 90, storageClass: 'STANDARD_IA' },
  { mend: 'encryption', by: 'AES256', keyId: null },
  { mend: 'versioning' },
  { mend: 'public-read', prefix: '' },
  { mend: 'cors', origins: [], upload: false },
];

/** Cheaper classes that objects can be moved to. */
export const archiveClasses: readonly StorageClass[] = [
  'STANDARD_IA',
  'ONEZONE_IA',
  'INTELLIGENT_TIERING',
  'GLACIER_IR',
  'GLACIER',
  'DEEP_ARCHIVE',
];

export function valuesOf(mend: Mend): MendValues {
  return {
    origins: 'origins' in mend ? mend.origins.join('\n') : '',
    upload: 'upload' in mend && mend.upload,
    instead: 'instead' in mend && mend.instead === true,
    days: 'days' in mend ? mend.days : 7,
    prefix: 'prefix' in mend ? mend.prefix : '',
    storageClass: 'storageClass' in mend ? mend.storageClass : 'STANDARD_IA',
    by: mend.mend === 'encryption' ? mend.by : 'AES256',
    keyId: mend.mend === 'encryption' ? (mend.keyId ?? '') : '',
  };
}

/** `like` says which it is, and what a form does not ask for. */
export function mendOf(like: Mend, values: MendValues): Mend {
  const { origins, upload, instead, days, prefix, storageClass, by, keyId } = values;
  switch (like.mend) {
    case 'cors':
      return { mend: 'cors', origins: linesOf(origins), upload, ...(instead ? { instead } : {}) };
    case 'abort-uploads':
      return { mend: 'abort-uploads', days };
    case 'expire':
      return { mend: 'expire', prefix, days };
    case 'archive':
      return { mend: 'archive', prefix, days, storageClass };
    case 'encryption':
      return { mend: 'encryption', by, keyId: by === 'aws:kms' && keyId.trim() !== '' ? keyId.trim() : null };
    case 'public-read':
      return { mend: 'public-read', prefix, ...(instead ? { instead } : {}) };
    case 'versioning':
    case 'allow-public':
      return like;
  }
}

/** What is missing, by its field. */
export function problemsOf(like: Mend, { origins, prefix }: MendValues): Partial<Record<MendField, string>> {
  const fields = fieldsOf[like.mend];
  return {
    ...(fields.includes('origins') && linesOf(origins).length === 0 ? { origins: words.originsMissing } : {}),
    ...(fields.includes('prefix') && prefix === '' ? { prefix: words.prefixMissing } : {}),
  };
}

export function isComplete(mend: Mend): boolean {
  return Object.keys(problemsOf(mend, valuesOf(mend))).length === 0;
}

/** The field that main's sentence is about: "mend.origins.0: ..."; null: none of the form. */
export function fieldOf(message: string): MendField | null {
  const found = /^(?:mend\.)?(origins|days|prefix|storageClass|keyId)\b/.exec(message)?.[1];
  return (found as MendField | undefined) ?? null;
}

function linesOf(text: string): string[] {
  return text
    .split(/[\n,]/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
}
