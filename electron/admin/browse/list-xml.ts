/** What a store answers to ListObjectsV2, taken apart: a thousand keys in a millisecond or two, where a parser of all XML takes thirty. */
import { SidelineError } from '../../../shared/errors.ts';

export interface FoundObject {
  key: string;
  /** bytes */
  size: number;
  /** ms since 1970; 0: the store does not say */
  modified: number;
  /** without quotes */
  etag: string;
  /** such as STANDARD; '': the store has none */
  storageClass: string;
}

/** Where a listing goes on: a token of the store's own, or of those that know only ListObjects the last key. */
export type NextPage = { 'continuation-token': string } | { marker: string };

export interface ListedPage {
  objects: FoundObject[];
  /** common prefixes, which end with the delimiter */
  folders: string[];
  /** null: this was the last page */
  next: NextPage | null;
}

/**
 * Of an answer that was asked for with `encoding-type=url`, which some stores heed and some do not: they say so.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html Throws `server-error` for what is no such answer, or
 * says that there is more and not where.
 */
export function parseListing(xml: string): ListedPage {
  if (!xml.includes('<ListBucketResult')) throw odd('no list of objects');
  const isEncoded = textIn(xml, 'EncodingType') === 'url';
  const keyIn = (block: string, name: string) => {
    const text = plain(textIn(block, name));
    return isEncoded ? urlDecoded(text) : text;
  };
  const objects: FoundObject[] = [];
  for (const block of blocks(xml, 'Contents')) {
    const modified = Date.parse(textIn(block, 'LastModified'));
    objects.push({
      key: keyIn(block, 'Key'),
      size: Number(textIn(block, 'Size')) || 0,
      modified: Number.isNaN(modified) ? 0 : modified,
      etag: plain(textIn(block, 'ETag')).replaceAll('"', ''),
      storageClass: plain(textIn(block, 'StorageClass')),
    });
  }
  const folders = Array.from(blocks(xml, 'CommonPrefixes'), (block) => keyIn(block, 'Prefix'));
  return { objects, folders, next: nextOf(xml, keyIn, { objects, folders }) };
}

/** A token with the last page is none: some stores give one there too. */
function nextOf(
  xml: string,
  keyIn: (block: string, name: string) => string,
  { objects, folders }: Pick<ListedPage, 'objects' | 'folders'>,
): NextPage | null {
  if (textIn(xml, 'IsTruncated') !== 'true') return null;
  const token = plain(textIn(xml, 'NextContinuationToken'));
  if (token !== '') return { 'continuation-token': token };
  // Those that know only ListObjects: without a delimiter they name no marker, and the last key is it.
  const last = keyIn(xml, 'NextMarker') || [objects.at(-1)?.key ?? '', folders.at(-1) ?? ''].sort().at(-1);
  if (last === undefined || last === '') throw odd('a list that goes on, and does not say where');
  return { marker: last };
}

/** The insides of all elements of this name, which do not nest. */
export function* blocks(xml: string, name: string): Generator<string> {
  const open = `<${name}>`;
  const close = `</${name}>`;
  let at = xml.indexOf(open);
  while (at !== -1) {
    const end = xml.indexOf(close, at);
    if (end === -1) throw odd('a list that breaks off');
    yield xml.slice(at + open.length, end);
    at = xml.indexOf(open, end);
  }
}

/** As it is written; '': there is none. */
export function textIn(xml: string, name: string): string {
  const start = xml.indexOf(`<${name}>`);
  if (start === -1) return '';
  const from = start + name.length + 2;
  const end = xml.indexOf(`</${name}>`, from);
  return end === -1 ? '' : xml.slice(from, end);
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

export function plain(text: string): string {
  if (!text.includes('&')) return text;
  return text.replaceAll(/&(#x[0-9a-f]+|#\d+|[a-z]+);/gi, (whole, name: string) => {
    if (!name.startsWith('#')) return entities[name] ?? whole;
    const code = /^#x/i.test(name) ? parseInt(name.slice(2), 16) : parseInt(name.slice(1), 10);
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}

/** Amazon writes a space as plus, and a plus as %2B; what is no UTF-8 is shown as far as it is. */
export function urlDecoded(text: string): string {
  if (!/[%+]/.test(text)) return text;
  const spaced = text.replaceAll('+', ' ');
  try {
    return decodeURIComponent(spaced);
  } catch {
    const bytes = spaced.replaceAll(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
    return Buffer.from(bytes, 'latin1').toString('utf8');
  }
}

function odd(what: string): SidelineError {
  return new SidelineError('server-error', { subject: what });
}
