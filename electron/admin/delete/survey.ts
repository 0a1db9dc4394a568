/**
 * Looks at what a deletion would take, and writes it down: what is deleted afterwards is this list, and nothing that has come since.
 * It is read and written page by page, so that its length does not matter.
 */
import { rm } from 'node:fs/promises';
import os from 'node:os';
import type { DeletionTarget, Undoable, Versioning } from '../../../shared/deletions.ts';
import { SidelineError } from '../../../shared/errors.ts';
import type { Bucket } from '../bucket.ts';
import type { Head } from './log-lines.ts';
import { prepareFolder, surveyFile } from './log-folder.ts';
import { openLogWriter } from './log-writer.ts';
import { itemPages, withoutRepeats, type SurveyTarget } from './survey-items.ts';

export interface SurveyOrder {
  /** of `newLogId` */
  id: string;
  target: SurveyTarget;
  program: Head['program'];
}

export interface SurveyCounts {
  /** what would be deleted */
  objects: number;
  bytes: number;
  oldVersions: { count: number; bytes: number } | null;
  /** keys that were named and are not there */
  missing: number;
  /** objects of which nothing would be left: they are from a time without versions, in a bucket that keeps none just now */
  final: number;
}

export interface Survey {
  id: string;
  /** ms since 1970 */
  at: number;
  target: SurveyTarget;
  versioning: Versioning;
  counts: SurveyCounts;
}

/** of the keys that were named */
const mostKeysKept = 100;

/**
 * `onCounts` is called for every page. Throws `read-only` and `prefix-locked` before anything is asked, a SidelineError where the
 * store does not show it, and the signal's reason; then nothing of it is left.
 */
export async function surveyDeletion(
  { bucket, dataFolder }: { bucket: Bucket; dataFolder: string },
  order: SurveyOrder,
  onCounts: (counts: SurveyCounts, versioning: Versioning) => void,
  signal: AbortSignal,
): Promise<Survey> {
  const target = withoutRepeats(order.target);
  refuseForbidden(bucket, target);
  const { id } = order;
  const at = Date.now();
  await prepareFolder(dataFolder, at);
  const versioning = await versioningOf(bucket, target, signal);
  const counts: SurveyCounts = { objects: 0, bytes: 0, oldVersions: null, missing: 0, final: 0 };
  const file = surveyFile(dataFolder, id);
  const log = await openLogWriter(file);
  try {
    await log.write([headOf(bucket, { id, at, versioning, target, program: order.program })]);
    for await (const page of itemPages(bucket, target, versioning, signal)) {
      for (const { key, size, versionId } of page.items) {
        refuseKey(bucket, target.what, key);
        counts.objects += 1;
        counts.bytes += size ?? 0;
        if (versionId === 'null') counts.final += 1;
      }
      counts.missing += page.missing;
      if (page.old !== null) {
        counts.oldVersions ??= { count: 0, bytes: 0 };
        counts.oldVersions.count += page.old.count;
        counts.oldVersions.bytes += page.old.bytes;
      }
      await log.write(page.items);
      onCounts(counts, versioning);
    }
  } catch (error) {
    await log.close();
    await rm(file, { force: true });
    throw error;
  }
  await log.close();
  return { id, at, target, versioning, counts };
}

export function undoableOf({ target, versioning, counts }: Pick<Survey, 'target' | 'versioning' | 'counts'>): Undoable {
  if (target.what !== 'objects' || versioning === 'off') return 'none';
  if (versioning === 'unknown') return 'unknown';
  if (versioning === 'on' || counts.final === 0) return 'all';
  return counts.final === counts.objects ? 'none' : 'some';
}

/** Throws `read-only` or `prefix-locked` where one of all that is named may not be deleted, before any is touched. */
export function refuseForbidden(bucket: Bucket, target: DeletionTarget): void {
  const named =
    target.what === 'versions' ? target.versions.map(({ key }) => key) : [...target.keys, ...target.prefixes];
  for (const key of named) refuseKey(bucket, target.what, key);
}

function refuseKey(bucket: Bucket, what: DeletionTarget['what'], key: string): void {
  const right = what === 'objects' ? 'delete' : 'delete-version';
  const refused = bucket.refusal({ right, key, operation: 'delete' });
  if (refused !== null) throw refused;
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketVersioning.html */
export async function versioningOf(bucket: Bucket, target: DeletionTarget, signal: AbortSignal): Promise<Versioning> {
  // Whoever is kept to a folder may ask this as well: it is asked for what lies there.
  const key = target.what === 'versions' ? target.versions[0]?.key : (target.keys[0] ?? target.prefixes[0]);
  const need = { right: 'read-settings', key: key ?? '', operation: 'delete' } as const;
  const ask = () => bucket.storage.ask({ key: '', query: { versioning: '' } }, { operation: 'delete' }, signal);
  try {
    const [, status] = /<Status>(\w+)<\/Status>/.exec(await bucket.attempt(need, ask, signal)) ?? [];
    return status === 'Enabled' ? 'on' : status === 'Suspended' ? 'suspended' : 'off';
  } catch (error) {
    if (!(error instanceof SidelineError)) throw error;
    if (error.kind === 'denied') return 'unknown';
    if (error.kind === 'rejected' || error.kind === 'unsupported') return 'off'; // a store without versions
    throw error;
  }
}

export function headOf(
  { storage }: Bucket,
  survey: Pick<Survey, 'id' | 'at' | 'versioning' | 'target'> & Pick<Head, 'program'>,
): Head {
  const { id: connectionId, name, config } = storage.connection;
  const { id, at, versioning, target, program } = survey;
  const keys = target.what === 'versions' ? target.versions.map(({ key }) => key) : target.keys;
  const shown = [...take(target.shown?.objects ?? [], mostKeysKept)].map((one) => one.key);
  return {
    ...{ line: 'head', format: 'sideline-deletion', version: 1 },
    ...{ id, what: target.what, at, ...whoIsHere(), program },
    connection: { id: connectionId, name, bucket: config.bucket, endpoint: config.endpoint },
    keys: [...keys, ...shown].slice(0, mostKeysKept),
    keyCount: keys.length + (target.shown?.count ?? 0),
    prefixes: target.what === 'versions' ? [] : target.prefixes,
    versioning,
  };
}

function* take<T>(things: Iterable<T>, most: number): Generator<T, void> {
  let left = most;
  for (const one of things) {
    if (left-- === 0) return;
    yield one;
  }
}

/** As the system has them; '' where it has none. */
export function whoIsHere(): Pick<Head, 'user' | 'host'> {
  const user = () => {
    try {
      return os.userInfo().username;
    } catch {
      return ''; // an id without a name, as containers have it
    }
  };
  return { user: user(), host: os.hostname() };
}
