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
import type { StateFilter } from '../../../shared/states.ts';
import type { SortColumn, TransferRow, View } from '../../../shared/transfer-list.ts';
import {
  detailsCell,
  finishedCell,
  moveProgress,
  nameCell,
  progressCell,
  showSpeed,
  sizeCell,
  stateCell,
} from './cells.ts';
import type { BlockRequest } from './row-source.ts';
import { createSpeeds } from './speeds.ts';

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
  /** What the rows of this filter are about gets the room. */
  showFilter: (filter: StateFilter) => void;
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
  headerHeight: 34,
  focusShadow: 'none',
  browserColorScheme: 'inherit',
});

/** px: in a narrower list the column gives way to the rest */
const roomFor = { finished: 780, size: 560 };
/** px: of one line; of two, or of three in a narrow list, where the reasons are what the view is about */
const rowHeights = { plain: 34, reasons: 52, narrowReasons: 68 };

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
      return !reasons;
    case 'finished':
      return !reasons && width >= roomFor.finished;
  }
}

const yielding = ['size', 'state', 'progress', 'finished'] as const;

/** Draws the transfers of `element` with AG Grid, whose rows come and go with the scrolling. */
export function createTransferGrid(element: HTMLElement, view: View, events: GridEvents): TransferGrid {
  let sent: ReadonlyMap<number, number> = new Map();
  const speeds = createSpeeds();
  let { filter } = view;
  const api = createGrid<TransferRow>(
    element,
    optionsOf(view, events, { sent: (id) => sent.get(id), speed: speeds.of }),
    { modules },
  );
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
    showFilter: (now) => {
      if (now === filter) return;
      filter = now;
      layOut();
    },
    refresh: () => api.refreshInfiniteCache(),
    restart: () => {
      api.ensureIndexVisible(0, 'top');
      api.purgeInfiniteCache();
    },
    showSelection: () => showSelection(api, events.isSelected),
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

function optionsOf({ sort, filter }: View, events: GridEvents, moving: Moving): GridOptions<TransferRow> {
  const nonce = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? '';
  return {
    theme,
    ...(nonce === '' ? {} : { styleNonce: nonce }),
    columnDefs: columnsOf(sort, moving),
    defaultColDef: { sortable: false, resizable: true, suppressHeaderMenuButton: true, suppressKeyboardEvent: isOurs },
    rowModelType: 'infinite',
    rowHeight: rowHeightOf(filter, false),
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
    // One stop of the Tab key, as with every other list: the arrows go through it.
    tabToNextCell: () => false,
    tabToNextHeader: () => false,
    suppressMovableColumns: true,
    suppressNoRowsOverlay: true,
    suppressDragLeaveHidesColumns: true,
    multiSortKey: 'ctrl',
    animateRows: false,
    suppressColumnMoveAnimation: true,
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

function columnsOf(sort: View['sort'], { sent: sentOf, speed }: Moving): ColDef<TransferRow>[] {
  const { columns } = uploads.list;
  const sorted = (by: SortColumn) => ({
    colId: by,
    sortable: true,
    ...(sort.by === by ? { initialSort: sort.descending ? ('desc' as const) : ('asc' as const) } : {}),
  });
  // A cell is drawn anew when its value changes: the values hold all that it shows.
  return [
    column(columns.name, nameCell, ({ key }) => key, { ...sorted('name'), flex: 2, minWidth: 140 }),
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
      { colId: 'progress', width: 108 },
    ),
    column(
      columns.details,
      (row) => detailsCell(row, speed(row.id)),
      ({ id, state, reason, notBefore }) => `${id} ${state} ${reason?.message ?? ''} ${notBefore ?? ''}`,
      { colId: 'details', flex: 2, minWidth: 110 },
    ),
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
