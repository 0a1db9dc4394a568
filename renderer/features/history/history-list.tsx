import { useEffect, useRef, useState } from 'react';
import type { HistoryPage, HistoryRow } from '../../../shared/history.ts';
import { history } from '../../../shared/strings/history.ts';
import { wordsOf } from '../../app/attempt.ts';
import { notify } from '../../components/index.ts';
import { call, CallError } from '../../ipc.ts';
import { ContextMenu, placeOf, type MenuPlace } from '../../list/context-menu.tsx';
import { paced } from '../../list/paced.ts';
import { pageOfView } from '../../list/page-of-view.ts';
import { createRowSource } from '../../list/row-source.ts';
import { showFiltered, useHistory, type HistoryFilters } from '../../stores/history.ts';
import { useProgress } from '../../stores/progress.ts';
import { historyActions } from './actions.ts';
import { queryOf } from './filters.ts';
import { createHistoryGrid, isCopy, type HistoryGrid, type HistoryGridEvents } from './grid.ts';
import { menuItems } from './menu-items.ts';

type OpenMenu = (place: MenuPlace<HistoryRow>) => void;

/** The rows that the filters leave, as many as there are; only those on the screen exist. */
export function HistoryList() {
  const place = useRef<HTMLDivElement>(null);
  const [menu, setMenu] = useState<MenuPlace<HistoryRow> | null>(null);
  useEffect(() => (place.current === null ? undefined : runGrid(place.current, setMenu)), []);
  return (
    <>
      <div ref={place} className="list-grid history-grid" />
      <ContextMenu
        place={menu}
        label={history.list.menu}
        items={(row) => menuItems(row, () => useHistory.setState({ detailsOpen: true }))}
        onClose={() => setMenu(null)}
      />
    </>
  );
}

/** ms between two refreshes while files arrive */
const refreshPause = 2000;
/** ms between two looks while main is still reading what was sent in earlier runs */
const catchUpPause = 400;
/** ms between two questions while the person types a search */
const typingPause = 150;

const viewDeps: Parameters<typeof pageOfView<HistoryFilters, HistoryPage>>[0] = {
  view: () => useHistory.getState().filters,
  ask: (filters, offset, limit) => call('history.page', { query: queryOf(filters, Date.now()), offset, limit }),
  isSuperseded: (error) => error instanceof CallError && error.reason.kind === 'superseded',
  tell: (error) => notify('error', wordsOf(error)),
};

/** The grid and all that keeps it up to date; returns what ends it. */
function runGrid(element: HTMLElement, openMenu: OpenMenu): () => void {
  let isStale = false;
  const source = createRowSource<HistoryRow>({
    fetch: async (offset, limit) => {
      const page = await pageOfView(viewDeps, offset, limit);
      useHistory.setState({ catchingUp: page.catchingUp });
      if (page.catchingUp) catchUp.ask();
      return page;
    },
    onTotal: (total) => useHistory.setState({ total }),
    soon: (job) => setTimeout(job),
  });
  const grid: HistoryGrid = createHistoryGrid(element, useHistory.getState().filters.sort, {
    getRows: source.getRows,
    onSort: (sort) => showFiltered({ sort }),
    isSelected: ({ id }) => useHistory.getState().selected?.id === id,
    ...choosing(openMenu),
  });
  // What arrives would move the rows away from whoever reads further down: they come when the list is at its top again.
  const refresh = paced(() => {
    isStale = !grid.isAtTop();
    if (!isStale) grid.refresh();
  }, refreshPause);
  const catchUp = paced(grid.refresh, catchUpPause);
  const restart = paced(grid.restart, typingPause);
  const onScroll = () => {
    if (isStale) refresh.ask();
  };
  element.addEventListener('scroll', onScroll, { capture: true, passive: true });
  const ends = [
    useHistory.subscribe((now, before) => {
      if (now.filters !== before.filters) restart.ask();
      if (now.selected !== before.selected) grid.showSelection();
      if (now.removals !== before.removals) grid.refresh();
    }),
    useProgress.subscribe(({ progress: now }, { progress: before }) => {
      if (now !== null && now.totals.done.files !== before?.totals.done.files) refresh.ask();
    }),
    () => element.removeEventListener('scroll', onScroll, { capture: true }),
    refresh.end,
    catchUp.end,
    restart.end,
    grid.destroy,
  ];
  return () => ends.forEach((end) => end());
}

/** One file at a time: what has the focus is selected, as in a list of mails. */
function choosing(openMenu: OpenMenu): Pick<HistoryGridEvents, 'onClick' | 'onFocus' | 'onMenu' | 'onKey'> {
  const onMenu: HistoryGridEvents['onMenu'] = (row, _index, at) => {
    useHistory.setState({ selected: row });
    openMenu({ ...at, row });
  };
  const keys: Record<string, (event: KeyboardEvent, row: HistoryRow, index: number) => void> = {
    ' ': (_event, row) => useHistory.setState(({ detailsOpen }) => ({ selected: row, detailsOpen: !detailsOpen })),
    Enter: (_event, row) => {
      if (row.removedAt === null) historyActions.open(row);
    },
    Escape: () => leave(),
    ContextMenu: (event, row, index) => onMenu(row, index, placeOf(event)),
    F10: (event, row, index) => {
      if (event.shiftKey) onMenu(row, index, placeOf(event));
    },
  };
  return {
    onMenu,
    onFocus: (row) => useHistory.setState({ selected: row }),
    onClick: (row) => useHistory.setState({ selected: row, detailsOpen: true }),
    onKey: (event, row, index) => {
      if (!isCopy(event)) keys[event.key]?.(event, row, index);
      else if (row.removedAt !== null) return;
      else if (row.url !== null) historyActions.copyUrl(row);
      else historyActions.copyLink(row);
    },
  };
}

/** First out of the details, then out of the selection. */
function leave(): void {
  useHistory.setState(({ detailsOpen }) => (detailsOpen ? { detailsOpen: false } : { selected: null }));
}
