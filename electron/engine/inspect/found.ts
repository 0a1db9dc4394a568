/** What can be found out about a file, while nothing is known of it. */
import type { Inspected } from '../../../shared/inspected.ts';

/** Pixels; null: not told */
export type Size = Pick<Inspected, 'width' | 'height'>;

export const noSize: Size = { width: null, height: null };

export const nothingKnown: Inspected = { type: null, ...noSize, duration: null, taken: null };
