/** What is wrong with how a view is laid out, found in the page itself. */
import type { Page } from 'playwright';

/** One line for each text or control that is cut off, spills over, or cannot be reached; none is what we want. */
export function layoutFlaws(window: Page): Promise<string[]> {
  return window.evaluate(() => {
    const slack = 1.5; // px: half pixels of rounding
    const root = document.scrollingElement ?? document.documentElement;
    const nameOf = (element: Element) =>
      `<${element.tagName.toLowerCase()} class="${element.getAttribute('class') ?? ''}"> ${element.textContent.trim().slice(0, 60)}`;
    const isSeen = (element: Element) =>
      element.checkVisibility({ opacityProperty: true, visibilityProperty: true }) &&
      element.closest('.visually-hidden, [inert], [data-live-announcer]') === null;

    /** Why this box is not to be seen as a whole: what contains it ends before it does. */
    function cutBy(box: DOMRect, from: Element): string | null {
      for (let holder: Element | null = from; holder !== null && holder !== root; holder = holder.parentElement) {
        const { overflowX, overflowY, textOverflow, webkitLineClamp, position } = getComputedStyle(holder);
        const { left, right, top, bottom } = holder.getBoundingClientRect();
        if (right - left <= slack && bottom - top <= slack) return null; // for screen readers alone
        if (overflowX === 'hidden' && (textOverflow === 'ellipsis' || webkitLineClamp !== 'none')) return null; // it says so itself
        const wide = box.left < left - slack || box.right > right + slack;
        const high = box.top < top - slack || box.bottom > bottom + slack;
        const clips = (overflow: string) => overflow === 'hidden' || overflow === 'clip';
        if (wide && clips(overflowX)) return `cut sideways by ${holder.className}`;
        if (high && clips(overflowY)) return `cut in height by ${holder.className}`;
        if (overflowX !== 'visible' || overflowY !== 'visible') return null; // it can be scrolled to
        if (position === 'fixed') break;
      }
      const outside =
        box.left < -slack || box.right > innerWidth + slack || box.top < -slack || box.bottom > innerHeight + slack;
      return outside ? 'outside of the window' : null;
    }

    const found: string[] = [];
    if (root.scrollWidth > innerWidth) found.push(`the page is ${root.scrollWidth} px wide in ${innerWidth}`);
    for (const element of document.querySelectorAll('body *')) {
      if (!isSeen(element)) continue;
      const { overflowX, display } = getComputedStyle(element);
      const spills = element.scrollWidth > element.clientWidth + slack && element.clientWidth > 0;
      const scrolls = overflowX === 'auto' || overflowX === 'scroll';
      // The drops are a strip that is meant to be scrolled; in an input the text moves under the cursor.
      if (spills && scrolls && !element.matches('.batches')) found.push(`scrolls sideways: ${nameOf(element)}`);
      const isText = [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.nodeValue?.trim());
      if (spills && overflowX === 'visible' && display !== 'inline' && isText && !element.matches('input'))
        found.push(`spills over: ${nameOf(element)}`);
    }
    const words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (words.nextNode() !== null) {
      const { currentNode: node } = words;
      const holder = node.parentElement;
      if (holder === null || !node.nodeValue?.trim() || !isSeen(holder)) continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      const why = [...range.getClientRects()].map((box) => cutBy(box, holder)).find((one) => one !== null);
      if (why !== undefined) found.push(`${why}: ${nameOf(holder)}`);
    }
    for (const control of document.querySelectorAll('button, input, [role=option], [role=button]')) {
      if (!isSeen(control) || control.parentElement === null) continue;
      const why = cutBy(control.getBoundingClientRect(), control.parentElement);
      if (why !== null) found.push(`${why}: ${nameOf(control)}`);
    }
    const messages = [...document.querySelectorAll('.toast')].map((toast) => toast.getBoundingClientRect());
    for (const control of document.querySelectorAll('.dialog button')) {
      const { left, right, top, bottom } = control.getBoundingClientRect();
      const covers = (box: DOMRect) => box.left < right && box.right > left && box.top < bottom && box.bottom > top;
      if (isSeen(control) && messages.some(covers)) found.push(`covered by a message: ${nameOf(control)}`);
    }
    return [...new Set(found)];
  });
}
