/** The Uploads view: what is found, what happens to it, and what helps. */
import type { TransferState } from '../domain.ts';
import { formatBytes, formatCount } from '../format.ts';
import type { Progress } from '../ipc.ts';
import type { StateFilter } from '../states.ts';

const files = (count: number) => formatCount(count, 'file', 'files');

const states: Record<TransferState, string> = {
  planned: 'Planned',
  preparing: 'Preparing',
  queued: 'Queued',
  uploading: 'Uploading',
  verifying: 'Verifying',
  done: 'Done',
  paused: 'Paused',
  waiting: 'Waiting',
  failed: 'Failed',
  skipped: 'Skipped',
  cancelled: 'Cancelled',
};

const filters: Record<StateFilter, string> = {
  all: 'All',
  active: 'Under way',
  waiting: 'Waiting',
  failed: 'Failed',
  skipped: 'Skipped',
  done: 'Done',
};

const activities: Record<Progress['activity'], string> = {
  idle: 'Nothing to send',
  scanning: 'Reading folders',
  uploading: 'Uploading',
  offline: 'Waiting for the network',
  held: 'The proxy asks for a name and password',
  paused: 'Paused',
  stopped: 'Stopped',
};

export const uploads = {
  title: 'Uploads',
  addFiles: 'Add files',
  addFolder: 'Add folder',
  files,

  empty: {
    title: 'Drop a folder to begin',
    body: 'Drop footage anywhere in this window, or choose it. Sideline sends it to your storage and goes on by itself after a break.',
  },

  overview: {
    title: 'All uploads together',
    activities,
    allDone: 'All done',
    doneExcept: (failed: number) => `Done, except ${files(failed)} that failed`,
    progress: 'Progress of all uploads',
    percent: (share: string) => share,
    arrived: (arrived: number, wanted: number) => `${formatBytes(arrived)} of ${formatBytes(wanted)}`,
    arrivedAll: (bytes: number) => `${formatBytes(bytes)} arrived`,
    left: (duration: string) => `${duration} left`,
    lastMoments: 'a few seconds left',
    counts: (done: number, all: number) => `${done.toLocaleString('en-US')} of ${files(all)}`,
    failed: (count: number) => `${count.toLocaleString('en-US')} failed`,
    skipped: (count: number) => `${count.toLocaleString('en-US')} skipped`,
    waiting: (count: number) => `${count.toLocaleString('en-US')} waiting`,
    pauseAll: 'Pause all',
    resumeAll: 'Resume all',
    retryFailed: 'Retry failed',
    clearFinished: 'Clear finished',
    graph: (now: string, peak: string) => `Speed over the last two minutes: ${now} now, ${peak} at most`,
    peak: (rate: string) => `peak ${rate}`,
    retried: (count: number) => `${files(count)} are tried again.`,
    cleared: 'Finished uploads were cleared.',
  },

  batches: {
    title: 'Uploads by drop',
    all: 'Everything',
    allHint: (count: number) => formatCount(count, 'upload', 'uploads'),
    roots: (first: string, others: number) => (others === 0 ? first : `${first} and ${others} more`),
    scanning: 'reading folders',
    progress: (name: string) => `Progress of ${name}`,
    clear: 'Clear this upload',
    to: (connection: string, when: string) => `${connection}, ${when}`,
  },

  list: {
    title: 'Files',
    filter: 'Show',
    filters,
    search: 'Search files',
    columns: {
      name: 'Name',
      size: 'Size',
      state: 'State',
      progress: 'Progress',
      details: 'Details',
      finished: 'Finished',
    },
    states,
    nothingHere: 'No file matches this view.',
    showAll: 'Show all files',
    loading: 'Loading the list',
    shown: (count: number) => `${files(count)} in the list`,
    waitsUntil: (time: string) => `Tried again at ${time}.`,
    selected: (count: number) => `${files(count)} selected`,
    allSelected: (count: number) => `All ${files(count)} of this view selected`,
    clearSelection: 'Clear selection',
    selectionActions: 'What to do with the selected files',
    tooMany: (most: number) =>
      `At most ${files(most)} can be selected one by one. Press Ctrl+A (or Cmd+A) for all of the view.`,
  },

  actions: {
    pause: 'Pause',
    resume: 'Resume',
    retry: 'Retry',
    cancel: 'Cancel upload',
    sendFirst: 'Send first',
    reveal: 'Show file',
    copyReason: 'Copy reason',
    selectAll: 'Select all',
    copied: 'The reason was copied.',
    retried: (count: number) => `${files(count)} will be tried again.`,
  },

  remedies: {
    retry: 'Retry',
    connection: 'Check connection',
    settings: 'Check proxy',
    'proxy-login': 'Sign in to the proxy',
    'show-file': 'Show file',
  },

  confirmCancel: {
    title: (count: number) => `Cancel ${files(count)}?`,
    body: 'What is not sent yet will not be sent. Files that arrived stay where they are, and nothing on this computer is touched.',
    action: 'Cancel uploads',
    keep: 'Keep going',
  },

  offer: {
    title: (name: string, others: number) => `Upload ${others === 0 ? name : `${name} and ${others} more`}`,
    looking: 'Looking through the folders. You can start at once; what is found is sent as it is read.',
    found: (count: number, bytes: number) => `${files(count)}, ${formatBytes(bytes)}`,
    nothingFound: 'There is nothing to send in it.',
    willSkip: (count: number) => `${files(count)} will be skipped`,
    willFail: (count: number) => `${files(count)} cannot be sent`,
    problems: 'What will not be sent',
    moreProblems: (count: number) => `and ${count.toLocaleString('en-US')} more`,
    connection: 'Send to',
    prefix: 'Folder in the bucket',
    prefixHint: 'Leave it empty to send to the top of the bucket.',
    prefixPlaceholder: 'season-26/round-12',
    example: 'Arrives as',
    start: 'Start upload',
    started: 'The upload has started.',
    noConnection:
      'There is no connection yet. Add the storage that your files go to, or practise first: the practice bucket is a folder on this computer.',
    addConnection: 'Add a connection',
    practise: 'Use the practice bucket',
  },
} as const;
