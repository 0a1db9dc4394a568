/** Long work goes on by itself when the network is back: what breaks off waits for the store to answer, and is begun again. */
import { setMaxListeners } from 'node:events';
import { asSidelineError } from '../../shared/errors.ts';
import { backoff, mostAttempts, remedies, type BackoffRules } from '../engine/upload/retry.ts';
import type { Storage } from '../storage/storage.ts';
import { pause } from './pause.ts';

export interface Patience {
  readonly signal: AbortSignal;
  /**
   * Resolves as `work` does at last. What the network breaks is done again: at most ten times in a row without anything having
   * moved while the store answers, and for as long as `wait` while it does not. Throws the last error, or the signal's reason.
   */
  lasting<T>(work: () => Promise<T>): Promise<T>;
  /** Bytes have come, or something is done: whoever waits has no reason to give up. */
  moved(): void;
  /** The network has been away for longer than `wait`. */
  isOver(): boolean;
}

export interface PatienceOptions {
  storage: Pick<Storage, 'reachable'>;
  /** How long to wait while nobody answers. ms; Infinity: until the signal aborts */
  wait: number;
  signal: AbortSignal;
  /** told when waiting begins, and when it is over */
  onWait?: (waiting: boolean) => void;
  rules?: BackoffRules;
  random?: () => number;
}

/** `back`: it was away, and no longer is */
type Seen = 'there' | 'back' | 'gone';

/** how often an absent network is looked for */
const looks: BackoffRules = { first: 1000, longest: 15_000 };

export function createPatience(options: PatienceOptions): Patience {
  const { storage, wait, signal, onWait = () => undefined, rules = looks, random = Math.random } = options;
  setMaxListeners(0, signal); // each request side by side listens
  let lastMove = performance.now();
  let moves = 0;
  let over = false;
  let looking: Promise<Seen> | null = null;

  async function look(): Promise<Seen> {
    if (await storage.reachable(signal)) return 'there';
    onWait(true);
    for (let tries = 1; performance.now() - lastMove < wait; tries++) {
      const wanted = rules.first / 2 + backoff(tries, random, rules);
      await pause(Math.min(wanted, Math.max(0, lastMove + wait - performance.now()) + 1), signal);
      if (!(await storage.reachable(signal))) continue;
      onWait(false);
      return 'back';
    }
    over = true;
    return 'gone';
  }

  function lookOnce(): Promise<Seen> {
    looking ??= look().finally(() => (looking = null));
    return looking;
  }

  return {
    signal,
    moved() {
      lastMove = performance.now();
      moves += 1;
    },
    isOver: () => over,
    async lasting(work) {
      let failures = 0;
      for (;;) {
        const before = moves;
        try {
          return await work();
        } catch (error) {
          signal.throwIfAborted();
          if (remedies[asSidelineError(error).kind] !== 'network') throw error;
          failures = moves > before ? 1 : failures + 1;
          if (failures >= mostAttempts) throw error;
          const seen = await lookOnce();
          if (seen === 'gone') throw error;
          if (seen === 'back') failures = 0;
        }
      }
    },
  };
}

/** Work between two stores needs both. */
export function bothOf(one: Pick<Storage, 'reachable'>, other: Pick<Storage, 'reachable'>): Pick<Storage, 'reachable'> {
  if (one === other) return one;
  return { reachable: async (signal) => (await one.reachable(signal)) && (await other.reachable(signal)) };
}
