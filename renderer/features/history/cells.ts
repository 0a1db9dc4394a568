/** The cells of the history's list. */
import { formatBytes } from '../../../shared/format.ts';
import type { FileKind, HistoryRow } from '../../../shared/history.ts';
import { history } from '../../../shared/strings/history.ts';
import { element, sentCell, sessionCell, spriteIcon } from '../../list/cells.ts';
import { destinationOf, exactTime, shortTime } from './words.ts';

/** One of the icons that KindIcons has put into the page. */
export function kindIconId(kind: FileKind): string {
  return `kind-${kind}`;
}

export function fileCell(row: HistoryRow): HTMLElement {
  const { kind, sessionFiles, sessionTold, removedAt } = row;
  const cell = element('div', 'file-cell');
  const mark = spriteIcon(kindIconId(kind), 'kind-icon');
  const name =
    sessionFiles === null ? sentCell(row) : sessionCell(row, history.list.session(sessionFiles), !sessionTold);
  cell.append(mark, element('span', 'visually-hidden', history.filters.kinds[kind]), name);
  if (removedAt !== null) cell.append(element('span', 'deleted-mark', history.list.deleted));
  cell.toggleAttribute('data-deleted', removedAt !== null);
  return cell;
}

export function destinationCell(row: HistoryRow): HTMLElement {
  const cell = element('span', 'muted truncate', destinationOf(row));
  cell.title = row.destinationName === null ? row.connectionName : `${row.destinationName}, ${row.connectionName}`;
  return cell;
}

export function sizeCell({ size }: HistoryRow): HTMLElement {
  return element('span', 'muted', formatBytes(size));
}

export function finishedCell({ finishedAt }: HistoryRow): HTMLElement {
  const cell = element('span', 'muted', shortTime(finishedAt));
  cell.title = exactTime(finishedAt);
  return cell;
}
