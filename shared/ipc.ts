/**
 * The contract between the window and the main process: every call and every event, and nothing else crosses. Main parses each
 * input by its schema here; the window's side (renderer/ipc.ts) has its types from the same list.
 */
import { z } from 'zod';
import type { AdminTask } from './admin-tasks.ts';
import {
  s3ConfigSchema,
  credentialsSchema,
  type Capabilities,
  type Connection,
  type S3Connection,
  type Totals,
} from './domain.ts';
import { batchDetailsSchema, destinationRulesSchema, type Destination } from './destination.ts';
import type { Reason } from './errors.ts';
import {
  exportForms,
  historyQuerySchema,
  type BatchVerification,
  type HistoryBatch,
  type HistoryItem,
  type HistoryPage,
} from './history.ts';
import type { OutputRole } from './output.ts';
import type { Denial } from './rights.ts';
import { settingsSchema, type Settings } from './settings.ts';
import { viewSchema, type Page } from './transfer-list.ts';
import { fieldsSchema, placementSchema, planViewSchema, type PlanRow, type UploadPlan } from './upload-plan.ts';

const id = z.int().positive();
const nothing = z.strictObject({});

/** Transfers that a command means: these, or all that a view shows. */
const whichSchema = z.union([
  z.strictObject({ ids: z.array(id).min(1).max(10_000) }),
  z.strictObject({ view: viewSchema }),
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

export interface ConnectionInfo extends Connection {
  /** it is the practice bucket of this app */
  practice: boolean;
}
export type S3ConnectionInfo = ConnectionInfo & S3Connection;

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
  /** held: a proxy asks for a name and password */
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
  /** what is being sent: bytes that left of each, by the transfer's id */
  active: { id: number; sent: number }[];
  /** Grows whenever a row of a list may look different. */
  revision: number;
}

export type ConnectionTest =
  | { ok: true; capabilities: Capabilities; latency: number }
  | { ok: false; outcome: string; message: string; offer: { create: true } | { region: string } | null };

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
  /** Asks where to; the path, or null when the person thought better of it. */
  'history.export': gives<string | null>()(z.strictObject({ batchId: id, form: z.enum(exportForms) })),
  /** Compares what the store holds now; says how far it is by `verifying`. Rejects with `superseded` when it is ended. */
  'history.verify': gives<BatchVerification>()(z.strictObject({ batchId: id })),
  'history.endVerify': gives<null>()(z.strictObject({ batchId: id })),

  /** What was begun with objects, the oldest first; `tasks` says when it changes. */
  'tasks.list': gives<AdminTask[]>()(nothing),
  'tasks.cancel': gives<null>()(z.strictObject({ id })),
  /** What failed, once more, as another task. */
  'tasks.retry': gives<{ id: number }>()(z.strictObject({ id })),
  /** Takes those that have ended out of the list. */
  'tasks.clear': gives<null>()(nothing),
  /** Shows what it put on this computer in the system's file manager. */
  'tasks.reveal': gives<null>()(z.strictObject({ id })),

  'settings.get': gives<Settings>()(nothing),
  /** A name and password in the proxy's address go to the secrets: neither this nor `settings.get` gives them back. */
  'settings.set': gives<Settings>()(settingsSchema),

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
  /** at most four times a second */
  tasks: AdminTask[];
  /** what a store has denied, by connection: all that is known of it */
  rights: { connectionId: number; denials: readonly Denial[] };
  settings: Settings;
  proxies: ProxyState[];
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
  'show-history',
  'show-destinations',
  'show-connections',
  'show-settings',
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
