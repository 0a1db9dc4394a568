/** What of a bucket is to be downloaded, copied or moved. */
import { z } from 'zod';
import { browseSelectionSchema } from './browse.ts';

/** Half of a pair is no text that could be sent. S3 counts 1,024 bytes of UTF-8. */
const text = z
  .string()
  .max(1024)
  .refine((value) => !/\p{Surrogate}/u.test(value), 'it is no valid text');
const id = z.int().positive();

/** A key, or the prefix of a folder, that something is to have. */
export const keySchema = text.min(1);
/** '': the whole bucket */
export const prefixSchema = text;

/** What is selected in a listing, or objects and prefixes by their names. */
export const chosenSchema = z.union([
  z.strictObject({ listingId: id, selection: browseSelectionSchema }),
  z
    .strictObject({
      connectionId: id,
      keys: z.array(keySchema).max(10_000),
      /** all that begins with one of them */
      prefixes: z.array(prefixSchema).max(1000),
    })
    .refine(({ keys, prefixes }) => keys.length + prefixes.length > 0, 'nothing is named'),
]);
export type ChosenInput = z.output<typeof chosenSchema>;
