/**
 * How a backend is spoken to: where it is, its paths, the names of its fields, what is sent besides. The defaults are what the
 * four systems' documents have, so that a backend like one of them needs other settings and no code. No secret is in here.
 */
import { z } from 'zod';
import { SidelineError } from './errors.ts';
import { broker as words } from './strings/broker.ts';

const says = words.settings;

/** bytes. https://docs.aws.amazon.com/AmazonS3/latest/userguide/upload-objects.html: what one PUT, or one form, may carry */
export const largestPut = 5 * 1024 ** 3;

/** Where it is, without a slash at the end; it may have a path. */
const baseUrl = z
  .string(says.address)
  .trim()
  .superRefine((text, context) => {
    const problem = problemOfBase(text);
    if (problem !== null) context.addIssue({ code: 'custom', message: problem });
  })
  .transform((text) => (URL.canParse(text) ? plain(new URL(text)) : text));

function plain({ origin, pathname }: URL): string {
  return `${origin}${pathname}`.replace(/\/+$/, '');
}

function problemOfBase(text: string): string | null {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !/^https?:$/.test(url.protocol)) return says.address;
  if (url.protocol === 'http:' && !isThisComputer(url.hostname)) return says.secure;
  const bare = url.username === '' && url.password === '' && !/[?#]/.test(text);
  return bare ? null : says.bare;
}

/** What never leaves this computer. https://www.w3.org/TR/secure-contexts/#localhost */
function isThisComputer(host: string): boolean {
  return /^(localhost|.+\.localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(host);
}

/** From the base URL on; each placeholder of `names` must be in it, and no other. */
function path(usual: string, ...names: string[]) {
  return z
    .string()
    .max(500)
    .superRefine((text, context) => {
      const problem = problemOfPath(text, names);
      if (problem !== null) context.addIssue({ code: 'custom', message: problem });
    })
    .default(usual);
}

function problemOfPath(text: string, names: readonly string[]): string | null {
  const found = [...text.matchAll(/\{([^{}]*)\}/g)].map(([, name = '']) => name);
  const other = found.find((name) => !names.includes(name));
  if (other !== undefined) return says.noPlaceholder(other);
  const missing = names.find((name) => !found.includes(name));
  if (missing !== undefined) return says.placeholder(missing);
  const rest = text.replaceAll(/\{[^{}]*\}/g, 'x');
  const fine = /^\/[\w.~%!$&'()*+,;=:@/-]*$/.test(rest) && !rest.split('/').some((part) => /^\.{1,2}$/.test(part));
  return fine ? null : says.path;
}

/** as `path`; null: this backend does not have the call */
const mayPath = (usual: string, ...names: string[]) =>
  path(usual, ...names)
    .unwrap()
    .nullable()
    .default(usual);

const fieldName = z.string().regex(/^[A-Za-z_][\w-]{0,63}$/, says.field);
/** of what is sent */
const asks = (usual: string) => fieldName.default(usual);
/** null: it is not sent */
const mayAsk = (usual: string | null) => fieldName.nullable().default(usual);

const answerName = z.string().regex(/^[A-Za-z_][\w-]{0,63}(\.[A-Za-z_][\w-]{0,63}){0,4}$/, says.answerField);
/** of what is answered */
const gives = (usual: string) => answerName.default(usual);
/** null: the answer does not have it */
const mayGive = (usual: string | null) => answerName.nullable().default(usual);

/** sent with a call besides its own fields, which win */
const extra = z.record(fieldName, z.union([z.string().max(1000), z.number(), z.boolean()])).default({});

/** Headers for the file, by name: those of x-amz- and x-goog- are sent where the signed address asks for them, others always. */
const headers = (usual: Record<string, string>) =>
  z
    .record(
      z.string().regex(/^[a-z][a-z0-9-]{0,63}$/, says.header),
      z
        .string()
        .max(1024)
        .regex(/^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/, says.headerValue),
    )
    .default(usual);

/** bytes */
const largest = (usual: number, most = largestPut) => {
  const message = says.largest(String(most));
  return z.int(message).min(1, message).max(most, message).default(usual);
};

/** how long what is handed out is valid, where neither it nor the answer says so. s */
const life = (usual: number) => z.int(says.seconds).min(10, says.seconds).max(604_800, says.seconds).default(usual);

const ownKeys = (usual: string) =>
  z
    .string()
    .max(500)
    .superRefine((text, context) => {
      const found = [...text.matchAll(/\{([^{}]*)\}/g)].map(([, name]) => name);
      const known = found.every((name) => name === 'user_id' || name === 'session_id');
      if (!known || !found.includes('user_id')) context.addIssue({ code: 'custom', message: says.ownKeys });
    })
    .nullable()
    .default(usual);

const everySignIn = {
  /** the word before the token in the Authorization header: Bearer, or Token and JWT of older Django */
  scheme: z
    .string()
    .regex(/^[A-Za-z][\w-]{0,31}$/, says.field)
    .default('Bearer'),
  refreshPath: mayPath('/api/auth/refresh'),
  refreshField: asks('refresh_token'),
  gives: z
    .strictObject({
      accessToken: gives('access_token'),
      refreshToken: mayGive('refresh_token'),
      /** s */
      expiresIn: mayGive('expires_in'),
    })
    .prefault({}),
  /** of the token, where it is a JWT: who is signed in */
  userClaim: fieldName.default('sub'),
};

/** No document describes it; these are the usual names of FastAPI and Django. */
const signIn = z
  .discriminatedUnion(
    'how',
    [
      /** pasted */
      z.strictObject({ how: z.literal('token'), ...everySignIn }),
      z.strictObject({
        how: z.literal('password'),
        ...everySignIn,
        path: path('/api/auth/login'),
        /** `form`: as FastAPI's OAuth2PasswordRequestForm wants it */
        body: z.enum(['json', 'form']).default('json'),
        username: asks('username'),
        password: asks('password'),
      }),
    ],
    { error: says.choice('token, password') },
  )
  .prefault({ how: 'token' });

const everyKind = { baseUrl, signIn };

/** F: presigned PUT, and a word that it is there. */
const fitness = z
  .strictObject({
    kind: z.literal('fitness'),
    ...everyKind,
    paths: z
      .strictObject({
        place: path('/api/storage/presigned-url'),
        complete: mayPath('/api/storage/upload-complete'),
      })
      .prefault({}),
    asks: z
      .strictObject({
        fileType: asks('file_type'),
        contentType: asks('content_type'),
        fileName: mayAsk(null),
        /** bytes */
        size: mayAsk(null),
      })
      .prefault({}),
    gives: z
      .strictObject({
        url: gives('presigned_url'),
        publicUrl: mayGive('public_url'),
        key: mayGive(null),
        /** s */
        expiresIn: mayGive(null),
        /** texts by name, to be sent with the file */
        headers: mayGive(null),
      })
      .prefault({}),
    tells: z.strictObject({ fileType: asks('file_type'), fileUrl: asks('file_url') }).prefault({}),
    extra: z.strictObject({ place: extra, complete: extra }).prefault({}),
    headers: headers({ 'x-amz-acl': 'public-read' }),
    largestFile: largest(largestPut),
    life: life(300),
  })
  .superRefine(({ paths, gives }, context) => {
    if (paths.complete === null || gives.publicUrl !== null || gives.key !== null) return;
    context.addIssue({ code: 'custom', path: ['gives', 'publicUrl'], message: says.nothingToTell });
  });

/** I: a session with a video and its thumbnail, each by presigned PUT. */
const idance = z.strictObject({
  kind: z.literal('idance'),
  ...everyKind,
  paths: z
    .strictObject({
      start: path('/api/sessions/start'),
      video: path('/api/s3/upload/video'),
      thumbnail: path('/api/s3/upload/thumbnail'),
      complete: path('/api/sessions/complete'),
      remove: mayPath('/api/s3/files/{file_key}', 'file_key'),
      link: mayPath('/api/s3/files/{file_key}/url', 'file_key'),
    })
    .prefault({}),
  asks: z
    .strictObject({
      sessionId: asks('session_id'),
      extension: asks('file_extension'),
      contentType: asks('content_type'),
      /** of videos; MiB */
      megabytes: mayAsk('file_size_mb'),
    })
    .prefault({}),
  gives: z
    .strictObject({
      /** of the start: the document does not say; the name is that of the completion */
      sessionId: gives('sessionId'),
      url: gives('upload_url'),
      key: gives('file_key'),
      contentType: mayGive('content_type'),
      /** s */
      expiresIn: mayGive('expires_in'),
      publicUrl: mayGive('file_url'),
      headers: mayGive(null),
      link: gives('download_url'),
    })
    .prefault({}),
  tells: z
    .strictObject({
      sessionId: asks('sessionId'),
      endTime: asks('endTime'),
      minutes: asks('durationMinutes'),
      calories: asks('caloriesBurned'),
      videoUrl: asks('videoURL'),
      videoKey: asks('videoFileKey'),
      thumbnailUrl: mayAsk('thumbnailURL'),
      thumbnailKey: mayAsk('thumbnailFileKey'),
    })
    .prefault({}),
  extra: z.strictObject({ start: extra, place: extra, complete: extra }).prefault({}),
  headers: headers({}),
  /** What a key of one's own begins with; null: not looked at. */
  ownKeys: z
    .strictObject({
      video: ownKeys('sessions/{user_id}/{session_id}/'),
      thumbnail: ownKeys('thumbnails/{user_id}/{session_id}/'),
    })
    .prefault({}),
  largestFile: largest(largestPut),
  life: life(3600),
});

/** U: a form that the storage takes, and a record with a status. The document names functions, not paths. */
const uploadModule = z.strictObject({
  kind: z.literal('upload-module'),
  ...everyKind,
  paths: z
    .strictObject({
      start: path('/api/uploads/start'),
      complete: path('/api/uploads/{upload_id}/complete', 'upload_id'),
      failed: mayPath('/api/uploads/{upload_id}/failed', 'upload_id'),
      status: mayPath('/api/uploads/{upload_id}', 'upload_id'),
      link: mayPath('/api/uploads/{upload_id}/url', 'upload_id'),
      remove: mayPath('/api/uploads/{upload_id}', 'upload_id'),
      list: mayPath('/api/uploads'),
    })
    .prefault({}),
  asks: z
    .strictObject({
      fileName: asks('original_filename'),
      contentType: asks('content_type'),
      /** bytes: exactly those of the file, which the form's policy then enforces */
      maxSize: mayAsk('max_file_size'),
      prefix: mayAsk('prefix'),
      public: mayAsk('public'),
      reason: asks('reason'),
      presigned: mayAsk('presigned'),
      expires: mayAsk('expires'),
      listPrefix: mayAsk('prefix'),
      listLimit: mayAsk('max_keys'),
    })
    .prefault({}),
  gives: z
    .strictObject({
      /** false in an answer: it was refused */
      success: mayGive('success'),
      url: gives('form_url'),
      fields: gives('form_fields'),
      id: gives('upload_id'),
      key: gives('form_fields.key'),
      publicUrl: mayGive(null),
      status: gives('upload.status'),
      link: gives('url'),
      objects: gives('objects'),
      truncated: mayGive('truncated'),
      objectKey: gives('key'),
      objectSize: gives('size'),
      objectTime: mayGive('last_modified'),
      objectId: mayGive('upload_id'),
    })
    .prefault({}),
  /** of the form, for the file, which comes last */
  fileField: asks('file'),
  extra: z.strictObject({ place: extra, complete: extra }).prefault({}),
  largestFile: largest(largestPut),
  life: life(3600),
});

/** P: the file goes to the backend itself, with what is known of it. */
const plugs = z.strictObject({
  kind: z.literal('plugs'),
  ...everyKind,
  paths: z
    .strictObject({
      media: path('/api/v1/events/{event_id}/media', 'event_id'),
      download: mayPath('/api/v1/events/{event_id}/media/{media_id}/download', 'event_id', 'media_id'),
      stream: mayPath('/api/v1/events/{event_id}/media/{media_id}/stream', 'event_id', 'media_id'),
      remove: mayPath('/api/v1/events/{event_id}/media/{media_id}', 'event_id', 'media_id'),
    })
    .prefault({}),
  asks: z
    .strictObject({
      file: asks('file'),
      title: mayAsk('title'),
      description: mayAsk('description'),
      tags: mayAsk('tags'),
      fileType: mayAsk('file_type'),
      skip: mayAsk('skip'),
      limit: mayAsk('limit'),
    })
    .prefault({}),
  gives: z
    .strictObject({
      id: gives('id'),
      url: mayGive('file_url'),
      key: mayGive('s3_key'),
      type: gives('file_type'),
      /** bytes */
      size: gives('file_size'),
      title: mayGive('title'),
      description: mayGive('description'),
      tags: mayGive('tags'),
      createdAt: mayGive('created_at'),
      updatedAt: mayGive('updated_at'),
      /** of a list, where the answer is not the list itself */
      items: mayGive(null),
    })
    .prefault({}),
  extra: z.strictObject({ place: extra }).prefault({}),
  largestFile: largest(10 * 1024 * 1024, 5 * 1024 ** 4),
});

export const brokerSettingsSchema = z.discriminatedUnion('kind', [fitness, idance, uploadModule, plugs], {
  error: says.kind,
});
export type BrokerSettings = z.output<typeof brokerSettingsSchema>;
export type BrokerKind = BrokerSettings['kind'];
export const brokerKinds = ['fitness', 'idance', 'upload-module', 'plugs'] as const satisfies readonly BrokerKind[];
/** Whether files go there in sessions: a video, with the picture that belongs to it. */
export function hasSessions({ kind }: Pick<BrokerSettings, 'kind'>): boolean {
  return kind === 'idance';
}
export type SettingsOf<K extends BrokerKind> = Extract<BrokerSettings, { kind: K }>;
export type SignInSettings = BrokerSettings['signIn'];

export interface SettingsProblem {
  /** as `paths.place`; empty: the whole */
  field: string;
  words: string;
}

/** What was entered, with the defaults where nothing was; or what is wrong with it, field by field. */
export function checkBrokerSettings(
  input: unknown,
): { settings: BrokerSettings; problems: null } | { settings: null; problems: SettingsProblem[] } {
  const parsed = brokerSettingsSchema.safeParse(input, { error: wordsOf });
  if (parsed.success) return { settings: parsed.data, problems: null };
  const problems = parsed.error.issues.map(({ path, message }) => ({ field: path.join('.'), words: message }));
  return { settings: null, problems };
}

/** As `checkBrokerSettings`. Throws `invalid-input` with every field that is wrong. */
export function parseBrokerSettings(input: unknown): BrokerSettings {
  const { settings, problems } = checkBrokerSettings(input);
  if (settings !== null) return settings;
  const lines = problems.map(({ field, words }) => (field === '' ? words : `${field}: ${words}`));
  throw new SidelineError('invalid-input', { subject: lines.join(' ') });
}

/** For what has no words of its own: zod's speak of types to programmers. */
function wordsOf(issue: z.core.$ZodRawIssue): string | undefined {
  if (issue.code === 'invalid_type') return says.expected(words.shapes[issue.expected] ?? issue.expected);
  if (issue.code === 'unrecognized_keys') return says.unknown(issue.keys.join(', '));
  if (issue.code === 'invalid_key') return issue.issues[0]?.message;
  if (issue.code === 'too_big') return says.longest(Number(issue.maximum));
  if (issue.code === 'invalid_value') return says.choice(issue.values.map(String).join(', '));
  return undefined;
}
