/**
 * F, the fitness app (Django REST framework).
 *
 *   POST /api/storage/presigned-url    {file_type, content_type} -> {presigned_url, public_url}
 *   POST /api/storage/upload-complete  {file_type, file_url} -> {message, file_type, file_url}, or {message, avatar_url}
 *
 * boto3 signs the headers content-type and x-amz-acl: who sends a file to the URL must send both, as `X-Amz-SignedHeaders`
 * in it says. (The document's own page sends the first alone, which S3 refuses.)
 */
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { refuseFailingRecord, validityOf, type Backend } from './backend.ts';
import { ok, readJson, Refusal, type Call, type Reply, type System } from './http.ts';

/** s, as the document has it */
const lifeOfUrl = 300;

const folders: Readonly<Record<string, string>> = {
  profile_picture: 'media/profile_pictures',
  workout_media: 'media/workout_media',
  food_image: 'media/food_images',
};
/** The rule of the document's view for profile pictures; the others are not restricted. */
const pictureTypes = ['image/jpeg', 'image/png', 'image/jpg'];

/** Absent fields are answered with the view's own words. */
const askedSchema = z.object({ file_type: z.string().default(''), content_type: z.string().default('') });
const completeSchema = z.object({ file_type: z.string().default(''), file_url: z.string().default('') });

export function fitness(backend: Backend): System {
  return {
    prefixes: ['/api/storage/'],
    signedIn: true,
    refusal: (status, words) => (status === 401 ? { detail: words } : { error: words }),
    unfit: (issues) => ({
      status: 400,
      body: Object.fromEntries(issues.map(({ place, words }) => [place[1] ?? 'detail', [words]])),
    }),
    routes: [
      { method: 'POST', path: /^\/api\/storage\/presigned-url$/, answer: (call) => presign(backend, call) },
      { method: 'POST', path: /^\/api\/storage\/upload-complete$/, answer: (call) => complete(backend, call) },
    ],
  };
}

function folderOf(fileType: string): string {
  return (Object.hasOwn(folders, fileType) ? folders[fileType] : undefined) ?? 'media/misc';
}

async function presign({ store }: Backend, call: Call): Promise<Reply> {
  const { file_type: fileType, content_type: type } = await readJson(call, askedSchema);
  if (fileType === '' || type === '') throw new Refusal(400, 'File type and content type are required');
  if (fileType === 'profile_picture' && !pictureTypes.includes(type))
    throw new Refusal(400, 'Only JPEG and PNG images are allowed');
  const key = `${folderOf(fileType)}/${call.user.id}-${Math.floor(Date.now() / 1000)}-${randomUUID()}`;
  const headers = { 'content-type': type, ...store.acl('x-amz-acl', true) };
  return ok({
    presigned_url: store.putUrl(key, validityOf(call, lifeOfUrl), headers),
    public_url: store.publicUrl(key),
  });
}

/** The same told twice is well, and recorded once. */
async function complete({ store, records }: Backend, call: Call): Promise<Reply> {
  const { file_type: fileType, file_url: url } = await readJson(call, completeSchema);
  if (fileType === '' || url === '') throw new Refusal(400, 'File type and file URL are required');
  const key = store.keyOf(url);
  if (key === null || !isOwn(key, fileType, call.user.id)) throw new Refusal(403, 'This file is not yours');
  if ((await store.sizeOf(key)) === null) throw new Refusal(404, 'File not found in storage');
  refuseFailingRecord(call);
  const created = new Date().toISOString();
  records.addFinishedFile({ key, user_id: call.user.id, file_type: fileType, file_url: url, created_at: created });
  if (fileType === 'profile_picture') return ok({ avatar_url: url, message: 'Profile picture updated successfully' });
  return ok({ message: 'Upload recorded', file_type: fileType, file_url: url });
}

/** Whole, not its start alone: `7-` is the start of the user 7-1's files too. */
function isOwn(key: string, fileType: string, user: string): boolean {
  const start = `${folderOf(fileType)}/${user}-`;
  return key.startsWith(start) && /^\d+-[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/.test(key.slice(start.length));
}
