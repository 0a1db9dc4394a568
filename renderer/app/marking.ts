/**
 * Text is marked only where it may be (user-select of base.css). Chromium marks from the first to the last sign of the page for
 * "Select all", and from click to click with Shift, without showing it; as soon as a dialog with text that may be marked stands in
 * between, that is shown as marked.
 */
export function markOnlyText(): void {
  document.addEventListener('selectstart', (event) => {
    const from = event.target instanceof Node ? event.target : null;
    const element = from instanceof Element ? from : from?.parentElement;
    if (element == null || getComputedStyle(element).userSelect === 'none') event.preventDefault();
  });
}
