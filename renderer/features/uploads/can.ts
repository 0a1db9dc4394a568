/** What can be done with what is selected: the same for the toolbar and for the menu. Pure. */
import { stateFilters, transferStates, type TransferState } from '../../../shared/states.ts';
import type { TransferRow, View } from '../../../shared/transfer-list.ts';
import type { Selection } from '../../list/selection.ts';

export interface Can {
  pause: boolean;
  resume: boolean;
  retry: boolean;
  sendFirst: boolean;
  cancel: boolean;
}

const unpausable: readonly TransferState[] = ['done', 'paused', 'failed', 'skipped', 'cancelled'];
const resumable: readonly TransferState[] = ['paused', 'waiting'];
const retriable: readonly TransferState[] = ['failed', 'cancelled', 'skipped'];
const over: readonly TransferState[] = ['done', 'skipped', 'cancelled'];

/** Of files in these states: what one of them can be told, all can. */
export function canOf(states: readonly TransferState[]): Can {
  const pause = states.some((state) => !unpausable.includes(state));
  const resume = states.some((state) => resumable.includes(state));
  return {
    ...{ pause, resume, sendFirst: pause || resume },
    retry: states.some((state) => retriable.includes(state)),
    cancel: states.some((state) => !over.includes(state)),
  };
}

/** The states that what is selected may be in. `chosen`: its rows, where all of them are known. */
export function statesOf(
  selection: Selection,
  { filter }: Pick<View, 'filter'>,
  chosen: readonly Pick<TransferRow, 'state'>[] | null,
): readonly TransferState[] {
  if (selection.all) return stateFilters[filter] ?? transferStates;
  return chosen?.map(({ state }) => state) ?? transferStates;
}
