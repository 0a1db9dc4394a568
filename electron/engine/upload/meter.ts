/** How fast bytes leave: over the last seconds, so that the number does not jump. */
export interface Meter {
  add(bytes: number): void;
  /** bytes per second over the last `span` ms (at most 60 s), null before anything was measured for a second */
  rate(span: number): number | null;
  /** bytes since the start */
  total(): number;
}

const bucket = 250; // ms
const buckets = 240;

export function createMeter(now: () => number = () => performance.now()): Meter {
  const counts = new Float64Array(buckets);
  const started = now();
  let last = Math.floor(started / bucket);
  let total = 0;

  function advance(): void {
    const current = Math.floor(now() / bucket);
    for (let at = Math.max(last + 1, current - buckets + 1); at <= current; at++) counts[at % buckets] = 0;
    last = current;
  }

  return {
    add(bytes) {
      advance();
      counts[last % buckets] = (counts[last % buckets] ?? 0) + bytes;
      total += bytes;
    },
    rate(span) {
      advance();
      const measured = Math.min(span, now() - started, bucket * (buckets - 1));
      if (measured < 1000) return null;
      const whole = Math.floor(measured / bucket);
      let sum = 0;
      // The current bucket is still filling: the ones before it are counted.
      for (let at = last - whole; at < last; at++) sum += counts[((at % buckets) + buckets) % buckets] ?? 0;
      return (sum / (whole * bucket)) * 1000;
    },
    total: () => total,
  };
}
