/**
 * Whether the object of a backend's record is gone, as the backend itself says: where its storage is nobody knows here, so that a
 * record without object in this bucket is no more than a reason to ask.
 */
import { asSidelineError, type ErrorKind, type SidelineError } from '../../../shared/errors.ts';
import type { Broker } from '../../broker/broker.ts';
import type { FileRef } from '../../broker/place.ts';
import { isKnown, openFile, wayToRead } from '../../broker/reading.ts';
import { isOfAll, type AskedBackend } from './asked-backend.ts';

const missing: readonly ErrorKind[] = ['broker-missing', 'object-missing'];

export interface ToProve extends FileRef {
  id: string;
  key: string;
  /** bytes; null: not known */
  size: number | null;
}

type Proof =
  | { outcome: 'there' | 'pending' }
  /** in the backend's words */
  | { outcome: 'gone'; said: string }
  | { outcome: 'untold'; error: SidelineError };

/** Rejects with what is of the backend as a whole (`isOfAll`), and the signal's reason. */
export async function proofOf(broker: Broker, record: ToProve, signal: AbortSignal): Promise<Proof> {
  try {
    const isPending =
      broker.status !== null && isKnown(broker, record) && (await broker.status(record, signal)) === 'pending';
    if (isPending) return { outcome: 'pending' };
    const range = record.size === 0 ? null : 'bytes=0-0'; // an empty file has no first byte
    (await openFile(broker, record, range, signal)).body.destroy();
    return { outcome: 'there' };
  } catch (thrown) {
    signal.throwIfAborted();
    const error = asSidelineError(thrown);
    if (missing.includes(error.kind)) return { outcome: 'gone', said: error.message };
    if (isOfAll(error)) throw error;
    return { outcome: 'untold', error };
  }
}

/**
 * Whether "it is not there" of this backend means that. One whose paths are entered wrongly, or that stands behind something that
 * answers for it, says so of everything: it is believed once it has given a file that it has a record of, or says something else of
 * a record that nobody has. Rejects as `proofOf`.
 */
export async function isBelieved(
  backend: Pick<AskedBackend, 'seen' | 'belief'>,
  broker: Broker,
  gone: ToProve,
  signal: AbortSignal,
): Promise<boolean> {
  const { seen } = backend;
  const judge = async () =>
    (seen !== null && (await proofOf(broker, seen, signal)).outcome === 'there') ||
    (await tellsApart(broker, gone, signal));
  return await (backend.belief ??= judge());
}

/** Asked in turn: what differs from answer to answer by itself (a time, a number of the request) decides nothing. */
async function tellsApart(broker: Broker, gone: ToProve, signal: AbortSignal): Promise<boolean> {
  if (wayToRead(broker, gone) === 'address') return false;
  const nobody = { ...gone, id: unusedId(gone.id) };
  const said: string[] = [];
  for (const record of [gone, nobody, gone]) {
    const proof = await proofOf(broker, record, signal);
    if (proof.outcome !== 'gone') return proof.outcome === 'there' && record === nobody;
    const ids = [gone.id, nobody.id].flatMap((id) => [id, encodeURIComponent(id)]);
    said.push(ids.reduce((text, id) => text.replaceAll(id, ''), proof.said));
  }
  return said[0] === said[2] && said[0] !== said[1];
}

/** Of the same shape, so that it is looked up as the other is. */
function unusedId(id: string): string {
  return id.replaceAll(/[0-9]/g, (digit) => String(9 - Number(digit)));
}
