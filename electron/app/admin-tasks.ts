/** Runs what an admin has begun, and tells the window how far it is. Nothing of it is kept over a restart. */
import { mostFailuresShown, type AdminTask, type AdminTaskKind } from '../../shared/admin-tasks.ts';
import { asSidelineError, reasonOf, SidelineError, type ErrorKind } from '../../shared/errors.ts';
import { refusals } from '../../shared/strings/refusals.ts';
import type { Logger } from 'pino';

/** How a task says how far it is. May be called for every object. */
export interface Report {
  /** of all that there is to do; null: not known yet */
  total(items: number | null, bytes?: number | null): void;
  done(items: number, bytes?: number): void;
  /** Only bytes of something that is not done yet. */
  moved(bytes: number): void;
  failed(key: string, error: unknown): void;
}

export interface TaskOrder {
  kind: AdminTaskKind;
  connectionId: number;
  subject: string;
  folder?: string;
  hasBytes?: boolean;
  /** Resolves when all was tried; what went wrong with single objects it reports. Rejects where it cannot go on at all. */
  work(report: Report, signal: AbortSignal): Promise<void>;
  /** What is done with the keys that failed, as a task in place of this one; null: it cannot be tried again. */
  retry: ((keys: readonly string[]) => TaskOrder) | null;
  /** The same with those in whose way something else is: that is replaced. Not there: it cannot be. */
  replace?: (keys: readonly string[]) => TaskOrder;
  /** All of it once more, where it was cancelled or ended early: it goes on where it was cut. Not there: it cannot. */
  resume?: () => TaskOrder;
}

export interface AdminTasks {
  /** Returns its id. Throws `superseded` once all are closed. */
  start(order: TaskOrder): number;
  list(): AdminTask[];
  /** Ends it; what is done stays done. One that has ended stays as it is. */
  cancel(id: number): void;
  /** Throws `invalid-input` where nothing of it can be tried again. Returns the id of the task that does. */
  retry(id: number): number;
  /** What stands in the way of what failed is replaced. Throws, and returns, as `retry`. */
  replace(id: number): number;
  /** Takes those that have ended out of the list. */
  clear(): void;
  /** All that failed, not only what is shown. */
  failuresOf(id: number): AdminTask['failures'];
  running(): number;
  /** Ends all, and waits until they have. */
  close(): Promise<void>;
}

export interface AdminTasksDeps {
  log: Logger;
  push(tasks: AdminTask[]): void;
  now?: () => number;
}

/** between two pushes. ms */
const pause = 250;

interface Entry {
  task: Omit<AdminTask, 'failures' | 'canRetry' | 'replaceable'>;
  order: TaskOrder;
  failures: AdminTask['failures'];
  /** keys that failed because something else is there */
  inTheWay: string[];
  stop: AbortController;
  ended: Promise<void>;
}

export function createAdminTasks({ log, push, now = Date.now }: AdminTasksDeps): AdminTasks {
  const entries = new Map<number, Entry>();
  let last = 0;
  let timer: NodeJS.Timeout | null = null;
  let closed = false;

  function view(entry: Entry): AdminTask {
    const { task, failures } = entry;
    return {
      ...{ ...task, failures: failures.slice(0, mostFailuresShown), canRetry: next(entry) !== null },
      replaceable: canReplace(entry) ? entry.inTheWay.length : 0,
    };
  }

  const list = () => [...entries.values()].map(view);

  function touch(): void {
    timer ??= setTimeout(() => {
      timer = null;
      push(list());
    }, pause);
  }

  function reportTo({ task, failures, inTheWay }: Entry): Report {
    return {
      total(items, bytes) {
        task.items.total = items;
        if (task.bytes !== null && bytes !== undefined) task.bytes.total = bytes;
        touch();
      },
      done(items, bytes = 0) {
        task.items.done += items;
        if (task.bytes !== null) task.bytes.done += bytes;
        touch();
      },
      moved(bytes) {
        if (task.bytes !== null) task.bytes.done += bytes;
        touch();
      },
      failed(key, error) {
        task.items.failed += 1;
        const reason = reasonOf(error);
        failures.push({ key, reason });
        if (isInTheWay.has(reason.kind)) inTheWay.push(key);
        log.warn({ task: task.id, kind: task.kind, key, error: asSidelineError(error) }, 'an object was not done');
        touch();
      },
    };
  }

  async function run(entry: Entry): Promise<void> {
    const { task, order, stop } = entry;
    try {
      await order.work(reportTo(entry), stop.signal);
      task.state = entry.failures.length > 0 ? 'failed' : 'done';
    } catch (error) {
      task.state = stop.signal.aborted ? 'cancelled' : 'failed';
      if (!stop.signal.aborted) {
        task.reason = reasonOf(error);
        log.error({ task: task.id, kind: task.kind, error: asSidelineError(error) }, 'a task ended early');
      }
    }
    task.endedAt = now();
    touch();
  }

  function start(order: TaskOrder): number {
    if (closed) throw new SidelineError('superseded'); // what led here was under way while it closed
    const id = ++last;
    const { kind, connectionId, subject, folder = null, hasBytes = false } = order;
    const entry: Entry = {
      order,
      failures: [],
      inTheWay: [],
      stop: new AbortController(),
      ended: Promise.resolve(),
      task: {
        ...{ id, kind, connectionId, subject, folder, state: 'running', reason: null },
        ...{ begunAt: now(), endedAt: null },
        items: { done: 0, failed: 0, total: null },
        bytes: hasBytes ? { done: 0, total: null } : null,
      },
    };
    entries.set(id, entry);
    entry.ended = run(entry);
    touch();
    return id;
  }

  function known(id: number): Entry {
    const entry = entries.get(id);
    if (entry === undefined) throw new SidelineError('invalid-input', { subject: refusals.noTask });
    return entry;
  }

  return {
    start,
    list,
    cancel: (id) => known(id).stop.abort(new SidelineError('superseded')),
    retry(id) {
      const order = next(known(id));
      if (order === null) throw new SidelineError('invalid-input', { subject: refusals.noTask });
      entries.delete(id);
      return start(order());
    },
    replace(id) {
      const entry = known(id);
      const { order, inTheWay } = entry;
      if (!canReplace(entry) || order.replace === undefined)
        throw new SidelineError('invalid-input', { subject: refusals.noTask });
      entries.delete(id);
      return start(order.replace(inTheWay));
    },
    clear() {
      for (const [id, { task }] of entries) if (task.state !== 'running') entries.delete(id);
      touch();
    },
    failuresOf: (id) => known(id).failures,
    running: () => [...entries.values()].filter(({ task }) => task.state === 'running').length,
    async close() {
      closed = true;
      for (const { stop } of entries.values()) stop.abort(new SidelineError('superseded'));
      await Promise.all([...entries.values()].map(({ ended }) => ended));
      if (timer !== null) clearTimeout(timer);
    },
  };
}

/** Something else has the name, here or in the bucket. */
const isInTheWay: ReadonlySet<ErrorKind> = new Set<ErrorKind>(['target-exists', 'object-exists']);

function canReplace({ task, order, inTheWay }: Entry): boolean {
  return task.state !== 'running' && order.replace !== undefined && inTheWay.length > 0;
}

/** What trying again means: all of it where it ended early, else what failed; null: there is nothing to try. */
function next({ task, order, failures }: Entry): (() => TaskOrder) | null {
  const { state, reason } = task;
  const { retry, resume } = order;
  if (state === 'running') return null;
  if ((state === 'cancelled' || reason !== null) && resume !== undefined) return resume;
  return retry === null || failures.length === 0 ? null : () => retry(failures.map(({ key }) => key));
}
