/** The listing of the practice bucket. https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html */
import { list, type StoredObject } from './object-folder.ts';
import { quoted, refuse, time, xml, type Call, type Practice, type Reply } from './s3-call.ts';
import type { Xml } from './s3-xml.ts';

const largestPage = 1000;

/** How many are asked for at once; the parameter is text from outside. */
export function pageSize(query: URLSearchParams, name: string): number {
  const asked = query.get(name) ?? String(largestPage);
  if (!/^\d+$/.test(asked)) refuse(400, 'InvalidArgument', `${name} must be a number.`);
  return Math.min(Number(asked), largestPage);
}

/** The only one. https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListBuckets.html */
export function listBuckets({ bucket }: Practice): Reply {
  return xml('ListAllMyBucketsResult', [['Buckets', [['Bucket', [['Name', bucket]]]]]]);
}

export function listObjects({ bucket, objects }: Practice, { query }: Call): Reply {
  if (query.get('list-type') !== '2') refuse(501, 'NotImplemented', 'The practice bucket lists by version 2 only.');
  const prefix = query.get('prefix') ?? '';
  const token = query.get('continuation-token');
  const after = token === null ? (query.get('start-after') ?? '') : Buffer.from(token, 'base64url').toString();
  const limit = pageSize(query, 'max-keys');
  const listing = list(objects, { prefix, delimiter: query.get('delimiter') ?? '', after, limit });
  const encode = query.get('encoding-type') === 'url' ? encodeURIComponent : (key: string) => key;
  return xml('ListBucketResult', [
    ['Name', bucket],
    ['Prefix', encode(prefix)],
    ['MaxKeys', limit],
    ['KeyCount', listing.objects.length + listing.prefixes.length],
    ['IsTruncated', listing.next !== null],
    ...(query.has('encoding-type') ? [['EncodingType', 'url'] as const] : []),
    ...(listing.next === null
      ? []
      : [['NextContinuationToken', Buffer.from(listing.next).toString('base64url')] as const]),
    ...listing.objects.map((object): Xml => ['Contents', describe(object, encode)]),
    ...listing.prefixes.map((group): Xml => ['CommonPrefixes', [['Prefix', encode(group)]]]),
  ]);
}

function describe(object: StoredObject, encode: (key: string) => string): Xml[] {
  return [
    ['Key', encode(object.key)],
    ['LastModified', time(object.modified)],
    ['ETag', quoted(object.etag)],
    ['Size', object.size],
    ['StorageClass', 'STANDARD'],
  ];
}
