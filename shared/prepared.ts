/** What came of an image that was prepared, as receipts keep it. */
import { z } from 'zod';

export const imageChanges = [
  /** turned or mirrored as its Orientation says */
  'rotated',
  'resized',
  /** what was over was cut off */
  'cropped',
  /** another format */
  'converted',
  /** the same format, written anew */
  're-encoded',
  'metadata-removed',
  /** colours of another profile were made those of sRGB */
  'colour-profile',
  /** 16 bits a colour became 8 */
  'bit-depth',
  /** where it was transparent it is white, as its new format has no transparency */
  'transparency-filled',
] as const;
export type ImageChange = (typeof imageChanges)[number];

export const reasonsLeft = [
  /** Nothing had to be changed, and what was made anew was no smaller. */
  'smaller',
  /** No decoder for it is here: HEIC, raw files, and others. */
  'undecodable',
  /** It is damaged, or too large to be decoded. */
  'damaged',
  /** SVG, which has no pixels. */
  'vector',
  /** It moves or has pages, which the wanted format has not: all but the first would be lost. */
  'frames',
] as const;
export type ReasonLeft = (typeof reasonsLeft)[number];

const pixels = z.int().positive();

export const preparedOutputSchema = z.discriminatedUnion('made', [
  z.object({
    made: z.literal(true),
    /** bytes */
    size: z.int().positive(),
    /** media type */
    type: z.string(),
    width: pixels,
    /** of one frame where it moves */
    height: pixels,
    changes: z.array(z.enum(imageChanges)),
  }),
  /** Nothing was written: the original is what is to be sent. */
  z.object({ made: z.literal(false), left: z.enum(reasonsLeft) }),
]);
export type PreparedOutput = z.infer<typeof preparedOutputSchema>;

export const preparedSchema = z.object({
  source: z.object({
    /** media type by content, and by name where content does not tell */
    type: z.string(),
    /** bytes */
    size: z.int().nonnegative(),
    /** as it is shown, turned the right way up; null: it was not decoded */
    width: pixels.nullable(),
    height: pixels.nullable(),
  }),
  /** in the order in which they were asked for */
  outputs: z.array(preparedOutputSchema),
});
export type Prepared = z.infer<typeof preparedSchema>;
