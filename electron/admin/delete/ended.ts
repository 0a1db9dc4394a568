/** The last line of a log, by which a list knows it without reading all of it. */
import type { DeletionOutcome } from '../../../shared/deletions.ts';
import type { LogIndex } from './log-index.ts';
import type { LogEvent } from './log-lines.ts';
import { openLogReader } from './log-reader.ts';
import type { LogWriter } from './log-writer.ts';

export type Sums = Omit<LogEvent & { line: 'end' }, 'line' | 'at' | 'state'>;

export async function endOf(
  file: string,
  id: string,
  log: LogWriter,
  state: (LogEvent & { line: 'end' })['state'],
): Promise<void> {
  const reader = await openLogReader(file, id);
  try {
    const sums = sumsOf(reader.index);
    const isWhole = sums.outcomes.failed === 0;
    await log.writeSafely([
      { line: 'end', at: Date.now(), state: state === 'done' && !isWhole ? 'failed' : state, ...sums },
    ]);
  } finally {
    await reader.close();
  }
}

export function sumsOf({ count, bytes, outcomes, head }: LogIndex): Sums {
  return { objects: count, bytes, outcomes, undoable: undoableIn({ head, outcomes }) };
}

/** Those whose mark an undo would look for. */
export function undoableIn({ head, outcomes }: Pick<LogIndex, 'head' | 'outcomes'>): number {
  if (head.what !== 'objects' || head.versioning === 'off') return 0;
  return undoOf.reduce((sum, outcome) => sum + outcomes[outcome], 0);
}

/** Of the unknown ones some may be deleted. */
export const undoOf: readonly DeletionOutcome[] = ['deleted', 'unknown'];
