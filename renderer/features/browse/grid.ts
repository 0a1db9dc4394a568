import type { ColDef } from 'ag-grid-community';
import type { BrowseView } from '../../../shared/browse.ts';
import { browse } from '../../../shared/strings/browse.ts';
import { column, createListGrid, sorted, type ListEvents, type ListGrid } from '../../list/grid.ts';
import { rowModifiedCell, rowNameCell, rowSizeCell, rowTypeCell, typeWords } from './cells.ts';
import { isOurs } from './choosing.ts';
import { isKeyOfView } from './keys.ts';
import { isObject, type ListRow } from './rows.ts';

export interface BrowseGridEvents extends Omit<ListEvents<ListRow>, 'onSort' | 'isOurs'> {
  onSort: (sort: BrowseView['sort']) => void;
}

export type BrowseGrid = Omit<ListGrid<ListRow>, 'api'>;

/** px */
const roomFor = { type: 600, modified: 400, size: 300 };
/** px */
const rowHeight = 34;

export const byName: BrowseView['sort'] = { by: 'name', descending: false };

/** Draws what is in a folder with AG Grid, whose rows come and go with the scrolling. */
export function createBrowseGrid(element: HTMLElement, sort: BrowseView['sort'], events: BrowseGridEvents): BrowseGrid {
  return createListGrid<ListRow>(element, {
    columns: columnsOf(sort),
    ...{ rowHeight, roomFor },
    events: { ...events, isOurs: isKeyOfList, onSort: (now) => events.onSort(sortOf(now)) },
  });
}

const rangeKeys = new Set(['ArrowUp', 'ArrowDown', 'Home', 'End']);

/** Those of the view too: the grid must not act on them. */
function isKeyOfList(event: KeyboardEvent): boolean {
  return isOurs(event) || isKeyOfView(event) || (event.shiftKey && rangeKeys.has(event.key));
}

function sortOf(sort: { by: string; descending: boolean } | null): BrowseView['sort'] {
  const by = sortColumns.find((name) => name === sort?.by);
  return by === undefined ? byName : { by, descending: sort?.descending === true };
}

const sortColumns: readonly BrowseView['sort']['by'][] = ['name', 'size', 'modified', 'type'];

function columnsOf(sort: BrowseView['sort']): ColDef<ListRow>[] {
  const { columns } = browse.list;
  return [
    column(
      columns.name,
      rowNameCell,
      (row) => `${row.id} ${row.kind} ${isObject(row) && row.sent !== null ? row.sent.isSame : ''}`,
      { ...sorted('name', sort), flex: 3, minWidth: 140, sortingOrder: ['asc', 'desc'] },
    ),
    column(columns.type, rowTypeCell, typeWords, { ...sorted('type', sort), width: 128 }),
    column(columns.size, rowSizeCell, (row) => (isObject(row) ? row.size : null), {
      ...sorted('size', sort),
      width: 92,
      cellClass: 'number-cell',
      headerClass: 'ag-right-aligned-header',
      sortingOrder: ['desc', 'asc'],
    }),
    column(columns.modified, rowModifiedCell, (row) => (isObject(row) ? row.modified : null), {
      ...sorted('modified', sort),
      width: 132,
      sortingOrder: ['desc', 'asc'],
    }),
  ];
}
