/** A person who presses everything at once, over a bad line, while files change: all of it comes to an end, and nothing breaks. */
import { appendFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { batchDetailsSchema, destinationRulesSchema } from '../../shared/destination.ts';
import type { Engine } from '../../electron/engine/engine.ts';
import { createTestBucket, type TestBucket } from '../servers/bucket.ts';
import { startFaultProxy, type Fault, type FaultProxy } from '../servers/fault-proxy.ts';
import { ordersOf } from '../servers/orders.ts';
import { photo } from '../servers/pictures.ts';
import { seededRandom, type Random } from '../servers/random.ts';
import { hashTree, newFolder, writeTree } from '../servers/tree.ts';
import { startWorkbench, type Workbench } from '../servers/workbench.ts';

const ceph = inject('ceph');
const MiB = 2 ** 20;
const photos = 24;
const clips = 24;

describe.skipIf(ceph === null)('an upload whose person presses everything', { timeout: 120_000 }, () => {
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

  async function writeEvent(random: Random): Promise<void> {
    await writeTree(event, new Map(Array.from({ length: clips }, (_, at) => [`clip ${at}.mp4`, 7 * MiB])), random);
    for (let at = 0; at < photos; at++)
      await photo(random, 640, 480)
        .jpeg()
        .toFile(path.join(event, `IMG_${at}.jpg`));
  }

  /** Photos are prepared on their way, clips go as they are. */
  async function start(): Promise<Engine> {
    const connectionId = bench.connection.id;
    const rules = destinationRulesSchema.parse({ name: 'Smaller', image: { format: 'webp', width: 320 } });
    const destination = bench.journal.addDestination(connectionId, rules);
    const engine = await bench.engine({ limitRate: 12 * MiB });
    const batch = await engine.addBatch({
      ...{ connectionId, prefix: '', roots: [event], details: batchDetailsSchema.parse({}) },
      targets: [{ destinationId: destination.id, connectionId, rules, sorting: [] }],
    });
    await engine.start([batch]);
    return engine;
  }

  async function startAgain(): Promise<Engine> {
    const engine = await bench.engine({ limitRate: 12 * MiB });
    await engine.start(bench.journal.batches());
    return engine;
  }

  function badLine(random: Random): FaultProxy['faults'] {
    const faults: (() => Fault)[] = [
      () => ({ kind: 'cut', after: random.below(5 * MiB) }),
      () => ({ kind: 'lose-answer' }),
      () => ({ kind: 'refuse', status: 503, code: 'SlowDown' }),
      () => ({ kind: 'refuse', status: 403, code: 'AccessDenied' }),
      () => ({ kind: 'refuse', status: 404, code: 'NoSuchUpload' }),
    ];
    return ({ path: of }) => (of.includes('/event/') && random.below(6) === 0 ? random.pick(faults)() : null);
  }

  async function leaveFor(ms: number): Promise<void> {
    await proxy.goAway();
    await sleep(ms);
    await proxy.comeBack();
  }

  /** What a person or the world does next. */
  function nextAct(engine: Engine, random: Random, cancelling: boolean): () => unknown {
    const { journal, connection } = bench;
    return random.pick([
      ...ordersOf({ engine, journal, connectionId: connection.id, random, cancelling }),
      () => appendFile(path.join(event, `clip ${random.below(clips)}.mp4`), 'more'),
      () => appendFile(path.join(event, `IMG_${random.below(photos)}.jpg`), 'more'),
    ]);
  }

  it.each([
    ['has sent all of it', false],
    ['has sent all that was not cancelled', true],
  ])('%s', async (_, cancelling) => {
    const random = seededRandom(`storm, cancelling: ${String(cancelling)}`);
    await writeEvent(random);
    let engine = await start();
    proxy.faults = badLine(random);
    for (let life = 0; life < 3; life++) {
      const under: unknown[] = [leaveFor(200)];
      for (let at = 0; at < 50; at++) {
        under.push(nextAct(engine, random, cancelling)()); // not waited for: the next comes in its middle
        await sleep(random.below(25));
      }
      await Promise.all(under);
      if (life < 2) engine = await startAgain();
    }
    proxy.faults = () => null;
    engine.bandwidth.limit = null;
    await engine.resume();
    await bench.rest();
    await engine.retry();

    const { done, cancelled } = await bench.rest();
    expect(done.files + cancelled.files).toBe(photos + clips);
    if (!cancelling) expect(cancelled.files).toBe(0);
    const sources = await hashTree(event);
    const objects = await bucket.hashes();
    for (const { key } of bench.journal.transfers({ states: ['done'], limit: 1000 })) {
      expect(objects.has(key), key).toBe(true);
      if (key.endsWith('.mp4')) expect(objects.get(key), key).toBe(sources.get(key));
    }
    await bench.close();
    expect(await bucket.uploadsLeft()).toEqual([]);
  });
});
