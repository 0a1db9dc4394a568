/** A bandwidth limit over all transfers together: a token bucket that holds a quarter of a second, and who waits for it in their order. */

export interface Bandwidth {
  /** bytes per second, or null: no limit. Takes effect at once, for those who wait already too. */
  limit: number | null;
  /** Resolves when this many bytes may be sent. Rejects when the signal aborts: nobody pays, or waits, for what was not sent. */
  take(bytes: number, signal: AbortSignal): Promise<void>;
}

interface Waiting {
  bytes: number;
  grant(): void;
}

const burst = 250; // ms

/**
 * Bytes to take at a time, and of one write, which is all that is in the system's hands: small enough to see a slow line move, large
 * enough not to slow a fast one. Under a limit (bytes per second) many share it, and each has its turn within seconds.
 */
export function sliceSize(limit: number | null): number {
  return limit === null ? 1024 * 1024 : Math.min(64 * 1024, Math.max(256, Math.floor(limit / 8)));
}

export function createBandwidth(limit: number | null): Bandwidth {
  /** When the bytes that were given out will all have been sent at the limit's pace. ms, monotonic */
  let paidUntil = -Infinity;
  let current = limit;
  let timer: NodeJS.Timeout | undefined;
  const waiting: Waiting[] = [];

  /** What was not used for longer than a burst is gone. */
  function forgetUnused(): void {
    paidUntil = Math.max(paidUntil, performance.now() - burst);
  }

  /** Whether so many may go now; if so, they are paid. */
  function pay(bytes: number): boolean {
    if (current === null) return true;
    const due = dueOf(bytes, current);
    if (due > performance.now()) return false;
    paidUntil = due;
    return true;
  }

  const dueOf = (bytes: number, rate: number) => paidUntil + (bytes / rate) * 1000;

  function pump(): void {
    clearTimeout(timer);
    while (waiting[0] !== undefined && pay(waiting[0].bytes)) waiting.shift()?.grant();
    const first = waiting[0];
    if (first !== undefined && current !== null)
      timer = setTimeout(pump, Math.max(1, dueOf(first.bytes, current) - performance.now()));
  }

  return {
    get limit() {
      return current;
    },
    set limit(next) {
      if (next === current) return;
      current = next;
      paidUntil = -Infinity; // what was given out at the pace of before is nobody's debt any more
      forgetUnused();
      pump();
    },
    async take(bytes, signal) {
      signal.throwIfAborted();
      if (waiting.length === 0) {
        forgetUnused();
        if (pay(bytes)) return;
      }
      await new Promise<void>((resolve, reject) => {
        const giveUp = () => {
          waiting.splice(waiting.indexOf(entry), 1);
          forgetUnused();
          pump();
          // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- the reason is the caller's own
          reject(signal.reason);
        };
        const entry: Waiting = {
          bytes,
          grant() {
            signal.removeEventListener('abort', giveUp);
            resolve();
          },
        };
        signal.addEventListener('abort', giveUp, { once: true });
        waiting.push(entry);
        pump();
      });
    },
  };
}
