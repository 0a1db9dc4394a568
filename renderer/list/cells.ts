/** Cells of lists as plain elements: there are hundreds on the screen, and they are drawn anew while scrolling. */
import { common } from '../../shared/strings/common.ts';
import { nameParts } from './name-parts.ts';

export function element(tag: string, className: string, text = ''): HTMLElement {
  const made = document.createElement(tag);
  if (className !== '') made.className = className;
  if (text !== '') made.textContent = text;
  return made;
}

/** A key with its folder; both give way where there is no room, the folder first. */
export function nameCell(key: string): HTMLElement {
  const { folder, head, tail } = nameParts(key);
  const cell = element('div', 'name-cell');
  cell.title = key;
  cell.append(
    element('span', 'name-folder', folder),
    element('span', 'name-head', head),
    element('span', 'name-tail', tail),
  );
  return cell;
}

/** The key of a video that is a session at its backend, with a mark; `explanation`: what is one row there; `isOpen`: it is not complete yet. */
export function sessionCell(key: string, explanation: string, isOpen = false): HTMLElement {
  const cell = element('div', 'session-cell');
  const mark = element('span', 'session-mark', isOpen ? common.openSession : common.session);
  mark.title = explanation;
  const name = nameCell(key);
  name.title = `${key}\n${explanation}`;
  cell.append(mark, name);
  return cell;
}

const svg = 'http://www.w3.org/2000/svg';

/** One of the symbols that an icon sprite has put into the page. */
export function spriteIcon(symbol: string, className: string): SVGSVGElement {
  const icon = document.createElementNS(svg, 'svg');
  icon.setAttribute('class', `icon ${className}`);
  icon.setAttribute('aria-hidden', 'true');
  const use = document.createElementNS(svg, 'use');
  use.setAttribute('href', `#${symbol}`);
  icon.append(use);
  return icon;
}
