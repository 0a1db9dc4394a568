/**
 * The contract between the window and the main process: every call and every event, and nothing else crosses. Main parses each
 * input by its schema here; the window's side (renderer/ipc.ts) has its types from the same list.
 */
import { z } from 'zod';
import type { AdminTask } from './admin-tasks.ts';
import {
  mendSchema,
  type BucketCheck,
  type CheckReading,
  type MendPreview,
  type MendResult,
  type SettingChange,
} from './bucket-check.ts';
import {
  browseSelectionSchema,
  browseViewSchema,
  type BrowseCount,
  type BrowsePage,
  type BrowseStatus,
  type BucketInfo,
  type ConnectionRights,
} from './browse.ts';
import {
  s3ConfigSchema,
  credentialsSchema,
  type BrokerConnection,
  type BrokerCounts,
  type Capabilities,
  type Connection,
  type S3Connection,
  type Totals,
} from './domain.ts';
import { brokerSettingsSchema } from './broker-settings.ts';
import {
  deletedMarkSchema,
  deletionOutcomes,
  deletionTargetSchema,
  type DeletedObject,
  type DeletionEntry,
  type DeletionInfo,
  type DeletionSurvey,
} from './deletions.ts';
import { batchDetailsSchema, destinationRulesSchema, type Destination } from './destination.ts';
import type { ErrorKind, Reason } from './errors.ts';
import {
  exportForms,
  historyQuerySchema,
  type BatchVerification,
  type HistoryBatch,
  type HistoryItem,
  type HistoryPage,
} from './history.ts';
import { formLimitsSchema, linkLifetime } from './links.ts';
import { logIdSchema } from './log-id.ts';
import { objectChangeSchema, seenObjectSchema, type ObjectDetails } from './objects.ts';
import { policyRoles, principalSchema } from './iam-policy.ts';
import { mostThumbs, thumbOfSchema, type Preview } from './previews.ts';
import { orphanLists, type Forgettable, type OrphanPage, type OrphanScan } from './orphans.ts';
import type { OutputRole } from './output.ts';
import type { Denial } from './rights.ts';
import { chosenSchema, keySchema, prefixSchema } from './selection.ts';
import { settingsSchema, type Settings } from './settings.ts';
import { viewSchema, type Page } from './transfer-list.ts';
import { fieldsSchema, placementSchema, planViewSchema, type PlanRow, type UploadPlan } from './upload-plan.ts';

const id = z.int().positive();
const nothing = z.strictObject({});

/** Transfers that a command means: these, or all that a view shows but those. */
const whichSchema = z.union([
  z.strictObject({ ids: z.array(id).min(1).max(10_000) }),
  z.strictObject({ view: viewSchema, except: z.array(id).max(10_000).optional() }),
]);
export type WhichTransfers = z.infer<typeof whichSchema>;

/** the origin of a proxy */
const proxy = z.url({ protocol: /^https?$/ }).max(300);

const proxyLoginSchema = z.strictObject({
  // RFC 7617: the name ends at the first colon
  username: z
    .string()
    .min(1, 'write the user name')
    .max(256)
    .regex(/^[^:\p{Cc}]*$/u, 'there can be no colon in it'),
  password: z
    .string()
    .min(1, 'write the password')
    .max(1024)
    .regex(/^\P{Cc}*$/u, 'it has a character that cannot be sent'),
  /** for later runs too */
  remember: z.boolean(),
});

const objectTransferSchema = z.strictObject({
  chosen: chosenSchema,
  to: z.strictObject({ connectionId: id, prefix: prefixSchema }),
  overwrite: z.boolean(),
  access: z.boolean(),
});
const ofListing = z.strictObject({ listingId: id });
const ofSurvey = z.strictObject({ surveyId: logIdSchema });
const ofDeletion = z.strictObject({ deletionId: logIdSchema });
const objectVersion = z.string().min(1).max(1024).nullable();
const ofObject = z.strictObject({ connectionId: id, key: keySchema });

/** `principal` null: for IAM; else a policy of the bucket, for this user */
const ofPolicy = z.strictObject({
  destinationId: id,
  role: z.enum(policyRoles),
  principal: principalSchema.nullable(),
});

const ofScan = z.strictObject({ scanId: id });
/** Rows of a list of orphans, by their numbers from 0: `only` those, or all, but not those of `except`. */
const rowNumbers = z.array(z.int().min(0)).max(10_000);
const ofOrphans = ofScan.extend({ only: rowNumbers.min(1).optional(), except: rowNumbers.optional() });
/** ms; ten years are enough */
const orphanAge = z
  .int()
  .min(0)
  .max(10 * 365 * 24 * 3_600_000);

const ofOffer = z.strictObject({ offerId: z.string().min(1).max(64) });

/** A connection as a form has it; `secret` is null where it stays what it is, or comes from the chain. */
export const connectionDraftSchema = z.strictObject({
  /** null: a new one */
  id: id.nullable(),
  name: z.string().trim().min(1, 'give it a name').max(100),
  config: s3ConfigSchema,
  secret: credentialsSchema.nullable(),
});
export type ConnectionDraft = z.input<typeof connectionDraftSchema>;

/** How to sign in to a backend. A password is sent to it once, and not kept. */
const backendSignInSchema = z.discriminatedUnion('with', [
  z.strictObject({
    with: z.literal('password'),
    username: z.string().trim().min(1, 'write the user name').max(256),
    password: z.string().min(1, 'write the password').max(1024),
  }),
  z.strictObject({ with: z.literal('token'), token: z.string().trim().min(1, 'paste the token').max(20_000) }),
]);
export type BackendSignIn = z.infer<typeof backendSignInSchema>;

/** A connection to a backend as a form has it; `signIn` is null where it stays what it is, or comes later. */
export const backendDraftSchema = z.strictObject({
  /** null: a new one */
  id: id.nullable(),
  name: z.string().trim().min(1, 'give it a name').max(100),
  settings: brokerSettingsSchema,
  signIn: backendSignInSchema.nullable(),
});
export type BackendDraft = z.input<typeof backendDraftSchema>;

export interface ConnectionInfo extends Connection {
  /** it is the practice bucket of this app, or the backend beside it */
  practice: boolean;
}
export type S3ConnectionInfo = ConnectionInfo & S3Connection;
export type BackendInfo = ConnectionInfo & BrokerConnection;

/** Files and folders that a person dropped or chose, before anything is done with them. */
export interface Offer {
  id: string;
  roots: { name: string; path: string; kind: 'file' | 'folder' }[];
}

/** What is in an offer. */
export interface Look {
  files: number;
  /** bytes */
  bytes: number;
  /** the first of those that will not be sent, with the reason */
  problems: { name: string; reason: Reason }[];
  skipped: number;
  failed: number;
}

/** Of a new destination `id` is null. */
export const destinationDraftSchema = z.strictObject({
  id: id.nullable(),
  connectionId: id,
  rules: destinationRulesSchema,
});
export type DestinationDraft = z.input<typeof destinationDraftSchema>;

/** A file of this computer by which a form shows what its rules do. */
export interface Sample {
  id: string;
  name: string;
  /** bytes */
  size: number;
}

/** What rules make of a sample. */
export interface SampleResult {
  /** The sample itself: `size` in bytes; pixels, null: no image, or not told. */
  file: { name: string; size: number; width: number | null; height: number | null };
  /** media type, by its content */
  type: string;
  /** why it would not be sent; null: it would be */
  refusal: Reason | null;
  /** None of what is refused. */
  outputs: {
    role: OutputRole;
    /** of another size of an image */
    name: string | null;
    key: string;
    /** bytes of what is sent; null: it cannot be made here */
    size: number | null;
    type: string;
    /** pixels; null: no image, or not told */
    width: number | null;
    height: number | null;
    /** what was changed, or why nothing was */
    changes: string[];
    headers: Record<string, string>;
    /** behind the domain or CDN of the rules, else at the store itself, for whoever may read it there */
    /** null: the backend says it when it is there */
    url: string | null;
  }[];
}

/** A file of destinations that a person chose, before it is imported. */
export interface DestinationFile {
  id: string;
  /** of the file */
  name: string;
  destinations: {
    name: string;
    /** as the file names it */
    connection: string;
    /** one of this computer has that name */
    connectionId: number | null;
    /** there is a destination of this name already */
    exists: boolean;
  }[];
}

export interface BatchInfo {
  id: number;
  connectionId: number;
  connectionName: string;
  prefix: string;
  /** absolute paths */
  roots: string[];
  /** ms since 1970 */
  createdAt: number;
  /** its folders are still being read */
  scanning: boolean;
  totals: Totals;
  /** bytes of what is done, and of what is under way those that have left */
  arrivedBytes: number;
}

/** What all batches that are not cleared do together. Sent at most four times a second, and only while something moves. */
export interface Progress {
  /** held: a proxy or a backend asks who sends */
  activity: 'idle' | 'scanning' | 'uploading' | 'offline' | 'held' | 'paused' | 'stopped';
  /** why, where `activity` is `stopped`: the journal cannot be written */
  stopped: Reason | null;
  batches: BatchInfo[];
  totals: Totals;
  /** bytes of what is done, and of what is under way those that have left */
  arrivedBytes: number;
  /** bytes of all that is to arrive: what failed, was skipped or cancelled aside */
  wantedBytes: number;
  /** bytes per second, smoothed; null: not known yet */
  rate: number | null;
  /** ms, smoothed; null: not known */
  timeLeft: number | null;
  /** what is being sent: bytes that left of each row, by the id of its transfer */
  active: { id: number; sent: number }[];
  /** Grows whenever a row of a list may look different. */
  revision: number;
}

export type ConnectionTest =
  | { ok: true; capabilities: Capabilities; latency: number }
  | { ok: false; outcome: string; message: string; offer: { create: true } | { region: string } | null };

export type BackendTest =
  | {
      ok: true;
      /** ms */
      latency: number;
      /** who is signed in, as the token says; null: it does not */
      user: string | null;
    }
  | { ok: false; outcome: ErrorKind; message: string };

export interface FoundOnMachine {
  /** of ~/.aws/config and ~/.aws/credentials */
  profiles: { name: string; region: string | null; sso: boolean }[];
  /** How secrets are kept: by the system's keychain, or only obscured, for this Linux has no keyring. */
  secrets: 'protected' | 'obscured';
}

export interface AppInfo {
  version: string;
  platform: 'darwin' | 'win32' | 'linux';
  dataFolder: string;
  logFolder: string;
  /** where the practice bucket keeps its objects; null: it is not running */
  practiceFolder: string | null;
  /** what was done about a damaged journal, to be said once; null: nothing */
  notice: string | null;
}

/** A proxy that has asked for a name and password, or whose name and password are known. */
export interface ProxyState {
  /** its origin */
  proxy: string;
  /** asked: now, of the person; declined: they did not want to answer, and what goes through it waits */
  question: 'none' | 'asked' | 'declined';
  /** the name and password that were given were not taken */
  wrong: boolean;
  /** empty: not known */
  username: string;
  /** run: until Sideline is closed; kept: for later runs too */
  known: 'no' | 'run' | 'kept';
}

/** Of a connection to a backend: who is signed in there, and whether a person is asked. No token, no password. */
export interface SignInState {
  connectionId: number;
  /** There is a token of which the backend has not said that it helps no more. */
  signedIn: boolean;
  /** as it was typed; empty: a token was pasted, or nobody has signed in */
  username: string;
  /** who is signed in, as the token says; null: it does not say */
  user: string | null;
  /** asked: now, of the person; declined: they did not want to answer, and what goes there waits */
  question: 'none' | 'asked' | 'declined';
  /** The backend has asked: what goes there waits. */
  waits: boolean;
}

interface Call<Input, Output> {
  input: Input;
  /** a type only: there is never a value */
  output?: Output;
}

function gives<Output>() {
  return <Input extends z.ZodType>(input: Input): Call<Input, Output> => ({ input });
}

/** name: input, and the type of the output */
export const calls = {
  'app.info': gives<AppInfo>()(nothing),
  'app.openFolder': gives<null>()(z.strictObject({ folder: z.enum(['data', 'logs', 'practice']) })),
  /** Asks where to, and writes it there; the path, or null when the person thought better of it. */
  'app.diagnostics': gives<string | null>()(nothing),

  /** The system's dialog; null: cancelled. */
  'offers.choose': gives<Offer | null>()(z.strictObject({ kind: z.enum(['files', 'folder']) })),
  /** Reads the folders of an offer; may take long. Ends as `invalid-input` when the offer is started or dismissed meanwhile. */
  'offers.look': gives<Look>()(ofOffer),
  'offers.dismiss': gives<null>()(ofOffer),
  /**
   * What would become of an offer; may take long, and says how far it is by `planning`. A plan that is asked for anew takes the
   * place of the one before, which rejects with `superseded`.
   */
  'offers.plan': gives<UploadPlan>()(ofOffer.extend({ placement: placementSchema })),
  /** Rows of the last plan of an offer. */
  'offers.planPage': gives<{ total: number; rows: PlanRow[] }>()(
    ofOffer.extend({ view: planViewSchema, offset: z.int().min(0), limit: z.int().min(1).max(500) }),
  ),
  /** Begins to upload an offer; answers as soon as the batch is in the journal. */
  'offers.start': gives<{ batchId: number }>()(
    ofOffer.extend({ placement: placementSchema, details: batchDetailsSchema }),
  ),

  'transfers.page': gives<Page>()(
    z.strictObject({ view: viewSchema, offset: z.int().min(0), limit: z.int().min(1).max(500) }),
  ),
  'transfers.pause': gives<null>()(whichSchema),
  'transfers.resume': gives<null>()(whichSchema),
  'transfers.cancel': gives<null>()(whichSchema),
  'transfers.retry': gives<{ count: number }>()(whichSchema),
  /** They go before all others, in this order. */
  'transfers.sendFirst': gives<null>()(whichSchema),
  /** Shows the source in the system's file manager. */
  'transfers.reveal': gives<null>()(z.strictObject({ id })),

  'uploads.progress': gives<Progress>()(nothing),
  'uploads.pauseAll': gives<null>()(nothing),
  'uploads.resumeAll': gives<null>()(nothing),
  /** Takes finished batches out of the lists; what they did stays in the journal. Null: all that are finished. */
  'uploads.clear': gives<null>()(z.strictObject({ batchIds: z.array(id).max(1000).nullable() })),

  'connections.list': gives<ConnectionInfo[]>()(nothing),
  'connections.found': gives<FoundOnMachine>()(nothing),
  'connections.save': gives<ConnectionInfo>()(connectionDraftSchema),
  'connections.test': gives<ConnectionTest>()(connectionDraftSchema),
  /** Creates the bucket of the draft, in its region. */
  'connections.createBucket': gives<null>()(connectionDraftSchema),
  'connections.remove': gives<null>()(z.strictObject({ id })),
  /** Starts the practice bucket, and gives its connection. */
  'connections.practice': gives<ConnectionInfo>()(nothing),

  'destinations.list': gives<Destination[]>()(nothing),
  /** All of them, or none: names that are taken are refused. */
  'destinations.save': gives<Destination[]>()(
    z.strictObject({ destinations: z.array(destinationDraftSchema).min(1).max(100) }),
  ),
  'destinations.remove': gives<null>()(z.strictObject({ id })),
  /** The system's dialog for one file; null: cancelled. */
  'destinations.chooseSample': gives<Sample | null>()(nothing),
  /** What rules that are not saved yet make of a sample; null: of a photo that every Sideline has. `fields`: as a batch has them. */
  'destinations.sample': gives<SampleResult>()(
    z.strictObject({
      connectionId: id,
      rules: destinationRulesSchema,
      fields: fieldsSchema,
      sampleId: z.string().min(1).max(64).nullable(),
    }),
  ),
  /** The system's dialog for a file of destinations; null: cancelled. */
  'destinations.readFile': gives<DestinationFile | null>()(nothing),
  /** All of the file, or nothing. `connections`: by the names in the file. `replace`: those that have the same name. */
  'destinations.import': gives<{ imported: number }>()(
    z.strictObject({
      fileId: z.string().min(1).max(64),
      connections: z.record(z.string().max(200), id),
      replace: z.boolean(),
    }),
  ),
  /** Asks where to; the path, or null when the person thought better of it. */
  'destinations.export': gives<string | null>()(z.strictObject({ ids: z.array(id).min(1).max(1000) })),

  'history.page': gives<HistoryPage>()(
    z.strictObject({ query: historyQuerySchema, offset: z.int().min(0), limit: z.int().min(1).max(500) }),
  ),
  'history.item': gives<HistoryItem>()(z.strictObject({ id })),
  /** Batches of which something was sent, the newest first, at most 1,000. */
  'history.batches': gives<HistoryBatch[]>()(nothing),
  /** Tags that batches have. */
  'history.tags': gives<string[]>()(nothing),
  /** Puts the address into the clipboard; of a link, that it expires, and when (ms since 1970). */
  'history.copy': gives<{ expiresAt: number | null }>()(z.strictObject({ id, what: z.enum(['url', 'link']) })),
  /** In the system's browser: the public address, or else a link that expires. */
  'history.open': gives<null>()(z.strictObject({ id })),
  /** Asks where to, and saves a copy that the backend gives; `same`: it is what was sent. Null: thought better of. */
  'history.save': gives<{ file: string; same: boolean } | null>()(z.strictObject({ id })),
  /** Deletes what a backend has of it, and of its session; refused where it has no way to. */
  'history.remove': gives<null>()(z.strictObject({ id })),
  /** Asks where to; the path, or null when the person thought better of it. */
  'history.export': gives<string | null>()(z.strictObject({ batchId: id, form: z.enum(exportForms) })),
  /** Compares what the store holds now; says how far it is by `verifying`. Rejects with `superseded` when it is ended. */
  'history.verify': gives<BatchVerification>()(z.strictObject({ batchId: id })),
  'history.endVerify': gives<null>()(z.strictObject({ batchId: id })),

  /** All that the store tells of one object; `versionId` null: what is there now. */
  'objects.details': gives<ObjectDetails>()(ofObject.extend({ versionId: objectVersion })),
  /** Gives what it then is. Refused where it is no longer what was seen. */
  'objects.change': gives<ObjectDetails>()(
    ofObject.extend({ change: objectChangeSchema, seen: seenObjectSchema.exactOptional() }),
  ),
  /** Makes an earlier version what is there now, by a copy of it. Gives what it then is. */
  'objects.restore': gives<ObjectDetails>()(ofObject.extend({ versionId: objectVersion.unwrap() })),
  /** Asks where to, and brings an earlier version there, as a task; null: the person thought better of it. */
  'objects.saveVersion': gives<{ taskId: number } | null>()(ofObject.extend({ versionId: objectVersion.unwrap() })),

  /** Looks at what an object is, and gives what the page needs to show it; `versionId` null: what is there now. */
  'previews.open': gives<Preview>()(ofObject.extend({ versionId: objectVersion })),
  /** Fetches it, and opens the copy with the program that this computer has for it; the copy goes when Sideline is closed. */
  'previews.outside': gives<null>()(ofObject.extend({ versionId: objectVersion })),
  /**
   * An address of a small picture of each, in the order of the objects; null: there is none of such an object. It is made when the
   * page loads it, which fails where it cannot be made, and no longer when nobody waits for it.
   */
  'previews.thumb': gives<(string | null)[]>()(
    z.strictObject({ connectionId: id, objects: z.array(thumbOfSchema).min(1).max(mostThumbs) }),
  ),

  /** Puts the object's own address into the clipboard, for whoever may read it there. */
  'links.address': gives<null>()(ofObject),
  /** Puts a link that reads the object into the clipboard, and says when it expires (ms since 1970). */
  'links.read': gives<{ expiresAt: number }>()(
    ofObject.extend({
      lifetime: linkLifetime,
      /** what the file is called when it is saved; null: the browser shows it */
      downloadAs: z.string().min(1).max(255).nullable(),
      versionId: objectVersion,
    }),
  ),
  /** The same for an address to which one file can be put. */
  'links.write': gives<{ expiresAt: number }>()(
    ofObject.extend({
      lifetime: linkLifetime,
      contentType: z
        .string()
        .regex(/^[a-z]+\/[a-z0-9][a-z0-9!#$&^_.+-]{0,126}$/, 'a type is written like image/jpeg')
        .nullable(),
    }),
  ),
  /** Asks where to, and writes a page there with which others upload; null: the person thought better of it. */
  'links.form': gives<{ file: string; expiresAt: number } | null>()(
    z.strictObject({ connectionId: id, limits: formLimitsSchema }),
  ),

  /**
   * Begins to list what is under a prefix; `search` null: its objects and folders, else all objects below it whose names have it.
   * It is loaded to its end; `browsing` says when more has come. The last six stay open.
   */
  'browse.open': gives<BrowseStatus>()(
    z.strictObject({ connectionId: id, prefix: prefixSchema, search: z.string().min(1).max(200).nullable() }),
  ),
  /** Rows of a listing, of what is known by now. */
  'browse.page': gives<BrowsePage>()(
    ofListing.extend({ view: browseViewSchema, offset: z.int().min(0), limit: z.int().min(1).max(500) }),
  ),
  /** Where an object, or a folder with the slash at its end, is in a view; null: it is not shown. */
  'browse.place': gives<number | null>()(ofListing.extend({ view: browseViewSchema, key: prefixSchema })),
  /** How many of its rows are selected, as far as they are known by now. */
  'browse.selected': gives<{ rows: number }>()(ofListing.extend({ selection: browseSelectionSchema })),
  /** Loads it anew; what was there is shown until that is done. */
  'browse.refresh': gives<null>()(ofListing),
  'browse.close': gives<null>()(ofListing),
  /** Counts what is below a prefix, or in a selection with its folders; `counting` says how far it is. */
  'browse.count': gives<{ countId: number }>()(
    z.union([
      z.strictObject({ connectionId: id, prefix: prefixSchema }),
      ofListing.extend({ selection: browseSelectionSchema }),
    ]),
  ),
  'browse.endCount': gives<null>()(z.strictObject({ countId: id })),
  /** Those that the connection's credentials can list; many may list none. */
  'browse.buckets': gives<BucketInfo[]>()(z.strictObject({ connectionId: id })),
  /** The connection over which another bucket of the store is looked into: it is made where there is none yet. */
  'browse.useBucket': gives<{ connectionId: number }>()(
    z.strictObject({ connectionId: id, bucket: s3ConfigSchema.shape.bucket }),
  ),
  /** What may be done over a connection to a bucket; `rights` says when a store has denied something else. */
  'rights.of': gives<ConnectionRights>()(z.strictObject({ connectionId: id })),

  /**
   * Looks at what would be deleted, and answers at once; `surveying` says how far it is. What is selected in a listing are its
   * objects and all below its folders.
   */
  'deletions.survey': gives<DeletionSurvey>()(
    z.union([
      z.strictObject({ connectionId: id, target: deletionTargetSchema }),
      ofListing.extend({ selection: browseSelectionSchema }),
    ]),
  ),
  'deletions.surveyed': gives<DeletionSurvey>()(ofSurvey),
  /** Nobody means it any more. */
  'deletions.dismiss': gives<null>()(ofSurvey),
  /** `confirm`: what a person typed, where the survey says that it is needed. Just what was surveyed is deleted. */
  'deletions.start': gives<{ taskId: number; deletionId: string }>()(
    ofSurvey.extend({ confirm: z.string().max(2000).nullable() }),
  ),
  /** Brings back what was deleted, where the bucket keeps versions. */
  'deletions.undo': gives<{ taskId: number }>()(ofDeletion),
  /** Deletes what is left of one that was cut short, or of which some failed. `confirm`: as for `deletions.start`. */
  'deletions.goOn': gives<{ taskId: number }>()(ofDeletion.extend({ confirm: z.string().max(2000).nullable() })),
  /**
   * Objects below a prefix that are deleted and kept, whoever deleted them: what one look finds; `next`: the key after which it goes
   * on, null: that was all.
   */
  'deletions.deleted': gives<{ objects: DeletedObject[]; next: string | null }>()(
    z.strictObject({ connectionId: id, prefix: prefixSchema, after: keySchema.nullable() }),
  ),
  /** Makes these what is there again, or all that is deleted below the prefix, as a task. */
  'deletions.bringBack': gives<{ taskId: number }>()(
    z.strictObject({
      connectionId: id,
      prefix: prefixSchema,
      marks: z.array(deletedMarkSchema).min(1).max(1000).nullable(),
    }),
  ),
  /** The newest first; those of the terminal too. */
  'deletions.list': gives<{ total: number; deletions: DeletionInfo[] }>()(
    z.strictObject({ offset: z.int().min(0), limit: z.int().min(1).max(100) }),
  ),
  'deletions.info': gives<DeletionInfo>()(ofDeletion),
  /** What became of each; `outcomes` empty: of all. */
  'deletions.page': gives<{ total: number; entries: DeletionEntry[] }>()(
    ofDeletion.extend({
      outcomes: z.array(z.enum(deletionOutcomes)).max(deletionOutcomes.length),
      offset: z.int().min(0),
      limit: z.int().min(1).max(500),
    }),
  ),
  /** Asks where to; the path, or null when the person thought better of it. */
  'deletions.export': gives<string | null>()(ofDeletion.extend({ format: z.enum(['csv', 'json']) })),

  /**
   * Asks for a folder, and brings there what is chosen, as a task; null: the person thought better of it. Files that are there and
   * are not equal stay, unless `overwrite`. Begun again with the same folder it goes on where it was cut.
   */
  'downloads.start': gives<{ taskId: number } | null>()(
    z.strictObject({ chosen: chosenSchema, overwrite: z.boolean() }),
  ),
  /** Into a folder, under their own names, as a task; the connection may be another one. `access`: who may read them may read the copies. */
  'objects.copy': gives<{ taskId: number }>()(objectTransferSchema),
  /** As `objects.copy`; each is deleted once its copy is proved. */
  'objects.move': gives<{ taskId: number }>()(objectTransferSchema),
  /** An object, or a folder where both end with a slash; as a task. */
  'objects.rename': gives<{ taskId: number }>()(
    z.strictObject({ connectionId: id, from: keySchema, to: keySchema, overwrite: z.boolean() }),
  ),
  /** An empty object that stands for a folder; `object-exists` where there is one. Its key. */
  'objects.newFolder': gives<{ key: string }>()(
    z.strictObject({ connectionId: id, prefix: prefixSchema, name: keySchema }),
  ),

  /** What was begun with objects, the oldest first; `tasks` says when it changes. */
  'tasks.list': gives<AdminTask[]>()(nothing),
  'tasks.cancel': gives<null>()(z.strictObject({ id })),
  /** What failed, or all of what ended early, once more, as another task. */
  'tasks.retry': gives<{ id: number }>()(z.strictObject({ id })),
  /** What failed because something else has its name: in the same place, as another task, which replaces that. */
  'tasks.replace': gives<{ id: number }>()(z.strictObject({ id })),
  /** Takes those that have ended out of the list. */
  'tasks.clear': gives<null>()(nothing),
  /** Shows what it put on this computer in the system's file manager. */
  'tasks.reveal': gives<null>()(z.strictObject({ id })),

  /** Reads a bucket's settings and judges them for the destinations in use. Rejects where nothing at all can be read. */
  'bucketCheck.run': gives<BucketCheck>()(z.strictObject({ connectionId: id })),
  /** The exact change, before it is made. */
  'bucketCheck.preview': gives<MendPreview>()(z.strictObject({ connectionId: id, mend: mendSchema })),
  /** Makes it; rejects with `setting-changed` where the setting is no longer what was shown. */
  'bucketCheck.apply': gives<MendResult>()(z.strictObject({ previewId: z.string().min(1).max(64) })),
  /** Those that were made from this computer, the newest first. */
  'bucketCheck.changes': gives<SettingChange[]>()(z.strictObject({ connectionId: id })),
  /** What would put back what was there before one of them; `bucketCheck.apply` makes it. */
  'bucketCheck.previewBack': gives<MendPreview>()(z.strictObject({ connectionId: id, changeId: logIdSchema })),
  /** The least that a key must be allowed for a destination, as JSON text. */
  'bucketCheck.policy': gives<{ text: string }>()(ofPolicy),
  /** Asks where to, and writes it there; the path, or null when the person thought better of it. */
  'bucketCheck.savePolicy': gives<string | null>()(ofPolicy),

  /** Begins to look for what nobody knows of, in the place of the search before; `orphans` says how far it is. */
  'orphans.scan': gives<OrphanScan>()(
    z.strictObject({ connectionId: id, destinationId: id.nullable(), olderThan: orphanAge }),
  ),
  /** The last search, or none. */
  'orphans.list': gives<OrphanScan[]>()(nothing),
  /** Rows of one of its lists, of what is known by now. */
  'orphans.page': gives<OrphanPage>()(
    ofScan.extend({ list: z.enum(orphanLists), offset: z.int().min(0), limit: z.int().min(1).max(500) }),
  ),
  /** What was found so far stays. */
  'orphans.cancel': gives<null>()(ofScan),
  /** How many of the uploads `orphans.abortUploads` would abort, and the bytes of those whose size is known. */
  'orphans.abortable': gives<{ count: number; bytes: number }>()(ofOrphans.extend({ olderThan: orphanAge })),
  /** Aborts those of the uploads that are older, as a task. */
  'orphans.abortUploads': gives<{ taskId: number }>()(ofOrphans.extend({ olderThan: orphanAge })),
  /** Begins a deletion of the objects that are not known: it goes on as `deletions.survey` does, and asks. */
  'orphans.surveyUnknown': gives<DeletionSurvey>()(ofOrphans),
  /** Asks where to, and writes a list there; the path, or null when the person thought better of it. */
  'orphans.export': gives<string | null>()(
    ofScan.extend({ list: z.enum(orphanLists), format: z.enum(['csv', 'json']) }),
  ),
  /** What `orphans.forgetMissing` would do. */
  'orphans.forgettable': gives<Forgettable>()(ofOrphans),
  /** The history no longer says that so many objects are there; records of backends are deleted by a task, null: there are none. */
  'orphans.forgetMissing': gives<{ count: number; taskId: number | null }>()(ofOrphans),

  'settings.get': gives<Settings>()(nothing),
  /** A name and password in the proxy's address go to the secrets: neither this nor `settings.get` gives them back. */
  'settings.set': gives<Settings>()(settingsSchema),

  /** Signs in first: nothing is stored with a sign-in that the backend does not take. Without one it can be given later. */
  'backends.save': gives<ConnectionInfo>()(backendDraftSchema),
  'backends.test': gives<BackendTest>()(backendDraftSchema),
  /** What went over it since it was added. */
  'backends.counts': gives<BrokerCounts>()(z.strictObject({ id })),

  'signIns.list': gives<SignInState[]>()(nothing),
  /** Null: not now. It is then not asked again until somebody resumes, retries, or calls `signIns.ask`. */
  'signIns.answer': gives<null>()(z.strictObject({ connectionId: id, signIn: backendSignInSchema.nullable() })),
  /** Asks the person, whatever was asked before. */
  'signIns.ask': gives<null>()(z.strictObject({ connectionId: id })),
  /** Forgets the token. */
  'signIns.out': gives<null>()(z.strictObject({ connectionId: id })),

  'proxies.list': gives<ProxyState[]>()(nothing),
  /** Null: not now. It is then not asked again until somebody resumes, retries, tests, or calls `proxies.ask`. */
  'proxies.answer': gives<null>()(z.strictObject({ proxy, login: proxyLoginSchema.nullable() })),
  /** Asks again where it was declined. */
  'proxies.ask': gives<null>()(z.strictObject({ proxy })),
  /** What is under way through it begins anew. */
  'proxies.forget': gives<null>()(z.strictObject({ proxy })),
} as const;

export type CallName = keyof typeof calls;
export type CallInput<Name extends CallName> = z.input<(typeof calls)[Name]['input']>;
export type ParsedInput<Name extends CallName> = z.output<(typeof calls)[Name]['input']>;
export type CallOutput<Name extends CallName> =
  (typeof calls)[Name] extends Call<z.ZodType, infer Output> ? Output : never;

/** What main answers to any call, whatever was thrown at it. */
export type Answer<Output> = { ok: true; output: Output } | { ok: false; error: Reason };

/** What main pushes. */
export interface Events {
  progress: Progress;
  connections: ConnectionInfo[];
  destinations: Destination[];
  /** how far the plan of an offer is */
  planning: { offerId: string; files: number; bytes: number };
  /** how far the comparison of a batch is. objects */
  verifying: { batchId: number; done: number; total: number };
  /** Listings of which a page may look different. At most four times a second */
  browsing: BrowseStatus[];
  /** at most four times a second of each count, and once when it is done */
  counting: BrowseCount;
  /** what would be deleted, as far as it is counted. At most four times a second of each, and once when it is done */
  surveying: DeletionSurvey;
  /** at most four times a second */
  tasks: AdminTask[];
  /** at most four times a second, and once when it has ended */
  orphans: OrphanScan;
  /** the readings of a bucket check, each as it comes */
  checking: CheckReading;
  /** what a store has denied, by connection: all that is known of it */
  rights: { connectionId: number; denials: readonly Denial[] };
  settings: Settings;
  proxies: ProxyState[];
  signIns: SignInState[];
  /** Paths that came by another way than the window: a second start, the dock, the system's "open with". */
  offer: Offer;
  /** A menu item that the window carries out. */
  command: Command;
  /** Somebody is needed, or something is worth a sentence. */
  notice: { level: 'info' | 'warning' | 'error'; text: string };
}
export type EventName = keyof Events;

export const commands = [
  'add-files',
  'add-folder',
  'show-uploads',
  'show-browse',
  'show-history',
  'show-destinations',
  'show-connections',
  'show-bucket',
  'show-settings',
  'show-deletions',
  'search',
  'pause-all',
  'resume-all',
  'retry-failed',
  'clear-finished',
] as const;
export type Command = (typeof commands)[number];

export { channels } from './channels.ts';

/** The paths of a drop, as the preload script has them from the system. */
export const dropSchema = z.array(z.string().min(1).max(32_768)).min(1).max(10_000);

/** What the preload script puts into the window: `window.sideline`. */
export interface Bridge {
  call(name: string, input: unknown): Promise<Answer<unknown>>;
  /** Of the files of a drop event; folders are given as they are. */
  drop(files: readonly unknown[]): Promise<Answer<Offer>>;
  /** Returns what ends it. */
  on(listener: (name: EventName, payload: never) => void): () => void;
}
