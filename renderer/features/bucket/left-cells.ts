/** The cells of what was left in a bucket. */
import { formatBytes, printable } from '../../../shared/format.ts';
import type { OrphanRow } from '../../../shared/orphans.ts';
import { bucketPage } from '../../../shared/strings/bucket-page.ts';
import { orphans } from '../../../shared/strings/orphans.ts';
import { element, nameCell } from '../../list/cells.ts';
import { exactTime, shortTime } from './words.ts';

const words = bucketPage.left;

export function keyCell(row: OrphanRow): HTMLElement {
  const name = nameCell(row.key);
  if (row.list !== 'uploads' || !row.own) return name;
  const cell = element('div', 'session-cell');
  cell.append(element('span', 'session-mark', words.underWay), name);
  return cell;
}

export function sizeCell(row: OrphanRow): HTMLElement {
  const size = row.list === 'uploads' ? row.bytes : row.size;
  return element('span', 'muted', size === null ? words.notTold : formatBytes(size));
}

/** ms since 1970; 0: the store does not say */
export function timeOfRow(row: OrphanRow): number {
  return row.list === 'unknown' ? row.modified : row.list === 'missing' ? row.finishedAt : row.initiated;
}

export function timeCell(row: OrphanRow): HTMLElement {
  const at = timeOfRow(row);
  const cell = element('span', 'muted', at === 0 ? words.notTold : shortTime(at));
  if (at !== 0) cell.title = exactTime(at);
  return cell;
}

export function partsCell(row: OrphanRow): HTMLElement {
  const parts = row.list === 'uploads' ? row.parts : null;
  return element('span', 'muted', parts === null ? words.notTold : parts.toLocaleString('en-US'));
}

export function sourceCell(row: OrphanRow): HTMLElement {
  return longCell(row.list === 'missing' ? row.source : '');
}

/** Who says that it should be there: this computer, a backend by the name of its connection, or both. */
export function knownFrom(row: OrphanRow): string {
  return row.list === 'missing' ? orphans.knownFrom(row.id !== null, row.record?.name ?? null) : '';
}

export function knownFromCell(row: OrphanRow): HTMLElement {
  return longCell(knownFrom(row));
}

function longCell(text: string): HTMLElement {
  const cell = element('span', 'muted truncate', printable(text));
  cell.title = printable(text);
  return cell;
}
