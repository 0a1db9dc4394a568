import { useEffect, useRef, useState } from 'react';
import { uploads } from '../../../shared/strings/uploads.ts';
import type { Page, TransferRow, View } from '../../../shared/transfer-list.ts';
import { wordsOf } from '../../app/attempt.ts';
import { notify } from '../../components/index.ts';
import { call, CallError } from '../../ipc.ts';
import { ContextMenu, placeOf, type MenuPlace } from '../../list/context-menu.tsx';
import { paced } from '../../list/paced.ts';
import { pageOfView } from '../../list/page-of-view.ts';
import { createRowSource } from '../../list/row-source.ts';
import { useProgress } from '../../stores/progress.ts';
import { applyRemedy } from './actions.ts';
import { createTransferGrid, type GridEvents, type TransferGrid } from './grid.ts';
import { menuItems } from './menu-items.ts';
import {
  everything,
  isSelected,
  mostPicked,
  noSelection,
  picked,
  toggled,
  type Selection,
} from '../../list/selection.ts';
import { select, showView, useList } from './view-store.ts';

interface TransferListProps {
  /** The person wants to cancel what is selected. */
  onCancel: () => void;
}

/** The rows of the view, as many as there are; only those on the screen exist. */
export function TransferList({ onCancel }: TransferListProps) {
  const place = useRef<HTMLDivElement>(null);
  const [menu, setMenu] = useState<MenuPlace<TransferRow> | null>(null);
  const { selection, view, total, chosen } = useList();
  const cancel = useRef(onCancel);
  useEffect(() => {
    cancel.current = onCancel;
  });
  useEffect(() => {
    if (place.current === null) return;
    return runGrid(place.current, setMenu, () => cancel.current());
  }, []);
  return (
    <>
      <div ref={place} className="list-grid transfer-grid" />
      <ContextMenu
        place={menu}
        label={uploads.list.selectionActions}
        items={(row) => menuItems({ row, selection, view, total, chosen, onCancel })}
        onClose={() => setMenu(null)}
      />
    </>
  );
}

/** ms between two refreshes of what is seen */
const refreshPause = 500;
/** ms between two questions while the person types a search */
const typingPause = 150;

const viewDeps: Parameters<typeof pageOfView<View, Page>>[0] = {
  view: () => useList.getState().view,
  ask: (view, offset, limit) => call('transfers.page', { view, offset, limit }),
  isSuperseded: (error) => error instanceof CallError && error.reason.kind === 'superseded',
  tell: (error) => notify('error', wordsOf(error)),
};

/** The grid and all that keeps it up to date; returns what ends it. */
function runGrid(
  element: HTMLElement,
  openMenu: (place: MenuPlace<TransferRow>) => void,
  cancel: () => void,
): () => void {
  const source = createRowSource<TransferRow>({
    fetch: async (offset, limit) => {
      const page = await pageOfView(viewDeps, offset, limit);
      useList.setState({ counts: page.counts });
      return page;
    },
    onTotal: (total) => {
      useList.setState({ total });
      queueMicrotask(lookAtChosen); // when the grid has the rows
    },
    soon: (job) => setTimeout(job),
  });
  const grid: TransferGrid = createTransferGrid(element, useList.getState().view, {
    getRows: source.getRows,
    onSort: (sort) => showView({ sort }),
    onRemedy: applyRemedy,
    isSelected: ({ id }) => isSelected(useList.getState().selection, id),
    ...selecting(() => grid, openMenu, cancel),
  });
  const lookAtChosen = () => useList.setState({ chosen: rowsOf(useList.getState().selection, grid) });
  const refresh = paced(grid.refresh, refreshPause);
  const restart = paced(grid.restart, typingPause);
  const ends = [
    useList.subscribe((now, before) => {
      grid.showFilter(now.view.filter);
      if (now.view !== before.view) restart.ask();
      if (now.selection === before.selection) return;
      grid.showSelection();
      lookAtChosen();
    }),
    useProgress.subscribe(({ progress: now }, { progress: before }) => {
      if (now === null) return;
      grid.showProgress(new Map(now.active.map(({ id, sent }) => [id, sent])));
      if (now.revision !== before?.revision) refresh.ask();
    }),
    refresh.end,
    restart.end,
    grid.destroy,
  ];
  return () => ends.forEach((end) => end());
}

/** null: not all of them are loaded */
function rowsOf(selection: Selection, grid: TransferGrid): TransferRow[] | null {
  if (selection.all || selection.ids.size === 0) return null;
  const rows: TransferRow[] = [];
  for (const id of selection.ids) {
    const row = grid.rowOf(id);
    if (row === undefined) return null;
    rows.push(row);
  }
  return rows;
}

/** Click, Ctrl and Shift, and the keys, as in the system's file manager. */
function selecting(
  grid: () => TransferGrid,
  openMenu: (place: MenuPlace<TransferRow>) => void,
  cancel: () => void,
): Pick<GridEvents, 'onClick' | 'onMenu' | 'onKey'> {
  const menuFor: GridEvents['onMenu'] = (row, index, at) => {
    if (!isSelected(useList.getState().selection, row.id)) select(picked([row.id]), index);
    openMenu({ ...at, row });
  };
  const keys: Record<string, (event: KeyboardEvent, row: TransferRow, index: number) => void> = {
    ' ': (_event, row, index) => select(toggled(useList.getState().selection, row.id), index),
    Enter: (_event, row) => applyRemedy(row),
    Escape: () => select(noSelection, null),
    Delete: (_event, row, index) => {
      if (!isSelected(useList.getState().selection, row.id)) select(picked([row.id]), index);
      cancel();
    },
    ContextMenu: (event, row, index) => menuFor(row, index, placeOf(event)),
    F10: (event, row, index) => {
      if (event.shiftKey) menuFor(row, index, placeOf(event));
    },
    ArrowUp: (_event, _row, index) => extend(grid(), index, -1),
    ArrowDown: (_event, _row, index) => extend(grid(), index, 1),
  };
  return {
    onMenu: menuFor,
    onKey: (event, row, index) => {
      if (event.key.toLowerCase() === 'a') select(everything, null);
      else keys[event.key]?.(event, row, index);
    },
    onClick: (row, index, event) => {
      const { selection, anchor } = useList.getState();
      if (event.shiftKey && anchor !== null) void selectRange(grid(), anchor, index);
      else if (event.ctrlKey || event.metaKey) select(toggled(selection, row.id), index);
      else select(picked([row.id]), index);
    },
  };
}

function extend(grid: TransferGrid, from: number, step: 1 | -1): void {
  const { anchor, total } = useList.getState();
  const to = Math.max(0, Math.min((total ?? 1) - 1, from + step));
  grid.focusRow(to);
  if (anchor === null) useList.setState({ anchor: from });
  void selectRange(grid, anchor ?? from, to);
}

/** All rows between two places; those that are not loaded are asked for. */
async function selectRange(grid: TransferGrid, anchor: number, end: number): Promise<void> {
  const from = Math.min(anchor, end);
  const count = Math.abs(anchor - end) + 1;
  if (count > mostPicked) {
    notify('warning', uploads.list.tooMany(mostPicked));
    return;
  }
  const loaded = Array.from({ length: count }, (_, at) => grid.rowAt(from + at));
  const rows = loaded.every((row) => row !== undefined) ? loaded : await fetchRange(from, count);
  if (rows !== null) select(picked(rows.map(({ id }) => id)));
}

/** null: it failed, which was said, or the view is another by now */
async function fetchRange(from: number, count: number): Promise<TransferRow[] | null> {
  const { view } = useList.getState();
  const rows: TransferRow[] = [];
  try {
    for (let offset = from; offset < from + count; offset += 500) {
      const limit = Math.min(500, from + count - offset);
      rows.push(...(await call('transfers.page', { view, offset, limit })).rows);
    }
  } catch (error) {
    notify('error', wordsOf(error));
    return null;
  }
  return useList.getState().view === view ? rows : null;
}
