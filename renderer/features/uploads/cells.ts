/** The cells of the list. */
import type { TransferState } from '../../../shared/domain.ts';
import { formatBytes, formatRate } from '../../../shared/format.ts';
import { uploads } from '../../../shared/strings/uploads.ts';
import type { SessionRow, TransferRow } from '../../../shared/transfer-list.ts';
import { element, sentCell, sessionCell, spriteIcon } from '../../list/cells.ts';
import { remedyOf } from './remedy.ts';
import { percentWords, whenWords } from './words.ts';

/** Empty where nobody looked: what is skipped for its name alone. */
export function sizeCell({ size, state }: TransferRow): HTMLElement {
  return element('span', 'muted', state === 'skipped' && size === 0 ? '' : formatBytes(size));
}

/** One of the icons that IconSprite has put into the page. */
export function stateIconId(state: TransferState): string {
  return `state-${state}`;
}

export function stateCell({ state }: TransferRow): HTMLElement {
  const cell = element('span', 'state-cell');
  cell.dataset['state'] = state;
  cell.append(spriteIcon(stateIconId(state), 'state-icon'), element('span', '', uploads.list.states[state]));
  return cell;
}

const moving: readonly TransferState[] = ['uploading', 'verifying'];
const begun: readonly TransferState[] = [...moving, 'queued', 'paused', 'waiting', 'failed'];

/** A bar for what is under way, or was when it stopped; `sent` of the moment, where `progress` has told it. */
export function progressCell(row: TransferRow, sent: number | undefined): HTMLElement {
  const cell = element('div', 'progress-cell');
  const bytes = sent ?? row.sent;
  if (row.size === 0 || !begun.includes(row.state) || (bytes === 0 && row.state !== 'uploading')) return cell;
  const track = element('div', 'progress-track');
  track.dataset['size'] = 'thin';
  const fill = element('div', 'progress-fill');
  if (!moving.includes(row.state)) fill.dataset['tone'] = 'quiet';
  track.append(fill);
  cell.append(track, element('span', 'progress-words'));
  cell.dataset['transfer'] = String(row.id);
  cell.dataset['size'] = String(row.size);
  moveProgress(cell, bytes);
  return cell;
}

/** Sets the bar of a cell that `progressCell` made to `sent` bytes. */
export function moveProgress(cell: HTMLElement, sent: number): void {
  const share = Math.min(1, sent / Number(cell.dataset['size']));
  const fill = cell.querySelector<HTMLElement>('.progress-fill');
  const words = cell.querySelector('.progress-words');
  if (fill !== null) fill.style.transform = `scaleX(${share})`;
  if (words !== null) words.textContent = percentWords(share);
}

export function reasonWords({ reason, notBefore, state, session }: TransferRow, now: number): string {
  const sentence = reason === null ? sessionWords(session) : wordsAbout(session, reason.message);
  if (state !== 'waiting' || notBefore === null || notBefore <= now) return sentence;
  return `${sentence} ${uploads.list.waitsUntil(whenWords(notBefore, now))}`.trim();
}

function sessionWords(session: SessionRow | null): string {
  return session?.step === 'completing' ? uploads.sessions.completing : '';
}

function wordsAbout(session: SessionRow | null, message: string): string {
  return session?.of === 'picture' ? uploads.sessions.ofPicture(message) : message;
}

/** A session has its mark. */
export function fileCell(row: TransferRow): HTMLElement {
  const { session } = row;
  return session === null ? sentCell(row) : sessionCell(row, uploads.sessions.explain(session.files));
}

/** Why it is where it is, with what helps; of what is under way, how fast it goes. */
export function detailsCell(row: TransferRow, speed: number | null): HTMLElement {
  const cell = element('div', 'details-cell');
  const words = reasonWords(row, Date.now());
  const text = element('span', 'truncate', words);
  text.title = words;
  cell.append(text);
  if (row.state === 'uploading' && words === '') {
    text.dataset['speedOf'] = String(row.id);
    showSpeed(text, speed);
  }
  const remedy = remedyOf(row);
  if (remedy !== null) {
    // By keyboard it is Enter on the row, or the context menu.
    const button = element('button', 'cell-button', uploads.remedies[remedy]);
    button.tabIndex = -1;
    cell.append(button);
  }
  return cell;
}

/** Into an element that `detailsCell` made; `speed`: bytes per second. */
export function showSpeed(text: HTMLElement, speed: number | null): void {
  text.textContent = speed === null ? '' : formatRate(speed);
}

export function finishedCell({ finishedAt }: TransferRow): HTMLElement {
  return element('span', 'muted', finishedAt === null ? '' : whenWords(finishedAt));
}
