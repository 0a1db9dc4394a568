/** What of a file goes up by one transfer, where the transfer has a destination. */
import { z } from 'zod';
import { inspectedSchema } from './inspected.ts';

/** `file`: the file itself, or what was prepared of it; `original`: untouched beside that; another size; a still of a video */
export const outputRoles = ['file', 'original', 'derived', 'still'] as const;
export type OutputRole = (typeof outputRoles)[number];

const fingerprintSchema = z.object({ size: z.number(), mtime: z.number(), inode: z.string() });

export const preparedSchema = z.object({
  /** absolute path of what is sent in the source's place; null: the source is, as it is */
  file: z.string().nullable(),
  /** media type of what is sent */
  type: z.string(),
  width: z.number().nullable(),
  height: z.number().nullable(),
  /** what was changed, or why nothing was */
  changes: z.array(z.string()),
});
export type Prepared = z.infer<typeof preparedSchema>;

export const outputSchema = z.object({
  /** as dropped, with slashes */
  relativePath: z.string(),
  role: z.enum(outputRoles),
  /** of a derived image */
  name: z.string().nullable(),
  /** of the file that it is made from */
  inspected: inspectedSchema,
  /** media type of that file: what its content says, else its name */
  type: z.string(),
  /** Of the file, the same for all that is made of it: a key that is made again is the same. */
  key: z.object({ uuid: z.string(), hex8: z.string(), counter: z.number(), /** ms since 1970 */ at: z.number() }),
  /** The source as it was planned: the transfer's own fingerprint is that of what is sent. */
  source: fingerprintSchema,
  /** null: not yet */
  prepared: preparedSchema.nullable(),
});
export type Output = z.infer<typeof outputSchema>;
