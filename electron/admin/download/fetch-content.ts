/** All bytes of an object, into the partial file: in one piece, or in ranges side by side. */
import type http from 'node:http';
import type { ListedObject } from '../../storage/storage.ts';
import { proofAt } from '../content-proof.ts';
import { createDigest, proofOf, provableOf, type Digest, type Proof, type Verdict } from '../proof.ts';
import { sideBySide } from '../side-by-side.ts';
import { fetchRange } from './fetch-range.ts';
import type { Fetching } from './fetching.ts';
import { discard, newFile, openPartial, type PartialPaths } from './partial-file.ts';
import { readBack } from './read-back.ts';

export interface Content extends Verdict {
  by: Proof['by'];
}

/** ranges of one object; the places on the line are shared with all others */
const rangesAtOnce = 64;

/** Throws what `fetchRange` throws; what is whole of a large object is kept then. */
export function fetchContent(fetching: Fetching, object: ListedObject, paths: PartialPaths): Promise<Content> {
  return object.size <= fetching.rangeSize
    ? fetchWhole(fetching, object, paths)
    : fetchInRanges(fetching, object, paths);
}

/** Proved while it comes. */
async function fetchWhole(fetching: Fetching, object: ListedObject, paths: PartialPaths): Promise<Content> {
  const handle = await newFile(paths);
  let isWhole = false;
  let proof: Proof = { by: 'none' };
  let digest: Digest = createDigest(proof);
  try {
    await fetchRange(fetching, { ...object, from: 0, to: object.size }, handle, {
      head(headers: http.IncomingHttpHeaders, from: number) {
        if (from > 0) return;
        proof = proofOf(provableOf(headers, object.size));
        digest = createDigest(proof);
      },
      wrote: (bytes) => digest.update(bytes),
    });
    isWhole = true;
    return { by: proof.by, ...digest.end() };
  } finally {
    await handle.close();
    if (!isWhole) await discard(paths);
  }
}

/** Those that are whole are noted, and not fetched again after a crash. The file is read back to prove it. */
async function fetchInRanges(fetching: Fetching, object: ListedObject, paths: PartialPaths): Promise<Content> {
  const { rangeSize } = fetching;
  const { key, etag, size, modified } = object;
  const proof = await proofAt(fetching.bucket, object, fetching.patience);
  const partial = await openPartial(paths, { key, etag, size, modified, range: rangeSize });
  const digest = createDigest(proof);
  const reading = proof.by === 'none' ? null : readBack(partial.handle, size, digest);
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
    await reading?.ended;
    return { by: proof.by, ...digest.end() };
  } finally {
    reading?.stop();
    await reading?.ended.catch(() => undefined); // it is told above, where nothing else went wrong before
    await partial.close();
  }
}

function* missing(count: number, whole: ReadonlySet<number>): Generator<number> {
  for (let range = 0; range < count; range++) if (!whole.has(range)) yield range;
}
