/** Copies, moves and new names of objects. */
export const transfers = {
  /** As what follows "The storage cannot do this: " */
  notProven: 'it does not prove that the copy is whole, so the original was kept',
  copyLost: (key: string) =>
    `"${key}" is no longer the copy that was made: it was moved, replaced or deleted meanwhile. The original was kept.`,
  tooLong: (bytes: number, most: number) => `${bytes} bytes long, and S3 takes at most ${most}`,
  intoItself: (prefix: string) => `"${prefix === '' ? '/' : prefix}" cannot be put into itself: choose another folder.`,
  ontoItself: (key: string) => `"${key}" is there already: choose another folder or name.`,
  otherKind: 'A folder keeps the slash at the end of its name, and an object gets none.',
  wholeBucket: 'the whole bucket',
  item: 'item',
  items: 'items',
} as const;
