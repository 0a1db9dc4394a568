/** Gives every found file its key, and finds clashes of keys before anything is sent. */
import { objectKey } from '../../../shared/key-template/index.ts';
import type { Batch, Fingerprint, Transfer } from '../../../shared/domain.ts';
import { reason, reasonOf, type Reason } from '../../../shared/errors.ts';
import type { Journal, PlannedTransfer } from '../../journal/journal.ts';
import type { Found, FoundFile } from '../scan/scan.ts';
import { looksChanged } from '../fingerprint.ts';
import { largestFileOf, type LargestFile } from './largest.ts';
import { isUnfinished } from '../transfer-state.ts';
import { letGo } from '../upload/stale.ts';

const noFingerprint: Fingerprint = { size: 0, mtime: 0, inode: '0' };

/** Writes what the scan found into the journal, as one transaction. Found again, a file is not planned twice. */
export function planFound(journal: Journal, batch: Batch, found: readonly Found[]): void {
  const place = { ...batch, largest: largestFileOf(journal, batch.connectionId) };
  journal.together(() => {
    const fresh = createFresh(journal);
    for (const one of found) planOne(journal, place, one, fresh);
    fresh.write();
  });
}

/** New transfers on their way into the journal, many at once: a good part of the time of planning is their writing. */
interface Fresh {
  add(planned: PlannedTransfer): void;
  write(): void;
  /** What the journal has under this key, those that were just added included. */
  transfersByKey(connectionId: number, key: string): Transfer[];
}

function createFresh(journal: Journal): Fresh {
  const keys = new Set<string>();
  let waiting: PlannedTransfer[] = [];
  function write(): void {
    journal.addTransfers(waiting);
    waiting = [];
    keys.clear();
  }
  return {
    add(planned) {
      waiting.push(planned);
      keys.add(planned.key);
    },
    write,
    transfersByKey(connectionId, key) {
      if (keys.has(key)) write();
      return journal.transfersByKey(connectionId, key);
    },
  };
}

type Place = PlaceToPlan & Pick<Batch, 'connectionId'>;

function planOne(journal: Journal, batch: Place, found: Found, fresh: Fresh): void {
  const { key, own, verdict } = judgeFound(batch, found, (key) => fresh.transfersByKey(batch.connectionId, key));
  if (verdict === null) return;
  if (own !== null && own.state !== 'done') {
    planAgain(journal, own, found, verdict);
    return;
  }
  fresh.add({
    batchId: batch.id,
    connectionId: batch.connectionId,
    source: found.source,
    key,
    ...(found.found === 'file' ? found.fingerprint : noFingerprint),
    ...verdict,
  });
}

/** What counts of a transfer that has the same key. */
export type Earlier = Pick<Transfer, 'batchId' | 'source' | 'state' | 'reason' | keyof Fingerprint>;

export interface Judged<T extends Earlier> {
  key: string;
  /** its row of an earlier scan of the same batch */
  own: T | null;
  /** null: that row stays as it is */
  verdict: Verdict | null;
}

/** Where what was found is to go. */
export interface PlaceToPlan extends Pick<Batch, 'id' | 'prefix'> {
  largest: LargestFile;
}

/** What becomes of what was found, as it is, under a prefix. `earlierOf` gives all that ever had a key, the newest first. */
export function judgeFound<T extends Earlier>(
  batch: PlaceToPlan,
  found: Found,
  earlierOf: (key: string) => readonly T[],
): Judged<T> {
  const { key, refusal } = keyFor(batch.prefix, found);
  const earlier = earlierOf(key);
  const own = earlier.find(({ batchId, source }) => batchId === batch.id && source === found.source) ?? null;
  if (own !== null && !needsPlanning(own, found)) return { key, own, verdict: null };
  return { key, own, verdict: refusal ?? judge(found, earlier, batch) };
}

export type Verdict =
  | { state: 'planned'; reason: null; checkFirst: boolean }
  | { state: 'failed' | 'skipped'; reason: Reason; checkFirst: false };

const go = { state: 'planned', reason: null, checkFirst: false } as const;
const refuse = (why: Reason): Verdict => ({ state: 'failed', reason: why, checkFirst: false });
const skip = (why: Reason): Verdict => ({ state: 'skipped', reason: why, checkFirst: false });

/** A key even for what gets none: the row must be found again when the folder is scanned again. */
function keyFor(prefix: string, found: Found): { key: string; refusal: Verdict | null } {
  try {
    return { key: objectKey(prefix, found.relativePath), refusal: null };
  } catch (error) {
    return { key: `${prefix}${found.relativePath}`, refusal: refuse(reasonOf(error)) };
  }
}

/** Found again in its own batch: left alone, unless it had failed or was changed after it had been sent. */
function needsPlanning(own: Earlier, found: Found): boolean {
  if (isUnfinished(own.state)) return false;
  if (own.state === 'done') return found.found === 'file' && looksChanged(own, found.fingerprint);
  return own.state !== 'skipped' || found.found === 'file';
}

/** A multipart upload that had begun goes on where it was, unless the file is another one now. */
function planAgain(journal: Journal, own: Transfer, found: Found, verdict: Verdict): void {
  const changed = found.found === 'file' && looksChanged(own, found.fingerprint);
  if (changed) letGo(journal, own, Date.now());
  const changes = changed ? { ...found.fingerprint, uploadId: null, partSize: null } : {};
  const { state, reason: why, checkFirst } = verdict;
  const planned = journal.move(own, 'planned', { ...changes, attempts: 0, checkFirst });
  if (state !== 'planned') journal.move(planned, state, { reason: why });
}

function judge(found: Found, earlier: readonly Earlier[], { id, largest }: PlaceToPlan): Verdict {
  if (found.found === 'skipped') return skip(found.reason);
  if (found.found === 'failed') return refuse(found.reason);
  const tooLarge = largest(found.fingerprint.size);
  if (tooLarge !== null) return refuse(tooLarge.reason);
  for (const other of earlier) {
    const verdict = compare(found, other, id);
    if (verdict !== null) return verdict;
  }
  return go;
}

/** What an earlier transfer to the same key means for this file; null: nothing. */
function compare(found: FoundFile, other: Earlier, batchId: number): Verdict | null {
  const same = other.source === found.source;
  if (isUnfinished(other.state)) return same ? skip(reason('already-queued')) : clash(other);
  if (other.state !== 'done') return null;
  const unchanged = !looksChanged(other, found.fingerprint);
  // The same size and time under another path is the same card under another drive letter: the store is asked.
  if (unchanged && other.batchId !== batchId) return { ...go, checkFirst: true };
  return same ? null : clash(other);
}

function clash(other: Earlier): Verdict {
  return refuse(reason('key-clash', other.source));
}
