/** Deletes at a backend what was sent over it: the object, and its record where the backend has one. */
import { isBroker } from '../../shared/connection-kind.ts';
import type { BrokerConnection } from '../../shared/domain.ts';
import { SidelineError } from '../../shared/errors.ts';
import { refusals } from '../../shared/strings/refusals.ts';
import type { OpenedBroker } from '../broker/open.ts';
import { removeOverBroker } from '../broker/reading.ts';
import type { Journal } from '../journal/journal.ts';

export interface RemoveDeps {
  journal: Pick<
    Journal,
    'committed' | 'connection' | 'forgetPlace' | 'noteRemoved' | 'place' | 'receipt' | 'sessionFiles' | 'together'
  >;
  openBroker(connection: BrokerConnection): Promise<OpenedBroker>;
  now(): number;
}

/**
 * With a video of a session all that was sent to it. What is noted when it is done is not sent "again" by mistake: the same file
 * goes up anew where somebody drops it. Cut off in the middle it can be done again. Throws `invalid-input` where it was not sent,
 * or went to a bucket, `unsupported` where the backend cannot delete, and what the backend and the network can cause.
 */
export async function removeSent(
  transferId: number,
  deps: RemoveDeps,
  signal: AbortSignal,
): Promise<{ removed: number }> {
  const { journal, openBroker, now } = deps;
  const receipt = journal.receipt(transferId);
  if (receipt === null) throw new SidelineError('invalid-input', { subject: refusals.notSent });
  const connection = journal.connection(receipt.connectionId);
  if (!isBroker(connection))
    throw new SidelineError('invalid-input', { subject: refusals.onlyBroker(connection.name) });
  const { broker } = await openBroker(connection);
  const others = journal.sessionFiles(transferId).filter(({ id }) => id !== transferId);
  let removed = 0;
  // The video last: as long as it is there, so is the row by which this can be done again.
  for (const id of [...others.map((one) => one.id), transferId]) {
    const ref = journal.place(id)?.ref;
    if (ref === undefined || journal.receipt(id) === null) continue;
    if ((await removeOverBroker(broker, ref, signal)) === 'removed') removed += 1;
    journal.together(() => {
      journal.noteRemoved(id, now());
      journal.forgetPlace(id);
    });
    await journal.committed();
  }
  return { removed };
}
