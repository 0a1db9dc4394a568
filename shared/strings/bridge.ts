/** What the preload script itself says: it is bundled alone, so these words bring nothing else along. */
export const bridge = {
  unsendable: 'This cannot be handed to the app: it is more than plain data.',
} as const;
