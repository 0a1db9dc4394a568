/** What mouse and keys do with rows, in the list as in the grid of pictures: as in the system's file manager. */
import { browse } from '../../../shared/strings/browse.ts';
import { notify } from '../../components/index.ts';
import { placeOf, type MenuPlace } from '../../list/context-menu.tsx';
import { browseTo, select, selectAll, selectNothing, useBrowse } from '../../stores/browse.ts';
import { copyLink, removeChosen, renameChosen } from './doing.ts';
import { selectRange } from './ranges.ts';
import { anchorAt, isObject, isSelected, mostPicked, named, toggled, type ListRow } from './rows.ts';

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

/** With Ctrl or Cmd. Backspace: the keyboard of a Mac may have no other key to delete with. */
const commands: Record<string, (row: ListRow, index: number) => void> = {
  a: () => selectAll(),
  c: (row) => copyLink(row),
  backspace: removeAt,
};

function commandOf(event: KeyboardEvent): ((row: ListRow, index: number) => void) | undefined {
  return event.ctrlKey || event.metaKey ? commands[event.key.toLowerCase()] : undefined;
}

/** The arrow keys with Shift are ours too, but what they mean depends on how the rows lie; those with Alt are the view's. */
export function isOurs(event: KeyboardEvent): boolean {
  return ourKeys.has(event.key) || commandOf(event) !== undefined;
}

/** A folder is gone into; of an object the details are shown. */
export function openRow(row: ListRow): void {
  const { connectionId } = useBrowse.getState();
  if (connectionId === null) return;
  if (isObject(row)) useBrowse.setState({ focused: { key: row.key }, panelOpen: true });
  else browseTo(connectionId, row.key);
}

/** What a command is about that was asked for at a row: that one, unless it is one of several that are selected. */
function selectAt(row: ListRow, index: number): void {
  if (!isSelected(useBrowse.getState(), row)) select(named([row]), anchorAt(row, index));
}

function removeAt(row: ListRow, index: number): void {
  selectAt(row, index);
  removeChosen();
}

export function choosing(rows: () => ShownRows, openMenu: OpenMenu): Choosing {
  const onMenu: Choosing['onMenu'] = (row, index, at) => {
    selectAt(row, index);
    openMenu({ ...at, row });
  };
  const keys: Record<string, (event: KeyboardEvent, row: ListRow, index: number) => void> = {
    ' ': (event, row, index) => {
      if (event.shiftKey || event.ctrlKey || event.metaKey) toggle(row, index);
      else peek(row, index);
    },
    Enter: (_event, row) => openRow(row),
    Escape: leave,
    Delete: (_event, row, index) => removeAt(row, index),
    F2: (_event, row, index) => {
      select(named([row]), anchorAt(row, index));
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
    const row = rows().rowAt(from);
    const start = anchor ?? (row === undefined ? null : anchorAt(row, from));
    if (start === null) return;
    if (anchor === null) useBrowse.setState({ anchor: start });
    void selectRange(rows(), start, end);
  };
  return {
    onMenu,
    extend,
    onFocus: (row) => useBrowse.setState({ focused: isObject(row) ? { key: row.key } : null }),
    onKey: (event, row, index) => {
      const command = commandOf(event);
      if (command === undefined) keys[event.key]?.(event, row, index);
      else command(row, index);
    },
    onClick: (row, index, event) => {
      const { anchor } = useBrowse.getState();
      if (event.shiftKey && anchor !== null) void selectRange(rows(), anchor, index);
      else if (event.ctrlKey || event.metaKey) toggle(row, index);
      else if (event.detail >= 2) openRow(row);
      else select(named([row]), anchorAt(row, index));
    },
  };
}

/** As a click, and with a look at the object, or the end of that. */
function peek(row: ListRow, index: number): void {
  select(named([row]), anchorAt(row, index));
  if (!isObject(row)) return;
  const { panelOpen, focused } = useBrowse.getState();
  useBrowse.setState({ focused: { key: row.key }, panelOpen: !(panelOpen && focused?.key === row.key) });
}

function toggle(row: ListRow, index: number): void {
  const now = useBrowse.getState();
  const { selection, base } = toggled(now, row);
  if (selection.keys.length > mostPicked || selection.prefixes.length > mostPicked) {
    notify('warning', browse.list.tooMany(mostPicked));
  } else select(selection, anchorAt(row, index), base);
}

/** First out of the panel, then out of the selection. */
function leave(): void {
  if (useBrowse.getState().panelOpen) useBrowse.setState({ panelOpen: false });
  else selectNothing();
}
