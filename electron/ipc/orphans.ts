/** Answers the calls about what nobody knows of in a bucket. */
import type { DeletionSurvey } from '../../shared/deletions.ts';
import { orphanPieces } from '../admin/orphans/export-orphans.ts';
import type { OrphanScans } from '../app/orphan-scans.ts';
import { writePieces } from '../engine/export/write-export.ts';
import type { AppDeps } from './app.ts';
import type { Handlers } from './handlers.ts';

type Calls = Extract<keyof Handlers, `orphans.${string}`>;

export interface OrphanHandlersDeps {
  scans: OrphanScans;
  /** Begins a deletion of these: from there on it counts and asks as any other. */
  survey(connectionId: number, keys: string[]): Promise<DeletionSurvey>;
  askWhere: AppDeps['askWhere'];
}

export function orphanHandlers({ scans, survey, askWhere }: OrphanHandlersDeps): Pick<Handlers, Calls> {
  return {
    'orphans.scan': (order) => scans.start(order),
    'orphans.list': () => scans.list(),
    'orphans.page': ({ scanId, list, offset, limit }) => scans.page(scanId, list, offset, limit),
    'orphans.cancel'({ scanId }) {
      scans.cancel(scanId);
      return null;
    },
    'orphans.abortable': ({ scanId, olderThan, ...which }) => scans.abortable(scanId, olderThan, which),
    'orphans.abortUploads': ({ scanId, olderThan, ...which }) => ({
      taskId: scans.abortUploads(scanId, olderThan, which),
    }),
    async 'orphans.surveyUnknown'({ scanId, ...which }) {
      const { connectionId, keys } = await scans.unknownKeys(scanId, which);
      return await survey(connectionId, keys);
    },
    async 'orphans.export'({ scanId, list, format }) {
      const rows = scans.rows(scanId, list);
      const file = await askWhere(`orphans-${list}.${format}`);
      if (file === null) return null;
      await writePieces(file, orphanPieces(list, rows, format));
      return file;
    },
    'orphans.forgettable': ({ scanId, ...which }) => scans.forgettable(scanId, which),
    'orphans.forgetMissing': ({ scanId, ...which }) => scans.forgetMissing(scanId, which),
  };
}
