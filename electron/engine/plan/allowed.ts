/** Whether files may go somewhere at all: asked before any of them is planned. */
import { isS3Config } from '../../../shared/connection-kind.ts';
import { SidelineError } from '../../../shared/errors.ts';
import { foldersOf, isWithin, ownFolders } from '../../../shared/own-folder.ts';
import type { Journal } from '../../journal/journal.ts';
import type { WantedPlace, WantedTarget } from './same-batch.ts';

type Known = Pick<Journal, 'connections' | 'destinations'>;

/**
 * Throws `read-only` where a connection is marked so, and `prefix-locked` where a destination that locks its users to their own
 * folder would be left: with another value for a field that it sets itself, or by sending to its connection without it.
 */
export function refuseForbidden(
  journal: Known,
  { connectionId, prefix, targets = [] }: Omit<WantedPlace, 'roots'>,
): void {
  const ids = targets.length === 0 ? [connectionId] : targets.map((target) => target.connectionId);
  for (const { id, name, config } of journal.connections()) {
    if (ids.includes(id) && isS3Config(config) && config.readOnly === true)
      throw new SidelineError('read-only', { subject: name });
  }
  if (targets.length === 0) refuseOutside(foldersOf(connectionId, journal.destinations()), [prefix]);
  for (const target of targets) refuseOutside(lockOf(journal, target), ownFolders(target.rules));
}

/** Null: it locks nobody. */
function lockOf(journal: Known, { destinationId }: WantedTarget): string[] | null {
  const saved = journal.destinations().find(({ id }) => id === destinationId);
  return saved?.rules.ownFolderOnly === true ? ownFolders(saved.rules) : null;
}

function refuseOutside(lock: readonly string[] | null, folders: readonly string[]): void {
  if (lock === null || folders.every((folder) => isWithin(lock, folder))) return;
  throw new SidelineError('prefix-locked', { subject: lock.join(', ') });
}
