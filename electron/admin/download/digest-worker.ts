/** The thread behind digests.ts. It has nothing else to do, so it may wait for the disk. */
import { closeSync, constants, openSync, readSync } from 'node:fs';
import { parentPort } from 'node:worker_threads';
import { createDigest, type Digest } from '../digest.ts';
import type { Proof } from '../proof.ts';
import type { Answer } from './digests.ts';
import { systemCode } from '../../system-code.ts';

export type DigestOrder =
  | { id: number; order: 'follow'; file: string; size: number; proof: Proof }
  /** All bytes before this one are written. */
  | { id: number; order: 'up-to'; byte: number }
  | { id: number; order: 'stop' };

interface Job {
  file: number;
  /** bytes of the whole */
  size: number;
  written: number;
  read: number;
  digest: Digest;
}

const jobs = new Map<number, Job>();
const piece = Buffer.alloc(1024 * 1024);
/** A link that somebody has put there is not followed. Windows has no such flag. */
const noLinks = constants.O_NOFOLLOW || 0;
let isWorking = false;

const tell = (answer: Answer) => parentPort?.postMessage(answer);

parentPort?.on('message', (order: DigestOrder) => {
  guarded(order.id, () => take(order));
  if (isWorking) return;
  isWorking = true;
  setImmediate(turn);
});

function take(order: DigestOrder): void {
  const { id } = order;
  if (order.order === 'follow') {
    const { size, proof } = order;
    const file = openSync(order.file, constants.O_RDONLY | noLinks);
    jobs.set(id, { file, size, written: 0, read: 0, digest: createDigest(proof) });
  } else if (order.order === 'stop') {
    if (end(id) !== null) tell({ id, verdict: null });
  } else {
    const job = jobs.get(id);
    if (job !== undefined) job.written = order.byte;
  }
}

/** A piece of each file, then what has been ordered meanwhile. */
function turn(): void {
  const read = [...jobs.keys()].filter((id) => guarded(id, () => readOn(id)) === true);
  isWorking = read.length > 0;
  if (isWorking) setImmediate(turn);
}

/** Whether there may be more to read at once. */
function readOn(id: number): boolean {
  const job = jobs.get(id);
  if (job === undefined) return false;
  if (job.read < job.size) {
    if (job.read >= job.written) return false;
    const bytes = readSync(job.file, piece, 0, Math.min(piece.length, job.written - job.read), job.read);
    if (bytes > 0) {
      job.digest.update(piece.subarray(0, bytes));
      job.read += bytes;
      return true;
    }
  }
  end(id);
  tell(job.read < job.size ? { id, isShort: true } : { id, verdict: job.digest.end() });
  return false;
}

/** null: there is none, or it has ended before */
function end(id: number): Job | null {
  const job = jobs.get(id);
  if (job === undefined) return null;
  jobs.delete(id);
  closeSync(job.file);
  return job;
}

/** null: it failed, and its file is told so. */
function guarded<T>(id: number, work: () => T): T | null {
  try {
    return work();
  } catch (error) {
    const code = systemCode(error);
    tell({ id, code, message: error instanceof Error ? error.message : String(error) });
    end(id);
    return null;
  }
}
