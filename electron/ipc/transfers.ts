import type { WhichTransfers } from '../../shared/ipc.ts';
import type { TransferRow } from '../../shared/transfer-list.ts';
import { SidelineError } from '../../shared/errors.ts';
import type { Uploads } from '../app/uploads.ts';
import type { ProgressWatch } from '../app/progress.ts';
import type { Engine } from '../engine/engine.ts';
import type { Journal } from '../journal/journal.ts';
import type { TransferList } from '../journal/list.ts';
import type { Handlers } from './handlers.ts';

export interface TransferDeps {
  journal: Journal;
  engine: Engine;
  uploads: Uploads;
  progress: ProgressWatch;
  list: TransferList;
  /** Shows a file in the system's file manager. */
  reveal(file: string): void;
}

type Calls = Extract<keyof Handlers, `transfers.${string}` | `uploads.${string}`>;

export function transferHandlers(deps: TransferDeps): Pick<Handlers, Calls> {
  const { journal, engine, uploads, progress, list } = deps;

  /** A row may be a session: what goes to it is meant too. */
  async function idsOf(which: WhichTransfers): Promise<number[]> {
    if ('ids' in which) return journal.withSessionFiles(which.ids);
    const left = new Set(journal.withSessionFiles(which.except ?? []));
    return journal.withSessionFiles(await list.ids(which.view)).filter((one) => !left.has(one));
  }

  /** What has not begun waits too while its line is held: the journal knows only of what was stopped by it. */
  function asHeld(row: TransferRow): TransferRow {
    if (row.state !== 'planned' && row.state !== 'queued') return row;
    const hold = engine.holdOf(row.connectionId);
    return hold === null ? row : { ...row, state: 'waiting', reason: hold };
  }

  /** Whatever it did, the lists show it at once. */
  async function command(work: () => Promise<void>): Promise<null> {
    try {
      await work();
    } finally {
      progress.touch();
    }
    return null;
  }

  return {
    async 'transfers.page'({ view, offset, limit }) {
      const page = await list.page(view, offset, limit);
      return { ...page, rows: page.rows.map(asHeld) };
    },
    'transfers.pause': (which) => command(async () => engine.pause(await idsOf(which))),
    'transfers.resume': (which) => command(async () => engine.resume(await idsOf(which))),
    'transfers.cancel': (which) =>
      command(async () => {
        if ('view' in which) await uploads.endScan(which.view.batchId);
        await engine.cancel(await idsOf(which));
      }),
    async 'transfers.retry'(which) {
      let count = 0;
      await command(async () => {
        count = await engine.retry(await idsOf(which));
      });
      return { count };
    },
    'transfers.sendFirst': (which) => command(async () => engine.sendFirst(await idsOf(which))),
    'transfers.reveal'({ id }) {
      const transfer = journal.transfer(id);
      if (transfer === null) throw new SidelineError('invalid-input', { subject: 'id: there is no such transfer.' });
      deps.reveal(transfer.source);
      return null;
    },
    'uploads.progress': () => progress.current(),
    'uploads.pauseAll': () => command(() => uploads.pauseAll()),
    'uploads.resumeAll': () => command(() => uploads.resumeAll()),
    'uploads.clear'({ batchIds }) {
      uploads.clear(batchIds);
      return null;
    },
  };
}
