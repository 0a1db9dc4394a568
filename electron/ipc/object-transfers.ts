/** Answers the calls that bring objects to this computer, or to other keys. */
import type { Browsing } from '../app/browsing.ts';
import { chosenIn } from '../app/chosen.ts';
import type { Downloads } from '../app/downloads.ts';
import type { ObjectTransfers } from '../app/object-transfers.ts';
import type { Handlers } from './handlers.ts';

export interface ObjectTransferDeps {
  downloads: Downloads;
  transfers: ObjectTransfers;
  /** what a person has selected in a list */
  selected: Browsing['selected'];
}

type Calls = 'downloads.start' | `objects.${'copy' | 'move' | 'rename' | 'newFolder'}`;

export function objectTransferHandlers(deps: ObjectTransferDeps): Pick<Handlers, Calls> {
  const { downloads, transfers, selected } = deps;
  return {
    async 'downloads.start'({ chosen, overwrite }) {
      const taskId = await downloads.start(chosenIn(chosen, selected), overwrite);
      return taskId === null ? null : { taskId };
    },
    'objects.copy': async ({ chosen, to, ...choice }) => ({
      taskId: await transfers.copy(chosenIn(chosen, selected), to, choice),
    }),
    'objects.move': async ({ chosen, to, ...choice }) => ({
      taskId: await transfers.move(chosenIn(chosen, selected), to, choice),
    }),
    'objects.rename': async ({ overwrite, ...names }) => ({ taskId: await transfers.rename(names, overwrite) }),
    'objects.newFolder': async ({ name, ...at }) => ({ key: await transfers.newFolder(at, name) }),
  };
}
