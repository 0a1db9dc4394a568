/** One object as an admin sees it, and what can be changed about it. */
import { z } from 'zod';
import { acls, storageClasses } from './destination.ts';
import type { Reason } from './errors.ts';

/** What one request told, or why it did not. */
export type Told<T> = { known: true; value: T } | { known: false; reason: Reason };

export interface ObjectHeaders {
  contentType: string | null;
  cacheControl: string | null;
  contentDisposition: string | null;
  contentEncoding: string | null;
  contentLanguage: string | null;
  /** as the store writes it */
  expires: string | null;
}

export interface Grant {
  /** everybody, signed-in users of the cloud, or a name or id of somebody */
  who: 'everybody' | 'signed-in' | { name: string };
  /** READ, WRITE, READ_ACP, WRITE_ACP or FULL_CONTROL */
  may: string;
}

export interface ObjectAcl {
  owner: string;
  grants: Grant[];
}

export interface ObjectVersion {
  versionId: string;
  /** It says that the object is deleted. */
  isDeleteMarker: boolean;
  isLatest: boolean;
  /** bytes; of a delete marker 0 */
  size: number;
  /** ms since 1970 */
  modified: number;
  etag: string;
  storageClass: string | null;
}

export interface ObjectReceipt {
  transferId: number;
  batchId: number;
  /** ms since 1970 */
  finishedAt: number;
  /** absolute path on this computer */
  source: string | null;
  /** What is there now is what was sent then, as far as ETag and size say. */
  isSame: boolean;
}

export interface ObjectDetails {
  connectionId: number;
  key: string;
  versionId: string | null;
  /** bytes */
  size: number;
  /** ms since 1970 */
  modified: number;
  etag: string;
  headers: ObjectHeaders;
  /** decoded, as people wrote it */
  metadata: Record<string, string>;
  storageClass: string;
  /** such as AES256; null: the store does not say that it encrypts it */
  sse: string | null;
  /** by algorithm, as the store writes them (base64) */
  checksums: Record<string, string>;
  /** archived objects: null where it is not, else what the store says of bringing it back */
  restore: string | null;
  tags: Told<Record<string, string>>;
  acl: Told<ObjectAcl>;
  /** the newest first, at most 1,000 */
  versions: Told<ObjectVersion[]>;
  /** There are older versions than these. */
  moreVersions: boolean;
  /** null: this app did not send it */
  receipt: ObjectReceipt | null;
  /** for whoever may read it */
  url: string;
}

const headerText = z
  .string()
  .max(1024)
  .regex(/^[\x20-\x7e]*$/, 'only letters, digits and signs of ASCII, without a line break')
  .transform((text) => text.trim());

/** What is not there stays as it is. An empty text removes a header. */
export const objectChangeSchema = z.strictObject({
  headers: z
    .strictObject({
      contentType: headerText,
      cacheControl: headerText,
      contentDisposition: headerText,
      contentEncoding: headerText,
      contentLanguage: headerText,
    })
    .partial()
    .exactOptional(),
  /** all of it */
  metadata: z
    .record(z.string().regex(/^[a-z0-9][a-z0-9._-]{0,63}$/i, 'letters, digits, dots and dashes'), z.string().max(1024))
    .refine(
      (all) => new TextEncoder().encode(Object.entries(all).flat().join('')).length <= 2048,
      'all metadata together may have 2048 bytes',
    )
    .exactOptional(),
  /** all of them */
  tags: z
    .record(z.string().min(1).max(128), z.string().max(256))
    .refine((all) => Object.keys(all).length <= 10, 'an object has at most 10 tags')
    .exactOptional(),
  acl: z.enum(acls).exactOptional(),
  storageClass: z.enum(storageClasses).exactOptional(),
});
export type ObjectChange = z.output<typeof objectChangeSchema>;

/** The object as a person saw it who changes it. */
export const seenObjectSchema = z.strictObject({
  /** without quotes; '': the store gives none */
  etag: z.string().max(256),
  /** ms since 1970 */
  modified: z.int().min(0),
});
export type SeenObject = z.output<typeof seenObjectSchema>;
