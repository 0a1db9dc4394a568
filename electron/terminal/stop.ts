/** How a person, or the system, asks a command to stop: Ctrl-C, an end in order, or a terminal that was closed. */
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Calls `stop` for each of them, in place of ending the process, until what it returns is called. */
export function onStop(stop: () => void): () => void {
  for (const signal of signals) process.on(signal, stop);
  return () => {
    for (const signal of signals) process.off(signal, stop);
  };
}
