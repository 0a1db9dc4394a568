/**
 * The line to each connection's store: opened when it is first needed, closed to new transfers while it is offline, while a proxy
 * waits for a person's name and password, or while nothing on it can work. Coming back from offline is noticed here, by itself.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Capabilities, Connection } from '../../shared/domain.ts';
import { asSidelineError, type SidelineError } from '../../shared/errors.ts';
import type { Journal } from '../journal/journal.ts';
import type { Storage } from '../storage/storage.ts';
import type { Line } from './upload/line.ts';
import { backoff, remedies, type BackoffRules } from './upload/retry.ts';
import { sweep } from './upload/stale.ts';

export type LineState = 'opening' | 'open' | 'offline' | 'held' | 'refused';

/** What all lines share, and what of the outside they need. */
export interface LineDeps {
  journal: Journal;
  log: Logger;
  openStorage(connection: Connection): Promise<Storage>;
  /** asks the store what it can do, under keys with this prefix */
  probe(storage: Storage, prefix: string, signal: AbortSignal): Promise<Capabilities>;
  shared: Pick<
    Line,
    | 'slots'
    | 'governor'
    | 'bandwidth'
    | 'reader'
    | 'parts'
    | 'backoff'
    | 'stallAfter'
    | 'random'
    | 'now'
    | 'rate'
    | 'onSent'
  >;
  /** how often an absent network is looked for */
  offlineRules: BackoffRules;
}

export interface LineEvents {
  /** transfers may be started again */
  onOpen(connectionId: number): void;
  /** the store cannot be reached: what runs on the line must stop and wait */
  onOffline(connectionId: number): void;
  /** what runs on the line must stop and wait, with this reason, until a person has answered; see `Lines.release` */
  onHeld(connectionId: number, error: SidelineError): void;
  /** nothing on a line can work until somebody has mended the connection; see `Lines.refusal` */
  onRefused(): void;
}

export interface Lines {
  /** The line when transfers can be started on it now; else null, and it is being opened if it was not refused. */
  get(connectionId: number): Line | null;
  state(connectionId: number): LineState | null;
  /** Why nothing on this line can work; null: it is not known to be so. */
  refusal(connectionId: number): SidelineError | null;
  refuse(connectionId: number, error: SidelineError): void;
  hold(connectionId: number, error: SidelineError): void;
  /** Closes the lines that are held, so that they are opened anew when they are next needed. Returns their connections. */
  release(): number[];
  /** Forgets refusals, so that a person's retry tries again. */
  forgive(): void;
  /** Closes the line of a connection that was edited: it is opened anew, as it is now, when it is next needed. */
  forget(connectionId: number): void;
  /** Whoever waits for the network looks for it now. */
  hurry(): void;
  /** Aborts what is stale on this connection's store as far as it can be reached; the rest stays noted. */
  sweep(connectionId: number): Promise<void>;
  close(): Promise<void>;
}

/** ms */
const sweepWithin = 10_000;

interface Entry {
  state: LineState;
  storage: Storage | null;
  line: Line | null;
  checking: Promise<boolean> | null;
  /** of a line that is refused */
  refusal: SidelineError | null;
}

export function createLines(deps: LineDeps, events: LineEvents): Lines {
  const { journal, log } = deps;
  const entries = new Map<number, Entry>();
  const closing = new AbortController();
  const running = new Set<Promise<void>>();
  const creating = new Set<number>();
  /** aborted, and made anew, when there is a reason to look for the network at once */
  let patience = new AbortController();

  function inBackground(work: Promise<void>): void {
    const tracked = work
      .catch((error: unknown) => {
        if (!closing.signal.aborted) log.error({ error }, 'a line failed');
      })
      .finally(() => running.delete(tracked));
    running.add(tracked);
  }

  async function open(id: number, entry: Entry): Promise<void> {
    entry.state = 'opening';
    try {
      const connection = journal.connection(id);
      const storage = (entry.storage ??= await deps.openStorage(connection));
      const capabilities = connection.capabilities ?? (await deps.probe(storage, prefixOf(id), closing.signal));
      if (connection.capabilities === null) journal.storeCapabilities(id, capabilities);
      await sweep(journal, storage, creating, closing.signal);
      if (entries.get(id) !== entry) {
        storage.close(); // the connection was edited meanwhile
        return;
      }
      entry.line = makeLine(id, entry, storage, capabilities);
      entry.state = 'open';
      events.onOpen(id);
    } catch (error) {
      closing.signal.throwIfAborted();
      if (entries.get(id) !== entry) return; // the connection was edited meanwhile: this says nothing of how it is now
      openFailed(id, entry, asSidelineError(error));
    }
  }

  /** A key may be allowed to write below its own prefix only. */
  function prefixOf(id: number): string {
    return journal.batches().findLast((batch) => batch.connectionId === id)?.prefix ?? '';
  }

  function openFailed(id: number, entry: Entry, error: SidelineError): void {
    log.warn({ connection: id, error }, 'the line could not be opened');
    const remedy = remedies[error.kind];
    if (remedy === 'connection' || remedy === 'fail') refuse(id, entry, error);
    else if (remedy === 'login') hold(id, entry, error);
    else goOffline(id, entry);
  }

  function makeLine(id: number, entry: Entry, storage: Storage, capabilities: Capabilities): Line {
    return {
      ...deps.shared,
      journal,
      log,
      creating,
      storage,
      integrity: capabilities.integrity,
      listParts: capabilities.listParts,
      conditionalWrites: capabilities.conditionalWrites,
      sse: capabilities.sse,
      online() {
        entry.checking ??= check(id, entry, storage).finally(() => (entry.checking = null));
        return entry.checking;
      },
    };
  }

  async function check(id: number, entry: Entry, storage: Storage): Promise<boolean> {
    if (entry.state === 'offline' || entry.state === 'held') return false;
    if (await reaches(id, entry, storage)) return true;
    closing.signal.throwIfAborted();
    goOffline(id, entry);
    return false;
  }

  /** Where a proxy wants to know who asks, the line is held: that nobody answers has another reason then. */
  async function reaches(id: number, entry: Entry, storage: Storage): Promise<boolean> {
    try {
      return await storage.reachable(closing.signal);
    } catch (error) {
      closing.signal.throwIfAborted();
      hold(id, entry, asSidelineError(error));
      return false;
    }
  }

  function goOffline(id: number, entry: Entry): void {
    if (entry.state === 'offline' || entry.state === 'held') return;
    entry.state = 'offline';
    log.info({ connection: id }, 'offline');
    events.onOffline(id);
    inBackground(comeBack(id, entry));
  }

  async function comeBack(id: number, entry: Entry): Promise<void> {
    const { signal } = closing;
    for (let tries = 1; ; tries++) {
      const pause = deps.offlineRules.first / 2 + backoff(tries, deps.shared.random, deps.offlineRules);
      await sleep(pause, undefined, { signal: AbortSignal.any([signal, patience.signal]) }).catch(() => undefined);
      signal.throwIfAborted();
      if (entries.get(id) !== entry) return; // the connection was edited
      if (entry.storage === null || (await reaches(id, entry, entry.storage))) break;
      if (entry.state !== 'offline') return; // a person is asked now
    }
    log.info({ connection: id }, 'reachable again');
    if (entry.line === null) {
      await open(id, entry);
      return;
    }
    entry.state = 'open';
    events.onOpen(id);
  }

  function hold(id: number, entry: Entry, error: SidelineError): void {
    if (entry.state === 'held' || entries.get(id) !== entry) return;
    entry.state = 'held';
    log.info({ connection: id, kind: error.kind }, 'a person is needed');
    events.onHeld(id, error);
  }

  function refuse(id: number, entry: Entry, error: SidelineError): void {
    if (entry.state === 'refused') return;
    entry.state = 'refused';
    entry.refusal = error;
    log.warn({ connection: id, error }, 'the connection was refused');
    events.onRefused();
  }

  return {
    get(id) {
      const entry = entries.get(id);
      if (entry === undefined) {
        const fresh: Entry = { state: 'opening', storage: null, line: null, checking: null, refusal: null };
        entries.set(id, fresh);
        inBackground(open(id, fresh));
        return null;
      }
      return entry.state === 'open' ? entry.line : null;
    },
    state: (id) => entries.get(id)?.state ?? null,
    refusal: (id) => entries.get(id)?.refusal ?? null,
    refuse(id, error) {
      const entry = entries.get(id);
      if (entry !== undefined) refuse(id, entry, error);
    },
    hold(id, error) {
      const entry = entries.get(id);
      if (entry !== undefined) hold(id, entry, error);
    },
    release() {
      const held = [...entries].filter(([, { state }]) => state === 'held');
      for (const [id, { storage }] of held) {
        storage?.close();
        entries.delete(id);
      }
      return held.map(([id]) => id);
    },
    forgive() {
      for (const [id, entry] of entries) {
        if (entry.state !== 'refused') continue;
        entry.storage?.close();
        entries.delete(id);
      }
    },
    forget(id) {
      entries.get(id)?.storage?.close();
      entries.delete(id);
    },
    hurry() {
      patience.abort();
      patience = new AbortController();
    },
    async sweep(id) {
      const entry = entries.get(id);
      if (entry?.state !== 'open' || entry.storage === null) return;
      const signal = AbortSignal.any([closing.signal, AbortSignal.timeout(sweepWithin)]);
      try {
        await sweep(journal, entry.storage, creating, signal);
      } catch (error) {
        log.warn({ connection: id, error }, 'stale uploads are aborted later');
      }
    },
    async close() {
      closing.abort();
      await Promise.all(running);
      for (const entry of entries.values()) entry.storage?.close();
    },
  };
}
