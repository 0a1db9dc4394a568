import type { ExportForm, HistoryRow } from '../../../shared/history.ts';
import { history } from '../../../shared/strings/history.ts';
import { attempt } from '../../app/attempt.ts';
import { notify } from '../../components/index.ts';
import { call } from '../../ipc.ts';
import { removed, showBatchAlone } from '../../stores/history.ts';
import { dayTime } from './words.ts';

const words = history.actions;

/** What can be done with a file that was sent. Failures are shown to the person. */
export const historyActions = {
  open: ({ id }: HistoryRow) => void attempt(() => call('history.open', { id })),
  copyUrl: ({ id }: HistoryRow) =>
    void attempt(async () => {
      await call('history.copy', { id, what: 'url' });
      notify('info', words.urlCopied);
    }),
  copyLink: ({ id }: HistoryRow) =>
    void attempt(async () => {
      const { expiresAt } = await call('history.copy', { id, what: 'link' });
      notify('info', expiresAt === null ? words.linkCopiedForGood : words.linkCopied(dayTime(expiresAt)));
    }),
  async save({ id }: HistoryRow): Promise<void> {
    await attempt(async () => {
      const saved = await call('history.save', { id });
      if (saved === null) return;
      if (saved.same) notify('info', words.saved(saved.file));
      else notify('warning', words.savedOther(saved.file));
    });
  },
  /** Asked before. Rejects with the words of a refusal. */
  async remove({ id, sessionFiles }: HistoryRow): Promise<void> {
    await call('history.remove', { id });
    notify('info', words.removed(sessionFiles ?? 1));
    removed();
  },
  reveal: ({ id }: HistoryRow) => void attempt(() => call('transfers.reveal', { id })),
  showBatch: ({ batchId }: HistoryRow) => showBatchAlone(batchId),
};

/** The receipts of a batch as a file; main asks where to. */
export function exportBatch(batchId: number, form: ExportForm): void {
  void attempt(async () => {
    const file = await call('history.export', { batchId, form });
    if (file !== null) notify('info', history.batch.exported(file));
  });
}

export function stopVerifying(batchId: number): void {
  void attempt(() => call('history.endVerify', { batchId }));
}
