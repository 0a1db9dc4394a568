/** Lists of transfers for the window, read off the main thread. */
import type { Page, View } from '../../shared/transfer-list.ts';
import { idsSchema, pageSchema, type ListOrder, type ThreadSettings } from './list-messages.ts';
import { createReaderThread, scriptBeside } from './reader-thread.ts';

export interface TransferListOptions extends ThreadSettings {
  /** A page was answered from ids that are older than the journal, and would be answered anew now. At most 4 times a second. */
  onStale?: () => void;
}

export interface TransferList {
  /**
   * The rows `offset` to `offset + limit` of a view, as they are now. While the journal changes all the time, which rows
   * these are may be as old as 0.3 s, or a few times what it took to find them: see `onStale`. A page that waits while one
   * of another view is asked for is no longer wanted: it rejects with `superseded`.
   */
  page(view: View, offset: number, limit: number): Promise<Page>;
  /** The ids of a whole view, in its order, as the journal is now: for commands that mean all of it. */
  ids(view: View): Promise<number[]>;
  /** What has not been answered rejects. */
  close(): Promise<void>;
}

/** Lists of what is in a journal that exists. Rejects with `internal` where the thread died. */
export function createTransferList({ onStale, ...settings }: TransferListOptions): TransferList {
  const script = scriptBeside(import.meta.url, 'list-worker');
  const thread = createReaderThread<ListOrder>({ script, settings, ...(onStale === undefined ? {} : { onStale }) });

  return {
    page(view, offset, limit) {
      // Who types a word asks for a view with every letter: only the last is still wanted.
      const wanted = JSON.stringify(view);
      thread.drop((order) => order.kind === 'page' && JSON.stringify(order.view) !== wanted);
      return thread.ask({ kind: 'page', view, offset, limit }, pageSchema);
    },
    ids: async (view) => Array.from(await thread.ask({ kind: 'ids', view }, idsSchema)),
    close: () => thread.close(),
  };
}
