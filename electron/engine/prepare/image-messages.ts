/** What is said between prepare-images.ts and its processes. */
import { z } from 'zod';
import { imagePreparationSchema } from '../../../shared/destination.ts';
import { preparedSchema } from '../../../shared/prepared.ts';

export const imageRequestSchema = z.object({
  /** absolute path */
  source: z.string(),
  /** at least one, each from the same source */
  outputs: z
    .array(
      z.object({
        /** absolute path of the file to write, for which `${target}.part` is used too; its folder is made */
        target: z.string(),
        image: imagePreparationSchema,
        /** Of what moves or has pages the first frame will do, as of a thumbnail; without it all are kept, or it is left. */
        stillDoes: z.boolean().default(false),
      }),
    )
    .min(1),
});
export type ImageRequest = z.input<typeof imageRequestSchema>;
export type ImageOrder = z.infer<typeof imageRequestSchema>;
export type OrderedOutput = ImageOrder['outputs'][number];

/** Kinds of errors that are about the image; all others are ours. */
export const imageErrorKinds = [
  'source-gone',
  'source-unreadable',
  'source-special',
  'image-unreadable',
  'image-too-large',
  'image-unwritten',
] as const;
export type ImageErrorKind = (typeof imageErrorKinds)[number];

export const imageAnswerSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('ready'), build: z.enum(['native', 'wasm']) }),
  /** The header is read; how long the rest may take depends on it. */
  z.object({ kind: z.literal('begun'), megapixels: z.number() }),
  z.object({ kind: z.literal('done'), prepared: preparedSchema }),
  z.object({ kind: z.literal('failed'), error: z.enum(imageErrorKinds), subject: z.string() }),
  /** an error of our own making, with its stack */
  z.object({ kind: z.literal('broken'), text: z.string() }),
]);
export type ImageAnswer = z.infer<typeof imageAnswerSchema>;
