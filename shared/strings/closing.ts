/** What is asked when the window is closed while something is on its way. */
export const closing = {
  question: 'Uploads are still going on.',
  detail: 'If you quit, nothing is lost: they go on where they were when you start Sideline again.',
  goOn: 'Go On in the Background',
  quit: 'Quit',
  stay: 'Keep the Window Open',
} as const;
