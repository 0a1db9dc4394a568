/** Tries a backend: one call that changes nothing, as far as its kind has one. */
import { asSidelineError, type ErrorKind } from '../../shared/errors.ts';
import type { BrokerKind } from '../../shared/broker-settings.ts';
import type { Broker } from './broker.ts';

export type BrokerOutcome =
  | {
      ok: true;
      /** ms of that call */
      latency: number;
      /** as the token says; null: it does not */
      user: string | null;
    }
  | { ok: false; outcome: ErrorKind; message: string };

/** Ask for nothing that could be there. */
const nothingThere = 'sideline-connection-test';
/**
 * A backend that answers so has taken the sign-in. That something is missing is the expected answer only where something was
 * asked for by its name; elsewhere the path itself is not there.
 */
const fine: Record<BrokerKind, readonly ErrorKind[]> = {
  fitness: ['broker-denied'],
  'upload-module': ['broker-denied'],
  idance: ['broker-missing', 'broker-denied'],
  plugs: ['broker-missing', 'broker-denied'],
};

/** Never throws for what is wrong with the backend; only when the signal aborts. */
export async function checkBroker(broker: Broker, signal: AbortSignal): Promise<BrokerOutcome> {
  const began = performance.now();
  try {
    await probe(broker, signal);
  } catch (error) {
    signal.throwIfAborted();
    const { kind, message } = asSidelineError(error);
    if (!fine[broker.abilities.kind].includes(kind)) return { ok: false, outcome: kind, message };
  }
  return { ok: true, latency: performance.now() - began, user: await broker.signIn.user() };
}

async function probe(broker: Broker, signal: AbortSignal): Promise<void> {
  const { kind } = broker.abilities;
  if (kind === 'upload-module' || kind === 'plugs') {
    const values = { event_id: nothingThere };
    await broker.list?.({ values, type: null, prefix: '', skip: 0, limit: 1 }, signal);
  } else if (kind === 'idance') {
    const user = (await broker.signIn.user()) ?? nothingThere;
    const key = `sessions/${user}/${nothingThere}/none.mp4`;
    await broker.link?.({ id: null, key, publicUrl: null, values: { session_id: nothingThere } }, 60, signal);
  } else {
    // A place that nobody uses stays empty.
    const details = { title: '', description: '', tags: [] };
    const file = { name: 'test.jpg', type: 'image/jpeg', size: 1, values: { file_type: 'misc' }, details };
    await broker.place(file, signal);
  }
}
