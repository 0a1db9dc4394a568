/** What the store says it has, against what was read. */
import { createHash } from 'node:crypto';
import type { IntegrityMode, Part } from '../../../shared/domain.ts';
import { SidelineError } from '../../../shared/errors.ts';
import { combineCrc32 } from './crc32-combine.ts';

/** What was read of a whole source. */
export interface Content {
  /** bytes */
  size: number;
  crc32: number | null;
  /** the ETag that a store gives which makes ETags of MD5s; null where those are not known */
  etag: string | null;
}

export interface Stored {
  size: number;
  etag: string;
  crc32: number | null;
}

/** Whether the object is provably this content. What the store cannot prove is not. */
export function isProven(stored: Stored, content: Content): boolean {
  if (stored.size !== content.size) return false;
  if (stored.crc32 !== null && content.crc32 !== null) return stored.crc32 === content.crc32;
  return content.etag !== null && stored.etag === content.etag;
}

/** Throws `integrity` when the store contradicts what was read. What it does not tell is no contradiction. */
export function refuseOther(stored: Stored, content: Content): void {
  if (stored.size !== content.size) {
    throw new SidelineError('integrity', { cause: new Error(`${stored.size} bytes instead of ${content.size}`) });
  }
  if (stored.crc32 !== null && content.crc32 !== null && stored.crc32 !== content.crc32) {
    throw new SidelineError('integrity', { cause: new Error('the CRC32 of the object differs') });
  }
  if (content.etag !== null && stored.etag !== content.etag) {
    throw new SidelineError('integrity', { cause: new Error(`ETag ${stored.etag} instead of ${content.etag}`) });
  }
}

/** The content of a multipart upload from its parts, all of which have been sent. */
export function contentOfParts(parts: readonly Part[], integrity: IntegrityMode): Content {
  let size = 0;
  let crc: number | null = 0;
  for (const part of parts) {
    crc = crc === null || part.crc32 === null ? null : combineCrc32(crc, part.crc32, part.size);
    size += part.size;
  }
  return { size, crc32: crc, etag: integrity === 'etag-md5' ? multipartEtag(parts.map((part) => part.md5)) : null };
}

/** The ETag that S3 gives a multipart object: the MD5 of its parts' MD5s, and their number. */
function multipartEtag(md5s: readonly (string | null)[]): string | null {
  const hash = createHash('md5');
  for (const md5 of md5s) {
    if (md5 === null) return null;
    hash.update(md5, 'hex');
  }
  return `${hash.digest('hex')}-${md5s.length}`;
}
