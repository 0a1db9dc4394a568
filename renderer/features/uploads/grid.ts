import {
  CellApiModule,
  CellStyleModule,
  ColumnApiModule,
  createGrid,
  EventApiModule,
  InfiniteRowModelModule,
  LocaleModule,
  RowApiModule,
  RowSelectionModule,
  ScrollApiModule,
  themeQuartz,
  type CellClickedEvent,
  type CellContextMenuEvent,
  type CellKeyDownEvent,
  type ColDef,
  type GridApi,
  type GridOptions,
} from 'ag-grid-community';
import { uploads } from '../../../shared/strings/uploads.ts';
import type { SortColumn, TransferRow, View } from '../../../shared/transfer-list.ts';
import { finishedCell, moveProgress, nameCell, progressCell, reasonCell, sizeCell, stateCell } from './cells.ts';
import type { BlockRequest } from './row-source.ts';

const modules = [
  InfiniteRowModelModule,
  RowSelectionModule,
  RowApiModule,
  CellApiModule,
  CellStyleModule,
  ColumnApiModule,
  ScrollApiModule,
  EventApiModule,
  LocaleModule,
];

/** What the list does when the person does something in it; `index` is a row's place in the view. */
export interface GridEvents {
  getRows: (request: BlockRequest) => void;
  onSort: (sort: View['sort']) => void;
  onClick: (row: TransferRow, index: number, event: MouseEvent) => void;
  /** The button in the row. */
  onRemedy: (row: TransferRow) => void;
  onMenu: (row: TransferRow, index: number, at: { x: number; y: number }) => void;
  /** True: it was for the list, and the grid must not act on it too. */
  onKey: (event: KeyboardEvent, row: TransferRow, index: number) => void;
  isSelected: (id: number) => boolean;
}

export interface TransferGrid {
  /** Asks again for the rows that are loaded, and keeps the place. */
  refresh: () => void;
  /** Another view: from the top. */
  restart: () => void;
  /** Shows what is selected now. */
  showSelection: () => void;
  /** Moves the bars of what is on the screen. */
  showProgress: (sent: ReadonlyMap<number, number>) => void;
  /** The row at that place, if it is loaded. */
  rowAt: (index: number) => TransferRow | undefined;
  focusRow: (index: number) => void;
  destroy: () => void;
}

const theme = themeQuartz.withParams({
  accentColor: 'var(--accent)',
  backgroundColor: 'var(--surface)',
  foregroundColor: 'var(--text)',
  textColor: 'var(--text)',
  borderColor: 'var(--line)',
  chromeBackgroundColor: 'var(--surface)',
  headerTextColor: 'var(--muted)',
  headerFontWeight: 550,
  rowHoverColor: 'var(--hover)',
  selectedRowBackgroundColor: 'var(--accent-soft)',
  fontFamily: 'inherit',
  fontSize: 13,
  headerFontSize: 12,
  wrapperBorder: false,
  wrapperBorderRadius: 0,
  headerColumnBorder: false,
  columnBorder: false,
  cellHorizontalPadding: 12,
  rowHeight: 34,
  headerHeight: 34,
  focusShadow: 'none',
  browserColorScheme: 'inherit',
});

/** px: in a narrower list the time of arrival gives way to the rest */
const roomForAll = 780;

/** Draws the transfers of `element` with AG Grid, whose rows come and go with the scrolling. */
export function createTransferGrid(element: HTMLElement, sort: View['sort'], events: GridEvents): TransferGrid {
  let sent: ReadonlyMap<number, number> = new Map();
  const api = createGrid<TransferRow>(
    element,
    optionsOf(sort, events, (id) => sent.get(id)),
    { modules },
  );
  const room = new ResizeObserver(([entry]) =>
    api.setColumnsVisible(['finished'], (entry?.contentRect.width ?? 0) >= roomForAll),
  );
  room.observe(element);
  return {
    refresh: () => api.refreshInfiniteCache(),
    restart: () => {
      api.ensureIndexVisible(0, 'top');
      api.purgeInfiniteCache();
    },
    showSelection: () => showSelection(api, events.isSelected),
    showProgress: (now) => {
      sent = now;
      for (const cell of element.querySelectorAll<HTMLElement>('[data-transfer]')) {
        const bytes = now.get(Number(cell.dataset['transfer']));
        if (bytes !== undefined) moveProgress(cell, bytes);
      }
    },
    rowAt: (index) => api.getDisplayedRowAtIndex(index)?.data,
    focusRow: (index) => {
      api.ensureIndexVisible(index);
      api.setFocusedCell(index, api.getFocusedCell()?.column ?? 'name');
    },
    destroy: () => {
      room.disconnect();
      api.destroy();
    },
  };
}

function optionsOf(
  sort: View['sort'],
  events: GridEvents,
  sentOf: (id: number) => number | undefined,
): GridOptions<TransferRow> {
  const nonce = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? '';
  return {
    theme,
    ...(nonce === '' ? {} : { styleNonce: nonce }),
    columnDefs: columnsOf(sort, sentOf),
    defaultColDef: { sortable: false, resizable: true, suppressHeaderMenuButton: true, suppressKeyboardEvent: isOurs },
    rowModelType: 'infinite',
    datasource: { getRows: events.getRows },
    cacheBlockSize: 50,
    // Rows that only fly past are not asked for.
    blockLoadDebounceMillis: 40,
    maxBlocksInCache: 4,
    maxConcurrentDatasourceRequests: 8,
    infiniteInitialRowCount: 1,
    rowBuffer: 6,
    getRowId: ({ data }) => String(data.id),
    rowSelection: { mode: 'multiRow', checkboxes: false, headerCheckbox: false, enableClickSelection: false },
    suppressCellFocus: false,
    suppressMovableColumns: true,
    suppressNoRowsOverlay: true,
    suppressDragLeaveHidesColumns: true,
    multiSortKey: 'ctrl',
    animateRows: false,
    localeText: { ariaLabelLoading: uploads.list.loading },
    onModelUpdated: ({ api }) => showSelection(api, events.isSelected),
    onSortChanged: ({ api }) => events.onSort(sortOf(api)),
    onCellClicked: (event) => clicked(event, events),
    onCellContextMenu: (event) => menuAsked(event, events),
    onCellKeyDown: (event) => {
      if ('column' in event) keyed(event, events);
    },
  };
}

function columnsOf(sort: View['sort'], sentOf: (id: number) => number | undefined): ColDef<TransferRow>[] {
  const { columns } = uploads.list;
  const sorted = (by: SortColumn) => ({
    colId: by,
    sortable: true,
    ...(sort.by === by ? { initialSort: sort.descending ? ('desc' as const) : ('asc' as const) } : {}),
  });
  // A cell is drawn anew when its value changes: the values hold all that it shows.
  return [
    column(columns.name, nameCell, ({ key }) => key, { ...sorted('name'), flex: 1, minWidth: 170 }),
    column(columns.size, sizeCell, ({ size }) => size, {
      ...sorted('size'),
      width: 88,
      cellClass: 'number-cell',
      headerClass: 'ag-right-aligned-header',
    }),
    column(columns.state, stateCell, ({ state }) => state, { ...sorted('state'), width: 116 }),
    column(
      columns.progress,
      (row) => progressCell(row, sentOf(row.id)),
      ({ id, state, sent, size }) => `${id} ${state} ${sent} ${size}`,
      { colId: 'progress', width: 124 },
    ),
    column(columns.reason, reasonCell, (row) => `${row.state} ${row.reason?.message ?? ''} ${row.notBefore ?? ''}`, {
      colId: 'reason',
      flex: 1,
      minWidth: 160,
    }),
    column(columns.finished, finishedCell, ({ finishedAt }) => finishedAt, { colId: 'finished', width: 104 }),
  ];
}

function column(
  headerName: string,
  draw: (row: TransferRow) => HTMLElement,
  value: (row: TransferRow) => string | number | null,
  more: ColDef<TransferRow>,
): ColDef<TransferRow> {
  return {
    headerName,
    valueGetter: ({ data }) => (data === undefined ? null : value(data)),
    cellRenderer: ({ data }: { data?: TransferRow }) => (data === undefined ? '' : draw(data)),
    ...more,
  };
}

function sortOf(api: GridApi<TransferRow>): View['sort'] {
  const sorted = api.getColumns()?.find((each) => each.getSort());
  const by = sorted?.getColId();
  const descending = sorted?.getSort() === 'desc';
  return by === 'name' || by === 'size' || by === 'state' ? { by, descending } : { by: 'order', descending: false };
}

/** The grid knows only the rows that are loaded: what is selected is kept by the list, and shown in those. */
function showSelection(api: GridApi<TransferRow>, isSelected: (id: number) => boolean): void {
  api.forEachNode((node) => {
    const wanted = node.data !== undefined && isSelected(node.data.id);
    if (node.isSelected() !== wanted) node.setSelected(wanted, false, 'api');
  });
}

const ourKeys = new Set([' ', 'Enter', 'Escape', 'Delete', 'ContextMenu', 'F10']);

function isOurs({ event }: { event: KeyboardEvent }): boolean {
  const all = event.key.toLowerCase() === 'a' && (event.ctrlKey || event.metaKey);
  const range = event.shiftKey && (event.key === 'ArrowUp' || event.key === 'ArrowDown');
  return all || range || ourKeys.has(event.key);
}

function keyed({ event, data, rowIndex }: CellKeyDownEvent<TransferRow>, events: GridEvents): void {
  if (!(event instanceof KeyboardEvent) || data === undefined || rowIndex === null || !isOurs({ event })) return;
  event.preventDefault();
  events.onKey(event, data, rowIndex);
}

function clicked({ event, data, rowIndex }: CellClickedEvent<TransferRow>, events: GridEvents): void {
  if (!(event instanceof MouseEvent) || data === undefined || rowIndex === null) return;
  if (event.target instanceof Element && event.target.closest('button') !== null) events.onRemedy(data);
  else events.onClick(data, rowIndex, event);
}

function menuAsked({ event, data, rowIndex }: CellContextMenuEvent<TransferRow>, events: GridEvents): void {
  if (!(event instanceof MouseEvent) || data === undefined || rowIndex === null) return;
  event.preventDefault();
  events.onMenu(data, rowIndex, { x: event.clientX, y: event.clientY });
}
