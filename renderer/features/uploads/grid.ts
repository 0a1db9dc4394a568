import type { ColDef } from 'ag-grid-community';
import { uploads } from '../../../shared/strings/uploads.ts';
import type { StateFilter } from '../../../shared/states.ts';
import type { TransferRow, View } from '../../../shared/transfer-list.ts';
import { column, createListGrid, sorted, type ListEvents, type ListGrid } from '../../list/grid.ts';
import {
  detailsCell,
  fileCell,
  finishedCell,
  moveProgress,
  progressCell,
  showSpeed,
  sizeCell,
  stateCell,
} from './cells.ts';
import { createSpeeds } from './speeds.ts';

/** What the list does when the person does something in it. */
export interface GridEvents extends Omit<ListEvents<TransferRow>, 'onSort' | 'isOurs'> {
  onSort: (sort: View['sort']) => void;
  /** The button in the row. */
  onRemedy: (row: TransferRow) => void;
}

export interface TransferGrid extends Omit<ListGrid<TransferRow>, 'api'> {
  /** What the rows of this filter are about gets the room. */
  showFilter: (filter: StateFilter) => void;
  /** Moves the bars of what is on the screen. */
  showProgress: (sent: ReadonlyMap<number, number>) => void;
}

/** px: in a narrower list the column gives way to the rest */
const roomFor = { finished: 780, size: 560, progress: 480, details: 380 };
/** px: of one line; of two, or of four in a narrow list, where the reasons are what the view is about */
const rowHeights = { plain: 34, reasons: 52, narrowReasons: 86 };

const filtersOfReasons: readonly StateFilter[] = ['failed', 'skipped'];

/** What says nothing in a view gives its room to what does. */
function isWanted(column: (typeof yielding)[number], filter: StateFilter, width: number): boolean {
  const reasons = filtersOfReasons.includes(filter);
  switch (column) {
    case 'size':
      return width >= roomFor.size;
    case 'state':
      return filter !== 'failed';
    case 'progress':
      return !reasons && width >= roomFor.progress;
    case 'details': // of the row that is selected it is under the list
      return reasons || width >= roomFor.details;
    case 'finished':
      return !reasons && width >= roomFor.finished;
  }
}

const yielding = ['size', 'state', 'progress', 'details', 'finished'] as const;

/** Draws the transfers of `element` with AG Grid, whose rows come and go with the scrolling. */
export function createTransferGrid(element: HTMLElement, view: View, events: GridEvents): TransferGrid {
  let sent: ReadonlyMap<number, number> = new Map();
  const speeds = createSpeeds();
  let { filter } = view;
  const { api, ...grid } = createListGrid<TransferRow>(element, {
    columns: columnsOf(view.sort, { sent: (id) => sent.get(id), speed: speeds.of }),
    rowHeight: rowHeightOf(filter, false),
    events: listEventsOf(events),
  });
  function layOut(): void {
    const narrow = element.clientWidth < roomFor.finished;
    api.setGridOption('rowHeight', rowHeightOf(filter, narrow));
    api.applyColumnState({ state: [{ colId: 'details', flex: filtersOfReasons.includes(filter) ? 4 : 2 }] });
    element.toggleAttribute('data-narrow', narrow);
    element.classList.toggle('grid-of-reasons', filtersOfReasons.includes(filter));
    for (const column of yielding) api.setColumnsVisible([column], isWanted(column, filter, element.clientWidth));
  }
  const room = new ResizeObserver(layOut);
  room.observe(element);
  return {
    ...grid,
    showFilter: (now) => {
      if (now === filter) return;
      filter = now;
      layOut();
    },
    showProgress: (now) => {
      sent = now;
      speeds.see(performance.now(), now);
      for (const text of element.querySelectorAll<HTMLElement>('[data-speed-of]'))
        showSpeed(text, speeds.of(Number(text.dataset['speedOf'])));
      for (const cell of element.querySelectorAll<HTMLElement>('[data-transfer]')) {
        const bytes = now.get(Number(cell.dataset['transfer']));
        if (bytes !== undefined) moveProgress(cell, bytes);
      }
    },
    destroy: () => {
      room.disconnect();
      grid.destroy();
    },
  };
}

function rowHeightOf(filter: StateFilter, narrow: boolean): number {
  if (!filtersOfReasons.includes(filter)) return rowHeights.plain;
  return narrow ? rowHeights.narrowReasons : rowHeights.reasons;
}

/** What is known of the transfers that are under way. */
interface Moving {
  /** bytes that left */
  sent: (id: number) => number | undefined;
  /** bytes per second */
  speed: (id: number) => number | null;
}

function listEventsOf(events: GridEvents): ListEvents<TransferRow> {
  return {
    ...events,
    isOurs,
    onSort: (sort) => events.onSort(sortOf(sort)),
    onClick: (row, index, event) => {
      if (event.target instanceof Element && event.target.closest('button') !== null) events.onRemedy(row);
      else events.onClick(row, index, event);
    },
  };
}

function sortOf(sort: { by: string; descending: boolean } | null): View['sort'] {
  const by = sort?.by;
  if (by === 'name' || by === 'size' || by === 'state') return { by, descending: sort?.descending === true };
  return { by: 'order', descending: false };
}

function columnsOf(sort: View['sort'], { sent: sentOf, speed }: Moving): ColDef<TransferRow>[] {
  const { columns } = uploads.list;
  return [
    column(columns.name, fileCell, ({ key, source, session }) => `${key} ${source} ${session?.files ?? ''}`, {
      ...sorted('name', sort),
      flex: 2,
      minWidth: 140,
    }),
    column(columns.size, sizeCell, ({ size }) => size, {
      ...sorted('size', sort),
      width: 88,
      cellClass: 'number-cell',
      headerClass: 'ag-right-aligned-header',
    }),
    column(columns.state, stateCell, ({ state }) => state, { ...sorted('state', sort), width: 116 }),
    column(
      columns.progress,
      (row) => progressCell(row, sentOf(row.id)),
      ({ id, state, sent, size }) => `${id} ${state} ${sent} ${size}`,
      { colId: 'progress', width: 108 },
    ),
    column(
      columns.details,
      (row) => detailsCell(row, speed(row.id)),
      ({ id, state, reason, notBefore, session }) =>
        `${id} ${state} ${reason?.message ?? ''} ${notBefore ?? ''} ${session?.step ?? ''} ${session?.of ?? ''}`,
      { colId: 'details', flex: 2, minWidth: 110 },
    ),
    column(columns.finished, finishedCell, ({ finishedAt }) => finishedAt, { colId: 'finished', width: 104 }),
  ];
}

const ourKeys = new Set([' ', 'Enter', 'Escape', 'Delete', 'ContextMenu', 'F10']);

function isOurs(event: KeyboardEvent): boolean {
  const all = event.key.toLowerCase() === 'a' && (event.ctrlKey || event.metaKey);
  const range = event.shiftKey && (event.key === 'ArrowUp' || event.key === 'ArrowDown');
  return all || range || ourKeys.has(event.key);
}
