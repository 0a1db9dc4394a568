/** What the four systems share. */
import { faultOf } from './faults.ts';
import type { Call, JsonValue } from './http.ts';
import type { Records } from './records.ts';
import type { Store, Validity } from './store.ts';

export interface Limits {
  /** I: what `file_size_mb` may say. MB */
  videoMegabytes: number;
  /** U: what `max_file_size` may ask for. bytes */
  formBytes: number;
  /** P: MAX_FILE_SIZE. bytes */
  mediaBytes: number;
}

export interface Backend {
  store: Store;
  records: Records;
  limits: Limits;
  /** P: who may use which event, by names of users; null: everyone every event */
  events: Readonly<Record<string, readonly string[]>> | null;
}

/** How long what is handed out in a call is valid: so many seconds, but where a fault says otherwise. */
export function validityOf({ faults }: Call, expires: number): Validity {
  const fault = faultOf(faults, 'expired-url');
  const now = Date.now();
  if (fault === undefined) return { signedAt: new Date(now), expires };
  if (fault.life !== undefined) return { signedAt: new Date(now), expires: fault.life };
  return { signedAt: new Date(now - (expires + 60) * 1000), expires };
}

/** Before a record is written. */
export function refuseFailingRecord({ faults }: Call): void {
  if (faultOf(faults, 'record-fails') !== undefined) throw new Error('the database refuses to write');
}

/** A record as its owner sees it. */
export function shown(record: Record<string, JsonValue>): JsonValue {
  return Object.fromEntries(Object.entries(record).filter(([name]) => name !== 'user_id'));
}

/** The extension of a file's name, without its dot, in small letters; empty where it has none. */
export function extensionOf(name: string): string {
  return /\.([a-z0-9]{1,10})$/i.exec(name)?.[1]?.toLowerCase() ?? '';
}
