/**
 * How many requests are side by side: doubled while that brings more, then one step up now and then and back where it did
 * not help; halved when the store asks to go slower. Pure but for the clock that it is given.
 */

export interface Governor {
  /** requests side by side, now */
  limit(): number;
  /** bytes left for the store */
  sent(bytes: number): void;
  /** a request was answered */
  finished(): void;
  /** so many places are taken; a measurement counts only if they all were */
  saturation(taken: number): void;
  /** throttled, or timeouts under load */
  slowDown(): void;
  /** a fixed number that a person has set; null: automatic */
  fix(count: number | null): void;
}

const first = 8;
const most = 64;
/** A request costs the store and the line something whatever its size: counted as so many bytes. */
const requestWorth = 64 * 1024;
/** ms */
const shortestWindow = 60;
const longestWindow = 2000;
const rest = { first: 2000, longest: 30_000, afterSlowDown: 10_000 };

interface Window {
  start: number;
  work: number;
  requests: number;
  full: boolean;
}

export function createGovernor(now: () => number = () => performance.now()): Governor {
  let limit = first;
  let fixed: number | null = null;
  let doubling = true;
  /** the limit that is being tried out against `base`; null: none */
  let trial: number | null = null;
  let base = 0;
  let nextTrial = 0;
  let pause = rest.first;
  let slowedAt = -Infinity;
  let window: Window = open();

  function open(): Window {
    return { start: now(), work: 0, requests: 0, full: false };
  }

  function effective(): number {
    return Math.max(1, fixed ?? limit);
  }

  function evaluate(): void {
    const elapsed = now() - window.start;
    if (elapsed < shortestWindow) return;
    if (window.requests < limit && elapsed < longestWindow) return;
    const rate = window.work / elapsed;
    if (window.full) judge(rate);
    window = open();
  }

  function judge(rate: number): void {
    if (doubling) {
      if (rate > base * 1.15 && limit < most) {
        base = rate;
        limit = Math.min(most, limit * 2);
        return;
      }
      doubling = false;
      if (rate <= base * 1.05) limit = Math.max(1, Math.floor(limit / 2));
      base = Math.max(base, rate);
      nextTrial = now() + pause;
    } else if (trial !== null) {
      if (rate > base * 1.04) {
        base = rate;
        pause = rest.first;
      } else {
        limit = trial;
        pause = Math.min(rest.longest, pause * 2);
      }
      trial = null;
      nextTrial = now() + pause;
    } else {
      base = rate;
      if (now() >= nextTrial && limit < most) {
        trial = limit;
        limit = Math.min(most, Math.max(limit + 1, Math.round(limit * 1.25)));
      }
    }
  }

  return {
    limit: effective,
    sent(bytes) {
      window.work += bytes;
    },
    finished() {
      window.work += requestWorth;
      window.requests += 1;
      evaluate();
    },
    saturation(taken) {
      if (taken >= effective()) window.full = true;
    },
    slowDown() {
      if (now() - slowedAt < 1000) return; // one answer in a burst of many is enough
      slowedAt = now();
      limit = Math.max(1, Math.floor(limit / 2));
      doubling = false;
      trial = null;
      base = 0;
      nextTrial = now() + rest.afterSlowDown;
      window = open();
    },
    fix(count) {
      fixed = count;
    },
  };
}
