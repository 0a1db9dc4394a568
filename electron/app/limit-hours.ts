/** Which bandwidth limit holds now, and until when: hours of the clock on the wall, also where summer time begins or ends. */
import type { Settings } from '../../shared/settings.ts';

export interface LimitNow {
  /** bytes per second; null: as fast as the line */
  rate: number | null;
  /** ms until it is another; null: it stays */
  changesIn: number | null;
}

const minute = 60_000;
/** Both ends of the hours come within a day; that of a clock change may miss one of them. minutes */
const farthest = 49 * 60;

/** Hours that begin when they end are the whole day. */
export function limitAt({ limitRate, limitHours }: Pick<Settings, 'limitRate' | 'limitHours'>, now: Date): LimitNow {
  if (limitRate === null || limitHours === null) return { rate: limitRate, changesIn: null };
  const holds = isWithin(limitHours, now);
  return { rate: holds ? limitRate : null, changesIn: nextChange(limitHours, now, holds) };
}

function isWithin({ from, to }: { from: number; to: number }, at: Date): boolean {
  const time = at.getHours() * 60 + at.getMinutes();
  if (from < to) return from <= time && time < to;
  return time >= from || time < to;
}

/** Minute by minute: what the clock will show is only known by asking, for it may leave out an hour or show it twice. */
function nextChange(hours: { from: number; to: number }, now: Date, holds: boolean): number | null {
  const start = now.getTime();
  const first = start - (start % minute) + minute; // every zone of today is off by whole minutes
  for (let at = first; at < first + farthest * minute; at += minute) {
    if (isWithin(hours, new Date(at)) !== holds) return at - start;
  }
  return null;
}
