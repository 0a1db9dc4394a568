/** The thread behind reader.ts. It has nothing else to do, so it may wait for the disk. */
import { createHash } from 'node:crypto';
import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { crc32 } from 'node:zlib';
import { fingerprintOf } from '../fingerprint.ts';
import type { Answer, Read } from './reader.ts';
import { systemCode } from '../../system-code.ts';

export interface ReadOrder {
  id: number;
  path: string;
  offset: number;
  /** bytes */
  length: number;
  /** where in the memory, and how many bytes of it may be used */
  start: number;
  room: number;
  md5: boolean;
}

const memory = workerData as SharedArrayBuffer; // see reader.ts, `start`

parentPort?.on('message', (orders: ReadOrder[]) => {
  parentPort?.postMessage(orders.map(answer));
});

function answer(order: ReadOrder): Answer {
  const { id } = order;
  try {
    return { id, read: read(order) };
  } catch (error) {
    const code = systemCode(error);
    return { id, code, message: error instanceof Error ? error.message : String(error) };
  }
}

function read(order: ReadOrder): Read {
  const buffer = Buffer.from(memory, order.start, order.room);
  const file = openSync(order.path, 'r');
  try {
    const sums = readThrough(file, order, buffer);
    // By its path: another file may have taken the place of the one that is open.
    return { ...sums, fingerprint: fingerprintOf(statSync(order.path)) };
  } finally {
    closeSync(file);
  }
}

function readThrough(file: number, order: ReadOrder, buffer: Buffer): Omit<Read, 'fingerprint'> {
  const hash = order.md5 ? createHash('md5') : null;
  let crc = 0;
  let done = 0;
  while (done < order.length) {
    const piece = fill(file, buffer.subarray(0, order.length - done), order.offset + done);
    if (piece.length === 0) break;
    crc = crc32(piece, crc);
    hash?.update(piece);
    done += piece.length;
  }
  return { crc32: crc, md5: hash?.digest('hex') ?? null, bytes: done };
}

/** Returns what was read: less than fits only at the end of the file. */
function fill(file: number, buffer: Buffer, position: number): Buffer {
  let got = 0;
  while (got < buffer.length) {
    const read = readSync(file, buffer, got, buffer.length - got, position + got);
    if (read === 0) break;
    got += read;
  }
  return buffer.subarray(0, got);
}
