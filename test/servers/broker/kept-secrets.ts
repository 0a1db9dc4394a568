/** What a backend that is started again must still know: with what its tokens are signed, and the password of its user. */
import { randomBytes, randomInt } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { writeWhole } from '../../../electron/storage/whole-file.ts';

const keptSchema = z.object({ tokenSecret: z.string().length(64), password: z.string().min(12) });
export type KeptSecrets = z.output<typeof keptSchema>;

/** Drawn the first time, and kept in this file, which only its owner can read. Throws where it is damaged. */
export async function keptSecrets(file: string): Promise<KeptSecrets> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  });
  if (text !== null) {
    const kept = keptSchema.safeParse(parsed(text));
    if (kept.success) return kept.data;
    throw new Error(`${file} is damaged: remove it, and others are drawn.`); // without the cause: it may quote a secret
  }
  const drawn = { tokenSecret: randomBytes(32).toString('hex'), password: drawPassword() };
  await writeWhole(file, JSON.stringify(drawn));
  return drawn;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Easy to read out and to type: nuto-lake-vusi-bopa */
function drawPassword(): string {
  const one = (letters: string) => letters.charAt(randomInt(letters.length));
  const syllable = () => one('bdfgklmnprstvz') + one('aeiou');
  return Array.from({ length: 4 }, () => syllable() + syllable()).join('-');
}
