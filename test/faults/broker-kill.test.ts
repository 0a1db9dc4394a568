/** The plug is pulled in the middle of an upload over a backend, again and again, and the same command once more. */
import { createHash } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, inject, it } from 'vitest';
import type { BrokerKind } from '../../shared/broker-settings.ts';
import { person, textsOf } from '../servers/broker-bench.ts';
import { startBroker, type Broker } from '../servers/broker/broker.ts';
import { createTestBucket } from '../servers/bucket.ts';
import { box, fileType, movieBox } from '../servers/media.ts';
import { seededRandom } from '../servers/random.ts';
import { runSideline, startSideline } from '../servers/sideline.ts';
import { newFolder } from '../servers/tree.ts';

const ceph = inject('ceph');
const kills = 15;
const pairs = 20;

/** What the backend must know in the end, and nothing else; `lost`: answers to calls that a kill swallowed. */
const known: Record<BrokerKind, (backend: Broker, lost: number, keys: readonly string[]) => void> = {
  fitness(backend) {
    expect(backend.records().finishedFiles).toHaveLength(2 * pairs);
  },
  idance(backend, lost, keys) {
    const { sessions } = backend.records();
    const open = sessions.filter(({ status }) => status !== 'completed');
    expect(sessions.length - open.length).toBe(pairs);
    expect(open.length).toBeLessThanOrEqual(lost);
    for (const { id } of open) expect(keys.filter((key) => key.includes(id))).toEqual([]);
  },
  'upload-module'(backend, lost, keys) {
    const { uploads } = backend.records();
    const pending = uploads.filter(({ status }) => status === 'pending');
    expect(uploads.filter(({ status }) => status === 'complete')).toHaveLength(2 * pairs);
    expect(pending.length).toBeLessThanOrEqual(lost);
    for (const { key } of pending) expect(keys).not.toContain(key);
  },
  plugs(backend, _lost, keys) {
    const { media } = backend.records();
    expect(media.map(({ s3_key: key }) => key).toSorted()).toEqual(keys.toSorted());
  },
};

/** Of each call, after its work is done: what is killed meanwhile is a lost answer. ms */
const slow: Record<BrokerKind, number> = { fitness: 350, idance: 350, 'upload-module': 350, plugs: 600 };

it.skipIf(ceph === null).each(['idance', 'plugs', 'upload-module', 'fitness'] as const)(
  `arrives whole over %s after ${kills} SIGKILLs, with nothing twice`,
  { timeout: 180_000 },
  async (kind) => {
    if (ceph === null) return;
    const random = seededRandom(`broker kill ${kind}`);
    const bucket = await createTestBucket(ceph);
    const { endpoint, region, accessKeyId, secretAccessKey } = ceph;
    const backend = await startBroker({
      storage: { endpoint, region, bucket: bucket.name, accessKeyId, secretAccessKey },
      users: [{ ...person, id: 'user123' }],
      faults: [{ kind: 'slow', ms: slow[kind] }],
    });
    const folder = await newFolder();
    const event = path.join(folder, 'event');
    const hashes: string[] = [];
    const write = async (name: string, bytes: Buffer) => {
      hashes.push(createHash('sha256').update(bytes).digest('hex'));
      await writeFile(path.join(event, name), bytes);
    };
    await mkdir(event);
    for (let at = 0; at < pairs; at++) {
      const frames = box('mdat', random.bytes(1000 + random.below(200_000)));
      await write(`dance ${at}.mp4`, Buffer.concat([fileType('isom'), movieBox({ duration: 60_000 }), frames]));
      await write(`dance ${at}.jpg`, random.bytes(1 + random.below(50_000)));
    }
    const data = path.join(folder, 'data');
    const env = { SIDELINE_DATA_DIR: data, SIDELINE_BROKER_PASSWORD: person.password };
    const where = ['--broker', kind, '--url', backend.url, '--sign-in', person.username];
    expect(await runSideline(['connection', 'add', 'club', ...where], env)).toMatchObject({ stderr: '', code: 0 });
    const upload = ['upload', event, '--connection', 'club', '--event', 'cup', '--json', '--concurrency', '2'];

    for (let kill = 0; kill < kills; kill++) {
      const { child, ended } = startSideline(upload, env);
      await sleep(500 + random.below(1100));
      expect(child.exitCode, 'it must still be at work when it is killed').toBeNull();
      child.kill('SIGKILL');
      expect((await ended).signal).toBe('SIGKILL');
    }
    const sentBefore = backend.requests().length;
    const lost = backend.requests().filter(({ status }) => status === null).length;
    backend.faults.clear();
    const last = await runSideline(upload, env);
    console.log(`broker kill ${kind}: ${sentBefore} calls until the last kill, ${lost} answers lost`);

    expect(last.stderr).toBe('');
    expect(last.summary()).toMatchObject({ files: 2 * pairs, done: 2 * pairs, failed: 0 });
    expect(last.code).toBe(0);
    const arrived = await bucket.hashes();
    expect([...arrived.values()].toSorted()).toEqual(hashes.toSorted());
    known[kind](backend, lost, [...arrived.keys()]);
    const token = /eyJ[\w.-]+/.exec(await readFile(path.join(data, 'secrets.json'), 'utf8'))?.[0];
    const texts = await textsOf(data);
    for (const secret of [token ?? 'no token is kept', person.password]) expect(texts).not.toContain(secret);
    const listed = await runSideline(['connection', 'list', '--json'], env);
    const [{ counts } = { counts: null }] = JSON.parse(listed.stdout) as { counts: unknown }[];
    expect(counts).toMatchObject({ successes: 2 * pairs, failures: 0 });
    await backend.stop();
    bucket.s3.destroy();
    await rm(folder, { recursive: true });
  },
);
