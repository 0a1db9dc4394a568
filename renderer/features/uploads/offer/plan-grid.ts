import { formatBytes } from '../../../../shared/format.ts';
import { uploads } from '../../../../shared/strings/uploads.ts';
import type { PlanRow } from '../../../../shared/upload-plan.ts';
import { element, nameCell } from '../../../list/cells.ts';
import { column, createListGrid, type ListEvents, type ListGrid } from '../../../list/grid.ts';

const { columns, notSent, roles } = uploads.offer.list;

export interface PlanGridDeps {
  events: Omit<ListEvents<PlanRow>, 'onSort'>;
  /** of a destination; null: there are none */
  nameOf: (destinationId: number | null) => string | null;
}

/** px */
const roomFor = { size: 560, to: 440 };
/** px */
const rowHeight = 34;

/** Draws the rows of a plan in `box` with AG Grid: they come and go with the scrolling. */
export function createPlanGrid(box: HTMLElement, { events, nameOf }: PlanGridDeps): Omit<ListGrid<PlanRow>, 'api'> {
  return createListGrid<PlanRow>(box, {
    columns: [
      column(columns.name, fileCell, ({ relativePath, role, name }) => `${relativePath} ${role} ${name ?? ''}`, {
        ...{ colId: 'name', flex: 2, minWidth: 140 },
      }),
      column(columns.size, sizeCell, ({ size, state }) => `${size} ${state}`, {
        ...{ colId: 'size', width: 88, cellClass: 'number-cell', headerClass: 'ag-right-aligned-header' },
      }),
      column(
        columns.to,
        (row) => toCell(row, nameOf),
        (row) => `${row.state} ${toWords(row, nameOf)}`,
        {
          ...{ colId: 'to', flex: 1, minWidth: 96 },
        },
      ),
      column(columns.key, keyCell, ({ key, reason }) => key ?? reason?.message ?? '', {
        ...{ colId: 'key', flex: 2, minWidth: 140 },
      }),
    ],
    ...{ rowHeight, roomFor },
    events: { ...events, onSort: () => undefined },
  });
}

function fileCell({ relativePath, role, name }: PlanRow): HTMLElement {
  const cell = nameCell(relativePath);
  const what = name ?? roles[role];
  if (what !== '') cell.append(element('span', 'plan-role muted', what));
  return cell;
}

function sizeCell({ size, state }: PlanRow): HTMLElement {
  return element('span', 'muted', state !== 'planned' && size === 0 ? '' : formatBytes(size));
}

function toWords({ state, destinationId }: PlanRow, nameOf: PlanGridDeps['nameOf']): string {
  return state === 'planned' ? (nameOf(destinationId) ?? uploads.offer.list.shows.planned) : notSent;
}

function toCell(row: PlanRow, nameOf: PlanGridDeps['nameOf']): HTMLElement {
  const cell = element('span', 'truncate plan-to', toWords(row, nameOf));
  cell.dataset['state'] = row.state;
  return cell;
}

/** Of what is not sent, why. */
function keyCell({ key, reason, renamed }: PlanRow): HTMLElement {
  if (key === null) {
    const why = element('span', 'truncate plan-why muted', reason?.message ?? '');
    why.title = reason?.message ?? '';
    return why;
  }
  const cell = nameCell(key);
  if (renamed) cell.classList.add('plan-renamed');
  return cell;
}

const ourKeys = new Set([' ', 'Delete']);

export function isSelectAll(event: KeyboardEvent): boolean {
  return event.key.toLowerCase() === 'a' && (event.ctrlKey || event.metaKey);
}

export function isOfList(event: KeyboardEvent): boolean {
  const range = event.shiftKey && (event.key === 'ArrowUp' || event.key === 'ArrowDown');
  return isSelectAll(event) || range || ourKeys.has(event.key);
}
