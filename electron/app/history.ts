/** What was sent, for the window: all that is known of it, its address, and links to it. */
import path from 'node:path';
import type { Connection } from '../../shared/domain.ts';
import { SidelineError } from '../../shared/errors.ts';
import type { HistoryBatch, HistoryItem, HistoryRow } from '../../shared/history.ts';
import { refusals } from '../../shared/strings/refusals.ts';
import { historyBatch, historyBatches } from '../journal/history-batches.ts';
import type { Journal } from '../journal/journal.ts';
import type { Link, Storage } from '../storage/storage.ts';

export interface HistoryDeps {
  journal: Pick<
    Journal,
    'batch' | 'batches' | 'connection' | 'destination' | 'historyRow' | 'receipt' | 'target' | 'totals' | 'transfer'
  >;
  openStorage(connection: Connection): Promise<Storage>;
}

export interface History {
  /** Throws `invalid-input` where it was not sent; so does all below that takes an id. */
  item(id: number): HistoryItem;
  batches(): HistoryBatch[];
  /** Throws `invalid-input` where there is none. */
  batch(id: number): HistoryBatch;
  tags(): string[];
  /** Where whoever may read it finds it. */
  address(id: number): string;
  /** Where whoever has the link finds it, until it expires. Rejects where there are no credentials. */
  link(id: number): Promise<Link>;
  /** Where a browser can show it: its address where everybody may read that, else a link. */
  readable(id: number): Promise<string>;
}

const mostBatches = 1000;
/** of links to what has no destination that says otherwise. seconds */
const linkLifetime = 3600;

export function createHistory({ journal, openStorage }: HistoryDeps): History {
  function rowOf(id: number): HistoryRow {
    const row = journal.historyRow(id);
    if (row === null) throw new SidelineError('invalid-input', { subject: refusals.notSent });
    return row;
  }

  function addressOf({ url }: HistoryRow): string {
    if (url === null) throw new SidelineError('invalid-input', { subject: refusals.notSent });
    return url;
  }

  async function link(id: number): Promise<Link> {
    const { key, source, connectionId, destinationId } = rowOf(id);
    const rules = destinationId === null ? null : (journal.destination(destinationId)?.rules ?? null);
    const storage = await openStorage(journal.connection(connectionId));
    try {
      return await storage.link(key, {
        lifetime: rules?.linkLifetime ?? linkLifetime,
        fileName: fileName(source, key),
      });
    } finally {
      storage.close();
    }
  }

  /** As it was sent: behind a custom domain or CDN, or with an ACL that lets everybody read. */
  function isPublic(id: number): boolean {
    if (journal.receipt(id)?.url != null) return true;
    const targetId = journal.transfer(id)?.targetId ?? null;
    return targetId !== null && journal.target(targetId)?.rules.acl === 'public-read';
  }

  return {
    item(id) {
      const row = rowOf(id);
      const receipt = journal.receipt(id);
      if (receipt === null) throw new SidelineError('invalid-input', { subject: refusals.notSent });
      return { ...row, receipt, details: journal.batch(row.batchId).details };
    },
    batches: () => historyBatches(journal).slice(0, mostBatches),
    batch: (id) => historyBatch(journal, id),
    tags() {
      const all = new Set(historyBatches(journal).flatMap(({ details }) => details.tags));
      return [...all].sort((one, other) => one.localeCompare(other));
    },
    address: (id) => addressOf(rowOf(id)),
    link,
    readable: async (id) => (isPublic(id) ? addressOf(rowOf(id)) : (await link(id)).url),
  };
}

/** The name that people know, with the type of what was made of it. */
function fileName(source: string, key: string): string {
  const extension = path.posix.extname(key);
  const own = path.basename(source);
  if (path.extname(own).toLowerCase() === extension.toLowerCase()) return own;
  return `${path.parse(own).name}${extension}`;
}
