/** The plug is pulled, again and again: SIGKILL at any moment, and the same command once more. */
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, inject, it } from 'vitest';
import { createTestBucket } from '../servers/bucket.ts';
import { isOfEvent, startFaultProxy, target, type Seen } from '../servers/fault-proxy.ts';
import { seededRandom } from '../servers/random.ts';
import { runSideline, startSideline } from '../servers/sideline.ts';
import { hashTree, newFolder, writeTree } from '../servers/tree.ts';

const ceph = inject('ceph');
const kills = 25;

it.skipIf(ceph === null)(
  `arrives whole after ${kills} SIGKILLs, with nothing sent twice and nothing left behind`,
  { timeout: 240_000 },
  async () => {
    if (ceph === null) return;
    const random = seededRandom('kill');
    const bucket = await createTestBucket(ceph);
    const proxy = await startFaultProxy(ceph.endpoint);
    const folder = await newFolder();
    const event = path.join(folder, 'event');
    const files = new Map<string, number>(
      Array.from({ length: 200 }, (_, at) => [`photos/IMG_${at}.jpg`, random.below(400_000)]),
    );
    for (const clip of ['a', 'b', 'c', 'd']) files.set(`clips/${clip}.mp4`, 40_000_000 + random.below(30_000_000));
    await writeTree(event, files, random);
    const env = { ...bucket.env(proxy.endpoint), SIDELINE_DATA_DIR: path.join(folder, 'data') };
    const inFlightAtKills: Seen[] = [];

    for (let kill = 0; kill < kills; kill++) {
      // The rate is limited so that there is still something to kill at the end; `resume` and `upload` both go on.
      const isBegun = proxy.seen.some(isOfEvent); // on a slow machine the first are killed before there is anything to resume
      const command = random.below(3) === 0 && isBegun ? ['resume'] : ['upload', event];
      const sentBefore = proxy.seen.filter(isOfEvent).length;
      const { child, ended } = startSideline([...command, '--json', '--limit-rate', '12M'], env);
      // By turns at any moment of its life, and while it sends: where a start takes two seconds, few of the others come then.
      if (kill % 2 === 0) await sleep(300 + random.below(2000));
      else {
        while (proxy.seen.filter(isOfEvent).length === sentBefore && child.exitCode === null) await sleep(5);
        await sleep(random.below(1000));
      }
      const seenBefore = proxy.seen.length;
      const inFlight = proxy.inFlight();
      if (child.exitCode !== null) {
        const { stderr, stdout } = await ended;
        expect.fail(`"${command[0] ?? ''}" ended by itself before kill ${kill}: ${stderr}${stdout.slice(-2000)}`);
      }
      child.kill('SIGKILL');
      expect((await ended).signal).toBe('SIGKILL');
      while (proxy.inFlight().length > 0) await sleep(5); // until the proxy has seen it too
      inFlightAtKills.push(...inFlight, ...proxy.seen.slice(seenBefore)); // what left in the last moment too
    }
    const last = await runSideline(['upload', event, '--json'], env);

    expect(last.stderr).toBe('');
    expect(last.code).toBe(0);
    expect(await bucket.hashes()).toEqual(await hashTree(event));
    expect(await bucket.uploadsLeft()).toEqual([]);
    expect(last.summary()).toMatchObject({ files: 204, done: 204, failed: 0 });
    const puts = proxy.seen.filter(isOfEvent);
    const sentAgain = puts.length - new Set(puts.map(target)).size;
    const puttingAtKills = inFlightAtKills.filter(isOfEvent).length;
    console.log(`kill: ${puts.length} PUTs, ${sentAgain} sent again, ${puttingAtKills} in flight at the kills`);
    expect(puttingAtKills).toBeGreaterThan(0);
    expect(sentAgain).toBeLessThanOrEqual(puttingAtKills);
    const completed = proxy.seen.filter(
      ({ method, status, query }) => method === 'POST' && query.has('uploadId') && status === 200,
    );
    expect(new Set(completed.map(({ path }) => path)).size).toBe(completed.length);
    await proxy.stop();
    bucket.s3.destroy();
    await rm(folder, { recursive: true });
  },
);
