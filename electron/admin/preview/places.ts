/** So many at a time; the others wait in the order in which they came, and leave when nobody wants them any more. */
export interface Places {
  /** Rejects with what the work rejects with, or the signal's reason before it has begun. */
  in<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T>;
}

export function createPlaces(count: number): Places {
  const waiting = new Set<() => void>();
  let taken = 0;

  /** The place goes to who waits for it, and nobody comes between. */
  function leave(): void {
    const [next] = waiting;
    if (next === undefined) {
      taken--;
      return;
    }
    waiting.delete(next);
    next();
  }

  async function enter(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (taken < count) {
      taken++;
      return;
    }
    const { promise, resolve, reject } = Promise.withResolvers<undefined>();
    const begin = () => resolve(undefined);
    const give = () => {
      waiting.delete(begin);
      reject(signal.reason);
    };
    waiting.add(begin);
    signal.addEventListener('abort', give);
    await promise.finally(() => signal.removeEventListener('abort', give));
  }

  return {
    async in(work, signal) {
      await enter(signal);
      try {
        return await work();
      } finally {
        leave();
      }
    },
  };
}
