/** Where a planned transfer goes, and what of its file it is. */
import type { Target } from '../../../shared/destination.ts';
import type { Transfer } from '../../../shared/domain.ts';
import { SidelineError } from '../../../shared/errors.ts';
import type { Output } from '../../../shared/output.ts';
import type { Journal } from '../../journal/journal.ts';

export interface Destined {
  target: Target;
  output: Output;
}

/** Null: it has no destination, and goes up as it is. Throws `internal` where the journal has lost the half of it. */
export function destinedOf(journal: Journal, { id, targetId }: Transfer): Destined | null {
  if (targetId === null) return null;
  const target = journal.target(targetId);
  const output = journal.output(id);
  if (target === null || output === null)
    throw new SidelineError('internal', { cause: new Error(`transfer ${id} has lost its target`) });
  return { target, output };
}
