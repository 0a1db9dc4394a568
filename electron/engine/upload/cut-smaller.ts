/** Files that a line is too slow for as they are cut. */
import { isOverBackend, type AnyJob } from './job.ts';
import { smallerPartSize } from './part-size.ts';
import type { Slot } from './slots.ts';

/** The size of the parts in which the file is better begun anew (bytes); null: it cannot be cut smaller, or a whole part would be lost. */
export function betterPartSize(job: AnyJob): number | null {
  const { line, transfer } = job;
  if (isOverBackend(job)) return null; // what goes over a backend goes whole
  const arrived = transfer.partSize === null ? 0 : line.journal.sentBytes(transfer.id);
  return arrived === 0 || arrived < (transfer.partSize ?? 0) ? smallerPartSize(transfer, line.parts) : null;
}

/** Whether it should be, since what is left of a request would take twice as long as it may. `inTime`: see `bytesInTime` */
export function isTooLarge(job: AnyJob, taken: readonly Slot[], inTime: number): boolean {
  const isLate = ({ owner, size, sent }: Slot) => owner === job.signal && size - sent > 2 * inTime;
  return taken.some(isLate) && betterPartSize(job) !== null;
}
