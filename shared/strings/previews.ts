/** Looking at objects, and opening them with other programs. */
export const previews = {
  notOpened: (why: string) => `This computer did not open it: ${why}`,
  /** As what follows "The storage cannot do this: " would not fit: the reason is here. */
  noProgram:
    'Files of this type are not opened from here, as they could run or be something else than they seem. Download it, and decide then.',
  tooLarge: (most: string) => `Only files up to ${most} are opened from here. Download it instead.`,
} as const;
