/** A file on its way to its place: the request that carries it, and what its answer means. The bytes are sent by the engine. */
import { SidelineError, type ErrorKind } from '../../shared/errors.ts';
import { broker as words } from '../../shared/strings/broker.ts';
import { errorFromResponse, type S3Answer } from '../storage/s3-errors.ts';
import type { SignedRequest } from '../storage/sigv4.ts';
import type { Api } from './api.ts';
import { frameForm } from './form.ts';
import type { BrokerFile, Kind } from './kind.ts';
import type { Place } from './place.ts';
import { isOver } from './validity.ts';

export interface FileRequest {
  method: 'PUT' | 'POST';
  /** with the Content-Length of all three: before, the file, after. May hold the sign-in: never in the journal or a log. */
  request: SignedRequest;
  before: Buffer;
  after: Buffer;
}

export interface Arrived {
  /** without quotes, as the storage gave it: of a PUT the MD5 in most; null: it gave none */
  etag: string | null;
  versionId: string | null;
  /** of a file that the backend took itself; else null */
  file: BrokerFile | null;
}

/** Throws `sign-in-needed` and what renewing a token throws, where the backend itself takes the file. */
export async function requestFor({ send, file }: Place, api: Api, signal: AbortSignal): Promise<FileRequest> {
  const { origin, path } = split(send.url);
  if (send.method === 'PUT') {
    const headers = { ...send.headers, 'content-length': String(file.size) };
    const empty = Buffer.alloc(0);
    return { method: 'PUT', request: { origin, path, headers }, before: empty, after: empty };
  }
  const { fields, fileField, toBackend } = send;
  const { contentType, before, after } = frameForm({ fields, fileField, fileName: file.name, type: file.type });
  const headers = {
    'content-type': contentType,
    'content-length': String(before.length + file.size + after.length),
    ...(toBackend ? { accept: 'application/json', ...(await api.authorize(send.url, signal)) } : {}),
  };
  return { method: 'POST', request: { origin, path, headers }, before, after };
}

/** As text: a URL would resolve `.` and `..` in a key, and the signature would no longer hold. */
function split(url: string): { origin: URL; path: string } {
  const [, origin = '', path = ''] = /^(https?:\/\/[^/?#]+)([^#]*)/i.exec(url) ?? [];
  if (!URL.canParse(origin)) throw new SidelineError('place-refused', { subject: words.answers.notSigned });
  return { origin: new URL(origin), path: path.startsWith('/') ? path : `/${path}` };
}

/**
 * Throws `place-expired` where another place is to be asked for and the file sent again, `place-refused` where the storage does
 * not take what was signed, and the kinds of a storage or a backend.
 */
export async function arrivalOf(
  place: Place,
  answer: S3Answer,
  sent: FileRequest,
  deps: { api: Api; kind: Kind; now: number; signal: AbortSignal },
): Promise<Arrived> {
  const { api, kind, now, signal } = deps;
  const { status, headers, body } = answer;
  if (kind.kept !== null && kind.sendingName !== null) {
    const { authorization } = sent.request.headers;
    const value = await api.judge({ status, headers, text: body }, kind.sendingName, { authorization }, signal);
    const file = kind.kept(value, place);
    refuseOtherSize(place, file);
    return { etag: null, versionId: null, file };
  }
  if (!isTaken(place, status)) throw refused(place, answer, now, sent.request.origin.host);
  const version = headers['x-amz-version-id'];
  const etag = headers.etag?.replaceAll('"', '') ?? '';
  return { etag: etag === '' ? null : etag, versionId: typeof version === 'string' ? version : null, file: null };
}

/** A form may ask to be sent on when it is done: it is done, and nobody follows. */
function isTaken({ send }: Place, status: number): boolean {
  if (status >= 200 && status < 300) return true;
  const goesOn = send.method === 'POST' && ('success_action_redirect' in send.fields || 'redirect' in send.fields);
  return goesOn && status === 303;
}

function refuseOtherSize({ file: { size } }: Place, { size: kept }: BrokerFile): void {
  if (kept === null || kept === size) return;
  throw new SidelineError('integrity', { cause: new Error(words.answers.otherSize(size, kept)) });
}

/** What holds whoever signed it. All else that a storage says is about a key or a bucket that is the backend's. */
const own: ReadonlySet<ErrorKind> = new Set([
  'throttled',
  'server-error',
  'connection-lost',
  'integrity',
  'too-large',
  'proxy-login',
  'proxy-scheme',
]);

function refused(place: Place, answer: S3Answer, now: number, host: string): SidelineError {
  if (isOver(place, answer, now))
    return new SidelineError('place-expired', { cause: new Error(`HTTP ${answer.status}`) });
  const error = errorFromResponse(answer, { operation: 'upload', bucket: '', host });
  if (own.has(error.kind)) return error;
  const [, code = ''] = /<Code>([\w.]{1,60})<\/Code>/.exec(answer.body) ?? [];
  return new SidelineError('place-refused', {
    subject: [host, code === '' ? `HTTP ${answer.status}` : code].join(': '),
    cause: error.cause,
  });
}
