/** Every way in which a store or the way to it fails, as one of the kinds of shared/errors.ts. */
import type http from 'node:http';
import { SidelineError, type ErrorKind } from '../../shared/errors.ts';
import { challengeError } from './proxy-challenge.ts';

export interface ErrorContext {
  operation: 'connect' | 'upload' | 'download' | 'delete';
  bucket: string;
  key?: string;
  host: string;
}

export interface S3Answer {
  status: number;
  headers: http.IncomingHttpHeaders;
  body: string;
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html */
const kindOfCode: Record<string, ErrorKind> = {
  SlowDown: 'throttled',
  ServiceUnavailable: 'throttled',
  TooManyRequests: 'throttled',
  RequestLimitExceeded: 'throttled',
  Throttling: 'throttled',
  ThrottlingException: 'throttled',
  BandwidthLimitExceeded: 'throttled',
  InternalError: 'server-error',
  OperationAborted: 'server-error',
  RequestTimeout: 'connection-lost',
  IncompleteBody: 'connection-lost',
  RequestTimeTooSkewed: 'clock-wrong',
  InvalidAccessKeyId: 'key-refused',
  InvalidToken: 'credentials-expired',
  ExpiredToken: 'credentials-expired',
  TokenRefreshRequired: 'credentials-expired',
  RequestExpired: 'credentials-expired',
  SignatureDoesNotMatch: 'secret-refused',
  AccessDenied: 'denied',
  AllAccessDisabled: 'denied',
  AccountProblem: 'denied',
  NoSuchBucket: 'bucket-missing',
  PermanentRedirect: 'wrong-region',
  TemporaryRedirect: 'wrong-region',
  AuthorizationHeaderMalformed: 'wrong-region',
  IllegalLocationConstraintException: 'wrong-region',
  BadDigest: 'integrity',
  InvalidDigest: 'integrity',
  InvalidChecksum: 'integrity',
  XAmzContentChecksumMismatch: 'integrity',
  XAmzContentSHA256Mismatch: 'integrity',
  InvalidPart: 'upload-gone',
  InvalidPartOrder: 'upload-gone',
  NoSuchUpload: 'upload-gone',
  NoSuchKey: 'object-missing',
  EntityTooLarge: 'too-large',
  InvalidObjectState: 'object-archived',
  PreconditionFailed: 'object-exists',
  ConditionalRequestConflict: 'server-error',
  AccessControlListNotSupported: 'acl-refused',
  'KMS.NotFoundException': 'sse-refused',
  'KMS.DisabledException': 'sse-refused',
  'KMS.InvalidStateException': 'sse-refused',
};

interface Refusal {
  status: number;
  headers: Headers;
  code: string;
  message: string;
  /** where the store says that the bucket is */
  region: string;
  /** ms */
  retryAfter: number | undefined;
  cause: unknown;
}

type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;

/**
 * Whether no store has answered but somebody on the way, such as the login page of a hotel's network: with a page, or by sending on
 * to one. Stores name themselves in x-amz-* headers, which the one or other leaves out, but then it writes XML.
 */
export function isPortal(status: number, headers: Headers): boolean {
  if (Object.keys(headers).some((name) => name.toLowerCase().startsWith('x-amz-'))) return false;
  if (status === 511) return true; // RFC 6585, 6
  if (status >= 300 && status < 400) return headers.location !== undefined;
  return status < 300 && isPage(headers);
}

function isPage(headers: Headers): boolean {
  return String(headers['content-type'] ?? '').startsWith('text/html');
}

/** One that says "no" in a page of its own instead of S3's XML. Those in front of a store say so that it is busy, or the file too large. */
function isForeign({ status, headers }: Refusal): boolean {
  if (isPortal(status, headers)) return true;
  const named = Object.keys(headers).some((name) => name.toLowerCase().startsWith('x-amz-'));
  return !named && isPage(headers) && [401, 403, 404, 405].includes(status);
}

/** An answer of the store to our own transport. */
export function errorFromResponse(answer: S3Answer, context: ErrorContext): SidelineError {
  if (answer.status === 407) return challengeError(answer.headers['proxy-authenticate']);
  const region = answer.headers['x-amz-bucket-region'];
  const code = element(answer.body, 'Code');
  const message = element(answer.body, 'Message');
  return fromRefusal(
    {
      status: answer.status,
      headers: answer.headers,
      code,
      message,
      region: typeof region === 'string' ? region : element(answer.body, 'Region'),
      retryAfter: retryAfter(answer.headers['retry-after']),
      cause: new Error(`HTTP ${answer.status} ${code} ${message}`),
    },
    context,
  );
}

/** What a store says of one key among many, in an answer that is good as a whole. */
export function errorFromCode(code: string, message: string, context: ErrorContext): SidelineError {
  const status = statusOfCode[code] ?? (code.startsWith('NoSuch') ? 404 : 400);
  const cause = new Error(`${code} ${message}`);
  return fromRefusal({ status, headers: {}, code, message, region: '', retryAfter: undefined, cause }, context);
}

const statusOfCode: Record<string, number | undefined> = {
  AccessDenied: 403,
  InternalError: 500,
  MethodNotAllowed: 405,
  NotImplemented: 501,
  PreconditionFailed: 412,
};

function element(xml: string, name: string): string {
  return new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1] ?? '';
}

/** RFC 9110, 10.2.3: seconds; the form with a date is not used by any store. ms */
function retryAfter(header: string | undefined): number | undefined {
  const seconds = Number(header);
  return header !== undefined && Number.isFinite(seconds) && seconds >= 0 ? Math.min(seconds, 300) * 1000 : undefined;
}

function fromRefusal(refusal: Refusal, context: ErrorContext): SidelineError {
  const kind = kindOfRefusal(refusal, context);
  return new SidelineError(kind, {
    operation: context.operation,
    subject: subjectOf(kind, refusal, context),
    cause: refusal.cause,
    ...(refusal.retryAfter === undefined ? {} : { retryAfter: refusal.retryAfter }),
  });
}

function kindOfRefusal(refusal: Refusal, context: ErrorContext): ErrorKind {
  const { status, code, message, region } = refusal;
  if (code === 'AccessDenied' && message.includes('expired')) return 'credentials-expired';
  if (context.operation === 'delete' && protectionIn(code, message) !== null) return 'object-protected';
  if (code === 'AuthorizationHeaderMalformed' && region === '') return 'key-refused';
  if (code === 'TemporaryRedirect' && region === '') return 'server-error'; // of a new bucket, until all know where it is
  const known = kindOfCode[code];
  if (known !== undefined) return known;
  if (isForeign(refusal)) return 'host-unreachable';
  if (status < 300) return 'server-error'; // not S3's: somebody on the way answered, a hotel's login page
  if (status === 429 || status === 503) return 'throttled';
  if (status === 501) return 'rejected'; // the store does not have it, and will not in a second either
  if (status >= 500) return 'server-error';
  if (status === 301 || status === 307) return 'wrong-region';
  if (status === 401 || status === 403) return 'denied';
  if (status === 404) return context.key === undefined ? 'bucket-missing' : 'object-missing';
  if (status === 408) return 'connection-lost';
  if (status === 412) return 'object-exists';
  if (status === 413) return 'too-large';
  return 'rejected';
}

function subjectOf(kind: ErrorKind, refusal: Refusal, { bucket, key, host }: ErrorContext): string {
  const { status, code, message, region } = refusal;
  const said = [code, message].filter((text) => text !== '').join(': ') || `HTTP ${status}`;
  switch (kind) {
    case 'denied':
      return key === undefined ? `the bucket ${bucket}` : `${key} in the bucket ${bucket}`;
    case 'bucket-missing':
      return bucket;
    case 'object-missing':
    case 'object-exists':
    case 'object-archived':
      return key ?? '';
    case 'object-protected':
      return protectionIn(code, message) ?? '';
    case 'wrong-region':
      return region;
    case 'host-unreachable':
      return `${host} as S3 does`;
    case 'server-error':
    case 'rejected':
    case 'sse-refused':
      return said;
    case 'too-large':
      return message;
    default:
      return '';
  }
}

/** Amazon and Ceph deny it, MinIO says InvalidRequest of what is locked: only the words tell it from a want of rights. */
function protectionIn(code: string, message: string): 'mfa' | 'lock' | null {
  if (code !== 'AccessDenied' && code !== 'InvalidRequest') return null;
  if (/\bmfa\b/i.test(message)) return 'mfa';
  return /object lock|WORM protected/i.test(message) ? 'lock' : null;
}

interface SdkShape {
  name?: unknown;
  message?: unknown;
  Region?: unknown;
  BucketRegion?: unknown;
  $metadata?: { httpStatusCode?: unknown };
  $response?: { headers?: Record<string, string> };
  $retryable?: unknown;
}

/** What the SDK throws: a store's answer, a credential provider's failure, or the network's. */
export function errorFromSdk(error: unknown, context: ErrorContext): SidelineError {
  if (error instanceof SidelineError) return error;
  if (!(error instanceof Error)) return new SidelineError('internal', { cause: error });
  const shape: SdkShape = error;
  const status = shape.$metadata?.httpStatusCode;
  if (isCredentialError(error)) return credentialError(error);
  if (typeof status !== 'number') return errorFromNetwork(error, context);
  const headers = shape.$response?.headers ?? {};
  if (status === 407) return challengeError(headers['proxy-authenticate'], '', withoutRequest(error));
  const region = [headers['x-amz-bucket-region'], shape.Region, shape.BucketRegion].find(
    (one) => typeof one === 'string',
  );
  return fromRefusal(
    {
      status,
      headers,
      code: typeof shape.name === 'string' ? shape.name : '',
      message: error.message,
      region: typeof region === 'string' ? region : '',
      retryAfter: retryAfter(headers['retry-after']),
      cause: withoutRequest(error),
    },
    context,
  );
}

/** The SDK hangs the whole response on its errors; the log wants what was said, not the headers. */
function withoutRequest(error: Error): Error {
  return new Error(`${error.name}: ${error.message}`);
}

function isCredentialError(error: Error): boolean {
  return /Credential|SSO|TokenProvider|Profile/.test(error.name) && !('$metadata' in error);
}

/** Providers' own words name profiles and files, never a secret. */
export function credentialError(error: Error): SidelineError {
  const expired = /expired|aws sso login/i.test(error.message);
  return new SidelineError(expired ? 'credentials-expired' : 'credentials-missing', {
    subject: error.message,
    cause: error,
  });
}

const kindOfSystem: Record<string, ErrorKind> = {
  ENOTFOUND: 'host-unknown',
  EAI_AGAIN: 'offline',
  EAI_NODATA: 'host-unknown',
  ENETUNREACH: 'offline',
  ENETDOWN: 'offline',
  EADDRNOTAVAIL: 'offline',
  EHOSTUNREACH: 'host-unreachable',
  EHOSTDOWN: 'host-unreachable',
  ECONNREFUSED: 'host-unreachable',
  ETIMEDOUT: 'host-unreachable',
  UND_ERR_CONNECT_TIMEOUT: 'host-unreachable',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'tls',
  SELF_SIGNED_CERT_IN_CHAIN: 'tls',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'tls',
  UNABLE_TO_GET_ISSUER_CERT: 'tls',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'tls',
  CERT_HAS_EXPIRED: 'tls',
  CERT_NOT_YET_VALID: 'tls',
  CERT_UNTRUSTED: 'tls',
  CERT_REVOKED: 'tls',
  CERT_SIGNATURE_FAILURE: 'tls',
  HOSTNAME_MISMATCH: 'tls',
  ERR_TLS_CERT_ALTNAME_INVALID: 'tls',
  EPROTO: 'tls',
};

/** What the system says when a request could not be made or broke off. */
export function errorFromNetwork(error: unknown, context: ErrorContext): SidelineError {
  if (error instanceof SidelineError) return error;
  const codes = codesOf(error);
  const known = codes.filter((one) => one in kindOfSystem || one.startsWith('ERR_SSL'));
  // Where one of several addresses has no route (IPv6, mostly), what another one said is the reason.
  const code = known.find((one) => kindOfSystem[one] !== 'offline') ?? known[0] ?? '';
  const fallback: ErrorKind = isTimeout(error) && !codes.some(isCut) ? 'stalled' : 'connection-lost';
  const kind = code.startsWith('ERR_SSL') ? 'tls' : (kindOfSystem[code] ?? fallback);
  const subject = kind === 'tls' ? code : kind.startsWith('host') ? context.host : '';
  return new SidelineError(kind, { operation: context.operation, subject, cause: error });
}

/** Happy Eyeballs tries several addresses: their failures come together. */
function codesOf(error: unknown): string[] {
  const own = error instanceof Error && 'code' in error ? [String(error.code)] : [];
  const inner = error instanceof AggregateError ? error.errors.flatMap(codesOf) : [];
  const cause = error instanceof Error && error.cause !== undefined ? codesOf(error.cause) : [];
  return [...own, ...inner, ...cause];
}

/** The SDK names these a TimeoutError as well. */
function isCut(code: string): boolean {
  return code === 'ECONNRESET' || code === 'EPIPE';
}

function isTimeout(error: unknown): boolean {
  return error instanceof Error && error.name === 'TimeoutError';
}
