/** The lists of one search for orphans. They last as long as somebody reads them, however many searches have begun since. */
import path from 'node:path';
import {
  leftUploadSchema,
  missingObjectSchema,
  unknownObjectSchema,
  type LeftUpload,
  type MissingObject,
  type OrphanList,
  type OrphanRow,
  type UnknownObject,
} from '../../../shared/orphans.ts';
import { openSpool, type Spool } from './spool.ts';

/** Rows of a list, by their numbers from 0: `only` those, or all, but not those of `except`. */
export interface RowNumbers {
  only?: readonly number[] | undefined;
  except?: readonly number[] | undefined;
}

export interface OrphanLists {
  unknown: Spool<UnknownObject>;
  missing: Spool<MissingObject>;
  uploads: Spool<LeftUpload>;
  /** The lists stay until this has ended. */
  reading<T>(work: () => Promise<T>): Promise<T>;
  page(list: OrphanList, offset: number, limit: number): Promise<OrphanRow[]>;
  /** All of a list, as far as it is known. */
  rows(list: OrphanList): AsyncGenerator<OrphanRow>;
  /** Their files are removed, as soon as nobody reads them any more. */
  close(): Promise<void>;
}

/** `folder`: absolute; `id`: of the search, for the names of its files */
export async function openLists(folder: string, id: number): Promise<OrphanLists> {
  const file = (list: OrphanList) => path.join(folder, `${id}-${list}.jsonl`);
  const [unknown, missing, uploads] = await Promise.all([
    openSpool(file('unknown'), unknownObjectSchema),
    openSpool(file('missing'), missingObjectSchema),
    openSpool(file('uploads'), leftUploadSchema),
  ]);
  const spools = { unknown, missing, uploads };
  const readers = new Set<Promise<unknown>>();

  async function reading<T>(work: () => Promise<T>): Promise<T> {
    const reader = work();
    readers.add(reader);
    try {
      return await reader;
    } finally {
      readers.delete(reader);
    }
  }

  return {
    ...spools,
    reading,
    page: (list, offset, limit) =>
      reading(async () => (await spools[list].page(offset, limit)).map((row) => labelled(list, row))),
    async *rows(list) {
      const { promise, resolve } = Promise.withResolvers<undefined>();
      readers.add(promise);
      try {
        for await (const row of spools[list].rows()) yield labelled(list, row);
      } finally {
        readers.delete(promise);
        resolve(undefined);
      }
    },
    async close() {
      await Promise.allSettled(readers);
      await Promise.all([unknown, missing, uploads].map((spool) => spool.close()));
    },
  };
}

/** The list says what its rows are. */
function labelled(list: OrphanList, row: UnknownObject | MissingObject | LeftUpload): OrphanRow {
  return { list, ...row } as OrphanRow;
}

/** Those with these numbers. */
export async function* picked<T>(rows: AsyncIterable<T>, { only, except }: RowNumbers): AsyncGenerator<T> {
  const wanted = only === undefined ? null : new Set(only);
  const left = new Set(except);
  let number = 0;
  for await (const row of rows) {
    if (wanted?.has(number) !== false && !left.has(number)) yield row;
    number += 1;
  }
}

/** How many those are of a list of so many rows. */
export function pickedOf(count: number, { only, except = [] }: RowNumbers): number {
  return Math.max(0, only?.length ?? count - except.length);
}

export async function* filtered<T>(rows: AsyncIterable<T>, takes: (row: T) => boolean): AsyncGenerator<T> {
  for await (const row of rows) if (takes(row)) yield row;
}

export async function countOf<T>(rows: AsyncIterable<T>, counts: (row: T) => boolean): Promise<number> {
  let count = 0;
  for await (const row of rows) if (counts(row)) count += 1;
  return count;
}
