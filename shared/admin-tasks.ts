/** What an admin has begun and what takes its time: downloads, copies, deletions. It goes on whatever view is looked at. */
import type { Reason } from './errors.ts';

export type AdminTaskKind =
  'download' | 'copy' | 'move' | 'delete' | 'delete-versions' | 'restore' | 'change' | 'clean-up';

export interface AdminTask {
  /** from 1, in the order in which they were begun */
  id: number;
  kind: AdminTaskKind;
  connectionId: number;
  /** what it is about: a key, a prefix, or how many; text as a person reads it */
  subject: string;
  state: 'running' | 'done' | 'failed' | 'cancelled';
  /** objects; `total` null: still being counted */
  items: { done: number; failed: number; total: number | null };
  /** null where no bytes travel */
  bytes: { done: number; total: number | null } | null;
  /** ms since 1970 */
  begunAt: number;
  endedAt: number | null;
  /** why it ended as a whole; null: it did not, or each object has its own reason */
  reason: Reason | null;
  /** the first 200 */
  failures: { key: string; reason: Reason }[];
  /** What failed can be tried again; all of it, where it was cancelled or ended early. */
  canRetry: boolean;
  /** How many failed because something else has their names, which can be replaced. */
  replaceable: number;
  /** where it was put, when it came to this computer; absolute path */
  folder: string | null;
}

export const mostFailuresShown = 200;
