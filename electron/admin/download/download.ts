/**
 * Objects, and all that is below prefixes, into a folder of this computer. Begun again with the same folder it goes on where it was
 * cut: what is there and equal is skipped, what is half there is completed.
 */
import path from 'node:path';
import type { IntegrityMode } from '../../../shared/domain.ts';
import { formatBytes } from '../../../shared/format.ts';
import { asSidelineError, SidelineError } from '../../../shared/errors.ts';
import { downloads } from '../../../shared/strings/downloads.ts';
import type { Bandwidth } from '../../engine/upload/bandwidth.ts';
import { remedies } from '../../engine/upload/retry.ts';
import type { ListedObject } from '../../storage/storage.ts';
import type { Report } from '../../app/admin-tasks.ts';
import type { Bucket } from '../bucket.ts';
import type { Patience } from '../patience.ts';
import { baseOf, type Chosen } from '../selection.ts';
import { sideBySide } from '../side-by-side.ts';
import { isFound, survey, type Survey } from '../survey.ts';
import { fetchObject } from './fetch-object.ts';
import { openFetching, usualRange, type Fetching } from './fetching.ts';
import { rulesOf } from './folder-rules.ts';
import { createLocalNames, type LocalPath, type NameRules } from './local-names.ts';
import { roomNeeded } from './room.ts';
import { openTargetFolder, type TargetFolder } from './target-folder.ts';
import { asTargetError, isOfAll } from './target-errors.ts';

export interface Downloaded {
  key: string;
  /** absolute path of the file, or of the folder that an empty object stands for */
  file: string;
  /** bytes */
  size: number;
  proof: IntegrityMode;
  /** An equal file was there already. */
  skipped: boolean;
}

export interface DownloadOptions {
  bucket: Bucket;
  chosen: Chosen;
  /** Only these of what is chosen: they failed before, and get the names that they had. Null: all. */
  only: ReadonlySet<string> | null;
  /** absolute; it is made where it is not there */
  folder: string;
  /** Files of the same names that are not equal are replaced. */
  overwrite: boolean;
  patience: Patience;
  report: Report;
  onDone?: (done: Downloaded) => void;
  /** what all that travels may take of the line together */
  bandwidth: Bandwidth;
  /** Ranges in which large objects are fetched. bytes */
  rangeSize?: number;
}

/** An object with its place below the folder. */
export interface Placed {
  object: ListedObject;
  place: LocalPath;
}

/** objects at once; the places on the line are shared by their requests */
const objectsAtOnce = 48;

/**
 * Resolves when all was tried; single objects that fail are reported. Throws what is wrong with all of it: the folder cannot be
 * written, the disk has no room, or is full by now (`target-unwritable`), the store cannot be listed, nobody has answered for too long; and the
 * signal's reason.
 */
export async function download(options: DownloadOptions): Promise<void> {
  const { bucket, chosen, only, patience, report, onDone, overwrite, bandwidth } = options;
  const folder = await openTargetFolder(options.folder);
  const names = { base: baseOf(chosen), rules: await rulesOf(folder.root), only };
  const found = await survey(bucket, chosen, patience, only);
  report.total(found.count, found.bytes);
  await refuseWithoutRoom(bucket, found, folder, () => placedObjects(found, names, () => undefined));
  const fetching = openFetching({
    ...{ bucket, patience, overwrite, bandwidth, rangeSize: options.rangeSize ?? usualRange },
    wrote: (bytes) => report.moved(bytes),
  });

  async function fetchOne({ object, place }: Placed): Promise<void> {
    const { key, size } = object;
    try {
      const { file, proof, skipped } = await put(fetching, folder, { object, place });
      patience.moved();
      report.done(1);
      onDone?.({ key, file, size, proof, skipped });
    } catch (error) {
      patience.signal.throwIfAborted();
      if (concernsAll(error) || patience.isOver()) throw error;
      report.failed(key, error);
    }
  }

  const placed = placedObjects(found, names, (key, error) => report.failed(key, error));
  await sideBySide(placed, objectsAtOnce, fetchOne).finally(() => fetching.close());
}

function concernsAll(thrown: unknown): boolean {
  const error = asSidelineError(thrown);
  return remedies[error.kind] === 'connection' || isOfAll(error);
}

/** In the order of the survey, so that the same keys have the same names every time. */
async function* placedObjects(
  found: Survey,
  { base, rules, only }: { base: string; rules: NameRules; only: ReadonlySet<string> | null },
  failed: (key: string, error: SidelineError) => void,
): AsyncGenerator<Placed> {
  const names = createLocalNames(rules);
  for await (const one of found.objects()) {
    const isWanted = only?.has(one.key) !== false;
    try {
      if (!isFound(one)) throw one.error;
      const place = names.of(one.key.slice(base.length), one.size);
      if (isWanted) yield { object: one, place };
    } catch (error) {
      if (isWanted) failed(one.key, asSidelineError(error));
    }
  }
}

async function put(
  fetching: Fetching,
  folder: TargetFolder,
  { object, place }: Placed,
): Promise<Omit<Downloaded, 'key' | 'size'>> {
  const where = path.join(folder.root, ...place.segments);
  if (place.isFolder) return { file: await folder.make(place.segments), proof: 'none', skipped: false };
  const parent = await folder.make(place.segments.slice(0, -1));
  const file = path.join(parent, place.segments.at(-1) ?? '');
  try {
    return { file, ...(await fetchObject(fetching, object, parent, file)) };
  } catch (error) {
    throw error instanceof SidelineError || fetching.patience.signal.aborted ? error : asTargetError(error, where);
  }
}

/** What is there already needs none: that is looked at only where all of it would not fit. */
async function refuseWithoutRoom(
  bucket: Bucket,
  found: Survey,
  folder: TargetFolder,
  placed: () => AsyncGenerator<Placed>,
): Promise<void> {
  const free = await folder.free();
  if (found.bytes <= free) return;
  const needed = await roomNeeded(bucket, placed(), folder.root);
  if (needed <= free) return;
  throw new SidelineError('target-unwritable', { subject: downloads.noRoom(formatBytes(needed), formatBytes(free)) });
}
