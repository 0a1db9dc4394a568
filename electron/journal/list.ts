/**
 * Lists of transfers for the window, read off the main thread: to sort or search 100,000 takes longer than a turn of its
 * loop may, and the engine writes the journal there meanwhile.
 */
import { Worker } from 'node:worker_threads';
import type { z } from 'zod';
import { asSidelineError, SidelineError } from '../../shared/errors.ts';
import type { Page, View } from '../../shared/transfer-list.ts';
import { answerSchema, idsSchema, pageSchema, type ListOrder, type ThreadSettings } from './list-messages.ts';

export interface TransferListOptions extends ThreadSettings {
  /** A page was answered from ids that are older than the journal, and would be answered anew now. At most 4 times a second. */
  onStale?: () => void;
}

export interface TransferList {
  /**
   * The rows `offset` to `offset + limit` of a view, as they are now. While the journal changes all the time, which rows
   * these are may be as old as 0.3 s, or a few times what it took to find them: see `onStale`. A page that waits while one
   * of another view is asked for is no longer wanted: it rejects with `superseded`.
   */
  page(view: View, offset: number, limit: number): Promise<Page>;
  /** The ids of a whole view, in its order, as the journal is now: for commands that mean all of it. */
  ids(view: View): Promise<number[]>;
  /** What has not been answered rejects. */
  close(): Promise<void>;
}

/** Beside this module, and compiled if this is. */
const threadScript = new URL(
  `./list-worker${import.meta.url.slice(import.meta.url.lastIndexOf('.'))}`,
  import.meta.url,
);

/** Rows are garbage as soon as they are sorted: without a bound 40 MB more of them lie about, and nothing is faster. */
const limits = { maxYoungGenerationSizeMb: 8 };

interface Waiting {
  order: ListOrder;
  resolve: (value: unknown) => void;
  reject: (error: SidelineError) => void;
}

/**
 * Lists of what is in a journal that exists. The thread is started by the first order, and by the next one after it died: the
 * order that it was at then rejects with `internal`. It does not keep the process alive while nothing is asked of it.
 */
export function createTransferList({ onStale, ...settings }: TransferListOptions): TransferList {
  let worker: Worker | null = null;
  let current: Waiting | null = null;
  let waiting: Waiting[] = [];
  let closed = false;

  function start(): Worker {
    const started = new Worker(threadScript, { workerData: settings, resourceLimits: limits });
    const died = (error: unknown) => {
      if (worker !== started) return;
      worker = null;
      settle(({ reject }) => reject(asSidelineError(error)));
    };
    started.on('message', (message) => {
      if (worker === started) heard(message);
    });
    started.on('error', died);
    started.on('exit', (code) => died(new Error(`the thread of the lists ended with ${code}`)));
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
  function settle(how: (ended: Waiting) => void): void {
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

  async function ask<T extends z.ZodType>(order: ListOrder, schema: T): Promise<z.infer<T>> {
    if (closed) throw ended();
    if (order.kind === 'page') dropOthers(order.view);
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    waiting.push({ order, resolve, reject });
    serve();
    return schema.parse(await promise);
  }

  /** Who types a word asks for a view with every letter: only the last is still wanted. */
  function dropOthers(view: View): void {
    const wanted = JSON.stringify(view);
    const isOther = ({ order }: Waiting) => order.kind === 'page' && JSON.stringify(order.view) !== wanted;
    const others = waiting.filter(isOther);
    waiting = waiting.filter((one) => !isOther(one));
    for (const { reject } of others) {
      reject(new SidelineError('superseded'));
    }
  }

  return {
    page: (view, offset, limit) => ask({ kind: 'page', view, offset, limit }, pageSchema),
    ids: async (view) => Array.from(await ask({ kind: 'ids', view }, idsSchema)),
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
