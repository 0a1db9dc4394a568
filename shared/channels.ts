/** The channels of Electron's IPC, apart from the contract so that the preload script has them without its schemas. */

/** Paths have a channel of their own: only the preload script knows them, from a real drop. */
export const channels = { call: 'sideline:call', drop: 'sideline:drop', event: 'sideline:event' } as const;
