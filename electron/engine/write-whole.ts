/** A file that is written piece by piece and appears as a whole: whatever happens meanwhile, no half of it is left under its name. */
import { randomUUID } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';

export interface WholeFileOptions {
  /** What the system says of the file, as an error for a person. */
  refusal(cause: unknown): Error;
  /** what it is called until it is whole, beside it */
  temporary?: string;
}

/** What had that name is replaced. `file`: absolute. Throws what `refusal` makes, and what the pieces throw. */
export async function writeFileWhole(
  file: string,
  pieces: Iterable<string | Buffer> | AsyncIterable<string | Buffer>,
  { refusal, temporary = `${file}.${randomUUID().slice(0, 8)}.new` }: WholeFileOptions,
): Promise<void> {
  const refused = (cause: unknown) => {
    throw refusal(cause);
  };
  try {
    const handle = await open(temporary, 'wx').catch(refused);
    try {
      for await (const piece of pieces) await handle.writeFile(piece).catch(refused);
      await handle.sync().catch(refused);
    } finally {
      await handle.close();
    }
    await rename(temporary, file).catch(refused);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
