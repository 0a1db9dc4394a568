/** The batches that sent something, as the history names them. */
import path from 'node:path';
import { SidelineError } from '../../shared/errors.ts';
import type { HistoryBatch } from '../../shared/history.ts';
import { refusals } from '../../shared/strings/refusals.ts';
import { shell } from '../../shared/strings/shell.ts';
import type { Journal } from './journal.ts';

type Read = Pick<Journal, 'batches' | 'totals'>;

/** The newest first. */
export function historyBatches(journal: Read): HistoryBatch[] {
  return journal
    .batches()
    .toReversed()
    .flatMap(({ id, roots, createdAt, details }) => {
      const { files: objects, bytes } = journal.totals(id).done;
      const title = details.title.trim();
      return objects === 0
        ? []
        : [{ id, name: title === '' ? nameOf(roots) : title, createdAt, objects, bytes, details }];
    });
}

/** Throws `invalid-input` where there is none that sent something. */
export function historyBatch(journal: Read, id: number): HistoryBatch {
  const found = historyBatches(journal).find((one) => one.id === id);
  if (found === undefined) throw new SidelineError('invalid-input', { subject: refusals.noBatch(id) });
  return found;
}

function nameOf(roots: readonly string[]): string {
  const [first] = roots;
  if (first === undefined) return shell.notices.nameless;
  return shell.notices.name(path.basename(first) || first, roots.length - 1);
}
