/** Exports of batches to files, each on a thread of its own. */
import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { Worker } from 'node:worker_threads';
import { asSidelineError, SidelineError } from '../../../shared/errors.ts';
import type { ExportForm, HistoryBatch } from '../../../shared/history.ts';
import { slugOf } from '../../../shared/key-template/slug.ts';
import { scriptBeside } from '../../journal/reader-thread.ts';
import { exportAnswerSchema, type ExportSettings } from './export-messages.ts';

export interface ExportOrder {
  batchId: number;
  form: ExportForm;
  /** absolute path; what is there is replaced */
  file: string;
}

export interface Exports {
  /** Rejects with `invalid-input` where the file cannot be written, and when it is closed meanwhile. */
  write(order: ExportOrder): Promise<void>;
  /** Nothing half is left of what is under way. */
  close(): Promise<void>;
}

/** Rows are garbage as soon as they are written, a few hundred at a time: without bounds 100 MB of them lie about. */
const limits = { maxYoungGenerationSizeMb: 8, maxOldGenerationSizeMb: 64 };

export function createExports(where: Omit<ExportSettings, 'order'>): Exports {
  const script = scriptBeside(import.meta.url, 'export-worker');
  const running = new Map<string, Worker>();

  async function write(order: ExportOrder): Promise<void> {
    const temporary = `${order.file}.${randomUUID().slice(0, 8)}.new`;
    const workerData: ExportSettings = { ...where, order: { ...order, temporary } };
    const worker = new Worker(script, { workerData, resourceLimits: limits });
    running.set(temporary, worker);
    try {
      await ended(worker);
    } finally {
      running.delete(temporary);
      await rm(temporary, { force: true }).catch(() => undefined); // where it cannot be removed it could not be made
    }
  }

  return {
    write,
    async close() {
      await Promise.all([...running.values()].map((worker) => worker.terminate()));
    },
  };
}

function ended(worker: Worker): Promise<void> {
  return new Promise((resolve, reject) => {
    worker.on('message', (message) => {
      const { data: answer, error } = exportAnswerSchema.safeParse(message);
      if (answer === undefined) reject(asSidelineError(error));
      else if (answer.ok) resolve();
      else if (answer.refusal === null) reject(asSidelineError(answer.error));
      else reject(new SidelineError('invalid-input', { subject: answer.refusal, cause: answer.error }));
    });
    worker.on('error', (error) => reject(asSidelineError(error)));
    worker.on('exit', () => reject(new SidelineError('superseded'))); // no news where it has answered
  });
}

const endings: Record<ExportForm, string> = {
  'receipts-csv': '-receipts.csv',
  'receipts-json': '-receipts.json',
  'mapping-csv': '-mapping.csv',
  'mapping-json': '-mapping.json',
};

/** What a person is offered as its name. */
export function exportFileName({ id, name }: Pick<HistoryBatch, 'id' | 'name'>, form: ExportForm): string {
  const slug = slugOf(name).slice(0, 60);
  return `${slug === '' ? `upload-${id}` : slug}${endings[form]}`;
}
