/** Works batches to their end, and says how it goes: what upload, resume and retry have in common. */
import { placeName } from '../../shared/connection-kind.ts';
import type { Batch, Summary } from '../../shared/domain.ts';
import type { SidelineError } from '../../shared/errors.ts';
import { sumTotals, type Engine, type EngineOptions } from '../engine/engine.ts';
import { unfinishedStates } from '../engine/transfer-state.ts';
import type { Journal } from '../journal/journal.ts';
import type { Output } from './output.ts';
import type { Session } from '../session.ts';
import { onStop } from './stop.ts';

/** 0 all done, 1 some failed, 2 wrong use, 3 waiting (offline or paused) */
export type ExitCode = 0 | 1 | 2 | 3;

export interface WorkOptions {
  limitRate: number | null;
  concurrency: number | null;
  /** How long to wait while nothing can move (offline) before ending with 3. ms */
  wait: number;
}

/** Runs until everything is done, has failed, or waits for longer than `wait`, or until the person stops it (`onStop`). */
export async function work(
  session: Session,
  output: Output,
  options: WorkOptions,
  prepare: (engine: Engine) => Promise<readonly Batch[]>,
): Promise<ExitCode> {
  const interrupted = new AbortController();
  const broken: SidelineError[] = [];
  const rest = createRest();
  const engineOptions: Partial<EngineOptions> = {
    limitRate: options.limitRate,
    concurrency: options.concurrency,
    onSettled: (transfer) => output.settled(transfer),
    onIdle: () => rest.end(),
    onHeld: (error) => output.say(error.message),
    onRefused: (error) => output.say(error.message),
    onBroken: (error) => broken.push(error),
  };
  const engine = session.engine(engineOptions);
  const unlisten = onStop(() => interrupted.abort());
  const started = performance.now();
  try {
    const batches = await prepare(engine);
    const ahead = () => remaining(session.journal, batches);
    const stopped = () => interrupted.signal.aborted || broken.length > 0;
    await untilNothingMoves({ engine, ahead, stopped, rest, wait: options.wait, output });
    await untilSwept({ engine, stopped, rest, output });
    if (interrupted.signal.aborted) output.say('Stopped. "sideline resume" goes on from here.');
    const { sentBytes } = engine.snapshot();
    await engine.close();
    if (broken[0] !== undefined) throw broken[0];
    const summary = summarise(session.journal, batches, sentBytes, (performance.now() - started) / 1000);
    output.summary(summary, targets(session.journal, batches));
    return exitCode(summary, ahead());
  } finally {
    await engine.close();
    unlisten();
  }
}

/** files that still have something ahead of them */
function remaining(journal: Journal, batches: readonly Batch[]): number {
  const totals = sumTotals(batches.map(({ id }) => journal.totals(id)));
  return unfinishedStates.reduce((sum, state) => sum + totals[state].files, 0);
}

interface Watch {
  engine: Engine;
  /** files */
  ahead(): number;
  stopped(): boolean;
  rest: Rest;
  /** ms */
  wait: number;
  output: Output;
}

/** Until then another connection has opened, which need not go through that proxy. ms */
const othersMoveWithin = 3000;

async function untilNothingMoves({ engine, ahead, stopped, rest, wait, output }: Watch): Promise<void> {
  let lastMove = performance.now();
  let lastSent = -1;
  while (ahead() > 0 && !stopped()) {
    const snapshot = engine.snapshot();
    output.progress(snapshot);
    const onlyPaused = ahead() === snapshot.totals.paused.files;
    if (onlyPaused) return;
    if (snapshot.sentBytes !== lastSent || snapshot.active.length > 0) {
      lastMove = performance.now();
      lastSent = snapshot.sentBytes;
    }
    // What a proxy asks for nobody can answer here: it waits for the next start.
    if (performance.now() - lastMove > (snapshot.held ? Math.min(wait, othersMoveWithin) : wait)) return;
    await rest.begin(50);
  }
}

/** Whoever is slower than that, or away, holds no command up: it is swept by a later one. ms */
const sweptWithin = 5000;

/** What an earlier run left at a store is aborted as its line opens: where nothing was ahead, nobody has waited for that. */
async function untilSwept({ engine, stopped, rest, output }: Omit<Watch, 'ahead' | 'wait'>): Promise<void> {
  const latest = performance.now() + sweptWithin;
  while (!stopped() && performance.now() < latest && engine.stale().some(({ line }) => line === 'opening'))
    await rest.begin(50);
  if (stopped()) return;
  for (const { connection, line } of engine.stale()) {
    if (line === 'open') continue;
    const place = placeName(connection.config);
    output.say(`What was cancelled or cut off in ${place} could not be aborted yet: "sideline resume" tries again.`);
  }
}

/** A sleep that something can end: whoever has nothing left to do need not sleep it out. */
interface Rest {
  begin(ms: number): Promise<void>;
  end(): void;
}

function createRest(): Rest {
  let end: () => void = () => undefined;
  return {
    begin: (ms) =>
      new Promise((resolve) => {
        const timer = setTimeout(resolve, ms);
        end = () => {
          clearTimeout(timer);
          resolve();
        };
      }),
    end: () => end(),
  };
}

function summarise(journal: Journal, batches: readonly Batch[], bytesSent: number, seconds: number): Summary {
  const totals = sumTotals(batches.map(({ id }) => journal.totals(id)));
  const all = Object.values(totals);
  return {
    files: all.reduce((sum, { files }) => sum + files, 0) - totals.cancelled.files,
    done: totals.done.files,
    failed: totals.failed.files,
    skipped: totals.skipped.files,
    bytesSent,
    bytesTotal: all.reduce((sum, { bytes }) => sum + bytes, 0) - totals.cancelled.bytes,
    resentParts: batches.reduce((sum, { id }) => sum + journal.resentParts(id), 0),
    seconds: Math.round(seconds * 1000) / 1000,
  };
}

function targets(journal: Journal, batches: readonly Batch[]): string {
  const ids = [...new Set(batches.flatMap(({ connectionIds }) => connectionIds))];
  return ids.map((id) => placeName(journal.connection(id).config)).join(', ') || 'the bucket';
}

function exitCode(summary: Summary, rest: number): ExitCode {
  if (rest > 0) return 3;
  return summary.failed > 0 ? 1 : 0;
}
