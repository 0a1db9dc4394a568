/**
 * The objects of the practice bucket: each a plain file under its own name, to be looked at with any program. What S3 knows
 * beyond the bytes is beside them, in a folder of its own.
 */
import { createHash, randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, rmdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { crc32 } from 'node:zlib';
import { z } from 'zod';

/** who may read an object: only those with a signature, or everyone */
export const aclSchema = z.enum(['private', 'public-read']).default('private');
export type Acl = z.output<typeof aclSchema>;

const aboutSchema = z.object({
  key: z.string(),
  /** relative to the folder of objects */
  file: z.string(),
  /** bytes */
  size: z.number(),
  /** without quotes */
  etag: z.string(),
  /** As S3 writes it, and of what: the whole object, or its parts' checksums. */
  crc32: z.string(),
  crc32Of: z.enum(['FULL_OBJECT', 'COMPOSITE']),
  /** what the uploader said of it, by lower-case header */
  headers: z.record(z.string(), z.string()),
  acl: aclSchema,
  /** ms since 1970 */
  modified: z.number(),
});
export type StoredObject = z.infer<typeof aboutSchema>;

export interface ObjectFolder {
  /** absolute; the objects are in `objects` */
  folder: string;
  byKey: Map<string, StoredObject>;
  /** whose a file is: two keys may want the same one where names differ in case only */
  owners: Map<string, string>;
  /** all keys in S3's order; null when it must be made again */
  order: OrderedKey[] | null;
}

interface OrderedKey {
  key: string;
  bytes: Buffer;
}

/** A body that has arrived, in a file that still has to get its place. */
export interface Received {
  file: string;
  size: number;
  md5: Buffer;
  crc32: number;
}

const inside = (objects: { folder: string }, ...names: string[]) => path.join(objects.folder, ...names);

/** Opens or makes it. What was only half received when the last process ended is removed. */
export async function openObjectFolder(folder: string): Promise<ObjectFolder> {
  const objects: ObjectFolder = { folder: path.resolve(folder), byKey: new Map(), owners: new Map(), order: null };
  await rm(inside(objects, 'incoming'), { recursive: true, force: true });
  for (const name of ['objects', 'about', 'incoming']) await mkdir(inside(objects, name), { recursive: true });
  for (const name of await readdir(inside(objects, 'about'))) {
    const text = await readFile(inside(objects, 'about', name), 'utf8');
    const about = aboutSchema.parse(JSON.parse(text));
    objects.byKey.set(about.key, about);
    objects.owners.set(folded(about.file), about.key);
  }
  return objects;
}

/** The file of an object, absolute. */
export function fileOf(objects: ObjectFolder, object: StoredObject): string {
  return inside(objects, 'objects', object.file);
}

/** Writes a body into a file as it comes; `onBytes` is called with the size of each piece. Rejects if the body breaks off. */
export async function receive(
  objects: Pick<ObjectFolder, 'folder'>,
  bodies: Iterable<AsyncIterable<Buffer>>,
  onBytes: (bytes: number) => void = () => undefined,
): Promise<Received> {
  const file = inside(objects, 'incoming', randomUUID());
  const md5 = createHash('md5');
  const received = { file, size: 0, crc32: 0 };
  async function* measured() {
    for (const body of bodies) {
      for await (const piece of body) {
        md5.update(piece);
        received.crc32 = crc32(piece, received.crc32);
        received.size += piece.length;
        onBytes(piece.length);
        yield piece;
      }
    }
  }
  try {
    await pipeline(measured, createWriteStream(file, { highWaterMark: 1024 * 1024 }));
  } catch (error) {
    await rm(file, { force: true });
    throw error;
  }
  return { ...received, md5: md5.digest() };
}

/** Makes what was received the object of this key. An object that was there is replaced. */
export async function place(
  objects: ObjectFolder,
  received: Pick<Received, 'file' | 'size'>,
  about: Pick<StoredObject, 'key' | 'etag' | 'crc32' | 'crc32Of' | 'headers' | 'acl'>,
): Promise<StoredObject> {
  const file = await giveName(objects, received.file, about.key);
  const object = { ...about, file, size: received.size, modified: Date.now() };
  await writeFile(aboutFile(objects, about.key), JSON.stringify(object));
  if (!objects.byKey.has(about.key)) objects.order = null;
  objects.byKey.set(about.key, object);
  return object;
}

/** What these systems answer where a file is in the way of a folder, a folder in the way of a file, or a name is too long. */
const namesThatFail = new Set(['EEXIST', 'EISDIR', 'ENOTDIR', 'ENOTEMPTY', 'EPERM', 'ENOENT', 'ENAMETOOLONG']);

async function giveName(objects: ObjectFolder, from: string, key: string): Promise<string> {
  const wanted = key.split('/').map(fileName).join('/');
  const owner = objects.owners.get(folded(wanted));
  if (owner === undefined || owner === key) {
    objects.owners.set(folded(wanted), key);
    try {
      await move(from, inside(objects, 'objects', wanted));
      return wanted;
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && namesThatFail.has(String(error.code)))) throw error;
      objects.owners.delete(folded(wanted));
    }
  }
  const other = `names that clash/${hash(key)}`;
  await move(from, inside(objects, 'objects', other));
  return other;
}

async function move(from: string, to: string): Promise<void> {
  await mkdir(path.dirname(to), { recursive: true });
  await rename(from, to);
}

/** One segment of a key as a name that this system allows: on Windows not all can be, and nowhere over 255 bytes. */
function fileName(segment: string): string {
  if (segment === '') return '%2F'; // behind the slash of what stands for a folder
  if (Buffer.byteLength(segment) > 255) return hash(segment);
  if (process.platform !== 'win32') return segment;
  return segment
    .replaceAll(/[<>:"\\|?*%\p{Cc}]/gu, percent)
    .replace(/[. ]$/, percent)
    .replace(/^(?=(con|prn|aux|nul|com\d|lpt\d)(\.|$))./i, percent);
}

const percent = (character: string) => `%${character.charCodeAt(0).toString(16).padStart(2, '0')}`;
const hash = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 32);
const folded = (file: string) => file.normalize('NFC').toLowerCase();
const aboutFile = (objects: ObjectFolder, key: string) => inside(objects, 'about', `${hash(key)}.json`);

/** Removes the object, and folders that are empty then. Nothing happens where there is none. */
export async function remove(objects: ObjectFolder, key: string): Promise<void> {
  const object = objects.byKey.get(key);
  if (object === undefined) return;
  objects.byKey.delete(key);
  objects.owners.delete(folded(object.file));
  objects.order = null;
  await rm(aboutFile(objects, key), { force: true });
  await rm(fileOf(objects, object), { force: true });
  for (let above = path.posix.dirname(object.file); above !== '.'; above = path.posix.dirname(above)) {
    try {
      await rmdir(inside(objects, 'objects', above));
    } catch {
      return; // not empty
    }
  }
}

export interface Listing {
  objects: StoredObject[];
  /** keys up to and with the delimiter, for those that have it after the prefix */
  prefixes: string[];
  /** `after` of the next page; null on the last */
  next: string | null;
}

/** At most `limit` keys and prefixes after `after`, in the order of their UTF-8 bytes, as S3 lists them. */
export function list(
  objects: ObjectFolder,
  { prefix, delimiter, after, limit }: { prefix: string; delimiter: string; after: string; limit: number },
): Listing {
  const listing: Listing = { objects: [], prefixes: [], next: null };
  const from = Buffer.from(after);
  let last = '';
  for (const { key, bytes } of ordered(objects)) {
    if (!key.startsWith(prefix) || (after !== '' && Buffer.compare(bytes, from) <= 0)) continue;
    const group = groupOf(key, prefix, delimiter);
    if (group !== null && group === listing.prefixes.at(-1)) continue;
    if (listing.objects.length + listing.prefixes.length >= limit) return { ...listing, next: last };
    const object = objects.byKey.get(key);
    if (group !== null) listing.prefixes.push(group);
    else if (object !== undefined) listing.objects.push(object);
    // Behind all keys of the group: it is listed once.
    last = group === null ? key : `${group}\u{10ffff}`;
  }
  return listing;
}

function groupOf(key: string, prefix: string, delimiter: string): string | null {
  const at = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
  return at === -1 ? null : key.slice(0, at + delimiter.length);
}

function ordered(objects: ObjectFolder): OrderedKey[] {
  objects.order ??= [...objects.byKey.keys()]
    .map((key) => ({ key, bytes: Buffer.from(key) }))
    .sort((a, b) => Buffer.compare(a.bytes, b.bytes));
  return objects.order;
}
