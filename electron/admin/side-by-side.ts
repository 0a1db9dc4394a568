/** Work on many things, so many of them at once. */

/** Rejects with what the first to fail threw, once all that were begun have ended. Things may come from a generator, taken one at a time. */
export async function sideBySide<T>(
  things: Iterable<T> | AsyncIterable<T>,
  most: number,
  work: (thing: T) => Promise<void>,
): Promise<void> {
  const source = Symbol.asyncIterator in things ? things[Symbol.asyncIterator]() : things[Symbol.iterator]();
  const failures: unknown[] = [];

  async function worker(): Promise<void> {
    while (failures.length === 0) {
      try {
        const next = await source.next();
        if (next.done === true) return;
        await work(next.value);
      } catch (error) {
        failures.push(error);
      }
    }
  }

  await Promise.all(Array.from({ length: most }, worker));
  if (failures.length === 0) return;
  await source.return?.();
  throw failures[0];
}
