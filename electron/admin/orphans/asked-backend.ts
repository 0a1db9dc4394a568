/** A backend while a search lasts: once it cannot be asked, it is not asked again, and why is told with the search. */
import type { BrokerConnection } from '../../../shared/domain.ts';
import { asSidelineError, type ErrorKind } from '../../../shared/errors.ts';
import type { Broker } from '../../broker/broker.ts';
import type { Brokers } from '../../broker/open.ts';
import { remedies } from '../../engine/upload/retry.ts';
import type { ToProve } from './record-proof.ts';

export interface AskedBackend {
  connection: BrokerConnection;
  /** Null: it cannot be asked, or knows nothing of that. Rejects with the signal's reason alone. */
  ask<T>(work: (broker: Broker) => Promise<T>, signal: AbortSignal): Promise<T | null>;
  /** Tells of what it could not be asked. `why`: in words */
  note(why: string): void;
  /** a record whose object lies in the bucket; null: there was none yet */
  seen: ToProve | null;
  /** It gave a file that does not lie in the bucket, and none was seen that does: its storage is another one. */
  elsewhere: boolean;
  /** whether it tells what is there from what is not: see `isBelieved`; null: nobody has wanted to know */
  belief: Promise<boolean> | null;
}

/** What is no event of this backend. */
const noEvent: readonly ErrorKind[] = ['broker-missing', 'invalid-input'];
/** What is said of one event: others can be asked for. */
const ofOneEvent: readonly ErrorKind[] = ['broker-denied', 'broker-refused'];

/** `problems`: what could not be asked, by the names of connections */
export function askBackend(
  connection: BrokerConnection,
  open: Brokers['open'],
  problems: Map<string, string>,
): AskedBackend {
  let closed = false;
  const note = (why: string) => void problems.set(connection.name, why);
  return {
    ...{ connection, note, seen: null, elsewhere: false, belief: null },
    async ask(work, signal) {
      if (closed) return null;
      try {
        const { broker } = await open(connection);
        return await work(broker);
      } catch (error) {
        signal.throwIfAborted();
        const { kind, message } = asSidelineError(error);
        if (noEvent.includes(kind)) return null;
        closed = !ofOneEvent.includes(kind);
        note(message);
        return null;
      }
    },
  };
}

/** An object that this record is of lies in the bucket. */
export function noteSeen(backend: AskedBackend, record: ToProve): void {
  if (backend.seen !== null) return;
  backend.seen = record;
  backend.elsewhere = false;
  backend.belief = null; // by this it can be judged better
}

/** Whether it is the same whatever is asked of a backend: it, or the way to it, is to be set right first. */
export function isOfAll(error: unknown): boolean {
  return ['connection', 'login', 'network'].includes(remedies[asSidelineError(error).kind]);
}
