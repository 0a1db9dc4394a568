/** Counts what is below prefixes: one request for each thousand objects. */
import type { BrowseCount } from '../../../shared/browse.ts';
import { asSidelineError, reasonOf } from '../../../shared/errors.ts';
import { allPages, type PageSource } from './pages.ts';

export type Sum = Pick<BrowseCount, 'objects' | 'bytes'>;

/** Calls back with what it has after each page. Rejects with a SidelineError, or the signal's reason. */
export async function countBelow(
  source: PageSource,
  prefixes: readonly string[],
  signal: AbortSignal,
  onSum: (sum: Sum) => void = () => undefined,
): Promise<Sum> {
  const sum = { objects: 0, bytes: 0 };
  for (const prefix of prefixes) {
    for await (const { objects } of allPages(source, { prefix, delimiter: '' }, signal)) {
      sum.objects += objects.length;
      for (const { size } of objects) sum.bytes += size;
      onSum(sum);
    }
  }
  return sum;
}

export interface Counts {
  /** Counts what is below these, besides what is known; returns its id. The last that is told of it is `done` or `failed`. */
  start(source: PageSource, prefixes: readonly string[], known: Sum): number;
  /** Nothing more is told of it. */
  end(countId: number): void;
  close(): void;
}

/** between two that are told. ms */
const pause = 250;
/** More at once than anybody looks at: the oldest is ended. */
const mostAtOnce = 4;

export function createCounts(push: (count: BrowseCount) => void): Counts {
  const running = new Map<number, AbortController>();
  let last = 0;

  async function run(countId: number, work: Parameters<Counts['start']>, stop: AbortController): Promise<void> {
    const [source, prefixes, known] = work;
    let toldAt = performance.now();
    let sum = known;
    const tell = (state: BrowseCount['state'], problem: BrowseCount['problem'] = null) => {
      if (!stop.signal.aborted) push({ countId, ...sum, state, problem });
    };
    try {
      await countBelow(source, prefixes, stop.signal, ({ objects, bytes }) => {
        sum = { objects: known.objects + objects, bytes: known.bytes + bytes };
        if (performance.now() - toldAt < pause) return;
        toldAt = performance.now();
        tell('counting');
      });
      tell('done');
    } catch (error) {
      tell('failed', reasonOf(asSidelineError(error)));
    } finally {
      running.delete(countId);
    }
  }

  function end(countId: number): void {
    running.get(countId)?.abort();
    running.delete(countId);
  }

  return {
    start(...work) {
      const countId = ++last;
      const stop = new AbortController();
      running.set(countId, stop);
      for (const old of [...running.keys()].slice(0, -mostAtOnce)) end(old);
      // Not before the caller has the id.
      setImmediate(() => void run(countId, work, stop));
      return countId;
    },
    end,
    close() {
      for (const id of running.keys()) end(id);
    },
  };
}
