/**
 * A destination: a category's rules for what is sent there, how it is prepared, and how it is kept. Stored in the journal,
 * edited in the window, and written to a file from which other computers are set up: no secret is ever in it.
 */
import { z } from 'zod';
import { SidelineError } from './errors.ts';
import { parseKeyTemplate } from './key-template/index.ts';

/** `image/jpeg`, or `image/*` for all of a kind. https://www.rfc-editor.org/rfc/rfc6838#section-4.2 */
const typePattern = z
  .string()
  .regex(
    /^[a-z]+\/(\*|[a-z0-9][a-z0-9!#$&^_.+-]{0,126})$/,
    'a type is written like image/jpeg, or image/* for all images',
  );

const keyTemplate = z.string().superRefine((text, context) => {
  try {
    parseKeyTemplate(text);
  } catch (error) {
    if (!(error instanceof SidelineError)) throw error;
    context.addIssue({ code: 'custom', message: error.subject });
  }
});

/** RFC 9110: a field value is visible ASCII, with spaces and tabs inside. */
const headerValue = z
  .string()
  .min(1)
  .max(1024)
  .regex(
    /^[\x21-\x7e](?:[\x20-\x7e\t]*[\x21-\x7e])?$/,
    'only letters, digits and signs of ASCII, without a line break',
  );

export const undecodableRules = ['kinds-as-is', 'as-is', 'fail'] as const;

export const imageFormats = ['same', 'jpeg', 'png', 'webp', 'avif'] as const;

/** How an image is made anew. The file on this computer is never touched. */
export const imagePreparationSchema = z.strictObject({
  /** of what goes up; `same`: JPEG, PNG and WebP stay what they are, all others become JPEG */
  format: z.enum(imageFormats).default('same'),
  /** It is made smaller until it fits, never larger. Pixels; null: as it is. */
  width: z.int().min(1).max(16_384).nullable().default(null),
  height: z.int().min(1).max(16_384).nullable().default(null),
  /** `inside`: whole and within the measures; `cover`: fills them, and what is over is cut off */
  fit: z.enum(['inside', 'cover']).default('inside'),
  /** of JPEG, WebP and AVIF */
  quality: z.int().min(1).max(100).default(82),
  /** JPEG a tenth smaller at the same quality, which takes twice the time; PNG with as few colours as do */
  optimise: z.boolean().default(true),
  /** GPS, serial numbers, names and all else that was written into the file; the colours stay right in any case */
  keepMetadata: z.boolean().default(false),
});
export type ImagePreparation = z.infer<typeof imagePreparationSchema>;

/** Another size of an image, a transfer of its own. */
export const derivedImageSchema = z.strictObject({
  /** one word, such as `thumbnail` */
  name: z.string().regex(/^[a-z0-9][a-z0-9-]{0,31}$/, 'one word of small letters, digits and dashes'),
  keyTemplate,
  image: imagePreparationSchema,
});
export type DerivedImage = z.infer<typeof derivedImageSchema>;

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html#canned-acl */
export const acls = [
  'private',
  'public-read',
  'authenticated-read',
  'bucket-owner-read',
  'bucket-owner-full-control',
] as const;

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html */
export const storageClasses = [
  'STANDARD',
  'STANDARD_IA',
  'ONEZONE_IA',
  'INTELLIGENT_TIERING',
  'GLACIER',
  'GLACIER_IR',
  'DEEP_ARCHIVE',
  'REDUCED_REDUNDANCY',
] as const;

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html: all names and values together. bytes */
const mostMetadata = 2048;
const metadata = z
  .record(z.string().regex(/^[a-z0-9][a-z0-9._-]{0,63}$/, 'small letters, digits, dots, dashes'), z.string().max(1024))
  .refine(
    (all) => new TextEncoder().encode(Object.entries(all).flat().join('')).length <= mostMetadata,
    `all metadata together may have ${mostMetadata} bytes`,
  );

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-tagging.html: at most 10 tags, keys of 128, values of 256 characters */
const tags = z
  .record(z.string().min(1).max(128), z.string().max(256))
  .refine((all) => Object.keys(all).length <= 10, 'an object has at most 10 tags');

const seconds = z.int().min(60).max(604_800);

/** Which files of a drop go where. All that is set must hold; a rule with nothing set takes everything. */
export const sortingRuleSchema = z.strictObject({
  /** by content where it is known, else by name */
  types: z.array(typePattern).max(100).default([]),
  /** of one of the folders that the file lies in, as dropped; `*` and `?` stand for anything */
  folder: z.string().min(1).max(255).nullable().default(null),
  /** of the file, likewise */
  file: z.string().min(1).max(255).nullable().default(null),
});
export type SortingRule = z.infer<typeof sortingRuleSchema>;

/** All but the connection, which another computer has under another id. */
export const destinationRulesSchema = z.strictObject({
  name: z.string().trim().min(1, 'give it a name').max(100),
  /** before every key; may be empty */
  prefix: z.string().max(900).default(''),
  keyTemplate: keyTemplate.default('{relative_path}'),
  /** Values of the template's fields that stay the same (user_id, ...); those that are not here are asked for with each batch. */
  fields: z.record(z.string().regex(/^[a-z][a-z0-9_]{0,63}$/), z.string().max(500)).default({}),
  /** in which the dates of a key are */
  zone: z.enum(['utc', 'local']).default('utc'),
  /** Which files of a drop it gets where there are several destinations: those that one of these rules takes. */
  sorting: z.array(sortingRuleSchema).max(100).default([]),
  /** What is taken, by content; empty: everything. */
  accepts: z.array(typePattern).max(100).default([]),
  /** bytes of the file on this computer; null: as large as the store takes */
  maxSize: z.int().min(1).nullable().default(null),
  /** `never`: a key that is taken gets another, free name; `skip-equal`: what is there already is not sent, else replaced */
  overwrite: z.enum(['never', 'replace', 'skip-equal']).default('never'),
  /** null: as it is */
  image: imagePreparationSchema.nullable().default(null),
  /**
   * An image that was to be prepared and cannot be decoded. `kinds-as-is`: one of a kind that nothing here decodes (HEIC, raw)
   * goes up as it is, a damaged one fails; `as-is`: damaged ones too; `fail`: neither goes up
   */
  undecodable: z.enum(undecodableRules).default('kinds-as-is'),
  derived: z.array(derivedImageSchema).max(10).default([]),
  /** A still of each video, a transfer of its own. */
  videoStill: z.strictObject({ keyTemplate, image: imagePreparationSchema }).nullable().default(null),
  /** Where the untouched file goes too when an image is prepared; null: only the prepared one is sent. */
  originalPrefix: z.string().max(900).nullable().default(null),
  /** null: by the content */
  contentType: typePattern.nullable().default(null),
  cacheControl: headerValue.nullable().default(null),
  /** `attachment` gets the file's own name with it */
  contentDisposition: z.enum(['inline', 'attachment']).nullable().default(null),
  acl: z.enum(acls).nullable().default(null),
  metadata: metadata.default({}),
  tags: tags.default({}),
  /** null: as the bucket does by itself */
  sse: z
    .discriminatedUnion('by', [
      z.strictObject({ by: z.literal('AES256') }),
      /** null: the account's own key for S3 */
      z.strictObject({ by: z.literal('aws:kms'), keyId: z.string().min(1).max(2048).nullable() }),
    ])
    .nullable()
    .default(null),
  storageClass: z.enum(storageClasses).nullable().default(null),
  /** https://cdn.example.org, with a path perhaps; null: the store's own address */
  publicUrlBase: z
    .url({ protocol: /^https?$/, error: 'an address like https://media.example.org' })
    .nullable()
    .default(null),
  /** of links that expire. seconds; S3 allows a week */
  linkLifetime: seconds.default(3600),
  /** Who browses through its connection sees and changes nothing outside the folder of its keys. */
  ownFolderOnly: z.boolean().default(false),
});
export type DestinationRules = z.infer<typeof destinationRulesSchema>;

export interface Destination {
  id: number;
  connectionId: number;
  rules: DestinationRules;
}

/** A destination as a batch has it: what is edited later does not change what was planned. */
export interface Target extends Omit<Destination, 'id'> {
  id: number;
  batchId: number;
  destinationId: number;
  /** as the rules say, or as a person chose for this batch; the first target that takes a file gets it */
  sorting: SortingRule[];
}

/** What a person says of a batch. Written to the objects where the store can, and always in the journal. */
export const batchDetailsSchema = z.strictObject({
  title: z.string().max(200).default(''),
  description: z.string().max(2000).default(''),
  tags: z.array(z.string().trim().min(1).max(60)).max(20).default([]),
  event: z.string().max(200).default(''),
  session: z.string().max(200).default(''),
  person: z.string().max(200).default(''),
});
export type BatchDetails = z.infer<typeof batchDetailsSchema>;
