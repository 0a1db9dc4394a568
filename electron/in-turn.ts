/**
 * What must not go on side by side in this process, by a name: two downloads that would write the same file, two moves that
 * delete, two probes under one key.
 */

/** by name: the last who wants it */
const queues = new Map<string, Promise<unknown>>();

/** Rejects as the work does; and with the signal's reason where it aborts before it is one's turn, without waiting for that. */
export async function inTurn<T>(name: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  const before = queues.get(name);
  const mine = (async () => {
    await before?.catch(() => undefined); // whose it is is told
    signal.throwIfAborted();
    return await work();
  })();
  queues.set(name, mine);
  const forget = () => {
    if (queues.get(name) === mine) queues.delete(name);
  };
  mine.then(forget, forget);
  if (before === undefined) return await mine;
  const isBefore = before.then(
    () => undefined,
    () => undefined,
  );
  await Promise.race([isBefore, abortOf(signal)]);
  return await mine;
}

function abortOf(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const abort = () => reject(signal.reason as Error);
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
  });
}
