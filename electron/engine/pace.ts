/** Long work in the main process in slices: the window is answered in between. */

/** A slice: what is left of a frame belongs to others. ms */
const slice = 8;

/** Called between two pieces of work; resolves at once, or after a turn of the event loop where a slice is over. */
export function createPace(): { isOver(): boolean; turn(): Promise<void> } {
  let begun = performance.now();
  return {
    isOver: () => performance.now() - begun > slice,
    async turn() {
      await new Promise((resolve) => setImmediate(resolve));
      begun = performance.now();
    },
  };
}
