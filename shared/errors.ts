/**
 * The one place that turns errors into words. Every error that Sideline raises is a SidelineError of one of these kinds;
 * a kind decides its public name, its sentence, and (in engine/upload/retry.ts) what is done about it.
 */
import { sameContentWords } from './same-content.ts';

export type Operation = 'connect' | 'upload' | 'download' | 'delete';

export type ErrorName =
  | 'S3_CONNECTION_FAILED'
  | 'S3_UPLOAD_FAILED'
  | 'S3_DOWNLOAD_FAILED'
  | 'S3_DELETE_FAILED'
  | 'S3_BUCKET_NOT_FOUND'
  | 'S3_ACCESS_DENIED'
  | 'S3_INVALID_CREDENTIALS'
  | 'SOURCE_FAILED'
  | 'PLAN_REFUSED'
  | 'JOURNAL_FAILED'
  | 'BROKER_SIGN_IN'
  | 'BROKER_FAILED'
  | 'INVALID_INPUT'
  | 'INTERNAL';

/** `name` is null where it depends on what was being done: upload, download, delete or connect. */
interface KindEntry {
  name: ErrorName | null;
  words: (subject: string) => string;
}

const of = (subject: string, otherwise: string) => (subject === '' ? otherwise : subject);

/** By what was left: `reasonsLeft` of prepared.ts */
const notDerived: Readonly<Record<string, string>> & { smaller: string } = {
  undecodable: 'Sideline cannot decode images of this kind',
  damaged: 'it is damaged, or too large to be decoded',
  vector: 'it has no pixels',
  frames: 'it moves, or has several pages',
  smaller: 'it would be no smaller',
};

/** By what protects it; else in words: `deletions.lockedUntil` */
const protectedBy: Readonly<Record<string, string>> & { lock: string } = {
  mfa: 'the bucket wants a second factor for that (MFA Delete), which Sideline cannot give',
  lock: 'the bucket keeps it locked (object lock)',
  hold: 'it is under a legal hold, which has to be lifted first',
};

/** By what stood in the way. */
const noStill: Readonly<Record<string, string>> = {
  format: 'Sideline cannot show videos of this kind, or it is damaged',
  slow: 'it took too long',
  broke: 'the program that shows videos broke down at it',
};

const kinds = {
  offline: {
    name: 'S3_CONNECTION_FAILED',
    words: () => 'No network. Sideline goes on by itself as soon as there is one.',
  },
  'host-unknown': {
    name: 'S3_CONNECTION_FAILED',
    words: (host) => `There is no server named ${of(host, 'that')}: check the endpoint of the connection.`,
  },
  'host-unreachable': {
    name: 'S3_CONNECTION_FAILED',
    words: (host) =>
      `Nothing answers at ${of(host, 'the endpoint')}: check the endpoint and its port, or wait until it is back.`,
  },
  'connection-lost': {
    name: null,
    words: () => 'The connection broke off. It is tried again.',
  },
  stalled: {
    name: null,
    words: () => 'The line stood still for too long. It is tried again.',
  },
  tls: {
    name: 'S3_CONNECTION_FAILED',
    words: (why) =>
      /^(EPROTO|ERR_SSL)/.test(why)
        ? `No secure connection could be made (${why}): check whether the address begins with http:// or https:// as the server has it, and its port.`
        : `The server's certificate is not trusted${why === '' ? '' : ` (${why})`}: check the endpoint, or add your network's CA certificate to this computer (in the terminal: with NODE_EXTRA_CA_CERTS or AWS_CA_BUNDLE).`,
  },
  proxy: {
    name: 'S3_CONNECTION_FAILED',
    words: (why) =>
      `The HTTP proxy refused the connection${why === '' ? '' : ` (${why})`}: check the proxy in the settings (in the terminal: HTTP_PROXY, HTTPS_PROXY and NO_PROXY).`,
  },
  'proxy-login': {
    name: 'S3_CONNECTION_FAILED',
    words: (host) =>
      `The proxy${host === '' ? '' : ` ${host}`} asks for a name and password: give them in the window, or in the terminal in the address itself (HTTP_PROXY and HTTPS_PROXY: http://name:password@host:port).`,
  },
  'proxy-scheme': {
    name: 'S3_CONNECTION_FAILED',
    words: (schemes) =>
      `The proxy takes no name and password, only a sign-in that Sideline does not have${schemes === '' ? '' : ` (${schemes})`}: ask who runs the network to allow Basic, or use another network, then retry.`,
  },
  throttled: {
    name: null,
    words: () => 'The storage asks to go slower. Sideline slows down and tries again.',
  },
  'server-error': {
    name: null,
    words: (what) => `The storage had an error of its own${what === '' ? '' : ` (${what})`}. It is tried again.`,
  },
  'clock-wrong': {
    name: 'S3_INVALID_CREDENTIALS',
    words: (offset) =>
      `This computer's clock is wrong${offset === '' ? '' : ` by ${offset}`}: set the date and time, then try again.`,
  },
  'request-too-slow': {
    name: null,
    words: () =>
      'The line was too slow: the storage gives each part a quarter of an hour. It goes in smaller parts, fewer at a time.',
  },
  'key-refused': {
    name: 'S3_INVALID_CREDENTIALS',
    words: () => 'The storage does not know this access key: check the access key ID of the connection.',
  },
  'secret-refused': {
    name: 'S3_INVALID_CREDENTIALS',
    words: () => 'The secret does not belong to this access key: check the secret access key of the connection.',
  },
  'credentials-expired': {
    name: 'S3_INVALID_CREDENTIALS',
    words: () => 'The credentials have expired: sign in again (for SSO: aws sso login), then resume.',
  },
  'credentials-missing': {
    name: 'S3_INVALID_CREDENTIALS',
    words: (why) =>
      `No credentials were found${why === '' ? '' : ` (${why})`}: enter a key for the connection, or sign in with your AWS profile.`,
  },
  denied: {
    name: 'S3_ACCESS_DENIED',
    words: (what) =>
      `Access was denied${what === '' ? '' : ` to ${what}`}: ask who runs the bucket to allow it for this key.`,
  },
  'bucket-missing': {
    name: 'S3_BUCKET_NOT_FOUND',
    words: (bucket) => `There is no bucket named ${of(bucket, 'that')}: check the name, or create it.`,
  },
  'wrong-region': {
    name: 'S3_CONNECTION_FAILED',
    words: (region) =>
      `The bucket is in another region${region === '' ? '' : `: ${region}`}. Set that region in the connection.`,
  },
  integrity: {
    name: null,
    words: () => 'What arrived is not what was sent. It is sent again.',
  },
  'upload-gone': {
    name: 'S3_UPLOAD_FAILED',
    words: () => 'The storage no longer knows this multipart upload. It is started anew.',
  },
  'object-missing': {
    name: null,
    words: (key) => `There is no object ${of(key, 'with that key')}.`,
  },
  'too-large': {
    name: 'S3_UPLOAD_FAILED',
    words: (limit) => `The file is larger than the storage accepts${limit === '' ? '' : ` (${limit})`}.`,
  },
  rejected: {
    name: null,
    words: (what) => `The storage refused it${what === '' ? '' : `: ${what}`}.`,
  },
  'object-exists': {
    name: 'S3_UPLOAD_FAILED',
    words: (key) => `There is another object ${of(key, 'with that key')} already, and it is not to be replaced.`,
  },
  'acl-refused': {
    name: 'S3_UPLOAD_FAILED',
    words: () =>
      'The bucket takes no access lists (ACLs): change the destination to set none, and let a bucket policy say who may read. Then upload the file again.',
  },
  'sse-refused': {
    name: 'S3_UPLOAD_FAILED',
    words: (how) =>
      `The storage cannot encrypt as the destination asks${how === '' ? '' : ` (${how})`}: change the destination or the storage, then upload the file again.`,
  },
  'sign-in-needed': {
    name: 'BROKER_SIGN_IN',
    words: (host) => `${of(host, 'The backend')} asks to sign in again. What waits goes on by itself afterwards.`,
  },
  'sign-in-refused': {
    name: 'BROKER_SIGN_IN',
    words: (what) =>
      `The backend does not accept this sign-in${what === '' ? '' : ` (${what})`}: check the user name and password, or the token, of the connection.`,
  },
  'broker-page': {
    name: 'BROKER_FAILED',
    words: (what) =>
      `No answer of a backend came, but something else${what === '' ? '' : ` (${what})`}: open a browser in case the network has a login page, or check the base URL of the connection.`,
  },
  'broker-answer': {
    name: 'BROKER_FAILED',
    words: (what) =>
      `The backend's answer is not what was expected${what === '' ? '' : ` (${what})`}: check the base URL, paths and field names of the connection.`,
  },
  'broker-redirect': {
    name: 'BROKER_FAILED',
    words: (to) =>
      `The backend sends to another address${to === '' ? '' : ` (${to})`}, where Sideline does not follow with your sign-in: check the base URL and paths of the connection.`,
  },
  'broker-missing': {
    name: 'BROKER_FAILED',
    words: (what) =>
      `The backend does not know it${what === '' ? '' : ` (${what})`}: choose another event or session, or check the base URL and paths of the connection.`,
  },
  'broker-denied': {
    name: 'BROKER_FAILED',
    words: (what) =>
      `The backend does not allow it${what === '' ? '' : ` (${what})`}: ask who runs it to give your account access, then retry.`,
  },
  'broker-refused': {
    name: 'BROKER_FAILED',
    words: (what) => `The backend refused it${what === '' ? '' : `: ${what}`}.`,
  },
  'broker-failed': {
    name: 'BROKER_FAILED',
    words: (what) =>
      `The backend had an error of its own${what === '' ? '' : ` (${what})`}. It is tried again; if it stays, tell who runs it.`,
  },
  'place-expired': {
    name: 'S3_UPLOAD_FAILED',
    words: () => 'What the backend gave for this upload is no longer valid. It is asked for again.',
  },
  'place-refused': {
    name: 'S3_UPLOAD_FAILED',
    words: (what) =>
      `The storage does not take what the backend signed for this upload${what === '' ? '' : ` (${what})`}: tell who runs the backend, then retry.`,
  },
  'key-foreign': {
    name: 'BROKER_FAILED',
    words: (what) =>
      `The backend gave a key outside your own folder${what === '' ? '' : ` (${what})`}, so nothing was sent: tell who runs it, then retry.`,
  },
  'type-refused': {
    name: 'PLAN_REFUSED',
    words: (what) => `This destination does not take it${what === '' ? '' : `: ${what}`}.`,
  },
  'over-limit': {
    name: 'PLAN_REFUSED',
    words: (limit) => `Larger than this destination takes${limit === '' ? '' : ` (${limit})`}.`,
  },
  'empty-file': { name: 'PLAN_REFUSED', words: () => 'Empty, and this destination takes only what has content.' },
  'no-destination': {
    name: 'PLAN_REFUSED',
    words: () => 'No rule says where it goes: choose a destination for it, or widen a rule.',
  },
  'left-out': { name: 'PLAN_REFUSED', words: () => 'Left out of this upload by hand.' },
  'source-changed': {
    name: 'SOURCE_FAILED',
    words: () => 'The file changed while it was being sent. It is sent again from the start once it rests.',
  },
  'source-gone': {
    name: 'SOURCE_FAILED',
    words: (path) =>
      `The file is no longer there: ${of(path, 'it was moved or deleted')}. Put it back (or plug the drive in), then retry.`,
  },
  'source-unreadable': {
    name: 'SOURCE_FAILED',
    words: (why) => `The file cannot be read${why === '' ? '' : ` (${why})`}: check its permissions, then retry.`,
  },
  'source-name': {
    name: 'SOURCE_FAILED',
    words: () =>
      'The name of the file is not valid Unicode, so it cannot become a key: rename it, then upload it again.',
  },
  'source-special': {
    name: 'SOURCE_FAILED',
    words: (what) => `This is no ordinary file (${of(what, 'a device, pipe or socket')}).`,
  },
  'image-unreadable': {
    name: 'SOURCE_FAILED',
    words: (why) =>
      `The image cannot be read${why === '' ? '' : ` (${why})`}: copy it from the camera or card again, then retry.`,
  },
  'image-too-large': {
    name: 'SOURCE_FAILED',
    words: (why) =>
      `The image is too large to be prepared${why === '' ? '' : ` (${why})`}: make it smaller, or use a destination that sends images as they are.`,
  },
  'image-unwritten': {
    name: 'SOURCE_FAILED',
    words: (why) =>
      `The prepared image could not be written to this computer's disk${why === '' ? '' : ` (${why})`}: make room there, then retry.`,
  },
  'key-clash': {
    name: 'PLAN_REFUSED',
    words: (other) =>
      `Its key is taken by another file of the upload${other === '' ? '' : `: ${other}`}. Rename one of them, or use another prefix.`,
  },
  'key-invalid': {
    name: 'PLAN_REFUSED',
    words: (why) =>
      `No valid key can be made of its name${why === '' ? '' : ` (${why})`}: rename it, or use a shorter prefix.`,
  },
  junk: { name: 'PLAN_REFUSED', words: () => 'A system file that nobody wants (.DS_Store and the like).' },
  'link-outside': {
    name: 'PLAN_REFUSED',
    words: (to) => `A link that leads out of the folder${to === '' ? '' : `, to ${to}`}.`,
  },
  'link-loop': {
    name: 'PLAN_REFUSED',
    words: () => 'A link that leads in a circle: to itself, or to a folder that contains it.',
  },
  'already-queued': { name: 'PLAN_REFUSED', words: () => 'It is on its way already, in an earlier upload.' },
  'already-sent': { name: 'PLAN_REFUSED', words: () => 'It was sent before, and is still there unchanged.' },
  'same-content': { name: 'PLAN_REFUSED', words: sameContentWords },
  'not-derived': {
    name: 'PLAN_REFUSED',
    words: (why) => `No other size is made of it: ${notDerived[why] ?? notDerived.smaller}. The file itself goes up.`,
  },
  'still-elsewhere': {
    name: 'PLAN_REFUSED',
    words: () => 'Stills of videos are taken by the app with a window, not by the terminal. The video itself goes up.',
  },
  'still-undecodable': {
    name: 'PLAN_REFUSED',
    words: (why) =>
      `No still could be taken of it${noStill[why] === undefined ? '' : `: ${noStill[why]}`}. The video itself goes up.`,
  },
  'journal-locked': {
    name: 'JOURNAL_FAILED',
    words: (holder) =>
      `Another Sideline works on the same data${holder === '' ? '' : ` (${holder})`}. Use that one, or close it first.`,
  },
  'journal-newer': {
    name: 'JOURNAL_FAILED',
    words: () => 'The data was written by a newer Sideline: update this one.',
  },
  'journal-damaged': {
    name: 'JOURNAL_FAILED',
    words: () =>
      'The journal is damaged. The next start of the app, or of "sideline resume", sets it aside and rebuilds it from what can be read and from its backup.',
  },
  'journal-failed': {
    name: 'JOURNAL_FAILED',
    words: (why) =>
      `The journal could not be written${why === '' ? '' : ` (${why})`}: is the disk full, or the folder read-only?`,
  },
  'read-only': {
    name: 'S3_ACCESS_DENIED',
    words: (connection) =>
      `The connection${connection === '' ? '' : ` ${connection}`} is marked as read-only: nothing is changed through it. Whoever set it up can change that under Connections.`,
  },
  'prefix-locked': {
    name: 'S3_ACCESS_DENIED',
    words: (prefix) =>
      `The destination keeps to its own folder${prefix === '' ? '' : ` (${prefix})`}: nothing outside it can be seen or changed.`,
  },
  'object-changed': {
    name: null,
    words: (key) =>
      `The object${key === '' ? '' : ` ${key}`} has been replaced meanwhile: load the list again, then try again.`,
  },
  'keep-refused': {
    name: 'S3_ACCESS_DENIED',
    words: (why) =>
      `Nothing was changed${why === '' ? '' : `: ${why}`}. Ask who runs the bucket to allow that for this key.`,
  },
  'not-kept': {
    name: 'S3_ACCESS_DENIED',
    words: (what) =>
      `It is done, but the object has lost ${of(what, 'something')}. Ask who runs the bucket to set it again.`,
  },
  'object-newer': {
    name: null,
    words: (key) => `Something newer is there now${key === '' ? '' : ` under ${key}`}: it was left as it is.`,
  },
  'object-protected': {
    name: null,
    words: (why) => `It cannot be deleted for good: ${protectedBy[why] ?? of(why, protectedBy.lock)}.`,
  },
  'setting-changed': {
    name: null,
    words: () =>
      'Somebody has changed this setting of the bucket since it was shown: look at the change again, then apply it.',
  },
  'object-archived': {
    name: 'S3_DOWNLOAD_FAILED',
    words: (key) =>
      `The object${key === '' ? '' : ` ${key}`} is archived: restore it at the storage first, which takes hours.`,
  },
  'target-exists': {
    name: 'S3_DOWNLOAD_FAILED',
    words: (path) =>
      `There is a file ${of(path, 'of that name')} already, and it is another one: choose another folder, or have it replaced.`,
  },
  'target-unwritable': {
    name: 'S3_DOWNLOAD_FAILED',
    words: (why) =>
      `The file could not be written to this computer's disk${why === '' ? '' : ` (${why})`}: make room there, or choose another folder.`,
  },
  'target-name': {
    name: 'S3_DOWNLOAD_FAILED',
    words: (why) => `No file of this computer can have this key as its name${why === '' ? '' : ` (${why})`}.`,
  },
  unsupported: {
    name: 'S3_ACCESS_DENIED',
    words: (what) => `The storage cannot do this${what === '' ? '' : `: ${what}`}.`,
  },
  superseded: { name: 'INVALID_INPUT', words: () => 'Another list was asked for meanwhile.' },
  'invalid-input': { name: 'INVALID_INPUT', words: (what) => of(what, 'The input is not valid.') },
  internal: {
    name: 'INTERNAL',
    words: () => 'Sideline made a mistake. The log has the details; what was done so far is safe.',
  },
} satisfies Record<string, KindEntry>;

export type ErrorKind = keyof typeof kinds;

export const errorKinds = Object.keys(kinds) as ErrorKind[];

const failureNames: Record<Operation, ErrorName> = {
  connect: 'S3_CONNECTION_FAILED',
  upload: 'S3_UPLOAD_FAILED',
  download: 'S3_DOWNLOAD_FAILED',
  delete: 'S3_DELETE_FAILED',
};

/** What the journal stores, `--json` prints and the window shows of an error: words and names, no secret, no stack. */
export interface Reason {
  kind: ErrorKind;
  name: string;
  message: string;
}

interface ErrorDetails {
  /** What the sentence speaks of: a host, a bucket, a path, a short why. Never a secret, never a signed URL. */
  subject?: string;
  operation?: Operation;
  cause?: unknown;
  /** What the storage asked for in Retry-After. ms */
  retryAfter?: number;
}

export class SidelineError extends Error {
  readonly kind: ErrorKind;
  override readonly name: ErrorName;
  readonly subject: string;
  readonly retryAfter: number | undefined;

  constructor(kind: ErrorKind, details: ErrorDetails = {}) {
    const entry: KindEntry = kinds[kind];
    super(entry.words(details.subject ?? ''), { cause: details.cause });
    this.kind = kind;
    this.name = entry.name ?? failureNames[details.operation ?? 'upload'];
    this.subject = details.subject ?? '';
    this.retryAfter = details.retryAfter;
  }
}

/** Any thrown value as a SidelineError: those of other makers are `internal`, with the whole cause kept for the log. */
export function asSidelineError(error: unknown): SidelineError {
  if (error instanceof SidelineError) return error;
  return journalError(error) ?? new SidelineError('internal', { cause: error });
}

/** What SQLite says of its files and the disk below them; its other codes are mistakes of ours. https://sqlite.org/rescode.html */
function journalError(error: unknown): SidelineError | null {
  if (!(error instanceof Error && 'code' in error)) return null;
  const [, code] = /^SQLITE_(CORRUPT|NOTADB|FULL|IOERR|READONLY|CANTOPEN|BUSY)(?:_|$)/.exec(String(error.code)) ?? [];
  if (code === undefined) return null;
  if (code === 'CORRUPT' || code === 'NOTADB') return new SidelineError('journal-damaged', { cause: error });
  return new SidelineError('journal-failed', { subject: error.message, cause: error });
}

export function reasonOf(error: unknown): Reason {
  const { kind, name, message } = asSidelineError(error);
  return { kind, name, message };
}

/** A reason without anything having been thrown: why a file is skipped or waits. */
export function reason(kind: ErrorKind, subject = ''): Reason {
  return reasonOf(new SidelineError(kind, { subject }));
}
