/**
 * Stands in place of a module of React Aria (see electron.vite.config.ts). That holds each dialog back for up to 0.6 s, unseen and with
 * all else frozen behind it, where it expects an on-screen keyboard that moves the page: with a touch screen, and after the
 * window was made smaller while somebody typed. Those of desktops lie over the page and move nothing.
 */
export function runAfterKeyboard(reveal: (isOpen: boolean) => void): () => void {
  reveal(false);
  return () => undefined;
}
