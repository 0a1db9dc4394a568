/** Answers the calls about what was sent. Links are made and used here: none reaches the window. */
import { SidelineError } from '../../shared/errors.ts';
import type { History } from '../app/history.ts';
import type { Verifying } from '../app/verifying.ts';
import { exportFileName, type Exports } from '../engine/export/exports.ts';
import type { HistoryList } from '../journal/history.ts';
import type { AppDeps } from './app.ts';
import type { Handlers } from './handlers.ts';

export interface HistoryHandlersDeps {
  history: History;
  list: HistoryList;
  verifying: Verifying;
  exports: Pick<Exports, 'write'>;
  askWhere: AppDeps['askWhere'];
  /** Puts a text into the clipboard. */
  copy(text: string): Promise<void>;
  /** What the lists show has changed. */
  onRemoved(): void;
  /** Shows a web page in the system's browser. */
  openUrl(url: string): Promise<void>;
}

type Calls = Extract<keyof Handlers, `history.${string}`>;

export function historyHandlers(deps: HistoryHandlersDeps): Pick<Handlers, Calls> {
  const { history, list, verifying } = deps;
  return {
    'history.page': ({ query, offset, limit }) => list.page(query, offset, limit),
    'history.item': ({ id }) => history.item(id),
    'history.batches': () => history.batches(),
    'history.tags': () => history.tags(),
    async 'history.copy'({ id, what }) {
      const link = what === 'url' ? { url: history.address(id), expiresAt: null } : await history.link(id);
      await deps.copy(link.url);
      return { expiresAt: link.expiresAt };
    },
    async 'history.open'({ id }) {
      const url = await history.readable(id);
      if (!/^https?:$/.test(new URL(url).protocol)) throw new SidelineError('invalid-input');
      await deps.openUrl(url);
      return null;
    },
    async 'history.save'({ id }) {
      const file = await deps.askWhere(history.nameOf(id));
      return file === null ? null : { file, ...(await history.save(id, file)) };
    },
    async 'history.remove'({ id }) {
      await history.remove(id);
      deps.onRemoved();
      return null;
    },
    async 'history.export'({ batchId, form }) {
      const file = await deps.askWhere(exportFileName(history.batch(batchId), form));
      if (file === null) return null;
      await deps.exports.write({ batchId, form, file });
      return file;
    },
    'history.verify': ({ batchId }) => verifying.verify(history.batch(batchId).id),
    'history.endVerify'({ batchId }) {
      verifying.end(batchId);
      return null;
    },
  };
}
