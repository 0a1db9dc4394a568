/** What of an object can be looked at in the window, and where the page finds it. */
import { z } from 'zod';

/** The protocol over which the page sees what is in a bucket; who asks needs an address that cannot be guessed. */
export const objectScheme = 'object';

/** Where PDFs are: nothing else of the scheme may be in a frame. */
export const pdfOrigin = `${objectScheme}://pdf`;

export const previewKinds = ['image', 'video', 'audio', 'pdf', 'text', 'none'] as const;
export type PreviewKind = (typeof previewKinds)[number];

export interface Preview {
  /** not to be guessed, and of no use outside of this run */
  id: string;
  kind: PreviewKind;
  /** media type, by content, else by the name */
  type: string;
  /** bytes of the object */
  size: number;
  /** of images, videos, sound and PDFs; null of all others */
  url: string | null;
  /** The picture is but a small one, which was found in the object or sent along with it. */
  isSmall: boolean;
  /** the beginning of a text; `isWhole`: that is all of it */
  text: { text: string; isWhole: boolean } | null;
  /** why there is nothing to see, where more than the kind can be said */
  why: PreviewRefusal | null;
  /** It may be opened with the program that this computer has for it. */
  canOpen: boolean;
}

/** empty: no bytes; format: nothing here can show it; broken: it is damaged; large: it takes too much memory */
export const previewRefusals = ['empty', 'format', 'broken', 'large'] as const;
export type PreviewRefusal = (typeof previewRefusals)[number];

/** An object as a list has it: what is made of it once holds until it is another. */
export const thumbOfSchema = z.strictObject({
  key: z.string().min(1).max(1024),
  /** without quotes; '': the store gives none */
  etag: z.string().max(256),
  /** bytes */
  size: z.int().min(0),
});
export type ThumbOf = z.output<typeof thumbOfSchema>;

/** in one call */
export const mostThumbs = 500;
