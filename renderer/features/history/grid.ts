import type { ColDef } from 'ag-grid-community';
import type { HistoryQuery, HistoryRow } from '../../../shared/history.ts';
import { history } from '../../../shared/strings/history.ts';
import { column, createListGrid, sorted, type ListEvents, type ListGrid } from '../../list/grid.ts';
import { destinationCell, fileCell, finishedCell, sizeCell } from './cells.ts';
import { destinationOf } from './words.ts';

export interface HistoryGridEvents extends Omit<ListEvents<HistoryRow>, 'onSort' | 'isOurs'> {
  onSort: (sort: HistoryQuery['sort']) => void;
}

export interface HistoryGrid extends Omit<ListGrid<HistoryRow>, 'api'> {
  /** Whether the first row is seen: what comes in above it moves nothing that is read. */
  isAtTop: () => boolean;
}

/** px */
const roomFor = { destination: 540, size: 380, finished: 300 };
/** px */
const rowHeight = 34;

const newestFirst: HistoryQuery['sort'] = { by: 'finished', descending: true };

/** Draws what was sent in `element` with AG Grid, whose rows come and go with the scrolling. */
export function createHistoryGrid(
  element: HTMLElement,
  sort: HistoryQuery['sort'],
  events: HistoryGridEvents,
): HistoryGrid {
  const { api, ...grid } = createListGrid<HistoryRow>(element, {
    columns: columnsOf(sort),
    ...{ rowHeight, roomFor },
    events: { ...events, isOurs, onSort: (now) => events.onSort(sortOf(now)) },
  });
  return { ...grid, isAtTop: () => api.getVerticalPixelRange().top < rowHeight };
}

function sortOf(sort: { by: string; descending: boolean } | null): HistoryQuery['sort'] {
  const by = sort?.by;
  if (by === 'finished' || by === 'name' || by === 'size') return { by, descending: sort?.descending === true };
  return newestFirst;
}

function columnsOf(sort: HistoryQuery['sort']): ColDef<HistoryRow>[] {
  const { columns } = history.list;
  return [
    column(
      columns.name,
      fileCell,
      ({ key, source, kind, sessionFiles, sessionTold, removedAt }) =>
        `${kind} ${key} ${source} ${sessionFiles} ${sessionTold} ${removedAt}`,
      {
        ...sorted('name', sort),
        flex: 3,
        minWidth: 140,
      },
    ),
    column(columns.destination, destinationCell, destinationOf, { colId: 'destination', flex: 1, minWidth: 100 }),
    column(columns.size, sizeCell, ({ size }) => size, {
      ...sorted('size', sort),
      width: 92,
      cellClass: 'number-cell',
      headerClass: 'ag-right-aligned-header',
      sortingOrder: ['desc', 'asc'],
    }),
    column(columns.finished, finishedCell, ({ finishedAt }) => finishedAt, {
      ...sorted('finished', sort),
      width: 132,
      sortingOrder: ['desc', 'asc'],
    }),
  ];
}

const ourKeys = new Set([' ', 'Enter', 'Escape', 'ContextMenu', 'F10']);

/** Ctrl or Cmd with C: the address. */
export function isCopy(event: KeyboardEvent): boolean {
  return event.key.toLowerCase() === 'c' && (event.ctrlKey || event.metaKey);
}

function isOurs(event: KeyboardEvent): boolean {
  return isCopy(event) || ourKeys.has(event.key);
}
