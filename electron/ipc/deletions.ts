/** Answers the calls about deletions: what would go, what went, and what comes back. */
import { deletionPieces } from '../admin/delete/export-deletion.ts';
import { deletionInfo, listDeletions, type DeletionPages } from '../admin/delete/past.ts';
import type { Browsing } from '../app/browsing.ts';
import type { Deletions } from '../app/deletions.ts';
import { writePieces } from '../engine/export/write-export.ts';
import type { AppDeps } from './app.ts';
import type { Handlers } from './handlers.ts';

export interface DeletionHandlersDeps {
  dataFolder: string;
  deletions: Deletions;
  pages: DeletionPages;
  /** what a person has selected in a list */
  selected: Browsing['selected'];
  askWhere: AppDeps['askWhere'];
}

type Calls = Extract<keyof Handlers, `deletions.${string}`>;

export function deletionHandlers(deps: DeletionHandlersDeps): Pick<Handlers, Calls> {
  const { dataFolder, deletions, pages, selected, askWhere } = deps;
  return {
    'deletions.survey'(input) {
      if ('target' in input) return deletions.survey(input.connectionId, input.target);
      const { connectionId, objects, count, prefixes } = selected(input.listingId, input.selection);
      return deletions.survey(connectionId, { what: 'objects', keys: [], prefixes, shown: { objects, count } });
    },
    'deletions.surveyed': ({ surveyId }) => deletions.surveyed(surveyId),
    'deletions.dismiss'({ surveyId }) {
      deletions.dismiss(surveyId);
      return null;
    },
    'deletions.start': ({ surveyId, confirm }) => deletions.start(surveyId, confirm),
    'deletions.undo': ({ deletionId }) => deletions.undo(deletionId),
    'deletions.goOn': ({ deletionId, confirm }) => deletions.goOn(deletionId, confirm),
    'deletions.deleted': ({ connectionId, ...from }) => deletions.deleted(connectionId, from),
    'deletions.bringBack': ({ connectionId, ...what }) => deletions.bringBack(connectionId, what),
    'deletions.list': (view) => listDeletions(dataFolder, view),
    'deletions.info': ({ deletionId }) => deletionInfo(dataFolder, deletionId),
    'deletions.page': ({ deletionId, ...view }) => pages.page(deletionId, view),
    async 'deletions.export'({ deletionId, format }) {
      await deletionInfo(dataFolder, deletionId); // before anybody is asked where to
      const file = await askWhere(`deletion-${deletionId}.${format}`);
      if (file === null) return null;
      await writePieces(file, deletionPieces(dataFolder, deletionId, format));
      return file;
    },
  };
}
