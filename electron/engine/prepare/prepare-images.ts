/**
 * Prepares images in processes of their own, each of which has one image at a time: what a broken or hostile image does, it
 * does to that process. Two processes are as fast as two images in one, and in WebAssembly twice as fast.
 */
import type { Logger } from 'pino';
import { asSidelineError, SidelineError } from '../../../shared/errors.ts';
import type { Prepared } from '../../../shared/prepared.ts';
import { forkWith, type ImageProcess, type StartImageProcess } from './image-host.ts';
import {
  imageAnswerSchema,
  imageRequestSchema,
  type ImageAnswer,
  type ImageOrder,
  type ImageRequest,
} from './image-messages.ts';
import { removeTargets } from './targets.ts';

export type { ImageRequest } from './image-messages.ts';

export interface ImagePreparerOptions {
  log: Logger;
  /** images side by side, each of which takes a core and up to 1.3 GB */
  concurrency?: number;
  /** how a process is started, if not by Node's fork */
  start?: StartImageProcess;
  patience?: Partial<Patience>;
}

export interface ImagePreparer {
  /**
   * Writes the targets, of which afterwards all are there or none. Any number may be asked for: they wait here. Rejects with
   * `source-gone`, `source-unreadable`, `source-special`, `image-unreadable`, `image-too-large`, `image-unwritten`,
   * `internal`, or the signal's reason.
   */
  prepare(request: ImageRequest, signal?: AbortSignal): Promise<Prepared>;
  /** What has not been answered rejects, and leaves no file. */
  close(): Promise<void>;
}

/** After so long a process is ended. ms */
export interface Patience {
  /** until the file is read, from a slow card perhaps */
  toRead: number;
  /** for each image, */
  image: number;
  /** and for each megapixel of it and each output: the slowest, AVIF in WebAssembly, takes a third of this on slow machines. */
  megapixel: number;
  /** Without anything to do: to start one costs less than to keep its memory from others. */
  idle: number;
}

const usualPatience: Patience = { toRead: 300_000, image: 60_000, megapixel: 10_000, idle: 60_000 };

/** Beside this module, and compiled if this is. */
export const imageProcessScript = new URL(
  `./image-process${import.meta.url.slice(import.meta.url.lastIndexOf('.'))}`,
  import.meta.url,
);

interface Job extends PromiseWithResolvers<Prepared> {
  order: ImageOrder;
  signal: AbortSignal | undefined;
  /** It has taken a process with it before. */
  again: boolean;
}

interface Lane {
  process: ImageProcess;
  job: Job | null;
  ready: boolean;
  /** It was killed, and has not ended yet. */
  ending: boolean;
  timer: NodeJS.Timeout | null;
  said: string;
  /** Settles when it has ended. */
  ended: Promise<unknown>;
  settle: () => void;
}

/** Of what a process says on its standard error. characters */
const mostSaid = 2000;

export function createImagePreparer(options: ImagePreparerOptions): ImagePreparer {
  const { log, concurrency = 2, start = forkWith() } = options;
  const patience = { ...usualPatience, ...options.patience };
  const lanes = new Set<Lane>();
  /** Second tries, each of which has the machine to itself: perhaps the first was lost for want of memory. */
  const again: Job[] = [];
  const waiting = new Set<Job>();
  let closed = false;

  function serve(): void {
    const busy = [...lanes].filter(({ job }) => job !== null);
    if (busy.some(({ job }) => job?.again === true)) return;
    const [second] = again;
    if (second !== undefined) {
      if (busy.length > 0) return;
      again.shift();
      give(second);
      return;
    }
    let free = concurrency - busy.length;
    for (const job of waiting) {
      if (free-- <= 0) return;
      waiting.delete(job);
      give(job);
    }
  }

  function give(job: Job): void {
    const lane = [...lanes].find((one) => one.job === null && !one.ending) ?? open();
    lane.job = job;
    lane.process.keepAlive(true);
    endAfter(lane, patience.toRead);
    lane.process.post(job.order);
  }

  function open(): Lane {
    const { promise: ended, resolve: settle } = Promise.withResolvers<undefined>();
    const lane: Lane = {
      process: start(imageProcessScript, {
        message: (message) => heard(lane, message),
        said: (text) => (lane.said = (lane.said + text).slice(-mostSaid)),
        ended: (why) => void lost(lane, why),
      }),
      ...{ job: null, ready: false, ending: false, timer: null, said: '', ended, settle: () => settle(undefined) },
    };
    lanes.add(lane);
    return lane;
  }

  function endAfter(lane: Lane, time: number): void {
    if (lane.timer !== null) clearTimeout(lane.timer);
    lane.timer = setTimeout(() => end(lane), time);
    if (lane.job === null) lane.timer.unref();
  }

  function end(lane: Lane): void {
    lane.ending = true;
    lane.process.keepAlive(true); // its end is waited for
    lane.process.kill();
  }

  function heard(lane: Lane, message: unknown): void {
    const { data: answer, error } = imageAnswerSchema.safeParse(message);
    if (answer?.kind === 'ready') {
      lane.ready = true;
      log.info({ pid: lane.process.pid, build: answer.build }, 'a process for images has started');
    } else if (answer?.kind === 'begun') {
      const megapixels = answer.megapixels * (lane.job?.order.outputs.length ?? 1);
      endAfter(lane, patience.image + patience.megapixel * megapixels);
    } else {
      answered(lane, answer ?? { kind: 'broken', text: String(error) });
    }
  }

  /** One that is being ended is answered for when it has ended: until then it may write. */
  function answered(lane: Lane, answer: Exclude<ImageAnswer, { kind: 'ready' | 'begun' }>): void {
    const { job } = lane;
    if (job === null || lane.ending) return;
    lane.job = null;
    lane.process.keepAlive(false);
    endAfter(lane, patience.idle);
    if (answer.kind === 'done') job.resolve(answer.prepared);
    else if (answer.kind === 'failed') job.reject(new SidelineError(answer.error, { subject: answer.subject }));
    else job.reject(asSidelineError(new Error(answer.text)));
    serve();
  }

  async function lost(lane: Lane, why: string): Promise<void> {
    if (lane.timer !== null) clearTimeout(lane.timer);
    const { job } = lane;
    const meant = closed || job?.signal?.aborted === true || (job === null && lane.ending);
    if (!meant) log.warn({ why, said: lane.said, file: job?.order.source }, 'a process for images has ended');
    try {
      if (job !== null) {
        await removeTargets(job.order.outputs);
        afterLoss(job, lane, why);
      }
    } catch (error) {
      job?.reject(asSidelineError(error));
    } finally {
      lanes.delete(lane);
      lane.settle();
      serve();
    }
  }

  function afterLoss(job: Job, lane: Lane, why: string): void {
    if (closed) job.reject(ended());
    else if (job.signal?.aborted === true) job.reject(job.signal.reason);
    else if (!job.again) {
      job.again = true;
      again.push(job);
    } else if (lane.ready) job.reject(new SidelineError('image-unreadable', { subject: brokeIt }));
    else job.reject(asSidelineError(new Error(`no process for images could be started (${why}): ${lane.said}`)));
  }

  function abort(job: Job): void {
    const lane = [...lanes].find((one) => one.job === job);
    if (lane !== undefined) {
      end(lane);
      return;
    }
    waiting.delete(job);
    again.splice(0, again.length, ...again.filter((one) => one !== job));
    job.reject(job.signal?.reason);
  }

  return {
    async prepare(request, signal) {
      signal?.throwIfAborted();
      if (closed) throw ended();
      const order = imageRequestSchema.parse(request);
      const job: Job = { ...Promise.withResolvers<Prepared>(), order, signal, again: false };
      const onAbort = () => abort(job);
      signal?.addEventListener('abort', onAbort);
      waiting.add(job);
      serve();
      return job.promise.finally(() => signal?.removeEventListener('abort', onAbort));
    },
    async close() {
      closed = true;
      for (const job of [...waiting, ...again]) job.reject(ended());
      waiting.clear();
      again.length = 0;
      const all = [...lanes];
      for (const lane of all) end(lane);
      await Promise.all(all.map((lane) => lane.ended));
    },
  };
}

/** The image library, twice, the second time with nothing beside it. */
const brokeIt = 'the program that reads images broke down at it, or took too long';

function ended(): SidelineError {
  return new SidelineError('invalid-input', { subject: 'Images are no longer prepared: the preparer is closed.' });
}
