/** The bucket check as a page: what it says around the findings, and what is done from it. */
import type { MendName } from '../bucket-check.ts';
import { formatBytes, formatCount } from '../format.ts';
import type { PolicyRole } from '../iam-policy.ts';
import type { Forgettable, OrphanList } from '../orphans.ts';

const number = (count: number) => count.toLocaleString('en-US');
const objects = (count: number) => formatCount(count, 'object', 'objects');
const uploads = (count: number) => formatCount(count, 'unfinished upload', 'unfinished uploads');
const records = (count: number) => formatCount(count, 'record', 'records');
const days = (count: number) => formatCount(count, 'day', 'days');
const kinds: Record<OrphanList, (count: number) => string> = {
  unknown: objects,
  missing: (count) => formatCount(count, 'entry', 'entries'),
  uploads,
};

export const bucketPage = {
  title: 'Bucket check',
  connection: 'Connection',
  tabs: { settings: 'Settings', policies: 'Policies', left: 'Clean up' },
  tabsLabel: 'Parts of the bucket check',
  loading: 'Asking for the connections',
  retry: 'Try again',
  empty: {
    title: 'No bucket yet',
    text: 'Add a connection to a bucket. Here you then see whether it is set up right for what you send there.',
    action: 'Show connections',
  },
  open: (connection: string) => `Check the bucket of ${connection}`,

  check: {
    running: (read: number, all: number) => `Reading the settings: ${number(read)} of ${number(all)}`,
    again: 'Check again',
    refused: 'Try again',
    allWell: 'All is well',
    verdict: (problems: number, advice: number, unknown: number) =>
      [
        problems > 0 ? formatCount(problems, 'problem', 'problems') : '',
        advice > 0 ? formatCount(advice, 'piece of advice', 'pieces of advice') : '',
        unknown > 0 ? `${number(unknown)} not known` : '',
      ]
        .filter((part) => part !== '')
        .join(', '),
    judgedFor: (bucket: string, destinations: number) =>
      destinations === 0
        ? `${bucket}: no destination sends here yet, so only what holds for every bucket was judged.`
        : `${bucket}, judged for ${formatCount(destinations, 'destination that sends', 'destinations that send')} here.`,
    at: (time: string) => `Checked ${time}`,
    findings: 'What was found',
    fine: 'What is fine',
    concerns: (names: readonly string[]) => `For: ${names.join(', ')}`,
    mend: 'Set it right…',
    mendOf: (mend: string, title: string) => `${mend} (${title})`,
    cleanUp: 'Look at them…',
    reads: 'What was read',
    readsHint: 'Every setting by itself, as the storage has it.',
    reading: 'Reading',
    other: 'Change a setting',
    changes: 'Changes made from this computer',
    change: (setting: string, what: string) => `${setting}: ${what}`,
    notTaken: 'The storage has not taken it.',
    cutShort: 'It was cut short: look whether it was made.',
    putBack: 'Put it back…',
    putBackOf: (what: string, time: string) => `Put it back… (${what}, ${time})`,
    allChanges: (count: number) => `Show all ${number(count)}`,
  },

  mend: {
    look: 'Show the change',
    lookAgain: 'Look again',
    back: 'Other values',
    apply: 'Make this change',
    looking: 'Reading the setting',
    of: (setting: string) => `The exact change to: ${setting}`,
    diff: 'The change, line by line',
    added: 'added: ',
    removed: 'removed: ',
    equal: (count: number) => `Show ${formatCount(count, 'line', 'lines')} that stay as they are`,
    unset: 'Nothing is set now.',
    unchanged: 'It is so already: there is nothing to do.',
    counts: (added: number, removed: number) =>
      `${formatCount(added, 'line', 'lines')} added, ${number(removed)} removed. All others stay to the letter.`,
    now: 'What the storage has now',
    nothingNow: 'Nothing is set.',
    origins: 'Addresses of the web pages',
    originsHint: 'One in a line, with scheme and port: https://app.example.org',
    originsMissing: 'Write at least one address.',
    upload: 'They may send files, too',
    insteadSend: 'Pages of all other addresses may no longer send',
    insteadOpen: 'Nothing else stays open by statements that do nothing but let everybody read',
    putBack: 'Put back what was there…',
    days: { 'abort-uploads': 'Remove after', expire: 'Delete after', archive: 'Move after' } satisfies Partial<
      Record<MendName, string>
    >,
    daysUnit: 'days',
    prefix: 'Folder',
    prefixHint: 'All that is in it, such as temp/. Never the whole bucket.',
    prefixMissing: 'Name a folder, such as temp/.',
    storageClass: 'Storage class',
    by: 'Encryption',
    byNames: { AES256: 'The storage’s own keys (AES256)', 'aws:kms': 'A key of the key service (KMS)' },
    keyId: 'Key',
    keyIdHint: 'ID, alias or ARN. Empty: the account’s own key for S3.',
  },

  policies: {
    intro:
      'The least that somebody’s keys must be allowed for one destination: give each person keys with just this, and a lost laptop opens nothing else.',
    destination: 'Destination',
    role: 'What these keys are for',
    roles: { upload: 'Upload only', read: 'Read', admin: 'Look after it' } satisfies Record<PolicyRole, string>,
    roleHints: {
      upload: 'Sends files and goes on with what broke off. Deletes nothing, and changes no setting.',
      read: 'Lists, looks at and downloads. Changes nothing.',
      admin: 'All that Sideline can do with this destination: also delete, bring back, and set the bucket right.',
    } satisfies Record<PolicyRole, string>,
    goes: 'Where it is put',
    places: { iam: 'With the user (IAM)', bucket: 'With the bucket' },
    principal: 'For whom',
    principalHint:
      'For a store without IAM, or an account of somebody else: arn:aws:iam:::user/anna. Add its statements to those that the bucket has: what is put there takes the place of all.',
    principalMissing: 'Write for whom it is, such as arn:aws:iam:::user/anna.',
    text: 'The policy, as JSON',
    copy: 'Copy',
    copied: 'The policy is in the clipboard.',
    save: 'Save…',
    saved: (file: string) => `Saved as ${file}`,
    none: 'No destination sends here',
    noneText: 'A policy is made for what a destination really does. Make a destination over this connection first.',
    noneAction: 'Show destinations',
    elsewhere:
      'Stores with users and policies as Amazon has them take it as it is. Of others, look up how they limit a key.',
  },

  left: {
    intro: 'Looks for objects that nobody knows of, records whose object is gone, and unfinished uploads.',
    where: 'Where',
    bucket: 'The whole bucket',
    age: 'Only objects older than',
    ageUnit: 'days',
    search: 'Search',
    searchAgain: 'Search again',
    stop: 'Stop',
    searching: (count: number) => `${objects(count)} looked at so far`,
    progress: 'Search for what was left',
    stopped: 'Stopped: what was found until then is listed.',
    failed: (why: string) => `The search ended early: ${why}`,
    stale: 'Something was cleaned up since this search: search again to see what is left.',
    lists: { unknown: 'Not sent from here', missing: 'Gone', uploads: 'Unfinished uploads' } satisfies Record<
      OrphanList,
      string
    >,
    listsLabel: 'What is shown',
    hints: {
      unknown:
        'This computer has not sent these. Another computer may have: ask before you delete them, or save the list first.',
      missing:
        'This computer or a backend has a record of these, and they are no longer there. They can be taken out of the records.',
      uploads:
        'Begun and never finished: not in any listing, but paid for. Those under way on this computer are never touched.',
    } satisfies Record<OrphanList, string>,
    nothing: {
      unknown: 'There is nothing of that age that neither this computer nor its backends know of.',
      missing: 'All that this computer and its backends have records of is there.',
      uploads: 'There are no unfinished uploads.',
    } satisfies Record<OrphanList, string>,
    nothingYet: 'Nothing found yet.',
    sum: (list: OrphanList, count: number, bytes: number) => `${kinds[list](count)}, ${formatBytes(bytes)}`,
    columns: {
      name: 'Name',
      size: 'Size',
      modified: 'Changed',
      finished: 'Sent',
      source: 'Sent from',
      knownFrom: 'Known from',
      begun: 'Begun',
      parts: 'Parts',
    },
    underWay: 'Under way here',
    notTold: 'not told',
    export: 'Save the list',
    formats: { csv: 'As CSV…', json: 'As JSON…' },
    exported: (file: string) => `Saved as ${file}`,
    selectAll: 'Select all',
    clearSelection: 'Clear the selection',
    selection: 'What is selected',
    selected: (count: number) => `${number(count)} selected`,
    allSelected: (count: number) => `All ${number(count)} selected`,
    tooMany: (most: number) => `At most ${number(most)} can be picked one by one: select all instead.`,
    menu: 'What can be done with it',
    act: {
      unknown: 'Delete…',
      missing: 'Take out of the records…',
      uploads: 'Remove…',
    } satisfies Record<OrphanList, string>,
    show: {
      unknown: 'Show in its folder',
      missing: 'Show in the history',
      uploads: 'Show its folder',
    } satisfies Record<OrphanList, string>,
    showFolder: 'Show its folder',
    waitForSearch: 'The search is still at work: stop it first, or let it finish.',
  },

  abort: {
    title: 'Remove unfinished uploads',
    age: 'Only those older than',
    ageUnit: 'days',
    ageHint: 'Somebody else may be sending just now: an upload may rest for days on a laptop without network.',
    counting: 'Counting',
    none: 'None of them is that old, or they are under way on this computer.',
    what: (count: number, bytes: number) =>
      `${uploads(count)} with ${formatBytes(bytes)} ${count === 1 ? 'is' : 'are'} removed for good. Who still sends one of them begins that file anew.`,
    kept: (count: number) =>
      `${uploads(count)} ${count === 1 ? 'stays' : 'stay'}: younger, or under way on this computer.`,
    type: (count: number) => `To remove them, type ${number(count)}`,
    mistyped: (count: number) => `That is not the number: ${number(count)}.`,
    action: 'Remove',
    begun: (count: number, age: number) =>
      `${uploads(count)} older than ${days(age)} ${count === 1 ? 'is' : 'are'} being removed.`,
  },

  forget: {
    title: 'Take out of the records?',
    looking: 'Looking what that would do',
    receipts: (count: number) =>
      `The history then says of ${kinds.missing(count)} that the object was deleted. Nothing is deleted for that: neither at the storage nor on this computer.`,
    records: (name: string, count: number) =>
      `${name} deletes ${records(count)} for good, ${count === 1 ? '' : 'each '}once it has said again that the object is not there.`,
    refused: ({ count, why }: Forgettable['refused'][number]) =>
      `${records(count)} ${count === 1 ? 'stays' : 'stay'}: ${why}`,
    type: (count: number) => `To delete the records, type ${number(count)}`,
    mistyped: (count: number) => `That is not the number: ${number(count)}.`,
    action: 'Take out',
    done: (count: number) => `The history no longer says that ${objects(count)} ${count === 1 ? 'is' : 'are'} there.`,
    begun: (count: number) => `${records(count)} of backends ${count === 1 ? 'is' : 'are'} being deleted.`,
  },
} as const;
