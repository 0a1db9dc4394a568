/** An earlier version of an object as a file of this computer, as a task. What is there now is fetched by downloads.ts. */
import path from 'node:path';
import { SidelineError } from '../../shared/errors.ts';
import { asItIsNow, fetchObject } from '../admin/download/fetch-object.ts';
import { openFetching, usualRange } from '../admin/download/fetching.ts';
import { safeName } from '../admin/download/local-names.ts';
import { asTargetError } from '../admin/download/target-errors.ts';
import { bucketPlace } from '../admin/orphans/known.ts';
import { createPatience } from '../admin/patience.ts';
import { lastName } from '../admin/preview/look-at.ts';
import type { Bandwidth } from '../engine/upload/bandwidth.ts';
import type { AdminTasks, Report, TaskOrder } from './admin-tasks.ts';
import { refuseElsewhere, type Buckets } from './buckets.ts';

export interface VersionOf {
  connectionId: number;
  key: string;
  versionId: string;
}

export interface SaveDeps {
  buckets: Pick<Buckets, 'of'>;
  tasks: Pick<AdminTasks, 'start'>;
  /** that of the uploads: the limit is on all that travels */
  bandwidth: Bandwidth;
  askWhere(name: string): Promise<string | null>;
}

/** Asks where to; the task's id, or null when the person thought better of it. Throws what opening the bucket throws. */
export async function saveVersion(deps: SaveDeps, of: VersionOf): Promise<number | null> {
  const { buckets, tasks, askWhere } = deps;
  const bucket = await buckets.of(of.connectionId);
  const refused = bucket.refusal({ right: 'read', key: of.key, operation: 'download' });
  if (refused !== null) throw refused;
  const file = await askWhere(safeName(lastName(of.key), { windows: true, folds: true }));
  if (file === null) return null;
  const place = bucketPlace(bucket.storage.connection.config);
  const order: TaskOrder = {
    ...{ kind: 'download', connectionId: of.connectionId, subject: of.key, hasBytes: true },
    folder: path.dirname(file),
    work: (report, signal) => fetchVersion(deps, { ...of, place }, file, report, signal),
    retry: () => order,
    resume: () => order,
  };
  return tasks.start(order);
}

/** As a download does it. What has that name is replaced: the dialog has asked. */
async function fetchVersion(
  { buckets, bandwidth }: SaveDeps,
  { connectionId, place, ...of }: VersionOf & { place: string },
  file: string,
  report: Report,
  signal: AbortSignal,
): Promise<void> {
  const bucket = await buckets.of(connectionId);
  refuseElsewhere(bucket, place);
  const patience = createPatience({ storage: bucket.storage, wait: Infinity, signal });
  const version = await asItIsNow({ bucket, patience }, of);
  report.total(1, version.size);
  const fetching = openFetching({
    ...{ bucket, patience, bandwidth, overwrite: true, rangeSize: usualRange },
    wrote: (bytes) => report.moved(bytes),
  });
  try {
    await fetchObject(fetching, version, path.dirname(file), file);
    report.done(1);
  } catch (error) {
    signal.throwIfAborted();
    throw error instanceof SidelineError ? error : asTargetError(error, file);
  } finally {
    await fetching.close();
  }
}
