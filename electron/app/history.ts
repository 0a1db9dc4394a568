/** What was sent, for the window: all that is known of it, its address, links to it, and its end. */
import path from 'node:path';
import { isBroker } from '../../shared/connection-kind.ts';
import type { BrokerConnection, Connection } from '../../shared/domain.ts';
import { SidelineError } from '../../shared/errors.ts';
import type { HistoryBatch, HistoryItem, HistoryRow, HistorySession } from '../../shared/history.ts';
import { broker as words } from '../../shared/strings/broker.ts';
import { refusals } from '../../shared/strings/refusals.ts';
import type { OpenedBroker } from '../broker/open.ts';
import { canBeDone, linkTo, wayToRead } from '../broker/reading.ts';
import { removeSent, type RemoveDeps } from '../engine/remove-sent.ts';
import { saveSent } from '../engine/save-sent.ts';
import type { Bandwidth } from '../engine/upload/bandwidth.ts';
import { historyBatch, historyBatches } from '../journal/history-batches.ts';
import type { Journal } from '../journal/journal.ts';
import type { Storage } from '../storage/storage.ts';

export interface HistoryDeps {
  journal: RemoveDeps['journal'] &
    Pick<Journal, 'batch' | 'batches' | 'destination' | 'historyRow' | 'session' | 'target' | 'totals' | 'transfer'>;
  openStorage(connection: Connection): Promise<Storage>;
  openBroker(connection: BrokerConnection): Promise<OpenedBroker>;
  /** what all that travels may take of the line together */
  bandwidth: Bandwidth;
}

/** `expiresAt`: ms since 1970; null: it does not expire, or nobody says when */
export interface HistoryLink {
  url: string;
  expiresAt: number | null;
}

export interface History {
  /** Rejects with `invalid-input` where it was not sent; so does, or throws, all below that takes an id. */
  item(id: number): Promise<HistoryItem>;
  batches(): HistoryBatch[];
  /** Throws `invalid-input` where there is none. */
  batch(id: number): HistoryBatch;
  tags(): string[];
  /** Where whoever may read it finds it. */
  address(id: number): string;
  /**
   * Where whoever has the link finds it, until it expires. Rejects where there are no credentials, or the backend gives no links
   * or does not answer.
   */
  link(id: number): Promise<HistoryLink>;
  /** Where a browser can show it: its address where everybody may read that, else a link. */
  readable(id: number): Promise<string>;
  /** The name under which a copy of it is saved. */
  nameOf(id: number): string;
  /** Where only the backend lets somebody read: see `saveSent`. */
  save(id: number, file: string): Promise<{ same: boolean }>;
  /** Deletes it where a backend has it, and what else went to its session: see `removeSent`. */
  remove(id: number): Promise<void>;
  /** What is being saved ends, and leaves nothing. */
  close(): void;
}

const mostBatches = 1000;
/** of links to what has no destination that says otherwise. seconds */
const linkLifetime = 3600;
/** for a backend's answer. ms */
const patience = 60_000;

export function createHistory({ journal, openStorage, openBroker, bandwidth }: HistoryDeps): History {
  const closing = new AbortController();

  function rowOf(id: number): HistoryRow {
    const row = journal.historyRow(id);
    if (row === null) throw new SidelineError('invalid-input', { subject: refusals.notSent });
    return row;
  }

  /** What was deleted has no link and nothing to open. */
  function presentRowOf(id: number): HistoryRow {
    const row = rowOf(id);
    if (row.removedAt !== null) throw new SidelineError('invalid-input', { subject: refusals.deletedSince });
    return row;
  }

  function addressOf({ url }: HistoryRow): string {
    if (url === null) throw new SidelineError('invalid-input', { subject: refusals.noAddress });
    return url;
  }

  function backendOf({ connectionId }: HistoryRow): BrokerConnection | null {
    const connection = journal.connection(connectionId);
    return isBroker(connection) ? connection : null;
  }

  async function link(id: number): Promise<HistoryLink> {
    const row = presentRowOf(id);
    const rules = row.destinationId === null ? null : (journal.destination(row.destinationId)?.rules ?? null);
    const lifetime = rules?.linkLifetime ?? linkLifetime;
    const backend = backendOf(row);
    if (backend !== null) return await linkOverBackend(backend, id, lifetime);
    const storage = await openStorage(journal.connection(row.connectionId));
    try {
      return await storage.link(row.key, { lifetime, fileName: fileName(row.source, row.key) });
    } finally {
      storage.close();
    }
  }

  async function linkOverBackend(connection: BrokerConnection, id: number, lifetime: number): Promise<HistoryLink> {
    const ref = journal.place(id)?.ref;
    if (ref === undefined) throw new SidelineError('invalid-input', { subject: refusals.placeLost });
    const { broker } = await openBroker(connection);
    return await linkTo(broker, ref, lifetime, AbortSignal.timeout(patience));
  }

  /** As it was sent: behind a custom domain or CDN, or with an ACL that lets everybody read. */
  function isPublic(id: number): boolean {
    if (journal.receipt(id)?.url != null) return true;
    const targetId = journal.transfer(id)?.targetId ?? null;
    return targetId !== null && journal.target(targetId)?.rules.acl === 'public-read';
  }

  async function abilitiesOf(row: HistoryRow): Promise<HistoryItem['can']> {
    const backend = backendOf(row);
    if (backend === null) return { link: true, open: true, save: false, remove: false };
    const ref = journal.place(row.id)?.ref;
    if (ref === undefined) return { link: false, open: false, save: false, remove: false };
    const { broker } = await openBroker(backend);
    const can = canBeDone(broker, ref);
    const save = wayToRead(broker, ref) === 'backend';
    return { ...can, save, open: can.link || (row.url !== null && !save) };
  }

  /** What a backend gives links to is not always for everybody, though it has an address. */
  async function readable(id: number): Promise<string> {
    const row = presentRowOf(id);
    if (backendOf(row) !== null) {
      const can = await abilitiesOf(row);
      if (can.save) throw new SidelineError('unsupported', { subject: words.reading.onlySignedIn });
      return can.link ? (await link(id)).url : addressOf(row);
    }
    return isPublic(id) ? addressOf(row) : (await link(id)).url;
  }

  function sessionOf({ id, sessionFiles, sessionTold: told }: HistoryRow): HistorySession | null {
    if (sessionFiles === null) return null;
    const others = journal.sessionFiles(id).flatMap((file) => {
      const receipt = file.id === id ? null : journal.receipt(file.id);
      return receipt === null ? [] : [{ id: file.id, key: receipt.key, size: receipt.size }];
    });
    return { id: journal.session(id)?.sessionId ?? null, told, others };
  }

  return {
    async item(id) {
      const row = rowOf(id);
      const receipt = journal.receipt(id);
      if (receipt === null) throw new SidelineError('invalid-input', { subject: refusals.notSent });
      const can = await abilitiesOf(row);
      return { ...row, receipt, details: journal.batch(row.batchId).details, can, session: sessionOf(row) };
    },
    batches: () => historyBatches(journal).slice(0, mostBatches),
    batch: (id) => historyBatch(journal, id),
    tags() {
      const all = new Set(historyBatches(journal).flatMap(({ details }) => details.tags));
      return [...all].sort((one, other) => one.localeCompare(other));
    },
    address: (id) => addressOf(rowOf(id)),
    link,
    readable,
    nameOf(id) {
      const { source, key } = presentRowOf(id);
      return fileName(source, key);
    },
    save: (id, file) => saveSent(id, file, { journal, openBroker, bandwidth }, closing.signal),
    close: () => closing.abort(new SidelineError('superseded')),
    async remove(id) {
      await removeSent(id, { journal, openBroker, now: Date.now }, AbortSignal.timeout(patience));
    },
  };
}

/** The name that people know, with the type of what was made of it. */
function fileName(source: string, key: string): string {
  const extension = path.posix.extname(key);
  const own = path.basename(source);
  if (path.extname(own).toLowerCase() === extension.toLowerCase()) return own;
  return `${path.parse(own).name}${extension}`;
}
