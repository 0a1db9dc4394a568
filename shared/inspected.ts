/** What a file's own content tells of it. */
import { z } from 'zod';

/** When a picture was taken, as its camera wrote it. */
export const takenSchema = z.object({
  /** what its clock showed: `2026-05-31T14:03:09`, perhaps with a fraction of up to six digits */
  wall: z.string().regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,6})?$/),
  /** minutes that clock was ahead of UTC; null: not told, as most cameras do not */
  offset: z.int().min(-1080).max(1080).nullable(),
});
export type Taken = z.infer<typeof takenSchema>;

export const inspectedSchema = z.object({
  /** media type by the first bytes; null: they say nothing */
  type: z.string().nullable(),
  /** as it is shown, turned the right way up. Pixels; null: no picture, or not told */
  width: z.int().positive().nullable(),
  height: z.int().positive().nullable(),
  /** of a video. ms */
  duration: z.number().nonnegative().nullable(),
  taken: takenSchema.nullable(),
});
export type Inspected = z.infer<typeof inspectedSchema>;
