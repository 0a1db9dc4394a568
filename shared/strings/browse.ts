/** What is said of listings, of buckets, in the view that browses them, and in the terminal's `ls`. */
import type { BrowseKind } from '../browse.ts';
import { formatBytes, formatCount } from '../format.ts';

const number = (count: number) => count.toLocaleString('en-US');
const objectsOf = (count: number) => formatCount(count, 'object', 'objects');

const kinds: Record<BrowseKind, string> = {
  folder: 'Folder',
  image: 'Image',
  video: 'Video',
  audio: 'Audio',
  document: 'Document',
  other: 'Other',
};

export const browse = {
  listingClosed: 'This list is no longer open: open the folder again.',
  /** A connection over which another bucket of the same store is looked into. */
  otherBucket: (bucket: string, connection: string) => `${bucket} (as ${connection})`,
  /** In the place of a size, where a folder is. */
  folder: 'folder',
  sum: (sum: { folders: number; objects: number; bytes: number }) => {
    const { folders, objects, bytes } = sum;
    const parts = folders === 0 ? [] : [formatCount(folders, 'folder', 'folders')];
    return `${[...parts, formatCount(objects, 'object', 'objects')].join(', ')}, ${formatBytes(bytes)}`;
  },

  title: 'Browse',
  loading: 'Asking the storage',
  retry: 'Try again',
  kinds,
  /** In the place of a name that is empty: the key has two slashes in a row, or one at its beginning. */
  noName: '(no name)',
  rights: {
    readOnly: 'This connection is marked as read-only. Whoever set it up can change that under Connections.',
    otherFolder: 'A destination of this connection keeps to its own folder: nothing outside of it can be changed.',
    /** after the words of what was denied */
    denied: (why: string) => `${why} Once that is so, press Refresh in Browse.`,
    readOnlyMark: 'Read-only',
    readOnlyHint: 'Nothing is changed through this connection: it is marked so under Connections.',
    ownFolderMark: 'Own folder only',
    ownFolderHint: (folders: readonly string[]) =>
      `A destination of this connection keeps its users to their own folder. Seen is: ${folders.join(', ')}`,
  },
  drop: {
    into: (place: string) => `Drop to upload to ${place}`,
    oddFolder: 'Nothing can be uploaded into a folder with an empty name, or with a space at its beginning.',
  },
  where: {
    connection: 'Connection',
    bucket: 'Bucket',
    otherBuckets: 'Other buckets',
    findBucket: 'Find a bucket',
    noBucketFound: 'No bucket is called so.',
    path: 'Folders',
    hidden: (count: number) => `${number(count)} more folders`,
    back: 'Back',
    forward: 'Forward',
    up: 'To the folder above',
    bucketPage: 'Bucket check',
    deletions: 'Deletions',
  },
  toolbar: {
    filter: 'Filter this folder',
    searched: 'Search below this folder',
    scope: 'Where to search',
    here: 'This folder',
    below: 'And below',
    layout: 'Layout',
    list: 'List',
    grid: 'Grid',
    refresh: 'Refresh',
    newFolder: 'New folder',
    upload: 'Upload here',
    uploadFiles: 'Files…',
    uploadFolder: 'Folder…',
    uploadLink: 'Link for others…',
    sort: 'Sort by',
    sortedBy: (column: string) => `By ${column.toLowerCase()}`,
    details: 'Details',
  },
  list: {
    title: 'What is in the folder',
    columns: { name: 'Name', size: 'Size', type: 'Type', modified: 'Modified' },
    menu: 'What can be done with it',
    sent: 'Sent by Sideline',
    sentOther: 'Sent by Sideline, and changed since',
    tooMany: (most: number) => `At most ${number(most)} can be picked one by one: select all instead.`,
  },
  selection: {
    label: 'What can be done with the selection',
    clear: 'Clear the selection',
    count: (count: number) => `${number(count)} selected`,
    all: (count: number) => `All ${number(count)} selected`,
  },
  actions: {
    open: 'Open',
    details: 'Details',
    download: 'Download',
    copyTo: 'Copy to…',
    moveTo: 'Move to…',
    rename: 'Rename…',
    copyLink: 'Copy link',
    linkCopied: (time: string) => `The link is in the clipboard. Whoever has it can read this object until ${time}.`,
    noLink: 'Only an object has a link. To give away a folder, make links to what is in it.',
    links: 'More links…',
    copyKey: 'Copy key',
    keyCopied: 'The key is in the clipboard.',
    selectAll: 'Select all',
    remove: 'Delete…',
    removeOldVersions: 'Delete old versions…',
    history: 'Show in history',
  },
  status: {
    label: 'Size',
    loading: (objects: number) => `Loading, ${objectsOf(objects)} so far`,
    searching: (scanned: number, found: number) => `Searching, ${number(found)} found in ${objectsOf(scanned)}`,
    found: (count: number, bytes: number) => `${objectsOf(count)} found, ${formatBytes(bytes)}`,
    filtered: (shown: number) => `${number(shown)} shown`,
    below: (objects: number, bytes: number) => `with all folders below: ${objectsOf(objects)}, ${formatBytes(bytes)}`,
    belowSoFar: (objects: number, bytes: number) =>
      `with all folders below: ${objectsOf(objects)}, ${formatBytes(bytes)} so far…`,
    selected: (objects: number, bytes: number) => `Selected: ${objectsOf(objects)}, ${formatBytes(bytes)}`,
    selectedSoFar: (objects: number, bytes: number) => `Selected: ${objectsOf(objects)}, ${formatBytes(bytes)} so far…`,
    full: 'There is more than a list can hold. Search, or open a folder.',
  },
  empty: {
    noConnection: 'No bucket yet',
    noConnectionBody: 'Add a connection to a bucket, and look after what is in it here.',
    addConnection: 'Add a connection',
    bucket: 'This bucket is empty',
    bucketBody: 'Drop files here, or upload some. They show up as soon as they have arrived.',
    folder: 'This folder is empty',
    folderBody: 'Drop files here, or upload some.',
    nothingFound: 'Nothing here has that in its name.',
    nothingBelow: 'Nothing below this folder has that in its name.',
    clear: 'Clear',
    searchBelow: 'Search below this folder',
  },
  problem: {
    denied: 'This folder cannot be shown',
    other: 'The storage did not answer',
    deniedHelp:
      'Where the connection may see one folder only, open that by its name. Else ask whoever gave out its keys.',
    lockedHelp: 'This connection shows these folders:',
    goTo: 'Folder',
    goToHint: 'As in photos/2026/',
    open: 'Open',
    connections: 'Open Connections',
    cut: 'The list could not be loaded to its end.',
  },
} as const;
