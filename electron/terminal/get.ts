/** sideline get: objects, and all that is below prefixes, as files of this computer. */
import path from 'node:path';
import { transferring as words } from '../../shared/strings/terminal-transfers.ts';
import { download } from '../admin/download/download.ts';
import { createBandwidth } from '../engine/upload/bandwidth.ts';
import { refuseNothing, runBucketTask } from './bucket-task.ts';
import type { Environment } from './environment.ts';
import { getOverBackend } from './get-backend.ts';
import { namedObjects } from './named-objects.ts';
import { chosenBackend } from './open-backend.ts';
import { withBucket, type BucketCommand } from './open-bucket.ts';
import type { ExitCode } from './work.ts';

export interface GetOptions extends BucketCommand {
  json: boolean;
  /** the folder; made where it is not there */
  to: string;
  recursive: boolean;
  overwrite: boolean;
  /** of a backend that lists by event */
  event?: string | undefined;
  /** bytes per second; null: as fast as the line */
  limitRate: number | null;
  /** ms */
  wait: number;
}

export async function get(names: readonly string[], options: GetOptions, env: Environment): Promise<ExitCode> {
  const backend = await chosenBackend(options, env);
  if (backend !== null) return await getOverBackend(backend, names, options, env);
  const { json, to, recursive, overwrite, wait, limitRate } = options;
  return await withBucket(options, env, (bucket, signal) => {
    let unproven = 0;
    return runBucketTask(
      bucket.storage,
      {
        ...{ json, wait, verb: words.get },
        async work(output, patience) {
          const chosen = await namedObjects(bucket, names, recursive, patience);
          await download({
            ...{ bucket, chosen, only: null, folder: path.resolve(to), overwrite, patience },
            bandwidth: createBandwidth(limitRate),
            report: output.report,
            onDone(done) {
              if (done.proof === 'none' && done.size > 0) unproven += 1;
              output.done(done);
            },
          });
          refuseNothing(output, names);
          if (unproven > 0) output.say(words.unproven(unproven));
        },
      },
      signal,
    );
  });
}
