/**
 * Signature Version 4 in headers, with the body unsigned: for the thousands of small PUTs a second at which presigning with
 * the SDK would be the bottleneck; and in the address, for links that expire. https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
 */
import { createHmac, createSecretKey, hash, type KeyObject } from 'node:crypto';
import type { Credentials } from '../../shared/domain.ts';

/** A request as node:http takes it. The path is text: a URL object would resolve `.` and `..` in a key. */
export interface SignedRequest {
  origin: URL;
  /** percent-encoded, with its query */
  path: string;
  headers: Record<string, string>;
}

export interface RequestToSign {
  method: 'PUT' | 'GET' | 'HEAD' | 'POST' | 'DELETE';
  origin: URL;
  /** percent-encoded, without a query: see `encodeKey` */
  path: string;
  query: Record<string, string>;
  headers: Record<string, string>;
}

export interface SigningOptions {
  credentials: Credentials;
  region: string;
  now: Date;
}

/** RFC 3986's unreserved characters stay, each segment is encoded, the slashes between them are kept. */
export function encodeKey(key: string): string {
  return /^[\w.~/-]*$/.test(key) ? key : key.split('/').map(encode).join('/');
}

function encode(text: string): string {
  return encodeURIComponent(text).replaceAll(/[!'()*]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** The request with host, x-amz-date, x-amz-content-sha256 and authorization. Header names must be in lower case. */
export function signRequest(request: RequestToSign, { credentials, region, now }: SigningOptions): SignedRequest {
  const time = basicTime(now);
  const day = time.slice(0, 8);
  const headers: Record<string, string> = {
    ...request.headers,
    host: request.origin.host,
    'x-amz-content-sha256': 'UNSIGNED-PAYLOAD',
    'x-amz-date': time,
  };
  if (credentials.sessionToken !== undefined) headers['x-amz-security-token'] = credentials.sessionToken;

  const names = Object.keys(headers).sort();
  const signed = names.join(';');
  const query = canonicalQuery(request.query);
  const canonicalHeaders = names.map((name) => `${name}:${normalSpace(headers[name] ?? '')}\n`).join('');
  const canonical = `${request.method}\n${request.path}\n${query}\n${canonicalHeaders}\n${signed}\nUNSIGNED-PAYLOAD`;

  const scope = `${day}/${region}/s3/aws4_request`;
  const toSign = `AWS4-HMAC-SHA256\n${time}\n${scope}\n${hash('sha256', canonical)}`;
  const signature = createHmac('sha256', signingKey(credentials.secretAccessKey, day, region))
    .update(toSign)
    .digest('hex');
  headers.authorization = `AWS4-HMAC-SHA256 Credential=${credentials.accessKeyId}/${scope}, SignedHeaders=${signed}, Signature=${signature}`;
  return { origin: request.origin, path: query === '' ? request.path : `${request.path}?${query}`, headers };
}

export interface RequestToPresign {
  method: 'GET' | 'PUT';
  origin: URL;
  /** percent-encoded, without a query: see `encodeKey` */
  path: string;
  query: Record<string, string>;
  /** what whoever uses the address must send too; names in lower case */
  headers?: Readonly<Record<string, string>>;
  /** how long the address holds. Seconds, at most a week */
  lifetime: number;
}

/**
 * An address that whoever has it may use until it expires.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
 */
export function presignedUrl(request: RequestToPresign, { credentials, region, now }: SigningOptions): string {
  const { method, origin, path, lifetime } = request;
  const headers: Record<string, string> = { ...request.headers, host: origin.host };
  const names = Object.keys(headers).sort();
  const signed = names.join(';');
  const time = basicTime(now);
  const day = time.slice(0, 8);
  const scope = `${day}/${region}/s3/aws4_request`;
  const query = canonicalQuery({
    ...request.query,
    'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
    'X-Amz-Credential': `${credentials.accessKeyId}/${scope}`,
    'X-Amz-Date': time,
    'X-Amz-Expires': String(lifetime),
    'X-Amz-SignedHeaders': signed,
    ...(credentials.sessionToken === undefined ? {} : { 'X-Amz-Security-Token': credentials.sessionToken }),
  });
  const canonicalHeaders = names.map((name) => `${name}:${normalSpace(headers[name] ?? '')}\n`).join('');
  const canonical = `${method}\n${path}\n${query}\n${canonicalHeaders}\n${signed}\nUNSIGNED-PAYLOAD`;
  const toSign = `AWS4-HMAC-SHA256\n${time}\n${scope}\n${hash('sha256', canonical)}`;
  const signature = createHmac('sha256', signingKey(credentials.secretAccessKey, day, region))
    .update(toSign)
    .digest('hex');
  return `${origin.origin}${path}?${query}&X-Amz-Signature=${signature}`;
}

/** How a form says that it comes from here: its policy is signed, and shown to whoever has the form. */
interface SignedPolicy {
  /** of the form, besides the policy's own */
  fields: Record<string, string>;
}

/**
 * The fields with which a browser may post one file until the form expires; `conditions` are those of the policy besides what is
 * signed here. https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-post-example.html
 */
export function signPolicy(
  policy: { expiresAt: Date; conditions: readonly unknown[] },
  { credentials, region, now }: SigningOptions,
): SignedPolicy {
  const time = basicTime(now);
  const day = time.slice(0, 8);
  const signing: Record<string, string> = {
    'x-amz-algorithm': 'AWS4-HMAC-SHA256',
    'x-amz-credential': `${credentials.accessKeyId}/${day}/${region}/s3/aws4_request`,
    'x-amz-date': time,
    ...(credentials.sessionToken === undefined ? {} : { 'x-amz-security-token': credentials.sessionToken }),
  };
  const conditions = [...policy.conditions, ...Object.entries(signing).map(([name, value]) => ({ [name]: value }))];
  const text = JSON.stringify({ expiration: policy.expiresAt.toISOString(), conditions });
  const encoded = Buffer.from(text).toString('base64');
  const signature = createHmac('sha256', signingKey(credentials.secretAccessKey, day, region))
    .update(encoded)
    .digest('hex');
  return { fields: { ...signing, policy: encoded, 'x-amz-signature': signature } };
}

/** Encoded and in the order in which it is signed. */
export function canonicalQuery(query: Record<string, string>): string {
  return Object.entries(query)
    .map(([name, value]) => [encode(name), encode(value)] as const)
    .sort(([one], [other]) => (one < other ? -1 : 1)) // by name alone: `a-=` would else come before `a=`
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
}

/** A header's value as it is signed. */
export function normalSpace(value: string): string {
  return /^\s|\s$|\s\s|[^\S ]/.test(value) ? value.trim().replaceAll(/\s+/g, ' ') : value;
}

/** ISO 8601 without its punctuation, and without fractions of a second: one text serves all requests of a second. */
function basicTime(now: Date): string {
  const second = Math.floor(now.getTime() / 1000);
  if (second !== lastTime.second) {
    lastTime = { second, text: now.toISOString().replaceAll(/[-:]|\.\d+/g, '') };
  }
  return lastTime.text;
}
let lastTime = { second: NaN, text: '' };

/** One key serves a day; the last few are kept, for connections side by side. */
const keys = new Map<string, KeyObject>();
const mostKeys = 16;

/** For the requests of a day (yyyyMMdd) to S3 in a region. */
export function signingKey(secret: string, day: string, region: string): KeyObject {
  const name = `${day}/${region}/${secret}`;
  const known = keys.get(name);
  if (known !== undefined) return known;
  const bytes = [day, region, 's3', 'aws4_request'].reduce<Buffer>(
    (key, word) => createHmac('sha256', key).update(word).digest(),
    Buffer.from(`AWS4${secret}`),
  );
  const made = createSecretKey(bytes); // five times as fast to sign with as its bytes
  if (keys.size >= mostKeys) keys.clear();
  keys.set(name, made);
  return made;
}
