/** How fast each file goes, by what left of it in the last seconds. */

interface Sight {
  /** ms */
  at: number;
  /** bytes that had left */
  sent: number;
}

/** ms that are looked back */
const span = 5000;
/** ms: what was seen over a shorter time says nothing */
const shortest = 900;

export interface Speeds {
  /** What is under way at `at` (ms), with the bytes that left of each; all others are forgotten. */
  see(at: number, active: ReadonlyMap<number, number>): void;
  /** bytes per second; null: not known, or it is not under way */
  of(id: number): number | null;
}

export function createSpeeds(): Speeds {
  let seen = new Map<number, Sight[]>();
  return {
    see(at, active) {
      const next = new Map<number, Sight[]>();
      for (const [id, sent] of active) next.set(id, withSight(seen.get(id) ?? [], { at, sent }));
      seen = next;
    },
    of(id) {
      const sights = seen.get(id) ?? [];
      const [first, last] = [sights.at(0), sights.at(-1)];
      if (first === undefined || last === undefined || last.at - first.at < shortest) return null;
      return ((last.sent - first.sent) * 1000) / (last.at - first.at);
    },
  };
}

/** What is sent anew begins anew, and so does a clock that went back. */
function withSight(sights: readonly Sight[], next: Sight): Sight[] {
  const last = sights.at(-1);
  if (last !== undefined && (next.sent < last.sent || next.at < last.at)) return [next];
  return [...sights.filter(({ at }) => at >= next.at - span), next];
}
