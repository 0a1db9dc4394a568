/** Downloads of the window: each is a task, which waits for the network for as long as it takes. */
import { SidelineError } from '../../shared/errors.ts';
import { download } from '../admin/download/download.ts';
import { createPatience } from '../admin/patience.ts';
import type { AdminTasks, TaskOrder } from './admin-tasks.ts';
import type { Buckets } from './buckets.ts';
import type { ChosenIn } from './chosen.ts';

export interface Downloads {
  /** Asks where to; the task's id, or null when the person thought better of it. Throws what opening the bucket throws. */
  start(chosen: ChosenIn, overwrite: boolean): Promise<number | null>;
}

export interface DownloadsDeps {
  buckets: Pick<Buckets, 'of'>;
  tasks: Pick<AdminTasks, 'start'>;
  /** The system's dialog for one folder: its absolute path; null: cancelled. */
  chooseFolder(): Promise<string | null>;
}

export function createDownloads({ buckets, tasks, chooseFolder }: DownloadsDeps): Downloads {
  function order(chosen: ChosenIn, folder: string, overwrite: boolean, only: ReadonlySet<string> | null): TaskOrder {
    const { connectionId, subject } = chosen;
    return {
      ...{ kind: 'download', connectionId, subject, folder, hasBytes: true },
      async work(report, signal) {
        const bucket = await buckets.of(connectionId);
        const patience = createPatience({ storage: bucket.storage, wait: Infinity, signal });
        await download({ bucket, chosen, only, folder, overwrite, patience, report });
      },
      retry: (keys) => order(chosen, folder, overwrite, new Set(keys)),
    };
  }

  return {
    async start(chosen, overwrite) {
      const bucket = await buckets.of(chosen.connectionId);
      const refused = refusalOf(bucket, chosen);
      if (refused !== null) throw refused;
      const folder = await chooseFolder();
      return folder === null ? null : tasks.start(order(chosen, folder, overwrite, null));
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
