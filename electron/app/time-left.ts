/** How long the rest will take, as a person wants to be told it: it counts down, and does not jump with every gust. */

export interface TimeLeft {
  /**
   * Takes a look: `left` bytes are still to arrive, at `rate` bytes per second (null: not known). Returns ms, or null while
   * nobody can tell. `now` in ms, monotonic
   */
  look(now: number, left: number, rate: number | null): number | null;
  /** Nothing moves: the next look starts afresh. */
  reset(): void;
}

/** How fast what is shown gives way to what is measured. ms */
const inertia = 20_000;
/** A rate is believed when it was watched for so long. ms */
const watchFirst = 2000;
/** What is wrong by more than this factor is not shown on: more work came, or the line became another one. */
const tooWrong = 3;

export function createTimeLeft(): TimeLeft {
  let since: number | null = null;
  let last = 0;
  let shown: number | null = null;

  return {
    look(now, left, rate) {
      since ??= now;
      const elapsed = now - last;
      last = now;
      if (rate === null || rate <= 0 || now - since < watchFirst) return shown;
      const measured = (left / rate) * 1000;
      if (shown === null || measured > shown * tooWrong || measured < shown / tooWrong) shown = measured;
      else {
        const counted = Math.max(0, shown - elapsed);
        shown = counted + (measured - counted) * (1 - Math.exp(-elapsed / inertia));
      }
      return shown;
    },
    reset() {
      since = null;
      shown = null;
    },
  };
}
