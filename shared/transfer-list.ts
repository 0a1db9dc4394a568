/** Which transfers a list shows, and in what order: asked for by the window, answered from the journal. */
import { z } from 'zod';
import type { Transfer } from './domain.ts';
import { stateFilterNames, type StateFilter } from './states.ts';

/** `order` is that of sending. */
export const sortColumns = ['order', 'name', 'size', 'state'] as const;
export type SortColumn = (typeof sortColumns)[number];

export const viewSchema = z.strictObject({
  filter: z.enum(stateFilterNames as [StateFilter, ...StateFilter[]]),
  /** part of the key, in any case; empty: all */
  search: z.string().max(500),
  /** null: all batches that are not cleared */
  batchId: z.int().positive().nullable(),
  sort: z.strictObject({ by: z.enum(sortColumns), descending: z.boolean() }),
});
export type View = z.infer<typeof viewSchema>;

/** A transfer as a list shows it. */
export interface TransferRow extends Pick<
  Transfer,
  'id' | 'batchId' | 'connectionId' | 'source' | 'key' | 'size' | 'state' | 'reason' | 'notBefore'
> {
  /** bytes that are at the store, as the journal knows them: parts that are under way come with `progress` */
  sent: number;
  finishedAt: number | null;
}

export interface Page {
  /** of the whole view */
  total: number;
  rows: TransferRow[];
}
