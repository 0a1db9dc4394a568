/** Keys of the whole view, wherever in it the focus is but in a field or dialog; those of the rows are in choosing.ts. */
import { goBack, goForward, goUp, refresh } from '../../stores/browse.ts';
import { newFolderHere } from './doing.ts';

/** null: it is none of the view */
function commandOf(event: KeyboardEvent): (() => void) | null {
  const command = event.ctrlKey || event.metaKey;
  if (command) {
    if (event.key.toLowerCase() === 'r') return refresh;
    return event.shiftKey && event.key.toLowerCase() === 'n' ? newFolderHere : null;
  }
  if (event.altKey) return ofAlt[event.key] ?? null;
  if (event.shiftKey) return null;
  return alone[event.key] ?? null;
}

const ofAlt: Record<string, () => void> = { ArrowLeft: goBack, ArrowRight: goForward, ArrowUp: goUp };
const alone: Record<string, () => void> = { Backspace: goUp, F5: refresh };

export function isKeyOfView(event: KeyboardEvent): boolean {
  return commandOf(event) !== null;
}

/** Returns what ends it. */
export function followKeys(): () => void {
  const ended = new AbortController();
  window.addEventListener('keydown', keyed, { signal: ended.signal });
  return () => ended.abort();
}

const elsewhere = 'input, textarea, [role=dialog], [role=alertdialog], [role=menu]';

function keyed(event: KeyboardEvent): void {
  const command = commandOf(event);
  const isElsewhere = event.target instanceof Element && event.target.closest(elsewhere) !== null;
  if (command === null || isElsewhere || event.defaultPrevented) return;
  event.preventDefault();
  command();
}
