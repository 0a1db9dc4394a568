/** Keys that were typed into the window: the system's keychain opens them to the app, and to nothing in a terminal. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { isS3Config } from '../../shared/connection-kind.ts';
import type { Batch, Connection } from '../../shared/domain.ts';
import { SidelineError } from '../../shared/errors.ts';
import type { Journal } from '../journal/journal.ts';
import { secretName, type SecretStore } from '../storage/secrets.ts';

export interface KeysDeps {
  /** the data folder */
  folder: string;
  /** the terminal's own keys */
  secrets: Pick<SecretStore, 'get'>;
}

/** Throws `invalid-input`, saying what to do, where only the window has the key of this connection. */
export async function refuseWindowKey(connection: Connection, deps: KeysDeps): Promise<void> {
  if (await isWindowKey(connection, deps)) throw refused([connection]);
}

/**
 * The batches whose keys the terminal can read. The others stay as they are, for the window: begun here, all their files would
 * fail. `say` is told of them; throws `invalid-input` where there is nothing else.
 */
export async function withReadableKeys(
  batches: readonly Batch[],
  deps: KeysDeps & { journal: Pick<Journal, 'connection'>; say: (line: string) => void },
): Promise<Batch[]> {
  const foreign: Connection[] = [];
  for (const id of new Set(batches.flatMap(({ connectionIds }) => connectionIds))) {
    const connection = deps.journal.connection(id);
    if (await isWindowKey(connection, deps)) foreign.push(connection);
  }
  const rest = batches.filter(({ connectionIds }) => !foreign.some(({ id }) => connectionIds.includes(id)));
  if (foreign.length === 0) return rest;
  if (rest.length === 0) throw refused(foreign);
  deps.say(refused(foreign).message);
  return rest;
}

async function isWindowKey({ id, config }: Connection, { folder, secrets }: KeysDeps): Promise<boolean> {
  const isKept = !isS3Config(config) || config.credentials.from === 'stored';
  if (!isKept || !existsSync(path.join(folder, 'secrets.bin'))) return false;
  return (await secrets.get(secretName(id))) === null;
}

function refused(connections: readonly Connection[]): SidelineError {
  const names = connections.map(({ name }) => `"${name}"`).join(', ');
  return new SidelineError('invalid-input', {
    subject: `The key of ${names} was typed into the window, and only the window can read it: upload there, or give the terminal a connection of its own with "sideline connection add".`,
  });
}
