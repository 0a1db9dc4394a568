/** What is uploaded: made anew for each run of the benchmark, in a temporary folder. */
import { spawnSync } from 'node:child_process';
import { randomFillSync } from 'node:crypto';
import { mkdir, open, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { fromCamera, photo } from '../servers/pictures.ts';
import { seededRandom } from '../servers/random.ts';

const block = Buffer.allocUnsafe(32 * 2 ** 20);

/** Bytes that no two blocks have alike. `size` in bytes */
export async function writeBigFile(file: string, size: number): Promise<void> {
  randomFillSync(block);
  const handle = await open(file, 'w');
  for (let left = size; left > 0; left -= block.length) {
    block.writeDoubleLE(left, 0);
    await handle.write(block, 0, Math.min(left, block.length));
  }
  await handle.sync(); // as below
  await handle.close();
}

/**
 * Reads all files in a folder, so that each client finds them in the system's memory: rclone drops there what it has read (it did
 * until https://github.com/rclone/rclone/pull/9280), and whoever comes after it would wait for the disk in its place.
 */
export async function readAll(folder: string): Promise<void> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  for (const entry of entries.filter((one) => one.isFile())) {
    const handle = await open(path.join(entry.parentPath, entry.name));
    while ((await handle.read(block)).bytesRead > 0);
    await handle.close();
  }
}

/** `size` in bytes; a hundred in a folder, as a camera has them */
export async function writeSmallFiles(folder: string, count: number, size: number): Promise<void> {
  randomFillSync(block);
  for (let at = 0; at < count; at++) {
    const inside = path.join(folder, String(Math.floor(at / 100) + 100));
    if (at % 100 === 0) await mkdir(inside, { recursive: true });
    const start = (at * 4099) % (block.length - size);
    await writeFile(path.join(inside, `IMG_${String(at).padStart(5, '0')}.JPG`), block.subarray(start, start + size));
  }
  spawnSync('sync'); // or they would be written out while the first client runs
}

/** of 12 megapixels, which the others are made of */
const differentPhotos = 4;

/** Photos of 12 megapixels, as a camera has them. Each has a corner of its own: what is the same is sent only once. */
export async function writePhotos(folder: string, count: number): Promise<void> {
  const random = seededRandom('photos');
  await mkdir(folder);
  const made: Buffer[] = [];
  for (let at = 0; at < differentPhotos; at++) made.push(await photo(random, 4000, 3000).raw().toBuffer());
  for (let at = 0; at < count; at++) {
    const pixels = made[at % differentPhotos];
    pixels?.fill(at, 0, 32 * 4000 * 3); // of the first rows: so much is seen in a small copy too
    await fromCamera(sharp(pixels, { raw: { width: 4000, height: 3000, channels: 3 } }), 1)
      .jpeg({ quality: 92 })
      .toFile(path.join(folder, `${String(at).padStart(4, '0')}.jpg`));
  }
}
