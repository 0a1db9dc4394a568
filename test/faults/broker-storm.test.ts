/** A person who presses everything at once while files go over a backend that is bad itself: all of it comes to an end. */
import { createHash } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, inject, it } from 'vitest';
import type { BrokerKind } from '../../shared/broker-settings.ts';
import type { Engine } from '../../electron/engine/engine.ts';
import { person, startBrokerBench, type BrokerBench } from '../servers/broker-bench.ts';
import { startBroker, type Broker } from '../servers/broker/broker.ts';
import { createTestBucket } from '../servers/bucket.ts';
import { box, fileType, movieBox } from '../servers/media.ts';
import { ordersOf } from '../servers/orders.ts';
import { seededRandom, type Random } from '../servers/random.ts';
import { newFolder } from '../servers/tree.ts';

const ceph = inject('ceph');
const pairs = 12;
const MiB = 2 ** 20;
const rates = { limitRate: 3 * MiB };

/** Videos, each with a picture beside it. Returns their SHA-256 by name. */
async function writeDances(event: string, random: Random): Promise<Map<string, string>> {
  const hashes = new Map<string, string>();
  const write = async (name: string, bytes: Buffer) => {
    hashes.set(name, createHash('sha256').update(bytes).digest('hex'));
    await writeFile(path.join(event, name), bytes);
  };
  await mkdir(event);
  for (let at = 0; at < pairs; at++) {
    const frames = box('mdat', random.bytes(100_000 + random.below(200_000)));
    await write(`dance ${at}.mp4`, Buffer.concat([fileType('isom'), movieBox({ duration: 60_000 }), frames]));
    await write(`dance ${at}.jpg`, random.bytes(1 + random.below(50_000)));
  }
  return hashes;
}

/** What a person, the backend or the world does next. */
function nextAct(bench: BrokerBench, engine: Engine, backend: Broker, random: Random, cancelling: boolean) {
  const { journal, connection } = bench;
  return random.pick([
    ...ordersOf({ engine, journal, connectionId: connection.id, random, cancelling }),
    () => bench.signIn(),
    () => backend.faults.add({ kind: 'drop', when: random.pick(['before', 'after']), times: 1 }),
    () => backend.faults.add({ kind: 'status', status: random.pick([500, 503, 429]), times: 1 }),
    () => backend.faults.add({ kind: 'expired-url', times: 1 }),
    () => backend.faults.add({ kind: 'unauthorized', refreshToo: random.below(2) === 0 }),
  ]);
}

it.skipIf(ceph === null).each<[BrokerKind, boolean]>([
  ['idance', false],
  ['idance', true],
  ['plugs', false],
  ['plugs', true],
  ['upload-module', false],
  ['upload-module', true],
  ['fitness', false],
  ['fitness', true],
])('over %s, cancelling: %s', { timeout: 120_000 }, async (kind, cancelling) => {
  if (ceph === null) return;
  const random = seededRandom(`storm over ${kind}, cancelling: ${String(cancelling)}`);
  const bucket = await createTestBucket(ceph);
  const { endpoint, region, accessKeyId, secretAccessKey } = ceph;
  const backend = await startBroker({
    storage: { endpoint, region, bucket: bucket.name, accessKeyId, secretAccessKey },
    users: [{ ...person, id: 'user123' }],
  });
  const folder = await newFolder();
  const event = path.join(folder, 'event');
  const hashes = await writeDances(event, random);
  const bench = await startBrokerBench({ folder: path.join(folder, 'data'), kind, baseUrl: backend.url });
  await bench.signIn();
  let engine = await bench.start([event], { details: { event: 'cup' }, engine: rates });
  for (let life = 0; life < 3; life++) {
    const under: unknown[] = [];
    for (let at = 0; at < 40; at++) {
      under.push(nextAct(bench, engine, backend, random, cancelling)()); // not waited for: the next comes in its middle
      await sleep(random.below(25));
    }
    await Promise.all(under);
    if (life === 2) break;
    engine = await bench.engine(rates);
    await engine.start(bench.journal.batches());
  }
  backend.faults.clear();
  engine.bandwidth.limit = null;
  await bench.signIn();
  await engine.resume();
  await bench.rest();
  await engine.retry();

  const { done, cancelled, skipped } = await bench.rest();
  expect({ ended: done.files + cancelled.files, skipped: skipped.files }).toEqual({ ended: 2 * pairs, skipped: 0 });
  if (!cancelling) expect(cancelled.files).toBe(0);
  await bench.settle();
  const arrived = [...(await bucket.hashes()).values()].toSorted();
  if (!cancelling) expect(arrived).toEqual([...hashes.values()].toSorted());
  expect(new Set(arrived).size).toBe(arrived.length); // nothing twice
  for (const { source } of bench.transfers().filter(({ state }) => state === 'done'))
    expect(arrived).toContain(hashes.get(path.basename(source)));
  await bench.close();
  await backend.stop();
  bucket.s3.destroy();
  await rm(folder, { recursive: true });
});
