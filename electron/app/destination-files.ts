/** Destinations as they come from a file, go into one, and are stored several at once: the same for the window and the terminal. */
import { readFile, stat } from 'node:fs/promises';
import { parseDestinationFile, type NamedDestination } from '../../shared/destination-file.ts';
import type { Destination, DestinationRules } from '../../shared/destination.ts';
import { SidelineError } from '../../shared/errors.ts';
import { destinations as words } from '../../shared/strings/destinations.ts';
import { asSourceError } from '../engine/source.ts';
import type { Journal } from '../journal/journal.ts';

export interface WantedDestination {
  connectionId: number;
  rules: DestinationRules;
}

/** bytes: a thousand destinations with all that they can have are less */
const largestFile = 16 * 1024 * 1024;

/** Throws `invalid-input` with what is wrong with the file, or with its content and where. */
export async function readDestinationFile(file: string): Promise<NamedDestination[]> {
  return parseDestinationFile(await textOf(file));
}

async function textOf(file: string): Promise<string> {
  try {
    // A pipe or a device would never end.
    const { size } = await stat(file).then((found) => (found.isFile() ? found : { size: Infinity }));
    if (size > largestFile) throw new SidelineError('invalid-input', { subject: words.file.notOne(file) });
    return await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof SidelineError) throw error;
    const { message } = asSourceError(error, file);
    throw new SidelineError('invalid-input', { subject: words.file.unreadable(file, message), cause: error });
  }
}

/** In the order in which they were made: the first whose sorting takes a file gets it, on the other computer too. */
export function withConnectionNames(
  journal: Pick<Journal, 'connection'> | null,
  all: readonly Destination[],
): NamedDestination[] {
  return all
    .toSorted((one, other) => one.id - other.id)
    .map(({ connectionId, rules }) => ({ connection: journal?.connection(connectionId).name ?? '', rules }));
}

/** Names of those that are stored already. */
export function takenNames(
  journal: Pick<Journal, 'destinations'>,
  wanted: readonly { rules: Pick<DestinationRules, 'name'> }[],
): string[] {
  const stored = new Set(journal.destinations().map(({ rules }) => rules.name));
  return wanted.map(({ rules }) => rules.name).filter((name) => stored.has(name));
}

/** Writes all of them or none; what has the same name is replaced. */
export function storeDestinations(
  journal: Pick<Journal, 'addDestination' | 'destinations' | 'together' | 'updateDestination'>,
  wanted: readonly WantedDestination[],
): void {
  journal.together(() => {
    const stored = new Map(journal.destinations().map((one) => [one.rules.name, one]));
    for (const { connectionId, rules } of wanted) {
      const same = stored.get(rules.name);
      if (same === undefined) journal.addDestination(connectionId, rules);
      else journal.updateDestination({ ...same, connectionId, rules });
    }
  });
}
