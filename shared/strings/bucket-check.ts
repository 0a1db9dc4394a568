/** What the bucket check says of a bucket's settings, and of the changes that it offers. */
import type { SettingName } from '../bucket-check.ts';
import { formatBytes, formatCount } from '../format.ts';

const days = (count: number) => formatCount(count, 'day', 'days');
const uploads = (count: number) => formatCount(count, 'multipart upload', 'multipart uploads');
const folder = (prefix: string) => (prefix === '' ? 'the whole bucket' : prefix);
const some = (names: readonly string[]) =>
  `${names.slice(0, 5).join(', ')}${names.length > 5 ? ` and ${names.length - 5} more` : ''}`;
const statementsNamed = (names: readonly string[]) =>
  `${names.length === 1 ? 'its statement' : 'its statements'} ${names.join(', ')}`;
const these = (names: readonly string[]) => names.map((name) => `"${name}"`).join(', ');

const settings: Record<SettingName | 'uploads', string> = {
  cors: 'Web pages (CORS)',
  'public-access': 'Public access block',
  policy: 'Bucket policy',
  acl: 'Access list (ACL)',
  ownership: 'Object ownership',
  encryption: 'Encryption',
  versioning: 'Versioning',
  lifecycle: 'Lifecycle',
  'object-lock': 'Object lock',
  uploads: 'Unfinished uploads',
};

export const bucketCheck = {
  settings,
  connection: 'Connection',
  outcomes: { read: 'Read', denied: 'Not allowed', unsupported: 'Not there', failed: 'Failed' },
  severities: { problem: 'Problem', advice: 'Advice', unknown: 'Not known', fine: 'Fine' },
  unsupported: 'The storage does not have this setting.',
  nothingSet: 'Nothing is set.',
  blocked: 'its public access block forbids such a policy: take that part of the block back first',
  noChange: (id: string) => `There is no change "${id}" to a setting of this bucket.`,
  putBack: 'Put back what was there before',
  previewGone: 'This change is no longer at hand: look at it again, then apply it.',

  /** title and text of each finding */
  findings: {
    unknown: (setting: SettingName | 'uploads', why: string) => ({
      title: settings[setting],
      text: `It could not be read, so nothing is said of it. ${why}`,
    }),
    unsupported: (names: readonly string[]) => ({
      title: `Not at this storage: ${names.join(', ')}`,
      text: 'It does not have these settings, so that nothing is said of them.',
    }),
    http: {
      title: 'The way to the storage is not encrypted',
      text: 'The endpoint begins with http://, so whoever is on the same network can read and change what is sent. Use the https:// address of the storage.',
    },
    https: { title: 'The way to the storage is encrypted', text: 'Everything goes over TLS.' },
    local: {
      title: 'The storage is on this computer',
      text: 'The endpoint begins with http://, but nothing leaves this computer.',
    },
    aclsRefused: (acl: string) => ({
      title: 'The bucket takes no access lists',
      text: `Every upload asks for the ACL "${acl}", which a bucket with "bucket owner enforced" refuses. Set the ACL of the destination to none; who may read is then said by the bucket policy.`,
    }),
    publicAclsBlocked: {
      title: 'Public ACLs are blocked',
      text: 'Objects are to be sent with the ACL "public-read", but the public access block refuses such uploads or takes no notice of the ACL: nobody can open their addresses. Take back that part of the block, or use no ACL and a bucket policy.',
    },
    publicPolicyBlocked: {
      title: 'Public policies are blocked',
      text: 'The addresses of this destination are to be open to everybody, but the public access block lets no bucket policy do that. Take back that part of the block first; then public read for the folder can be set.',
    },
    notPublic: (prefix: string) => ({
      title: 'Nobody can open the public addresses',
      text: `The destination hands out addresses of the storage itself, but no policy lets everybody read ${folder(prefix)}.`,
    }),
    notPublicBehindCdn: (host: string) => ({
      title: 'Only a CDN with access of its own can open the objects',
      text: `Addresses at ${host} are handed out, and no policy lets everybody read. That is right if ${host} is a CDN that signs in to the bucket; else nobody can open them.`,
    }),
    publicUnderCondition: (prefix: string) => ({
      title: 'Public reading depends on a condition',
      text: `The policy lets everybody read ${folder(prefix)} only under a condition, such as an address or a referring page. Open an address of an object to see whether it holds.`,
    }),
    publicFine: {
      title: 'Public addresses can be opened',
      text: 'Policy and access block agree with what the destination hands out. A block of the whole account cannot be seen from here.',
    },
    privateOpen: (statements: readonly string[]) => ({
      title: 'Everybody can read private objects',
      text: `The destination sends with the ACL "private", but the bucket policy opens them: see ${statementsNamed(statements)}. Narrow that down at the storage.`,
    }),
    maybeOpen: (statements: readonly string[]) => ({
      title: 'Everybody can read these objects',
      text: `The bucket policy opens them: see ${statementsNamed(statements)}. If that is meant so, all is well.`,
    }),
    closed: { title: 'Private objects are private', text: 'No policy and no access list opens them to everybody.' },
    listedByAll: {
      title: 'Everybody can list the bucket',
      text: 'Its access list lets everybody read the names of all objects, and so find those that nobody was told of. Set the ACL of the bucket to private at the storage.',
    },
    writtenByAll: {
      title: 'Everybody can write to the bucket',
      text: 'Its access list lets strangers add and replace objects, at your cost. Set the ACL of the bucket to private at the storage.',
    },
    policyLists: (statements: readonly string[]) => ({
      title: 'Everybody can list the bucket',
      text: `The bucket policy lets everybody read the names of all objects, and so find those that nobody was told of: see ${statementsNamed(statements)}. Narrow that down at the storage.`,
    }),
    policyWrites: (statements: readonly string[]) => ({
      title: 'Everybody can change what is in the bucket',
      text: `The bucket policy lets strangers add, replace or delete objects, at your cost: see ${statementsNamed(statements)}. Take that away at the storage.`,
    }),
    listedByAccounts: {
      title: 'Every account can list the bucket',
      text: 'Its access list lets anybody who has any account at this storage read the names of all objects. Set the ACL of the bucket to private at the storage.',
    },
    corsMissing: {
      title: 'Web pages cannot use the objects',
      text: 'No rule lets a web page of another address read objects by script, or send them. Sideline itself needs none; a web app that does needs one that names its addresses.',
    },
    corsAnyWrites: {
      title: 'Any web page may send',
      text: 'A rule lets pages of every address (*) send or delete with signed addresses. Name the addresses of your own app instead; pages of others can then still read what is open to them.',
    },
    corsFine: (reading: readonly string[], sending: readonly string[]) => ({
      title: 'Web pages of named addresses only',
      text: `Pages of ${some(reading)} may read what is open to them. ${sending.length === 0 ? 'None may send.' : `With signed addresses, pages of ${some(sending)} may send or delete.`}`,
    }),
    corsReadAll: {
      title: 'Web pages may read',
      text: 'Pages of every address may read what is open to them, and none may write.',
    },
    encryptionMissing: (how: string) => ({
      title: 'Not everything is encrypted',
      text: `The destination asks for encryption (${how}) with each upload, but the bucket does not encrypt by itself: what other programs send lies there in clear.`,
    }),
    encryptionOther: (wanted: string, set: string) => ({
      title: 'The bucket encrypts in another way',
      text: `The destination asks for ${wanted}, and the bucket encrypts with ${set} what does not ask. What other programs send is kept with another key.`,
    }),
    encryptionCannot: {
      title: 'The storage does not encrypt',
      text: 'The destination asks for encryption, and the storage was found not to do it: such uploads are refused. Turn it on at the storage and test the connection, or set the encryption of the destination to none.',
    },
    encryptionFine: (how: string) => ({
      title: 'Everything is encrypted',
      text: `The bucket encrypts new objects by itself (${how}).`,
    }),
    encryptionNone: {
      title: 'The bucket does not encrypt by itself',
      text: 'No destination asks for it. Where the storage can, it costs nothing.',
    },
    versioningReplace: {
      title: 'What is replaced is lost',
      text: 'The destination replaces objects of the same name, and the bucket keeps no older versions: a wrong file takes the place of the right one for good.',
    },
    versioningRace: {
      title: 'Two computers can replace each other',
      text: 'The destination replaces nothing, but this storage cannot promise that when two computers send the same name in the same moment. With versions both would be kept.',
    },
    versioningOff: {
      title: 'Deleting cannot be undone',
      text: 'The bucket keeps no versions: what is deleted or replaced is gone for good.',
    },
    versioningFine: { title: 'Versions are kept', text: 'What is deleted or replaced can be brought back.' },
    abortMissing: {
      title: 'Unfinished uploads stay for ever',
      text: 'What is left of uploads that broke off is invisible in a listing and costs as much as any object. A rule that removes it after 7 days takes care of it.',
    },
    abortShort: (count: number) => ({
      title: 'Unfinished uploads are removed early',
      text: `A rule removes them after ${days(count)}. A laptop that has no network for longer must send such a file from its beginning. 7 days are a good measure.`,
    }),
    abortFine: (count: number) => ({ title: 'Unfinished uploads are removed', text: `After ${days(count)}.` }),
    uploadsLeft: (count: number, more: boolean, bytes: string, since: string) => ({
      title: `${more ? `More than ${uploads(count)}` : uploads(count)} left`,
      text: `Begun and never finished: ${bytes} that cost as much as objects. The oldest is of ${since}. "Clean up" lists them.`,
    }),
    uploadsYoung: (count: number, more: boolean, bytes: string, since: string) => ({
      title: `${more ? `More than ${uploads(count)}` : uploads(count)} not finished`,
      text: `${bytes} so far, the oldest of ${since}: somebody may be sending just now. What is left of them for more than a week can be cleaned up.`,
    }),
    uploadsFine: (own: number) => ({
      title: 'No unfinished uploads',
      text: own === 0 ? 'Nothing was left behind.' : `Only what this computer is sending just now: ${uploads(own)}.`,
    }),
    expireMissing: (prefix: string) => ({
      title: `${prefix} is never emptied`,
      text: `The destination sends there what is wanted for a short time only. A rule that deletes what is older than a week keeps it small.`,
    }),
    expireFine: (prefix: string, count: number) => ({
      title: `${prefix} is emptied`,
      text: count === 0 ? 'At a date.' : `What is older than ${days(count)} is deleted.`,
    }),
    deletesAll: (rule: string, count: number) => ({
      title: 'The storage deletes what was sent',
      text: `The lifecycle rule ${rule === '' ? 'without a name' : `"${rule}"`} deletes objects of this destination ${count === 0 ? 'at a date' : `after ${days(count)}`}. If that is not meant so, change it at the storage.`,
    }),
    deletesSome: (rule: string, prefix: string, count: number) => ({
      title: 'The storage deletes some of what was sent',
      text: `The lifecycle rule ${rule === '' ? 'without a name' : `"${rule}"`} deletes some objects in ${folder(prefix)} ${count === 0 ? 'at a date' : `after ${days(count)}`}, and this destination sends there. If that is not meant so, change it at the storage.`,
    }),
    archivesPublic: (rule: string, storageClass: string, count: number) => ({
      title: 'Public objects are archived',
      text: `The lifecycle rule ${rule === '' ? 'without a name' : `"${rule}"`} moves them to ${storageClass} after ${days(count)}: from then on their addresses cannot be opened.`,
    }),
    archiveAdvice: (prefix: string) => ({
      title: `Old files in ${prefix} could cost less`,
      text: 'They are kept where reading is fastest, for ever. A rule that moves what is older than 90 days to a class for rare reading makes it cheaper.',
    }),
    archiveFine: (prefix: string) => ({
      title: `Old files in ${prefix} are archived`,
      text: 'A rule moves them to a cheaper class.',
    }),
    locked: (mode: string, time: string) => ({
      title: 'New objects are locked',
      text: `For ${time} (${mode.toLowerCase()}) their versions cannot be deleted for good.`,
    }),
  },

  mends: {
    cors: 'Let web pages of named addresses use the objects',
    'abort-uploads': 'Remove unfinished uploads after some days',
    expire: 'Delete old objects of one folder',
    archive: 'Move old objects of one folder to a cheaper class',
    encryption: 'Encrypt by default',
    versioning: 'Keep versions',
    'public-read': 'Let everybody read one folder',
    'allow-public': 'Take back a part of the public access block',
  },

  warnings: {
    deletes: (names: readonly string[], count: number) =>
      `Objects of ${these(names)} lie there too: they will be deleted when they are ${days(count)} old.`,
    expires: (count: number) => `What is there already and older than ${days(count)} is deleted within a day or two.`,
    archives: (storageClass: string) =>
      `What is in ${storageClass} cannot be opened before it is restored, which takes hours and costs.`,
    otherClasses: (storageClass: string) =>
      `Not every storage has ${storageClass}, and it may take the rule all the same: look up what its classes are called.`,
    opens: (names: readonly string[]) => `Objects of ${these(names)} lie there too, and will be open to everybody.`,
    shuts: (names: readonly string[]) =>
      `Addresses of ${these(names)} can no longer be opened where they lie elsewhere: let everybody read these folders, too.`,
    everyone: 'Whoever knows or guesses an address can open it, and so can search engines.',
    unblock: 'From then on a wrong policy or access list can open more than was meant.',
    blocked: 'The public access block refuses such a policy: the storage will say no until that part is taken back.',
    versions: 'It cannot be turned off again, only suspended, and every older version costs as much as an object.',
    kms: 'Who reads or sends then also needs the right to use that key.',
    newOnly: 'It holds for what is sent from then on; what is there stays as it is.',
    early: (count: number) => `An upload that rests for longer than ${days(count)} begins anew.`,
    prior: 'The storage goes by the first rule that fits: those that are there come before this one.',
    othersCannotSend: 'Pages of all other addresses can no longer send or delete: name all that do.',
    keptVersions:
      'Where the bucket keeps versions, what it deletes stays as an older version that costs as much as before.',
    overOthers: 'Somebody has changed this setting since: that is taken back, too.',
    suspends: 'What was kept once is never turned off, only suspended: versions that are there stay.',
  },

  results: {
    taken: 'Done, and read back: the storage has it.',
    notTaken:
      'The storage said yes, but what it has now does not hold the change: it does not know this setting, or takes its time. Check again in a minute.',
    lost: (count: number) =>
      `The storage has it, but no longer has ${formatCount(count, 'other rule', 'other rules')} as before: compare, and put ${count === 1 ? 'it' : 'them'} back.`,
  },

  /** of the sizes of uploads */
  bytes: (bytes: number, known: boolean) => (known ? formatBytes(bytes) : `at least ${formatBytes(bytes)}`),
  count: (count: number, more: boolean) => (more ? `more than ${uploads(count)}` : uploads(count)),
} as const;
