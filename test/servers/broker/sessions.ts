/**
 * I, iDance sessions (FastAPI).
 *
 *   POST   /api/sessions/start           {} -> {sessionId, status, startTime}; its answer is not in the document
 *   POST   /api/s3/upload/video          {session_id, file_extension?, content_type?, file_size_mb?}
 *   POST   /api/s3/upload/thumbnail        -> {upload_url, file_key, content_type, expires_in, file_url}
 *   POST   /api/sessions/complete        {sessionId, endTime, durationMinutes, caloriesBurned, videoURL, videoFileKey,
 *                                         thumbnailURL?, thumbnailFileKey?} -> the session
 *   GET    /api/s3/files/{file_key}/url  -> {file_key, download_url, expires_in}
 *   DELETE /api/s3/files/{file_key}      -> {message}; the slashes of a key as they are, or as %2F
 */
import { randomBytes, randomUUID } from 'node:crypto';
import { z } from 'zod';
import { refuseFailingRecord, validityOf, type Backend } from './backend.ts';
import { faultOf } from './faults.ts';
import {
  fastApi,
  fileTime,
  ok,
  readJson,
  Refusal,
  type JsonValue,
  type Call,
  type Reply,
  type Route,
  type System,
} from './http.ts';
import type { SessionRecord } from './records.ts';

/** s */
const lifeOfUrl = 3600;

interface FileKind {
  folder: 'sessions' | 'thumbnails';
  /** media type by extension; the first is meant where a request names none */
  types: Readonly<Record<string, string>>;
}

const kinds = {
  video: {
    folder: 'sessions',
    types: { mp4: 'video/mp4', mov: 'video/quicktime', avi: 'video/x-msvideo', webm: 'video/webm' },
  },
  thumbnail: {
    folder: 'thumbnails',
    types: { jpg: 'image/jpeg', jpeg: 'image/jpeg', png: 'image/png', webp: 'image/webp' },
  },
} satisfies Record<string, FileKind>;

/** The document's own flow names the session alone. */
const uploadSchema = (kind: FileKind) => {
  const [extension = '', type = ''] = Object.entries(kind.types)[0] ?? [];
  return z.object({
    session_id: z.string(),
    file_extension: z.string().default(extension),
    content_type: z.string().default(type),
    file_size_mb: z.number().nonnegative().optional(),
  });
};

const completeSchema = z.object({
  sessionId: z.string(),
  endTime: z.iso.datetime({ offset: true }),
  durationMinutes: z.number().nonnegative(),
  caloriesBurned: z.number().nonnegative(),
  videoURL: z.string(),
  videoFileKey: z.string(),
  thumbnailURL: z.string().optional(),
  thumbnailFileKey: z.string().optional(),
});
type Completion = z.output<typeof completeSchema>;

export function sessions(backend: Backend): System {
  const upload = (name: keyof typeof kinds): Route => ({
    method: 'POST',
    path: new RegExp(`^/api/s3/upload/${name}$`),
    answer: (call) => place(backend, call, kinds[name]),
  });
  return {
    ...fastApi,
    prefixes: ['/api/sessions/', '/api/s3/'],
    signedIn: true,
    routes: [
      { method: 'POST', path: /^\/api\/sessions\/start$/, answer: (call) => start(backend, call) },
      { method: 'POST', path: /^\/api\/sessions\/complete$/, answer: (call) => complete(backend, call) },
      upload('video'),
      upload('thumbnail'),
      { method: 'GET', path: /^\/api\/s3\/files\/(.+)\/url$/, answer: (call) => link(backend, call) },
      { method: 'DELETE', path: /^\/api\/s3\/files\/(.+)$/, answer: (call) => remove(backend, call) },
    ],
  };
}

async function start({ records }: Backend, call: Call): Promise<Reply> {
  await readJson(call, z.object({}));
  refuseFailingRecord(call);
  const id = randomUUID();
  const startTime = new Date().toISOString();
  const opened = { id, user_id: call.user.id, status: 'in_progress' as const, started_at: startTime };
  records.addSession({ ...opened, completed_at: null, completion: null });
  return ok({ sessionId: id, status: 'in_progress', startTime });
}

function ownSession({ records }: Backend, { faults, user }: Call, id: string): SessionRecord {
  const session = faultOf(faults, 'unknown-session') === undefined ? records.session(id) : undefined;
  if (session === undefined) throw new Refusal(404, 'Session not found');
  if (session.user_id !== user.id) throw new Refusal(403, 'Not authorized to access this session');
  return session;
}

async function place(backend: Backend, call: Call, kind: FileKind): Promise<Reply> {
  const asked = await readJson(call, uploadSchema(kind));
  const session = ownSession(backend, call, asked.session_id);
  const extension = asked.file_extension.toLowerCase();
  const allowed = Object.keys(kind.types);
  if (!allowed.includes(extension)) throw new Refusal(400, `Invalid file extension. Allowed: ${allowed.join(', ')}`);
  if (kind.types[extension] !== asked.content_type)
    throw new Refusal(400, `Invalid content type for .${extension}. Expected: ${kind.types[extension] ?? ''}`);
  const most = backend.limits.videoMegabytes;
  if ((asked.file_size_mb ?? 0) > most) throw new Refusal(413, `File too large. Maximum size is ${most} MB`);

  const name = `${fileTime(new Date())}_${randomBytes(6).toString('hex')}.${extension}`;
  const key = `${kind.folder}/${call.user.id}/${session.id}/${name}`;
  const validity = validityOf(call, lifeOfUrl);
  return ok({
    upload_url: backend.store.putUrl(key, validity, { 'content-type': asked.content_type }),
    file_key: key,
    content_type: asked.content_type,
    expires_in: validity.expires,
    file_url: backend.store.publicUrl(key),
  });
}

/** The same told twice is well; another content for a completed session is a conflict. */
async function complete(backend: Backend, call: Call): Promise<Reply> {
  const told = await readJson(call, completeSchema);
  const completion = JSON.stringify(told);
  const session = ownSession(backend, call, told.sessionId);
  if (session.completion === null) {
    await refuseFile(backend, call, { kind: kinds.video, session, key: told.videoFileKey, url: told.videoURL });
    const { thumbnailFileKey: key, thumbnailURL: url } = told;
    if (key !== undefined) await refuseFile(backend, call, { kind: kinds.thumbnail, session, key, url });
  }
  refuseFailingRecord(call);
  const known = ownSession(backend, call, told.sessionId).completion; // another call may have come between
  if (known !== null && known !== completion) throw new Refusal(409, 'Session is already completed');
  if (known === null) backend.records.completeSession(session.id, completion, new Date().toISOString());
  return ok(completedSession(session, told));
}

function completedSession({ started_at: startTime }: SessionRecord, told: Completion): JsonValue {
  return { ...told, status: 'completed', startTime };
}

interface ClaimedFile {
  kind: FileKind;
  session: SessionRecord;
  key: string;
  url: string | undefined;
}

async function refuseFile({ store }: Backend, { user }: Call, { kind, session, key, url }: ClaimedFile): Promise<void> {
  if (!key.startsWith(`${kind.folder}/${user.id}/${session.id}/`))
    throw new Refusal(403, 'File key does not belong to this session');
  if (url !== undefined && url !== store.publicUrl(key)) throw new Refusal(400, 'File URL does not match the file key');
  if ((await store.sizeOf(key)) === null) throw new Refusal(400, 'File not found in storage');
}

function ownKey({ params: [key = ''], user }: Call): string {
  const own = Object.values(kinds).some(({ folder }) => key.startsWith(`${folder}/${user.id}/`));
  if (!own) throw new Refusal(403, 'Not authorized to access this file');
  return key;
}

async function link({ store }: Backend, call: Call): Promise<Reply> {
  const key = ownKey(call);
  if ((await store.sizeOf(key)) === null) throw new Refusal(404, 'File not found');
  const validity = validityOf(call, lifeOfUrl);
  return ok({ file_key: key, download_url: store.getUrl(key, validity), expires_in: validity.expires });
}

async function remove({ store }: Backend, call: Call): Promise<Reply> {
  const key = ownKey(call);
  if ((await store.sizeOf(key)) === null) throw new Refusal(404, 'File not found');
  await store.remove(key);
  return ok({ message: 'File deleted successfully' });
}
