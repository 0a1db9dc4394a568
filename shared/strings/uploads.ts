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
  held: 'A name and password are needed',
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
    shown: (count: number) => `${files(count)} in the list`,
    waitsUntil: (time: string) => `Tried again at ${time}.`,
    selected: (count: number) => `${files(count)} selected`,
    allSelected: (count: number) => `All ${files(count)} of this view selected`,
    clearSelection: 'Clear selection',
    selectionActions: 'What to do with the selected files',
    tooMany: (most: number) =>
      `At most ${files(most)} can be selected one by one. Press Ctrl+A (or Cmd+A) for all of the view.`,
  },

  sessions: {
    explain: (count: number) =>
      count === 1
        ? 'A video that is a session of its own at the backend'
        : `${files(count)} of one session: sent, paused, retried and cancelled together`,
    completing: 'Completing the session',
    ofPicture: (sentence: string) => `The picture of the session: ${sentence}`,
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
    destination: 'Change destination',
    settings: 'Check proxy',
    'proxy-login': 'Sign in to the proxy',
    'sign-in': 'Sign in',
    'show-file': 'Show file',
    'show-history': 'Show in history',
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
    whereTo: 'Where to',
    ways: { destinations: 'To destinations', connection: 'As they are' },
    destinations: {
      label: 'Destinations',
      none: 'Choose where the files go.',
      several: 'The first whose rules take a file gets it.',
      choose: (name: string) => name,
      up: (name: string) => `Move ${name} up`,
      down: (name: string) => `Move ${name} down`,
      moved: (name: string, place: number) => `${name} is number ${place} now.`,
      gets: 'Gets',
      onlyByHand: 'only files that you send to it one by one',
      place: (bucket: string, key: string) => `${bucket}/${key}`,
    },
    /** Where files go to a backend as they are. */
    backend: {
      names: (name: string) =>
        `${name} names the files itself: how they are called there is in the history once they have arrived.`,
      folder: 'Folder at the backend',
      folderHint: 'Leave it empty for the one that the backend chooses.',
      needed: 'This is needed: the backend takes nothing without it.',
      told: {
        event: { label: 'Event ID', hint: 'As the backend has it: who runs the event knows it.' },
        session: {
          label: 'Session ID',
          hint: 'Leave it empty: each video gets a session of its own. Or name one that is there already.',
        },
      },
    },
    fields: {
      title: 'For their names',
      labels: {
        user_id: 'User ID',
        event_id: 'Event ID',
        session_id: 'Session ID',
        image_type: 'Kind of image',
      } as Record<string, string>,
      for: (names: string) => `Part of the names in ${names}.`,
      toldTo: (names: string) => `The backend wants to know it: ${names}.`,
      needed: 'This is needed: it is a part of every name.',
    },
    details: {
      title: 'Details',
      none: 'title, event, tags and more',
      hint: 'Written to each object where the storage can keep it, and always kept here.',
      labels: {
        title: 'Title',
        description: 'Description',
        event: 'Event',
        session: 'Session',
        person: 'Person',
        tags: 'Tags',
      },
      tagsHint: 'With commas between them, at most 20.',
    },
    plan: {
      title: 'What will happen',
      planning: (count: number) => `Looking into the files: ${files(count)} so far`,
      replanning: 'Planning anew',
      ready: (count: number) => `The plan is ready: ${files(count)} would be sent.`,
      target: (count: number, objects: number) =>
        objects === count ? files(count) : `${files(count)} as ${formatCount(objects, 'object', 'objects')}`,
      nothingFor: 'nothing',
      notSent: 'Not sent',
      failed: 'cannot be sent',
      skipped: 'skipped',
      renamed: (count: number) => `${files(count)} get another name, because theirs is taken.`,
      showFiles: 'Show every file',
      hideFiles: 'Hide the files',
      empty: 'Nothing would be sent.',
    },
    list: {
      title: 'Files of the plan',
      show: 'Show',
      shows: { all: 'All', planned: 'To be sent', 'not-sent': 'Not sent', renamed: 'Renamed' },
      destination: 'Of destination',
      allDestinations: 'All destinations',
      search: 'Search files',
      columns: { name: 'File', size: 'Size', to: 'To', key: 'Arrives as' },
      notSent: 'Not sent',
      roles: { file: '', original: 'original', derived: 'other size', still: 'still' },
      nothing: 'No file matches this view.',
      actions: 'What becomes of the selected files',
      sendTo: 'Send to',
      leaveOut: 'Do not send',
      byRules: 'By the rules',
      selectAll: 'Select all',
      tooMany: 'These are too many to place one by one: a rule, or a folder dropped by itself, does it better.',
      changed: (count: number) => `${files(count)} placed by hand`,
      undoAll: 'Undo all',
    },
    refusals: {
      noConnection: 'connectionId: there is no such connection.',
      noDestination: 'One of the destinations is no longer there: choose again where the files go.',
      connectionGone: (name: string) =>
        `The connection of "${name}" is no longer there: give that destination another one first.`,
      twice: (name: string) => `"${name}" is chosen twice.`,
      elsewhere: 'A file was given to a destination that is not chosen.',
      fieldMissing: (field: string, name: string) => `"${name}" needs a value for ${field}.`,
      fieldWrong: (name: string, why: string) => `"${name}": ${why}`,
      tooMany: (most: number) =>
        `There are more than ${files(most)} in it: too many to show beforehand. They can be sent all the same.`,
      noPlan: 'There is no plan of these files yet.',
    },
  },
} as const;
