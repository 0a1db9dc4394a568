import { create } from 'zustand';
import type { FileKind, HistoryQuery, HistoryRow } from '../../shared/history.ts';
import type { Period } from '../../shared/strings/history.ts';
import { useNavigation } from './navigation.ts';
import { askForSearch } from './search-request.ts';

/** Which of the sent files are shown, as the person chose them. */
export interface HistoryFilters {
  search: string;
  /** empty: all */
  kinds: readonly FileKind[];
  /** empty: all */
  destinationIds: readonly number[];
  batchId: number | null;
  tag: string | null;
  period: Period;
  /** of the period `range`, both as yyyy-MM-dd; empty: open on that side */
  firstDay: string;
  lastDay: string;
  sort: HistoryQuery['sort'];
}

interface HistoryState {
  filters: HistoryFilters;
  /** rows of the list; null: not known yet */
  total: number | null;
  /** it is not all of them yet */
  catchingUp: boolean;
  selected: HistoryRow | null;
  detailsOpen: boolean;
  /** How often something was deleted: what is shown of it is another now. */
  removals: number;
}

export const noFilters: Omit<HistoryFilters, 'sort'> = {
  search: '',
  kinds: [],
  destinationIds: [],
  batchId: null,
  tag: null,
  period: 'any',
  firstDay: '',
  lastDay: '',
};

/** What the history shows. It outlives the view: coming back finds it as it was. */
export const useHistory = create<HistoryState>()(() => ({
  filters: { ...noFilters, sort: { by: 'finished', descending: true } },
  total: null,
  catchingUp: false,
  selected: null,
  detailsOpen: false,
  removals: 0,
}));

/** What was selected stays only where the same files are shown in another order. */
export function showFiltered(change: Partial<HistoryFilters>): void {
  const ordered = Object.keys(change).every((name) => name === 'sort');
  useHistory.setState(({ filters }) => ({
    filters: { ...filters, ...change },
    ...(ordered ? {} : { selected: null, detailsOpen: false }),
  }));
}

/** The button that did it is gone with them: the focus goes to the search. */
export function clearFilters(): void {
  showFiltered(noFilters);
  askForSearch();
}

/** All of a batch: what was filtered by besides is most often what it does not have. */
export function showBatchAlone(batchId: number | null): void {
  showFiltered(batchId === null ? { batchId } : { ...noFilters, batchId });
}

export function removed(): void {
  useHistory.setState(({ removals }) => ({ removals: removals + 1 }));
}

/** letters of a search, as the contract bounds them */
export const longestSearch = 200;

/** Goes to the history, and to what was sent to this key. */
export function showKeyInHistory(key: string): void {
  // The end of a key tells more of them apart.
  showFiltered({ ...noFilters, search: key.slice(-longestSearch) });
  useNavigation.getState().go('history');
}
