import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { s3ConfigSchema, type S3Connection } from '../../shared/domain.ts';
import { SidelineError, type ErrorKind, type ErrorName } from '../../shared/errors.ts';
import { plainOptions } from '../../electron/storage/object-options.ts';
import { createAgents } from '../../electron/storage/agents.ts';
import {
  credentialError,
  errorFromNetwork,
  errorFromResponse,
  errorFromSdk,
} from '../../electron/storage/s3-errors.ts';
import { openStorage, type Storage } from '../../electron/storage/storage.ts';
import { failureOf } from '../servers/failure.ts';

const credentials = {
  accessKeyId: 'AKIDEXAMPLE',
  secretAccessKey: 'TOPSECRETKEY/wJalrXUtnFEMI',
  sessionToken: 'TOPSECRETTOKEN==',
};
const upload = { operation: 'upload', bucket: 'media', key: 'day 1/a.jpg', host: 's3.example.org' } as const;
const connect = { operation: 'connect', bucket: 'media', host: 's3.example.org' } as const;

/** Code, status, kind, and the name that it has while uploading. https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html */
const codes: [string, number, ErrorKind, ErrorName][] = [
  ['SlowDown', 503, 'throttled', 'S3_UPLOAD_FAILED'],
  ['ServiceUnavailable', 503, 'throttled', 'S3_UPLOAD_FAILED'],
  ['TooManyRequests', 429, 'throttled', 'S3_UPLOAD_FAILED'],
  ['RequestLimitExceeded', 400, 'throttled', 'S3_UPLOAD_FAILED'],
  ['Throttling', 400, 'throttled', 'S3_UPLOAD_FAILED'],
  ['ThrottlingException', 400, 'throttled', 'S3_UPLOAD_FAILED'],
  ['BandwidthLimitExceeded', 509, 'throttled', 'S3_UPLOAD_FAILED'],
  ['InternalError', 500, 'server-error', 'S3_UPLOAD_FAILED'],
  ['OperationAborted', 409, 'server-error', 'S3_UPLOAD_FAILED'],
  ['RequestTimeout', 400, 'connection-lost', 'S3_UPLOAD_FAILED'],
  ['IncompleteBody', 400, 'connection-lost', 'S3_UPLOAD_FAILED'],
  ['RequestTimeTooSkewed', 403, 'clock-wrong', 'S3_INVALID_CREDENTIALS'],
  ['InvalidAccessKeyId', 403, 'key-refused', 'S3_INVALID_CREDENTIALS'],
  ['InvalidToken', 400, 'credentials-expired', 'S3_INVALID_CREDENTIALS'],
  ['ExpiredToken', 400, 'credentials-expired', 'S3_INVALID_CREDENTIALS'],
  ['TokenRefreshRequired', 400, 'credentials-expired', 'S3_INVALID_CREDENTIALS'],
  ['RequestExpired', 400, 'credentials-expired', 'S3_INVALID_CREDENTIALS'],
  ['SignatureDoesNotMatch', 403, 'secret-refused', 'S3_INVALID_CREDENTIALS'],
  ['AccessDenied', 403, 'denied', 'S3_ACCESS_DENIED'],
  ['AllAccessDisabled', 403, 'denied', 'S3_ACCESS_DENIED'],
  ['AccountProblem', 403, 'denied', 'S3_ACCESS_DENIED'],
  ['NoSuchBucket', 404, 'bucket-missing', 'S3_BUCKET_NOT_FOUND'],
  ['PermanentRedirect', 301, 'wrong-region', 'S3_CONNECTION_FAILED'],
  ['TemporaryRedirect', 307, 'server-error', 'S3_UPLOAD_FAILED'], // of a new bucket; tried again
  ['IllegalLocationConstraintException', 400, 'wrong-region', 'S3_CONNECTION_FAILED'],
  ['AuthorizationHeaderMalformed', 400, 'key-refused', 'S3_INVALID_CREDENTIALS'], // with a <Region>: see below
  ['BadDigest', 400, 'integrity', 'S3_UPLOAD_FAILED'],
  ['InvalidDigest', 400, 'integrity', 'S3_UPLOAD_FAILED'],
  ['InvalidChecksum', 400, 'integrity', 'S3_UPLOAD_FAILED'],
  ['XAmzContentChecksumMismatch', 400, 'integrity', 'S3_UPLOAD_FAILED'],
  ['XAmzContentSHA256Mismatch', 400, 'integrity', 'S3_UPLOAD_FAILED'],
  ['InvalidPart', 400, 'upload-gone', 'S3_UPLOAD_FAILED'],
  ['InvalidPartOrder', 400, 'upload-gone', 'S3_UPLOAD_FAILED'],
  ['NoSuchUpload', 404, 'upload-gone', 'S3_UPLOAD_FAILED'],
  ['NoSuchKey', 404, 'object-missing', 'S3_UPLOAD_FAILED'],
  ['NotFound', 404, 'object-missing', 'S3_UPLOAD_FAILED'],
  ['EntityTooLarge', 400, 'too-large', 'S3_UPLOAD_FAILED'],
  ['MalformedXML', 400, 'rejected', 'S3_UPLOAD_FAILED'],
  ['SomethingNew', 418, 'rejected', 'S3_UPLOAD_FAILED'],
];

/** Where there is no code: the status alone, with a key and without. */
const statuses: [number, ErrorKind, ErrorKind][] = [
  [301, 'wrong-region', 'wrong-region'],
  [307, 'wrong-region', 'wrong-region'],
  [400, 'rejected', 'rejected'],
  [401, 'denied', 'denied'],
  [403, 'denied', 'denied'],
  [404, 'object-missing', 'bucket-missing'],
  [407, 'proxy-login', 'proxy-login'],
  [408, 'connection-lost', 'connection-lost'],
  [412, 'object-exists', 'object-exists'],
  [413, 'too-large', 'too-large'],
  [429, 'throttled', 'throttled'],
  [500, 'server-error', 'server-error'],
  [501, 'rejected', 'rejected'],
  [502, 'server-error', 'server-error'],
  [503, 'throttled', 'throttled'],
  [504, 'server-error', 'server-error'],
];

/** An answer as S3 writes it; a refused signature comes with all that was signed, the session token too. */
function xml(code: string, more = ''): string {
  const signed = `<StringToSign>AWS4-HMAC-SHA256</StringToSign><CanonicalRequest>x-amz-security-token:${credentials.sessionToken}</CanonicalRequest>`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>What S3 says.</Message>${more}${code === 'SignatureDoesNotMatch' ? signed : ''}<RequestId>4442587FB7D0A2F9</RequestId></Error>`;
}

/** Everything that a log could ever print of an error. */
function everything(error: unknown): string {
  return `${inspect(error, { depth: null, showHidden: true })} ${JSON.stringify(error)} ${String(error)}`;
}

function expectNoSecret(error: unknown): void {
  const all = everything(error);
  expect(all).not.toContain('TOPSECRET');
  expect(all).not.toMatch(/Signature=[0-9a-f]/);
}

let answer: (request: http.IncomingMessage, response: http.ServerResponse) => void = () => undefined;
const server = http.createServer((request, response) => {
  request.resume();
  answer(request, response);
});
const agents = createAgents({});
let storage: Storage;

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const connection: S3Connection = {
    id: 1,
    name: 'test',
    config: s3ConfigSchema.parse({
      endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      region: 'us-east-1',
      bucket: 'media',
      pathStyle: true,
      credentials: { from: 'stored' },
    }),
    capabilities: null,
  };
  const source = { get: () => Promise.resolve(credentials), refresh: () => undefined };
  storage = openStorage({ connection, credentials: source, agents });
});

afterAll(() => {
  storage.close();
  agents.destroy();
  server.closeAllConnections();
  server.close();
});

const never = new AbortController().signal;
const create = () => storage.createUpload('day 1/a.jpg', { options: plainOptions('image/jpeg'), crc32: false }, never);

describe('what a store answers', () => {
  it.each(codes)('%s (%d) is %s to our own transport', (code, status, kind, name) => {
    const error = errorFromResponse({ status, headers: {}, body: xml(code) }, upload);
    expect([error.kind, error.name]).toEqual([kind, name]);
    expect(error.cause).toMatchObject({ message: `HTTP ${status} ${code} What S3 says.` });
    expectNoSecret(error);
  });

  it.each(codes)('%s (%d) is %s through the SDK too', async (code, status, kind, name) => {
    answer = (_, response) => response.writeHead(status, { 'content-type': 'application/xml' }).end(xml(code));
    const error = await failureOf(create());
    expect([error.kind, error.name]).toEqual([kind, name]);
    expect(everything(error.cause)).toContain(code);
    expectNoSecret(error);
  });

  it.each(statuses)('%d without a word is %s for an object, %s for the bucket', (status, ofObject, ofBucket) => {
    for (const body of ['', '<html><body>Bad Gateway</body></html>']) {
      expect(errorFromResponse({ status, headers: {}, body }, upload).kind).toBe(ofObject);
      expect(errorFromResponse({ status, headers: {}, body }, connect).kind).toBe(ofBucket);
    }
  });

  it.each(statuses)('%d without a word is %s for an object, %s for the bucket, through the SDK too', async (...row) => {
    const [status, ofObject, ofBucket] = row;
    for (const body of ['', '<html><body>Bad Gateway</body></html>', '{"not": "xml"}', 'gateway <br> timeout & more']) {
      answer = (_, response) => response.writeHead(status).end(body);
      const error = await failureOf(create());
      expect([error.kind, body]).toEqual([ofObject, body]);
      expectNoSecret(error);
      expect([(await failureOf(storage.listUploads('', never))).kind, body]).toEqual([ofBucket, body]);
    }
  });

  it('names have the operation that failed', () => {
    const refusal = { status: 500, headers: {}, body: xml('InternalError') };
    const nameOf = (operation: 'connect' | 'upload' | 'download' | 'delete') =>
      errorFromResponse(refusal, { ...upload, operation }).name;
    expect((['connect', 'upload', 'download', 'delete'] as const).map(nameOf)).toEqual([
      'S3_CONNECTION_FAILED',
      'S3_UPLOAD_FAILED',
      'S3_DOWNLOAD_FAILED',
      'S3_DELETE_FAILED',
    ]);
  });

  it.each([
    ['PermanentRedirect', 301, { 'x-amz-bucket-region': 'eu-west-3' }, ''],
    ['AuthorizationHeaderMalformed', 400, {}, '<Region>eu-west-3</Region>'],
    ['IllegalLocationConstraintException', 400, { 'x-amz-bucket-region': 'eu-west-3' }, ''],
  ])('%s tells the right region', async (code, status, headers, more) => {
    const error = errorFromResponse({ status, headers, body: xml(code, more) }, connect);
    expect([error.kind, error.subject]).toEqual(['wrong-region', 'eu-west-3']);
    expect(error.message).toContain('eu-west-3');
    answer = (_, response) => response.writeHead(status, headers).end(xml(code, more));
    const bySdk = await failureOf(create());
    expect([bySdk.kind, bySdk.subject]).toEqual(['wrong-region', 'eu-west-3']);
  });

  it('a redirect without a body, as to a HEAD, tells the region by its header', async () => {
    answer = (_, response) => response.writeHead(301, { 'x-amz-bucket-region': 'eu-west-3' }).end();
    const error = await failureOf(storage.head('a', never));
    expect([error.kind, error.subject]).toEqual(['wrong-region', 'eu-west-3']);
  });

  it('a denial because a link has expired is no denial', () => {
    const body = '<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>';
    expect(errorFromResponse({ status: 403, headers: {}, body }, upload).kind).toBe('credentials-expired');
  });

  it.each([
    ['3', 3000],
    ['0', 0],
    ['86400', 300_000],
    ['-1', undefined],
    ['soon', undefined],
    ['Wed, 21 Oct 2026 07:28:00 GMT', undefined],
  ])('Retry-After: %s is %j ms', async (header, expected) => {
    const headers = { 'retry-after': header };
    expect(errorFromResponse({ status: 503, headers, body: xml('SlowDown') }, upload).retryAfter).toBe(expected);
    answer = (_, response) => response.writeHead(503, headers).end(xml('SlowDown'));
    expect((await failureOf(create())).retryAfter).toBe(expected);
  });

  it('the sentence says what is denied, missing or wrong', () => {
    const messageOf = (code: string, status: number, context: typeof upload | typeof connect) =>
      errorFromResponse({ status, headers: {}, body: xml(code) }, context).message;
    expect(messageOf('AccessDenied', 403, upload)).toContain('day 1/a.jpg in the bucket media');
    expect(messageOf('AccessDenied', 403, connect)).toContain('the bucket media');
    expect(messageOf('NoSuchBucket', 404, connect)).toContain('media');
    expect(messageOf('NoSuchKey', 404, upload)).toContain('day 1/a.jpg');
    expect(messageOf('MalformedXML', 400, upload)).toContain('MalformedXML: What S3 says.');
    expect(errorFromResponse({ status: 418, headers: {}, body: '' }, upload).message).toContain('HTTP 418');
  });

  /** As networks in hotels and halls answer everything until somebody has signed in there. */
  const login = '<html><p>Welcome to the hotel<br></html>';
  it.each<[number, Record<string, string>]>([
    [200, { 'content-type': 'text/html' }],
    [302, { location: 'http://login.example.org/' }],
    [307, { location: 'http://login.example.org/', 'content-type': 'text/html; charset=utf-8' }],
    [401, { 'content-type': 'text/html' }],
    [403, { 'content-type': 'text/html' }],
    [404, { 'content-type': 'text/html' }],
    [511, { 'content-type': 'text/html' }],
  ])('a page of somebody on the way (%d) is no answer of the store', async (status, headers) => {
    const error = errorFromResponse({ status, headers, body: login }, upload);
    expect(error.kind).toBe('host-unreachable');
    expect(error.message).toContain('Nothing answers at s3.example.org as S3 does');
    answer = (_, response) => response.writeHead(status, headers).end(login);
    const bySdk = await failureOf(create());
    expect(bySdk.kind).toBe('host-unreachable');
    expectNoSecret(bySdk);
    expect(await storage.reachable(never)).toBe(status === 401 || status === 403 || status === 404);
    const redirects = status === 302 || status === 307;
    if (!redirects)
      expect((await failureOf(storage.ask({ key: 'a', query: {} }, upload, never))).kind).toBe('host-unreachable');
  });

  it('what a store says in a page of its own is its answer', () => {
    const headers = { 'content-type': 'text/html', 'x-amz-request-id': 'tx1' };
    expect(errorFromResponse({ status: 404, headers, body: login }, upload).kind).toBe('object-missing');
    expect(errorFromResponse({ status: 307, headers: { ...headers, location: 'x' }, body: '' }, upload).kind).toBe(
      'wrong-region',
    );
    for (const [status, kind] of [
      [413, 'too-large'],
      [503, 'throttled'],
      [502, 'server-error'],
    ] as const)
      // prettier-ignore
      expect(errorFromResponse({ status, headers: { 'content-type': 'text/html' }, body: login }, upload).kind).toBe(kind);
  });

  it('no secure connection is another thing than a certificate that is not trusted', () => {
    const message = (code: string) => errorFromNetwork(Object.assign(new Error(code), { code }), connect).message;
    expect(message('EPROTO')).toMatch(/^No secure connection could be made \(EPROTO\): .*http:\/\//);
    expect(message('CERT_HAS_EXPIRED')).toContain('certificate is not trusted (CERT_HAS_EXPIRED)');
  });
});

/** https://nodejs.org/api/errors.html#common-system-errors and https://nodejs.org/api/tls.html#x509-certificate-error-codes */
const networkCodes: [string, ErrorKind, ErrorName][] = [
  ['ENOTFOUND', 'host-unknown', 'S3_CONNECTION_FAILED'],
  ['EAI_NODATA', 'host-unknown', 'S3_CONNECTION_FAILED'],
  ['EAI_AGAIN', 'offline', 'S3_CONNECTION_FAILED'],
  ['ENETUNREACH', 'offline', 'S3_CONNECTION_FAILED'],
  ['ENETDOWN', 'offline', 'S3_CONNECTION_FAILED'],
  ['EADDRNOTAVAIL', 'offline', 'S3_CONNECTION_FAILED'],
  ['EHOSTUNREACH', 'host-unreachable', 'S3_CONNECTION_FAILED'],
  ['EHOSTDOWN', 'host-unreachable', 'S3_CONNECTION_FAILED'],
  ['ECONNREFUSED', 'host-unreachable', 'S3_CONNECTION_FAILED'],
  ['ETIMEDOUT', 'host-unreachable', 'S3_CONNECTION_FAILED'],
  ['UND_ERR_CONNECT_TIMEOUT', 'host-unreachable', 'S3_CONNECTION_FAILED'],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'tls', 'S3_CONNECTION_FAILED'],
  ['SELF_SIGNED_CERT_IN_CHAIN', 'tls', 'S3_CONNECTION_FAILED'],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'tls', 'S3_CONNECTION_FAILED'],
  ['UNABLE_TO_GET_ISSUER_CERT', 'tls', 'S3_CONNECTION_FAILED'],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'tls', 'S3_CONNECTION_FAILED'],
  ['CERT_HAS_EXPIRED', 'tls', 'S3_CONNECTION_FAILED'],
  ['CERT_NOT_YET_VALID', 'tls', 'S3_CONNECTION_FAILED'],
  ['CERT_UNTRUSTED', 'tls', 'S3_CONNECTION_FAILED'],
  ['CERT_REVOKED', 'tls', 'S3_CONNECTION_FAILED'],
  ['CERT_SIGNATURE_FAILURE', 'tls', 'S3_CONNECTION_FAILED'],
  ['HOSTNAME_MISMATCH', 'tls', 'S3_CONNECTION_FAILED'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'tls', 'S3_CONNECTION_FAILED'],
  ['ERR_SSL_WRONG_VERSION_NUMBER', 'tls', 'S3_CONNECTION_FAILED'],
  ['ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION', 'tls', 'S3_CONNECTION_FAILED'],
  ['EPROTO', 'tls', 'S3_CONNECTION_FAILED'],
  ['ECONNRESET', 'connection-lost', 'S3_UPLOAD_FAILED'],
  ['EPIPE', 'connection-lost', 'S3_UPLOAD_FAILED'],
  ['HPE_INVALID_CONSTANT', 'connection-lost', 'S3_UPLOAD_FAILED'],
];

const systemError = (code: string) => Object.assign(new Error(`connect ${code} 203.0.113.1:443`), { code });

describe('what the network does', () => {
  it.each(networkCodes)('%s is %s', (code, kind, name) => {
    const plain = systemError(code);
    const wrapped = new Error('fetch failed', { cause: plain });
    const together = Object.assign(new AggregateError([plain, systemError(code)]), { code });
    for (const cause of [plain, wrapped, together]) {
      for (const error of [errorFromNetwork(cause, upload), errorFromSdk(cause, upload)]) {
        expect([error.kind, error.name]).toEqual([kind, name]);
        expect(error.cause).toBe(cause);
      }
    }
  });

  it.each([
    ['ENETUNREACH', 'ECONNREFUSED', 'host-unreachable'],
    ['ENETUNREACH', 'ETIMEDOUT', 'host-unreachable'],
    ['EADDRNOTAVAIL', 'ECONNREFUSED', 'host-unreachable'],
    ['ENETUNREACH', 'ENETUNREACH', 'offline'],
  ] as const)('%s over IPv6 and %s over IPv4 is %s, in either order', (six, four, kind) => {
    for (const both of [
      [six, four],
      [four, six],
    ]) {
      const error = Object.assign(new AggregateError(both.map(systemError)), { code: both[0] });
      expect(errorFromNetwork(error, upload).kind).toBe(kind);
    }
  });

  it('a timeout of the SDK is a line that stood still', () => {
    const timeout = Object.assign(new Error('the request socket timed out after 60000 ms'), { name: 'TimeoutError' });
    expect(errorFromSdk(timeout, upload).kind).toBe('stalled');
  });

  it('a socket that is cut is a lost connection, through the SDK', async () => {
    answer = (request) => request.socket.destroy();
    const error = await failureOf(create());
    expect([error.kind, error.name]).toEqual(['connection-lost', 'S3_UPLOAD_FAILED']);
    expectNoSecret(error);
  });

  it('the sentence names the host or the reason', () => {
    expect(errorFromNetwork(systemError('ENOTFOUND'), connect).message).toContain('s3.example.org');
    expect(errorFromNetwork(systemError('ECONNREFUSED'), connect).message).toContain('s3.example.org');
    expect(errorFromNetwork(systemError('CERT_HAS_EXPIRED'), connect).message).toContain('CERT_HAS_EXPIRED');
  });

  it('one of ours stays what it is', () => {
    const ours = new SidelineError('stalled');
    expect(errorFromNetwork(ours, upload)).toBe(ours);
    expect(errorFromSdk(ours, upload)).toBe(ours);
  });

  it.each(['text', null, 42])('%j thrown by somebody is a mistake of ours', (thrown) => {
    expect(errorFromSdk(thrown, upload)).toMatchObject({ kind: 'internal', cause: thrown });
  });
});

describe('what credential providers say', () => {
  it.each([
    ['CredentialsProviderError', 'Could not load credentials from any providers', 'credentials-missing'],
    ['CredentialsProviderError', 'Could not resolve credentials using profile: [coach]', 'credentials-missing'],
    ['CredentialsProviderError', 'Profile coach was not found in the shared ini files.', 'credentials-missing'],
    ['CredentialsProviderError', 'The SSO session associated with this profile has expired.', 'credentials-expired'],
    ['TokenProviderError', 'Token is expired. To refresh this SSO session run aws sso login', 'credentials-expired'],
    ['SSOTokenProviderFailure', 'The SSO session token was not found. Run aws sso login', 'credentials-expired'],
  ] as const)('%s: %s', (name, message, kind) => {
    const error = Object.assign(new Error(message), { name });
    for (const ours of [credentialError(error), errorFromSdk(error, connect)]) {
      expect([ours.kind, ours.name]).toEqual([kind, 'S3_INVALID_CREDENTIALS']);
    }
    if (kind === 'credentials-missing') expect(credentialError(error).message).toContain(message);
  });
});
