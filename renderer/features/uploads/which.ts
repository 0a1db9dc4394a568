import type { WhichTransfers } from '../../../shared/ipc.ts';
import type { View } from '../../../shared/transfer-list.ts';
import type { Selection } from '../../list/selection.ts';

/** What a command means; null: nothing. */
export function whichOf(selection: Selection, view: View): WhichTransfers | null {
  if (selection.all) return { view, except: [...selection.except] };
  return selection.ids.size === 0 ? null : { ids: [...selection.ids] };
}
