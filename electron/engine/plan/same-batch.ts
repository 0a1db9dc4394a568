/** The batch that a drop goes on with, where the same was dropped before and is not finished. */
import type { Batch, Totals } from '../../../shared/domain.ts';
import type { Target } from '../../../shared/destination.ts';
import type { Exceptions } from '../../../shared/upload-plan.ts';
import type { Journal } from '../../journal/journal.ts';
import { unfinishedStates } from '../transfer-state.ts';

export type WantedTarget = Omit<Target, 'id' | 'batchId'>;

export interface WantedPlace {
  connectionId: number;
  prefix: string;
  /** absolute paths */
  roots: readonly string[];
  /** Where its files go, in this order; without any they go under the prefix as they are. */
  targets?: readonly WantedTarget[];
  /** single files that go elsewhere than the rules say, or nowhere */
  exceptions?: Exceptions;
}

/** null: it is a new one */
export function sameOpenBatch(
  journal: Pick<Journal, 'batches' | 'targets' | 'totals'>,
  { connectionId, prefix, roots, targets = [], exceptions = {} }: WantedPlace,
): Batch | null {
  const same = journal
    .batches()
    .find(
      (batch) =>
        batch.connectionId === connectionId &&
        batch.prefix === prefix &&
        batch.clearedAt === null &&
        batch.roots.join('\0') === roots.join('\0') &&
        targetsText(journal.targets(batch.id)) === targetsText(targets) &&
        exceptionsText(batch.exceptions) === exceptionsText(exceptions) &&
        isOpen(journal.totals(batch.id), batch),
    );
  return same ?? null;
}

/** Whether anything of a batch is still ahead of it, for Sideline or for a person. */
export function isOpen(totals: Totals, batch: Batch): boolean {
  return batch.plannedAt === null || [...unfinishedStates, 'failed' as const].some((state) => totals[state].files > 0);
}

function targetsText(targets: readonly WantedTarget[]): string {
  return JSON.stringify(
    targets.map(({ destinationId, connectionId, rules, sorting }) => [destinationId, connectionId, rules, sorting]),
  );
}

function exceptionsText(exceptions: Exceptions): string {
  return JSON.stringify(Object.entries(exceptions).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
