/** A thread behind inspector.ts. */
import { parentPort, workerData } from 'node:worker_threads';
import { z } from 'zod';
import { SidelineError } from '../../../shared/errors.ts';
import { inspectFile } from './inspect.ts';
import { isSourceKind, orderSchema, progress, type InspectAnswer, type InspectOrder } from './inspect-messages.ts';

const state = new Int32Array(z.instanceof(SharedArrayBuffer).parse(workerData));

parentPort?.on('message', (message: unknown) => {
  void inspectAll(z.array(orderSchema).parse(message));
});

async function inspectAll(orders: readonly InspectOrder[]): Promise<void> {
  const answers: InspectAnswer[] = [];
  for (const order of orders) {
    Atomics.store(state, progress.order, order.id);
    step();
    answers.push(await inspect(order));
  }
  Atomics.store(state, progress.order, 0);
  parentPort?.postMessage(answers);
}

async function inspect({ id, path }: InspectOrder): Promise<InspectAnswer> {
  try {
    return { id, inspected: await inspectFile(path, undefined, onDisk) };
  } catch (error) {
    if (error instanceof SidelineError && isSourceKind(error.kind)) {
      return { id, kind: error.kind, subject: error.subject };
    }
    return { id, broken: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

function onDisk(waits: boolean): void {
  Atomics.store(state, progress.onDisk, waits ? 1 : 0);
  step();
}

function step(): void {
  Atomics.add(state, progress.steps, 1);
}
