/** What a file is, by its first bytes. */
import { fileTypeFromBuffer } from 'file-type';
import { plainType } from '../../../shared/media-type.ts';
import type { Bytes } from './bytes.ts';

/** What file-type gets to see, so that no archive makes it read on. bytes */
const headSize = 64 * 1024;

/** Brands of HEIF, which may be named only among those that a file is compatible with. ISO/IEC 23008-12, annex B */
const brands: readonly [brand: RegExp, type: string][] = [
  [/^avi[fs]$/, 'image/avif'],
  [/^(hei[cxms]|hev[cxms])$/, 'image/heic'],
];

/** Null: they say nothing, as those of text. */
export async function contentTypeOf(bytes: Bytes): Promise<string | null> {
  const head = bytes.at(0, headSize);
  const type = await knownType(head);
  if (type === null) return null;
  return type.startsWith('image/hei') ? brandOf(head) : plainType(type);
}

async function knownType(head: Buffer): Promise<string | null> {
  const found = await typeOfHead(head);
  // It looks for the makers of raw files in the directory, which most programs write at the end.
  return found ?? (/^(II\*\0|MM\0\*)/.test(head.toString('latin1', 0, 4)) ? 'image/tiff' : null);
}

async function typeOfHead(head: Buffer): Promise<string | null> {
  try {
    return (await fileTypeFromBuffer(head))?.mime ?? null;
  } catch {
    return null; // it ends before its type is clear
  }
}

function brandOf(head: Buffer): string {
  const box = head.subarray(8, Math.min(head.readUInt32BE(0), 256));
  const named = Array.from({ length: box.length >> 2 }, (_, at) => box.toString('latin1', at * 4, at * 4 + 4));
  return brands.find(([brand]) => named.some((one) => brand.test(one)))?.[1] ?? 'image/heif';
}
