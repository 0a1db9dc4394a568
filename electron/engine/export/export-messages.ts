/** What an export and its thread say to each other. */
import { z } from 'zod';
import { exportForms } from '../../../shared/history.ts';

export const exportOrderSchema = z.object({
  batchId: z.number(),
  form: z.enum(exportForms),
  /** absolute paths */
  file: z.string(),
  temporary: z.string(),
});

export const exportSettingsSchema = z.object({
  /** the data folder */
  folder: z.string(),
  /** better-sqlite3's addon, where its own prebuild does not fit the runtime */
  nativeBinding: z.string().exactOptional(),
  order: exportOrderSchema,
});
export type ExportSettings = z.infer<typeof exportSettingsSchema>;

/** `refusal`: in words for a person, where there are some; null: `error` was not expected. */
export const exportAnswerSchema = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true) }),
  z.object({ ok: z.literal(false), refusal: z.string().nullable(), error: z.unknown() }),
]);
export type ExportAnswer = z.infer<typeof exportAnswerSchema>;
