/** Addresses that an admin gives away. */
import { z } from 'zod';

/** seconds; S3 allows a week */
export const linkLifetime = z.int().min(1).max(604_800);

export const formLimitsSchema = z.strictObject({
  /** where it goes; `${filename}` at its end is the file's own name */
  key: z.string().min(1).max(1024),
  lifetime: linkLifetime,
  /** bytes; a form carries at most 5 GiB */
  largest: z
    .int()
    .min(1)
    .max(5 * 1024 ** 3),
  /** `image/jpeg`, or `image/*`; null: any */
  type: z
    .string()
    .regex(/^[a-z]+\/(\*|[a-z0-9][a-z0-9!#$&^_.+-]{0,126})$/, 'a type is written like image/jpeg, or image/*')
    .nullable(),
});
export type FormLimits = z.output<typeof formLimitsSchema>;

export interface UploadForm {
  /** where it is posted to */
  url: string;
  /** Secrets until they expire: whoever has them can upload. The file comes after them, as `file`. */
  fields: Record<string, string>;
  /** ms since 1970 */
  expiresAt: number;
  limits: FormLimits;
}
