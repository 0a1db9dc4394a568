import { CircleX, FolderOpen, History, Trash2 } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { wayToForget, type OrphanList, type OrphanRow, type OrphanScan } from '../../../shared/orphans.ts';
import { bucketPage } from '../../../shared/strings/bucket-page.ts';
import { wordsOf } from '../../app/attempt.ts';
import { notify, type MenuItems } from '../../components/index.ts';
import { call } from '../../ipc.ts';
import { ContextMenu, placeOf, type MenuPlace } from '../../list/context-menu.tsx';
import type { ListGrid } from '../../list/grid.ts';
import { paced } from '../../list/paced.ts';
import { createRowSource } from '../../list/row-source.ts';
import { browseTo } from '../../stores/browse.ts';
import { showKeyInHistory } from '../../stores/history.ts';
import { selectRows, useOrphans } from '../../stores/orphans.ts';
import { useRights } from '../../stores/rights.ts';
import { everything, isSelected, mostPicked, noSelection, picked, toggled } from '../../list/selection.ts';
import { createLeftGrid, type LeftEvents, type LeftRow } from './left-grid.ts';

const words = bucketPage.left;

interface LeftListProps {
  scan: OrphanScan;
  list: OrphanList;
  /** The person wants to do with the selection what can be done with such rows. */
  onAct: () => void;
  /** why that cannot be done; null: it can */
  refusal: string | null;
}

/** The rows of one list, as many as there are; only those on the screen exist. Another list or search is another element. */
export function LeftList({ scan: { id: scanId, connectionId }, list, onAct, refusal }: LeftListProps) {
  const place = useRef<HTMLDivElement>(null);
  const [menu, setMenu] = useState<MenuPlace<LeftRow> | null>(null);
  const act = useRef(onAct);
  useEffect(() => {
    act.current = onAct;
  });
  useEffect(() => {
    if (place.current === null) return;
    const show = (row: LeftRow) => showRow(connectionId, row);
    return runGrid(place.current, { scanId, list }, { openMenu: setMenu, act: () => act.current(), show });
  }, [scanId, connectionId, list]);
  const isReadOnly = useRights(({ rights }) => rights?.readOnly === true);
  const items = (row: LeftRow): MenuItems => [
    {
      ...(isInHistory(row.row)
        ? { id: 'show', label: words.show.missing, icon: History, keys: 'Enter' }
        : {
            id: 'show',
            label: list === 'missing' ? words.showFolder : words.show[list],
            icon: FolderOpen,
            keys: 'Enter',
          }),
      onAction: () => showRow(connectionId, row),
    },
    null,
    {
      ...{ id: 'act', label: words.act[list], icon: list === 'missing' ? CircleX : Trash2, keys: 'Del' },
      ...{ tone: 'danger' as const, isDisabled: refusal !== null || isRefused(row.row, isReadOnly), onAction: onAct },
    },
  ];
  return (
    <>
      <div ref={place} className="list-grid" />
      <ContextMenu place={menu} label={words.menu} items={items} onClose={() => setMenu(null)} />
    </>
  );
}

function isInHistory(row: OrphanRow): boolean {
  return row.list === 'missing' && row.id !== null;
}

/** A backend's record that cannot be deleted; with others the question says so. */
function isRefused(row: OrphanRow, isReadOnly: boolean): boolean {
  return row.list === 'missing' && wayToForget(row, isReadOnly) === 'refused';
}

function showRow(connectionId: number, { row }: LeftRow): void {
  if (isInHistory(row)) showKeyInHistory(row.key);
  else browseTo(connectionId, row.key.slice(0, row.key.lastIndexOf('/') + 1));
}

/** ms between two refreshes while it searches */
const refreshPause = 1000;

interface Doing {
  openMenu: (place: MenuPlace<LeftRow>) => void;
  act: () => void;
  show: (row: LeftRow) => void;
}

/** The grid and all that keeps it up to date; returns what ends it. */
function runGrid(element: HTMLElement, of: { scanId: number; list: OrphanList }, doing: Doing): () => void {
  const source = createRowSource<LeftRow>({
    async fetch(offset, limit) {
      try {
        const { total, rows } = await call('orphans.page', { ...of, offset, limit });
        return { total, rows: rows.map((row, at) => ({ id: offset + at, row })) };
      } catch (error) {
        notify('error', wordsOf(error));
        throw error;
      }
    },
    onTotal: (total) => useOrphans.setState({ total }),
    soon: (job) => setTimeout(job),
  });
  const grid: ListGrid<LeftRow> = createLeftGrid(element, of.list, {
    getRows: source.getRows,
    isSelected: ({ id }) => isSelected(useOrphans.getState().selection, id),
    ...selecting(() => grid, doing),
  });
  const refresh = paced(grid.refresh, refreshPause);
  const ends = [
    useOrphans.subscribe((now, before) => {
      if (now.selection !== before.selection) grid.showSelection();
      const isMore = now.scan?.counts[of.list].count !== before.scan?.counts[of.list].count;
      if (now.scan?.id === of.scanId && (isMore || now.scan.state !== before.scan?.state)) refresh.ask();
    }),
    refresh.end,
    source.end,
    grid.destroy,
  ];
  return () => ends.forEach((end) => end());
}

/** Click, Ctrl and Shift, and the keys, as in the list of uploads. A row's number is its place. */
function selecting(
  grid: () => ListGrid<LeftRow>,
  { openMenu, act, show }: Doing,
): Pick<LeftEvents, 'onClick' | 'onMenu' | 'onKey'> {
  const pickUnlessSelected = (id: number) => {
    if (!isSelected(useOrphans.getState().selection, id)) selectRows(picked([id]), id);
  };
  const onMenu: LeftEvents['onMenu'] = (row, _index, at) => {
    pickUnlessSelected(row.id);
    openMenu({ ...at, row });
  };
  const keys: Record<string, (event: KeyboardEvent, row: LeftRow, index: number) => void> = {
    ' ': (_event, { id }) => selectRows(toggled(useOrphans.getState().selection, id), id),
    Enter: (_event, row) => show(row),
    Escape: () => selectRows(noSelection, null),
    Delete: (_event, { id }) => {
      pickUnlessSelected(id);
      act();
    },
    ContextMenu: (event, row, index) => onMenu(row, index, placeOf(event)),
    F10: (event, row, index) => {
      if (event.shiftKey) onMenu(row, index, placeOf(event));
    },
    ArrowUp: (_event, _row, index) => extend(grid(), index, -1),
    ArrowDown: (_event, _row, index) => extend(grid(), index, 1),
  };
  return {
    onMenu,
    onKey(event, row, index) {
      if (event.key.toLowerCase() === 'a') selectRows(everything, null);
      else keys[event.key]?.(event, row, index);
    },
    onClick({ id }, _index, event) {
      const { selection, anchor } = useOrphans.getState();
      if (event.shiftKey && anchor !== null) selectRange(anchor, id);
      else if (event.ctrlKey || event.metaKey) selectRows(toggled(selection, id), id);
      else selectRows(picked([id]), id);
    },
  };
}

function extend(grid: ListGrid<LeftRow>, from: number, step: 1 | -1): void {
  const { anchor, total } = useOrphans.getState();
  const to = Math.max(0, Math.min((total ?? 1) - 1, from + step));
  grid.focusRow(to);
  if (anchor === null) useOrphans.setState({ anchor: from });
  selectRange(anchor ?? from, to);
}

function selectRange(anchor: number, end: number): void {
  const from = Math.min(anchor, end);
  const count = Math.abs(anchor - end) + 1;
  if (count > mostPicked) notify('warning', words.tooMany(mostPicked));
  else selectRows(picked(Array.from({ length: count }, (_, at) => from + at)));
}
