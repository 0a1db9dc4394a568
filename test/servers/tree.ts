/** Folders of files to send. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, mkdtemp, open, readdir, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Random } from './random.ts';

/** A new empty folder; the system's own temporary folder is cleaned by the system. */
export function newFolder(): Promise<string> {
  return mkdtemp(path.join(os.tmpdir(), 'sideline-test-'));
}

/** Writes files of these sizes (bytes), by their path with forward slashes; no two with the same content. */
export async function writeTree(folder: string, files: ReadonlyMap<string, number>, random: Random): Promise<void> {
  for (const [name, size] of files) {
    const file = path.join(folder, ...name.split('/'));
    await mkdir(path.dirname(file), { recursive: true });
    const handle = await open(file, 'w');
    const block = random.bytes(Math.min(size, 2 ** 20));
    for (let at = 0; at < size; at += block.length) {
      if (block.length >= 4) block.writeUInt32LE(at / block.length); // no two blocks of a file are the same
      await handle.write(block, 0, Math.min(block.length, size - at), at);
    }
    await handle.close();
  }
}

/** Writes so many small files, in 200 folders, as cameras name them. */
export async function writeManyFiles(folder: string, files: number): Promise<void> {
  for (let at = 0; at < 200; at++) {
    const inside = path.join(folder, `card ${at}`);
    await mkdir(inside, { recursive: true });
    const names = Array.from({ length: files / 200 }, (_, number) => `IMG_${number}.JPG`);
    await Promise.all(names.map((name) => writeFile(path.join(inside, name), `${at}/${name}`)));
  }
}

/** SHA-256 of every file of a folder, by the key that Sideline gives it: the folder's own name leads. */
export async function hashTree(folder: string, prefix = ''): Promise<Map<string, string>> {
  const hashes = new Map<string, string>();
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = path.join(entry.parentPath, entry.name);
    const key = `${prefix}${path.relative(path.dirname(folder), file).split(path.sep).join('/')}`.normalize('NFC');
    const hash = createHash('sha256');
    await pipeline(createReadStream(file), hash);
    hashes.set(key, hash.digest('hex'));
  }
  return hashes;
}
