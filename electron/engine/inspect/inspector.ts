/**
 * Looks into files on threads: a folder of 1,000 photos is looked into while the main thread stays free. What is asked while
 * a thread works goes to it in one message. A file that makes a thread hang or crash costs that thread, and nobody else.
 */
import { Worker } from 'node:worker_threads';
import type { Logger } from 'pino';
import { asSidelineError, SidelineError } from '../../../shared/errors.ts';
import type { Inspected } from '../../../shared/inspected.ts';
import { nothingKnown } from './found.ts';
import { answersSchema, progress, type InspectAnswer, type InspectOrder } from './inspect-messages.ts';

export interface InspectorOptions {
  /** at most; they are started as they are needed */
  threads: number;
  log: Logger;
  /** what the threads run, if not inspect-worker.ts */
  script?: URL;
}

export interface Inspector {
  /**
   * As inspectFile; a file that a thread hangs or crashes at is one of which nothing is known. Throws `source-gone`,
   * `source-unreadable` or `source-special`, the signal's reason, and `internal` where no thread can be started.
   */
  inspect(path: string, signal?: AbortSignal): Promise<Inspected>;
  /** What has not been answered rejects. */
  close(): Promise<void>;
}

/** Beside this module, and compiled if this is. */
const threadScript = new URL(
  `./inspect-worker${import.meta.url.slice(import.meta.url.lastIndexOf('.'))}`,
  import.meta.url,
);
/** What a thread takes at once, so that a message is worth its while. */
const mostAtOnce = 16;
/** Of a thread that only looks into files: it needs a tenth of this. */
const limits = { maxOldGenerationSizeMb: 256, maxYoungGenerationSizeMb: 16 };
/** Looks at the threads this often (ms), and ends one that has not moved for so many looks: a laptop's sleep is one look. */
const watch = { every: 1000, patience: 5 };

interface Order extends PromiseWithResolvers<Inspected> {
  text: InspectOrder;
}

interface Thread {
  worker: Worker;
  orders: Map<number, Order>;
  /** see `progress` */
  state: Int32Array;
  steps: number;
  /** looks without a step */
  still: number;
}

/** Threads do not keep the process alive while nothing is asked of them. */
export function createInspector({ threads: most, log, script = threadScript }: InspectorOptions): Inspector {
  const pool = new Set<Thread>();
  let waiting: Order[] = [];
  let watching: NodeJS.Timeout | null = null;
  let lastId = 0;
  let closed = false;

  function start(): Thread {
    const memory = new SharedArrayBuffer(progress.count * Int32Array.BYTES_PER_ELEMENT);
    const worker = new Worker(script, { workerData: memory, resourceLimits: limits });
    const thread: Thread = { worker, orders: new Map(), state: new Int32Array(memory), steps: 0, still: 0 };
    worker.on('message', (message: unknown) => answered(thread, message));
    worker.on('error', (error) => lost(thread, error));
    worker.on('exit', (code) => lost(thread, new Error(`the thread ended with ${code}`)));
    pool.add(thread);
    return thread;
  }

  function serve(): void {
    for (const thread of pool) {
      if (thread.orders.size === 0) give(thread);
    }
    while (waiting.length > 0 && pool.size < most) give(start());
    const works = [...pool].some(({ orders }) => orders.size > 0);
    if (works) watching ??= setInterval(look, watch.every);
    else stopWatching();
  }

  /** So many that the other threads get their share. */
  function give(thread: Thread): void {
    const orders = waiting.splice(0, Math.min(mostAtOnce, Math.ceil(waiting.length / most)));
    if (orders.length === 0) {
      thread.worker.unref();
      return;
    }
    thread.worker.ref();
    thread.still = 0;
    thread.orders = new Map(orders.map((order) => [order.text.id, order]));
    thread.worker.postMessage(orders.map(({ text }) => text));
  }

  function answered(thread: Thread, message: unknown): void {
    if (!pool.has(thread)) return;
    const { data: answers, error } = answersSchema.safeParse(message);
    const orders = thread.orders;
    thread.orders = new Map();
    serve();
    for (const answer of answers ?? []) {
      const order = orders.get(answer.id);
      if (order !== undefined) settle(order, answer);
      orders.delete(answer.id);
    }
    for (const order of orders.values()) order.reject(asSidelineError(error ?? new Error('a thread forgot a file')));
  }

  function settle(order: Order, answer: InspectAnswer): void {
    if ('inspected' in answer) order.resolve(answer.inspected);
    else if ('kind' in answer) order.reject(new SidelineError(answer.kind, { subject: answer.subject }));
    else giveUp(order, answer.broken);
  }

  function giveUp(order: Order, why: unknown): void {
    log.warn({ file: order.text.path, error: why }, 'nothing could be found out about a file');
    order.resolve(nothingKnown);
  }

  /** The file that it was at is given up; the others that it had are for another thread. */
  function lost(thread: Thread, why: unknown): void {
    if (!pool.delete(thread)) return;
    const orders = [...thread.orders.values()];
    const culprit = thread.orders.get(Atomics.load(thread.state, progress.order));
    if (culprit !== undefined) {
      waiting = [...orders.filter((order) => order !== culprit), ...waiting];
      giveUp(culprit, why);
    } else {
      for (const order of orders) order.reject(asSidelineError(why));
    }
    serve();
  }

  function look(): void {
    for (const thread of pool) {
      const [steps, onDisk, order] = [progress.steps, progress.onDisk, progress.order].map((at) =>
        Atomics.load(thread.state, at),
      );
      // Without an order it is starting, or done.
      const moves = steps !== thread.steps || onDisk === 1 || order === 0;
      thread.steps = steps ?? 0;
      thread.still = moves ? 0 : thread.still + 1;
      if (thread.still < watch.patience) continue;
      void thread.worker.terminate();
      lost(thread, new Error('the thread hung'));
    }
  }

  function stopWatching(): void {
    if (watching !== null) clearInterval(watching);
    watching = null;
  }

  return {
    async inspect(path, signal) {
      signal?.throwIfAborted();
      if (closed) throw ended();
      const order: Order = { ...Promise.withResolvers<Inspected>(), text: { id: ++lastId, path } };
      const abort = () => {
        waiting = waiting.filter((one) => one !== order);
        order.reject(signal?.reason);
      };
      signal?.addEventListener('abort', abort);
      waiting.push(order);
      serve();
      return order.promise.finally(() => signal?.removeEventListener('abort', abort));
    },
    async close() {
      closed = true;
      stopWatching();
      const threads = [...pool];
      pool.clear();
      for (const { reject } of [...threads.flatMap(({ orders }) => [...orders.values()]), ...waiting]) reject(ended());
      waiting = [];
      await Promise.all(threads.map(({ worker }) => worker.terminate()));
    },
  };
}

function ended(): SidelineError {
  return new SidelineError('invalid-input', { subject: 'Files are no longer looked into: the inspector is closed.' });
}
