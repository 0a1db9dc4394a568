/** What is asked when the window is closed while something is on its way. */
import { formatCount } from '../format.ts';

export const closing = {
  question: 'Uploads are still going on.',
  detail: 'If you quit, nothing is lost: they go on where they were when you start Sideline again.',
  tasksQuestion: (count: number) =>
    count === 1 ? 'A task is still under way.' : `${formatCount(count, 'task', 'tasks')} are still under way.`,
  /** Of downloads, copies and deletions: they are not begun again by themselves. */
  tasksDetail: (count: number) =>
    `If you quit, ${count === 1 ? 'the task under way is' : 'the tasks under way are'} cut short: what is done stays done, and begun once more ${count === 1 ? 'it goes' : 'they go'} on with the rest.`,
  goOn: 'Go On in the Background',
  quit: 'Quit',
  stay: 'Keep the Window Open',
} as const;
