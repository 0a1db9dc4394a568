import { setTimeout as sleep } from 'node:timers/promises';

/** A sleep of so many ms that rejects with the signal's own reason: that of Node rejects with an error of its own. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(ms, undefined, { signal });
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  }
}
