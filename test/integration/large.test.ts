/** What is too large to keep: files over 5 GiB and 10,000 parts, against a server that discards them. */
import { open, rm, truncate } from 'node:fs/promises';
import path from 'node:path';
import { crc32 } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { partRules } from '../../electron/engine/upload/part-size.ts';
import { startDiscardServer, type DiscardServer } from '../servers/discard-server.ts';
import { seededRandom } from '../servers/random.ts';
import { newFolder, writeTree } from '../servers/tree.ts';
import { startWorkbench, type Workbench } from '../servers/workbench.ts';

const MiB = 2 ** 20;
const GiB = 2 ** 30;

describe('a file', () => {
  let server: DiscardServer;
  let folder: string;
  let bench: Workbench;

  beforeEach(async () => {
    server = await startDiscardServer();
    folder = await newFolder();
    bench = startWorkbench(path.join(folder, 'data'), {
      SIDELINE_S3_ENDPOINT: server.endpoint,
      SIDELINE_S3_BUCKET: server.bucket,
      SIDELINE_S3_PATH_STYLE: 'true',
      AWS_ACCESS_KEY_ID: server.accessKeyId,
      AWS_SECRET_ACCESS_KEY: server.secretAccessKey,
    });
  });
  afterEach(async () => {
    await bench.close();
    await server.stop();
    await rm(folder, { recursive: true });
  });

  it('of more than 5 GiB goes in parts, and its CRC32 is that of the whole', async () => {
    const file = path.join(folder, 'match.mp4');
    const size = 5 * GiB + 12_345_678;
    const handle = await open(file, 'w');
    await handle.write('the end', size - 7); // sparse: only this is on the disk
    await handle.close();
    const totals = await bench.upload([file]);
    expect(totals).toMatchObject({ done: { files: 1, bytes: size } });
    const [done] = bench.journal.transfers({ states: ['done'], limit: 1 });
    const expected = crc32(Buffer.from('the end'), crc32OfZeros(size - 7));
    expect(bench.journal.receipt(done?.id ?? 0)).toMatchObject({ size, crc32: expected, integrity: 'crc32' });
    expect(server.object('match.mp4')).toMatchObject({ size, parts: Math.ceil(size / (8 * MiB)) });
    expect(server.uploadsLeft()).toBe(0);
  });

  it('of exactly 10,000 parts, interrupted half-way, sends each of them once', async () => {
    const partSize = 4096;
    const size = 10_000 * partSize;
    await writeTree(path.join(folder, 'event'), new Map([['clip.mp4', size]]), seededRandom('10,000 parts'));
    const parts = { ...partRules, singlePut: partSize, smallest: partSize, usual: partSize };
    const engine = await bench.engine({ parts });
    const batch = await engine.addBatch({
      connectionId: bench.connection.id,
      prefix: '',
      roots: [path.join(folder, 'event')],
    });
    await engine.start([batch]);
    while (server.stats().parts < 5000) await new Promise((resolve) => setTimeout(resolve, 10));
    const next = await bench.engine({ parts }); // the first one is stopped where it is
    const before = server.stats().parts;
    await next.start(bench.journal.batches());
    expect(await bench.rest()).toMatchObject({ done: { files: 1 } });
    expect(server.object('event/clip.mp4')).toMatchObject({ size, parts: 10_000 });
    expect(before).toBeLessThan(10_000);
    // What was in flight when it was stopped may have come twice.
    expect(server.stats().parts).toBeLessThanOrEqual(10_000 + 64);
    expect(bench.journal.parts(1).length).toBe(10_000);
  });

  it('of a terabyte is planned in at most 10,000 parts', async () => {
    const file = path.join(folder, 'season.mov');
    await open(file, 'w').then((handle) => handle.close());
    await truncate(file, 1024 * GiB);
    const engine = await bench.engine({ concurrency: 2 });
    const batch = await engine.addBatch({ connectionId: bench.connection.id, prefix: '', roots: [file] });
    await engine.start([batch]);
    while (server.stats().parts < 2) await new Promise((resolve) => setTimeout(resolve, 10));
    const [active] = engine.snapshot().active;
    expect(active?.transfer.partSize).toBe(105 * MiB);
    await engine.cancel();
    expect(server.uploadsLeft()).toBe(0);
  });
});

function crc32OfZeros(length: number): number {
  const zeros = Buffer.alloc(64 * MiB);
  let crc = 0;
  for (let left = length; left > 0; left -= zeros.length) {
    crc = crc32(left < zeros.length ? zeros.subarray(0, left) : zeros, crc);
  }
  return crc;
}
