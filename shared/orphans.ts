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

/** A receipt whose object is gone. */
export const missingObjectSchema = z.strictObject({
  key: z.string(),
  /** of the transfer that sent it */
  id: z.number(),
  /** bytes */
  size: z.number(),
  /** ms since 1970 */
  finishedAt: z.number(),
  /** absolute path on this computer */
  source: z.string(),
});
export type MissingObject = z.infer<typeof missingObjectSchema>;

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
  /** `unproven`: not in the listing, and the store does not say whether they are there */
  missing: { count: number; bytes: number; unproven: number };
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
