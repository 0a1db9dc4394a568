/** Batches that are being compared with what their stores hold, for the window. */
import { SidelineError } from '../../shared/errors.ts';
import type { BatchVerification } from '../../shared/history.ts';
import type { Events } from '../../shared/ipc.ts';
import { verifyBatch, type VerifyDeps } from '../engine/verify/verify-batch.ts';

export interface Verifying {
  /** Joins the comparison of this batch that is under way. Rejects with `superseded` when it is ended. */
  verify(batchId: number): Promise<BatchVerification>;
  end(batchId: number): void;
  close(): Promise<void>;
}

export interface VerifyingDeps extends Omit<VerifyDeps, 'onProgress'> {
  push(progress: Events['verifying']): void;
}

/** ms between two events */
const pushEvery = 250;

export function createVerifying({ push, ...deps }: VerifyingDeps): Verifying {
  const running = new Map<number, { stop: AbortController; result: Promise<BatchVerification> }>();

  function begin(batchId: number): Promise<BatchVerification> {
    const stop = new AbortController();
    let pushed = -Infinity;
    const onProgress = (done: number, total: number) => {
      const now = performance.now();
      if (now - pushed < pushEvery) return;
      pushed = now;
      push({ batchId, done, total });
    };
    const result = verifyBatch(batchId, { ...deps, onProgress }, stop.signal).finally(() => {
      if (running.get(batchId)?.stop === stop) running.delete(batchId);
    });
    running.set(batchId, { stop, result });
    return result;
  }

  function end(batchId: number): void {
    running.get(batchId)?.stop.abort(new SidelineError('superseded'));
  }

  return {
    verify(batchId) {
      const known = running.get(batchId);
      return known === undefined || known.stop.signal.aborted ? begin(batchId) : known.result;
    },
    end,
    async close() {
      const results = [...running.values()].map(({ result }) => result);
      for (const batchId of running.keys()) end(batchId);
      await Promise.allSettled(results);
    },
  };
}
