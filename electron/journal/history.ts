/** The history for the window: pages of a million receipts, found off the main thread. */
import type { HistoryPage, HistoryQuery } from '../../shared/history.ts';
import { historyPageSchema, type HistoryOrder } from './history-messages.ts';
import type { Journal } from './journal.ts';
import type { ThreadSettings } from './list-messages.ts';
import { createReaderThread, scriptBeside } from './reader-thread.ts';

export interface HistoryListOptions extends Omit<ThreadSettings, 'file'> {
  journal: Pick<Journal, 'file' | 'onReceipt' | 'committed'>;
}

export interface HistoryList {
  /**
   * The rows `offset` to `offset + limit` of a query, every receipt included that is in the journal by now, unless it says
   * `catchingUp`. A page that waits while one of another query is asked for rejects with `superseded`.
   */
  page(query: HistoryQuery, offset: number, limit: number): Promise<HistoryPage>;
  /** What has not been answered rejects. */
  close(): Promise<void>;
}

/** How long what the thread knows is kept after the last page. ms */
const keptFor = 10 * 60_000;
/** How often it is told what was finished while nobody asks it for a page. ms */
const toldEvery = 500;

/** Lists of what is in a journal that exists. Rejects with `internal` where the thread died: the next page starts another. */
export function createHistoryList({ journal, ...driver }: HistoryListOptions): HistoryList {
  const script = scriptBeside(import.meta.url, 'history-worker');
  const thread = createReaderThread<HistoryOrder>({ script, settings: { file: journal.file, ...driver } });
  /** transfers that have got a receipt, of which a thread that runs has not heard */
  let changed: number[] = [];
  let telling: NodeJS.Timeout | null = null;
  let resting: NodeJS.Timeout | undefined;

  journal.onReceipt((id) => {
    if (!thread.isRunning()) return; // it reads all when it starts
    changed.push(id);
    telling ??= setTimeout(() => {
      telling = null;
      void tell();
    }, toldEvery).unref();
  });

  /** What could not be written is not read either: that the journal failed is told elsewhere. */
  async function tell(): Promise<void> {
    await journal.committed().catch(() => undefined);
    if (changed.length > 0) thread.tell({ kind: 'changed', ids: changed });
    changed = [];
  }

  return {
    async page(query, offset, limit) {
      clearTimeout(resting);
      resting = setTimeout(() => thread.rest(), keptFor).unref();
      await tell();
      const wanted = JSON.stringify(query);
      thread.drop((order) => order.kind === 'page' && JSON.stringify(order.query) !== wanted);
      return await thread.ask({ kind: 'page', query, offset, limit }, historyPageSchema);
    },
    async close() {
      clearTimeout(resting);
      if (telling !== null) clearTimeout(telling);
      await thread.close();
    },
  };
}
