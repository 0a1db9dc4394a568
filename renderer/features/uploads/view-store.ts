import { create } from 'zustand';
import type { StateFilter } from '../../../shared/states.ts';
import type { Page, TransferRow, View } from '../../../shared/transfer-list.ts';
import { noSelection, type Selection } from '../../list/selection.ts';

interface ListState {
  view: View;
  /** rows of the view; null: not known yet */
  total: number | null;
  /** rows of each filter, where sessions make them fewer than there are files; null: as many */
  counts: Page['counts'];
  selection: Selection;
  /** the rows that were picked, as last seen; null: not all of them are known */
  chosen: readonly TransferRow[] | null;
  /** the row that ranges start from, by its place in the list */
  anchor: number | null;
}

const firstView: View = { filter: 'all', search: '', batchId: null, sort: { by: 'order', descending: false } };

/** What the list shows, and what is selected in it. It outlives the view: coming back finds it as it was. */
export const useList = create<ListState>()(() => ({
  view: firstView,
  total: null,
  counts: null,
  selection: noSelection,
  chosen: null,
  anchor: null,
}));

/** Another view of the list: what was selected in the one before is not what is seen. */
export function showView(change: Partial<View>): void {
  useList.setState(({ view }) => ({ view: { ...view, ...change }, selection: noSelection, anchor: null }));
}

export function showFilter(filter: StateFilter): void {
  showView({ filter });
}

export function showEverything(): void {
  showView({ filter: 'all', search: '', batchId: null });
}

export function select(selection: Selection, anchor?: number | null): void {
  useList.setState(anchor === undefined ? { selection } : { selection, anchor });
}
