import { create } from 'zustand';
import type { BatchVerification } from '../../shared/history.ts';
import { history } from '../../shared/strings/history.ts';
import { wordsOf } from '../app/attempt.ts';
import { call, CallError, onEvent } from '../ipc.ts';
import { announce } from './announcer.ts';

export type Verifying =
  /** objects; null: main has not said how many there are */
  | { state: 'running'; done: number; total: number | null }
  | { state: 'compared'; result: BatchVerification }
  | { state: 'refused'; words: string };

/** Comparisons with the store, by their batch. They go on when the person looks elsewhere, and their results stay until dismissed. */
export const useVerifying = create<{ byBatch: ReadonlyMap<number, Verifying> }>()(() => ({ byBatch: new Map() }));

function set(batchId: number, state: Verifying | null): void {
  useVerifying.setState(({ byBatch }) => {
    const now = new Map(byBatch);
    if (state === null) now.delete(batchId);
    else now.set(batchId, state);
    return { byBatch: now };
  });
}

function isRunning(batchId: number): boolean {
  return useVerifying.getState().byBatch.get(batchId)?.state === 'running';
}

let following = false;

function followVerifying(): void {
  if (following) return;
  following = true;
  onEvent('verifying', ({ batchId, done, total }) => {
    if (isRunning(batchId)) set(batchId, { state: 'running', done, total });
  });
}

/** What goes wrong is shown with the batch. */
export async function verifyBatch(batchId: number): Promise<void> {
  if (isRunning(batchId)) return;
  followVerifying();
  set(batchId, { state: 'running', done: 0, total: null });
  try {
    set(batchId, { state: 'compared', result: await call('history.verify', { batchId }) });
  } catch (error) {
    const stopped = error instanceof CallError && error.reason.kind === 'superseded';
    set(batchId, stopped ? null : { state: 'refused', words: wordsOf(error) });
    if (stopped) announce(history.verify.stopped);
  }
}

export function dismissVerdict(batchId: number): void {
  set(batchId, null);
}
