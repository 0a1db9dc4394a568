/** Sources that change, go and come back while they are sent: a card that is pulled, a clip that is still being written. */
import { appendFile, copyFile, rename, rm, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ListObjectVersionsCommand, PutBucketVersioningCommand } from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { createTestBucket, type TestBucket } from '../servers/bucket.ts';
import { seededRandom } from '../servers/random.ts';
import { hashTree, newFolder, writeTree } from '../servers/tree.ts';
import { startWorkbench, type Workbench } from '../servers/workbench.ts';

const ceph = inject('ceph');
const MiB = 2 ** 20;

describe.skipIf(ceph === null)('a source', () => {
  let bucket: TestBucket;
  let folder: string;
  let event: string;
  let bench: Workbench;

  beforeEach(async () => {
    if (ceph === null) return;
    bucket = await createTestBucket(ceph);
    folder = await newFolder();
    event = path.join(folder, 'event');
    bench = startWorkbench(path.join(folder, 'data'), bucket.env());
  });
  afterEach(async () => {
    await bench.close();
    bucket.s3.destroy();
    await rm(folder, { recursive: true });
  });

  /** Starts to send a clip of 60 MiB so slowly that there is time to do something to it, and waits for its first part. */
  async function startSlowly(): Promise<string> {
    await writeTree(event, new Map([['clip.mp4', 60 * MiB], ['photo.jpg', 1000]]), seededRandom('source')); // prettier-ignore
    const engine = await bench.engine({ limitRate: 25 * MiB, concurrency: 2 });
    const batch = await engine.addBatch({ connectionId: bench.connection.id, prefix: '', roots: [event] });
    await engine.start([batch]);
    while (!bench.journal.parts(1).some(({ state }) => state === 'sent')) await sleep(5);
    engine.bandwidth.limit = null;
    return path.join(event, 'clip.mp4');
  }

  it('that changes while it is sent is sent from its start, and nothing of the old one stays', async () => {
    const clip = await startSlowly();
    await appendFile(clip, 'the last seconds of the game');
    expect(await bench.rest()).toMatchObject({ done: { files: 2 }, failed: { files: 0 } });
    expect(await bucket.hashes()).toEqual(await hashTree(event));
    await bench.close();
    expect(await bucket.uploadsLeft()).toEqual([]);
  });

  it('that changes together with many others is sent from its start, as they are', async () => {
    const names = Array.from({ length: 60 }, (_, number) => `clip ${number}.mp4`);
    await writeTree(event, new Map(names.map((name) => [name, 2 * MiB])), seededRandom('many'));
    const engine = await bench.engine({ limitRate: MiB, concurrency: 8 }); // at that pace none arrives meanwhile
    const batch = await engine.addBatch({ connectionId: bench.connection.id, prefix: '', roots: [event] });
    await engine.start([batch]);
    while (engine.motion().active.length < 3) await sleep(5);
    await Promise.all(names.map((name) => appendFile(path.join(event, name), 'the last seconds of the game')));
    await sleep(200); // or one that had just been read would arrive at once, which is as if it had changed afterwards
    engine.bandwidth.limit = null;
    expect(await bench.rest()).toMatchObject({ done: { files: 60 }, failed: { files: 0 } });
    expect(await bucket.hashes()).toEqual(await hashTree(event));
    await bench.close();
    expect(await bucket.uploadsLeft()).toEqual([]);
  });

  it('that changes when all of it has been read but not arrived is sent again, as it is', async () => {
    await writeTree(event, new Map([['photo.jpg', 2 * MiB]]), seededRandom('read')); // prettier-ignore
    const engine = await bench.engine({ limitRate: MiB });
    const batch = await engine.addBatch({ connectionId: bench.connection.id, prefix: '', roots: [event] });
    await engine.start([batch]);
    while (!engine.motion().active.some(({ sent }) => sent > MiB / 2)) await sleep(5);
    await appendFile(path.join(event, 'photo.jpg'), 'what the camera had not written yet');
    engine.bandwidth.limit = null;
    expect(await bench.rest()).toMatchObject({ done: { files: 1 }, failed: { files: 0 } });
    expect(await bucket.hashes()).toEqual(await hashTree(event));
  });

  it('that changes while its last parts are on their way never becomes an object as it was', async () => {
    const { s3, name: Bucket } = bucket;
    await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }));
    await writeTree(event, new Map([['clip.mp4', 20 * MiB]]), seededRandom('last parts'));
    const engine = await bench.engine({ limitRate: 8 * MiB, concurrency: 4 });
    const batch = await engine.addBatch({ connectionId: bench.connection.id, prefix: '', roots: [event] });
    await engine.start([batch]);
    const read = () => bench.journal.parts(1).reduce((sum, { size }) => sum + size, 0);
    while (read() < 20 * MiB) await sleep(5); // each part is in the journal once it was read
    await appendFile(path.join(event, 'clip.mp4'), 'the last seconds of the game');
    engine.bandwidth.limit = null;
    expect(await bench.rest()).toMatchObject({ done: { files: 1 }, failed: { files: 0 } });
    expect(await bucket.hashes()).toEqual(await hashTree(event));
    const { Versions = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket }));
    expect(Versions.map(({ Size }) => Size)).toEqual([20 * MiB + 28]);
    await bench.close();
    expect(await bucket.uploadsLeft()).toEqual([]);
  });

  it('that is gone once all of it has arrived is done', async () => {
    await writeTree(event, new Map([['photo.jpg', 2 * MiB]]), seededRandom('pulled'));
    const hashes = await hashTree(event);
    const engine = await bench.engine({ limitRate: MiB });
    const batch = await engine.addBatch({ connectionId: bench.connection.id, prefix: '', roots: [event] });
    await engine.start([batch]);
    while (!engine.motion().active.some(({ sent }) => sent > 0)) await sleep(5);
    await rm(path.join(event, 'photo.jpg')); // a card that was pulled: nothing says that it is another file now
    engine.bandwidth.limit = null;
    expect(await bench.rest()).toMatchObject({ done: { files: 1 }, failed: { files: 0 } });
    expect(await bucket.hashes()).toEqual(hashes);
  });

  it('that is replaced by another of the same size is noticed', async () => {
    const other = path.join(folder, 'other.mp4');
    await writeFile(other, Buffer.alloc(60 * MiB, 7)); // first: while it is written, the clip could arrive whole
    await rename(other, await startSlowly());
    expect(await bench.rest()).toMatchObject({ done: { files: 2 } });
    expect(await bucket.hashes()).toEqual(await hashTree(event));
  });

  it('that changes between two runs is planned anew', async () => {
    const clip = await startSlowly();
    const engine = await bench.engine(); // the one that was sending is stopped
    await appendFile(clip, 'more');
    await engine.start(bench.journal.batches());
    expect(await bench.rest()).toMatchObject({ done: { files: 2 } });
    expect(await bucket.hashes()).toEqual(await hashTree(event));
    await bench.close();
    expect(await bucket.uploadsLeft()).toEqual([]);
  });

  it('that is gone fails with where it was, the rest goes on, and a retry sends it when it is back', async () => {
    await writeTree(event, new Map([['clip.mp4', 20 * MiB], ['photo.jpg', 1000]]), seededRandom('gone')); // prettier-ignore
    const engine = await bench.engine();
    const batch = await engine.addBatch({ connectionId: bench.connection.id, prefix: '', roots: [event] });
    const clip = path.join(event, 'clip.mp4');
    await rename(clip, path.join(folder, 'card pulled'));
    await engine.start([batch]);
    expect(await bench.rest()).toMatchObject({ done: { files: 1 }, failed: { files: 1 } });
    const [failed] = bench.journal.transfers({ states: ['failed'], limit: 1 });
    expect(failed?.reason?.kind).toBe('source-gone');
    expect(failed?.reason?.message).toContain(clip);
    await rename(path.join(folder, 'card pulled'), clip);
    expect(await bench.retry()).toMatchObject({ done: { files: 2 }, failed: { files: 0 } });
    expect(await bucket.hashes()).toEqual(await hashTree(event));
  });

  it('that comes back with another inode (a card plugged in again) keeps what was sent of it', async () => {
    const clip = await startSlowly();
    const engine = await bench.engine(); // the one that was sending is stopped
    const sent = bench.journal.parts(1).filter(({ state }) => state === 'sent').length;
    const [transfer] = bench.journal.transfers({ states: ['queued'], limit: 1 });
    const copy = path.join(folder, 'copy.mp4');
    await copyFile(clip, copy);
    await rename(copy, clip);
    const time = new Date(transfer?.mtime ?? 0);
    await utimes(clip, time, time);
    await engine.start(bench.journal.batches());
    await bench.rest();
    expect(await bucket.hashes()).toEqual(await hashTree(event));
    const sends = bench.journal.parts(1).map((part) => part.sends);
    expect(sends.filter((times) => times === 1).length).toBeGreaterThanOrEqual(sent);
  });
});
