/** A bad line, made by a proxy in front of a real S3: whatever it does, everything arrives, once and unchanged. */
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import type { IntegrityMode } from '../../shared/domain.ts';
import { createTestBucket, type TestBucket } from '../servers/bucket.ts';
import { startWorkbench, type Workbench } from '../servers/workbench.ts';
import { isOfEvent, startFaultProxy, target, type Fault, type FaultProxy } from '../servers/fault-proxy.ts';
import { seededRandom, type Random } from '../servers/random.ts';
import { startSideline } from '../servers/sideline.ts';
import { hashTree, newFolder, writeTree } from '../servers/tree.ts';

const ceph = inject('ceph');
const MiB = 2 ** 20;

describe.skipIf(ceph === null)('a bad line', { timeout: 120_000 }, () => {
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
  });
  afterEach(async () => {
    await bench.close();
    await proxy.stop();
    bucket.s3.destroy();
    await rm(folder, { recursive: true });
  });

  async function writeEvent(random: Random, photos: number): Promise<void> {
    const files = new Map<string, number>();
    for (let at = 0; at < photos; at++) files.set(`IMG_${at}.jpg`, 1 + random.below(300_000));
    for (const clip of ['a', 'b']) files.set(`${clip}.mp4`, 30 * MiB + random.below(20 * MiB));
    await writeTree(event, files, random);
  }

  /** All of it is there, and nothing but it, and nothing half-done. */
  async function expectArrived(): Promise<void> {
    proxy.faults = () => null;
    await bench.close(); // what a lost answer to a Create left behind is aborted when the engine stops, or earlier
    expect(await bucket.hashes()).toEqual(await hashTree(event));
    expect(await bucket.uploadsLeft()).toEqual([]);
  }

  it('that cuts, stalls, loses answers and meets a busy store', async () => {
    const random = seededRandom('bad line');
    await writeEvent(random, 120);
    const bad: (() => Fault)[] = [
      () => ({ kind: 'cut', after: random.below(200_000) }),
      () => ({ kind: 'lose-answer' }),
      () => ({ kind: 'refuse', status: 503, code: 'SlowDown' }),
      () => ({ kind: 'refuse', status: 500, code: 'InternalError' }),
    ];
    const stall = (): Fault => ({ kind: 'stall', after: random.below(200_000) });
    // The other requests stall too, but what gives them up is the SDK's own, longer timeout.
    proxy.faults = (one) =>
      !one.path.includes('.sideline-probe') && random.below(5) === 0
        ? random.pick(isOfEvent(one) ? [...bad, stall] : bad)()
        : null;

    const totals = await bench.upload([event], { stallAfter: 700 });

    expect(totals).toMatchObject({ done: { files: 122 }, failed: { files: 0 } });
    const kinds = new Set(proxy.seen.map(({ fault }) => fault?.kind));
    expect([...kinds].filter((kind) => kind !== undefined).sort()).toEqual(['cut', 'lose-answer', 'refuse', 'stall']);
    // Whose bytes the store has had and answered for, is not sent again.
    const stored = proxy.seen.filter((one) => isOfEvent(one) && one.status === 200);
    expect(new Set(stored.map(target)).size).toBe(stored.length);
    await expectArrived();
  });

  it('that is back before all that was under way has stopped: that goes on too', async () => {
    await writeTree(event, new Map([['late.jpg', 1000], ['cut.jpg', MiB]]), seededRandom('back soon')); // prettier-ignore
    const isFirst = (name: string) => proxy.seen.every(({ path: of }) => !of.endsWith(name));
    let lost = false;
    proxy.faults = ({ path: of }) => {
      if (of.endsWith('late.jpg')) return isFirst('late.jpg') ? { kind: 'late-answer', ms: 30_000 } : null;
      if (of.endsWith('cut.jpg')) return isFirst('cut.jpg') ? { kind: 'cut', after: 500_000 } : null;
      if (isFirst('cut.jpg') || lost) return null;
      lost = true; // whether the store is there is asked, and once it is not
      return { kind: 'lose-answer' };
    };
    expect(await bench.upload([event], { limitRate: MiB })).toMatchObject({ done: { files: 2 } });
    expect(lost).toBe(true);
    await expectArrived();
  });

  it('that is gone for 30 s: waits, says so, and goes on by itself', async () => {
    await writeEvent(seededRandom('gone'), 40);
    const env = { ...bucket.env(proxy.endpoint), SIDELINE_DATA_DIR: path.join(folder, 'terminal') };
    const { ended } = startSideline(['upload', event, '--json', '--limit-rate', '20M'], env);
    while (proxy.seen.filter(isOfEvent).length < 20) await sleep(10);
    await proxy.goAway();
    await sleep(30_000);
    await proxy.comeBack();
    const { code, events, summary } = await ended;
    expect(code).toBe(0);
    expect(events().some(({ event: name, offline }) => name === 'progress' && offline === true)).toBe(true);
    expect(events().some(({ event: name }) => name === 'failed')).toBe(false);
    expect(summary()).toMatchObject({ done: 42, failed: 0 });
    await expectArrived();
  });

  it.each<IntegrityMode>(['etag-md5', 'content-md5'])('that flips bits: noticed every time (%s)', async (integrity) => {
    const random = seededRandom(`flips, ${integrity}`);
    await writeEvent(random, 60);
    const flipped = new Set<string>();
    proxy.faults = (request) => {
      if (!isOfEvent(request) || request.size === 0 || flipped.has(target(request)) || random.below(2) === 0)
        return null;
      flipped.add(target(request));
      return { kind: 'flip', at: random.below(request.size) };
    };

    const totals = await bench.upload([event], { integrity });

    expect(totals).toMatchObject({ done: { files: 62 }, failed: { files: 0 } });
    expect(flipped.size).toBeGreaterThan(20);
    const puts = proxy.seen.filter(isOfEvent);
    for (const one of flipped) {
      const sent = puts.filter((put) => target(put) === one);
      expect(sent.map(({ fault }) => fault?.kind ?? 'whole')).toEqual(['flip', 'whole']);
    }
    expect(puts.length).toBe(new Set(puts.map(target)).size + flipped.size); // and nothing else was sent again
    await expectArrived();
  });

  it('that loses the answer of a Complete: settled by asking, not by sending again', async () => {
    await writeEvent(seededRandom('lost Complete'), 1);
    const lost = new Set<string>();
    proxy.faults = ({ method, path: of, query }) => {
      if (method !== 'POST' || !query.has('uploadId') || lost.has(of)) return null;
      lost.add(of);
      return { kind: 'lose-answer' };
    };
    const totals = await bench.upload([event]);
    expect(totals).toMatchObject({ done: { files: 3 } });
    expect(lost.size).toBe(2);
    const puts = proxy.seen.filter(isOfEvent);
    expect(new Set(puts.map(target)).size).toBe(puts.length);
    await expectArrived();
  });

  it('on which the store forgets an upload: begun anew', async () => {
    await writeEvent(seededRandom('forgotten'), 0);
    const forgotten = new Set<string>();
    proxy.faults = ({ method, path: of, query }) => {
      if (method !== 'PUT' || query.get('partNumber') !== '3' || forgotten.has(of)) return null;
      forgotten.add(of);
      return { kind: 'refuse', status: 404, code: 'NoSuchUpload' };
    };
    const totals = await bench.upload([event]);
    expect(totals).toMatchObject({ done: { files: 2 } });
    expect(forgotten.size).toBe(2);
    expect(await bucket.hashes()).toEqual(await hashTree(event));
  });

  it.each([
    ['InvalidAccessKeyId', 'key-refused', 20],
    ['RequestTimeTooSkewed', 'clock-wrong', 60], // each asks again twice, with the clock of the answer
  ])(
    'that ends with %s, which nobody can help: all fails with that one reason, and a retry mends it',
    async (code, kind, most) => {
      await writeEvent(seededRandom('refused'), 30);
      proxy.faults = (one) => (isOfEvent(one) ? { kind: 'refuse', status: 403, code } : null);
      const failed = await bench.upload([event]);
      expect(failed.failed.files).toBe(32);
      expect(proxy.seen.filter(isOfEvent).length).toBeLessThan(most);
      for (const { reason } of bench.journal.transfers({ states: ['failed'], limit: 100 })) {
        expect(reason?.kind).toBe(kind);
      }
      proxy.faults = () => null;
      expect(await bench.retry()).toMatchObject({ done: { files: 32 }, failed: { files: 0 } });
      await expectArrived();
    },
  );
});
