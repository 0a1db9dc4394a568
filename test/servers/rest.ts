/** Waiting until an engine has nothing ahead of it, and saying what stands still where that never comes. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Totals } from '../../shared/domain.ts';
import { sumTotals, type Engine } from '../../electron/engine/engine.ts';
import { unfinishedStates } from '../../electron/engine/transfer-state.ts';
import type { Journal } from '../../electron/journal/journal.ts';

/** Longer than any test lets an engine wait for something, shorter than a test may take. ms */
const standsStill = 45_000;
const ahead = unfinishedStates.filter((state) => state !== 'paused');

export function totalsOf(journal: Journal): Totals {
  return sumTotals(journal.batches().map(({ id }) => journal.totals(id)));
}

/** Resolves when all but what is paused has come to its end. Throws what broke the engine, and where nothing moves any more. */
export async function restOf(journal: Journal, engine: () => Engine | null, broken: () => Error | null) {
  let moved = { writes: journal.writes(), at: performance.now() };
  for (let totals = totalsOf(journal); ahead.some((state) => totals[state].files > 0); totals = totalsOf(journal)) {
    const error = broken();
    if (error !== null) throw error;
    if (journal.writes() !== moved.writes) moved = { writes: journal.writes(), at: performance.now() };
    if (performance.now() - moved.at > standsStill) throw new Error(describeStill(journal, engine()));
    await sleep(5);
  }
  return totalsOf(journal);
}

function describeStill(journal: Journal, engine: Engine | null): string {
  const some = journal.transfers({ states: ahead, limit: 5 });
  return `nothing moves: ${JSON.stringify({ now: Date.now(), motion: engine?.motion(), some }, null, 1)}`;
}
