/** The versions that a bucket keeps. https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectVersions.html */
import { SidelineError } from '../../../shared/errors.ts';
import { plain, textIn, urlDecoded } from '../browse/list-xml.ts';
import type { Bucket } from '../bucket.ts';

export interface Version {
  key: string;
  /** `null` as a word: from a time without versions */
  versionId: string;
  isLatest: boolean;
  /** it only says that the object is deleted */
  isMarker: boolean;
  /** bytes */
  size: number;
  /** without quotes; of a marker: '' */
  etag: string;
  /** ms since 1970; 0: not told */
  modified: number;
}

interface VersionPage {
  versions: Version[];
  /** null: this was the last */
  next: Record<string, string> | null;
}

/** Pages of at most `limit` versions (1,000 where nothing is said), in the order of their keys, of a key the newest first. */
export async function* versionPages(
  bucket: Bucket,
  from: { prefix: string; after?: string; limit?: number },
  signal: AbortSignal,
): AsyncGenerator<Version[], void> {
  const query = {
    ...{ versions: '', 'encoding-type': 'url', prefix: from.prefix },
    ...(from.limit === undefined ? {} : { 'max-keys': String(from.limit) }),
  };
  const need = { right: 'list-versions', key: from.prefix, operation: 'connect' } as const;
  const ask = async (place: Record<string, string>) =>
    parseVersions(
      await bucket.storage.ask({ key: '', query: { ...query, ...place } }, { operation: 'connect' }, signal),
    );
  let place: Record<string, string> | null = from.after === undefined ? {} : { 'key-marker': from.after };
  while (place !== null) {
    const where: Record<string, string> = place;
    const page: VersionPage = await bucket.attempt(need, () => ask(where), signal);
    if (page.next !== null && JSON.stringify(page.next) === JSON.stringify(where))
      throw new SidelineError('server-error', { subject: 'a list that does not go on' });
    yield page.versions;
    place = page.next;
  }
}

/** All that one key has, the newest first. */
export async function* versionsOf(bucket: Bucket, key: string, signal: AbortSignal): AsyncGenerator<Version, void> {
  for await (const page of versionPages(bucket, { prefix: key, limit: 20 }, signal)) {
    for (const version of page) {
      if (version.key !== key) return; // of all that begin with it, it comes first
      yield version;
    }
  }
}

export function parseVersions(xml: string): VersionPage {
  if (!xml.includes('<ListVersionsResult')) throw new SidelineError('server-error', { subject: 'no list of versions' });
  const isEncoded = textIn(xml, 'EncodingType') === 'url';
  const keyOf = (text: string) => (isEncoded ? urlDecoded(plain(text)) : plain(text));
  const versions = Array.from(xml.matchAll(/<(Version|DeleteMarker)>([\s\S]*?)<\/\1>/g), ([, name, block = '']) => ({
    key: keyOf(textIn(block, 'Key')),
    versionId: plain(textIn(block, 'VersionId')) || 'null',
    isLatest: textIn(block, 'IsLatest') === 'true',
    isMarker: name === 'DeleteMarker',
    size: Number(textIn(block, 'Size')) || 0,
    etag: plain(textIn(block, 'ETag')).replaceAll('"', ''),
    modified: Date.parse(textIn(block, 'LastModified')) || 0,
  }));
  if (textIn(xml, 'IsTruncated') !== 'true') return { versions, next: null };
  const last = versions.at(-1);
  const key = keyOf(textIn(xml, 'NextKeyMarker')) || last?.key;
  const versionId = plain(textIn(xml, 'NextVersionIdMarker')) || last?.versionId;
  if (key === undefined || versionId === undefined)
    throw new SidelineError('server-error', { subject: 'a list that goes on, and does not say where' });
  return { versions, next: { 'key-marker': key, 'version-id-marker': versionId } };
}
