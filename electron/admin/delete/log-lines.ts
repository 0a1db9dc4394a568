/**
 * The lines of a deletion's log. First what it is about (`head`), then what is to be deleted, a line each, then what happened,
 * in order. Lines of objects begin with their key, all others with `line`. A line that cannot be read was cut by a crash.
 */
import { z } from 'zod';
import { errorKinds, type ErrorKind } from '../../../shared/errors.ts';

const at = z.number();
const versioning = z.enum(['on', 'suspended', 'off', 'unknown']);

export const headSchema = z.object({
  line: z.literal('head'),
  format: z.literal('sideline-deletion'),
  version: z.literal(1),
  /** the name of the file, without its ending */
  id: z.string(),
  what: z.enum(['objects', 'old-versions', 'versions']),
  /** They were moved: these are the originals. */
  moved: z.literal(true).exactOptional(),
  /** ms since 1970, as in all lines */
  at,
  user: z.string(),
  host: z.string(),
  program: z.enum(['window', 'terminal']),
  connection: z.object({ id: z.number(), name: z.string(), bucket: z.string(), endpoint: z.string().nullable() }),
  /** the first that were named */
  keys: z.array(z.string()),
  keyCount: z.number(),
  prefixes: z.array(z.string()),
  versioning,
});
export type Head = z.infer<typeof headSchema>;

/** Something that is to be deleted, as the survey found it. */
export const itemSchema = z.object({
  key: z.string(),
  /** bytes; null: not told, as all that follows */
  size: z.number().nullable(),
  etag: z.string().nullable(),
  modified: z.number().nullable(),
  /** of versions and markers: what is deleted for good */
  versionId: z.string().nullable(),
  /** it is a delete marker */
  marker: z.literal(true).exactOptional(),
});
export type Item = z.infer<typeof itemSchema>;

/** Items by their numbers, from 0: the first one, and how many. */
const range = z.tuple([z.number(), z.number()]);
const reason = z.object({
  kind: z.enum(errorKinds as [ErrorKind, ...ErrorKind[]]),
  name: z.string(),
  message: z.string(),
});
const failed = z.array(z.tuple([z.number(), reason]));

export const eventSchema = z.discriminatedUnion('line', [
  /** It was asked for, and confirmed. */
  z.object({ line: z.literal('begin'), at, again: z.boolean() }),
  /** The store is about to be asked to delete these. */
  z.object({ line: z.literal('try'), at, items: z.array(range) }),
  /** `markers`: of each that was deleted, in order; absent: there are none */
  z.object({
    line: z.literal('did'),
    at,
    deleted: z.array(range),
    markers: z.array(z.string().nullable()).exactOptional(),
    failed,
  }),
  z.object({ line: z.literal('undo-begin'), at, user: z.string(), host: z.string() }),
  z.object({ line: z.literal('undo-try'), at, items: z.array(range) }),
  z.object({
    line: z.literal('undo-did'),
    at,
    restored: z.array(range),
    replaced: z.array(range),
    lost: z.array(range),
    failed,
  }),
  /** Nothing is under way any more. */
  z.object({
    line: z.literal('end'),
    at,
    state: z.enum(['done', 'failed', 'cancelled']),
    /** of the whole log, so that a list need not read all of it */
    objects: z.number(),
    bytes: z.number(),
    outcomes: z.object({
      untried: z.number(),
      unknown: z.number(),
      deleted: z.number(),
      failed: z.number(),
      restored: z.number(),
      replaced: z.number(),
      lost: z.number(),
    }),
    undoable: z.number(),
  }),
]);
export type LogEvent = z.infer<typeof eventSchema>;
export type Range = z.infer<typeof range>;

/** Ranges of numbers that grow. */
export function rangesOf(numbers: readonly number[]): Range[] {
  const ranges: Range[] = [];
  for (const number of numbers) {
    const last = ranges.at(-1);
    if (last !== undefined && last[0] + last[1] === number) last[1] += 1;
    else ranges.push([number, 1]);
  }
  return ranges;
}

export function* numbersOf(ranges: readonly Range[]): Generator<number, void> {
  for (const [first, count] of ranges) for (let number = first; number < first + count; number++) yield number;
}

/** A line of an object, without parsing it. */
export const isItem = (line: string): boolean => line.startsWith('{"key":') && line.endsWith('}');

/** The line without its end; null: it was cut, or is of no kind that is known here. */
export function parseLine<Schema extends z.ZodType>(schema: Schema, line: string): z.output<Schema> | null {
  try {
    return schema.safeParse(JSON.parse(line)).data ?? null;
  } catch {
    return null;
  }
}
