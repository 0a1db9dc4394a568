/** The thread of an export: a million receipts take half a minute, and the main thread is busy with uploads. */
import { parentPort, workerData } from 'node:worker_threads';
import { SidelineError } from '../../../shared/errors.ts';
import { openJournal } from '../../journal/open.ts';
import { exportPieces } from './export-batch.ts';
import { exportSettingsSchema, type ExportAnswer } from './export-messages.ts';
import { writePieces } from './write-export.ts';

const { order, ...where } = exportSettingsSchema.parse(workerData);

try {
  const journal = openJournal({ ...where, readOnly: true });
  if (journal === null) throw new Error('there is no journal');
  try {
    await writePieces(order.file, exportPieces(journal, order.batchId, order.form), order.temporary);
  } finally {
    journal.close();
  }
  say({ ok: true });
} catch (error) {
  const isKnown = error instanceof SidelineError && error.kind === 'invalid-input';
  say({ ok: false, refusal: isKnown ? error.subject : null, error });
}

function say(answer: ExportAnswer): void {
  parentPort?.postMessage(answer);
}
