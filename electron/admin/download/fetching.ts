/** What all objects of one download share: the places on the line, and who is told how far it is. */
import type { Bandwidth } from '../../engine/upload/bandwidth.ts';
import { createBuffers } from '../../engine/upload/buffers.ts';
import { createGovernor, type Governor } from '../../engine/upload/governor.ts';
import { MiB } from '../../engine/upload/part-size.ts';
import { createSlots, type Slots } from '../../engine/upload/slots.ts';
import type { Bucket } from '../bucket.ts';
import type { Patience } from '../patience.ts';
import { createDigests, type Digests } from './digests.ts';
import { createTurns } from './turns.ts';

export interface Fetching {
  bucket: Bucket;
  patience: Patience;
  slots: Slots;
  governor: Governor;
  /** what all that travels may take of the line together */
  bandwidth: Bandwidth;
  digests: Digests;
  /** Waits, where this turn of the loop has done enough. */
  nextTurn(): Promise<void> | undefined;
  /** bytes: what is larger is fetched in ranges of so many, side by side */
  rangeSize: number;
  /** Files of these names may be replaced. */
  overwrite: boolean;
  /** Bytes are in the file; fewer than none: they are worth nothing, and will come again. */
  wrote(bytes: number): void;
}

export const usualRange = 8 * MiB;
/** Each request gathers what comes in a buffer of this size, and writes it at once: more at a time would hold others up. bytes */
export const pieceSize = MiB / 4;

export type FetchingOptions = Omit<Fetching, 'slots' | 'governor' | 'digests' | 'nextTurn'>;

/** Whoever opens it closes it, when nothing is fetched any more. */
export function openFetching(options: FetchingOptions): Fetching & { close(): Promise<void> } {
  const governor = createGovernor();
  const digests = createDigests();
  const slots = createSlots(governor, createBuffers(64 * MiB));
  return { ...options, governor, slots, digests, nextTurn: createTurns(), close: () => digests.close() };
}
