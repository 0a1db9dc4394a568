/** The words of the design as types: what the journal stores, the engine passes on, and the window and `--json` show. */
import { z } from 'zod';
import { brokerSettingsSchema } from './broker-settings.ts';
import type { BatchDetails } from './destination.ts';
import type { Reason } from './errors.ts';
import { providerIds } from './provider-ids.ts';
import type { TransferState } from './states.ts';
import type { Exceptions } from './upload-plan.ts';

export { transferStates, type TransferState } from './states.ts';

/** How it is proved that what arrived is what was read, from the strongest down. */
export const integrityModes = ['crc32', 'content-md5', 'etag-md5', 'none'] as const;
export type IntegrityMode = (typeof integrityModes)[number];

/** What a store can do, asked of it and not guessed from its name. */
export const capabilitiesSchema = z.object({
  integrity: z.enum(integrityModes),
  listParts: z.boolean(),
  listUploads: z.boolean(),
  conditionalWrites: z.boolean(),
  sse: z.boolean(),
  versioning: z.boolean(),
  tagging: z.boolean(),
  probedAt: z.number(),
});
export type Capabilities = z.infer<typeof capabilitiesSchema>;

const bucketName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._-]{1,61}[a-z0-9]$/i, 'a bucket name has 3 to 63 letters, digits, dots and dashes');

/** Nothing that would be passed over in silence. What is no address at all is told by another check. */
function isPlain(address: string): boolean {
  if (!URL.canParse(address)) return true;
  const { pathname, search, hash, username, password } = new URL(address);
  return pathname === '/' && `${search}${hash}${username}${password}` === '';
}

/** A bucket of S3. Credentials are not here: `credentials` says only where they come from. */
export const s3ConfigSchema = z.strictObject({
  /** Origin of an S3-compatible store (https://host[:port]); null is Amazon S3 of the region. */
  endpoint: z
    .url({ protocol: /^https?$/, error: 'an endpoint is an address like https://s3.example.org' })
    .refine(
      isPlain,
      'leave out what follows the host, and any password: the bucket and the key have places of their own',
    )
    .transform((text) => new URL(text).origin)
    .nullable(),
  region: z.string().regex(/^[a-z0-9-]{1,64}$/i, 'a region is a word like eu-central-1'),
  bucket: bucketName,
  pathStyle: z.boolean(),
  credentials: z.discriminatedUnion('from', [
    /** Typed in, and kept in the secret store under the connection's id. */
    z.strictObject({ from: z.literal('stored') }),
    /** The SDK's own chain: environment, profiles, SSO, container, instance role. */
    z.strictObject({ from: z.literal('chain'), profile: z.string().min(1).nullable() }),
  ]),
  /** As it was chosen where its address does not tell: a server of one's own may listen on any port. */
  provider: z.enum(providerIds).exactOptional(),
  /** Nothing is changed through it: neither uploads nor what admins do. */
  readOnly: z.boolean().exactOptional(),
});
export type S3Config = z.infer<typeof s3ConfigSchema>;

/** A backend that hands out places for files. The sign-in is kept in the secret store under the connection's id. */
export const brokerConfigSchema = z.strictObject({ kind: z.literal('broker'), settings: brokerSettingsSchema });
export type BrokerConfig = z.infer<typeof brokerConfigSchema>;

/** How to reach storage. That of a bucket has no `kind`: it was the only one there was. */
export const connectionConfigSchema = z.union([s3ConfigSchema, brokerConfigSchema]);
export type ConnectionConfig = z.infer<typeof connectionConfigSchema>;

export interface Connection<Config extends ConnectionConfig = ConnectionConfig> {
  id: number;
  name: string;
  config: Config;
  /** null until the store was asked; a backend never is. */
  capabilities: Capabilities | null;
}
export type S3Connection = Connection<S3Config>;
export type BrokerConnection = Connection<BrokerConfig>;

export const credentialsSchema = z.object({
  accessKeyId: z.string().min(1),
  secretAccessKey: z.string().min(1),
  sessionToken: z.string().min(1).exactOptional(),
});
export type Credentials = z.infer<typeof credentialsSchema>;

/** A source's fingerprint when it was planned. */
export interface Fingerprint {
  /** bytes */
  size: number;
  /** ms since 1970, whole */
  mtime: number;
  /** inode, or the file index of Windows, as text: it may exceed 2^53 */
  inode: string;
}

export interface Transfer extends Fingerprint {
  id: number;
  batchId: number;
  connectionId: number;
  /** absolute path */
  source: string;
  key: string;
  state: TransferState;
  reason: Reason | null;
  /** ms since 1970, or null: a waiting transfer goes on at this time */
  notBefore: number | null;
  /** failures that count, since it was last queued by a person or made progress */
  attempts: number;
  /** PUTs of the whole file that were begun (0 for multipart) */
  sends: number;
  /** bytes of one part, or null: a single PUT */
  partSize: number | null;
  uploadId: string | null;
  /** Ask the store for the object before sending it: it may be there already. */
  checkFirst: boolean;
  /** of its batch; null: the file goes up as it is, under the batch's prefix */
  targetId: number | null;
  /** It is to be prepared before it can be sent. */
  todo: boolean;
}

export type PartState = 'pending' | 'sending' | 'sent';

export interface Part {
  number: number;
  state: PartState;
  /** bytes */
  size: number;
  crc32: number | null;
  md5: string | null;
  etag: string | null;
  /** times its sending was begun */
  sends: number;
}

/** What went over a backend since it was added. */
export interface BrokerCounts {
  /** files */
  successes: number;
  /** files that were given up */
  failures: number;
  /** of the files that arrived */
  bytes: number;
  /** from the start of each file to its end, all together */
  ms: number;
}

/** What proves a finished transfer. */
export interface Receipt {
  transferId: number;
  connectionId: number;
  key: string;
  size: number;
  crc32: number | null;
  etag: string | null;
  versionId: string | null;
  integrity: IntegrityMode;
  finishedAt: number;
  /** What follows is null of transfers without a destination, and of those of earlier versions. */
  destinationId: number | null;
  /** absolute path and bytes of the file on this computer */
  source: string | null;
  sourceSize: number | null;
  /** media type of what was sent */
  type: string | null;
  /** what was changed before it was sent */
  changes: string[] | null;
  /** bytes of a part; null too of what went with one PUT */
  partSize: number | null;
  /** when its sending began, ms since 1970; null: of earlier versions */
  begunAt: number | null;
  /** its address behind a custom domain or CDN; null: it has none but the store's */
  url: string | null;
}

export interface Batch {
  id: number;
  connectionId: number;
  /** All that its files go over: those of its destinations; without any, its own. */
  connectionIds: number[];
  prefix: string;
  roots: string[];
  createdAt: number;
  /** null while its folders are still being scanned */
  plannedAt: number | null;
  /** ms since 1970; null: the lists show it */
  clearedAt: number | null;
  details: BatchDetails;
  exceptions: Exceptions;
}

export type Totals = Record<TransferState, { files: number; bytes: number }>;

/** The last line of `upload --json`. */
export interface Summary {
  files: number;
  done: number;
  failed: number;
  skipped: number;
  bytesSent: number;
  bytesTotal: number;
  resentParts: number;
  seconds: number;
}
