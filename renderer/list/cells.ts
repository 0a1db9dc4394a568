/** Cells of lists as plain elements: there are hundreds on the screen, and they are drawn anew while scrolling. */
import { common } from '../../shared/strings/common.ts';
import { printable } from '../../shared/format.ts';
import { otherNameOf } from '../../shared/own-name.ts';
import { nameParts } from './name-parts.ts';

export function element(tag: string, className: string, text = ''): HTMLElement {
  const made = document.createElement(tag);
  if (className !== '') made.className = className;
  if (text !== '') made.textContent = text;
  return made;
}

/**
 * A key with its folder; both give way where there is no room, the folder first. What cannot be seen in it, or turns the text
 * around it, is written as an escape.
 */
export function nameCell(key: string): HTMLElement {
  const shown = printable(key);
  const { folder, head, tail } = nameParts(shown);
  const cell = element('div', 'name-cell');
  cell.title = shown;
  cell.append(
    element('span', 'name-folder', folder),
    element('span', 'name-head', head),
    element('span', 'name-tail', tail),
  );
  return cell;
}

/** Of what was sent, or is to be: by its key; where that tells nothing of the file, by its own name, and the key as its place. */
export function sentCell(file: { key: string; source: string }): HTMLElement {
  const own = otherNameOf(file);
  if (own === null) return nameCell(file.key);
  const cell = nameCell(own);
  const place = printable(file.key);
  cell.title = `${cell.title}\n${place}`;
  cell.append(element('span', 'name-place', place));
  return cell;
}

/** A video that is a session at its backend, with a mark; `explanation`: what is one row there; `isOpen`: it is not complete yet. */
export function sessionCell(file: { key: string; source: string }, explanation: string, isOpen = false): HTMLElement {
  const cell = element('div', 'session-cell');
  const mark = element('span', 'session-mark', isOpen ? common.openSession : common.session);
  mark.title = explanation;
  const name = sentCell(file);
  name.title = `${name.title}\n${explanation}`;
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
