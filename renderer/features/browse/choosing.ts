/** What mouse and keys do with rows, in the list as in the grid of pictures: as in the system's file manager. */
import { browse } from '../../../shared/strings/browse.ts';
import { wordsOf } from '../../app/attempt.ts';
import { notify } from '../../components/index.ts';
import { placeOf, type MenuPlace } from '../../list/context-menu.tsx';
import { browseTo, select, selectNothing, useBrowse } from '../../stores/browse.ts';
import { removeChosen, renameChosen } from './doing.ts';
import { pageOf } from './listing.ts';
import { isObject, isSelected, mostPicked, named, toggled, withId, type ListRow } from './rows.ts';

export interface ShownRows {
  /** the row at that place, if it is loaded */
  rowAt: (index: number) => ListRow | undefined;
  focusRow: (index: number) => void;
}

export type OpenMenu = (place: MenuPlace<ListRow>) => void;

export interface Choosing {
  onClick: (row: ListRow, index: number, event: MouseEvent) => void;
  onMenu: (row: ListRow, index: number, at: { x: number; y: number }) => void;
  onFocus: (row: ListRow, index: number) => void;
  /** One of `isOurs`. */
  onKey: (event: KeyboardEvent, row: ListRow, index: number) => void;
  /** From one place to another, with Shift. */
  extend: (from: number, to: number) => void;
}

const ourKeys = new Set([' ', 'Enter', 'Escape', 'Delete', 'F2', 'ContextMenu', 'F10']);

const withCommand = (event: KeyboardEvent) => event.ctrlKey || event.metaKey;

/** The arrow keys with Shift are ours too, but what they mean depends on how the rows lie; those with Alt are the view's. */
export function isOurs(event: KeyboardEvent): boolean {
  return ourKeys.has(event.key) || (withCommand(event) && event.key.toLowerCase() === 'a');
}

/** A folder is gone into; of an object the details are shown. */
export function openRow(row: ListRow): void {
  const { connectionId } = useBrowse.getState();
  if (connectionId === null) return;
  if (isObject(row)) useBrowse.setState({ focused: { key: row.key }, panelOpen: true });
  else browseTo(connectionId, row.key);
}

export function selectAll(): void {
  select({ keys: [], prefixes: [] }, null, true);
}

/** What a command is about that was asked for at a row: that one, unless it is one of several that are selected. */
function selectAt(row: ListRow, index: number): void {
  if (!isSelected(useBrowse.getState(), row.id)) select(named([row]), index);
}

export function choosing(rows: () => ShownRows, openMenu: OpenMenu): Choosing {
  const onMenu: Choosing['onMenu'] = (row, index, at) => {
    selectAt(row, index);
    openMenu({ ...at, row });
  };
  const keys: Record<string, (event: KeyboardEvent, row: ListRow, index: number) => void> = {
    ' ': (_event, row, index) => toggle(row, index),
    Enter: (_event, row) => openRow(row),
    Escape: leave,
    Delete: (_event, row, index) => {
      selectAt(row, index);
      removeChosen();
    },
    F2: (_event, row, index) => {
      select(named([row]), index);
      renameChosen();
    },
    ContextMenu: (event, row, index) => onMenu(row, index, placeOf(event)),
    F10: (event, row, index) => {
      if (event.shiftKey) onMenu(row, index, placeOf(event));
    },
  };
  const extend = (from: number, to: number) => {
    const { anchor, total } = useBrowse.getState();
    const end = Math.max(0, Math.min((total ?? 1) - 1, to));
    rows().focusRow(end);
    if (anchor === null) useBrowse.setState({ anchor: from });
    void selectRange(rows(), anchor ?? from, end);
  };
  return {
    onMenu,
    extend,
    onFocus: (row) => useBrowse.setState({ focused: isObject(row) ? { key: row.key } : null }),
    onKey: (event, row, index) => {
      if (event.key.toLowerCase() === 'a') selectAll();
      else keys[event.key]?.(event, row, index);
    },
    onClick: (row, index, event) => {
      const { anchor } = useBrowse.getState();
      if (event.shiftKey && anchor !== null) void selectRange(rows(), anchor, index);
      else if (event.ctrlKey || event.metaKey) toggle(row, index);
      else if (event.detail >= 2) openRow(row);
      else select(named([row]), index);
    },
  };
}

function toggle(row: ListRow, index: number): void {
  const now = useBrowse.getState();
  const selection = toggled(now, row);
  if (selection.keys.length > mostPicked || selection.prefixes.length > mostPicked) tellTooMany();
  else select(selection, index, now.allSelected);
}

/** First out of the panel, then out of the selection. */
function leave(): void {
  if (useBrowse.getState().panelOpen) useBrowse.setState({ panelOpen: false });
  else selectNothing();
}

function tellTooMany(): void {
  notify('warning', browse.list.tooMany(mostPicked));
}

/** All rows between two places; those that are not loaded are asked for. */
async function selectRange(rows: ShownRows, anchor: number, end: number): Promise<void> {
  const from = Math.min(anchor, end);
  const count = Math.abs(anchor - end) + 1;
  if (count > mostPicked) {
    tellTooMany();
    return;
  }
  const loaded = Array.from({ length: count }, (_, at) => rows.rowAt(from + at));
  const range = loaded.every((row) => row !== undefined) ? loaded : await fetchRange(from, count);
  if (range !== null) select(named(range));
}

/** in one call, as the contract bounds it */
const mostRows = 500;

/** null: it failed, which was said, or the view is another by now */
async function fetchRange(from: number, count: number): Promise<ListRow[] | null> {
  const { view, prefix, below } = useBrowse.getState();
  const rows: ListRow[] = [];
  try {
    for (let offset = from; offset < from + count; offset += mostRows) {
      const page = await pageOf(view, offset, Math.min(mostRows, from + count - offset));
      rows.push(...page.rows.map(withId));
    }
  } catch (error) {
    notify('error', wordsOf(error));
    return null;
  }
  const now = useBrowse.getState();
  return now.view === view && now.prefix === prefix && now.below === below ? rows : null;
}
