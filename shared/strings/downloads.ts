/** Downloads: objects as files of this computer. */
export const downloads = {
  /** As what stands in brackets behind "The file could not be written to this computer's disk". */
  full: 'the disk is full',
  forbidden: (where: string) => (where === '' ? 'it may not be written' : `${where} may not be written`),
  gone: (where: string) => (where === '' ? 'the drive is gone' : `${where} is gone`),
  tooLarge: 'a drive in the format FAT32 takes files up to 4 GB',
  noRoom: (needed: string, free: string) => `${needed} are needed, and ${free} are free`,
  /** As what stands in brackets behind "No file of this computer can have this key as its name". */
  tooLong: 'it is too long, or has a character that this drive does not take',
} as const;
