/** Between what settings hold and what a person reads and types. Pure. */

/** Decimal, as everywhere in the window: 1 MB is 1,000,000 bytes. */
const megabyte = 1_000_000;

/** MB/s that can be set: from little more than the least that the contract takes, to more than any line here. */
export const rateBounds = { min: 0.01, max: 10_000 } as const;

/** What a limit starts with when it is switched on. bytes per second */
export const firstRate = 5 * megabyte;

/** bytes per second as MB/s, with at most two decimals */
export function megabytesOf(rate: number): number {
  return Math.round((rate / megabyte) * 100) / 100;
}

/** MB/s as bytes per second; null: it is no number that can be set. */
export function rateOf(megabytes: number): number | null {
  const inBounds = megabytes >= rateBounds.min && megabytes <= rateBounds.max;
  return inBounds ? Math.round(megabytes * megabyte) : null;
}

/** Minutes since midnight as a time field has them: "07:30". */
export function clockOf(minutes: number): string {
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  return `${String(hours).padStart(2, '0')}:${String(rest).padStart(2, '0')}`;
}

/** "07:30" as minutes since midnight; null: it is no time (yet). */
export function minutesOf(clock: string): number | null {
  const [, hours, minutes] = /^(\d\d):(\d\d)(?::\d\d)?$/.exec(clock) ?? [];
  if (hours === undefined || minutes === undefined || Number(hours) > 23 || Number(minutes) > 59) return null;
  return Number(hours) * 60 + Number(minutes);
}

/** The address of a proxy as main takes it: with the name and password, if they were typed; null: it is none. */
export function proxyAddress(text: string): string | null {
  const trimmed = text.trim();
  const address = /^[a-z][a-z0-9+.-]*:\/\//i.test(trimmed) ? trimmed : `http://${trimmed}`;
  try {
    const { protocol, username, password, hostname, host, origin } = new URL(address);
    if (!/^https?:$/.test(protocol) || hostname === '' || /\s/.test(trimmed)) return null;
    if (username === '' && password === '') return origin;
    return username === '' || password === '' ? null : `${protocol}//${username}:${password}@${host}`;
  } catch {
    return null;
  }
}
