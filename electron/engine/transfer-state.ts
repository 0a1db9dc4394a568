/** The life of a transfer: every transition there is. Nothing but the journal's `move` sets a state, and it asks here. */
import type { TransferState } from '../../shared/domain.ts';

const transitions: Record<TransferState, readonly TransferState[]> = {
  /** Found by the scan, or planned again because the source changed or a person retried. */
  planned: ['queued', 'paused', 'failed', 'skipped', 'cancelled'],
  /** What the destination wants changed is made, ahead of the line. Back to queued when it is there, and after a crash or a stop. */
  preparing: ['queued', 'planned', 'paused', 'failed', 'skipped', 'cancelled'],
  queued: ['preparing', 'uploading', 'planned', 'paused', 'waiting', 'failed', 'skipped', 'cancelled'],
  /** A single PUT is verified by its own answer. Back to queued after a crash or a stop. */
  uploading: ['verifying', 'done', 'queued', 'planned', 'paused', 'waiting', 'failed', 'skipped', 'cancelled'],
  /** All bytes were sent; the store's answer is compared, a multipart upload is completed. */
  verifying: ['done', 'queued', 'planned', 'paused', 'waiting', 'failed', 'cancelled'],
  paused: ['queued', 'planned', 'cancelled'],
  /** Offline, or until a time: the reason is stored with it. */
  waiting: ['queued', 'planned', 'paused', 'failed', 'cancelled'],
  failed: ['planned', 'cancelled'],
  skipped: ['planned'],
  cancelled: ['planned'],
  done: [],
};

/** States in which a transfer still has something ahead of it without anybody doing anything. */
export const unfinishedStates = [
  'planned',
  'preparing',
  'queued',
  'uploading',
  'verifying',
  'waiting',
  'paused',
] as const;

export function canMove(from: TransferState, to: TransferState): boolean {
  return transitions[from].includes(to);
}

export function isUnfinished(state: TransferState): boolean {
  return (unfinishedStates as readonly TransferState[]).includes(state);
}
