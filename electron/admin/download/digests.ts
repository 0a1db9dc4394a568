/**
 * Digests of files that are being written, read behind those who write them: known as soon as a file is whole, and of what the disk
 * has. On threads of their own: an MD5 takes a second for each half gigabyte.
 */
import { Worker } from 'node:worker_threads';
import { z } from 'zod';
import { SidelineError } from '../../../shared/errors.ts';
import type { Verdict } from '../digest.ts';
import type { Proof } from '../proof.ts';
import type { DigestOrder } from './digest-worker.ts';
import { asTargetError } from './target-errors.ts';

export interface Following {
  /** All bytes before this one are written. */
  upTo(byte: number): void;
  /** Ends it before that. */
  stop(): void;
  /** When the whole has been read; null: it was stopped. Rejects with `integrity` where the file is shorter, and as `asTargetError`. */
  ended: Promise<Verdict | null>;
}

export interface Digests {
  /** `file`: absolute path; `size`: bytes of the whole */
  follow(file: string, size: number, proof: Proof): Following;
  /** What is not ended then is stopped. */
  close(): Promise<void>;
}

const verdictSchema = z.object({ verdict: z.enum(['same', 'different', 'unknown']), value: z.string() });
const answerSchema = z.union([
  z.object({ id: z.number(), verdict: verdictSchema.nullable() }),
  z.object({ id: z.number(), isShort: z.literal(true) }),
  z.object({ id: z.number(), code: z.string(), message: z.string() }),
]);
export type Answer = z.infer<typeof answerSchema>;

/** Each digests some 600 MB/s, and one file is one thread's. */
const mostThreads = 3;

/** Beside this module, and compiled if this is. */
const threadScript = new URL(
  `./digest-worker${import.meta.url.slice(import.meta.url.lastIndexOf('.'))}`,
  import.meta.url,
);

interface Waiting extends PromiseWithResolvers<Verdict | null> {
  file: string;
}

interface Thread {
  worker: Worker;
  files: Map<number, Waiting>;
}

/** Threads are started when they are first needed, and do not keep the process alive while nothing is asked of them. */
export function createDigests(): Digests {
  const pool = new Set<Thread>();
  let lastId = 0;

  function start(): Thread {
    const worker = new Worker(threadScript);
    const thread: Thread = { worker, files: new Map() };
    worker.on('message', (message: unknown) => answered(thread, answerSchema.parse(message)));
    worker.on('error', (cause) => {
      pool.delete(thread);
      for (const { reject } of thread.files.values()) reject(new SidelineError('internal', { cause }));
      thread.files.clear();
    });
    pool.add(thread);
    return thread;
  }

  function answered({ worker, files }: Thread, answer: Answer): void {
    const waiting = files.get(answer.id);
    files.delete(answer.id);
    if (files.size === 0) worker.unref();
    if (waiting === undefined) return;
    if ('verdict' in answer) waiting.resolve(answer.verdict);
    else if ('isShort' in answer) waiting.reject(new SidelineError('integrity', { operation: 'download' }));
    else waiting.reject(asTargetError(Object.assign(new Error(answer.message), { code: answer.code }), waiting.file));
  }

  /** One that has nothing to do, else another one, else that with the fewest files. */
  function freest(): Thread {
    const [first] = [...pool].sort((one, other) => one.files.size - other.files.size);
    return first === undefined || (first.files.size > 0 && pool.size < mostThreads) ? start() : first;
  }

  return {
    follow(file, size, proof) {
      const thread = freest();
      const id = ++lastId;
      const waiting: Waiting = { ...Promise.withResolvers<Verdict | null>(), file };
      waiting.promise.catch(() => undefined); // whoever awaits it is told; until then others may have failed first
      thread.files.set(id, waiting);
      thread.worker.ref();
      const order = (what: DigestOrder) => thread.worker.postMessage(what);
      order({ id, order: 'follow', file, size, proof });
      return {
        ended: waiting.promise,
        upTo: (byte) => order({ id, order: 'up-to', byte }),
        stop: () => order({ id, order: 'stop' }),
      };
    },
    async close() {
      const all = [...pool];
      pool.clear();
      await Promise.all(all.map(({ worker }) => worker.terminate()));
      for (const { files } of all) for (const { resolve } of files.values()) resolve(null);
    },
  };
}
