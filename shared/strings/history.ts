/** The History view: what was sent, what is known of it, and whether it is still there. */
import type { IntegrityMode } from '../domain.ts';
import { formatBytes, formatCount } from '../format.ts';
import type { BatchVerification, ExportForm, FileKind, VerifyOutcome } from '../history.ts';

const files = (count: number) => formatCount(count, 'file', 'files');
const are = (count: number) => `${count.toLocaleString('en-US')} ${count === 1 ? 'is' : 'are'}`;

const kinds: Record<FileKind, string> = {
  image: 'Images',
  video: 'Videos',
  audio: 'Audio',
  document: 'Documents',
  other: 'Other',
};

const periods = {
  any: 'Any time',
  today: 'Today',
  week: 'Last 7 days',
  month: 'Last 30 days',
  range: 'Between two days',
} as const;
export type Period = keyof typeof periods;

const integrity: Record<IntegrityMode, string> = {
  crc32: 'Proved by its checksum (CRC32): what arrived is what was read.',
  'content-md5': 'Proved by its MD5, which the store checked before it took it.',
  'etag-md5': 'Proved by its MD5: what arrived is what was read.',
  none: 'Only the size was compared: this store cannot prove the content.',
};

const forms: Record<ExportForm, string> = {
  'receipts-csv': 'All that is known, as a table (CSV)',
  'receipts-json': 'All that is known, for programs (JSON)',
  'mapping-csv': 'Old path, key and address (CSV)',
  'mapping-json': 'Old path, key and address (JSON)',
};

const outcomes: Record<VerifyOutcome, string> = {
  same: 'The same',
  unproven: 'Same size',
  different: 'Different',
  missing: 'Missing',
  unknown: 'Not known',
};

/** One sentence for each outcome that there is. */
function verdict({ counts }: Pick<BatchVerification, 'counts'>): string {
  const { same, unproven, different, missing, unknown } = counts;
  const parts = [
    missing > 0 ? `${are(missing)} missing from the store` : null,
    different > 0 ? `${are(different)} not what was sent` : null,
    unknown > 0 ? `${unknown.toLocaleString('en-US')} could not be compared, for the reasons below` : null,
    same > 0 ? `${are(same)} there, exactly as sent` : null,
    unproven > 0 ? `${are(unproven)} there in the right size, which is all that this store can tell` : null,
  ].filter((part) => part !== null);
  return `${parts.join('; ')}.`;
}

export const history = {
  title: 'History',
  files,
  loading: 'Reading the history',
  retry: 'Try again',

  empty: {
    title: 'Nothing has been sent yet',
    body: 'Every file that arrives at your storage is listed here, with the proof that it arrived.',
    action: 'Go to the uploads',
  },

  filters: {
    title: 'Which files are shown',
    search: 'Search name or path',
    kind: 'Kind',
    kinds,
    destination: 'Destination',
    period: 'When',
    periods,
    firstDay: 'First day',
    lastDay: 'Last day',
    daysReversed: 'The last day is before the first.',
    tag: 'Tag',
    anyTag: 'Any tag',
    batch: 'Upload',
    anyBatch: 'All uploads',
    findBatch: 'Find an upload',
    noBatchFound: 'No upload is called so.',
    several: (first: string, others: number) => (others === 0 ? first : `${first} + ${others}`),
    clear: 'Clear filters',
  },

  list: {
    title: 'Files that were sent',
    columns: { name: 'Name', destination: 'Sent to', size: 'Size', finished: 'Finished' },
    shown: (count: number) => files(count),
    shownSoFar: (count: number) => `${files(count)} so far`,
    nothingFound: 'No file that was sent matches this.',
    menu: 'What to do with this file',
    deleted: 'Deleted',
    session: (files_: number) => (files_ === 1 ? 'A video that is a session' : `A session of ${files(files_)}`),
  },

  actions: {
    open: 'Open',
    copyUrl: 'Copy address',
    copyLink: 'Copy link',
    reveal: 'Show file',
    details: 'Details',
    showBatch: 'Show the whole upload',
    urlCopied: 'The address was copied. It opens for everyone only where the storage is public.',
    linkCopied: (until: string) => `The link was copied. Whoever has it can open the file until ${until}.`,
    linkCopiedForGood: 'The link was copied.',
    save: 'Save a copy',
    saved: (path: string) => `Saved as ${path}`,
    savedOther: (path: string) =>
      `Saved as ${path}. It is not what was sent: the backend has another content there now.`,
    remove: 'Delete',
    removed: (files: number) =>
      files > 1 ? 'The session was deleted at the backend.' : 'It was deleted at the backend.',
  },

  details: {
    title: 'Details of the file',
    close: 'Close details',
    where: 'At the storage',
    connection: 'Connection',
    destination: 'Destination',
    key: 'Key',
    address: 'Address',
    deleted: 'Deleted',
    deletedAt: (when: string) => `Deleted ${when}: this is what was known of it.`,
    sessionTitle: 'Session',
    sessionId: 'Session ID',
    sessionState: 'State',
    sessionTold: 'complete, and the backend knows it',
    sessionOpen: 'not complete yet: the backend is still to be told',
    sessionOthers: 'With it',
    noLink: 'This backend gives no links.',
    local: 'On this computer',
    source: 'Path',
    sourceSize: 'Size',
    sent: 'What was sent',
    size: 'Size',
    type: 'Type',
    parts: 'Sent in',
    partsOf: (parts: number, bytes: number) => `${formatCount(parts, 'part', 'parts')} of ${formatBytes(bytes)}`,
    onePut: 'one piece',
    changes: 'Changed',
    unchanged: 'nothing: it is the file as it was',
    crc32: 'CRC32',
    etag: 'ETag',
    version: 'Version',
    integrity,
    when: 'When',
    begun: 'Begun',
    finished: 'Finished',
    took: (duration: string) => `after ${duration}`,
    batch: 'Upload',
  },

  remove: {
    title: (name: string) => `Delete ${name}?`,
    text: 'The backend deletes the file and its record, for everybody. The file on this computer stays, and so does this line of the history.',
    session:
      'The backend deletes the video of this session and what belongs to it, for everybody. The files on this computer stay, and so does this line of the history.',
    confirm: 'Delete',
    cancel: 'Keep it',
  },

  batch: {
    label: (name: string) => `Upload: ${name}`,
    facts: (when: string, objects: number, bytes: number) => `${when}, ${files(objects)}, ${formatBytes(bytes)}`,
    hint: (when: string, objects: number, bytes: number) => `${when} · ${files(objects)} · ${formatBytes(bytes)}`,
    description: 'Description',
    event: 'Event',
    session: 'Session',
    person: 'Person',
    tags: 'Tags',
    leave: 'Show all uploads',
    export: 'Export',
    forms,
    exported: (path: string) => `Saved as ${path}`,
    verify: 'Verify again',
  },

  verify: {
    starting: 'Asking the store',
    progress: (done: number, total: number) =>
      `Compared ${done.toLocaleString('en-US')} of ${files(total)} with the store`,
    label: 'Progress of the comparison',
    stop: 'Stop',
    stopped: 'The comparison was stopped.',
    outcomes,
    verdict,
    allThere: (count: number) =>
      count === 1 ? 'The file is there, exactly as sent.' : `All ${files(count)} are there, exactly as sent.`,
    nothing: 'Nothing was sent in this upload.',
    checked: (when: string) => `Compared ${when}.`,
    findings: 'What is not as it was sent',
    first: (shown: number, all: number) =>
      `The first ${shown.toLocaleString('en-US')} of ${all.toLocaleString('en-US')}.`,
    mend: 'Drop the same files again to send what is missing: what is there already is skipped.',
    dismiss: 'Hide the result',
  },
} as const;
