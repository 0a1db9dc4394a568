/** How answers are checked, and what several presets ask alike. */
import { SidelineError } from '../errors.ts';
import { normalPrefix, objectKey, unlistable } from '../key-template/index.ts';
import { presetWords } from '../strings/presets.ts';
import type { Ask } from './preset.ts';

const { asks: words, problems } = presetWords;

/** A key has 1,024 bytes: this leaves enough for the rest in any script. characters */
const longestPart = 100;

/** One part of a key, by the rules that a field of a key template has. */
export function checkId(text: string): string | null {
  if (text.length > longestPart) return problems.tooLong(longestPart);
  if (/^\.+$/.test(text)) return problems.dots;
  if (/[/\\]/.test(text)) return problems.slash;
  return /\p{Cc}/u.test(text) || unlistable(text) !== null ? problems.control : null;
}

/** One folder or several, with '/' between them. */
export function checkFolder(text: string): string | null {
  if (text.length > longestPart) return problems.tooLong(longestPart);
  if (/[{}]/.test(text)) return problems.braces;
  try {
    objectKey(folderOf(text), 'x');
    return folderOf(text) === '' ? problems.folder('there is no name in it') : null;
  } catch (error) {
    if (error instanceof SidelineError) return problems.folder(error.subject);
    throw error;
  }
}

/** Without slashes around it: as a key template goes on after it. */
export function folderOf(text: string): string {
  return normalPrefix(text).slice(0, -1);
}

/** `https://` may be left out, as backends' settings do: `media.example.org`. */
export function checkAddress(text: string): string | null {
  const url = addressOf(text);
  if (url === null) return problems.address;
  return url.search !== '' || url.hash !== '' || url.username !== '' || url.password !== ''
    ? problems.addressEnd
    : null;
}

/** null where nothing was answered. */
export function publicUrlBaseOf(text: string): string | null {
  return addressOf(text)?.href.replace(/\/+$/, '') ?? null;
}

function addressOf(text: string): URL | null {
  const address = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `https://${text}`;
  if (/[\s\\]/.test(text) || !URL.canParse(address)) return null;
  const url = new URL(address);
  return /^https?:$/.test(url.protocol) ? url : null;
}

export function checkMegabytes(text: string): string | null {
  return /^[1-9]\d{0,6}$/.test(text) && Number(text) <= 5_000_000 ? null : problems.megabytes;
}

/** The documents count 1 MB as 1,024 * 1,024 bytes. */
export function bytesOf(megabytes: number): number {
  return megabytes * 1024 * 1024;
}

/** Those fields of a key that were answered: a destination asks for the others with each batch. */
export function answered(fields: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== ''));
}

const idAsk = { start: '', check: checkId } as const;

export const userId = { ...idAsk, ...words.userId, name: 'user_id', required: true } as const satisfies Ask;

export const userIdOrLater = {
  ...userId,
  hint: words.userId.hintWithBatch,
  required: false,
} as const satisfies Ask;

export const sessionIdOrLater = {
  ...idAsk,
  ...words.sessionId,
  name: 'session_id',
  required: false,
} as const satisfies Ask;

export const eventId = { ...idAsk, ...words.eventId, name: 'event_id', required: true } as const satisfies Ask;

export const imageType = { ...idAsk, ...words.imageType, name: 'image_type', required: true } as const satisfies Ask;

export const publicUrlBase = {
  ...words.publicUrlBase,
  name: 'public_url_base',
  required: false,
  start: '',
  check: checkAddress,
} as const satisfies Ask;
