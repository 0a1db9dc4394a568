/** The cells of the list of a folder. */
import { formatBytes } from '../../../shared/format.ts';
import { browse } from '../../../shared/strings/browse.ts';
import { element, nameCell, spriteIcon } from '../../list/cells.ts';
import { exactTime, shortTime } from '../history/words.ts';
import { kindIconId, sentIconId } from './kind-icons.tsx';
import { isObject, type ListRow, type ObjectRow } from './rows.ts';
import { shownName } from './words.ts';

export function rowNameCell(row: ListRow): HTMLElement {
  const cell = element('div', 'browse-name');
  const name = nameCell(shownName(row.name));
  name.title = shownName(row.key);
  cell.append(
    spriteIcon(kindIconId(row.kind), 'browse-kind'),
    element('span', 'visually-hidden', browse.kinds[row.kind]),
    name,
  );
  cell.dataset['kind'] = row.kind;
  if (isObject(row) && row.sent !== null) cell.append(sentMark(row.sent));
  return cell;
}

function sentMark({ isSame }: NonNullable<ObjectRow['sent']>): HTMLElement {
  const mark = element('span', 'browse-sent');
  mark.title = isSame ? browse.list.sent : browse.list.sentOther;
  mark.toggleAttribute('data-other', !isSame);
  mark.append(spriteIcon(sentIconId, ''), element('span', 'visually-hidden', mark.title));
  return mark;
}

export function rowSizeCell(row: ListRow): HTMLElement {
  return element('span', 'muted', isObject(row) ? formatBytes(row.size) : '');
}

/** By its name; where nobody knows one, what kind it is. */
export function typeWords(row: ListRow): string {
  return isObject(row) ? (row.type ?? browse.kinds[row.kind]) : browse.kinds.folder;
}

export function rowTypeCell(row: ListRow): HTMLElement {
  const cell = element('span', 'muted truncate', typeWords(row));
  if (isObject(row) && row.storageClass !== '') cell.title = row.storageClass;
  return cell;
}

export function rowModifiedCell(row: ListRow): HTMLElement {
  if (!isObject(row) || row.modified === 0) return element('span', '');
  const cell = element('span', 'muted', shortTime(row.modified));
  cell.title = exactTime(row.modified);
  return cell;
}
