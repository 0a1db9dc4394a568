/** Multipart uploads and places that nobody wants any more, or that may exist without our knowing: none stays on a store. */
import type { Transfer } from '../../../shared/domain.ts';
import { asSidelineError } from '../../../shared/errors.ts';
import type { Journal, StaleUpload } from '../../journal/journal.ts';
import type { Storage } from '../../storage/storage.ts';
import type { Line } from './line.ts';
import { remedies } from './retry.ts';

/** A CreateMultipartUpload is answered or given up by then; what began later under this key is somebody else's. ms */
const createWithin = 5 * 60_000;
/** What our clock and the store's may differ by without being corrected. ms */
const clockMargin = 90_000;

/**
 * Notes, safe from a power cut, that an upload is about to be created: if its id never reaches the journal, the sweep finds
 * it. Returns the note's id: it is to be removed together with writing the upload's id, and from `creating` when the Create
 * has come to an end.
 */
export async function expectUpload(
  line: Pick<Line, 'journal' | 'storage' | 'now' | 'creating'>,
  transfer: Transfer,
): Promise<number> {
  const at = line.now() + line.storage.clockOffset();
  const id = line.journal.addStaleUpload({
    connectionId: transfer.connectionId,
    key: transfer.key,
    uploadId: null,
    since: at - clockMargin,
    until: at + createWithin,
  });
  line.creating.add(id);
  await line.journal.flush();
  return id;
}

/** What was sent of this source is no longer wanted. Notes its multipart upload, or its place at a backend, for the sweep. `now` in ms since 1970 */
export function letGo(journal: Journal, { id, connectionId, key, uploadId }: Transfer, now: number): void {
  if (uploadId !== null) journal.addStaleUpload({ connectionId, key, uploadId, since: 0, until: now });
  journal.dropParts(id);
  journal.leavePlace(id, 'superseded');
}

/**
 * Aborts what the journal's notes of stale uploads speak of, but for those whose Create is under way. Throws the SidelineError
 * of what the network prevents, which stays noted for the next time.
 */
export async function sweep(
  journal: Journal,
  storage: Storage,
  creating: ReadonlySet<number>,
  signal: AbortSignal,
): Promise<void> {
  await journal.committed();
  for (const stale of journal.staleUploads(storage.connection.id)) {
    if (creating.has(stale.id)) continue;
    try {
      const settled = await abortStale(journal, storage, stale, signal);
      if (settled) journal.removeStaleUpload(stale.id);
    } catch (error) {
      signal.throwIfAborted();
      if (remedies[asSidelineError(error).kind] !== 'fail') throw error;
      journal.removeStaleUpload(stale.id);
    }
  }
}

/** Returns whether nothing can come after it: a Create that is still on its way may yet arrive. */
async function abortStale(
  journal: Journal,
  storage: Storage,
  stale: StaleUpload,
  signal: AbortSignal,
): Promise<boolean> {
  if (stale.uploadId !== null) {
    await storage.abortUpload(stale.key, stale.uploadId, signal);
    return true;
  }
  let found = false;
  const listed = await storage.listUploads(stale.key, signal);
  const known = journal.knownUploadIds(stale.connectionId, stale.key);
  for (const { key, uploadId, initiated } of listed) {
    const ours = key === stale.key && initiated >= stale.since && initiated <= stale.until && !known.includes(uploadId);
    if (!ours) continue;
    await storage.abortUpload(key, uploadId, signal);
    found = true;
  }
  return found || Date.now() + storage.clockOffset() > stale.until;
}
