/** Commands that only read the journal: they work while another Sideline uploads. */
import { SidelineError } from '../../shared/errors.ts';
import { refusals } from '../../shared/strings/refusals.ts';
import { historyBatch } from '../journal/history-batches.ts';
import type { Journal } from '../journal/journal.ts';
import { openJournal } from '../journal/open.ts';

/** `journal`: null where there is none yet. */
export async function reading<T>(dataDir: string, work: (journal: Journal | null) => T | Promise<T>): Promise<T> {
  const journal = openJournal({ folder: dataDir, readOnly: true });
  try {
    return await work(journal);
  } finally {
    journal?.close();
  }
}

/** The journal that has this upload. Throws `invalid-input` where there is none of which something was sent. */
export function knownBatch(journal: Journal | null, id: number): Journal {
  if (journal === null) throw new SidelineError('invalid-input', { subject: refusals.noBatch(id) });
  historyBatch(journal, id);
  return journal;
}
