/** Small pictures of objects, made when somebody looks at them and kept on the disk: of a photo little more than its head is read. */
import { createHash } from 'node:crypto';
import { access } from 'node:fs/promises';
import path from 'node:path';
import { SidelineError } from '../../../shared/errors.ts';
import type { ThumbOf } from '../../../shared/previews.ts';
import { headBytes } from '../../engine/inspect/bytes.ts';
import { contentTypeOf } from '../../engine/inspect/content-type.ts';
import { typeByName } from '../../engine/inspect/type-of.ts';
import type { VideoStills } from '../../engine/prepare/stills.ts';
import type { Bucket } from '../bucket.ts';
import { exifThumb, thumbHead } from './exif-thumb.ts';
import { needsSystem } from './kind-of.ts';
import { keepFiles } from './kept-files.ts';
import { makePicture, type PictureMakers, type PictureOrder } from './picture.ts';
import { createPlaces } from './places.ts';
import { readObject, type ObjectAt } from './read-object.ts';
import { videoOf } from './video-of.ts';

export interface Thumbs {
  /**
   * Absolute path of a WebP. Rejects with `image-unreadable` and `image-too-large` where there can be none, with what a store and a
   * line can cause, and the signal's reason.
   */
  file(bucket: Bucket, object: ThumbOf, signal: AbortSignal): Promise<string>;
}

export interface ThumbsDeps extends PictureMakers {
  /** null: nothing here decodes videos */
  stills: Pick<VideoStills, 'takeOf'> | null;
  /** for the pictures */
  folder: string;
  /** bytes of them that are kept */
  limit?: number;
  /** A smaller picture of this object that this app has sent too; null: it knows of none. */
  derived(connectionId: number, object: ThumbOf): ThumbOf | null;
  onTrouble(error: unknown): void;
}

/** pixels of the longer side */
const side = 256;
/** made at a time */
const atOnce = 4;
/** bytes; a larger object is not fetched for a small picture */
const mostFetched = 30 * 2 ** 20;
/** ms; a still that takes longer holds up those of uploads */
const stillPatience = 20_000;
const usualLimit = 200 * 2 ** 20;

const decodable = /^image\/(jpeg|a?png|webp|avif|gif|tiff)$/;
const raw = /^image\/(x-(adobe-dng|canon-cr2|nikon-nef|sony-arw))$/;

function mayHaveEmbedded(type: string): boolean {
  return type === 'image/jpeg' || type === 'image/tiff' || raw.test(type) || needsSystem(type);
}

/** By its name: whether it is worth trying. */
export function mayHaveThumb(key: string, { stills, decode }: Pick<ThumbsDeps, 'stills' | 'decode'>): boolean {
  const type = typeByName(key) ?? '';
  if (needsSystem(type)) return decode !== null;
  return decodable.test(type) || raw.test(type) || (stills !== null && type.startsWith('video/'));
}

interface Making {
  done: Promise<void>;
  stop: AbortController;
  /** who waits for it */
  waiting: number;
}

export function createThumbs(deps: ThumbsDeps): Thumbs {
  const { stills, decode, folder, limit = usualLimit, derived } = deps;
  const places = createPlaces(atOnce);
  // An upload that wants a still of its video waits for one of these at most.
  const stillPlace = createPlaces(1);
  const kept = keepFiles(folder, limit, deps.onTrouble);
  const making = new Map<string, Making>();
  /** nobody waits for these any more; until they have ended, files of theirs are there, and go */
  const ending = new Map<string, Promise<void>>();
  /** names of those of which there can be none */
  const hopeless = new Map<string, SidelineError>();

  async function make(bucket: Bucket, object: ThumbOf, name: string, signal: AbortSignal): Promise<void> {
    const target = path.join(folder, name);
    try {
      await places.in(() => makeFrom(bucket, object, target, signal), signal);
      kept.added();
    } catch (error) {
      if (error instanceof SidelineError && isHopeless(error)) hopeless.set(name, error);
      throw error;
    }
  }

  async function makeFrom(bucket: Bucket, listed: ThumbOf, target: string, signal: AbortSignal): Promise<void> {
    const smaller = derived(bucket.connectionId, listed);
    if (smaller !== null && (await succeeds(() => makeOf(bucket, smaller, target, signal), signal))) return;
    await makeOf(bucket, listed, target, signal);
  }

  async function makeOf(bucket: Bucket, listed: ThumbOf, target: string, signal: AbortSignal): Promise<void> {
    const object: ObjectAt = { ...listed, versionId: null };
    if (object.size === 0) throw new SidelineError('image-unreadable', { subject: 'it is empty' });
    const head = await readObject(bucket, object, { from: 0, to: Math.min(object.size, thumbHead) }, signal);
    const type = (await contentTypeOf(headBytes(head, object.size))) ?? '';
    const embedded = mayHaveEmbedded(type) ? exifThumb(head) : null;
    const make = (source: PictureOrder['source'], of: string) =>
      makePicture(deps, { source, type: of, target, side }, signal);
    if (embedded !== null && (await succeeds(() => make(embedded, 'image/jpeg'), signal))) return;
    if (type.startsWith('video/') && stills !== null) {
      await make(await stillOf(stills, bucket, object, signal), 'image/webp');
      return;
    }
    if (!decodable.test(type) && (decode === null || !needsSystem(type)))
      throw new SidelineError('image-unreadable', { subject: 'nothing here decodes it' });
    if (object.size > mostFetched) throw new SidelineError('image-too-large');
    await make(head.length === object.size ? head : { bucket, object }, type);
  }

  async function stillOf(taker: Pick<VideoStills, 'takeOf'>, bucket: Bucket, object: ObjectAt, signal: AbortSignal) {
    const { data } = await stillPlace.in(() => {
      const until = AbortSignal.any([signal, AbortSignal.timeout(stillPatience)]);
      return taker.takeOf(videoOf(bucket, object, until), until);
    }, signal);
    return Buffer.from(data);
  }

  function begin(bucket: Bucket, object: ThumbOf, name: string): Making {
    const stop = new AbortController();
    const work = async () => {
      await ending.get(name);
      await make(bucket, object, name, stop.signal);
    };
    const done = work().finally(() => {
      if (making.get(name)?.stop === stop) making.delete(name);
    });
    const begun: Making = { done, stop, waiting: 0 };
    making.set(name, begun);
    return begun;
  }

  function giveUp(name: string, { done }: Making): void {
    making.delete(name);
    const end = done
      .catch(() => undefined) // nobody wants to know
      .finally(() => {
        if (ending.get(name) === end) ending.delete(name);
      });
    ending.set(name, end);
  }

  return {
    async file(bucket, object, signal) {
      signal.throwIfAborted();
      const name = nameOf(bucket, object);
      const none = hopeless.get(name);
      if (none !== undefined) throw none;
      if (await kept.has(name)) return path.join(folder, name);
      signal.throwIfAborted();
      const one = making.get(name) ?? begin(bucket, object, name);
      await until(one, signal, () => giveUp(name, one));
      await access(path.join(folder, name));
      return path.join(folder, name);
    },
  };
}

/** The last who waits ends it. */
async function until(one: Making, signal: AbortSignal, onEnd: () => void): Promise<void> {
  const left = Promise.withResolvers<never>();
  one.waiting++;
  const leave = () => {
    left.reject(signal.reason);
    if (--one.waiting > 0) return;
    onEnd();
    one.stop.abort(signal.reason);
  };
  signal.addEventListener('abort', leave);
  try {
    await Promise.race([one.done, left.promise]);
  } finally {
    signal.removeEventListener('abort', leave);
  }
}

/** What is there as well may be gone, or damaged: then the object itself is looked at. */
async function succeeds(work: () => Promise<void>, signal: AbortSignal): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof SidelineError) || !passedOver.has(error.kind)) throw error;
    return false;
  }
}
const passedOver: ReadonlySet<SidelineError['kind']> = new Set<SidelineError['kind']>([
  ...(['image-unreadable', 'image-too-large', 'object-missing', 'object-changed', 'denied'] as const),
  ...(['object-archived', 'prefix-locked'] as const),
]);

function isHopeless({ kind, subject }: SidelineError): boolean {
  if (kind === 'still-undecodable') return subject === 'format';
  return kind === 'image-unreadable' || kind === 'image-too-large' || kind === 'object-archived';
}

/** Of the object where it is, whichever connection leads there; another content is another file. */
function nameOf(bucket: Bucket, { key, etag, size }: ThumbOf): string {
  const of = [bucket.storage.host, bucket.name, key, etag, String(size)].join('\0');
  return `${createHash('sha256').update(of).digest('hex').slice(0, 40)}.webp`;
}
