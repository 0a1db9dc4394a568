/** What the rows of several tables have in common. */
import { z } from 'zod';

/** A column that holds JSON. */
export const json = <T extends z.ZodType>(schema: T) =>
  z
    .string()
    .transform((text): unknown => JSON.parse(text))
    .pipe(schema);
