/** An earlier version of an object as a file of this computer, as a task. What is there now is fetched by downloads.ts. */
import { open, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { SidelineError } from '../../shared/errors.ts';
import { safeName } from '../admin/download/local-names.ts';
import { asTargetError } from '../admin/download/target-errors.ts';
import { factsOf } from '../admin/object-facts.ts';
import { headObject } from '../admin/objects/details.ts';
import { lastName } from '../admin/preview/look-at.ts';
import { streamObject } from '../admin/preview/read-object.ts';
import { createDigest, proofOf } from '../admin/proof.ts';
import type { AdminTasks, Report } from './admin-tasks.ts';
import type { Buckets } from './buckets.ts';

export interface VersionOf {
  connectionId: number;
  key: string;
  versionId: string;
}

export interface SaveDeps {
  buckets: Pick<Buckets, 'of'>;
  tasks: Pick<AdminTasks, 'start'>;
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
  return tasks.start({
    ...{ kind: 'download', connectionId: of.connectionId, subject: of.key, hasBytes: true },
    folder: path.dirname(file),
    work: (report, signal) => fetchVersion(buckets, of, file, report, signal),
    retry: null,
  });
}

/** Beside its name until it is whole, and proved by what the store says of it, where it says something. */
async function fetchVersion(
  buckets: SaveDeps['buckets'],
  { connectionId, key, versionId }: VersionOf,
  file: string,
  report: Report,
  signal: AbortSignal,
): Promise<void> {
  const bucket = await buckets.of(connectionId);
  const facts = factsOf(await headObject(bucket, { key, versionId }, signal));
  const { size, etag } = facts;
  report.total(1, size);
  const proof = proofOf({ ...facts, partSize: null });
  const digest = createDigest(proof);
  const partial = `${file}.part`;
  try {
    const target = await open(partial, 'w', 0o600);
    try {
      if (size > 0) {
        const bytes = streamObject(bucket, { key, versionId, etag, size }, { from: 0, to: size });
        for await (const piece of bytes as unknown as AsyncIterable<Uint8Array>) {
          signal.throwIfAborted();
          const buffer = Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength);
          digest.update(buffer);
          await target.writeFile(buffer);
          report.moved(buffer.length);
        }
      }
      await target.sync();
    } finally {
      await target.close();
    }
    if (digest.end().verdict === 'different') throw new SidelineError('integrity', { operation: 'download' });
    await rename(partial, file);
    report.done(1);
  } catch (error) {
    signal.throwIfAborted();
    throw error instanceof SidelineError ? error : asTargetError(error, file);
  } finally {
    await rm(partial, { force: true });
  }
}
