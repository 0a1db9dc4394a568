/** What list.ts and its thread say to each other. */
import { z } from 'zod';
import { transferStates } from '../../shared/domain.ts';
import { reasonSchema } from '../../shared/reason.ts';
import { stateFilterNames, type StateFilter } from '../../shared/states.ts';
import { viewSchema, type Page, type TransferRow } from '../../shared/transfer-list.ts';

export const threadSettingsSchema = z.object({
  /** journal.sqlite, by its absolute path */
  file: z.string(),
  /** better-sqlite3's addon, where its own prebuild does not fit the runtime */
  nativeBinding: z.string().exactOptional(),
});
export type ThreadSettings = z.infer<typeof threadSettingsSchema>;

export const orderSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('page'), view: viewSchema, offset: z.int().min(0), limit: z.int().min(1) }),
  z.object({ kind: z.literal('ids'), view: viewSchema }),
]);
export type ListOrder = z.infer<typeof orderSchema>;

export const rowSchema = z.object({
  id: z.number(),
  batchId: z.number(),
  connectionId: z.number(),
  source: z.string(),
  key: z.string(),
  size: z.number(),
  state: z.enum(transferStates),
  reason: reasonSchema.nullable(),
  notBefore: z.number().nullable(),
  sent: z.number(),
  finishedAt: z.number().nullable(),
  session: z
    .object({
      files: z.number(),
      step: z.enum(['open', 'completing', 'complete']),
      of: z.enum(['video', 'picture']),
    })
    .nullable(),
}) satisfies z.ZodType<TransferRow>;

export const pageSchema = z.object({
  total: z.number(),
  rows: z.array(rowSchema),
  counts: z.record(z.enum(stateFilterNames as [StateFilter, ...StateFilter[]]), z.number()).nullable(),
}) satisfies z.ZodType<Page>;

/** An array of doubles: its memory changes hands, where 100,000 numbers in a plain one would be copied on the main thread. */
export const idsSchema = z.instanceof(Float64Array);

/** Orders are answered one after another, so that an answer need not name its order. */
export const answerSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('answer'), value: z.unknown() }),
  z.object({ kind: z.literal('failed'), error: z.unknown() }),
  /** Answers were made from ids that were found before the journal changed, and have rested long enough now. */
  z.object({ kind: z.literal('stale') }),
]);
export type ListAnswer = z.infer<typeof answerSchema>;
