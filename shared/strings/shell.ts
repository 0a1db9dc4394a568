/** What the system around the window says: menus, tray, notifications, and the border between the processes. */
import { formatBytes, formatCount, formatDuration, formatRate } from '../format.ts';

const files = (count: number) => formatCount(count, 'file', 'files');

/** Labels of native menus; & is before the letter that Alt opens it with, where a system has that. */
const menu = {
  file: '&File',
  edit: '&Edit',
  transfers: '&Transfers',
  view: '&View',
  window: '&Window',
  help: '&Help',
  addFiles: 'Add Files…',
  addFolder: 'Add Folder…',
  clearFinished: 'Clear Finished Uploads',
  pauseAll: 'Pause All',
  resumeAll: 'Resume All',
  retryFailed: 'Retry Failed',
  deletions: 'Deletions…',
  uploads: 'Uploads',
  browse: 'Browse',
  history: 'History',
  destinations: 'Destinations',
  connections: 'Connections',
  bucket: 'Bucket check',
  settings: 'Settings…',
  find: 'Find…',
  zoomIn: 'Zoom In',
  zoomOut: 'Zoom Out',
  actualSize: 'Actual Size',
  fullScreen: 'Toggle Full Screen',
  developer: 'Developer Tools',
  logFolder: 'Open Log Folder',
  diagnostics: 'Save Diagnostics…',
  about: 'About Sideline',
  hide: 'Hide Sideline',
  hideOthers: 'Hide Others',
  showAll: 'Show All',
  services: 'Services',
  quit: { darwin: 'Quit Sideline', win32: 'Exit', linux: 'Quit' },
  undo: 'Undo',
  redo: 'Redo',
  cut: 'Cut',
  copy: 'Copy',
  paste: 'Paste',
  selectAll: 'Select All',
  minimize: 'Minimize',
  zoomWindow: 'Zoom',
  close: 'Close Window',
  front: 'Bring All to Front',
} as const;

const tray = {
  show: 'Show Sideline',
  pause: 'Pause All',
  resume: 'Resume All',
  quit: 'Quit Sideline',
  idle: 'Sideline: nothing to upload',
  failed: (count: number) => `Sideline: ${files(count)} failed`,
  scanning: 'Sideline: reading folders',
  paused: 'Sideline: paused',
  offline: 'Sideline: waiting for the network',
  held: 'Sideline: a name and password are needed',
  stopped: 'Sideline has stopped: it needs you',
  uploading: (percent: number, rate: number | null, timeLeft: number | null) =>
    [
      `Sideline: ${percent} %`,
      ...(rate === null ? [] : [formatRate(rate)]),
      ...(timeLeft === null ? [] : [`${formatDuration(timeLeft)} left`]),
    ].join(', '),
} as const;

/** Of notifications: a title, and a sentence or two. */
const notices = {
  done: {
    title: 'Upload finished',
    body: (name: string, count: number, bytes: number) => `${name}: ${files(count)}, ${formatBytes(bytes)}`,
  },
  doneWithFailures: {
    title: 'Upload finished, but something is missing',
    body: (name: string, done: number, failed: number) =>
      `${name}: ${files(done)} uploaded, ${formatCount(failed, 'file', 'files')} failed. Open Sideline to see why.`,
  },
  failing: {
    title: 'A file could not be uploaded',
    body: (name: string, failed: number) =>
      `${name}: ${files(failed)} failed; the others go on. Open Sideline to see why.`,
  },
  held: {
    title: 'A name and password are needed',
    body: 'What is under way waits until you have given them in the window.',
  },
  stopped: { title: 'Sideline has stopped' },
  /** How an upload is called: by what was dropped. */
  name: (first: string, others: number) => (others === 0 ? first : `${first} and ${others} more`),
  nameless: 'Your upload',
} as const;

/** Of messages between the processes that are none of the contract. */
const border = {
  sender: 'The message did not come from the app.',
  unknown: 'There is no such call.',
  'not-plain': 'The input is not plain data.',
  'too-deep': 'The input is nested too deeply.',
  'too-many': 'The input has too many values.',
  'too-long': 'The input is too long.',
} as const;

export const shell = {
  title: 'Sideline',
  badge: (failed: number) => `${files(failed)} failed`,
  menu,
  tray,
  notices,
  border,
} as const;
