/** Which transfers a list shows, and in what order: asked for by the window, answered from the journal. */
import { z } from 'zod';
import type { Transfer } from './domain.ts';
import { stateFilterNames, type StateFilter } from './states.ts';

/** `order` is that of sending. */
export const sortColumns = ['order', 'name', 'size', 'state'] as const;
export type SortColumn = (typeof sortColumns)[number];

export const viewSchema = z.strictObject({
  filter: z.enum(stateFilterNames as [StateFilter, ...StateFilter[]]),
  /** part of the key, or of the file's own name, in any case; empty: all */
  search: z.string().max(500),
  /** null: all batches that are not cleared */
  batchId: z.int().positive().nullable(),
  sort: z.strictObject({ by: z.enum(sortColumns), descending: z.boolean() }),
});
export type View = z.infer<typeof viewSchema>;

/**
 * Of a video that goes to a session of a backend, with the pictures that belong to it: they are one row. Its state is that of the
 * file which is least far; `verifying` stays until the backend knows that the session is complete.
 */
export interface SessionRow {
  /** the video itself too */
  files: number;
  /** completing: all that comes has arrived, and the backend is still to be told */
  step: 'open' | 'completing' | 'complete';
  /** What the state and reason are of: the video, or a picture of it. */
  of: 'video' | 'picture';
}

/** A transfer as a list shows it, or a session. */
export interface TransferRow extends Pick<
  Transfer,
  'id' | 'batchId' | 'connectionId' | 'source' | 'key' | 'size' | 'state' | 'reason' | 'notBefore'
> {
  /** bytes that are at the store, as the journal knows them: parts that are under way come with `progress` */
  sent: number;
  finishedAt: number | null;
  /** null: it is of no session */
  session: SessionRow | null;
}

export interface Page {
  /** of the whole view */
  total: number;
  rows: TransferRow[];
  /** Rows of each filter, whichever the view has; null: as many as there are files in those states. */
  counts: Record<StateFilter, number> | null;
}
