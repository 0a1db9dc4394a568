/** What all objects of one download share: the places on the line, and who is told how far it is. */
import { createBuffers } from '../../engine/upload/buffers.ts';
import { createGovernor, type Governor } from '../../engine/upload/governor.ts';
import { MiB } from '../../engine/upload/part-size.ts';
import { createSlots, type Slots } from '../../engine/upload/slots.ts';
import type { Bucket } from '../bucket.ts';
import type { Patience } from '../patience.ts';

export interface Fetching {
  bucket: Bucket;
  patience: Patience;
  slots: Slots;
  governor: Governor;
  /** bytes: what is larger is fetched in ranges of so many, side by side */
  rangeSize: number;
  /** Files of these names may be replaced. */
  overwrite: boolean;
  /** Bytes are in the file; fewer than none: they are worth nothing, and will come again. */
  wrote(bytes: number): void;
}

export const usualRange = 8 * MiB;
/** Each request gathers what comes in a buffer of this size, and writes it at once. bytes */
export const pieceSize = MiB;

export function openLine(): Pick<Fetching, 'slots' | 'governor'> {
  const governor = createGovernor();
  return { governor, slots: createSlots(governor, createBuffers(64 * MiB)) };
}
