/** Digests of files that others are writing: right whenever the bytes come, and never a verdict on half of them. */
import { createHash } from 'node:crypto';
import { open, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { crc32 } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkContent } from '../../electron/admin/download/content-check.ts';
import { createDigests, type Digests } from '../../electron/admin/download/digests.ts';
import { failureOf } from '../servers/failure.ts';
import { seededRandom } from '../servers/random.ts';
import { newFolder } from '../servers/tree.ts';

const random = seededRandom('download-digests');
const MiB = 2 ** 20;
const md5 = (bytes: Buffer) => createHash('md5').update(bytes).digest();

describe('a file that is being written', () => {
  let folder: string;
  let digests: Digests;

  beforeEach(async () => {
    folder = await newFolder();
    digests = createDigests();
  });
  afterEach(async () => {
    await digests.close();
    await rm(folder, { recursive: true });
  });

  const file = (name = 'file') => path.join(folder, name);
  const byCrc = (bytes: Buffer) => ({ by: 'crc32', crc32: crc32(bytes) }) as const;

  it('is read behind those who write it, and has the verdict when it is whole', async () => {
    const bytes = random.bytes(5 * MiB + 77);
    const parts = [bytes.subarray(0, 2 * MiB), bytes.subarray(2 * MiB, 4 * MiB), bytes.subarray(4 * MiB)];
    const etag = `${md5(Buffer.concat(parts.map(md5))).toString('hex')}-3`;
    const handle = await open(file(), 'w');
    const following = digests.follow(file(), bytes.length, {
      ...{ by: 'etag-md5', etag, partSize: 2 * MiB, guessed: false },
    });
    for (let at = 0; at < bytes.length;) {
      const piece = bytes.subarray(at, at + 1 + random.below(MiB));
      await handle.write(piece, 0, piece.length, at);
      at += piece.length;
      following.upTo(at);
    }
    await handle.close();
    expect(await following.ended).toEqual({ verdict: 'same', value: etag });
  });

  it('is another one where a byte differs, and its neighbours are not', async () => {
    const all = Array.from({ length: 8 }, () => random.bytes(1 + random.below(3 * MiB)));
    const verdicts = await Promise.all(
      all.map(async (bytes, at) => {
        const proof = byCrc(bytes);
        const written = Buffer.from(bytes);
        if (at === 3) written.writeUInt8((written.readUInt8(0) + 1) % 256, 0);
        await writeFile(file(String(at)), written);
        const following = digests.follow(file(String(at)), bytes.length, proof);
        following.upTo(bytes.length);
        return (await following.ended)?.verdict;
      }),
    );
    expect(verdicts).toEqual(all.map((_, at) => (at === 3 ? 'different' : 'same')));
  });

  it('has no verdict where it is stopped, and an error where it is shorter or gone', async () => {
    await writeFile(file(), random.bytes(MiB));
    const stopped = digests.follow(file(), 2 * MiB, { by: 'crc32', crc32: 0 });
    stopped.upTo(MiB);
    stopped.stop();
    expect(await stopped.ended).toBeNull();
    const short = digests.follow(file(), 2 * MiB, { by: 'crc32', crc32: 0 });
    short.upTo(2 * MiB);
    expect((await failureOf(short.ended)).kind).toBe('integrity');
    expect((await failureOf(digests.follow(file('gone'), 1, { by: 'crc32', crc32: 0 }).ended)).kind).toBe(
      'target-unwritable',
    );
    const open = digests.follow(file(), 2 * MiB, { by: 'crc32', crc32: 0 });
    await digests.close();
    expect(await open.ended).toBeNull();
  });

  it('is looked at here where it is small, with the same verdict', async () => {
    const bytes = random.bytes(3000);
    const check = checkContent(digests, file('not there'), bytes.length, byCrc(bytes));
    check.wrote(bytes.subarray(0, 1000));
    check.wrote(bytes.subarray(1000));
    expect(await check.ended()).toMatchObject({ verdict: 'same' });
    await check.stop();
  });
});
