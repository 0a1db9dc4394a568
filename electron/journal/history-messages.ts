/** What history.ts and its thread say to each other; the thread's answers are those of list-messages.ts. */
import { z } from 'zod';
import { fileKinds, historyQuerySchema, type HistoryPage, type HistoryRow } from '../../shared/history.ts';

export const historyOrderSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('page'),
    query: historyQuerySchema,
    offset: z.int().min(0),
    limit: z.int().min(1),
  }),
  /** Transfers that have got a receipt since the thread was told the last time. Has no answer. */
  z.object({ kind: z.literal('changed'), ids: z.array(z.number()) }),
]);
export type HistoryOrder = z.infer<typeof historyOrderSchema>;

const rowSchema = z.object({
  id: z.number(),
  batchId: z.number(),
  connectionId: z.number(),
  connectionName: z.string(),
  destinationId: z.number().nullable(),
  destinationName: z.string().nullable(),
  source: z.string(),
  key: z.string(),
  size: z.number(),
  type: z.string().nullable(),
  kind: z.enum(fileKinds),
  finishedAt: z.number(),
  url: z.string().nullable(),
  removedAt: z.number().nullable(),
  sessionFiles: z.number().nullable(),
  sessionTold: z.boolean(),
}) satisfies z.ZodType<HistoryRow>;

export const historyPageSchema = z.object({
  total: z.number(),
  rows: z.array(rowSchema),
  catchingUp: z.boolean(),
}) satisfies z.ZodType<HistoryPage>;
