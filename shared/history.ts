/** What was sent, as the receipts prove it: which of it a list shows, and what can be done with it. */
import { z } from 'zod';
import type { BatchDetails } from './destination.ts';
import type { Receipt } from './domain.ts';

const id = z.int().positive();
/** ms since 1970 */
const time = z.int().min(0);

export const fileKinds = ['image', 'video', 'audio', 'document', 'other'] as const;
export type FileKind = (typeof fileKinds)[number];

/** Of a media type; null: nobody knows it. */
export function fileKindOf(type: string | null): FileKind {
  const [name = ''] = (type ?? '').toLowerCase().split(';');
  if (documentTypes.test(name)) return 'document';
  const kind = fileKinds.find((one) => name.startsWith(`${one}/`));
  return kind === undefined || kind === 'document' ? 'other' : kind;
}

/** What people open to read: texts, and what offices make. */
const documentTypes =
  /^text\/|^application\/(pdf|rtf|json|xml|epub\+zip|msword|vnd\.ms-|vnd\.openxmlformats-|vnd\.oasis\.|vnd\.apple\.(pages|numbers|keynote))/;

export const historySortColumns = ['finished', 'name', 'size'] as const;

export const historyQuerySchema = z.strictObject({
  /** part of the key or of the path on this computer, in any case; empty: all */
  search: z.string().max(200),
  /** empty: all */
  kinds: z.array(z.enum(fileKinds)).max(fileKinds.length),
  /** empty: all */
  destinationIds: z.array(id).max(100),
  batchId: id.nullable(),
  /** of the batch's details */
  tag: z.string().max(60).nullable(),
  /** from this time on, and before that one */
  from: time.nullable(),
  until: time.nullable(),
  sort: z.strictObject({ by: z.enum(historySortColumns), descending: z.boolean() }),
});
export type HistoryQuery = z.infer<typeof historyQuerySchema>;

export interface HistoryRow {
  /** of its transfer */
  id: number;
  batchId: number;
  connectionId: number;
  connectionName: string;
  destinationId: number | null;
  destinationName: string | null;
  /** absolute path on this computer */
  source: string;
  key: string;
  /** of the object. bytes */
  size: number;
  /** media type */
  type: string | null;
  kind: FileKind;
  finishedAt: number;
  /** where the object is, for whoever may read it */
  url: string | null;
  /** ms since 1970: a person has deleted the object; null: nobody has, here */
  removedAt: number | null;
  /** Of a video that is a session: how many of its files were sent, itself too. Null: it is none. */
  sessionFiles: number | null;
  /** The backend knows that the session is complete; true too of what is none. */
  sessionTold: boolean;
}

export interface HistoryPage {
  /** of the whole query */
  total: number;
  rows: HistoryRow[];
  /** Not all of the history has been read yet since Sideline was started: `total` grows when it is asked for again. */
  catchingUp: boolean;
}

/** All that is known of one object that was sent. */
export interface HistoryItem extends HistoryRow {
  receipt: Receipt;
  details: BatchDetails;
  /** what the storage, or the backend before it, has for such a file */
  can: { link: boolean; open: boolean; save: boolean; remove: boolean };
  session: HistorySession | null;
}

/** The session that a video went to, and what else went there. */
export interface HistorySession {
  /** as the backend names it; null: it was not kept */
  id: string | null;
  /** The backend knows that it is complete. */
  told: boolean;
  others: { id: number; key: string; /** bytes */ size: number }[];
}

export interface HistoryBatch {
  id: number;
  /** its title, else what was dropped */
  name: string;
  createdAt: number;
  /** objects that were sent */
  objects: number;
  /** of them. bytes */
  bytes: number;
  details: BatchDetails;
}

/**
 * `receipts`: all that is known of each object. `mapping`: old path, key and URL, which a migration's database needs.
 */
export const exportForms = ['receipts-csv', 'receipts-json', 'mapping-csv', 'mapping-json'] as const;
export type ExportForm = (typeof exportForms)[number];

/**
 * What the store holds now, against a receipt. `same`: size and checksum are those of the receipt; `unproven`: the size is, and
 * the store tells nothing by which the content could be compared; `unknown`: the store could not be asked, or does not let us see.
 */
export const verifyOutcomes = ['same', 'unproven', 'different', 'missing', 'unknown'] as const;
export type VerifyOutcome = (typeof verifyOutcomes)[number];

export interface BatchVerification {
  batchId: number;
  /** ms since 1970 */
  checkedAt: number;
  counts: Record<VerifyOutcome, number>;
  /** the first thousand of those that are neither same nor unproven */
  findings: { id: number; key: string; outcome: VerifyOutcome; message: string }[];
}
