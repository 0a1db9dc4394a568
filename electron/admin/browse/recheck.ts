/** Asks the store again about single keys and folders of a listing, after something was done to them. */
import type { FoundObject } from './list-xml.ts';

export interface RecheckOptions {
  /** The first objects with this at the beginning of their keys. */
  look(key: string): Promise<readonly FoundObject[]>;
  /** `first`: of what begins so; null: there is nothing */
  learn(key: string, first: FoundObject | null): void;
  /** So many that it is cheaper to load all, or the store cannot be asked. */
  loadAll(): void;
}

export interface Recheck {
  add(key: string): void;
  stop(): void;
}

/** Many come at once: they are waited for. ms */
const waitFor = 300;
/** between two that load all. ms */
const pauseAfterAll = 3000;
/** As many requests as a listing of 20,000 has. */
const most = 20;

export function createRecheck({ look, learn, loadAll }: RecheckOptions): Recheck {
  let waiting = new Set<string>();
  let timer: NodeJS.Timeout | null = null;
  let isAsking = false;
  let stopped = false;

  function begin(after: number): void {
    if (timer === null && !isAsking && !stopped) timer = setTimeout(() => void ask(), after);
  }

  async function ask(): Promise<void> {
    timer = null;
    isAsking = true;
    const keys = waiting;
    waiting = new Set();
    let all = keys.size > most;
    try {
      if (!all) for (const key of keys) learn(key, (await look(key))[0] ?? null);
    } catch {
      all = true; // the listing says why it cannot be loaded
    }
    isAsking = false;
    if (all && !stopped) loadAll();
    if (waiting.size > 0) begin(all ? pauseAfterAll : waitFor);
  }

  return {
    add(key) {
      waiting.add(key);
      begin(waitFor);
    },
    stop() {
      stopped = true;
      if (timer !== null) clearTimeout(timer);
    },
  };
}
