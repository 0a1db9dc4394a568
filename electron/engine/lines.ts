/**
 * The line to each connection's store or backend: opened when it is first needed, closed to new transfers while it is offline,
 * while a proxy or a backend waits for a person to sign in, or while nothing on it can work. Coming back from offline is noticed
 * here, by itself.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { isBroker } from '../../shared/connection-kind.ts';
import type { BrokerConnection, Capabilities, Connection } from '../../shared/domain.ts';
import { asSidelineError, SidelineError } from '../../shared/errors.ts';
import type { OpenedBroker } from '../broker/open.ts';
import type { Journal } from '../journal/journal.ts';
import type { Storage } from '../storage/storage.ts';
import type { Inspections } from './inspect/inspections.ts';
import { tellLeft } from './upload/left-places.ts';
import type { AnyLine, BaseLine, BrokerLine, Line } from './upload/line.ts';
import { backoff, remedies, type BackoffRules } from './upload/retry.ts';
import { endSessions } from './upload/session.ts';
import { sweep } from './upload/stale.ts';

export type LineState = 'opening' | 'open' | 'offline' | 'held' | 'refused';

/** What all lines share, and what of the outside they need. */
export interface LineDeps {
  journal: Journal;
  log: Logger;
  openStorage(connection: Connection): Promise<Storage>;
  openBroker(connection: BrokerConnection): Promise<OpenedBroker>;
  inspections: Pick<Inspections, 'of'>;
  /** asks the store what it can do, under keys with this prefix */
  probe(storage: Storage, prefix: string, signal: AbortSignal): Promise<Capabilities>;
  shared: Pick<
    BaseLine,
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
  onRefused(connectionId: number, error: SidelineError): void;
}

export interface Lines {
  /** The line when transfers can be started on it now; else null, and it is being opened if it was not refused. */
  get(connectionId: number): AnyLine | null;
  state(connectionId: number): LineState | null;
  /** Why what goes there waits for a person; null: it does not. */
  holdOf(connectionId: number): SidelineError | null;
  /** Why nothing on this line can work; null: it is not known to be so. */
  refusal(connectionId: number): SidelineError | null;
  /** What a transfer on this line has found out. Nothing where the line is no longer that of the connection: it is another now. */
  refuse(connectionId: number, line: AnyLine, error: SidelineError): void;
  /** The same. Returns whether the line waits for a person now. */
  hold(connectionId: number, line: AnyLine, error: SidelineError): boolean;
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
  far: Storage | OpenedBroker | null;
  line: AnyLine | null;
  checking: Promise<boolean> | null;
  /** of a line that is refused */
  refusal: SidelineError | null;
  /** why a line was last held */
  hold: SidelineError | null;
  /** looks for the network since the line was last open: one that answers but cannot be opened is asked less and less too */
  tries: number;
  /** aborted when the connection was edited: nothing of how it was is wanted any more */
  gone: AbortController;
}

function newEntry(): Entry {
  const nothing = { far: null, line: null, checking: null, refusal: null, hold: null, tries: 0 };
  return { state: 'opening', ...nothing, gone: new AbortController() };
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
      const line = isBroker(connection) ? await toBroker(connection, entry) : await toStore(connection, entry);
      if (!('backend' in line)) await sweepLine(id, line, closing.signal);
      if (entry.gone.signal.aborted) return;
      entry.line = line;
      entry.state = 'open';
      entry.tries = 0;
      events.onOpen(id);
      if ('backend' in line) inBackground(sweepQuietly(id, line)); // a backend that hears nothing may well take files
    } catch (error) {
      closing.signal.throwIfAborted();
      if (entry.gone.signal.aborted) return; // this says nothing of how the connection is now
      openFailed(id, entry, asSidelineError(error));
    } finally {
      if (entry.gone.signal.aborted) entry.far?.close();
    }
  }

  /** Throws `read-only`: what was planned before it was marked so is not sent either. */
  async function toStore(connection: Connection, entry: Entry): Promise<Line> {
    const storage = await deps.openStorage(connection);
    if (storage.connection.config.readOnly === true) throw new SidelineError('read-only', { subject: connection.name });
    entry.far = storage;
    const { id } = connection;
    const signal = AbortSignal.any([closing.signal, entry.gone.signal]);
    const capabilities = connection.capabilities ?? (await deps.probe(storage, prefixOf(id), signal));
    signal.throwIfAborted();
    if (connection.capabilities === null) journal.storeCapabilities(id, capabilities);
    return {
      ...baseOf(id, entry, storage),
      ...{ creating, storage, integrity: capabilities.integrity, listParts: capabilities.listParts },
      conditionalWrites: capabilities.conditionalWrites,
      sse: capabilities.sse,
    };
  }

  /** Throws `sign-in-needed`, and `offline` where nobody answers. */
  async function toBroker(connection: BrokerConnection, entry: Entry): Promise<BrokerLine> {
    const backend = await deps.openBroker(connection);
    entry.far = backend;
    const { broker } = backend;
    if (!(await broker.signIn.isIn())) throw new SidelineError('sign-in-needed', { subject: broker.host });
    if (!(await backend.reachable(closing.signal))) throw new SidelineError('offline');
    const base = baseOf(connection.id, entry, backend);
    return { ...base, backend, starting: new Map(), inspections: deps.inspections };
  }

  async function sweepLine(id: number, line: AnyLine, signal: AbortSignal): Promise<void> {
    if ('backend' in line) {
      await tellLeft(journal, id, line.backend.broker, signal);
      await endSessions(line, id, signal);
    } else await sweep(journal, line.storage, creating, signal);
  }

  async function sweepQuietly(id: number, line: AnyLine): Promise<void> {
    const signal = AbortSignal.any([closing.signal, AbortSignal.timeout(sweepWithin)]);
    try {
      await sweepLine(id, line, signal);
    } catch (error) {
      log.warn({ connection: id, error }, 'what is left over is aborted, or told, later');
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

  function baseOf(id: number, entry: Entry, far: Storage | OpenedBroker): BaseLine {
    return {
      ...deps.shared,
      journal,
      log,
      online() {
        entry.checking ??= check(id, entry, far).finally(() => (entry.checking = null));
        return entry.checking;
      },
    };
  }

  async function check(id: number, entry: Entry, far: Storage | OpenedBroker): Promise<boolean> {
    if (entry.state === 'offline' || entry.state === 'held') return false;
    if (await reaches(id, entry, far)) return true;
    closing.signal.throwIfAborted();
    goOffline(id, entry);
    return false;
  }

  /** Where a proxy wants to know who asks, the line is held: that nobody answers has another reason then. */
  async function reaches(id: number, entry: Entry, far: Storage | OpenedBroker): Promise<boolean> {
    try {
      return await far.reachable(closing.signal);
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
    for (;;) {
      entry.tries += 1;
      const pause = deps.offlineRules.first / 2 + backoff(entry.tries, deps.shared.random, deps.offlineRules);
      await sleep(pause, undefined, { signal: AbortSignal.any([signal, patience.signal]) }).catch(() => undefined);
      signal.throwIfAborted();
      if (entry.gone.signal.aborted) return;
      if (entry.far === null || (await reaches(id, entry, entry.far))) break;
      if (entry.state !== 'offline') return; // a person is asked now
    }
    log.info({ connection: id }, 'reachable again');
    if (entry.line === null) {
      await open(id, entry);
      return;
    }
    entry.state = 'open';
    entry.tries = 0;
    events.onOpen(id);
  }

  function hold(id: number, entry: Entry, error: SidelineError): void {
    if (entry.state === 'held' || entry.gone.signal.aborted) return;
    entry.state = 'held';
    entry.hold = error;
    log.info({ connection: id, kind: error.kind }, 'a person is needed');
    events.onHeld(id, error);
    if (error.kind === 'sign-in-needed') inBackground(unlessSignedIn(id, entry));
  }

  /** Who found out late may speak of the sign-in of before: nobody is waited for who has signed in since. */
  async function unlessSignedIn(id: number, entry: Entry): Promise<void> {
    const { far } = entry;
    if (far === null || !('broker' in far) || !(await far.broker.signIn.isIn())) return;
    if (entry.state === 'held' && !entry.gone.signal.aborted) await open(id, entry);
  }

  function refuse(id: number, entry: Entry, error: SidelineError): void {
    if (entry.state === 'refused') return;
    entry.state = 'refused';
    entry.refusal = error;
    log.warn({ connection: id, error }, 'the connection was refused');
    events.onRefused(id, error);
  }

  /** One that is being opened is closed there, for it may have something to clear away. */
  function drop(id: number, entry: Entry): void {
    entries.delete(id);
    entry.gone.abort();
    if (entry.state !== 'opening') entry.far?.close();
  }

  return {
    get(id) {
      const entry = entries.get(id);
      if (entry === undefined) {
        const fresh = newEntry();
        entries.set(id, fresh);
        inBackground(open(id, fresh));
        return null;
      }
      return entry.state === 'open' ? entry.line : null;
    },
    state: (id) => entries.get(id)?.state ?? null,
    holdOf(id) {
      const entry = entries.get(id);
      return entry?.state === 'held' ? entry.hold : null;
    },
    refusal: (id) => entries.get(id)?.refusal ?? null,
    refuse(id, line, error) {
      const entry = entries.get(id);
      if (entry?.line === line) refuse(id, entry, error);
    },
    hold(id, line, error) {
      const entry = entries.get(id);
      if (entry?.line === line) hold(id, entry, error);
      return entry?.state === 'held';
    },
    release() {
      const held = [...entries].filter(([, { state }]) => state === 'held');
      for (const [id, entry] of held) drop(id, entry);
      return held.map(([id]) => id);
    },
    forgive() {
      for (const [id, entry] of entries) {
        if (entry.state !== 'refused') continue;
        drop(id, entry);
      }
    },
    forget(id) {
      const entry = entries.get(id);
      if (entry !== undefined) drop(id, entry);
    },
    hurry() {
      patience.abort();
      patience = new AbortController();
    },
    async sweep(id) {
      const entry = entries.get(id);
      if (entry?.state !== 'open' || entry.line === null) return;
      await sweepQuietly(id, entry.line);
    },
    async close() {
      closing.abort();
      await Promise.all(running);
      for (const entry of entries.values()) entry.far?.close();
    },
  };
}
