/**
 * What a backend signs for others with Signature Version 4: URLs that do one thing for a while, and forms that a store takes
 * files from. Both as boto3 makes them, since the four backends are Python.
 */
import { createHash, createHmac } from 'node:crypto';
import type { Credentials } from '../../../shared/domain.ts';
import { encodeKey } from '../../../electron/storage/sigv4.ts';

export interface SigningPlace {
  /** origin, without a path */
  endpoint: URL;
  region: string;
  bucket: string;
  credentials: Credentials;
}

export interface UrlToSign {
  method: 'GET' | 'PUT';
  key: string;
  /** when it was signed */
  signedAt: Date;
  /** s; 1 to 604,800 */
  expires: number;
  /** Names in lower case. Whoever uses the URL must send them with these values. */
  headers?: Record<string, string>;
  /** signed as part of the address */
  query?: Record<string, string>;
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html; in path style. */
export function presignUrl(place: SigningPlace, url: UrlToSign): string {
  const headers: Record<string, string> = { ...url.headers, host: place.endpoint.host };
  const names = Object.keys(headers).sort();
  const time = basicTime(url.signedAt);
  const scope = scopeOf(place, time);
  const query = canonicalQuery({
    ...url.query,
    'X-Amz-Algorithm': algorithm,
    'X-Amz-Credential': `${place.credentials.accessKeyId}/${scope}`,
    'X-Amz-Date': time,
    'X-Amz-Expires': String(url.expires),
    'X-Amz-SignedHeaders': names.join(';'),
    ...tokenOf(place, 'X-Amz-Security-Token'),
  });
  const path = `/${place.bucket}/${encodeKey(url.key)}`;
  const lines = names.map((name) => `${name}:${headers[name] ?? ''}\n`).join('');
  const canonical = [url.method, path, query, lines, names.join(';'), 'UNSIGNED-PAYLOAD'].join('\n');
  const digest = createHash('sha256').update(canonical).digest('hex');
  const signature = sign(place, time, [algorithm, time, scope, digest].join('\n'));
  return `${place.endpoint.origin}${path}?${query}&X-Amz-Signature=${signature}`;
}

export interface FormToSign {
  key: string;
  signedAt: Date;
  expiresAt: Date;
  /** bytes, of the file */
  largest: number;
  /** sent with the form exactly as they are: acl, Content-Type */
  fields: Record<string, string>;
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html; the file's part comes last. */
export function signForm(place: SigningPlace, form: FormToSign): { url: string; fields: Record<string, string> } {
  const time = basicTime(form.signedAt);
  const scope = scopeOf(place, time);
  const fields: Record<string, string> = {
    ...form.fields,
    key: form.key,
    'x-amz-algorithm': algorithm,
    'x-amz-credential': `${place.credentials.accessKeyId}/${scope}`,
    'x-amz-date': time,
    ...tokenOf(place, 'x-amz-security-token'),
  };
  const exact = Object.entries(fields).map(([name, value]) => ({ [name]: value }));
  const conditions = [...exact, ['content-length-range', 0, form.largest], { bucket: place.bucket }];
  const expiration = form.expiresAt.toISOString();
  const policy = Buffer.from(JSON.stringify({ expiration, conditions })).toString('base64');
  return {
    url: `${place.endpoint.origin}/${place.bucket}`,
    fields: { ...fields, policy, 'x-amz-signature': sign(place, time, policy) },
  };
}

const algorithm = 'AWS4-HMAC-SHA256';

function tokenOf({ credentials }: SigningPlace, name: string): Record<string, string> {
  return credentials.sessionToken === undefined ? {} : { [name]: credentials.sessionToken };
}

function scopeOf({ region }: SigningPlace, time: string): string {
  return `${time.slice(0, 8)}/${region}/s3/aws4_request`;
}

function sign(place: SigningPlace, time: string, text: string): string {
  const words = [time.slice(0, 8), place.region, 's3', 'aws4_request'];
  const first: Buffer = Buffer.from(`AWS4${place.credentials.secretAccessKey}`);
  const key = words.reduce((secret, word) => createHmac('sha256', secret).update(word).digest(), first);
  return createHmac('sha256', key).update(text).digest('hex');
}

function canonicalQuery(query: Record<string, string>): string {
  return Object.entries(query)
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort()
    .join('&');
}

function encode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** ISO 8601 without punctuation and fractions: 20241201T143022Z */
function basicTime(at: Date): string {
  return at.toISOString().replace(/[-:]|\.\d+/g, '');
}
