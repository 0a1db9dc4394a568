/**
 * Who asks, by Signature Version 4: of a request in its headers, of an address that was signed for somebody else, of a form. A
 * web page that finds the port has no key to sign with, and who was given an address can do nothing but what it says.
 */
import { createHmac, hash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { canonicalQuery, encodeKey, normalSpace, signingKey } from '../storage/sigv4.ts';
import { refuse, type Practice } from './s3-call.ts';

const algorithm = 'AWS4-HMAC-SHA256';
/** s: a week */
const longestLife = 604_800;
/** how far a signer's clock may be off. ms */
const tolerance = 15 * 60_000;

type Signer = Pick<Practice, 'bucket' | 'region' | 'keys'>;

export interface Asked {
  request: IncomingMessage;
  /** as it was sent, from the slash on, without its query */
  path: string;
  /** decoded; '' for the bucket itself */
  key: string;
  query: URLSearchParams;
}

/** What a request says of its signature. */
interface Claim {
  algorithm: string;
  credential: string;
  /** as 20260620T103000Z */
  time: string;
  /** of the headers, with semicolons */
  names: string;
  /** hexadecimal */
  signature: string;
  /** what stands for the body */
  payload: string;
}

/** False: the request is not signed at all. Throws where its signature does not hold. The body is proved by its checksums. */
export function isSigned(signer: Signer, asked: Asked): boolean {
  const { request, query } = asked;
  if (request.headers.authorization !== undefined) {
    const claim = ofHeader(request);
    refuseWrongRequest(signer, asked, claim);
    if (Math.abs(timeOf(claim.time) - Date.now()) > tolerance) refuse(403, 'RequestTimeTooSkewed');
  } else if (query.has('X-Amz-Signature')) {
    const claim = ofAddress(query);
    refuseWrongLife(timeOf(claim.time), query.get('X-Amz-Expires') ?? '');
    refuseWrongRequest(signer, asked, claim);
  } else return false;
  return true;
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html */
function ofHeader({ headers }: IncomingMessage): Claim {
  const text = headers.authorization ?? '';
  const part = (name: string) => new RegExp(`[ ,]${name}=([^, ]*)`).exec(text)?.[1] ?? '';
  return {
    ...{ algorithm: text.split(' ', 1)[0] ?? '', credential: part('Credential'), names: part('SignedHeaders') },
    ...{ signature: part('Signature'), time: String(headers['x-amz-date'] ?? '') },
    payload: String(headers['x-amz-content-sha256'] ?? ''),
  };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html */
function ofAddress(query: URLSearchParams): Claim {
  const said = (name: string) => query.get(`X-Amz-${name}`) ?? '';
  return {
    ...{ algorithm: said('Algorithm'), credential: said('Credential'), time: said('Date') },
    ...{ names: said('SignedHeaders'), signature: said('Signature'), payload: 'UNSIGNED-PAYLOAD' },
  };
}

function refuseWrongLife(signedAt: number, expires: string): void {
  const life = Number(expires);
  if (!Number.isInteger(life) || life < 1 || life > longestLife) malformed('X-Amz-Expires is 1 to 604800 seconds.');
  if (signedAt > Date.now() + tolerance) refuse(403, 'AccessDenied', 'Request is not yet valid');
  if (Date.now() >= signedAt + life * 1000) refuse(403, 'AccessDenied', 'Request has expired');
}

function refuseWrongRequest(signer: Signer, { request, path, key, query }: Asked, claim: Claim): void {
  const scope = scopeOf(signer, claim.credential, claim.algorithm);
  const names = claim.names.split(';');
  const loose = Object.keys(request.headers).find((name) => name.startsWith('x-amz-') && !names.includes(name));
  if (loose !== undefined) refuse(403, 'AccessDenied', `The header ${loose} is not signed.`);
  const lines = names.map((name) => `${name}:${normalSpace(String(request.headers[name] ?? ''))}\n`).join('');
  const entries = [...query].filter(([name]) => name !== 'X-Amz-Signature');
  const canonical = [
    ...[request.method, key === '' ? path : `/${signer.bucket}/${encodeKey(key)}`],
    ...[canonicalQuery(Object.fromEntries(entries)), lines, claim.names, claim.payload],
  ].join('\n');
  const text = [algorithm, claim.time, scope.text, hash('sha256', canonical)].join('\n');
  refuseWrongSignature(signer, scope.day, text, claim.signature);
}

/**
 * Of a form, by its fields in lower case: whoever made it signed its policy.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-authentication-HTTPPOST.html
 */
export function refuseWrongForm(signer: Signer, fields: ReadonlyMap<string, string>): void {
  const said = (name: string) => fields.get(name) ?? '';
  if (!fields.has('policy')) refuse(403, 'AccessDenied', 'The form has no policy.');
  const { day } = scopeOf(signer, said('x-amz-credential'), said('x-amz-algorithm'));
  refuseWrongSignature(signer, day, said('policy'), said('x-amz-signature'));
}

function scopeOf(signer: Signer, credential: string, said: string): { day: string; text: string } {
  const [accessKeyId = '', day = '', ...rest] = credential.split('/');
  if (said !== algorithm || !/^\d{8}$/.test(day)) malformed('It is not signed with Signature Version 4.');
  if (accessKeyId !== signer.keys.accessKeyId)
    refuse(403, 'InvalidAccessKeyId', 'The practice bucket does not know this key.');
  const here = `${signer.region}/s3/aws4_request`;
  if (rest.join('/') !== here) malformed(`It is not signed for ${here}.`);
  return { day, text: `${day}/${here}` };
}

function malformed(message: string): never {
  refuse(400, 'AuthorizationQueryParametersError', message);
}

/** ms since 1970, of 20260620T103000Z */
function timeOf(text: string): number {
  const iso = text.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z');
  const at = Date.parse(iso);
  if (iso === text || Number.isNaN(at)) malformed('The date is a time like 20260620T103000Z.');
  return at;
}

function refuseWrongSignature({ region, keys }: Signer, day: string, text: string, given: string): void {
  const right = createHmac('sha256', signingKey(keys.secretAccessKey, day, region))
    .update(text)
    .digest();
  const said = Buffer.from(given, 'hex');
  if (said.length !== right.length || !timingSafeEqual(said, right))
    refuse(403, 'SignatureDoesNotMatch', 'What was signed is not what was asked for.');
}
