/** What the four backends are made of: routes that answer calls, each system in its own manner of refusing. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { z } from 'zod';
import type { Fault } from './faults.ts';

export interface User {
  id: string;
  username: string;
}

export interface Call {
  request: IncomingMessage;
  response: ServerResponse;
  /** what the groups of the route's path caught, decoded */
  params: string[];
  query: URLSearchParams;
  user: User;
  /** those that fall on this call */
  faults: readonly Fault[];
}

export interface Reply {
  status: number;
  headers?: Record<string, string>;
  /** JSON; a stream is sent as it is */
  body: Readable | JsonValue;
}

/** undefined in an object is left out, as JSON does */
export type JsonValue = string | number | boolean | null | undefined | JsonValue[] | { [name: string]: JsonValue };

export interface Route {
  method: string;
  /** matched against the path as it was sent, without its query */
  path: RegExp;
  answer(call: Call): Reply | Promise<Reply>;
}

export interface System {
  /** which paths are its own, for what it does not know there */
  prefixes: string[];
  /** false: it is asked without a token */
  signedIn: boolean;
  /** the body of a refusal in this system's manner */
  refusal(status: number, words: string): JsonValue;
  /** the answer to a body or query that does not fit */
  unfit(issues: readonly Issue[]): Reply;
  routes: Route[];
}

export interface Issue {
  /** `body` or `query`, then the field */
  place: string[];
  words: string;
}

/** A call that is answered with a status and words, in the manner of its system. */
export class Refusal extends Error {
  readonly status: number;

  /** `cause`: what failed inside, for the log */
  constructor(status: number, words: string, options?: ErrorOptions) {
    super(words, options);
    this.status = status;
  }
}

/** A body or query that does not fit. */
export class Unfit extends Error {
  readonly issues: readonly Issue[];

  constructor(issues: readonly Issue[]) {
    super(issues.map(({ place, words }) => `${place.join('.')}: ${words}`).join('; '));
    this.issues = issues;
  }
}

export const ok = (body: JsonValue): Reply => ({ status: 200, body });

/** FastAPI's manner: `detail`, and 422 with a list where a body does not fit. https://fastapi.tiangolo.com/tutorial/handling-errors/ */
export const fastApi: Pick<System, 'refusal' | 'unfit'> = {
  refusal: (_status, detail) => ({ detail }),
  unfit: (issues) => ({
    status: 422,
    body: { detail: issues.map(({ place, words }) => ({ type: 'value_error', loc: place, msg: words })) },
  }),
};

/** bytes; more is not JSON that a client of these backends sends */
const largestJson = 1024 * 1024;

/** The body as the schema has it. Throws Unfit, or 413 where it is endless. An absent body is an empty object. */
export async function readJson<T extends z.ZodType>(call: Call, schema: T): Promise<z.output<T>> {
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of bodyOf(call)) {
    size += piece.length;
    if (size > largestJson) throw new Refusal(413, 'The request body is too large');
    pieces.push(piece);
  }
  return fit(schema, parseJson(Buffer.concat(pieces).toString()), 'body');
}

function parseJson(text: string): unknown {
  try {
    return text === '' ? {} : (JSON.parse(text) as unknown);
  } catch {
    throw new Unfit([{ place: ['body'], words: 'JSON decode error' }]);
  }
}

export function readQuery<T extends z.ZodType>(call: Call, schema: T): z.output<T> {
  return fit(schema, Object.fromEntries(call.query), 'query');
}

function fit<T extends z.ZodType>(schema: T, value: unknown, where: string): z.output<T> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new Unfit(
    parsed.error.issues.map(({ path, message }) => ({ place: [where, ...path.map(String)], words: message })),
  );
}

/** A client that waits for a word before it sends (`Expect: 100-continue`) gets it here. An early end leaves the request whole. */
export async function* bodyOf({ request, response }: Call): AsyncGenerator<Buffer, void> {
  if (request.headers.expect !== undefined) response.writeContinue();
  for await (const piece of request.iterator({ destroyOnReturn: false })) yield piece as Buffer;
}

/** yyyyMMdd_HHmmss, in UTC */
export function fileTime(at: Date): string {
  return at.toISOString().slice(0, 19).replace(/[-:]/g, '').replace('T', '_');
}
