/** What the terminal says of downloads, copies and moves. */
export const transferring = {
  failed: 'failed',
  counting: 'looking for what there is',
  offline: 'waiting for the network',
  online: 'the network is back',
  stopped: 'Stopped: the same command again goes on from here.',
  left: (time: string) => `${time} left`,
  failedCount: (failed: number) => `${failed.toLocaleString('en-US')} failed`,
  again: (failed: number) => `${failed.toLocaleString('en-US')} failed: the same command again tries them.`,
  isFolder: (name: string) => `"${name}" is a folder: give --recursive to take all that is below it.`,
  noTarget: 'Several objects, or what a folder holds, need a folder as their target: end it with a slash.',
  twoNames: (command: string) => `${command}: name what is to go, and where to.`,
  nothing: (names: string) => `There is nothing named ${names}.`,
  get: { verb: 'brought', skipped: 'were there already, and equal' },
  cp: { verb: 'copied', skipped: 'were there already, and equal' },
  mv: { verb: 'moved', skipped: 'were there already, and equal: only the original was deleted' },
  /** over a backend */
  notAsSent: (files: number) =>
    `${files.toLocaleString('en-US')} are not what this computer sent: somebody has changed them there.`,
  /** how many files only their size speaks for */
  unproven: (files: number) =>
    `${files.toLocaleString('en-US')} could only be compared by size: the storage keeps nothing that proves more.`,
} as const;
