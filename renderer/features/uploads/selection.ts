import type { WhichTransfers } from '../../../shared/ipc.ts';
import type { View } from '../../../shared/transfer-list.ts';

/** Rows that were picked, or all that the view shows, those that are not loaded included. */
export type Selection = { all: false; ids: ReadonlySet<number> } | { all: true };

export const noSelection: Selection = { all: false, ids: new Set() };

/** as the contract bounds the ids of a command */
export const mostPicked = 10_000;

export function picked(ids: Iterable<number>): Selection {
  return { all: false, ids: new Set(ids) };
}

export function isSelected(selection: Selection, id: number): boolean {
  return selection.all || selection.ids.has(id);
}

/** `total`: rows of the view */
export function selectedCount(selection: Selection, total: number | null): number {
  return selection.all ? (total ?? 0) : selection.ids.size;
}

/** Adds it, or takes it out. Out of "all", one alone cannot be taken: it is then the only one. */
export function toggled(selection: Selection, id: number): Selection {
  if (selection.all) return picked([id]);
  const ids = new Set(selection.ids);
  if (!ids.delete(id)) ids.add(id);
  return { all: false, ids };
}

/** What a command means; null: nothing. */
export function whichOf(selection: Selection, view: View): WhichTransfers | null {
  if (selection.all) return { view };
  return selection.ids.size === 0 ? null : { ids: [...selection.ids] };
}
