/** What every transfer shares on its way to one store: the line, and who may use how much of it. */
import type { Logger } from 'pino';
import type { IntegrityMode } from '../../../shared/domain.ts';
import type { OpenedBroker } from '../../broker/open.ts';
import type { Journal } from '../../journal/journal.ts';
import type { Storage } from '../../storage/storage.ts';
import type { Inspections } from '../inspect/inspections.ts';
import type { Bandwidth } from './bandwidth.ts';
import type { Governor } from './governor.ts';
import type { PartRules } from './part-size.ts';
import type { Reader } from './reader.ts';
import type { BackoffRules } from './retry.ts';
import type { Slots } from './slots.ts';

/** What a way to a store and a way over a backend have in common. */
export interface BaseLine {
  journal: Journal;
  log: Logger;
  slots: Slots;
  governor: Governor;
  bandwidth: Bandwidth;
  reader: Reader;
  parts: PartRules;
  backoff: BackoffRules;
  /** ms */
  stallAfter: number;
  /** 0 to 1 */
  random(): number;
  /** ms since 1970 */
  now(): number;
  /** what the line was seen to carry, bytes per second; null when unknown */
  rate(): number | null;
  onSent(bytes: number): void;
  /** Whether the store can be reached at all, asked at most once at a time. When it cannot, every transfer is stopped. */
  online(): Promise<boolean>;
}

export interface Line extends BaseLine {
  storage: Storage;
  integrity: IntegrityMode;
  /** whether the store can list the parts of an upload */
  listParts: boolean;
  /** whether it refuses, when asked to, to replace an object */
  conditionalWrites: boolean;
  /** whether it encrypts objects when asked to */
  sse: boolean;
  /** notes of expected uploads (see `expectUpload`) whose Create is under way */
  creating: Set<number>;
}

export interface BrokerLine extends BaseLine {
  backend: OpenedBroker;
  /** sessions that are being started, by the transfer of their video */
  starting: Map<number, Promise<string>>;
  /** for the length of a session's video */
  inspections: Pick<Inspections, 'of'>;
}

export type AnyLine = Line | BrokerLine;
