/**
 * A thread that reads the journal, as the main thread has it: what takes longer than a turn of its loop may (to sort or search
 * 100,000 rows) is asked of it, and the engine writes the journal meanwhile.
 */
import { Worker } from 'node:worker_threads';
import type { z } from 'zod';
import { asSidelineError, SidelineError } from '../../shared/errors.ts';
import { answerSchema, type ThreadSettings } from './list-messages.ts';

export interface ReaderOptions {
  /** the thread's module, which answers each order with one `ListAnswer`: see `scriptBeside` */
  script: URL;
  settings: ThreadSettings;
  /** what it has answered before would be answered anew now */
  onStale?: () => void;
}

export interface ReaderThread<Order> {
  /** Orders are answered one after another. Rejects with what went wrong. */
  ask<T extends z.ZodType>(order: Order, schema: T): Promise<z.infer<T>>;
  /** A message that has no answer; nobody hears it while the thread is not running. */
  tell(message: Order): void;
  /** Those of these that wait reject with `superseded`; the one that is being answered goes on. */
  drop(isMeant: (order: Order) => boolean): void;
  isRunning(): boolean;
  /** Ends the thread, and what it keeps, unless something is asked of it; the next order starts another one. */
  rest(): void;
  /** What has not been answered rejects. */
  close(): Promise<void>;
}

/** The address of a module's thread: beside the module, and compiled if that is. `module`: its import.meta.url */
export function scriptBeside(module: string, name: string): URL {
  return new URL(`./${name}${module.slice(module.lastIndexOf('.'))}`, module);
}

/** Rows are garbage as soon as they are sorted: without a bound 40 MB more of them lie about, and nothing is faster. */
const limits = { maxYoungGenerationSizeMb: 8 };

interface Waiting<Order> {
  order: Order;
  resolve: (value: unknown) => void;
  reject: (error: SidelineError) => void;
}

/**
 * The thread is started by the first order, and by the next one after it died: the order that it was at then rejects with
 * `internal`. It does not keep the process alive while nothing is asked of it.
 */
export function createReaderThread<Order>({ script, settings, onStale }: ReaderOptions): ReaderThread<Order> {
  let worker: Worker | null = null;
  let current: Waiting<Order> | null = null;
  let waiting: Waiting<Order>[] = [];
  let closed = false;

  function start(): Worker {
    const started = new Worker(script, { workerData: settings, resourceLimits: limits });
    const died = (error: unknown) => {
      if (worker !== started) return;
      worker = null;
      settle(({ reject }) => reject(asSidelineError(error)));
    };
    started.on('message', (message) => {
      if (worker === started) heard(message);
    });
    started.on('error', died);
    started.on('exit', (code) => died(new Error(`a thread that reads the journal ended with ${code}`)));
    return started;
  }

  function heard(message: unknown): void {
    const { data: answer, error } = answerSchema.safeParse(message);
    if (answer === undefined) settle(({ reject }) => reject(asSidelineError(error)));
    else if (answer.kind === 'answer') settle(({ resolve }) => resolve(answer.value));
    else if (answer.kind === 'failed') settle(({ reject }) => reject(asSidelineError(answer.error)));
    else onStale?.();
  }

  /** Ends the current order, and begins the next. */
  function settle(how: (ended: Waiting<Order>) => void): void {
    const ended = current;
    current = null;
    worker?.unref();
    serve();
    if (ended !== null) how(ended);
  }

  function serve(): void {
    if (current !== null || closed) return;
    current = waiting.shift() ?? null;
    if (current === null) return;
    worker ??= start();
    worker.ref();
    worker.postMessage(current.order);
  }

  return {
    async ask(order, schema) {
      if (closed) throw ended();
      const { promise, resolve, reject } = Promise.withResolvers<unknown>();
      waiting.push({ order, resolve, reject });
      serve();
      return schema.parse(await promise);
    },
    tell: (message) => worker?.postMessage(message),
    drop(isMeant) {
      const dropped = waiting.filter(({ order }) => isMeant(order));
      waiting = waiting.filter((one) => !dropped.includes(one));
      for (const { reject } of dropped) reject(new SidelineError('superseded'));
    },
    isRunning: () => worker !== null,
    rest() {
      if (current !== null) return;
      const thread = worker;
      worker = null;
      void thread?.terminate();
    },
    async close() {
      closed = true;
      const open = current === null ? waiting : [current, ...waiting];
      waiting = [];
      current = null;
      for (const { reject } of open) reject(ended());
      const thread = worker;
      worker = null;
      await thread?.terminate();
    },
  };
}

function ended(): SidelineError {
  return new SidelineError('invalid-input', { subject: 'The lists are closed.' });
}
