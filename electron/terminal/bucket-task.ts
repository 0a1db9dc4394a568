/** Runs a command that does something with many objects, to its end, and says how it ended. */
import { asSidelineError, SidelineError } from '../../shared/errors.ts';
import { printable } from '../../shared/format.ts';
import { transferring as words } from '../../shared/strings/terminal-transfers.ts';
import { createPatience, type Patience } from '../admin/patience.ts';
import { remedies } from '../engine/upload/retry.ts';
import type { Storage } from '../storage/storage.ts';
import { taskOutput, type TaskOutput } from './task-output.ts';
import type { ExitCode } from './work.ts';

export interface BucketTask {
  json: boolean;
  /** How long to wait without network. ms */
  wait: number;
  verb: { verb: string; skipped: string };
  work(output: TaskOutput, patience: Patience): Promise<void>;
}

/** 3 where the network has been away for too long, or a person has stopped it: begun again it goes on. Throws what else ends it early. */
export async function runBucketTask(
  storage: Pick<Storage, 'reachable'>,
  task: BucketTask,
  signal: AbortSignal,
): Promise<ExitCode> {
  const output = taskOutput(task.json);
  const patience = createPatience({
    ...{ storage, wait: task.wait, signal },
    onWait: (waiting) => output.waiting(waiting),
  });
  let early: unknown = null;
  await task.work(output, patience).catch((error: unknown) => (early = error));
  const error = early === null ? null : asSidelineError(early);
  const waits = signal.aborted || (error !== null && remedies[error.kind] === 'network');
  if (error !== null && !waits) {
    output.quiet();
    throw error;
  }
  output.end(task.verb);
  if (waits) {
    if (error !== null && !signal.aborted) output.say(printable(error.message));
    output.say(words.stopped);
    return 3;
  }
  return output.counts().failed > 0 ? 1 : 0;
}

/** Throws `invalid-input` where nothing has these names. */
export function refuseNothing(output: TaskOutput, names: readonly string[]): void {
  const { total } = output.counts();
  if (total === 0)
    throw new SidelineError('invalid-input', { subject: words.nothing(names.map((name) => `"${name}"`).join(', ')) });
}
