/** What a kind of backend is to those who upload: one interface, and in data what it can and cannot do. */
import type { Content } from './api.ts';
import type { BrokerKind } from '../../shared/broker-settings.ts';
import type { FileRef, Place } from './place.ts';

export interface FileToPlace {
  /** without folders */
  name: string;
  /** media type, by content */
  type: string;
  /** bytes */
  size: number;
  /** file_type, event_id, session_id, ...: those of `needs` must be there, others are not looked at */
  values: Readonly<Record<string, string>>;
  /** what a person said of the batch; empty texts are not sent */
  details: { title: string; description: string; tags: readonly string[] };
}

/** What a backend, or a kind of backend, can do. */
export interface Abilities {
  kind: BrokerKind;
  /** how a file travels: a PUT or a form to the storage, or a form to the backend itself */
  sends: 'put' | 'form' | 'form-to-backend';
  /** values without which no place can be asked for */
  needs: readonly string[];
  /** values that it looks at where they are given */
  takes: readonly string[];
  /** It keeps title, description and tags. */
  details: boolean;
  /** `complete` is to be called when the file is there. */
  completes: boolean;
  /** `failed` is to be called when a file will not come. */
  tellsFailure: boolean;
  hasStatus: boolean;
  removes: boolean;
  /** links that expire: of a lifetime that we choose, or that the backend chooses */
  links: 'chosen' | 'fixed' | 'none';
  lists: 'by-type' | 'by-prefix' | 'none';
  /** Files are read through it. */
  reads: boolean;
  hasSessions: boolean;
  /** bytes */
  largestFile: number;
}

/** A file as the backend lists it. */
export interface BrokerFile extends FileRef {
  type: string | null;
  /** bytes */
  size: number | null;
  title: string | null;
  description: string | null;
  tags: readonly string[];
  /** as the backend writes it: ISO 8601 */
  createdAt: string | null;
  updatedAt: string | null;
}

export interface ListQuery {
  /** event_id */
  values: Readonly<Record<string, string>>;
  /** media type; null: all. Only where it lists by type */
  type: string | null;
  /** only where it lists by prefix */
  prefix: string;
  /** records before these; only where it lists by type */
  skip: number;
  limit: number;
}

export interface Page {
  files: BrokerFile[];
  /** There are more than these. */
  more: boolean;
}

export interface Link {
  url: string;
  /** by this computer's clock, ms since 1970; null: it does not expire, or nobody knows when */
  expiresAt: number | null;
}

/** What ends a session: journalled as it is before it is told, since the backend takes only the same again. */
export interface SessionCompletion {
  sessionId: string;
  /** ISO 8601, in UTC */
  endTime: string;
  minutes: number;
  calories: number;
  video: FileRef;
  thumbnail: FileRef | null;
}

export interface Sessions {
  /** Each call starts another: an answer that was lost leaves an empty session, which harms nothing. */
  start(signal: AbortSignal): Promise<{ sessionId: string }>;
  /** The same told again changes nothing. `broker-refused`: it was completed with something else. */
  complete(completion: SessionCompletion, signal: AbortSignal): Promise<void>;
}

/**
 * The calls of a kind; null: it does not have that. All throw a SidelineError of any kind that a backend or the way to it can
 * cause, and the signal's reason. None tries again by itself, but after a 401 with a renewed token.
 */
export interface Kind {
  abilities: Abilities;
  /**
   * Asks where a file may go. Each call is another place; one that is not used stays empty.
   * Throws `too-large` before anything is sent, `invalid-input` where a value is missing, `type-refused`.
   */
  place(file: FileToPlace, signal: AbortSignal): Promise<Place>;
  /** The name of the sending for errors; null: the storage answers it, not the backend */
  sendingName: string | null;
  /** What the backend answered to a file that went to itself. */
  kept: ((value: unknown, place: Place) => BrokerFile) | null;
  /** Tells that the file is there. Told again it changes nothing. */
  complete: ((place: Place, signal: AbortSignal) => Promise<void>) | null;
  /** Tells that the file will not come. Told again it changes nothing. */
  failed: ((ref: FileRef, reason: string, signal: AbortSignal) => Promise<void>) | null;
  /** What the backend believes of a file: pending, complete, failed, or a word of its own. */
  status: ((ref: FileRef, signal: AbortSignal) => Promise<string>) | null;
  /** The object and its record. `gone`: it was not there. */
  remove: ((ref: FileRef, signal: AbortSignal) => Promise<'removed' | 'gone'>) | null;
  /** `lifetime` in seconds, where it can be chosen */
  link: ((ref: FileRef, lifetime: number, signal: AbortSignal) => Promise<Link>) | null;
  list: ((query: ListQuery, signal: AbortSignal) => Promise<Page>) | null;
  /** `range` as in HTTP (bytes=0-99); null: the whole */
  read: ((ref: FileRef, range: string | null, signal: AbortSignal) => Promise<Content>) | null;
  /**
   * Records that could be what a sending left whose answer was lost: the same size, type and words, not older than `begunAt`
   * (ms since 1970, by this computer's clock). Who finds one compares its content, and does not send again.
   */
  alike: ((place: Place, begunAt: number, signal: AbortSignal) => Promise<BrokerFile[]>) | null;
  sessions: Sessions | null;
}

/** What a kind's file can leave out of its answer: it has none of it. */
export const nothing = {
  sendingName: null,
  kept: null,
  complete: null,
  failed: null,
  status: null,
  remove: null,
  link: null,
  list: null,
  read: null,
  alike: null,
  sessions: null,
} as const;
