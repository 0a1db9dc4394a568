import { create } from 'zustand';
import type { Between } from '../../shared/browse-order.ts';
import type { BrowseSelection, BrowseStatus, BrowseView, RowEdge } from '../../shared/browse.ts';
import type { Reason } from '../../shared/errors.ts';
import { useNavigation } from './navigation.ts';

export interface BrowsePlace {
  connectionId: number;
  /** of a folder, with the slash at its end; '': the whole bucket */
  prefix: string;
}

/** Objects, and folders with all that is in them, by their names. */
export interface Named {
  keys: string[];
  prefixes: string[];
}

/** All from one row to another, as a view showed them. */
export interface RowRange {
  view: BrowseView;
  between: Between;
  /** that are selected, with those that were picked or left out one by one since; as far as it is known */
  rows: number;
}

/** The row that a range starts from, and where it was seen. */
export interface Anchor {
  index: number;
  /** of the row, as the list names it */
  id: string;
  edge: RowEdge;
}

/** What something is to be done with. */
export interface ChosenRows extends Named {
  connectionId: number;
  /**
   * Where everything that a list shows is selected, or a long range of it, which may be millions, or very many folders, `keys` and
   * `prefixes` are empty and this says it: main takes it as it is (`chosen`, `deletions.survey`, `browse.count`). Null: what is
   * named is all.
   */
  listing: { listingId: number; selection: BrowseSelection } | null;
}

interface BrowseState {
  connectionId: number | null;
  prefix: string;
  /** where the person was before, the last at the end, and what was left by going back */
  behind: readonly BrowsePlace[];
  ahead: readonly BrowsePlace[];
  /** what the rows of the place are filtered and sorted by */
  view: BrowseView;
  /** Objects below the folder that have this in their names are shown, in place of what is in it; null: what is in it. */
  below: string | null;
  layout: 'list' | 'grid';
  /** These; or, where there is a `base`, those of it, but these the other way round: left out of it, or more than it. */
  selection: Named;
  /** 'all': all that is shown */
  base: 'all' | RowRange | null;
  /** null: ranges start from the row that has the focus */
  anchor: Anchor | null;
  /** the object that the panel is about */
  focused: { key: string } | null;
  panelOpen: boolean;
  /** of the listing that is looked at; null: not known yet */
  status: BrowseStatus | null;
  /** rows of the view; null: not known yet */
  total: number | null;
  /** why nothing can be listed */
  problem: Reason | null;
  /** Grows when the place is to be loaded anew. */
  turn: number;
}

const nothing: Named = { keys: [], prefixes: [] };
const unselected = { selection: nothing, base: null, anchor: null, focused: null };
const unknown = { status: null, total: null, problem: null };
/** as the contract bounds folders that are named apart from a listing */
const mostNamedFolders = 1000;
/** places that "Back" remembers */
const mostBehind = 50;

/** What the browse view shows. It outlives the view: coming back finds it as it was. */
export const useBrowse = create<BrowseState>()(() => ({
  ...{ connectionId: null, prefix: '', behind: [], ahead: [] },
  view: { search: '', kinds: [], sort: { by: 'name', descending: false } },
  ...{ below: null, layout: 'list', panelOpen: false, turn: 0, ...unselected, ...unknown },
}));

/** Goes to the browse view, and into a folder. */
export function browseTo(connectionId: number, prefix: string): void {
  useNavigation.getState().go('browse');
  const before = useBrowse.getState();
  if (before.connectionId === connectionId && before.prefix === prefix && before.below === null) return;
  const behind =
    before.connectionId === null
      ? []
      : [...before.behind, { connectionId: before.connectionId, prefix: before.prefix }];
  show({ connectionId, prefix }, { behind: behind.slice(-mostBehind), ahead: [] });
}

/** To where the person was before; nothing happens where there was nothing. */
export function goBack(): void {
  const { behind, ahead, connectionId, prefix } = useBrowse.getState();
  const place = behind.at(-1);
  if (place === undefined || connectionId === null) return;
  show(place, { behind: behind.slice(0, -1), ahead: [...ahead, { connectionId, prefix }] });
}

/** Takes `goBack` back. */
export function goForward(): void {
  const { behind, ahead, connectionId, prefix } = useBrowse.getState();
  const place = ahead.at(-1);
  if (place === undefined || connectionId === null) return;
  show(place, { behind: [...behind, { connectionId, prefix }], ahead: ahead.slice(0, -1) });
}

/** Out of a search, or else of the folder. */
export function goUp(): void {
  const { connectionId, prefix, below } = useBrowse.getState();
  if (connectionId === null) return;
  if (below !== null) searchBelow(null);
  else if (prefix !== '') browseTo(connectionId, prefix.slice(0, prefix.lastIndexOf('/', prefix.length - 2) + 1));
}

/** Loads anew what is looked at; what was there is shown until then. */
export function refresh(): void {
  useBrowse.setState(({ turn }) => ({ turn: turn + 1, problem: null }));
}

/** Other rows of the place: what was selected of others is not what is seen. */
export function showRows(change: Partial<BrowseView>): void {
  const isSameRows = Object.keys(change).every((name) => name === 'sort');
  const kept = isSameRows ? { anchor: null } : unselected;
  useBrowse.setState(({ view }) => ({ view: { ...view, ...change }, ...kept }));
}

/** All objects below the folder that have this in their names; null: what is in the folder. */
export function searchBelow(text: string | null): void {
  useBrowse.setState(({ view }) => ({ below: text, view: { ...view, search: '' }, ...unselected, ...unknown }));
}

export function select(selection: Named, anchor?: Anchor | null, base: BrowseState['base'] = null): void {
  useBrowse.setState({ selection, base, ...(anchor === undefined ? {} : { anchor }) });
}

export function selectAll(): void {
  select(nothing, null, 'all');
}

export function selectBetween(range: RowRange): void {
  select(nothing, undefined, range);
}

export function selectNothing(): void {
  select(nothing, null);
}

/** What commands are about; null: nothing is selected. */
export function chosenRows(): ChosenRows | null {
  const { connectionId, selection, base, view, status } = useBrowse.getState();
  if (connectionId === null) return null;
  if (base !== null) {
    if (status === null) return null;
    const { listingId } = status;
    return { connectionId, ...nothing, listing: { listingId, selection: basedOn(base, view, selection) } };
  }
  const { keys, prefixes } = selection;
  if (prefixes.length > mostNamedFolders && status !== null) {
    const rows = { listingId: status.listingId, selection: { rows: selection } };
    return { connectionId, ...nothing, listing: rows };
  }
  return keys.length + prefixes.length === 0 ? null : { connectionId, keys, prefixes, listing: null };
}

function basedOn(base: 'all' | RowRange, view: BrowseView, named: Named): BrowseSelection {
  return base === 'all' ? { view, except: named } : { view: base.view, between: base.between, otherwise: named };
}

/** What a row was filtered by is another matter than the next place. */
function show(place: BrowsePlace, more: Pick<BrowseState, 'behind' | 'ahead'>): void {
  useBrowse.setState(({ view }) => ({
    ...{ ...place, ...more, ...unselected, ...unknown, below: null },
    view: { ...view, search: '' },
  }));
}
