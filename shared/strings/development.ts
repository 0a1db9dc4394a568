/** What only developers see. */
export const development = {
  serverGone: (address: string) => `The development server at ${address} does not answer.`,
  serverGoneDetail: 'Uploads go on. Close this window and run "npm run dev" again.',
} as const;
