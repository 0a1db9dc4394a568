/** The states of a transfer, and what a person filters by: apart from all schemas, so that the window has them without zod. */

export const transferStates = [
  'planned',
  'preparing',
  'queued',
  'uploading',
  'verifying',
  'done',
  'paused',
  'waiting',
  'failed',
  'skipped',
  'cancelled',
] as const;
export type TransferState = (typeof transferStates)[number];

/** What a person filters by; several states mean one thing to them. */
export const stateFilters = {
  all: null,
  active: ['planned', 'preparing', 'queued', 'uploading', 'verifying'],
  waiting: ['waiting', 'paused'],
  failed: ['failed'],
  skipped: ['skipped', 'cancelled'],
  done: ['done'],
} as const satisfies Record<string, readonly TransferState[] | null>;
export type StateFilter = keyof typeof stateFilters;
export const stateFilterNames = Object.keys(stateFilters) as StateFilter[];
