/**
 * The memory for bodies on their way: one shared block, so that other threads read into it without being told of each buffer,
 * handed out by powers of two (buddy allocation: a block is split while a smaller one is wanted, and joined with its other
 * half as soon as both are free).
 */
import { MiB } from './part-size.ts';

export interface Buffers {
  memory: SharedArrayBuffer;
  /** whether so many bytes are free in one piece */
  has(bytes: number): boolean;
  /** At least so many bytes, up to `largestBuffer`. Throws when there are none: see `has`. */
  take(bytes: number): Buffer;
  give(buffer: Buffer): void;
}

/** What is larger is read and sent piece by piece, through a buffer of this size. bytes */
export const largestBuffer = 16 * MiB;
const smallestBuffer = MiB / 16;

/** `bytes`: all of it; a multiple of `largestBuffer` */
export function createBuffers(bytes = 64 * MiB): Buffers {
  const memory = new SharedArrayBuffer(bytes); // the system gives it page by page, as it is used
  /** offsets of the free blocks, by their size */
  const free = new Map<number, Set<number>>();
  for (let size = smallestBuffer; size <= largestBuffer; size *= 2) free.set(size, new Set());
  for (let offset = 0; offset < bytes; offset += largestBuffer) freeOf(largestBuffer).add(offset);

  function freeOf(size: number): Set<number> {
    const found = free.get(size);
    if (found === undefined) throw new RangeError(`no buffers of ${size} bytes`);
    return found;
  }

  function nextSize(wanted: number): number | null {
    let size = sizeFor(wanted);
    while (size <= largestBuffer && freeOf(size).size === 0) size *= 2;
    return size <= largestBuffer ? size : null;
  }

  function takeBlock(size: number): number {
    const [offset] = freeOf(size);
    if (offset === undefined) throw new RangeError('no buffer is free');
    freeOf(size).delete(offset);
    return offset;
  }

  return {
    memory,
    has: (wanted) => nextSize(wanted) !== null,
    take(wanted) {
      let size = nextSize(wanted) ?? largestBuffer;
      const offset = takeBlock(size);
      for (; size > sizeFor(wanted); size /= 2) freeOf(size / 2).add(offset + size / 2);
      return Buffer.from(memory, offset, size);
    },
    give(buffer) {
      let offset = buffer.byteOffset;
      let size = buffer.length;
      for (; size < largestBuffer; size *= 2) {
        const other = offset % (size * 2) === 0 ? offset + size : offset - size;
        if (!freeOf(size).delete(other)) break;
        offset = Math.min(offset, other);
      }
      freeOf(size).add(offset);
    },
  };
}

function sizeFor(bytes: number): number {
  return 2 ** Math.ceil(Math.log2(Math.max(smallestBuffer, Math.min(largestBuffer, bytes))));
}
