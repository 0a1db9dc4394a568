/** Writes a file of this computer as it comes from elsewhere, whole or not at all. */
import { crc32 } from 'node:zlib';
import { asTargetError } from '../admin/download/target-errors.ts';
import { writeFileWhole } from './write-whole.ts';

/**
 * What had that name is replaced. `file`: absolute. Returns what was written: bytes, and their CRC32. Throws `target-unwritable` and
 * the like, and what the pieces throw.
 */
export async function writeReceived(
  file: string,
  pieces: AsyncIterable<Buffer>,
): Promise<{ size: number; crc32: number }> {
  let size = 0;
  let crc = 0;
  async function* counted(): AsyncGenerator<Buffer, void> {
    for await (const piece of pieces) {
      size += piece.length;
      crc = crc32(piece, crc);
      yield piece;
    }
  }
  await writeFileWhole(file, counted(), { refusal: (cause) => asTargetError(cause, file) });
  return { size, crc32: crc };
}
