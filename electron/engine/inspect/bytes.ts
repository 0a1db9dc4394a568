/** A file that is looked into here and there: few bytes of it are read, however large it is and whatever it says. */
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { SidelineError } from '../../../shared/errors.ts';
import { asSourceError } from '../source.ts';

export interface Bytes {
  readonly size: number;
  /** Less than asked for at the end of the file, and nothing once enough was read. */
  at(offset: number, length: number): Buffer;
}

/** Told before and after each wait for the disk. */
export type OnDisk = (waits: boolean) => void;

/** Else to open a pipe would wait for one who writes into it. Windows has no such flag, and no such pipes. */
const openFlags = constants.O_RDONLY | ((constants.O_NONBLOCK as number | undefined) ?? 0);
/** In one read, as nearly all that is asked for is there. bytes */
const headSize = 64 * 1024;
/** Of what lies elsewhere this much at least is read, as the next thing is often close by. bytes */
const leastRead = 1024;
/** Of one file. What needs more is not found, and a file that sends its reader in circles comes to an end. */
const most = { bytes: 2 * 1024 * 1024, reads: 2000 };

/**
 * Opens a file while `use` looks into it. It waits for the disk: it belongs in a thread that has nothing else to do. Throws
 * `source-gone`, `source-unreadable` or `source-special`, and nothing else of its own.
 */
export async function withBytes<T>(
  path: string,
  use: (bytes: Bytes) => Promise<T>,
  onDisk: OnDisk = () => undefined,
): Promise<T> {
  const wait: Wait = (work) => {
    onDisk(true);
    try {
      return work();
    } catch (error) {
      throw asSourceError(error, path);
    } finally {
      onDisk(false);
    }
  };
  const [file, size] = wait(() => open(path));
  try {
    return await use(readable(file, size, wait));
  } finally {
    closeSync(file);
  }
}

type Wait = <T>(work: () => T) => T;

/** The first bytes of a file of `size` bytes that is not here as a whole: behind them there is nothing to be read. */
export function headBytes(head: Buffer, size: number): Bytes {
  return { size, at: (offset, length) => head.subarray(Math.max(0, offset), Math.max(0, offset + length)) };
}

/** A part of it as if it were a file. */
export function within(bytes: Bytes, start: number, length: number): Bytes {
  const size = Math.max(0, Math.min(length, bytes.size - start));
  return {
    size,
    at: (offset, wanted) => bytes.at(start + offset, Math.max(0, Math.min(wanted, size - offset))),
  };
}

function open(path: string): [file: number, size: number] {
  const file = openSync(path, openFlags);
  try {
    const stat = fstatSync(file);
    if (!stat.isFile()) throw new SidelineError('source-special', { subject: stat.isDirectory() ? 'a folder' : '' });
    return [file, stat.size];
  } catch (error) {
    closeSync(file);
    throw error;
  }
}

function readable(file: number, size: number, wait: Wait): Bytes {
  const left = { ...most };

  function read(offset: number, length: number): Buffer {
    const buffer = Buffer.allocUnsafe(Math.min(length, size - offset, left.bytes));
    left.bytes -= buffer.length;
    left.reads--;
    return buffer.subarray(
      0,
      wait(() => readSync(file, buffer, 0, buffer.length, offset)),
    );
  }

  const head = read(0, headSize);
  let start = 0;
  let window = head;
  return {
    size,
    at(offset, length) {
      if (!Number.isSafeInteger(offset) || offset < 0 || offset >= size || length <= 0) return Buffer.alloc(0);
      const end = Math.min(offset + length, size);
      if (end <= head.length) return head.subarray(offset, end);
      if (offset < start || end > start + window.length) {
        if (left.reads <= 0 || left.bytes <= 0) return Buffer.alloc(0);
        window = read(offset, Math.max(end - offset, leastRead));
        start = offset;
      }
      return window.subarray(offset - start, end - start);
    },
  };
}
