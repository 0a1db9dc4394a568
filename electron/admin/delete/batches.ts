/** Work in batches of a thousand, several side by side, each written down before it is begun and after it has ended. */
import { sideBySide } from '../side-by-side.ts';
import { mostAtOnce } from './delete-requests.ts';
import type { NumberedItem } from './log-reader.ts';

/** Amazon takes 3,500 deletions a second below one prefix: some more than these do, and it says when it is too much. */
const mostBatches = 4;
/** Where there are few: a store works through the keys of a request one after another, and people want to see it move. */
const batchesOfFew = 8;
const fewest = 100;

/** As many to a batch as S3 takes, or fewer where there are few. */
export function batchSize(count: number): number {
  return Math.min(mostAtOnce, Math.max(fewest, Math.ceil(count / batchesOfFew)));
}

/** Rejects with the first failure, or the signal's reason, when all that were under way have ended; no other is begun then. */
export async function inBatches(
  items: AsyncGenerator<NumberedItem[], void>,
  size: number,
  work: (batch: NumberedItem[]) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  await sideBySide(batchesOf(items, size), mostBatches, async (batch) => {
    signal.throwIfAborted();
    await work(batch);
  });
}

async function* batchesOf(
  items: AsyncGenerator<NumberedItem[], void>,
  size: number,
): AsyncGenerator<NumberedItem[], void> {
  let open: NumberedItem[] = [];
  for await (const some of items) {
    open = open.concat(some);
    while (open.length >= size) yield open.splice(0, size);
  }
  if (open.length > 0) yield open;
}

export async function* only(
  pages: AsyncGenerator<NumberedItem[], void>,
  fits: (item: NumberedItem) => boolean,
): AsyncGenerator<NumberedItem[], void> {
  for await (const page of pages) yield page.filter(fits);
}

/** ms */
const grace = 10_000;

/** What is under way when somebody cancels may end: broken off, nobody would know what became of it. */
export function lateAfter(signal: AbortSignal): AbortSignal {
  const late = new AbortController();
  const abort = () => void setTimeout(() => late.abort(signal.reason), grace).unref();
  if (signal.aborted) abort();
  else signal.addEventListener('abort', abort, { once: true });
  return late.signal;
}
