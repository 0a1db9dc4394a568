/** Where a file may go, as a backend gave it: plain data, for the journal. What is in `send` is as good as a key while it lasts: never in a log or an error. */
import { z } from 'zod';

const texts = z.record(z.string(), z.string());

const put = z.strictObject({
  method: z.literal('PUT'),
  url: z.string(),
  /** all that were signed, but `host`; names in lower case */
  headers: texts,
});

const form = z.strictObject({
  method: z.literal('POST'),
  url: z.string(),
  /** in their order; the file comes after them */
  fields: texts,
  fileField: z.string(),
  /** The backend itself takes it, and the sign-in is sent with it: by `request`, never from here. */
  toBackend: z.boolean(),
});

export const sendingSchema = z.discriminatedUnion('method', [put, form]);
export type Sending = z.output<typeof sendingSchema>;

/** What the backend and the storage call a file. */
export const fileRefSchema = z.strictObject({
  /** of its record; null: it has none (yet) */
  id: z.string().nullable(),
  key: z.string().nullable(),
  /** null: none was given */
  publicUrl: z.string().nullable(),
  /** what the calls about it need: event_id, session_id, file_type */
  values: texts,
});
export type FileRef = z.output<typeof fileRefSchema>;

export const placeSchema = fileRefSchema.extend({
  send: sendingSchema,
  /** by this computer's clock, ms since 1970: from then on another is asked for; null: it does not expire */
  expiresAt: z.number().nullable(),
  /** for which it was asked */
  file: z.strictObject({
    name: z.string(),
    type: z.string(),
    /** bytes */
    size: z.number(),
  }),
});
export type Place = z.output<typeof placeSchema>;
