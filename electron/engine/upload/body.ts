/** The bytes of one request: read from the source, checked against its fingerprint, with their CRC32. */
import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { open, stat } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import type { Fingerprint } from '../../../shared/domain.ts';
import { SidelineError } from '../../../shared/errors.ts';
import { asSourceError, fingerprintOf, looksChanged } from '../source.ts';
import type { Line } from './line.ts';
import { MiB } from './part-size.ts';
import type { Slot } from './slots.ts';

export interface Body {
  /** bytes */
  size: number;
  crc32: number;
  /** hex, or null where nothing needs it; computed meanwhile on another thread */
  md5: Promise<string> | null;
  /** The bytes from `offset` on, at most `length`, at least one; only valid until the next call. */
  chunk(offset: number, length: number): Buffer | Promise<Buffer>;
}

export interface Source {
  handle: FileHandle;
  path: string;
  planned: Fingerprint;
}

/** Throws `source-gone` or `source-unreadable`. */
export async function openSource(path: string, planned: Fingerprint): Promise<Source> {
  try {
    return { handle: await open(path, 'r'), path, planned };
  } catch (error) {
    throw asSourceError(error, path);
  }
}

/** Whether it is the very file that was planned; a camera card that was plugged in again may have given it another inode. */
export async function hasPlannedInode(source: Source): Promise<boolean> {
  return fingerprintOf(await source.handle.stat()).inode === source.planned.inode;
}

export interface Range {
  offset: number;
  length: number;
}

/**
 * Reads a range of the source into a slot's buffer. What is larger than that is read twice, piece by piece: once for its
 * checksums, which go ahead of the bytes, and once while it is sent.
 * Throws `source-changed` when the file is not what was planned, before or after the reading.
 */
export async function readBody(
  source: Source,
  range: Range,
  slot: Slot,
  line: Pick<Line, 'integrity' | 'md5'>,
): Promise<Body> {
  const { buffer } = slot;
  const { integrity } = line;
  const wantsMd5 = integrity === 'etag-md5' || integrity === 'content-md5';
  if (range.length > buffer.length) return await readTwice(source, range, buffer, wantsMd5);
  await fill(source, range.offset, buffer, range.length);
  await refuseChanged(source);
  const bytes = buffer.subarray(0, range.length);
  const md5 = wantsMd5 ? line.md5.digest(buffer, range.length) : null;
  if (md5 !== null) slot.hold(md5);
  return {
    size: range.length,
    crc32: crc32(bytes),
    md5,
    chunk: (offset, length) => bytes.subarray(offset, offset + length),
  };
}

async function readTwice(source: Source, range: Range, buffer: Buffer, wantsMd5: boolean): Promise<Body> {
  const hash = wantsMd5 ? createHash('md5') : null;
  const piece = (offset: number, length: number) => fillSome(source, range, offset, buffer, Math.min(length, MiB));
  let crc = 0;
  for (let offset = 0; offset < range.length;) {
    const bytes = await piece(offset, MiB);
    crc = crc32(bytes, crc);
    hash?.update(bytes);
    offset += bytes.length;
  }
  await refuseChanged(source);
  return {
    size: range.length,
    crc32: crc,
    md5: hash === null ? null : Promise.resolve(hash.digest('hex')),
    chunk: piece,
  };
}

async function fillSome(source: Source, range: Range, offset: number, buffer: Buffer, length: number): Promise<Buffer> {
  const wanted = Math.min(length, range.length - offset);
  await fill(source, range.offset + offset, buffer, wanted);
  return buffer.subarray(0, wanted);
}

async function fill(source: Source, position: number, buffer: Buffer, length: number): Promise<void> {
  for (let got = 0; got < length;) {
    const { bytesRead } = await read(source, buffer, got, length - got, position + got);
    if (bytesRead === 0) throw new SidelineError('source-changed', { subject: source.path });
    got += bytesRead;
  }
}

async function read(source: Source, buffer: Buffer, at: number, length: number, position: number) {
  try {
    return await source.handle.read(buffer, at, length, position);
  } catch (error) {
    throw asSourceError(error, source.path);
  }
}

async function refuseChanged(source: Source): Promise<void> {
  let now: Fingerprint;
  try {
    now = fingerprintOf(await stat(source.path)); // by its path: another file may have taken its place
  } catch (error) {
    throw asSourceError(error, source.path);
  }
  if (looksChanged(source.planned, now)) throw new SidelineError('source-changed', { subject: source.path });
}
