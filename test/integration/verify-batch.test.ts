/** What was sent, against what the store holds now, on a real S3; and links to it. */
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DeleteObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { createHistory } from '../../electron/app/history.ts';
import { createBandwidth } from '../../electron/engine/upload/bandwidth.ts';
import { createVerifying } from '../../electron/app/verifying.ts';
import { compareReceipt } from '../../electron/engine/verify/compare-receipt.ts';
import { verifyBatch, type VerifyDeps } from '../../electron/engine/verify/verify-batch.ts';
import { createAgents, type Agents } from '../../electron/storage/agents.ts';
import { credentialSource } from '../../electron/storage/credentials.ts';
import { openStorage } from '../../electron/storage/storage.ts';
import { destinationRulesSchema } from '../../shared/destination.ts';
import type { S3Connection } from '../../shared/domain.ts';
import type { BatchVerification } from '../../shared/history.ts';
import { createTestBucket, type TestBucket } from '../servers/bucket.ts';
import { startFaultProxy, type FaultProxy } from '../servers/fault-proxy.ts';
import { failureOf } from '../servers/failure.ts';
import { seededRandom } from '../servers/random.ts';
import { newFolder, writeTree } from '../servers/tree.ts';
import { startWorkbench, type Workbench } from '../servers/workbench.ts';

const ceph = inject('ceph');
const never = new AbortController().signal;
const large = 20 * 2 ** 20;
const noBackend = () => Promise.reject(new Error('there is none here'));
const { seed } = seededRandom('verify-batch');

describe.skipIf(ceph === null)('verifying a batch again', { timeout: 90_000 }, () => {
  let bucket: TestBucket;
  let proxy: FaultProxy;
  let folder: string;
  let bench: Workbench;
  let agents: Agents;
  let sentBatches: number;

  beforeEach(async () => {
    if (ceph === null) return;
    bucket = await createTestBucket(ceph);
    proxy = await startFaultProxy(ceph.endpoint);
    folder = await newFolder();
    agents = createAgents({});
    bench = startWorkbench(path.join(folder, 'data'), bucket.env(proxy.endpoint));
    sentBatches = 0;
  });
  afterEach(async () => {
    await bench.close();
    agents.destroy();
    await proxy.stop();
    bucket.s3.destroy();
    await rm(folder, { recursive: true });
  });

  const open = (connection: S3Connection) =>
    Promise.resolve(
      openStorage({
        connection,
        credentials: credentialSource(connection, { get: () => Promise.resolve(null) }),
        agents,
      }),
    );
  const deps = (): VerifyDeps => ({
    ...{ journal: bench.journal, openStorage: open, openBroker: noBackend, onProgress: () => undefined },
    backoff: { first: 5, longest: 20 },
  });
  const verify = (batchId = sentBatches) => verifyBatch(batchId, deps(), never);

  /** Sends files of these sizes; returns the batch. */
  async function send(files: Record<string, number>, given = seed): Promise<number> {
    const event = path.join(folder, 'event');
    await rm(event, { recursive: true, force: true });
    await writeTree(event, new Map(Object.entries(files)), seededRandom('files', given));
    const totals = await bench.upload([event]);
    expect(totals.failed.files).toBe(0);
    return (sentBatches = bench.journal.batches().at(-1)?.id ?? 0);
  }

  const put = (name: string, body: Buffer) =>
    bucket.s3.send(new PutObjectCommand({ Bucket: bucket.name, Key: `event/${name}`, Body: body }));
  const outcomes = ({ findings }: BatchVerification) =>
    Object.fromEntries(findings.map(({ key, outcome }) => [key.replace('event/', ''), outcome]));

  it('finds what is missing and what is another content of the same size, single and multipart', async () => {
    const random = seededRandom('other content', seed);
    await send({ 'fine.jpg': 1000, 'gone.jpg': 2000, 'other.jpg': 3000, 'short.jpg': 4000, 'empty.jpg': 0 });
    const films = { 'fine.mp4': large, 'other.mp4': large, 'single.mp4': large };
    const small = sentBatches;
    await send(films, seed + 1);
    expect((await verify(small)).counts).toEqual({ same: 5, unproven: 0, different: 0, missing: 0, unknown: 0 });
    expect((await verify()).counts).toMatchObject({ same: 3, different: 0 });

    await bucket.s3.send(new DeleteObjectCommand({ Bucket: bucket.name, Key: 'event/gone.jpg' }));
    await put('other.jpg', random.bytes(3000));
    await put('short.jpg', random.bytes(3999));
    const first = await verify(small);
    expect(first.counts).toEqual({ same: 2, unproven: 0, different: 2, missing: 1, unknown: 0 });
    expect(outcomes(first)).toEqual({ 'gone.jpg': 'missing', 'other.jpg': 'different', 'short.jpg': 'different' });
    expect(first.findings.find(({ key }) => key === 'event/short.jpg')?.message).toContain('3,999 bytes now; 4,000');
    expect(first.findings.map(({ id }) => id)).toEqual(first.findings.map(({ id }) => id).toSorted((a, b) => a - b));

    const Key = 'event/other.mp4';
    const params = { Bucket: bucket.name, Key, Body: random.bytes(large) };
    await new Upload({ client: bucket.s3, params, partSize: 8 * 2 ** 20 }).done();
    await put('single.mp4', random.bytes(large));
    const second = await verify();
    expect(second.counts).toMatchObject({ same: 1, different: 2, missing: 0 });
    expect(outcomes(second)).toEqual({ 'other.mp4': 'different', 'single.mp4': 'different' });
  });

  it('counts what a later upload of ours has replaced by that one', async () => {
    const first = await send({ 'a.jpg': 1000, 'b.jpg': 1000 });
    await send({ 'a.jpg': 1500 }, seed + 1);
    expect((await verify(first)).counts).toMatchObject({ same: 2, different: 0 });
    await put('a.jpg', seededRandom('third', seed + 2).bytes(1500));
    expect(outcomes(await verify(first))).toEqual({ 'a.jpg': 'different' });
  });

  it('says why it could not ask, at once for all of them', async () => {
    await send(Object.fromEntries(Array.from({ length: 300 }, (_, at) => [`${at}.jpg`, 10])));
    await proxy.goAway();
    const started = performance.now();
    const { counts, findings } = await verify();
    expect(counts).toEqual({ same: 0, unproven: 0, different: 0, missing: 0, unknown: 300 });
    expect(findings).toHaveLength(300);
    expect(findings[0]?.message).toContain('Nothing answers at');
    expect(performance.now() - started).toBeLessThan(5000);
    await proxy.comeBack();
  });

  it('asks again where the store is busy', async () => {
    await send({ 'a.jpg': 10, 'b.jpg': 20, 'c.jpg': 30 });
    let refused = 0;
    proxy.faults = ({ method }) =>
      method === 'HEAD' && refused++ < 2 ? { kind: 'refuse', status: 503, code: 'SlowDown' } : null;
    expect((await verify()).counts).toMatchObject({ same: 3, unknown: 0 });
    expect(refused).toBeGreaterThan(2);
  });

  it('tells how far it is, joins, is ended, and ends with the app', async () => {
    const batchId = await send(Object.fromEntries(Array.from({ length: 400 }, (_, at) => [`${at}.jpg`, 10])));
    const pushed: { batchId: number; done: number; total: number }[] = [];
    const verifying = createVerifying({ ...deps(), push: (progress) => pushed.push(progress) });
    const started = performance.now();
    const both = await Promise.all([verifying.verify(batchId), verifying.verify(batchId)]);
    expect(both[0]).toBe(both[1]);
    expect(both[0].counts.same).toBe(400);
    expect(pushed.length).toBeGreaterThan(0);
    expect(pushed.length).toBeLessThanOrEqual(1 + (performance.now() - started) / 250);
    expect(pushed.every(({ done, total }) => done <= total && total === 400)).toBe(true);

    let heads = 0;
    proxy.faults = ({ method }) => (method === 'HEAD' && ++heads > 20 ? { kind: 'stall', after: 0 } : null);
    const ended = verifying.verify(batchId);
    await expect.poll(() => heads).toBeGreaterThan(20);
    verifying.end(batchId);
    proxy.faults = () => null;
    const anew = verifying.verify(batchId); // asked for before the other one has come to its end
    expect(await failureOf(ended)).toMatchObject({ kind: 'superseded' });
    expect((await anew).counts.same).toBe(400);
    const closed = failureOf(verifying.verify(batchId));
    await verifying.close();
    expect(await closed).toMatchObject({ kind: 'superseded' });
  });

  it('makes links that give the bytes under their own name, until they expire', async () => {
    await send({ 'Müller (1) final.jpg': 5000 });
    const history = createHistory({
      journal: bench.journal,
      openStorage: open,
      openBroker: noBackend,
      bandwidth: createBandwidth(null),
    });
    const [row] = bench.journal.transfers({ states: ['done'], limit: 1 });
    const id = row?.id ?? 0;
    const { url, expiresAt } = await history.link(id);
    expect((expiresAt ?? 0) - Date.now()).toBeGreaterThan(3_590_000);
    expect((expiresAt ?? Infinity) - Date.now()).toBeLessThanOrEqual(3_600_000);
    const answer = await fetch(url);
    expect(answer.status).toBe(200);
    expect((await answer.arrayBuffer()).byteLength).toBe(5000);
    expect(answer.headers.get('content-disposition')).toContain("filename*=UTF-8''M%C3%BCller%20%281%29%20final.jpg");
    expect((await fetch(history.address(id))).status).toBe(403);
    expect((await fetch(`${url.slice(0, -1)}${url.endsWith('0') ? '1' : '0'}`)).status).toBe(403);

    const storage = await open(bench.connection);
    const short = await storage.link('event/Müller (1) final.jpg', { lifetime: 1, fileName: 'a.jpg' });
    await sleep(2100);
    expect((await fetch(short.url)).status).toBe(403);
  });

  it('links for as long as the destination says, and opens what is public at its own address', async () => {
    const rules = (more: object) => destinationRulesSchema.parse({ keyTemplate: '{name}', ...more });
    const { journal, connection } = bench;
    const event = path.join(folder, 'event');
    await writeTree(event, new Map([['a.jpg', 100]]), seededRandom('public', seed));
    const engine = await bench.engine();
    await engine.start([]);
    const sendTo = async (wanted: ReturnType<typeof rules>) => {
      const { id: destinationId, connectionId } = journal.addDestination(connection.id, wanted);
      const target = { destinationId, connectionId, rules: wanted, sorting: [] };
      const batch = await engine.addBatch({ connectionId, prefix: '', roots: [event], targets: [target] });
      engine.include(batch);
      await bench.rest();
      return journal.transfers({ batchId: batch.id, states: ['done'], limit: 1 })[0]?.id ?? 0;
    };
    const history = createHistory({
      journal,
      openStorage: open,
      openBroker: noBackend,
      bandwidth: createBandwidth(null),
    });
    const open1 = await sendTo(rules({ name: 'Open', prefix: 'open', acl: 'public-read', linkLifetime: 120 }));
    expect(await history.readable(open1)).toBe(history.address(open1));
    expect((await fetch(await history.readable(open1))).status).toBe(200);
    expect(((await history.link(open1)).expiresAt ?? Infinity) - Date.now()).toBeLessThanOrEqual(120_000);

    const cdn = await sendTo(rules({ name: 'Cdn', prefix: 'cdn', publicUrlBase: 'https://media.example.org/x/' }));
    expect(await history.readable(cdn)).toBe('https://media.example.org/x/cdn/a.jpg');

    const closed = await sendTo(rules({ name: 'Closed', prefix: 'closed' }));
    expect(await history.readable(closed)).toContain('X-Amz-Signature=');
    expect(await failureOf(history.readable(closed + 1000))).toMatchObject({ kind: 'invalid-input' });
  });
});

describe('a receipt, against what a store says', () => {
  const receipt = { size: 5, crc32: 7, etag: 'abc-2' };
  const stored = { size: 5, crc32: 7 as number | null, etag: 'abc-2' };
  it.each([
    ['nothing is there', receipt, null, 'missing'],
    ['another size', receipt, { ...stored, size: 6 }, 'different'],
    ['the same CRC32, uploaded in other parts', receipt, { ...stored, etag: 'xyz' }, 'same'],
    ['another CRC32', receipt, { ...stored, crc32: 8 }, 'different'],
    ['no CRC32 of the whole, the same ETag', receipt, { ...stored, crc32: null }, 'same'],
    ['no CRC32 of the whole, another ETag', receipt, { ...stored, crc32: null, etag: 'abd-2' }, 'different'],
    ['no CRC32 in the receipt', { ...receipt, crc32: null }, stored, 'same'],
    ['nothing to compare by', { ...receipt, etag: null }, { ...stored, crc32: null }, 'unproven'],
    ['a store without ETags', receipt, { ...stored, crc32: null, etag: '' }, 'unproven'],
  ] as const)('%s', (_what, given, found, outcome) => {
    expect(compareReceipt(given, found)).toMatchObject({ outcome, message: expect.stringMatching(/\.$/) as unknown });
  });
});

it('a link expires with the credentials that signed it', async () => {
  const until = Date.now() + 60_000;
  const signer = { accessKeyId: 'AKIA', secretAccessKey: 'secret', sessionToken: 'token' };
  const agents = createAgents({});
  const storage = openStorage({
    connection: {
      ...{ id: 1, name: 'x', capabilities: null },
      config: {
        ...{ endpoint: null, region: 'us-east-1', bucket: 'club', pathStyle: false },
        credentials: { from: 'chain', profile: null },
      },
    },
    credentials: { get: () => Promise.resolve(signer), until: () => Promise.resolve(until), refresh: () => undefined },
    agents,
  });
  const link = await storage.link('a.jpg', { lifetime: 3600, fileName: 'a.jpg' });
  expect(link.expiresAt).toBe(until);
  expect(link.url).toContain('X-Amz-Security-Token=token');
  agents.destroy();
});
