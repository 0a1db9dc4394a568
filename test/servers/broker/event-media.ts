/**
 * P, the media of events (FastAPI).
 *
 *   POST   /api/v1/events/{event_id}/media                      multipart/form-data: file, title?, description?, tags?
 *   GET    /api/v1/events/{event_id}/media                      ?file_type=&skip=&limit= -> the records
 *   GET    /api/v1/events/{event_id}/media/{media_id}/download
 *   GET    /api/v1/events/{event_id}/media/{media_id}/stream    with Range
 *   DELETE /api/v1/events/{event_id}/media/{media_id}           -> {message}
 */
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { boundaryOf, formParts, type FormPart } from '../../../electron/practice/form-data.ts';
import { extensionOf, refuseFailingRecord, shown, type Backend } from './backend.ts';
import { bodyOf, fastApi, ok, readQuery, Refusal, Unfit, type Call, type Reply, type System } from './http.ts';
import type { MediaRecord } from './records.ts';

/** bytes, of each field of text */
const largestText = 16 * 1024;
/** Bytes that a form may have beside its file: more than this over the limit can only be the file. */
const largestRest = 4 * largestText;

const allowedTypes = /^(image|video|audio)\/[\w.+-]+$|^application\/pdf$/;
const texts = ['title', 'description', 'tags'] as const;
type Texts = Partial<Record<(typeof texts)[number], string>>;

const listSchema = z.object({
  file_type: z.string().optional(),
  skip: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().min(1).max(1000).default(100),
});

const path = (rest: string) => new RegExp(`^/api/v1/events/([^/]+)/media${rest}$`);

export function eventMedia(backend: Backend): System {
  return {
    ...fastApi,
    prefixes: ['/api/v1/events/'],
    signedIn: true,
    routes: [
      { method: 'POST', path: path(''), answer: (call) => upload(backend, call) },
      { method: 'GET', path: path(''), answer: (call) => list(backend, call) },
      { method: 'GET', path: path('/([^/]+)/download'), answer: (call) => download(backend, call) },
      { method: 'GET', path: path('/([^/]+)/stream'), answer: (call) => stream(backend, call) },
      { method: 'DELETE', path: path('/([^/]+)'), answer: (call) => remove(backend, call) },
    ],
  };
}

function ownEvent({ events }: Backend, { params: [event = ''], user }: Call): string {
  if (!/^[\w-]{1,64}$/.test(event)) throw new Refusal(404, 'Event not found');
  const members = events === null ? [user.username] : Object.hasOwn(events, event) ? events[event] : undefined;
  if (members === undefined) throw new Refusal(404, 'Event not found');
  if (!members.includes(user.username)) throw new Refusal(403, 'Access denied: this event is not yours');
  return event;
}

function ownMedia(backend: Backend, call: Call): MediaRecord {
  const event = ownEvent(backend, call);
  const media = backend.records.media(call.params[1] ?? '');
  if (media?.event_id !== event) throw new Refusal(404, 'Media not found');
  return media;
}

/** The file goes to the store as it comes; whatever fails from then on, it is removed again. */
async function upload(backend: Backend, call: Call): Promise<Reply> {
  const event = ownEvent(backend, call);
  const most = backend.limits.mediaBytes;
  const boundary = boundaryOf(call.request.headers['content-type']);
  if (Number(call.request.headers['content-length'] ?? 0) > most + largestRest) throw tooLarge(most);

  const said: Texts = {};
  let file: SentFile | null = null;
  try {
    for await (const part of formParts(bodyOf(call), boundary)) {
      const name = texts.find((text) => text === part.name);
      if (name !== undefined) said[name] = await textOf(part);
      if (part.name !== 'file') continue;
      if (file !== null || part.filename === null) throw unfit('exactly one file was expected');
      file = await send(backend, { event, user: call.user.id, part });
    }
    if (file === null) throw unfit('Field required');
    return ok(shown(record(backend, call, { event, file, said })));
  } catch (error) {
    if (file !== null) await backend.store.remove(file.key);
    throw error;
  }
}

const unfit = (words: string) => new Unfit([{ place: ['body', 'file'], words }]);

function tooLarge(most: number): Refusal {
  const megabytes = (most / (1024 * 1024)).toFixed(1);
  return new Refusal(413, `File too large. Maximum size is ${most} bytes (${megabytes} MB)`);
}

async function textOf({ body, name }: FormPart): Promise<string> {
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of body) {
    size += piece.length;
    if (size > largestText) throw new Unfit([{ place: ['body', name], words: `at most ${largestText} bytes` }]);
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString();
}

interface SentFile {
  key: string;
  type: string;
  /** bytes */
  size: number;
}

async function send(
  { store, limits }: Backend,
  from: { event: string; user: string; part: FormPart },
): Promise<SentFile> {
  const { event, user, part } = from;
  const type = part.type ?? 'application/octet-stream';
  if (!allowedTypes.test(type)) throw new Refusal(400, `File type ${type} is not allowed`);
  const key = `events/${event}/media/${keyTime()}.${extensionOf(part.filename ?? '') || 'bin'}`;
  const body = atMost(part.body, limits.mediaBytes);
  const size = await store.put(key, body, { type, metadata: { user_id: user, event_id: event } });
  return { key, type, size };
}

async function* atMost(body: AsyncIterable<Buffer>, most: number): AsyncGenerator<Buffer, void> {
  let size = 0;
  for await (const piece of body) {
    size += piece.length;
    if (size > most) throw tooLarge(most);
    yield piece;
  }
}

/** us since 1970 of the last key: no two are the same */
let lastTime = 0;

/** {yyyy}/{MM}/{dd}/{HHmmss}_{microseconds}, in UTC */
function keyTime(): string {
  lastTime = Math.max(lastTime + 1, Date.now() * 1000);
  const text = new Date(lastTime / 1000).toISOString();
  const time = text.slice(11, 19).replaceAll(':', '');
  return `${text.slice(0, 10).replaceAll('-', '/')}/${time}_${String(lastTime % 1_000_000).padStart(6, '0')}`;
}

function record(
  { records, store }: Backend,
  call: Call,
  { event, file, said }: { event: string; file: SentFile; said: Texts },
): MediaRecord {
  try {
    refuseFailingRecord(call);
    const now = new Date().toISOString().replace(/\.\d+/, '');
    const media: MediaRecord = {
      ...{ id: randomUUID(), event_id: event, user_id: call.user.id },
      ...{ title: said.title ?? null, description: said.description ?? null },
      ...{ file_url: store.publicUrl(file.key), s3_key: file.key, file_type: file.type, file_size: file.size },
      tags: (said.tags ?? '')
        .split(',')
        .map((tag) => tag.trim())
        .filter((tag) => tag !== ''),
      ...{ created_at: now, updated_at: now },
    };
    records.addMedia(media);
    return media;
  } catch (cause) {
    throw new Refusal(500, 'Failed to create the media record; the uploaded file was removed', { cause });
  }
}

function list(backend: Backend, call: Call): Reply {
  const event = ownEvent(backend, call);
  const { file_type: type = null, skip, limit } = readQuery(call, listSchema);
  return ok(backend.records.mediaOf(event, { type, skip, limit }).map(shown));
}

async function stream(backend: Backend, call: Call): Promise<Reply> {
  const found = await backend.store.get(ownMedia(backend, call).s3_key, call.request.headers.range);
  if (found === null) throw new Refusal(404, 'File not found in S3');
  return { ...found, headers: { 'accept-ranges': 'bytes', ...found.headers } };
}

async function download(backend: Backend, call: Call): Promise<Reply> {
  const { s3_key: key } = ownMedia(backend, call);
  const found = await backend.store.get(key);
  if (found === null) throw new Refusal(404, 'File not found in S3');
  const name = key.slice(key.lastIndexOf('/') + 1);
  return { ...found, headers: { ...found.headers, 'content-disposition': `attachment; filename="${name}"` } };
}

async function remove(backend: Backend, call: Call): Promise<Reply> {
  const { id, s3_key: key } = ownMedia(backend, call);
  await backend.store.remove(key);
  refuseFailingRecord(call);
  backend.records.removeMedia(id);
  return ok({ message: 'Media deleted successfully' });
}
