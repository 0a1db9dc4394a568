/** Times as cameras write them. */
const dateForm = /^\s*(\d{4})[:\-/.](\d{2})[:\-/.](\d{2})[ T](\d{2}):(\d{2}):(\d{2})/;
const offsetForm = /([+-])(\d{2}):?(\d{2})\s*$/;
/** No place on earth is further from UTC. minutes */
const mostOffset = 1080;

/**
 * What the clock showed, from `2026:05:31 14:03:09` and digits after the second; null for what is no time:
 * `0000:00:00 00:00:00` is written by cameras whose clock was never set.
 */
export function dateOf(text: string, fraction = ''): string | null {
  const [, year = '', month = '', day = '', hour = '', minute = '', second = ''] = dateForm.exec(text) ?? [];
  const wall = `${year}-${month}-${day}T${hour}:${minute}:${second}`;
  const time = new Date(`${wall}Z`);
  // A day that does not exist (31 June) is read as another one, or not at all.
  if (Number.isNaN(time.getTime()) || time.toISOString().slice(0, 19) !== wall) return null;
  const [digits = ''] = /^\d{1,6}/.exec(fraction.trim()) ?? [];
  return digits === '' ? wall : `${wall}.${digits}`;
}

/** Minutes ahead of UTC, from what ends in `+02:00`, `+0200` or `Z`; null: not told. */
export function offsetOf(text: string): number | null {
  if (/\dZ\s*$/.test(text) || text.trim() === 'Z') return 0;
  const [, sign, hours, minutes] = offsetForm.exec(text) ?? [];
  if (sign === undefined) return null;
  const offset = (Number(hours) * 60 + Number(minutes)) * (sign === '-' ? -1 : 1);
  return Math.abs(offset) <= mostOffset ? offset + 0 : null;
}
