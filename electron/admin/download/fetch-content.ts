/** All bytes of an object, into the partial file: in one piece, or in ranges side by side. */
import type http from 'node:http';
import { proofAt } from '../content-proof.ts';
import type { Verdict } from '../digest.ts';
import { proofOf, provableOf, type Proof } from '../proof.ts';
import { sideBySide } from '../side-by-side.ts';
import { checkContent, verdictOf, type ContentCheck } from './content-check.ts';
import type { Wanted } from './fetch-object.ts';
import { fetchRange } from './fetch-range.ts';
import type { Fetching } from './fetching.ts';
import { discard, newFile, openPartial, type PartialPaths } from './partial-file.ts';

export interface Content extends Verdict {
  by: Proof['by'];
}

/** ranges of one object; the places on the line are shared with all others */
const rangesAtOnce = 64;

/** Throws what `fetchRange` throws; what is whole of a large object is kept then. */
export function fetchContent(fetching: Fetching, object: Wanted, paths: PartialPaths): Promise<Content> {
  return object.size <= fetching.rangeSize
    ? fetchWhole(fetching, object, paths)
    : fetchInRanges(fetching, object, paths);
}

/** Proved while it comes. */
async function fetchWhole(fetching: Fetching, object: Wanted, paths: PartialPaths): Promise<Content> {
  const handle = await newFile(paths);
  let isWhole = false;
  let proof: Proof = { by: 'none' };
  const begun = () => checkContent(fetching.digests, paths.file, object.size, proof);
  let check: ContentCheck = begun();
  try {
    await fetchRange(fetching, { ...object, from: 0, to: object.size }, handle, {
      head(headers: http.IncomingHttpHeaders, from: number) {
        if (from > 0) return;
        proof = proofOf(provableOf(headers, object.size));
        void check.stop(); // an answer to the same question came before, and broke off at once
        check = begun();
      },
      wrote: (bytes) => check.wrote(bytes),
    });
    const verdict = await check.ended();
    isWhole = true;
    return { by: proof.by, ...verdict };
  } finally {
    await check.stop();
    await handle.close();
    if (!isWhole) await discard(paths);
  }
}

/** Those that are whole are noted, and not fetched again after a crash. The file is read back, behind them, to prove it. */
async function fetchInRanges(fetching: Fetching, object: Wanted, paths: PartialPaths): Promise<Content> {
  const { rangeSize } = fetching;
  const { key, etag, size, modified } = object;
  const proof = await proofAt(fetching.bucket, object, fetching.patience);
  const partial = await openPartial(paths, { key, etag, size, modified, range: rangeSize });
  const reading = proof.by === 'none' ? null : fetching.digests.follow(paths.file, size, proof);
  const count = Math.ceil(size / rangeSize);
  const endOf = (range: number) => Math.min(size, (range + 1) * rangeSize);
  let front = 0;

  function advance(): void {
    while (front < count && partial.whole.has(front)) front++;
    reading?.upTo(Math.min(size, front * rangeSize));
  }

  async function fetchOne(range: number): Promise<void> {
    await fetchRange(fetching, { ...object, from: range * rangeSize, to: endOf(range) }, partial.handle, null);
    // Where nothing reads it back, it must be on the disk before it is called whole.
    if (reading === null) await partial.handle.datasync();
    await partial.mark(range);
    advance();
  }

  try {
    for (const range of partial.whole) fetching.wrote(endOf(range) - range * rangeSize);
    advance();
    await sideBySide(missing(count, partial.whole), rangesAtOnce, fetchOne);
    return { by: proof.by, ...verdictOf((await reading?.ended) ?? null) };
  } finally {
    reading?.stop();
    await reading?.ended.catch(() => undefined); // it is told above, where nothing else went wrong before
    await partial.close();
  }
}

function* missing(count: number, whole: ReadonlySet<number>): Generator<number> {
  for (let range = 0; range < count; range++) if (!whole.has(range)) yield range;
}
