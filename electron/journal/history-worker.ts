/** The thread behind history.ts: it reads the journal over a connection of its own, which in WAL mode holds up no writer. */
import { parentPort, workerData } from 'node:worker_threads';
import Database from 'better-sqlite3';
import { createHistoryFinder } from './history-finder.ts';
import { historyOrderSchema } from './history-messages.ts';
import { threadSettingsSchema, type ListAnswer } from './list-messages.ts';

const { file, ...driver } = threadSettingsSchema.parse(workerData);
const database = new Database(file, { ...driver, readonly: true, fileMustExist: true, timeout: 5000 });
const finder = createHistoryFinder(database);
let isReading = false;

parentPort?.on('message', (message: unknown) => {
  try {
    const order = historyOrderSchema.parse(message);
    if (order.kind === 'changed') finder.changed(order.ids);
    else say({ kind: 'answer', value: finder.page(order.query, order.offset, order.limit) });
    readOn();
  } catch (error) {
    say({ kind: 'failed', error });
  }
});

/** Orders that have come meanwhile are answered between the steps. */
function readOn(): void {
  if (isReading) return;
  isReading = true;
  setImmediate(function next() {
    isReading = finder.step();
    if (isReading) setImmediate(next);
  });
}

function say(answer: ListAnswer): void {
  parentPort?.postMessage(answer);
}
