/** Keeps what comes in from holding everything else up: sockets side by side bring more than one turn of the event loop should take. */

/** of each turn. ms */
const longest = 5;

/** Returns undefined where work may go on in this turn, else what resolves in the next one. */
export function createTurns(): () => Promise<void> | undefined {
  let began: number | null = null;
  let next: Promise<void> | null = null;
  return () => {
    const now = performance.now();
    if (began === null) {
      began = now;
      setImmediate(() => (began = null));
    }
    if (next === null && now - began < longest) return undefined;
    next ??= new Promise((resolve) => {
      setImmediate(() => {
        next = null;
        resolve();
      });
    });
    return next;
  };
}
