/**
 * U, the upload module with form posts (Django). Its document names functions; these are the paths here:
 *
 *   POST   /api/uploads/start            {original_filename, content_type, max_file_size?, prefix?, public?}
 *                                          -> {success, form_url, form_fields, upload_id}
 *   POST   /api/uploads/{id}/complete    {} -> {success, upload}
 *   POST   /api/uploads/{id}/failed      {reason?} -> {success, upload}
 *   GET    /api/uploads/{id}             -> {success, upload}
 *   GET    /api/uploads/{id}/url         ?presigned=&expires= -> {success, url, content_type, name}
 *   DELETE /api/uploads/{id}             -> {success}
 *   GET    /api/uploads                  ?prefix=&max_keys= -> {success, objects, truncated}
 *
 * Where it cannot: {success: false, error}. The fields go into the form in their order, the file last.
 */
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { extensionOf, refuseFailingRecord, shown, validityOf, type Backend } from './backend.ts';
import { ok, readJson, readQuery, Refusal, type Call, type JsonValue, type Reply, type System } from './http.ts';
import type { UploadRecord } from './records.ts';

/** s */
const lifeOfForm = 3600;
/** bytes: the document's example */
const usualLargest = 5 * 1024 * 1024;

const startSchema = z.object({
  original_filename: z.string().min(1).max(255),
  content_type: z.string().regex(/^[\w.+-]+\/[\w.+-]+$/, 'a media type like image/jpeg'),
  max_file_size: z.number().int().positive().default(usualLargest),
  prefix: z
    .string()
    .regex(/^(?!\/)(?!.*(\/\/|\/$))[^\\\p{Cc}]*$/u, 'a prefix like uploads/images')
    .refine((prefix) => !prefix.split('/').includes('..'), 'a prefix like uploads/images')
    .default('uploads'),
  public: z.boolean().default(false),
});
const failedSchema = z.object({ reason: z.string().max(1000).optional() });
const urlSchema = z.object({
  presigned: z.enum(['true', 'false']).optional(),
  expires: z.coerce.number().int().min(1).max(604_800).default(3600),
});
const listSchema = z.object({
  prefix: z.string().default(''),
  max_keys: z.coerce.number().int().min(1).max(1000).default(100),
});

export function uploads(backend: Backend): System {
  return {
    prefixes: ['/api/uploads'],
    signedIn: true,
    refusal: (_status, error) => ({ success: false, error }),
    unfit: (issues) => ({
      status: 400,
      body: {
        success: false,
        error: issues.map(({ place, words }) => `${place.slice(1).join('.')}: ${words}`).join('; '),
      },
    }),
    routes: [
      { method: 'POST', path: /^\/api\/uploads\/start$/, answer: (call) => start(backend, call) },
      { method: 'POST', path: /^\/api\/uploads\/([^/]+)\/complete$/, answer: (call) => complete(backend, call) },
      { method: 'POST', path: /^\/api\/uploads\/([^/]+)\/failed$/, answer: (call) => fail(backend, call) },
      { method: 'GET', path: /^\/api\/uploads\/([^/]+)\/url$/, answer: (call) => link(backend, call) },
      { method: 'GET', path: /^\/api\/uploads\/([^/]+)$/, answer: (call) => said(own(backend, call)) },
      { method: 'DELETE', path: /^\/api\/uploads\/([^/]+)$/, answer: (call) => remove(backend, call) },
      { method: 'GET', path: /^\/api\/uploads$/, answer: (call) => list(backend, call) },
    ],
  };
}

/** Others' are not there. */
function own({ records }: Backend, { params: [id = ''], user }: Call): UploadRecord {
  const upload = records.upload(id);
  if (upload?.user_id !== user.id) throw new Refusal(404, 'Upload not found');
  return upload;
}

const said = (upload: UploadRecord): Reply => ok({ success: true, upload: shown(upload) });

async function start({ store, records, limits }: Backend, call: Call): Promise<Reply> {
  const asked = await readJson(call, startSchema);
  if (asked.max_file_size > limits.formBytes)
    throw new Refusal(413, `max_file_size is too large: the limit is ${limits.formBytes} bytes`);
  const id = randomUUID();
  const extension = extensionOf(asked.original_filename);
  const name = extension === '' ? id : `${id}.${extension}`;
  const key = asked.prefix === '' ? name : `${asked.prefix}/${name}`;
  const now = new Date().toISOString();
  refuseFailingRecord(call);
  records.addUpload({
    ...{ id, user_id: call.user.id, key, name: asked.original_filename, content_type: asked.content_type },
    ...{ max_file_size: asked.max_file_size, public: asked.public, status: 'pending', reason: null, size: null },
    ...{ created_at: now, updated_at: now },
  });
  const fields = { ...store.acl('acl', asked.public), 'Content-Type': asked.content_type };
  const form = store.form(key, validityOf(call, lifeOfForm), { largest: asked.max_file_size, fields });
  return ok({ success: true, form_url: form.url, form_fields: form.fields, upload_id: id });
}

/** Told again, or after it was told to have failed, it is well: what counts is that the object is there. */
async function complete(backend: Backend, call: Call): Promise<Reply> {
  await readJson(call, z.object({}));
  const { id, key } = own(backend, call);
  const size = await backend.store.sizeOf(key);
  if (size === null) throw new Refusal(409, 'The file is not in storage');
  return settle(backend, call, id, { status: 'complete', reason: null, size });
}

async function fail(backend: Backend, call: Call): Promise<Reply> {
  const { reason = null } = await readJson(call, failedSchema);
  const { id, status } = own(backend, call);
  if (status === 'complete') throw new Refusal(409, 'The upload is complete');
  return settle(backend, call, id, { status: 'failed', reason, size: null });
}

type Settled = Pick<UploadRecord, 'status' | 'reason' | 'size'>;

function settle(backend: Backend, call: Call, id: string, change: Settled): Reply {
  refuseFailingRecord(call);
  backend.records.settleUpload(id, { ...change, updated_at: new Date().toISOString() });
  return said(own(backend, call));
}

/** A public file's own address, unless a signed one is asked for; a signed one of others. */
function link(backend: Backend, call: Call): Reply {
  const { presigned, expires } = readQuery(call, urlSchema);
  const upload = own(backend, call);
  if (upload.status !== 'complete') throw new Refusal(409, 'The upload is not complete');
  const signed = presigned === undefined ? !upload.public : presigned === 'true';
  const { store } = backend;
  const url = signed ? store.getUrl(upload.key, validityOf(call, expires)) : store.publicUrl(upload.key);
  return ok({ success: true, url, content_type: upload.content_type, name: upload.name });
}

async function remove(backend: Backend, call: Call): Promise<Reply> {
  const { id, key } = own(backend, call);
  await backend.store.remove(key);
  refuseFailingRecord(call);
  backend.records.removeUpload(id);
  return ok({ success: true });
}

async function list({ store, records }: Backend, call: Call): Promise<Reply> {
  const { prefix, max_keys: most } = readQuery(call, listSchema);
  const objects: JsonValue[] = [];
  for await (const { key, size, modified } of store.list(prefix)) {
    const upload = records.uploadOfKey(key);
    if (upload?.user_id !== call.user.id) continue;
    if (objects.length === most) return ok({ success: true, objects, truncated: true });
    objects.push({ key, size, last_modified: modified.toISOString(), upload_id: upload.id });
  }
  return ok({ success: true, objects, truncated: false });
}
