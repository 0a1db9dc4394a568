/** The lines of a file, read piece by piece: a log may have millions. */
import type { FileHandle } from 'node:fs/promises';

export interface Line {
  text: string;
  /** of its first byte */
  offset: number;
}

/** bytes */
const pieceSize = 64 * 1024;
const newline = 0x0a;

/** Those that are whole, from `start` on: what is behind the last line end was cut, or is being written now. */
export async function* linesOf(handle: FileHandle, start = 0): AsyncGenerator<Line[], void> {
  const piece = Buffer.allocUnsafe(pieceSize);
  let rest: Buffer = Buffer.alloc(0);
  let at = start;
  for (;;) {
    const { bytesRead } = await handle.read(piece, 0, pieceSize, at + rest.length);
    if (bytesRead === 0) return;
    const bytes = Buffer.concat([rest, piece.subarray(0, bytesRead)]);
    const lines: Line[] = [];
    let begin = 0;
    for (let end = bytes.indexOf(newline); end !== -1; end = bytes.indexOf(newline, begin)) {
      lines.push({ text: bytes.toString('utf8', begin, end), offset: at + begin });
      begin = end + 1;
    }
    rest = bytes.subarray(begin);
    at += begin;
    if (lines.length > 0) yield lines;
  }
}

/** The line that begins there. */
export async function lineAt(handle: FileHandle, offset: number): Promise<string> {
  let size = 4096;
  for (;;) {
    const { buffer, bytesRead } = await handle.read(Buffer.allocUnsafe(size), 0, size, offset);
    const end = buffer.subarray(0, bytesRead).indexOf(newline);
    if (end !== -1) return buffer.toString('utf8', 0, end);
    if (bytesRead < size) return '';
    size *= 8;
  }
}
