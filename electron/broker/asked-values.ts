/** What is looked at before a backend is asked. */
import { formatBytes } from '../../shared/format.ts';
import { SidelineError } from '../../shared/errors.ts';
import { broker as words } from '../../shared/strings/broker.ts';
import type { FileToPlace } from './kind.ts';
import type { FileRef } from './place.ts';

/** Throws `too-large`. `largest` in bytes */
export function refuseLarger({ size }: FileToPlace, largest: number): void {
  if (size > largest) throw new SidelineError('too-large', { subject: words.values.largest(formatBytes(largest)) });
}

/** Throws `invalid-input` with the name of a value that is missing. */
export function valueOf(values: Readonly<Record<string, string>>, name: string): string {
  const value = Object.hasOwn(values, name) ? values[name] : undefined;
  if (value !== undefined && value !== '') return value;
  throw new SidelineError('invalid-input', { subject: words.values.missing(name) });
}

/** Throws `internal`: who calls has a reference that is not of this kind of backend. */
export function idOf({ id }: Pick<FileRef, 'id'>): string {
  if (id !== null) return id;
  throw new SidelineError('internal', { cause: new Error('the file has no id at the backend') });
}

/** As `idOf`. */
export function keyOf({ key }: Pick<FileRef, 'key'>): string {
  if (key !== null) return key;
  throw new SidelineError('internal', { cause: new Error('the file has no key') });
}

/** Of a call's fields, those that have a name. */
export function named(...fields: [name: string | null, value: unknown][]): Record<string, unknown> {
  const kept = fields.flatMap(([name, value]) =>
    name === null || value === undefined ? [] : [[name, value] as const],
  );
  return Object.fromEntries<unknown>(kept);
}
