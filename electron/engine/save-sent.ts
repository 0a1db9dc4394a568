/** Brings back what was sent over a backend: a copy on this computer, read as it is written, and compared with what was sent. */
import { isBroker } from '../../shared/connection-kind.ts';
import type { BrokerConnection } from '../../shared/domain.ts';
import { SidelineError } from '../../shared/errors.ts';
import { refusals } from '../../shared/strings/refusals.ts';
import type { OpenedBroker } from '../broker/open.ts';
import { openFile, piecesOf } from '../broker/reading.ts';
import type { Journal } from '../journal/journal.ts';
import { compareReceipt } from './verify/compare-receipt.ts';
import type { Bandwidth } from './upload/bandwidth.ts';
import { writeReceived } from './write-received.ts';

export interface SaveDeps {
  journal: Pick<Journal, 'connection' | 'place' | 'receipt'>;
  openBroker(connection: BrokerConnection): Promise<OpenedBroker>;
  /** what all that travels may take of the line together */
  bandwidth: Bandwidth;
}

/**
 * Writes it to `file` (absolute), in the place of what was there; whatever happens meanwhile, no half of it is left. Returns
 * whether it is what was sent. Throws `invalid-input` where it was not sent over a backend, `unsupported` where that lets nobody
 * read, `target-unwritable` and the like, what the backend and the network can cause, and the signal's reason.
 */
export async function saveSent(
  transferId: number,
  file: string,
  { journal, openBroker, bandwidth }: SaveDeps,
  signal: AbortSignal,
): Promise<{ same: boolean }> {
  const receipt = journal.receipt(transferId);
  const ref = journal.place(transferId)?.ref;
  if (receipt === null || ref === undefined) throw new SidelineError('invalid-input', { subject: refusals.notSent });
  const connection = journal.connection(receipt.connectionId);
  if (!isBroker(connection))
    throw new SidelineError('invalid-input', { subject: refusals.onlyBroker(connection.name) });
  const { broker } = await openBroker(connection);
  const content = await openFile(broker, ref, null, signal);
  async function* paced(): AsyncGenerator<Buffer, void> {
    for await (const piece of piecesOf(content, broker.host, signal)) {
      await bandwidth.take(piece.length, signal);
      yield piece;
    }
  }
  const stored = await writeReceived(file, paced());
  return { same: compareReceipt(receipt, { ...stored, etag: content.etag ?? '' }).outcome === 'same' };
}
