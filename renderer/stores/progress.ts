import { create } from 'zustand';
import type { Progress } from '../../shared/ipc.ts';
import { attempt } from '../app/attempt.ts';
import { call, onEvent } from '../ipc.ts';
import { addSample, type Sample } from './throughput.ts';

interface ProgressState {
  /** null until main has answered */
  progress: Progress | null;
  /** of the graph, oldest first */
  samples: readonly Sample[];
}

/** What all uploads do together; components take the part that they show, so that an event draws little anew. */
export const useProgress = create<ProgressState>()(() => ({ progress: null, samples: [] }));

function take(progress: Progress): void {
  useProgress.setState(({ samples }) => ({
    progress,
    samples: addSample(samples, { at: Date.now(), rate: progress.rate ?? 0 }),
  }));
}

/** Once, at the start of the window. */
export function followProgress(): void {
  onEvent('progress', take);
  void attempt(async () => take(await call('uploads.progress', {})));
}
