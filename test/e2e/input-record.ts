/** What of the mouse and the focus has reached a page: where a press did nothing, it tells whether it came at all, and to what. */
import type { Page } from 'playwright';

declare global {
  interface Window {
    inputRecord: { at: number; line: string }[] | undefined;
  }
}

/** For this page, and what is loaded in its place. */
export async function recordInput(window: Page): Promise<void> {
  await window.addInitScript(record);
  await window.evaluate(record);
}

/** The last lines, each with how long ago it was in ms. */
export async function inputOf(window: Page): Promise<string[]> {
  return await window.evaluate(() =>
    (globalThis.window.inputRecord ?? []).map(
      ({ at, line }) => `${(performance.now() - at).toFixed(0)} ms ago: ${line}`,
    ),
  );
}

/** Runs in the page. */
function record(): void {
  if (globalThis.window.inputRecord !== undefined) return;
  const lines: { at: number; line: string }[] = [];
  globalThis.window.inputRecord = lines;
  const types = ['pointerdown', 'pointerup', 'pointercancel', 'mousedown', 'click', 'drop', 'focusin', 'focusout'];
  const name = ({ target }: Event) =>
    target instanceof Element ? `${target.tagName.toLowerCase()}.${target.getAttribute('class') ?? ''}` : 'the page';
  for (const type of types)
    addEventListener(
      type,
      (event) => {
        const place = event instanceof MouseEvent ? ` at ${event.clientX.toFixed(0)},${event.clientY.toFixed(0)}` : '';
        lines.push({ at: performance.now(), line: `${type} on ${name(event)}${place}` });
        if (lines.length > 40) lines.shift();
      },
      { capture: true, passive: true },
    );
}
