/** A bandwidth limit over all transfers together: a token bucket that holds a quarter of a second. */
import { setTimeout as sleep } from 'node:timers/promises';

export interface Bandwidth {
  /** bytes per second, or null: no limit. Takes effect at once. */
  limit: number | null;
  /** Resolves when this many bytes may be sent. Rejects when the signal aborts. */
  take(bytes: number, signal: AbortSignal): Promise<void>;
}

const burst = 250; // ms

export function createBandwidth(limit: number | null): Bandwidth {
  /** When the bytes that were given out will all have been sent at the limit's pace. ms, monotonic */
  let paidUntil = 0;
  const bandwidth: Bandwidth = {
    limit,
    async take(bytes, signal) {
      if (bandwidth.limit === null) return;
      const now = performance.now();
      paidUntil = Math.max(paidUntil, now - burst) + (bytes / bandwidth.limit) * 1000;
      if (paidUntil > now) await sleep(paidUntil - now, undefined, { signal });
    },
  };
  return bandwidth;
}
