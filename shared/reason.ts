/** A reason as outside data: what is read from the journal is parsed by this. Apart from errors.ts, for the window needs no zod. */
import { z } from 'zod';
import { errorKinds, type Reason } from './errors.ts';

export const reasonSchema: z.ZodType<Reason> = z.object({
  kind: z.enum(errorKinds),
  name: z.string(),
  message: z.string(),
});
