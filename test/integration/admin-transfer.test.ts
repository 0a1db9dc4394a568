/** Copies, moves and renames of objects, with all that they have, and nothing lost on the way. On a real S3. */
import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  CreateBucketCommand,
  GetObjectCommand,
  GetObjectAclCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import type { Bucket } from '../../electron/admin/bucket.ts';
import { listDeletions } from '../../electron/admin/delete/past.ts';
import { runDeletion } from '../../electron/admin/delete/run.ts';
import { undoDeletion } from '../../electron/admin/delete/undo.ts';
import { copySource } from '../../electron/admin/transfer/by-store.ts';
import { makeFolder } from '../../electron/admin/transfer/new-folder.ts';
import { transferObjects, type Transferred, type TransferOptions } from '../../electron/admin/transfer/transfer.ts';
import { createBandwidth } from '../../electron/engine/upload/bandwidth.ts';
import { createAgents, type Agents } from '../../electron/storage/agents.ts';
import { createTestBucket, type TestBucket } from '../servers/bucket.ts';
import { failureOf } from '../servers/failure.ts';
import { startFaultProxy, type FaultProxy, type Seen } from '../servers/fault-proxy.ts';
import { bucketOf, countingReport, ownName, patient } from '../servers/fetching.ts';
import { seededRandom } from '../servers/random.ts';
import { newFolder } from '../servers/tree.ts';

const ceph = inject('ceph');
const random = seededRandom('admin-transfer');
const never = new AbortController().signal;
const MiB = 2 ** 20;

describe.skipIf(ceph === null)('copying and moving', { timeout: 60_000 }, () => {
  let bucket: TestBucket;
  let proxy: FaultProxy;
  let agents: Agents;
  let opened: Bucket;
  let folder: string;

  beforeEach(async () => {
    if (ceph === null) return;
    bucket = await createTestBucket(ceph);
    proxy = await startFaultProxy(ceph.endpoint);
    agents = createAgents({});
    folder = await newFolder();
    opened = bucketOf({ ...ceph, endpoint: proxy.endpoint }, bucket.name, agents);
  });
  afterEach(async () => {
    agents.destroy();
    await proxy.stop();
    bucket.s3.destroy();
    await rm(folder, { recursive: true });
  });

  async function put(key: string, body: Buffer | string, extra: object = {}, Bucket = bucket.name): Promise<void> {
    await bucket.s3.send(new PutObjectCommand({ Bucket, Key: key, Body: Buffer.from(body), ...extra }));
  }

  async function body(key: string, Bucket = bucket.name): Promise<Buffer> {
    const { Body } = await bucket.s3.send(new GetObjectCommand({ Bucket, Key: key }));
    return Buffer.from((await Body?.transformToByteArray()) ?? []);
  }

  const head = (key: string, Bucket = bucket.name) => bucket.s3.send(new HeadObjectCommand({ Bucket, Key: key }));
  const sha = (bytes: Buffer | string) => createHash('sha256').update(bytes).digest('hex');

  async function transfer(
    { keys = [], prefixes = [] }: { keys?: string[]; prefixes?: string[] },
    options: Partial<TransferOptions> & Pick<TransferOptions, 'keyFor'>,
  ) {
    const report = countingReport();
    const done: Transferred[] = [];
    await transferObjects({
      ...{ from: opened, to: opened, only: null, move: null, overwrite: false, access: 'none', report },
      chosen: { keys, prefixes, objects: [] },
      patience: patient(opened),
      bandwidth: createBandwidth(null),
      onDone: (one) => done.push(one),
      ...options,
    });
    return { report, done };
  }

  const dataFolder = () => path.join(folder, 'data');
  const log = () => ({ dataFolder: dataFolder(), program: 'terminal' }) as const;
  const logNames = () => readdirSync(path.join(dataFolder(), 'deletions')).sort();
  const into = (prefix: string) => (key: string) => `${prefix}${key}`;
  const parts = { singleCopy: 8 * MiB, smallestPart: 5 * MiB, usualPart: 6 * MiB };

  const headers = {
    ...{ ContentType: 'image/jpeg', CacheControl: 'max-age=60', ContentDisposition: 'inline', ContentLanguage: 'de' },
    ...{ Metadata: { event: 'cup', who: '=?UTF-8?B?R3LDtsOfZQ==?=' } },
  };
  const dressed = { ...headers, Tagging: 'year=2026&team=a%20b' };

  async function expectDressed(key: string, name = bucket.name): Promise<void> {
    const { TagSet } = await bucket.s3.send(new GetObjectTaggingCommand({ Bucket: name, Key: key }));
    expect(TagSet?.toSorted((a, b) => (a.Key ?? '').localeCompare(b.Key ?? ''))).toEqual([
      { Key: 'team', Value: 'a b' },
      { Key: 'year', Value: '2026' },
    ]);
    expect(await head(key, name)).toMatchObject(headers);
  }

  it('keeps headers, metadata and tags, of one object and of a folder', async () => {
    await put('day/a.jpg', 'A', dressed);
    await put('day/in/b.jpg', 'B', dressed);
    await put('day/in/', '');
    const { report, done } = await transfer({ prefixes: ['day/'] }, { keyFor: into('copy/') });
    expect(report).toMatchObject({ failures: [], items: { total: 3, done: 3 }, bytes: { total: 2, done: 2 } });
    expect(done.map(({ to }) => to).sort()).toEqual(['copy/day/a.jpg', 'copy/day/in/', 'copy/day/in/b.jpg']);
    await expectDressed('copy/day/a.jpg');
    await expectDressed('copy/day/in/b.jpg');
    expect((await bucket.keys()).sort()).toHaveLength(6);
  });

  it('copies what is over the limit of one copy in parts side by side, with all that it has', async () => {
    const large = random.bytes(20 * MiB + 7);
    await put('large.mov', large, dressed);
    const { report } = await transfer({ keys: ['large.mov'] }, { keyFor: into('to/'), limits: parts });
    expect(report).toMatchObject({ failures: [], bytes: { total: large.length, done: large.length } });
    expect(sha(await body('to/large.mov'))).toBe(sha(large));
    await expectDressed('to/large.mov');
    expect((await head('to/large.mov')).ETag).toMatch(/-4"$/);
    expect(proxy.seen.filter(({ query }) => query.has('partNumber') && query.has('uploadId'))).toHaveLength(4);
    expect(await bucket.uploadsLeft()).toEqual([]);
  });

  it('gives what came in parts the same parts, so that the copy proves itself', async () => {
    const large = random.bytes(17 * MiB);
    const params = { Bucket: bucket.name, Key: 'large.mov', Body: large };
    await new Upload({ client: bucket.s3, params, partSize: 8 * MiB }).done();
    await transfer({ keys: ['large.mov'] }, { keyFor: into('to/'), limits: parts });
    expect((await head('to/large.mov')).ETag).toBe((await head('large.mov')).ETag);
    expect(sha(await body('to/large.mov'))).toBe(sha(large));
  });

  it('leaves nothing of a copy in parts that fails', async () => {
    await put('large.mov', random.bytes(12 * MiB));
    proxy.faults = ({ query }) =>
      query.get('partNumber') === '2' ? { kind: 'refuse', status: 403, code: 'AccessDenied' } : null;
    const { report } = await transfer({ keys: ['large.mov'] }, { keyFor: into('to/'), limits: parts, move: log() });
    expect(report.failures).toMatchObject([{ key: 'large.mov', reason: { kind: 'denied' } }]);
    expect(report.bytes.done).toBe(0);
    expect(await bucket.keys()).toEqual(['large.mov']);
    expect(await bucket.uploadsLeft()).toEqual([]);
  });

  it('moves hostile keys, and they have their content under the new ones', async () => {
    const keys = [
      ...['../../x', '/etc/passwd', 'a//b', 'a/./b', '..', '<img src=x onerror=alert(1)>', '\u202egpj.exe'],
      ...['line\nbreak', '?query#hash&a=b+c d', "it's(1)!*", '100%25', 'back\\slash', 'é', 'e\u0301', 'x'.repeat(1000)],
    ];
    const bodies = new Map(keys.map((key) => [key, random.bytes(100)]));
    for (const [key, bytes] of bodies) await put(`from/${key}`, bytes);
    const { report } = await transfer(
      { prefixes: ['from/'] },
      { keyFor: (key) => `to/${key.slice('from/'.length)}`, move: log() },
    );
    expect(report.failures).toEqual([]);
    expect((await bucket.keys()).sort()).toEqual(keys.map((key) => `to/${key}`).sort());
    for (const [key, bytes] of bodies) expect(sha(await body(`to/${key}`)), key).toBe(sha(bytes));
  });

  it('replaces nothing unless it is told to, and what is there and equal counts as done', async () => {
    await put('a', 'mine');
    await put('b', 'same');
    await put('to/a', 'theirs');
    await put('to/b', 'same');
    const first = await transfer({ keys: ['a', 'b'] }, { keyFor: into('to/'), move: log() });
    expect(first.report.failures).toMatchObject([{ key: 'a', reason: { kind: 'object-exists' } }]);
    expect(first.done).toMatchObject([{ key: 'b', skipped: true }]);
    expect((await bucket.keys()).sort()).toEqual(['a', 'to/a', 'to/b']);
    expect((await body('to/a')).toString()).toBe('theirs');
    const second = await transfer({ keys: ['a'] }, { keyFor: into('to/'), move: log(), overwrite: true });
    expect(second.report.failures).toEqual([]);
    expect((await body('to/a')).toString()).toBe('mine');
  });

  it('loses nothing of a move that ends between the copy and the deletion, and goes on with it', async () => {
    const large = random.bytes(9 * MiB);
    await put('small', 'small');
    await put('large', large);
    const stop = new AbortController();
    proxy.faults = ({ method, query }) => {
      if (method !== 'POST' || !query.has('delete')) return null;
      stop.abort(new Error('stopped by the test'));
      return { kind: 'refuse', status: 500, code: 'InternalError' };
    };
    const stopped = transfer(
      { keys: ['small', 'large'] },
      { keyFor: into('to/'), move: log(), patience: patient(opened, stop.signal) },
    );
    await expect(stopped).rejects.toThrow('stopped by the test');
    const between = await bucket.keys();
    expect(between).toEqual(expect.arrayContaining(['large', 'small']));
    proxy.faults = () => null;
    const { report } = await transfer({ keys: ['small', 'large'] }, { keyFor: into('to/'), move: log() });
    expect(report.failures).toEqual([]);
    expect((await bucket.keys()).sort()).toEqual(['to/large', 'to/small']);
    expect(sha(await body('to/large'))).toBe(sha(large));
  });

  it('keeps a source that was replaced after it was copied', async () => {
    await put('a', 'first');
    proxy.faults = (request) => {
      const isCopy = request.method === 'PUT' && request.path.endsWith('/to/a');
      if (isCopy) void put('a', 'second, which nobody has copied');
      return null;
    };
    // The new source may come before or after the copy is made: either way one of both is left, whole.
    const { report } = await transfer({ keys: ['a'] }, { keyFor: into('to/'), move: log() });
    const keys = await bucket.keys();
    const contents = await Promise.all(keys.map(async (key) => (await body(key)).toString()));
    expect(contents).toContain('second, which nobody has copied');
    if (report.failures.length > 0) expect(report.failures[0]?.reason.kind).toBe('object-changed');
  });

  it('writes down what it deletes before it does, so that it can be brought back', async () => {
    const VersioningConfiguration = { Status: 'Enabled' } as const;
    await bucket.s3.send(new PutBucketVersioningCommand({ Bucket: bucket.name, VersioningConfiguration }));
    const keys = ['day/a', 'day/in/../b', 'day/line\nbreak', 'day/taken'];
    for (const key of keys) await put(key, key);
    await put('to/day/taken', 'theirs');
    const atDeletion: string[][] = [];
    proxy.faults = ({ method, query }) => {
      if (method === 'POST' && query.has('delete')) atDeletion.push(logNames());
      return null;
    };
    const { report, done } = await transfer({ prefixes: ['day/'] }, { keyFor: into('to/'), move: log() });
    expect(report.failures).toMatchObject([{ key: 'day/taken', reason: { kind: 'object-exists' } }]);
    expect(done.map(({ key }) => key).sort()).toEqual(keys.slice(0, 3));
    expect(atDeletion).toEqual([[expect.stringMatching(/\.jsonl$/), expect.stringMatching(/\.jsonl\.lock$/)]]);

    const { total, deletions } = await listDeletions(dataFolder(), { offset: 0, limit: 10 });
    expect(total).toBe(1);
    expect(deletions).toMatchObject([
      {
        what: 'objects',
        moved: true,
        state: 'done',
        prefixes: ['day/'],
        objects: 3,
        outcomes: { deleted: 3 },
        undoable: 3,
      },
    ]);
    const deps = { bucket: opened, dataFolder: dataFolder() };
    await undoDeletion(deps, deletions[0]?.id ?? '', countingReport(), never);
    for (const key of keys) expect((await body(key)).toString()).toBe(key);
    expect((await body('to/day/a')).toString()).toBe('day/a');
  });

  it('moves nothing where that cannot be written down', async () => {
    await put('a', 'A');
    await writeFile(dataFolder(), 'no folder');
    const error = await failureOf(transfer({ keys: ['a'] }, { keyFor: into('to/'), move: log() }));
    expect(error.kind).toBe('journal-failed');
    expect(await bucket.keys()).toEqual(['a']);
  });

  it('keeps nothing of a list of originals that were not deleted', async () => {
    await put('a', 'mine');
    await put('to/a', 'theirs');
    await transfer({ keys: ['a'] }, { keyFor: into('to/'), move: log() });
    expect(await readdir(path.join(dataFolder(), 'deletions'))).toEqual([]);
  });

  const looksAt = (end: string) =>
    proxy.seen.filter(({ method, path: at, over }) => method === 'HEAD' && at.endsWith(end) && over).length;

  /** From x/ to y/: the copy of one is proved, that of the other has no answer yet. */
  async function moveThatStalls() {
    for (const key of ['x/1', 'x/2']) await put(key, key);
    const isCopy = ({ method, path: at }: Seen) => method === 'PUT' && at.endsWith('/y/2');
    proxy.faults = (one) => (isCopy(one) ? { kind: 'stall', after: 0 } : null);
    const there = transfer({ prefixes: ['x/'] }, { keyFor: (key) => key.replace('x/', 'y/'), move: log() });
    await expect.poll(() => proxy.inFlight().some((one) => isCopy(one) && one.status === 200)).toBe(true);
    await expect.poll(() => looksAt('/y/1')).toBe(2); // the second proves the copy
    return { there };
  }

  it('loses nothing where one moves back what another is still moving', async () => {
    if (ceph === null) return;
    const { there } = await moveThatStalls();

    const direct = bucketOf(ceph, bucket.name, agents);
    const back = { from: direct, to: direct, patience: patient(direct), move: log() };
    await transfer({ prefixes: ['y/'] }, { ...back, keyFor: (key) => key.replace('y/', 'x/') });
    expect(await bucket.keys()).toEqual(['x/1', 'x/2']);

    proxy.faults = () => null;
    await proxy.goAway();
    await proxy.comeBack();
    const { report, done } = await there;
    expect(done.map(({ key }) => key)).toEqual(['x/2']);
    expect(report.failures).toMatchObject([
      { key: 'x/1', reason: { message: expect.stringContaining('y/1') as string } },
    ]);
    expect(await bucket.keys()).toEqual(['x/1', 'y/2']);

    const { deletions } = await listDeletions(dataFolder(), { offset: 0, limit: 10 });
    const cut = deletions.find(({ outcomes }) => outcomes.failed > 0);
    expect(cut).toMatchObject({ moved: true, outcomes: { failed: 1, deleted: 1 } });
    const rest = runDeletion({ bucket: opened, dataFolder: dataFolder() }, cut?.id ?? '', countingReport(), never);
    expect((await failureOf(rest)).subject).toMatch(/move them again/);
    expect(await bucket.keys()).toEqual(['x/1', 'y/2']);
  });

  it('gives a free name to one of two who move there at once', async () => {
    if (ceph === null) return;
    for (const key of ['x/1', 'z/1']) await put(key, key);
    const isLook = ({ method, path: at, query }: Seen) =>
      method === 'GET' && at.endsWith('/x/1') && query.has('tagging');
    proxy.faults = (one) => (isLook(one) ? { kind: 'stall', after: 0 } : null);
    const first = transfer({ prefixes: ['x/'] }, { keyFor: (key) => key.replace('x/', 'y/'), move: log() });
    await expect.poll(() => proxy.inFlight().some(isLook)).toBe(true);
    const direct = bucketOf(ceph, bucket.name, agents);
    const there = { from: direct, to: opened, patience: patient(direct), move: log() };
    const second = transfer({ prefixes: ['z/'] }, { ...there, keyFor: (key) => key.replace('z/', 'y/') });
    await Promise.race([second, sleep(500)]);
    proxy.faults = () => null;
    await proxy.goAway();
    await proxy.comeBack();
    const reports = await Promise.all([first, second]);
    expect(reports.flatMap(({ report }) => report.failures)).toMatchObject([{ reason: { kind: 'object-exists' } }]);
    const contents = await Promise.all((await bucket.keys()).map(async (key) => (await body(key)).toString()));
    expect(contents.sort()).toEqual(['x/1', 'z/1']);
  });

  it('keeps an original whose copy was replaced meanwhile', async () => {
    const { there } = await moveThatStalls();
    await put('y/1', 'what somebody else has');
    proxy.faults = () => null;
    await proxy.goAway();
    await proxy.comeBack();
    const { report } = await there;
    expect(report.failures).toMatchObject([{ key: 'x/1' }]);
    expect(await bucket.keys()).toEqual(['x/1', 'y/1', 'y/2']);
  });

  it('settles a copy whose answer was lost', async () => {
    await put('a', 'content');
    let lost = 0;
    proxy.faults = ({ method }) => (method === 'PUT' && lost++ === 0 ? { kind: 'lose-answer' } : null);
    const { report } = await transfer({ keys: ['a'] }, { keyFor: into('to/'), move: log() });
    expect(lost).toBeGreaterThan(1);
    expect(report.failures).toEqual([]);
    expect(await bucket.keys()).toEqual(['to/a']);
  });

  it('refuses to put a folder into itself, and an object onto itself', async () => {
    await put('a/b', 'x');
    const inside = await failureOf(transfer({ prefixes: ['a/'] }, { keyFor: into('a/sub/'), move: log() }));
    expect(inside).toMatchObject({ kind: 'invalid-input', subject: expect.stringContaining('into itself') as string });
    const onto = await failureOf(transfer({ keys: ['a/b'] }, { keyFor: (key) => key }));
    expect(onto.kind).toBe('invalid-input');
    expect(await bucket.keys()).toEqual(['a/b']);
  });

  it('changes nothing through a connection that is read-only', async () => {
    if (ceph === null) return;
    await put('a', 'x');
    const readOnly = bucketOf(ceph, bucket.name, agents, { readOnly: true });
    const error = await failureOf(transfer({ keys: ['a'] }, { from: readOnly, keyFor: into('to/'), move: log() }));
    expect(error.kind).toBe('read-only');
    expect(await bucket.keys()).toEqual(['a']);
  });

  it('copies to another bucket of the store, with access where it is asked for', async () => {
    if (ceph === null) return;
    const name = ownName('other');
    await bucket.s3.send(new CreateBucketCommand({ Bucket: name }));
    await put('a.jpg', 'A', { ...dressed, ACL: 'public-read' });
    const other = bucketOf({ ...ceph, endpoint: proxy.endpoint }, name, agents);
    const { report } = await transfer({ keys: ['a.jpg'] }, { to: other, keyFor: into('to/'), access: 'all' });
    expect(report.failures).toEqual([]);
    await expectDressed('to/a.jpg', name);
    const { Grants } = await bucket.s3.send(new GetObjectAclCommand({ Bucket: name, Key: 'to/a.jpg' }));
    expect(Grants?.some(({ Grantee, Permission }) => Grantee?.URI?.endsWith('AllUsers') && Permission === 'READ')).toBe(
      true,
    );
    expect(proxy.seen.some(({ method, answered }) => method === 'GET' && answered > 1000)).toBe(false);
  });

  it('copies to another store through this computer, proved', async () => {
    if (ceph === null) return;
    const name = ownName('elsewhere');
    await bucket.s3.send(new CreateBucketCommand({ Bucket: name }));
    const large = random.bytes(11 * MiB + 3);
    await put('large.mov', large, dressed);
    await put('small', 'small', dressed);
    await put('empty', '');
    const elsewhere = bucketOf(ceph, name, agents); // another origin: as far as anybody can tell, another store
    let cuts = 3;
    proxy.faults = ({ method }) =>
      method === 'GET' && cuts-- > 0 ? { kind: 'cut-answer', after: random.below(MiB) } : null;
    const all = ['large.mov', 'small', 'empty'];
    const { report } = await transfer(
      { keys: all },
      { to: elsewhere, keyFor: into('to/'), limits: { ...parts, usualPart: 5 * MiB } },
    );
    expect(report.failures).toEqual([]);
    expect(sha(await body('to/large.mov', name))).toBe(sha(large));
    expect((await body('to/small', name)).toString()).toBe('small');
    await expectDressed('to/large.mov', name);
    await expectDressed('to/small', name);
    const moved = await transfer({ keys: ['small', 'empty'] }, { to: elsewhere, keyFor: into('to/'), move: log() });
    expect(moved.report.failures).toEqual([]);
    expect(await bucket.keys()).toEqual(['large.mov']);
  });

  it('keeps to the limit of the bandwidth where a copy goes through this computer, both ways together', async () => {
    if (ceph === null) return;
    const content = random.bytes(MiB);
    await put('a', content);
    const began = performance.now();
    const elsewhere = bucketOf(
      { ...ceph, endpoint: ceph.endpoint.replace('127.0.0.1', 'localhost') },
      bucket.name,
      agents,
    );
    const { report } = await transfer(
      { keys: ['a'] },
      { to: elsewhere, keyFor: into('to/'), bandwidth: createBandwidth(2 * MiB) },
    );
    expect(report.failures).toEqual([]);
    expect(sha(await body('to/a'))).toBe(sha(content));
    expect(performance.now() - began).toBeGreaterThan(700); // 2 MiB, of which a quarter of a second's worth goes at once
  });

  it('makes a folder once', async () => {
    expect(await makeFolder(opened, 'day/', 'new one', never)).toBe('day/new one/');
    expect(await bucket.keys()).toEqual(['day/new one/']);
    expect((await failureOf(makeFolder(opened, 'day/', 'new one', never))).kind).toBe('object-exists');
    expect((await failureOf(makeFolder(opened, '', '../x', never))).kind).toBe('key-invalid');
  });

  it('writes the source of a copy as a store can read it', () => {
    expect(copySource(opened, 'a b/ü?#+%.jpg', null)).toBe(`${bucket.name}/a%20b/%C3%BC%3F%23%2B%25.jpg`);
    expect(copySource(opened, 'a', 'v+1/=')).toBe(`${bucket.name}/a?versionId=v%2B1%2F%3D`);
  });
});
