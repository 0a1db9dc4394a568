/** A bandwidth limit over all transfers together: a token bucket that holds a quarter of a second. */
import { setTimeout as sleep } from 'node:timers/promises';

export interface Bandwidth {
  /** bytes per second, or null: no limit. Takes effect at once, for those who wait already too. */
  limit: number | null;
  /** Resolves when this many bytes may be sent. Rejects when the signal aborts: nobody pays then for what was not sent. */
  take(bytes: number, signal: AbortSignal): Promise<void>;
}

const burst = 250; // ms

export function createBandwidth(limit: number | null): Bandwidth {
  /** When the bytes that were given out will all have been sent at the limit's pace. ms, monotonic */
  let paidUntil = -Infinity;
  let current = limit;
  let changed = new AbortController();
  return {
    get limit() {
      return current;
    },
    set limit(next) {
      if (next === current) return;
      current = next;
      paidUntil = -Infinity; // what was given out at the pace of before is nobody's debt any more
      changed.abort();
      changed = new AbortController();
    },
    async take(bytes, signal) {
      if (current === null) return;
      const now = performance.now();
      const price = (bytes / current) * 1000; // ms
      const change = changed.signal;
      paidUntil = Math.max(paidUntil, now - burst) + price;
      try {
        if (paidUntil > now) await sleepUntilChange(paidUntil - now, signal, change);
      } catch (error) {
        if (!change.aborted) paidUntil -= price;
        throw error;
      }
    },
  };
}

async function sleepUntilChange(ms: number, signal: AbortSignal, change: AbortSignal): Promise<void> {
  try {
    await sleep(ms, undefined, { signal: AbortSignal.any([signal, change]) });
  } catch (error) {
    if (signal.aborted || !change.aborted) throw error;
  }
}
