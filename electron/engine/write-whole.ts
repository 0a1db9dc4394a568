/** Writes a file of this computer as it comes, whole or not at all. */
import { randomUUID } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { asTargetError } from '../admin/download/target-errors.ts';

/**
 * Under its name only when it is whole; what had that name is replaced. `file`: absolute. Returns what was written: bytes, and their
 * CRC32. Throws `target-unwritable` and the like, and what the pieces throw.
 */
export async function writeWhole(
  file: string,
  pieces: AsyncIterable<Buffer>,
): Promise<{ size: number; crc32: number }> {
  const temporary = `${file}.${randomUUID().slice(0, 8)}.new`;
  let size = 0;
  let crc = 0;
  try {
    const handle = await open(temporary, 'wx').catch(refused(file));
    try {
      for await (const piece of pieces) {
        size += piece.length;
        crc = crc32(piece, crc);
        await handle.writeFile(piece).catch(refused(file));
      }
      await handle.sync().catch(refused(file));
    } finally {
      await handle.close();
    }
    await rename(temporary, file).catch(refused(file));
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  return { size, crc32: crc };
}

function refused(file: string): (cause: unknown) => never {
  return (cause) => {
    throw asTargetError(cause, file);
  };
}
