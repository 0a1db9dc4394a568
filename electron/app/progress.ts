/** What the window is told while something moves: one message for all, at most four times a second. At rest nothing is read. */
import { transferStates, type Totals } from '../../shared/domain.ts';
import type { Reason } from '../../shared/errors.ts';
import type { BatchInfo, Progress } from '../../shared/ipc.ts';
import { sumTotals, type Motion } from '../engine/engine.ts';
import type { Journal } from '../journal/journal.ts';
import type { SessionFile } from '../journal/sessions.ts';
import { createTimeLeft } from './time-left.ts';

export interface ProgressDeps {
  journal: Journal;
  motion(): Motion;
  /** batches whose folders are being read */
  scanning(): ReadonlySet<number>;
  /** why the engine can no longer go on; null: it can */
  broken(): Reason | null;
  push(progress: Progress): void;
}

export interface ProgressWatch {
  /** as it is now */
  current(): Progress;
  /** Something was done that may change it while nothing moves. */
  touch(): void;
  stop(): void;
}

/** ms */
const every = 250;

export function watchProgress(deps: ProgressDeps): ProgressWatch {
  const timeLeft = createTimeLeft();
  let revision = 0;
  let lastLook = '';
  let lastPushed = '';
  let touches = 1;
  let touchesSeen = 0;
  /** what was so when it was last looked, as far as that is known without reading; null: something moves by itself */
  let resting: string | null = null;

  function current(): Progress {
    const { rate, offline, held, active } = deps.motion();
    const batches = batchesOf(deps, active);
    const totals = sumTotals(batches.map((batch) => batch.totals));
    const states = batches.map(({ id, scanning, totals: ofBatch }) => [id, scanning, ofBatch]);
    const look = JSON.stringify([states, active.map(({ transfer }) => transfer.id), held]);
    if (look !== lastLook || touches !== touchesSeen) revision += 1;
    lastLook = look;
    touchesSeen = touches;
    const stopped = deps.broken();
    const activity =
      stopped === null ? activityOf(totals, { offline, held, scanning: deps.scanning().size > 0 }) : 'stopped';
    const moving = activity === 'uploading';
    const arrivedBytes = batches.reduce((sum, batch) => sum + batch.arrivedBytes, 0);
    const wantedBytes = wanted(totals);
    if (!moving) timeLeft.reset();
    return {
      activity,
      stopped,
      batches,
      totals,
      arrivedBytes: Math.min(arrivedBytes, wantedBytes),
      wantedBytes,
      rate: moving ? rate : null,
      timeLeft: moving ? timeLeft.look(performance.now(), wantedBytes - arrivedBytes, rate) : null,
      active: activeRows(deps.journal, active),
      revision,
    };
  }

  /** All that can change while nothing is under way: each is a write, a touch, or one of these. */
  function signs(): string {
    const { active, offline, held } = deps.motion();
    const lines = [active.length, offline, held, deps.broken() !== null];
    return JSON.stringify([deps.journal.writes(), touches, ...lines, [...deps.scanning()]]);
  }

  function tick(): void {
    const now = signs();
    if (now === resting) return;
    const progress = current();
    resting = isAtRest(progress) ? now : null;
    const text = JSON.stringify(progress);
    if (text === lastPushed) return;
    lastPushed = text;
    deps.push(progress);
  }

  const timer = setInterval(tick, every);
  return {
    current,
    touch() {
      touches += 1;
    },
    stop: () => clearInterval(timer),
  };
}

/** Nothing in it changes with the clock alone. */
function isAtRest({ activity, active, batches }: Progress): boolean {
  if (activity === 'uploading' || activity === 'scanning') return false;
  return active.length === 0 && !batches.some(({ scanning }) => scanning);
}

function batchesOf({ journal, scanning }: ProgressDeps, active: Motion['active']): BatchInfo[] {
  const names = new Map<number, string>();
  const nameOf = (id: number) => {
    if (!names.has(id)) names.set(id, journal.connection(id).name);
    return names.get(id) ?? '';
  };
  return journal
    .batches()
    .filter(({ clearedAt }) => clearedAt === null)
    .map(({ id, connectionId, prefix, roots, createdAt }) => {
      const totals = journal.totals(id);
      return {
        ...{ id, connectionId, connectionName: nameOf(connectionId), prefix, roots, createdAt, totals },
        scanning: scanning().has(id),
        arrivedBytes: totals.done.bytes + journal.begunBytes(id) + leaving(journal, active, id),
      };
    });
}

/** By the rows of the list: what goes to a session counts with its video, and with what of it has arrived. */
function activeRows(journal: Journal, active: Motion['active']): Progress['active'] {
  const sentOf = new Map(active.map(({ transfer, sent }) => [transfer.id, Math.min(sent, transfer.size)]));
  const rows = new Map<number, number>();
  for (const [id, sent] of sentOf) {
    const videoId = journal.videoOfSession(id);
    if (videoId === null) rows.set(id, sent);
    else if (!rows.has(videoId)) rows.set(videoId, sentOfSession(journal.sessionFiles(videoId), sentOf));
  }
  return Array.from(rows, ([id, sent]) => ({ id, sent }));
}

function sentOfSession(files: readonly SessionFile[], sentOf: ReadonlyMap<number, number>): number {
  return files.reduce((sum, { id, state, size }) => sum + (state === 'done' ? size : (sentOf.get(id) ?? 0)), 0);
}

/** Without the parts that arrived: those are counted in the journal. */
function leaving(journal: Journal, active: Motion['active'], batchId: number): number {
  return active
    .filter(({ transfer }) => transfer.batchId === batchId)
    .reduce(
      (sum, { transfer: { id, uploadId }, sent }) => sum + sent - (uploadId === null ? 0 : journal.sentBytes(id)),
      0,
    );
}

const unwanted = new Set(['failed', 'skipped', 'cancelled']);

function wanted(totals: Totals): number {
  return transferStates.reduce((sum, state) => sum + (unwanted.has(state) ? 0 : totals[state].bytes), 0);
}

function activityOf(totals: Totals, now: { offline: boolean; held: boolean; scanning: boolean }): Progress['activity'] {
  const files = (...states: (keyof Totals)[]) => states.reduce((sum, state) => sum + totals[state].files, 0);
  const ahead = files('planned', 'preparing', 'queued', 'uploading', 'verifying', 'waiting');
  if (ahead > 0 && now.held && files('uploading', 'verifying') === 0) return 'held';
  if (ahead > 0 && now.offline && files('uploading', 'verifying') === 0) return 'offline';
  if (now.scanning && files('uploading', 'verifying') === 0) return 'scanning';
  if (ahead > 0) return 'uploading';
  return totals.paused.files > 0 ? 'paused' : 'idle';
}
