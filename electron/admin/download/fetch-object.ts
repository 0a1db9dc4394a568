/** One object as one file: fetched beside it, proved, and given its name only then. */
import { constants } from 'node:fs';
import { lstat, open } from 'node:fs/promises';
import type { IntegrityMode } from '../../../shared/domain.ts';
import { SidelineError } from '../../../shared/errors.ts';
import type { ListedObject } from '../../storage/storage.ts';
import { proofAt } from '../content-proof.ts';
import { headObject } from '../objects/details.ts';
import type { Proof } from '../proof.ts';
import { unquoted } from '../../storage/etag.ts';
import { verdictOf } from './content-check.ts';
import { fetchContent, type Content } from './fetch-content.ts';
import type { Fetching } from './fetching.ts';
import { inTurn } from '../../in-turn.ts';
import { discard, partialOf, publish, type PartialPaths } from './partial-file.ts';
import { systemCode } from '../../system-code.ts';

/** `versionId`: of one that is no longer the latest */
export type Wanted = ListedObject & { versionId?: string };

export interface Fetched {
  /** how it was proved that the file has the object's bytes; `none`: only the size was compared */
  proof: IntegrityMode;
  /** An equal file was there already. */
  skipped: boolean;
}

/** Objects are replaced while they are fetched, and bytes are damaged on their way, but not again and again. */
const mostBeginnings = 3;

/**
 * `folder`: absolute, and there. Throws `target-exists` where another file has that name, `object-changed` where the object is
 * replaced again and again, `integrity` where what comes is not what the store says that it has, and what the store, the line and
 * the disk can cause; what has come of a large object is kept for the next time.
 */
export function fetchObject(fetching: Fetching, listed: Wanted, folder: string, target: string): Promise<Fetched> {
  const paths = partialOf(fetching.bucket, listed, folder);
  return inTurn(paths.file, fetching.patience.signal, () => fetchInTurn(fetching, listed, paths, target));
}

async function fetchInTurn(fetching: Fetching, listed: Wanted, paths: PartialPaths, target: string): Promise<Fetched> {
  const seen = new Set<string>();
  let object = listed;
  for (let beginnings = 1; ; beginnings++) {
    try {
      return await countingBack(fetching, (counted) => fetchOnce(counted, object, { paths, target, seen }));
    } catch (error) {
      const helps = error instanceof SidelineError && (error.kind === 'object-changed' || error.kind === 'integrity');
      if (!helps || beginnings === mostBeginnings) throw error;
      object = await asItIsNow(fetching, object);
    }
  }
}

interface Place {
  paths: PartialPaths;
  /** absolute path */
  target: string;
  /** digests of what was damaged before */
  seen: Set<string>;
}

async function fetchOnce(fetching: Fetching, object: Wanted, { paths, target, seen }: Place): Promise<Fetched> {
  const there = await lookAtTarget(fetching, object, target);
  if (there !== null) {
    await discard(paths);
    fetching.wrote(object.size);
    return { proof: there, skipped: true };
  }
  const content = await fetchContent(fetching, object, paths);
  if (!isFit(content, seen, fetching)) {
    seen.add(content.value);
    await discard(paths);
    throw new SidelineError('integrity', { operation: 'download' });
  }
  await complete(paths, object.modified);
  await publish(paths, target, fetching.overwrite);
  return { proof: content.verdict === 'same' ? content.by : 'none', skipped: false };
}

/** The same bytes twice: the line is innocent. An ETag need not be an MD5 then, unless the store was seen to make it one. */
function isFit({ verdict, by, value }: Content, seen: ReadonlySet<string>, { bucket }: Fetching): boolean {
  if (verdict !== 'different') return true;
  const { capabilities, config } = bucket.storage.connection;
  const etagIsMd5 = capabilities?.integrity === 'etag-md5' || config.endpoint === null;
  return by === 'etag-md5' && !etagIsMd5 && seen.has(value);
}

/** What was counted of work that comes to nothing is taken back. */
async function countingBack<T>(fetching: Fetching, work: (counted: Fetching) => Promise<T>): Promise<T> {
  let counted = 0;
  const wrote = (bytes: number) => {
    counted += bytes;
    fetching.wrote(bytes);
  };
  try {
    return await work({ ...fetching, wrote });
  } catch (error) {
    fetching.wrote(-counted);
    throw error;
  }
}

/** Throws `object-missing`. */
export async function asItIsNow(
  { bucket, patience }: Pick<Fetching, 'bucket' | 'patience'>,
  wanted: Pick<Wanted, 'key' | 'versionId'>,
): Promise<Wanted> {
  const { key, versionId } = wanted;
  const at = { key, versionId: versionId ?? null };
  const head = await patience.lasting(() => headObject(bucket, at, patience.signal));
  const modified = head.LastModified?.getTime() ?? 0;
  const which = versionId === undefined ? {} : { versionId };
  return { key, ...which, size: head.ContentLength ?? 0, etag: unquoted(head.ETag), modified };
}

/** How the file that is there was proved to be the same; null: there is none, or it may be replaced. */
async function lookAtTarget(fetching: Fetching, object: Wanted, target: string): Promise<IntegrityMode | null> {
  const there = await lstat(target).catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') return null;
    throw error;
  });
  if (there === null) return null;
  if (there.isFile() && there.size === object.size) {
    const proof = await proofAt(fetching.bucket, object, fetching.patience);
    const verdict = proof.by === 'none' ? 'unknown' : await compare(fetching, target, object.size, proof);
    if (verdict === 'same') return proof.by;
    // Nothing tells them apart; the time is that of the object where a download has set it. File systems keep it to two seconds.
    if (verdict === 'unknown' && Math.abs(there.mtimeMs - object.modified) <= 2000) return 'none';
  }
  if (fetching.overwrite && !there.isDirectory()) return null;
  throw new SidelineError('target-exists', { subject: target });
}

/** `size`: bytes of the file, and of the object */
async function compare({ digests, patience }: Fetching, file: string, size: number, proof: Proof) {
  const reading = digests.follow(file, size, proof);
  const stop = () => reading.stop();
  patience.signal.addEventListener('abort', stop, { once: true });
  try {
    reading.upTo(size);
    const { verdict } = verdictOf(await reading.ended);
    patience.signal.throwIfAborted();
    return verdict;
  } finally {
    patience.signal.removeEventListener('abort', stop);
  }
}

/** On the disk, with the time of the object. ms since 1970 */
async function complete({ file }: PartialPaths, modified: number): Promise<void> {
  const handle = await open(file, constants.O_RDWR);
  try {
    const time = new Date(modified);
    await handle.utimes(time, time);
    await handle.sync();
  } finally {
    await handle.close();
  }
}
