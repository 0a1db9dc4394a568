/** Sorted lists that do not fit into memory, side by side: in the order of a store's listing, which is that of the bytes of UTF-8. */

/** UTF-16 has half pairs (above U+FFFF) before U+E000 and what follows; UTF-8 has them behind. */
export function compareKeys(one: string, other: string): number {
  if (one === other) return 0;
  const length = Math.min(one.length, other.length);
  for (let at = 0; at < length; at++) {
    const a = one.charCodeAt(at);
    const b = other.charCodeAt(at);
    if (a !== b) return rank(a) - rank(b);
  }
  return one.length - other.length;
}

const rank = (unit: number) => (unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit);

type Sorted<T> = AsyncIterable<T> | Iterable<T>;

function iteratorOf<T>(list: Sorted<T>): AsyncIterator<T> | Iterator<T> {
  return Symbol.asyncIterator in list ? list[Symbol.asyncIterator]() : list[Symbol.iterator]();
}

/** Few sorted lists as one. */
export async function* mergeSorted<T>(lists: readonly Sorted<T>[], keyOf: (item: T) => string): AsyncGenerator<T> {
  const open = await Promise.all(
    lists.map(async (list) => {
      const iterator = iteratorOf(list);
      return { iterator, next: await iterator.next() };
    }),
  );
  for (;;) {
    let first: (typeof open)[number] | null = null;
    for (const one of open) {
      if (one.next.done === true) continue;
      const isFirst =
        first === null || first.next.done === true || compareKeys(keyOf(one.next.value), keyOf(first.next.value)) < 0;
      if (isFirst) first = one;
    }
    if (first === null || first.next.done === true) return;
    yield first.next.value;
    first.next = await first.iterator.next();
  }
}

/** What is in both lists or in one of them, in their order. Neither has a key twice. */
export async function* matchSorted<One extends { key: string }, Other extends { key: string }>(
  ones: Sorted<One>,
  others: Sorted<Other>,
): AsyncGenerator<{ one: One | null; other: Other | null }> {
  const left = iteratorOf(ones);
  const right = iteratorOf(others);
  try {
    let [one, other] = await Promise.all([left.next(), right.next()]);
    while (one.done !== true || other.done !== true) {
      const order = one.done === true ? 1 : other.done === true ? -1 : compareKeys(one.value.key, other.value.key);
      yield {
        one: order <= 0 && one.done !== true ? one.value : null,
        other: order >= 0 && other.done !== true ? other.value : null,
      };
      if (order <= 0) one = await left.next();
      if (order >= 0) other = await right.next();
    }
  } finally {
    await left.return?.();
    await right.return?.();
  }
}
