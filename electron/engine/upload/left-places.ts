/** What backends are still to be told: of places that nobody uses any more. */
import { asSidelineError } from '../../../shared/errors.ts';
import type { Broker } from '../../broker/broker.ts';
import type { Journal } from '../../journal/journal.ts';
import type { LeftPlace } from '../../journal/places.ts';
import { remedies } from './retry.ts';

/**
 * Tells it: where the backend wants to know that a file will not come, that; where it can remove, what may be there is removed.
 * Throws the SidelineError of what the network prevents, which stays noted for the next time.
 */
export async function tellLeft(
  journal: Journal,
  connectionId: number,
  broker: Broker,
  signal: AbortSignal,
): Promise<void> {
  leaveGivenUp(journal, connectionId, broker);
  await journal.committed();
  for (let some = journal.leftPlaces(connectionId); some.length > 0; some = journal.leftPlaces(connectionId)) {
    for (const left of some) {
      await tellOne(broker, left, signal);
      journal.removeLeftPlace(left.id);
    }
    await journal.committed();
  }
}

/**
 * Of transfers that were given up. What is only failed keeps its place where the backend wants no word of it: if the file is
 * there already, a person's retry need not send it again.
 */
function leaveGivenUp(journal: Journal, connectionId: number, broker: Broker): void {
  for (const { id, why } of journal.givenUpPlaces(connectionId)) {
    const failed = journal.transfer(id)?.state === 'failed';
    if (!failed || broker.failed !== null) journal.leavePlace(id, why);
  }
}

async function tellOne(broker: Broker, { ref, why, begun }: LeftPlace, signal: AbortSignal): Promise<void> {
  try {
    if (broker.failed !== null) await broker.failed(ref, why, signal);
    else if (begun && broker.remove !== null && isKnown(broker, ref)) await broker.remove(ref, signal);
  } catch (error) {
    signal.throwIfAborted();
    // What the backend does not want to hear is not told again.
    if (remedies[asSidelineError(error).kind] !== 'fail') throw error;
  }
}

/** Where the backend takes the file itself, what it kept is known by its answer alone. */
function isKnown({ abilities }: Broker, { id, key }: LeftPlace['ref']): boolean {
  return abilities.sends === 'form-to-backend' ? id !== null : key !== null;
}
