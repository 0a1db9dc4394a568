/** Lists of any length, drawn with AG Grid: rows come and go with the scrolling. The largest part of the window: import it late. */
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
  type CellFocusedEvent,
  type CellKeyDownEvent,
  type ColDef,
  type GridApi,
  type GridOptions,
} from 'ag-grid-community';
import { common } from '../../shared/strings/common.ts';
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

interface WithId {
  id: number | string;
}

/** What the list does when the person does something in it; `index` is a row's place in the view. */
export interface ListEvents<Row extends WithId> {
  getRows: (request: BlockRequest<Row>) => void;
  /** null: by no column */
  onSort: (sort: { by: string; descending: boolean } | null) => void;
  onClick: (row: Row, index: number, event: MouseEvent) => void;
  onMenu: (row: Row, index: number, at: { x: number; y: number }) => void;
  /** Whether a key is the list's, so that the grid must not act on it too. */
  isOurs: (event: KeyboardEvent) => boolean;
  /** One of those. */
  onKey: (event: KeyboardEvent, row: Row, index: number) => void;
  /** The focus went to another row. */
  onFocus?: (row: Row, index: number) => void;
  isSelected: (row: Row) => boolean;
}

export interface ListGridOptions<Row extends WithId> {
  columns: ColDef<Row>[];
  /** px */
  rowHeight: number;
  /** px, by column: in a narrower list it gives way to the rest */
  roomFor?: Readonly<Record<string, number>>;
  events: ListEvents<Row>;
}

export interface ListGrid<Row> {
  api: GridApi<Row>;
  /** Asks again for the rows that are loaded, and keeps the place. */
  refresh: () => void;
  /** Another view: from the top. */
  restart: () => void;
  /** Shows what is selected now. */
  showSelection: () => void;
  /** The row at that place, if it is loaded. */
  rowAt: (index: number) => Row | undefined;
  /** The row with that id, if it is loaded. */
  rowOf: (id: number | string) => Row | undefined;
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

/** Draws the list in `element`, which has the class `list-grid`. */
export function createListGrid<Row extends WithId>(element: HTMLElement, options: ListGridOptions<Row>): ListGrid<Row> {
  const api = createGrid<Row>(element, gridOptionsOf(options), { modules });
  const room = new ResizeObserver(() => showWhatHasRoom(api, options.roomFor ?? {}, element.clientWidth));
  room.observe(element);
  return {
    api,
    refresh: () => api.refreshInfiniteCache(),
    restart: () => {
      if (api.getDisplayedRowCount() > 0) api.ensureIndexVisible(0, 'top');
      api.purgeInfiniteCache();
    },
    showSelection: () => showSelection(api, options.events.isSelected),
    rowAt: (index) => api.getDisplayedRowAtIndex(index)?.data,
    rowOf: (id) => api.getRowNode(String(id))?.data,
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

function showWhatHasRoom<Row>(api: GridApi<Row>, roomFor: Readonly<Record<string, number>>, width: number): void {
  for (const [name, least] of Object.entries(roomFor)) api.setColumnsVisible([name], width >= least);
}

/** A column of `draw`n cells; each is drawn anew when its value changes, so that the value has to hold all that it shows. */
export function column<Row>(
  headerName: string,
  draw: (row: Row) => HTMLElement,
  value: (row: Row) => string | number | null,
  more: ColDef<Row>,
): ColDef<Row> {
  return {
    headerName,
    valueGetter: ({ data }) => (data === undefined ? null : value(data)),
    cellRenderer: ({ data }: { data?: Row }) => (data === undefined ? '' : draw(data)),
    ...more,
  };
}

interface SortedBy {
  colId: string;
  sortable: true;
  initialSort?: 'asc' | 'desc';
}

/** Of a column by which the list can be sorted, and may be at first. */
export function sorted(by: string, first: { by: string; descending: boolean }): SortedBy {
  const initial = first.by === by ? { initialSort: first.descending ? ('desc' as const) : ('asc' as const) } : {};
  return { colId: by, sortable: true, ...initial };
}

function gridOptionsOf<Row extends WithId>(options: ListGridOptions<Row>): GridOptions<Row> {
  const { columns, rowHeight, events } = options;
  const nonce = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? '';
  const isOurs = ({ event }: { event: KeyboardEvent }) => events.isOurs(event);
  return {
    theme,
    ...(nonce === '' ? {} : { styleNonce: nonce }),
    columnDefs: columns,
    defaultColDef: { sortable: false, resizable: true, suppressHeaderMenuButton: true, suppressKeyboardEvent: isOurs },
    rowModelType: 'infinite',
    rowHeight,
    datasource: { getRows: events.getRows },
    cacheBlockSize: 50,
    // Rows that only fly past are not asked for.
    blockLoadDebounceMillis: 40,
    maxBlocksInCache: 4,
    maxConcurrentDatasourceRequests: 8,
    infiniteInitialRowCount: 1,
    rowBuffer: 4, // a notch of the wheel
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
    localeText: { ariaLabelLoading: common.loadingList },
    onModelUpdated: ({ api }) => showSelection(api, events.isSelected),
    onSortChanged: ({ api }) => events.onSort(sortOf(api)),
    onCellClicked: (event) => clicked(event, events),
    onCellContextMenu: (event) => menuAsked(event, events),
    onCellFocused: (event) => focused(event, events),
    onCellKeyDown: (event) => {
      if ('column' in event) keyed(event, events);
    },
  };
}

function sortOf<Row>(api: GridApi<Row>): { by: string; descending: boolean } | null {
  const by = api.getColumns()?.find((each) => each.getSort());
  return by === undefined ? null : { by: by.getColId(), descending: by.getSort() === 'desc' };
}

/** The grid knows only the rows that are loaded: what is selected is kept by the list, and shown in those. */
function showSelection<Row extends WithId>(api: GridApi<Row>, isSelected: (row: Row) => boolean): void {
  api.forEachNode((node) => {
    const wanted = node.data !== undefined && isSelected(node.data);
    if (node.isSelected() !== wanted) node.setSelected(wanted, false, 'api');
  });
}

function keyed<Row extends WithId>({ event, data, rowIndex }: CellKeyDownEvent<Row>, events: ListEvents<Row>): void {
  if (!(event instanceof KeyboardEvent) || data === undefined || rowIndex === null || !events.isOurs(event)) return;
  event.preventDefault();
  events.onKey(event, data, rowIndex);
}

function clicked<Row extends WithId>({ event, data, rowIndex }: CellClickedEvent<Row>, events: ListEvents<Row>): void {
  if (!(event instanceof MouseEvent) || data === undefined || rowIndex === null) return;
  events.onClick(data, rowIndex, event);
}

function menuAsked<Row extends WithId>(
  { event, data, rowIndex }: CellContextMenuEvent<Row>,
  events: ListEvents<Row>,
): void {
  if (!(event instanceof MouseEvent) || data === undefined || rowIndex === null) return;
  event.preventDefault();
  events.onMenu(data, rowIndex, { x: event.clientX, y: event.clientY });
}

function focused<Row extends WithId>({ api, rowIndex }: CellFocusedEvent<Row>, events: ListEvents<Row>): void {
  const row = rowIndex === null ? undefined : api.getDisplayedRowAtIndex(rowIndex)?.data;
  if (row !== undefined && rowIndex !== null) events.onFocus?.(row, rowIndex);
}
