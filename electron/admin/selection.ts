/** Objects that a person means: single keys, and all that begins with a prefix; read from the store page by page. */
import { SidelineError } from '../../shared/errors.ts';
import { folderOf } from '../../shared/rights.ts';
import { remedies } from '../engine/upload/retry.ts';
import type { ListedObject } from '../storage/storage.ts';
import { allPages, pagesOf, type PageSource } from './browse/pages.ts';
import type { Bucket } from './bucket.ts';
import type { Patience } from './patience.ts';
import { unquoted } from '../storage/etag.ts';

export interface Chosen {
  keys: readonly string[];
  /** all that begins with one of them; '': the whole bucket */
  prefixes: readonly string[];
  /** Of these a listing has told all; there may be a million. */
  objects: Iterable<ListedObject>;
}

/** A key that was named and could not be found, or asked about. */
export interface NotFound {
  key: string;
  error: SidelineError;
}

/** No prefix that begins with another, no key below one. */
function normal({ keys, prefixes, objects }: Chosen): Chosen {
  const outer = inOrder(prefixes).reduce<string[]>((kept, prefix) => {
    const last = kept.at(-1);
    return last !== undefined && prefix.startsWith(last) ? kept : [...kept, prefix];
  }, []);
  const isApart = (key: string) => !outer.some((prefix) => key.startsWith(prefix));
  return {
    prefixes: outer,
    keys: inOrder(keys).filter(isApart),
    objects: {
      *[Symbol.iterator]() {
        for (const object of objects) if (isApart(object.key)) yield object;
      },
    },
  };
}

/** By the bytes of UTF-8, as stores list them; none twice. */
function inOrder(texts: readonly string[]): string[] {
  const sortable = [...new Set(texts)].map((text) => ({ text, bytes: Buffer.from(text) }));
  return sortable.sort((one, other) => Buffer.compare(one.bytes, other.bytes)).map(({ text }) => text);
}

/**
 * The folder in which all of it lies, with its slash: what is left off in front of the keys where they become files, or other
 * keys. A folder that is chosen by itself keeps its own name.
 */
export function baseOf(chosen: Chosen): string {
  let common: string | null = null;
  for (const key of namesOf(chosen)) {
    common ??= folderOf(key);
    while (!key.startsWith(common)) common = folderOf(common.slice(0, -1));
  }
  return common ?? '';
}

function* namesOf({ keys, prefixes, objects }: Chosen): Generator<string> {
  yield* keys;
  for (const prefix of prefixes) yield prefix.replace(/\/$/, '');
  for (const { key } of objects) yield key;
}

/** Many keys are asked for side by side. requests */
const asked = 16;

/** Rejects with what a listing fails with; a single key that fails is one of those that it yields. */
export async function* objectsOf(
  bucket: Bucket,
  chosen: Chosen,
  patience: Patience,
): AsyncGenerator<ListedObject | NotFound> {
  const { keys, prefixes, objects } = normal(chosen);
  yield* objects;
  for (let at = 0; at < keys.length; at += asked)
    yield* await Promise.all(keys.slice(at, at + asked).map((key) => objectAt(bucket, key, patience)));
  for (const prefix of prefixes) yield* below(bucket, prefix, patience);
}

async function objectAt(bucket: Bucket, key: string, patience: Patience): Promise<ListedObject | NotFound> {
  const { lasting, signal } = patience;
  try {
    const { ContentLength, ETag, LastModified } = await lasting(() =>
      bucket.ask(
        { right: 'read', key, operation: 'download' },
        (s3, { HeadObjectCommand }) =>
          s3.send(new HeadObjectCommand({ Bucket: bucket.name, Key: key }), { abortSignal: signal }),
        signal,
      ),
    );
    return { key, size: ContentLength ?? 0, etag: unquoted(ETag), modified: LastModified?.getTime() ?? 0 };
  } catch (error) {
    signal.throwIfAborted();
    const isOfAll = !(error instanceof SidelineError) || remedies[error.kind] === 'connection' || patience.isOver();
    if (isOfAll) throw error;
    return { key, error };
  }
}

async function* below(bucket: Bucket, prefix: string, { lasting, signal }: Patience): AsyncGenerator<ListedObject> {
  const pages = pagesOf(bucket);
  const source: PageSource = (request, ending) => lasting(() => pages(request, ending));
  for await (const { objects } of allPages(source, { prefix, delimiter: '' }, signal)) yield* objects;
}
