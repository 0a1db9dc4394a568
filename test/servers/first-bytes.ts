/** Files whose content is what their name says, as far as anybody looks: types are told by the first bytes. */
import { open, readdir } from 'node:fs/promises';
import path from 'node:path';

const ofName: Readonly<Record<string, Buffer>> = {
  '.jpg': Buffer.from('ffd8ffe000104a46494600010100000100010000', 'hex'),
  '.mp4': Buffer.from('00000018667479706d703432000000006d70343269736f6d', 'hex'),
  '.mov': Buffer.from('00000014667479707174202000000000717420200000000866726565', 'hex'),
  '.pdf': Buffer.from('%PDF-1.7\n'),
};

/** Writes them over the start of every file of a folder that is long enough. */
export async function giveFirstBytes(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const bytes = ofName[path.extname(entry.name).toLowerCase()];
    if (!entry.isFile() || bytes === undefined) continue;
    const file = await open(path.join(entry.parentPath, entry.name), 'r+');
    if ((await file.stat()).size >= bytes.length) await file.write(bytes, 0, bytes.length, 0);
    await file.close();
  }
}
