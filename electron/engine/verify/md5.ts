/** MD5 off the main thread: the only proof that a store without checksums gives, and far too slow for the loop. */
import { Worker } from 'node:worker_threads';
import { z } from 'zod';

export interface Md5 {
  /** Hex MD5 of the first `length` bytes of a buffer on shared memory. The bytes must rest until it is there. */
  digest(buffer: Buffer, length: number): Promise<string>;
  close(): Promise<void>;
}

const answerSchema = z.object({ id: z.number(), digest: z.string() });

/** One worker, started when it is first needed: MD5 runs at several hundred MB/s, more than a line takes. */
export function createMd5(): Md5 {
  let worker: Worker | null = null;
  let lastId = 0;
  const pending = new Map<number, PromiseWithResolvers<string>>();

  function start(): Worker {
    const started = new Worker(new URL('./md5-worker.ts', import.meta.url));
    started.unref();
    started.on('message', (message: unknown) => {
      const { id, digest } = answerSchema.parse(message);
      pending.get(id)?.resolve(digest);
      pending.delete(id);
      if (pending.size === 0) started.unref();
    });
    started.on('error', (error) => {
      worker = null;
      for (const { reject } of pending.values()) reject(error);
      pending.clear();
    });
    return started;
  }

  return {
    digest(buffer, length) {
      worker ??= start();
      if (pending.size === 0) worker.ref();
      const id = ++lastId;
      const entry = Promise.withResolvers<string>();
      pending.set(id, entry);
      worker.postMessage({ id, memory: buffer.buffer, offset: buffer.byteOffset, length });
      return entry.promise;
    },
    async close() {
      await worker?.terminate();
      worker = null;
    },
  };
}
