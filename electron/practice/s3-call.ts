/** What every operation of the practice bucket works with, and the pieces that their answers are made of. */
import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import type { Credentials } from '../../shared/domain.ts';
import { objectKey } from '../../shared/key-template/index.ts';
import type { Acl, ObjectFolder, StoredObject } from './object-folder.ts';
import { document, S3Refusal, type Xml } from './s3-xml.ts';
import type { UploadFolder } from './upload-folder.ts';

export interface Practice {
  bucket: string;
  region: string;
  /** those that requests are signed with */
  keys: Pick<Credentials, 'accessKeyId' | 'secretAccessKey'>;
  objects: ObjectFolder;
  uploads: UploadFolder;
  onBytes: (bytes: number) => void;
}

export interface Call {
  request: IncomingMessage;
  /** '' for the bucket itself, or what is above it */
  key: string;
  /** It asks about no bucket: which there are. */
  aboveBuckets: boolean;
  query: URLSearchParams;
  /** false: nobody knows who asks. Then only a public object may be read, and a form brings its own signature. */
  signed: boolean;
}

export interface Reply {
  status: number;
  headers?: Record<string, string>;
  body?: string | Readable;
}

export function refuse(status: number, code: string, message?: string): never {
  throw new S3Refusal(status, code, message);
}

export function refuseStranger(): never {
  refuse(403, 'AccessDenied', 'The request is not signed.');
}

/** The keys that Sideline makes, no others: each must be a file that is safe to write. A slash at the end makes it a folder. */
export function refuseBadKey(key: string): void {
  try {
    objectKey('', key.replace(/\/$/, ''));
  } catch (error) {
    refuse(400, 'InvalidArgument', error instanceof Error ? error.message : undefined);
  }
}

export function header({ request }: Pick<Call, 'request'>, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
}

export function xml(root: string, content: readonly Xml[]): Reply {
  return { status: 200, headers: { 'content-type': 'application/xml' }, body: document(root, content) };
}

export const quoted = (etag: string) => `"${etag}"`;
export const time = (ms: number) => new Date(ms).toISOString();

export const checksumHeaders = (object: Pick<StoredObject, 'crc32' | 'crc32Of'>) => ({
  'x-amz-checksum-crc32': object.crc32,
  'x-amz-checksum-type': object.crc32Of,
});

const notKept =
  /^x-amz-(checksum-(crc32c|crc64nvme|sha)|copy-source|grant|object-lock|server-side|storage-class|tagging|website)/;
const kept = /^(content-(type|disposition|encoding|language)|cache-control|expires|x-amz-meta-.*)$/;

/** What an uploader says of an object, by lower-case header or field. Throws where it says what would not be kept. */
export function keptHeaders(said: Readonly<Record<string, string | string[] | undefined>>): Record<string, string> {
  const entries = Object.entries(said).map(([name, value]) => [name, String(value ?? '')] as const);
  const strange = entries.find(([name]) => notKept.test(name));
  if (strange !== undefined) refuse(501, 'NotImplemented', `The practice bucket does not know ${strange[0]}.`);
  const isChunked = entries.some(([name, value]) => name === 'content-encoding' && value.includes('aws-chunked'));
  if (isChunked) refuse(501, 'NotImplemented', 'The practice bucket takes bodies as they are, not aws-chunked.');
  return { 'content-type': 'binary/octet-stream', ...Object.fromEntries(entries.filter(([name]) => kept.test(name))) };
}

/** Of the canned ones those that say who may read. */
export function aclOf(said = 'private'): Acl {
  if (said === 'private' || said === 'public-read') return said;
  return refuse(501, 'NotImplemented', `The practice bucket does not know the ACL ${said}.`);
}
