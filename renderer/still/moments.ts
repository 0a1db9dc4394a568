/** Where in a video a still may be taken, the best place first. */

/** Late enough that the camera is held still, early enough that little has to be read. seconds */
const latestFirst = 3;

/** Seconds from the start, for a length in seconds that may be unknown: NaN, Infinity. */
export function momentsOf(duration: number): readonly number[] {
  if (!Number.isFinite(duration) || duration <= 0) return [1, 2, 0];
  return [Math.min(duration * 0.1, latestFirst), duration * 0.3, duration * 0.6];
}
