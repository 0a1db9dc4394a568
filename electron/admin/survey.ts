/** Counts what a person has chosen before anything is done with it, so that what follows can say how far it is. */
import type { ListedObject } from '../storage/storage.ts';
import type { Bucket } from './bucket.ts';
import type { Patience } from './patience.ts';
import { objectsOf, type Chosen, type NotFound } from './selection.ts';

export interface Survey {
  /** objects, those that could not be found among them */
  count: number;
  bytes: number;
  /** In the same order every time. Those of a small selection are kept; a large one is listed again. */
  objects(): AsyncIterable<ListedObject | NotFound>;
}

/** With their keys some 10 MB. objects */
const mostKept = 20_000;

/** `only`: the others are there for the names, and not counted. Throws what a listing fails with, and the signal's reason. */
export async function survey(
  bucket: Bucket,
  chosen: Chosen,
  patience: Patience,
  only: ReadonlySet<string> | null = null,
): Promise<Survey> {
  let kept: (ListedObject | NotFound)[] | null = [];
  let count = 0;
  let bytes = 0;
  let seen = 0;
  for await (const one of objectsOf(bucket, chosen, patience)) {
    if (only?.has(one.key) !== false) {
      count += 1;
      bytes += isFound(one) ? one.size : 0;
    }
    if (++seen > mostKept) kept = null;
    kept?.push(one);
  }
  const list = kept;
  return { count, bytes, objects: () => (list === null ? objectsOf(bucket, chosen, patience) : from(list)) };
}

async function* from<T>(list: readonly T[]): AsyncGenerator<T> {
  yield* await Promise.resolve(list);
}

export function isFound(one: ListedObject | NotFound): one is ListedObject {
  return !('error' in one);
}
