/** A line so slow that a part may take longer than S3 waits for it (RequestTimeTooSkewed, after 15 minutes): here with rules in ms. */
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { MiB, partRules } from '../../electron/engine/upload/part-size.ts';
import { createTestBucket, type TestBucket } from '../servers/bucket.ts';
import { isOfEvent, startFaultProxy, target, type FaultProxy } from '../servers/fault-proxy.ts';
import { seededRandom } from '../servers/random.ts';
import { hashTree, newFolder, writeTree } from '../servers/tree.ts';
import { startWorkbench, type Workbench } from '../servers/workbench.ts';

const ceph = inject('ceph');
const smallest = 5 * MiB;

describe.skipIf(ceph === null)('a slow line', { timeout: 120_000 }, () => {
  let bucket: TestBucket;
  let proxy: FaultProxy;
  let folder: string;
  let event: string;
  let bench: Workbench;

  beforeEach(async () => {
    if (ceph === null) return;
    bucket = await createTestBucket(ceph);
    proxy = await startFaultProxy(ceph.endpoint);
    folder = await newFolder();
    event = path.join(folder, 'event');
    bench = startWorkbench(path.join(folder, 'data'), bucket.env(proxy.endpoint));
    // The last part of the second is so small that it arrives where the others do not.
    const files = new Map([['one.jpg', 14 * MiB], ['parts.mp4', 20 * MiB], ['small.jpg', 300_000]]); // prettier-ignore
    await writeTree(event, files, seededRandom('slow line'));
  });
  afterEach(async () => {
    await bench.close();
    await proxy.stop();
    bucket.s3.destroy();
    await rm(folder, { recursive: true });
  });

  const sent = () => proxy.seen.filter(isOfEvent);

  async function expectArrived(): Promise<void> {
    proxy.faults = () => null;
    proxy.pace = null;
    await bench.close();
    expect(await bucket.hashes()).toEqual(await hashTree(event));
    expect(await bucket.uploadsLeft()).toEqual([]);
  }

  it('whose store refuses what took too long: sent anew in parts as small as it takes, and the clock is not blamed', async () => {
    proxy.faults = (one) =>
      isOfEvent(one) && one.size > smallest
        ? { kind: 'refuse', status: 403, code: 'RequestTimeTooSkewed', after: 600 }
        : null;
    const totals = await bench.upload([event], { parts: { ...partRules, longest: 300 } });
    expect(totals).toMatchObject({ done: { files: 3 }, failed: { files: 0 } });
    const large = sent().filter(({ size }) => size > smallest);
    expect(large.length).toBe(3); // one whole, two of 8 MiB: none of them is tried twice
    await expectArrived();
  });

  it('that is found out to be so: what cannot end in time is begun anew in smaller parts, before the store refuses it', async () => {
    proxy.pace = 3 * MiB;
    const totals = await bench.upload([event], { watchFor: 3000, parts: { ...partRules, longest: 500 } });
    expect(totals).toMatchObject({ done: { files: 3 }, failed: { files: 0 } });
    const large = sent().filter(({ size }) => size > smallest);
    expect(large.length).toBeGreaterThan(0);
    expect(large.map(({ status }) => status)).toEqual(large.map(() => null)); // broken off
    const small = sent().filter(({ size, status }) => size <= smallest && status === 200);
    // But for the last part of the upload that was let go, each came once.
    expect(small.length - new Set(small.map(target)).size).toBeLessThanOrEqual(1);
    await expectArrived();
  });

  it('that a person has made so by a limit: cut small from the start, and each row tells how far its parts are', async () => {
    const limitRate = 4 * MiB;
    const engine = await bench.engine({ limitRate, parts: { ...partRules, longest: 2000 } });
    const batch = await engine.addBatch({ connectionId: bench.connection.id, prefix: '', roots: [event] });
    await engine.start([batch]);
    let within = false;
    while (engine.motion().active.length > 0 || bench.totals().done.files < 3) {
      within ||= engine.motion().active.some(({ transfer, sent: left }) => transfer.uploadId !== null && left > 0 && left < smallest); // prettier-ignore
      await sleep(50);
    }
    expect(within).toBe(true);
    expect(Math.max(...sent().map(({ size }) => size))).toBe(smallest);
    expect(sent().length).toBe(new Set(sent().map(target)).size);
    await expectArrived();
  });
});
