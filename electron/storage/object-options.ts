/** What an object is stored with, besides its bytes: as the headers of a PUT, and as the SDK has it for a multipart upload. */
import type { CreateMultipartUploadCommandInput } from '@aws-sdk/client-s3';
import type { BatchDetails, DestinationRules } from '../../shared/destination.ts';

export interface ObjectOptions {
  contentType: string;
  cacheControl: string | null;
  contentDisposition: string | null;
  acl: DestinationRules['acl'];
  /** as people wrote it: names in small letters, values of any Unicode */
  metadata: Readonly<Record<string, string>>;
  tags: Readonly<Record<string, string>>;
  sse: DestinationRules['sse'];
  storageClass: DestinationRules['storageClass'];
}

/** Of a file that no destination has rules for. */
export function plainOptions(contentType: string): ObjectOptions {
  return {
    contentType,
    ...{ cacheControl: null, contentDisposition: null, acl: null, sse: null, storageClass: null },
    ...{ metadata: {}, tags: {} },
  };
}

export interface FileToStore {
  /** media type by its content */
  type: string;
  /** its own name, with extension: what a download is called */
  name: string;
}

/** By the destination's rules, with what a person said of the batch; a rule of the same name wins. */
export function optionsOf(rules: DestinationRules, details: BatchDetails, file: FileToStore): ObjectOptions {
  const { contentType, cacheControl, contentDisposition, acl, metadata, tags, sse, storageClass } = rules;
  return {
    ...{ cacheControl, acl, sse, storageClass },
    contentType: contentType ?? file.type,
    contentDisposition: contentDisposition === 'attachment' ? disposition('attachment', file.name) : contentDisposition,
    metadata: { ...said(details), ...metadata },
    tags: { ...tagsOf(details), ...tags },
  };
}

function said(details: BatchDetails): Record<string, string> {
  const { tags, ...texts } = details;
  const all = { ...texts, tags: tags.join(',') };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value.trim() !== ''));
}

/** Who, where and when: by these a store's lifecycle and access rules can tell objects apart. */
function tagsOf({ event, session, person }: BatchDetails): Record<string, string> {
  const given = Object.entries({ event, session, person }).filter(([, value]) => value.trim() !== '');
  return Object.fromEntries(given.map(([name, value]) => [name, tagValue(value)]));
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-tagging.html: other characters are refused. */
function tagValue(text: string): string {
  return text
    .replace(/[^\p{L}\p{Z}\p{N}_.:/=+\-@]/gu, '-')
    .slice(0, 256)
    .trim();
}

/** The header of a file with this name: RFC 6266 with RFC 8187's form for what is not plain ASCII. */
export function disposition(how: 'attachment' | 'inline', name: string): string {
  const plain = name.replace(/[^\x20-\x7e]/g, '_').replace(/["\\]/g, '_');
  if (plain === name) return `${how}; filename="${name}"`;
  const encoded = encodeURIComponent(name.toWellFormed()).replace(/['()*]/g, (sign) => percent(sign));
  return `${how}; filename="${plain}"; filename*=UTF-8''${encoded}`;
}

function percent(sign: string): string {
  return `%${sign.charCodeAt(0).toString(16).toUpperCase()}`;
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html */
export function headersOf(options: ObjectOptions): Readonly<Record<string, string>> {
  let headers = known.get(options);
  if (headers === undefined) known.set(options, (headers = makeHeaders(options)));
  return headers;
}

/** Options are plain data that nobody changes. */
const known = new WeakMap<ObjectOptions, Readonly<Record<string, string>>>();

function makeHeaders(options: ObjectOptions): Record<string, string> {
  const { sse } = options;
  const tagging = taggingOf(options.tags);
  const headers: Record<string, string | null> = {
    'content-type': options.contentType,
    'cache-control': options.cacheControl,
    'content-disposition': options.contentDisposition,
    'x-amz-acl': options.acl,
    'x-amz-server-side-encryption': sse?.by ?? null,
    'x-amz-server-side-encryption-aws-kms-key-id': sse?.by === 'aws:kms' ? sse.keyId : null,
    'x-amz-storage-class': options.storageClass,
    'x-amz-tagging': tagging === '' ? null : tagging,
  };
  for (const [name, value] of Object.entries(options.metadata)) headers[`x-amz-meta-${name}`] = asciiOf(value);
  return Object.fromEntries(Object.entries(headers).filter((entry): entry is [string, string] => entry[1] !== null));
}

/** The same for CreateMultipartUpload. */
export function uploadInputOf(options: ObjectOptions): Omit<CreateMultipartUploadCommandInput, 'Bucket' | 'Key'> {
  const { sse } = options;
  const tagging = taggingOf(options.tags);
  const metadata = Object.entries(options.metadata).map(([name, value]) => [name, asciiOf(value)] as const);
  return {
    ContentType: options.contentType,
    ...(options.cacheControl !== null && { CacheControl: options.cacheControl }),
    ...(options.contentDisposition !== null && { ContentDisposition: options.contentDisposition }),
    ...(options.acl !== null && { ACL: options.acl }),
    ...(sse !== null && { ServerSideEncryption: sse.by }),
    ...(sse?.by === 'aws:kms' && sse.keyId !== null && { SSEKMSKeyId: sse.keyId }),
    ...(options.storageClass !== null && { StorageClass: options.storageClass }),
    ...(tagging !== '' && { Tagging: tagging }),
    ...(metadata.length > 0 && { Metadata: Object.fromEntries(metadata) }),
  };
}

/** As a query; spaces are %20, for not every store reads a plus as one. */
function taggingOf(tags: Readonly<Record<string, string>>): string {
  return Object.entries(tags)
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
    .join('&');
}

/** bytes of UTF-8 that one encoded word of at most 75 characters holds */
const wordBytes = 45;

/**
 * A header holds ASCII only: all else is written in encoded words, as S3 itself gives it back. Line breaks become spaces.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html, RFC 2047
 */
export function asciiOf(value: string): string {
  const line = value.replace(/\s+/g, ' ').trim();
  if (/^[\x20-\x7e]*$/.test(line)) return line;
  return words(line)
    .map((word) => `=?UTF-8?B?${Buffer.from(word, 'utf8').toString('base64')}?=`)
    .join(' ');
}

/** In pieces that one encoded word holds; no character is cut. */
function words(line: string): string[] {
  const pieces: string[] = [];
  let piece = '';
  for (const character of line.toWellFormed()) {
    if (Buffer.byteLength(piece + character) > wordBytes) {
      pieces.push(piece);
      piece = '';
    }
    piece += character;
  }
  return [...pieces, piece];
}
