/** Reads a file behind those who write it, so that its digest is known as soon as it is whole, and is of what the disk has. */
import type { FileHandle } from 'node:fs/promises';
import { SidelineError } from '../../../shared/errors.ts';
import type { Digest } from '../proof.ts';

export interface ReadBack {
  /** All bytes before this one are written. */
  upTo(byte: number): void;
  /** Ends before that; what it was reading it still reads. */
  stop(): void;
  /** When all of the file has gone into the digest, or it was stopped. */
  ended: Promise<void>;
}

const pieceSize = 1024 * 1024;

/** `size`: bytes of the whole */
export function readBack(handle: Pick<FileHandle, 'read'>, size: number, digest: Digest): ReadBack {
  let front = 0;
  let stopped = false;
  let wake: () => void = () => undefined;

  async function follow(): Promise<void> {
    const piece = Buffer.alloc(Math.min(pieceSize, size));
    for (let at = 0; at < size && !stopped;) {
      if (at >= front) {
        await new Promise<void>((resolve) => (wake = resolve));
        continue;
      }
      const { bytesRead } = await handle.read(piece, 0, Math.min(piece.length, front - at), at);
      if (bytesRead === 0) throw new SidelineError('integrity', { operation: 'download' });
      digest.update(piece.subarray(0, bytesRead));
      at += bytesRead;
    }
  }

  const ended = follow();
  ended.catch(() => undefined); // whoever awaits it is told; until then others may have failed first
  return {
    ended,
    upTo(byte) {
      front = byte;
      wake();
    },
    stop() {
      stopped = true;
      wake();
    },
  };
}
