/**
 * Reads sources off the main thread, with their checksums: the loop stays free for the line, a card that hangs holds up
 * nobody but itself, and one message replaces the four trips (open, read, stat, close) that a small file takes. What is
 * ordered while a thread reads goes to it in one message: waking a thread costs more than reading a photo from memory.
 */
import { Worker } from 'node:worker_threads';
import { z } from 'zod';
import type { Fingerprint } from '../../../shared/domain.ts';
import { asSourceError } from '../source.ts';
import type { ReadOrder } from './reader-worker.ts';

export interface Range {
  offset: number;
  length: number;
}

export interface Read {
  /** of the range */
  crc32: number;
  /** hex, when it was asked for */
  md5: string | null;
  /** of the file of that name, after the reading */
  fingerprint: Fingerprint;
  /** of these the first were read: fewer than asked for when the file ends before */
  bytes: number;
}

export interface Reader {
  /**
   * Reads a range into a buffer of the reader's memory; a range that is larger passes through it, for its checksums only. The
   * buffer must rest meanwhile. Throws `source-gone` or `source-unreadable`.
   */
  read(path: string, range: Range, buffer: Buffer, wants: { md5: boolean }): Promise<Read>;
  /** Starts the first thread, which takes a while, before anything is to be read. */
  warmUp(): void;
  close(): Promise<void>;
}

const answersSchema = z.array(
  z.union([
    z.object({
      id: z.number(),
      read: z.object({
        crc32: z.number(),
        md5: z.string().nullable(),
        fingerprint: z.object({ size: z.number(), mtime: z.number(), inode: z.string() }),
        bytes: z.number(),
      }),
    }),
    z.object({ id: z.number(), code: z.string(), message: z.string() }),
  ]),
);

/** While one waits for the disk, others go on; more are of no use where the line is what is slow. */
const mostThreads = 3;
/** What a thread takes at once. */
const mostAtOnce = { orders: 16, bytes: 4 * 1024 * 1024 };
/** Who waits longer gets another thread: to start one costs more than to read many a small file. ms */
const patience = 50;

/** Beside this module, and compiled if this is. */
const threadScript = new URL(
  `./reader-worker${import.meta.url.slice(import.meta.url.lastIndexOf('.'))}`,
  import.meta.url,
);

export type Answer = z.infer<typeof answersSchema>[number];

interface Order extends PromiseWithResolvers<Read> {
  text: ReadOrder;
  path: string;
  /** of `performance.now()`. ms */
  since: number;
}

interface Thread {
  worker: Worker;
  orders: Map<number, Order>;
}

/** `memory`: where all buffers lie. Threads are started when they are first needed, and do not keep the process alive while nothing is asked of them. */
export function createReader(memory: SharedArrayBuffer): Reader {
  const pool = new Set<Thread>();
  const waiting: Order[] = [];
  let helpLater: NodeJS.Timeout | null = null;
  let lastId = 0;

  function start(): Thread {
    const worker = new Worker(threadScript, { workerData: memory });
    const thread: Thread = { worker, orders: new Map() };
    worker.on('message', (message: unknown) => answered(thread, message));
    worker.on('error', (error) => {
      pool.delete(thread);
      for (const order of thread.orders.values()) order.reject(error);
      if (waiting.length > 0) serve();
    });
    pool.add(thread);
    return thread;
  }

  function answered(thread: Thread, message: unknown): void {
    const orders = thread.orders;
    thread.orders = new Map();
    thread.worker.unref();
    serve();
    for (const answer of answersSchema.parse(message)) {
      const order = orders.get(answer.id);
      if (order === undefined) continue;
      if ('read' in answer) order.resolve(answer.read);
      else order.reject(asSourceError(Object.assign(new Error(answer.message), { code: answer.code }), order.path));
    }
  }

  function serve(): void {
    if (pool.size === 0) start();
    for (const thread of pool) {
      if (thread.orders.size === 0 && waiting.length > 0) give(thread, waiting.splice(0, countOfNext()));
    }
    if (waiting.length > 0 && pool.size < mostThreads) helpLater ??= setTimeout(help, patience);
  }

  function help(): void {
    helpLater = null;
    const [first] = waiting;
    if (first === undefined) return;
    if (performance.now() - first.since >= patience) start();
    serve();
  }

  function countOfNext(): number {
    let bytes = 0;
    const tooMany = waiting.findIndex(({ text }, at) => {
      bytes += text.length;
      return at === mostAtOnce.orders || (at > 0 && bytes > mostAtOnce.bytes);
    });
    return tooMany === -1 ? waiting.length : tooMany;
  }

  function give(thread: Thread, orders: readonly Order[]): void {
    thread.worker.ref();
    thread.orders = new Map(orders.map((order) => [order.text.id, order]));
    thread.worker.postMessage(orders.map(({ text }) => text));
  }

  return {
    read(path, range, buffer, wants) {
      const { byteOffset: start, length: room } = buffer;
      const text = { id: ++lastId, path, ...range, start, room, md5: wants.md5 };
      const order: Order = { ...Promise.withResolvers<Read>(), text, path, since: performance.now() };
      waiting.push(order);
      serve();
      return order.promise;
    },
    warmUp() {
      if (pool.size === 0) start().worker.unref();
    },
    async close() {
      if (helpLater !== null) clearTimeout(helpLater);
      await Promise.all([...pool].map(({ worker }) => worker.terminate()));
      pool.clear();
    },
  };
}
