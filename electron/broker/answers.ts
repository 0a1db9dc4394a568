/** What backends answer: JSON of the expected shape, or one of the kinds of errors, with words that help. */
import type http from 'node:http';
import { z } from 'zod';
import { printable } from '../../shared/format.ts';
import { SidelineError, type ErrorKind } from '../../shared/errors.ts';
import { broker as words } from '../../shared/strings/broker.ts';
import { challengeError } from '../storage/proxy-challenge.ts';
import { serverTime, type Answered } from './exchange.ts';

const says = words.answers;

/** A call as errors speak of it. */
export interface Asked {
  /** `POST /api/...`: the path of the settings, before its placeholders are filled in */
  name: string;
  host: string;
  /** What was sent as secret, and what was told to be: it must not come back in an error. */
  secrets: readonly string[];
}

/** JSON of a success; an empty body is undefined. Throws `broker-page` for what is no JSON, and what `refusal` makes. */
export function jsonOf(answered: Answered, asked: Asked): unknown {
  if (answered.status < 200 || answered.status >= 300) throw refusal(answered, asked);
  if (answered.text.trim() === '') return undefined;
  try {
    return JSON.parse(answered.text) as unknown;
  } catch {
    const what = isPage(answered) ? says.webPage : says.plain; // without the cause: it quotes the answer
    throw new SidelineError('broker-page', { subject: says.noJson(short(asked.name, longestName), asked.host, what) });
  }
}

function isPage({ headers, text }: Pick<Answered, 'headers' | 'text'>): boolean {
  return /html/i.test(headers['content-type'] ?? '') || /^\s*<(!doctype|html)/i.test(text);
}

/** A field of an answer. */
export interface Given<S extends z.ZodType = z.ZodType> {
  /** as the settings have it, a.b for a field within a field; null: it is not looked for, and comes out as undefined */
  name: string | null;
  schema: S;
  /** in words */
  expected: string;
}

const address = z.url({ protocol: /^https?$/ });

export const given = {
  text: (name: string) => ({ name, schema: z.string().min(1), expected: says.text }),
  /** a number is one too: databases count */
  id: (name: string) => ({
    name,
    schema: z.union([z.string().min(1).max(500), z.int()]).transform(String),
    expected: says.name,
  }),
  address: (name: string) => ({ name, schema: address, expected: says.address }),
  number: (name: string) => ({ name, schema: z.number().nonnegative(), expected: says.number }),
  mayText: (name: string | null) => ({ name, schema: z.string().nullish(), expected: says.text }),
  mayId: (name: string | null) => ({
    name,
    schema: z.union([z.string(), z.int()]).transform(String).nullish(),
    expected: says.name,
  }),
  /** must be there where the settings name it */
  namedAddress: (name: string | null) => ({
    name,
    schema: name === null ? address.nullish() : address,
    expected: says.address,
  }),
  mayAddress: (name: string | null) => ({ name, schema: address.nullish(), expected: says.address }),
  mayNumber: (name: string | null) => ({ name, schema: z.number().nonnegative().nullish(), expected: says.number }),
  mayFlag: (name: string | null) => ({ name, schema: z.boolean().nullish(), expected: says.flag }),
  fields: (name: string) => ({ name, schema: z.record(z.string(), z.string()), expected: says.fields }),
  mayFields: (name: string | null) => ({
    name,
    schema: z.record(z.string(), z.string()).nullish(),
    expected: says.fields,
  }),
  list: (name: string) => ({ name, schema: z.array(z.unknown()), expected: says.list }),
  /** a list of texts, or one text with commas */
  mayTags: (name: string | null) => ({
    name,
    schema: z.union([z.array(z.string()), z.string().transform((text) => text.split(','))]).nullish(),
    expected: says.list,
  }),
};

type Read<T extends Record<string, Given>> = { [Name in keyof T]: z.output<T[Name]['schema']> };

/** The fields of an answer. Throws `broker-answer`: which field, what was expected, what came; its kind, never its value. */
export function fieldsOf<T extends Record<string, Given>>(value: unknown, wanted: T, call: string): Read<T> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw unexpected(call, 'it', says.record, shapeOf(value));
  const read = Object.entries(wanted).map(([name, one]) => {
    const found = one.name === null ? undefined : fieldAt(value, one.name);
    const parsed = one.schema.safeParse(found);
    if (!parsed.success) {
      const came = found === undefined ? shapeOf(value) : shapeOf(found);
      throw unexpected(call, one.name ?? name, one.expected, came);
    }
    return [name, parsed.data] as const;
  });
  // Each was parsed by its own schema.
  return Object.fromEntries(read) as Read<T>;
}

/** A list: the answer itself, or a field of it. Throws as `fieldsOf`. */
export function listOf(value: unknown, name: string | null, call: string): unknown[] {
  if (name !== null) return fieldsOf(value, { items: given.list(name) }, call).items;
  if (Array.isArray(value)) return value as unknown[];
  throw unexpected(call, 'it', says.list, shapeOf(value));
}

function unexpected(call: string, field: string, expected: string, came: string): SidelineError {
  const subject = says.mismatch(short(call, longestName), short(field, longestName), expected, came);
  return new SidelineError('broker-answer', { subject });
}

function fieldAt(value: unknown, name: string): unknown {
  return name
    .split('.')
    .reduce<unknown>(
      (at, one) => (typeof at === 'object' && at !== null && Object.hasOwn(at, one) ? Reflect.get(at, one) : undefined),
      value,
    );
}

/** Its type, and of an object the names in it: values may be secret. */
function shapeOf(value: unknown): string {
  if (value === undefined) return says.nothing;
  if (value === null) return 'null';
  if (Array.isArray(value)) return words.shapes.array ?? '';
  if (typeof value === 'string') return value === '' ? says.emptyText : says.otherText;
  if (typeof value !== 'object') return words.shapes[typeof value] ?? typeof value;
  const names = Object.keys(value)
    .filter((name) => /^[\w.-]{1,40}$/.test(name))
    .slice(0, 8);
  return names.length === 0 ? says.emptyObject : says.fieldsNamed(short(names.join(', '), longestNames));
}

const kindOfStatus: Readonly<Record<number, ErrorKind>> = {
  401: 'sign-in-needed',
  403: 'broker-denied',
  404: 'broker-missing',
  405: 'broker-answer', // it is there, under another method: the paths are wrong
  408: 'connection-lost',
  410: 'broker-missing',
  413: 'too-large',
  425: 'throttled',
  429: 'throttled',
  503: 'throttled',
};

/** An answer that is no success, as an error with the backend's own words. */
export function refusal(answered: Pick<Answered, 'status' | 'headers' | 'text'>, asked: Asked): SidelineError {
  const { status, headers } = answered;
  if (status === 407) return challengeError(headers['proxy-authenticate']);
  if (status >= 300 && status < 400)
    return new SidelineError('broker-redirect', {
      subject: short(originOf(headers.location, asked.host), longestName),
    });
  const kind = kindOfStatus[status] ?? (status >= 500 ? 'broker-failed' : 'broker-refused');
  const said = wordsIn(answered, asked.secrets);
  const name = short(asked.name, longestName);
  const what = said === '' ? says.status(name, status) : says.said(name, said);
  const subject = kind === 'sign-in-needed' ? asked.host : kind === 'too-large' ? said : what;
  const wait = retryAfter(headers);
  return new SidelineError(kind, {
    subject,
    cause: new Error(`HTTP ${status}: ${what}`),
    ...(wait === undefined ? {} : { retryAfter: wait }),
  });
}

/** Without a path and query, which may hold anything. */
function originOf(location: string | undefined, host: string): string {
  const base = `https://${host}`;
  return location !== undefined && URL.canParse(location, base) ? new URL(location, base).host : '';
}

/** RFC 9110, 10.2.3: seconds, or a date, which is compared with the server's own clock. ms, at most 5 min */
function retryAfter(headers: http.IncomingHttpHeaders): number | undefined {
  const said = headers['retry-after']?.trim() ?? '';
  if (said === '') return undefined;
  const ms = /^\d+$/.test(said) ? Number(said) * 1000 : Date.parse(said) - (serverTime(headers) ?? Date.now());
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(ms, 0), 300_000);
}

const wordsSchema = z.union([
  z.looseObject({ error: z.string().min(1) }).transform(({ error }) => error),
  z.looseObject({ error: z.looseObject({ message: z.string().min(1) }) }).transform(({ error }) => error.message),
  z.looseObject({ detail: z.string().min(1) }).transform(({ detail }) => detail),
  // FastAPI: https://fastapi.tiangolo.com/tutorial/handling-errors/
  z
    .looseObject({
      detail: z.array(z.looseObject({ loc: z.array(z.union([z.string(), z.number()])), msg: z.string() })),
    })
    .transform(({ detail }) => detail.map(({ loc, msg }) => `${loc.join('.')}: ${msg}`).join('; ')),
  z.looseObject({ message: z.string().min(1) }).transform(({ message }) => message),
  // Django REST framework: a list of texts by field
  z.record(z.string(), z.array(z.string())).transform((fields) =>
    Object.entries(fields)
      .map(([name, all]) => `${name}: ${all.join(' ')}`)
      .join('; '),
  ),
]);

/** Characters of a sentence or two, of a call and of a field: what is shown of an error stays readable. */
const longestWords = 150;
const longestName = 70;
const longestNames = 90;

function short(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most - 3).toWellFormed()}...` : text;
}

/** Of an error's body, fit for a person and without what is secret; empty: it has none. */
function wordsIn({ headers, text }: Pick<Answered, 'headers' | 'text'>, secrets: readonly string[]): string {
  if (isPage({ headers, text })) return '';
  const said = wordsSchema.safeParse(parsed(text)).data ?? '';
  return clean(said, secrets);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined; // an error without words is one all the same
  }
}

/** Without secrets, the queries of addresses, tokens that look like ones, line breaks, and what is too long. */
export function clean(said: string, secrets: readonly string[]): string {
  const known = secrets.filter((secret) => secret.length > 3).toSorted((a, b) => b.length - a.length);
  const without = known
    .reduce((text, secret) => text.replaceAll(secret, '[removed]'), said)
    .replaceAll(/(https?:\/\/[^\s?"']*)\?[^\s"']*/g, '$1')
    .replaceAll(/\beyJ[\w-]{8,}\.[\w-]+(\.[\w-]*)?/g, '[removed]')
    .replaceAll(/\s+/g, ' ')
    .trim()
    .replace(/\.$/, '');
  return short(printable(without), longestWords);
}

/** What is not there need not be removed: told again, it is well. */
export async function removedBy(asking: Promise<unknown>): Promise<'removed' | 'gone'> {
  try {
    await asking;
    return 'removed';
  } catch (error) {
    if (error instanceof SidelineError && error.kind === 'broker-missing') return 'gone';
    throw error;
  }
}
