/** Finds the files of what a person dropped, as a stream: no list of them all is ever in memory. */
import { stat as statThen, type Dirent, type Stats } from 'node:fs';
import { readdir, readlink, realpath } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import type { Fingerprint } from '../../../shared/domain.ts';
import { reason, type Reason } from '../../../shared/errors.ts';
import { fingerprintOf } from '../fingerprint.ts';
import { sourceError } from '../source.ts';
import { isJunk } from './junk.ts';

interface Named {
  /** absolute path, in the system's own writing */
  source: string;
  /** from the dropped file or folder, that one's name included; '/' between segments on every system */
  relativePath: string;
}

export interface FoundFile extends Named {
  found: 'file';
  fingerprint: Fingerprint;
}

/** A rule says that it is not uploaded. */
export interface FoundSkipped extends Named {
  found: 'skipped';
  reason: Reason;
}

/** It cannot be read. */
export interface FoundFailed extends Named {
  found: 'failed';
  reason: Reason;
}

export type Found = FoundFile | FoundSkipped | FoundFailed;

interface Folder extends Named {
  /** real paths of this folder and those above it on the way here: a link to one of them is a loop */
  trail: readonly string[];
}

interface Walk {
  /** real path of the dropped folder: links that lead out of it are not followed */
  top: string;
  /** still to be read, the next one last */
  folders: Folder[];
}

/** Half the work of the one in node:fs/promises, which counts with 100,000 files. */
const stat = promisify(statThen);

const statsAtOnce = 256;

/**
 * Yields what is found in the roots (absolute paths of files and folders), in order of names, in batches of at most
 * `batchSize`. Problems of single files are yielded, not thrown.
 */
export async function* scan(
  roots: readonly string[],
  options: { batchSize?: number; signal?: AbortSignal } = {},
): AsyncGenerator<Found[]> {
  const batchSize = options.batchSize ?? 512;
  let batch: Found[] = [];
  for (const root of roots) {
    for await (const found of scanRoot(root)) {
      options.signal?.throwIfAborted();
      batch = batch.length === 0 ? found : batch.concat(found);
      while (batch.length >= batchSize) {
        yield batch.slice(0, batchSize);
        batch = batch.slice(batchSize);
      }
    }
  }
  if (batch.length > 0) yield batch;
}

async function* scanRoot(root: string): AsyncGenerator<Found[]> {
  const named = { source: root, relativePath: path.basename(root) };
  try {
    const stats = await stat(root);
    if (!stats.isDirectory()) {
      yield [classify(named, stats)];
      return;
    }
    const top = await realpath(root);
    const walk: Walk = { top, folders: [{ ...named, trail: [top] }] };
    for (let folder = walk.folders.pop(); folder !== undefined; folder = walk.folders.pop()) {
      yield* scanFolder(folder, walk);
    }
  } catch (error) {
    yield [failed(named, error)];
  }
}

async function* scanFolder(folder: Folder, walk: Walk): AsyncGenerator<Found[]> {
  let entries: Dirent[];
  try {
    entries = await readdir(folder.source, { withFileTypes: true });
  } catch (error) {
    yield [failed(folder, error)];
    return;
  }
  entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  const inside: Folder[] = [];
  const lookAt = (at: number) =>
    Promise.all(entries.slice(at, at + statsAtOnce).map((entry) => look(entry, folder, walk, inside)));
  // The next ones are looked at while what was found is being planned.
  let ahead = lookAt(0);
  for (let at = 0; at < entries.length; at += statsAtOnce) {
    const found = await ahead;
    ahead = lookAt(at + statsAtOnce);
    yield found.filter((one) => one !== null);
  }
  await ahead;
  walk.folders.push(...inside.reverse());
}

/** One entry: a file or a problem; null for a folder, which goes into `inside`. */
async function look(entry: Dirent, folder: Folder, walk: Walk, inside: Folder[]): Promise<Found | null> {
  const named: Named = {
    source: folder.source.endsWith(path.sep) ? folder.source + entry.name : folder.source + path.sep + entry.name,
    relativePath: `${folder.relativePath}/${entry.name}`,
  };
  if (isJunk(entry.name)) return { ...named, found: 'skipped', reason: reason('junk') };
  try {
    if (entry.isDirectory()) {
      inside.push({ ...named, trail: [...folder.trail, path.join(folder.trail.at(-1) ?? '', entry.name)] });
      return null;
    }
    if (entry.isSymbolicLink()) return await followLink(named, folder, walk, inside);
    return classify(named, await stat(named.source));
  } catch (error) {
    return failed(named, error);
  }
}

async function followLink(named: Named, folder: Folder, walk: Walk, inside: Folder[]): Promise<Found | null> {
  let target: string;
  try {
    target = await realpath(named.source);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ELOOP') {
      return { ...named, found: 'skipped', reason: reason('link-loop') };
    }
    const gone = await readlink(named.source).catch(() => named.source);
    return { ...named, found: 'failed', reason: reason('source-gone', gone) };
  }
  if (folder.trail.includes(target)) return { ...named, found: 'skipped', reason: reason('link-loop') };
  const fromTop = path.relative(walk.top, target);
  if (fromTop === '..' || fromTop.startsWith(`..${path.sep}`) || path.isAbsolute(fromTop)) {
    return { ...named, found: 'skipped', reason: reason('link-outside', target) };
  }
  const stats = await stat(target);
  if (!stats.isDirectory()) return classify(named, stats);
  inside.push({ ...named, trail: [...folder.trail, target] });
  return null;
}

function classify(named: Named, stats: Stats): Found {
  if (!named.relativePath.isWellFormed()) return { ...named, found: 'failed', reason: reason('source-name') };
  if (!stats.isFile()) return { ...named, found: 'skipped', reason: reason('source-special', specialName(stats)) };
  return { ...named, found: 'file', fingerprint: fingerprintOf(stats) };
}

function specialName(stats: Stats): string {
  if (stats.isFIFO()) return 'a pipe';
  if (stats.isSocket()) return 'a socket';
  return 'a device';
}

function failed(named: Named, error: unknown): FoundFailed {
  // Node writes U+FFFD for bytes that are no UTF-8; the file itself is then not found by that name.
  const unreadableName = named.relativePath.includes('\uFFFD');
  return {
    ...named,
    found: 'failed',
    reason: unreadableName ? reason('source-name') : sourceError(error, named.source),
  };
}
