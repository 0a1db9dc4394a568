/** What all kinds of connections have in common when they are saved: names that are free, and secrets that go with the journal. */
import type { Connection, Credentials } from '../../shared/domain.ts';
import { SidelineError } from '../../shared/errors.ts';
import { refusals } from '../../shared/strings/refusals.ts';
import type { Journal } from '../journal/journal.ts';
import type { SecretStore } from '../storage/secrets.ts';

export type SecretChange = Credentials | 'keep' | 'none';

/** Resolves with what brings the secret of before back: it and the journal change together, or neither does. */
export async function changeSecret(
  secrets: SecretStore,
  name: string,
  change: SecretChange,
): Promise<() => Promise<void>> {
  if (change === 'keep') return () => Promise.resolve();
  const before = await readable(secrets, name);
  const undo = () => (before === null ? secrets.delete(name) : secrets.set(name, before));
  try {
    await (change === 'none' ? secrets.delete(name) : secrets.set(name, change));
  } catch (error) {
    await undo();
    throw error;
  }
  return undo;
}

/** A secret that nobody can decrypt any more is none: it is replaced, or goes with its connection. */
async function readable(secrets: SecretStore, name: string): Promise<Credentials | null> {
  try {
    return await secrets.get(name);
  } catch (error) {
    if (error instanceof SidelineError && error.kind === 'credentials-missing') return null;
    throw error;
  }
}

/** Throws `invalid-input`. */
export function existing(journal: Pick<Journal, 'connections'>, id: number): Connection {
  const found = journal.connections().find((connection) => connection.id === id);
  if (found === undefined) throw refused(refusals.connectionGone);
  return found;
}

/** Throws `invalid-input`. */
export function refuseTakenName(all: readonly Connection[], { id, name }: { id: number | null; name: string }): void {
  if (all.some((other) => other.name === name && other.id !== id)) throw refused(refusals.nameTaken(name));
}

/** The journal's own word on it: the names that removed connections were given count too. */
export function unlessTaken<T>(name: string, write: () => T): T {
  try {
    return write();
  } catch (cause) {
    const taken = cause instanceof Error && 'code' in cause && cause.code === 'SQLITE_CONSTRAINT_UNIQUE';
    throw taken ? refused(refusals.nameTaken(name), cause) : cause;
  }
}

export function refused(subject: string, cause?: unknown): SidelineError {
  return new SidelineError('invalid-input', { subject, cause });
}
