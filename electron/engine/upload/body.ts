/** The bytes of one request: read from the source, checked against its fingerprint, with their checksums. */
import type { Fingerprint } from '../../../shared/domain.ts';
import { SidelineError } from '../../../shared/errors.ts';
import { looksChanged } from '../fingerprint.ts';
import { fingerprintAt } from '../source.ts';
import type { Line } from './line.ts';
import { MiB } from './part-size.ts';
import type { Range, Read } from './reader.ts';
import type { Slot } from './slots.ts';

export interface Body {
  /** bytes */
  size: number;
  crc32: number;
  /** hex, or null where nothing needs it */
  md5: string | null;
  /** The bytes from `offset` on, at most `length`, at least one; only valid until the next call. */
  chunk(offset: number, length: number): Buffer | Promise<Buffer>;
}

export interface Source {
  path: string;
  planned: Fingerprint;
}

/**
 * Looks at a source before anything is done for it. Returns whether it is the very file that was planned; a camera card that
 * was plugged in again may have given it another inode. Throws `source-changed`, `source-gone` or `source-unreadable`.
 */
export async function lookAtSource(source: Source): Promise<{ sameFile: boolean }> {
  const now = await fingerprintAt(source.path);
  refuseChanged(source, now);
  return { sameFile: now.inode === source.planned.inode };
}

/**
 * Looks at it once more when all of it has been read, for on a slow line that is long before it has arrived: a clip that still
 * grew would count as sent. What is gone by then (a card was pulled) is what was read. Throws `source-changed`.
 */
export async function refuseGrown({ path, planned }: Source): Promise<void> {
  let now: Fingerprint;
  try {
    now = await fingerprintAt(path);
  } catch {
    return;
  }
  refuseChanged({ path, planned }, now);
}

/**
 * Reads a range of the source into a slot's buffer. What is larger than that is read twice, piece by piece: once for its
 * checksums, which go ahead of the bytes, and once while it is sent.
 * Throws `source-changed` when the file is no longer what was planned, `source-gone` or `source-unreadable`.
 */
export async function readBody(
  source: Source,
  range: Range,
  { buffer }: Slot,
  { integrity, reader }: Pick<Line, 'integrity' | 'reader'>,
): Promise<Body> {
  const wants = { md5: integrity === 'etag-md5' || integrity === 'content-md5' };
  const { crc32, md5 } = refuseOther(source, range, await reader.read(source.path, range, buffer, wants));
  const inMemory = range.length <= buffer.length;
  return {
    size: range.length,
    crc32,
    md5,
    chunk: (offset, length) =>
      inMemory
        ? buffer.subarray(offset, Math.min(offset + length, range.length))
        : piece(offset, Math.min(length, MiB)),
  };

  async function piece(offset: number, length: number): Promise<Buffer> {
    const part = { offset: range.offset + offset, length: Math.min(length, range.length - offset) };
    refuseOther(source, part, await reader.read(source.path, part, buffer, { md5: false }));
    return buffer.subarray(0, part.length);
  }
}

function refuseOther(source: Source, range: Range, read: Read): Read {
  refuseChanged(source, read.fingerprint);
  if (read.bytes < range.length) throw new SidelineError('source-changed', { subject: source.path });
  return read;
}

function refuseChanged({ planned, path }: Source, now: Fingerprint): void {
  if (looksChanged(planned, now)) throw new SidelineError('source-changed', { subject: path });
}
