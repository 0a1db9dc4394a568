/** What an object is, by its first bytes: what its name and its headers say is not believed. */
import type { PreviewRefusal } from '../../../shared/previews.ts';
import { headBytes } from '../../engine/inspect/bytes.ts';
import { contentTypeOf } from '../../engine/inspect/content-type.ts';
import { inspectBytes } from '../../engine/inspect/inspect.ts';
import { typeOf } from '../../engine/inspect/type-of.ts';
import type { Bucket } from '../bucket.ts';
import { headObject } from '../objects/details.ts';
import { unquoted } from '../../storage/etag.ts';
import { showsOf, type Shows } from './kind-of.ts';
import { readObject, type ObjectAt } from './read-object.ts';
import { isText, textOf } from './text-of.ts';

export interface ObjectLook extends Shows {
  object: ObjectAt;
  /** media type */
  type: string;
  text: { text: string; isWhole: boolean } | null;
  /** why there is nothing to show; null where there is something, or the type says it all */
  why: PreviewRefusal | null;
}

/** bytes: what a text is shown of, and what tells a type */
export const headSize = 64 * 1024;
/** What is larger is made smaller before the page has it: the page would hold all of its pixels. */
const mostShown = { bytes: 30 * 2 ** 20, pixels: 50e6 };
/** bytes; what is larger is not fetched to be shown: nobody can look at less than all of it */
export const mostPrepared = 200 * 2 ** 20;

/** Throws `object-missing`, `object-archived`, `prefix-locked`, and what a store and a line can cause. */
export async function lookAtObject(
  bucket: Bucket,
  at: { key: string; versionId: string | null },
  systemDecodes: boolean,
  signal: AbortSignal,
): Promise<ObjectLook> {
  const { ContentLength: size = 0, ETag } = await headObject(bucket, at, signal);
  const object = { ...at, size, etag: unquoted(ETag) };
  if (size === 0) return { object, type: emptyType(at.key), ...nothingOf('empty') };
  const head = await readObject(bucket, object, { from: 0, to: Math.min(size, headSize) }, signal);
  const bytes = headBytes(head, size);
  const known = typeOf({ type: await contentTypeOf(bytes) }, lastName(at.key));
  const type = known.by === 'nothing' && isText(head) ? 'text/plain' : known.type;
  const shows = showsOf(type, systemDecodes);
  const all = { object, type, text: null, why: null };
  if (shows.kind === 'text') return { ...all, ...shows, text: { text: textOf(head), isWhole: size <= head.length } };
  if (shows.kind === 'pdf' && size > mostPrepared) return { ...all, ...nothingOf('large') };
  if (shows.kind !== 'image') return { ...all, ...shows, why: shows.kind === 'none' ? 'format' : null };
  const { width, height } = await inspectBytes(bytes);
  const isSmall = width !== null && height !== null && width * height <= mostShown.pixels;
  if (!shows.prepare && isSmall && size <= mostShown.bytes) return { ...all, ...shows };
  // A drawing of pixels that nothing here makes smaller is shown as it is, or not at all.
  if (isUnreadableHere(type)) return size <= mostShown.bytes ? { ...all, ...shows } : { ...all, ...nothingOf('large') };
  if (size > mostPrepared) return { ...all, ...nothingOf('large') };
  return { ...all, kind: 'image', as: 'image/webp', prepare: true };
}

function nothingOf(why: PreviewRefusal): Pick<ObjectLook, 'kind' | 'as' | 'prepare' | 'text' | 'why'> {
  return { kind: 'none', as: null, prepare: false, text: null, why };
}

/** Chromium has its own bounds for these. */
function isUnreadableHere(type: string): boolean {
  return type === 'image/bmp' || type === 'image/x-icon';
}

function emptyType(key: string): string {
  return typeOf({ type: null }, lastName(key)).type;
}

export function lastName(key: string): string {
  return key.slice(key.lastIndexOf('/') + 1);
}
