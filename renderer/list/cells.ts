/** Cells of lists as plain elements: there are hundreds on the screen, and they are drawn anew while scrolling. */
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
