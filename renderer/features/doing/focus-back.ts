import { useEffect } from 'react';

/** The button that opened a dialog may be gone with what was done in it: the focus then goes to the rows, and not nowhere. */
export function useFocusOnRows(): void {
  useEffect(() => () => soon(() => soon(focusRows)), []);
}

/** Once React Aria has given the focus back to what is still there. */
function soon(job: () => void): void {
  requestAnimationFrame(job);
}

function focusRows(): void {
  const { activeElement, body } = document;
  if (activeElement !== null && activeElement !== body) return;
  document.querySelector<HTMLElement>('.browse .ag-cell-focus, .browse .ag-header-cell, .browse-tiles')?.focus();
}
