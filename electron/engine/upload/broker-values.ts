/** What the backend of a transfer is told of it, and whether the same was sent there before. */
import type { Fingerprint, Receipt, Transfer } from '../../../shared/domain.ts';
import { SidelineError, type ErrorKind } from '../../../shared/errors.ts';
import type { Broker } from '../../broker/broker.ts';
import type { FileRef } from '../../broker/place.ts';
import { openFile, wayToRead } from '../../broker/reading.ts';
import { valuesFor } from '../../broker/values.ts';
import { looksChanged } from '../fingerprint.ts';
import type { Content } from '../verify/verify.ts';
import type { Job } from './job.ts';
import type { BrokerLine } from './line.ts';
import { sameReceipts } from './same-content.ts';

/** Of the batch, and of the destination. */
export function brokerValues({ line, transfer }: Job<BrokerLine>): Record<string, string> {
  const { journal, backend } = line;
  const { details, prefix } = journal.batch(transfer.batchId);
  const target = transfer.targetId === null ? null : journal.target(transfer.targetId);
  return valuesFor(backend.broker.abilities.kind, { details, prefix, rules: target?.rules ?? null });
}

/** By an earlier transfer of the same file, under the same values, that the backend still has. */
export async function wasSentOverBroker(job: Job<BrokerLine>): Promise<boolean> {
  const { journal } = job.line;
  const { connectionId, key, id } = job.transfer;
  for (const other of journal.transfersByKey(connectionId, key)) {
    const isOther = other.id === id || other.state !== 'done';
    if (isOther || looksChanged(other satisfies Fingerprint, job.transfer)) continue;
    if (await isThere(job, other)) return true;
  }
  return false;
}

/** The receipt of the same content at the same destination, which the backend still has; null: there is none. */
export async function findSameOverBroker(job: Job<BrokerLine>, content: Content): Promise<Receipt | null> {
  for (const receipt of sameReceipts(job, content))
    if (await isThere(job, { id: receipt.transferId, size: receipt.size })) return receipt;
  return null;
}

/** Under the values of this transfer: the same file in another event is another one. */
async function isThere(job: Job<BrokerLine>, { id, size }: Pick<Transfer, 'id' | 'size'>): Promise<boolean> {
  const { journal, backend } = job.line;
  const ref = journal.place(id)?.ref;
  const isOther = ([name, value]: [string, string]) => ref !== undefined && (ref.values[name] ?? value) !== value;
  if (ref === undefined || Object.entries(brokerValues(job)).some(isOther)) return false;
  return await isStillThere(backend.broker, ref, size, job.signal);
}

/** What says that it is not there for us: `key-foreign` of who was signed in before. */
const missing: readonly ErrorKind[] = ['broker-missing', 'object-missing', 'key-foreign'];

/** As far as the backend can be asked: that an address shows nothing to everybody is no proof. */
async function isStillThere(broker: Broker, ref: FileRef, size: number, signal: AbortSignal): Promise<boolean> {
  try {
    if (broker.status !== null && ref.id !== null) return (await broker.status(ref, signal)) !== 'failed';
    const canBeRead = ['backend', 'link'].includes(wayToRead(broker, ref)) && size > 0; // an empty file has no first byte
    if (canBeRead) (await openFile(broker, ref, 'bytes=0-0', signal)).body.destroy();
    return true;
  } catch (error) {
    if (error instanceof SidelineError && missing.includes(error.kind)) return false;
    throw error;
  }
}
