/** Downloads of the window: each is a task, which waits for the network for as long as it takes. */
import { SidelineError } from '../../shared/errors.ts';
import { download } from '../admin/download/download.ts';
import { bucketPlace } from '../admin/orphans/known.ts';
import { createPatience } from '../admin/patience.ts';
import type { Bandwidth } from '../engine/upload/bandwidth.ts';
import type { AdminTasks, TaskOrder } from './admin-tasks.ts';
import { refuseElsewhere, type Buckets } from './buckets.ts';
import type { ChosenIn } from './chosen.ts';

export interface Downloads {
  /** Asks where to; the task's id, or null when the person thought better of it. Throws what opening the bucket throws. */
  start(chosen: ChosenIn, overwrite: boolean): Promise<number | null>;
}

export interface DownloadsDeps {
  buckets: Pick<Buckets, 'of'>;
  tasks: Pick<AdminTasks, 'start'>;
  /** that of the uploads: the limit is on all that travels */
  bandwidth: Bandwidth;
  /** The system's dialog for one folder: its absolute path; null: cancelled. */
  chooseFolder(): Promise<string | null>;
}

interface Wanted {
  chosen: ChosenIn;
  /** absolute */
  folder: string;
  /** of the bucket in which it was chosen: see `bucketPlace` */
  place: string;
}

export function createDownloads({ buckets, tasks, bandwidth, chooseFolder }: DownloadsDeps): Downloads {
  function order(wanted: Wanted, overwrite: boolean, only: ReadonlySet<string> | null): TaskOrder {
    const { chosen, folder, place } = wanted;
    const { connectionId, subject } = chosen;
    return {
      ...{ kind: 'download', connectionId, subject, folder, hasBytes: true },
      async work(report, signal) {
        const bucket = await buckets.of(connectionId);
        refuseElsewhere(bucket, place);
        const patience = createPatience({ storage: bucket.storage, wait: Infinity, signal });
        await download({ bucket, chosen, only, folder, overwrite, patience, report, bandwidth });
      },
      retry: (keys) => order(wanted, overwrite, new Set(keys)),
      replace: (keys) => order(wanted, true, new Set(keys)),
      resume: () => order(wanted, overwrite, only),
    };
  }

  return {
    async start(chosen, overwrite) {
      const bucket = await buckets.of(chosen.connectionId);
      const refused = refusalOf(bucket, chosen);
      if (refused !== null) throw refused;
      const folder = await chooseFolder();
      if (folder === null) return null;
      const place = bucketPlace(bucket.storage.connection.config);
      return tasks.start(order({ chosen, folder, place }, overwrite, null));
    },
  };
}

function refusalOf(bucket: Awaited<ReturnType<Buckets['of']>>, { keys, prefixes }: ChosenIn): SidelineError | null {
  for (const key of [...keys, ...prefixes]) {
    const refused = bucket.refusal({ right: 'read', key, operation: 'download' });
    if (refused !== null) return refused;
  }
  return null;
}
