/** What lies in a bucket without anybody knowing of it, and what is known of and no longer there. */
import { z } from 'zod';
import type { Reason } from './errors.ts';

const day = 24 * 3_600_000;

/** What is younger is left alone where nobody says otherwise: it may be somebody's who sends just now, or who has just sent. ms */
export const usualAges = { uploads: 7 * day, objects: day } as const;

export const orphanLists = ['unknown', 'missing', 'uploads'] as const;
export type OrphanList = (typeof orphanLists)[number];

/** An object that this computer has neither sent nor is sending, and of which no backend has a record. Another computer may have sent it. */
export const unknownObjectSchema = z.strictObject({
  key: z.string(),
  /** bytes */
  size: z.number(),
  /** ms since 1970, by the store's clock; 0: the store does not say */
  modified: z.number(),
});
export type UnknownObject = z.infer<typeof unknownObjectSchema>;

/** What a backend has a record of. */
export const backendRecordSchema = z.strictObject({
  connectionId: z.number(),
  /** of the connection */
  name: z.string(),
  /** of the backend: the connection may lead to another one by and by */
  baseUrl: z.string(),
  /** of the record */
  id: z.string(),
  publicUrl: z.string().nullable(),
  /** what the calls about it need: event_id */
  values: z.record(z.string(), z.string()),
  /** The backend has a way to delete it. */
  removable: z.boolean(),
});
export type BackendRecord = z.infer<typeof backendRecordSchema>;

/** What this computer's receipt, a backend's record or both are of, and what is gone. */
export const missingObjectSchema = z.strictObject({
  key: z.string(),
  /** of the transfer that sent it; null: this computer has no receipt of it */
  id: z.number().nullable(),
  /** bytes */
  size: z.number(),
  /** ms since 1970: when it was sent, or the record made */
  finishedAt: z.number(),
  /** absolute path on this computer; '': it is not from here */
  source: z.string(),
  /** null: no backend has one */
  record: backendRecordSchema.nullable(),
});
export type MissingObject = z.infer<typeof missingObjectSchema>;

/**
 * What can be done about it: the receipt is marked, or the backend deletes its record, with which the receipt is marked. `readOnly`:
 * nothing is changed through the connection over which it was found.
 */
export function wayToForget({ id, record }: MissingObject, readOnly: boolean): 'receipt' | 'record' | 'refused' {
  if (record !== null && record.removable && !readOnly) return 'record';
  return id === null ? 'refused' : 'receipt';
}

/** What forgetting these would do. */
export interface Forgettable {
  /** of this computer, that are marked */
  receipts: number;
  /** of backends, that are deleted there, by the names of their connections */
  records: { name: string; count: number }[];
  /** those that stay; why, in words */
  refused: { why: string; count: number }[];
}

/** A multipart upload that was begun and neither completed nor aborted. */
export const leftUploadSchema = z.strictObject({
  key: z.string(),
  uploadId: z.string(),
  /** ms since 1970, by the store's clock */
  initiated: z.number(),
  /** null: the store does not tell these credentials */
  parts: z.number().nullable(),
  bytes: z.number().nullable(),
  /** of this computer, and under way: it is never aborted here */
  own: z.boolean(),
});
export type LeftUpload = z.infer<typeof leftUploadSchema>;

export type OrphanRow =
  ({ list: 'unknown' } & UnknownObject) | ({ list: 'missing' } & MissingObject) | ({ list: 'uploads' } & LeftUpload);

export interface OrphanCounts {
  /** objects that were looked at */
  objects: number;
  unknown: { count: number; bytes: number };
  /**
   * `foreign`: those that only a backend has a record of, among `count`. `unproven`: not in the listing, and neither the store nor
   * the backend says whether they are there
   */
  missing: { count: number; bytes: number; foreign: number; unproven: number };
  /** `own` are among `count`; `bytes`: of those that are not */
  uploads: { count: number; bytes: number; own: number };
  /** backends of which it is not known, or not for all, whether they have records of what is unknown; why, in words */
  unasked: { name: string; why: string }[];
}

/** A search for them, as far as it is. */
export interface OrphanScan {
  id: number;
  connectionId: number;
  /** null: the whole bucket */
  destinationId: number | null;
  /** what was looked through; '': the whole bucket */
  prefixes: string[];
  /** Objects younger than this are left out: they may be on their way into somebody's records. ms */
  olderThan: number;
  state: 'running' | 'done' | 'failed' | 'cancelled';
  counts: OrphanCounts;
  /** ms since 1970 */
  begunAt: number;
  /** why it failed */
  reason: Reason | null;
}

export interface OrphanPage {
  /** so far */
  total: number;
  rows: OrphanRow[];
}
