/** What a person may order of an engine at any moment, for tests that draw by lot. */
import type { Engine } from '../../electron/engine/engine.ts';
import type { Journal } from '../../electron/journal/journal.ts';
import type { Random } from './random.ts';

export interface Ordered {
  engine: Engine;
  journal: Journal;
  connectionId: number;
  random: Random;
  cancelling: boolean;
}

/** One of these is to be drawn and called; each is about some of the transfers that there are now, or all. */
export function ordersOf({ engine, journal, connectionId, random, cancelling }: Ordered): (() => unknown)[] {
  const all = journal.transfers({ limit: 1000 }).map(({ id }) => id);
  const some = all.filter(() => random.below(4) === 0);
  return [
    () => engine.pause(random.below(3) === 0 ? 'all' : some),
    () => engine.resume(random.below(2) === 0 ? 'all' : some),
    () => engine.retry(random.below(2) === 0 ? 'all' : some),
    () => engine.sendFirst(some.slice(0, 3)),
    () => engine.reopen(connectionId),
    () => engine.lookAgain(random.pick(['woke', 'network'])),
    ...(cancelling ? [() => engine.cancel(some.slice(0, 2))] : []),
  ];
}
