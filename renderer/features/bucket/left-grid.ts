import type { ColDef } from 'ag-grid-community';
import type { OrphanList, OrphanRow } from '../../../shared/orphans.ts';
import { bucketPage } from '../../../shared/strings/bucket-page.ts';
import { column, createListGrid, type ListEvents, type ListGrid } from '../../list/grid.ts';
import {
  keyCell,
  knownFrom,
  knownFromCell,
  partsCell,
  sizeCell,
  sourceCell,
  timeCell,
  timeOfRow,
} from './left-cells.ts';

/** A row of a list, with its number in it. */
export interface LeftRow {
  id: number;
  row: OrphanRow;
}

export type LeftEvents = Omit<ListEvents<LeftRow>, 'onSort' | 'isOurs'>;

/** px */
const roomFor = { time: 420, size: 320 };
/** px: of the columns that only this list has */
const moreRoomFor: Record<OrphanList, Readonly<Record<string, number>>> = {
  unknown: {},
  missing: { knownFrom: 560, source: 800 },
  uploads: { parts: 480 },
};
/** px */
const rowHeight = 34;

const words = bucketPage.left.columns;
const timeWords: Record<OrphanList, string> = {
  unknown: words.modified,
  missing: words.finished,
  uploads: words.begun,
};

/** Draws one of the lists in `element` with AG Grid. The order is that of the names. */
export function createLeftGrid(element: HTMLElement, list: OrphanList, events: LeftEvents): ListGrid<LeftRow> {
  return createListGrid<LeftRow>(element, {
    columns: columnsOf(list),
    rowHeight,
    roomFor: { ...roomFor, ...moreRoomFor[list] },
    events: { ...events, isOurs, onSort: () => undefined },
  });
}

function columnsOf(list: OrphanList): ColDef<LeftRow>[] {
  const number = { cellClass: 'number-cell', headerClass: 'ag-right-aligned-header' };
  const columns = [
    column<LeftRow>(
      words.name,
      ({ row }) => keyCell(row),
      ({ row }) => row.key,
      { colId: 'name', flex: 3, minWidth: 140 },
    ),
    column<LeftRow>(
      words.size,
      ({ row }) => sizeCell(row),
      ({ row }) => ('size' in row ? row.size : row.bytes),
      {
        ...{ colId: 'size', width: 92, ...number },
      },
    ),
    column<LeftRow>(
      timeWords[list],
      ({ row }) => timeCell(row),
      ({ row }) => timeOfRow(row),
      {
        ...{ colId: 'time', width: 132 },
      },
    ),
  ];
  if (list === 'missing') {
    const source = ({ row }: LeftRow) => (row.list === 'missing' ? row.source : '');
    columns.push(
      column(
        words.knownFrom,
        ({ row }) => knownFromCell(row),
        ({ row }) => knownFrom(row),
        { colId: 'knownFrom', width: 150 },
      ),
      column(words.source, ({ row }) => sourceCell(row), source, { colId: 'source', flex: 2, minWidth: 120 }),
    );
  }
  if (list === 'uploads') {
    const parts = ({ row }: LeftRow) => (row.list === 'uploads' ? row.parts : null);
    columns.splice(
      1,
      0,
      column(words.parts, ({ row }) => partsCell(row), parts, { colId: 'parts', width: 80, ...number }),
    );
  }
  return columns;
}

const ourKeys = new Set([' ', 'Enter', 'Escape', 'Delete', 'ContextMenu', 'F10']);

function isOurs(event: KeyboardEvent): boolean {
  if (event.key.toLowerCase() === 'a') return event.ctrlKey || event.metaKey;
  if (event.key === 'ArrowUp' || event.key === 'ArrowDown') return event.shiftKey;
  return ourKeys.has(event.key);
}
