/** Objects into a folder: whole over a bad line, nothing fetched twice, nothing outside the folder. On a real S3. */
import { createHash } from 'node:crypto';
import { lstat, mkdir, open, readdir, readFile, rm, stat, statfs, symlink, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { download, type Downloaded, type DownloadOptions } from '../../electron/admin/download/download.ts';
import { partialOf } from '../../electron/admin/download/partial-file.ts';
import { roomNeeded } from '../../electron/admin/download/room.ts';
import { createBandwidth } from '../../electron/engine/upload/bandwidth.ts';
import { createAgents, type Agents } from '../../electron/storage/agents.ts';
import { createTestBucket, type TestBucket } from '../servers/bucket.ts';
import { failureOf } from '../servers/failure.ts';
import { startFaultProxy, type FaultProxy } from '../servers/fault-proxy.ts';
import { bucketOf, countingReport, patient } from '../servers/fetching.ts';
import { seededRandom } from '../servers/random.ts';
import { newFolder } from '../servers/tree.ts';

const ceph = inject('ceph');
const random = seededRandom('admin-download');
const MiB = 2 ** 20;

describe.skipIf(ceph === null)('downloading', { timeout: 60_000 }, () => {
  let bucket: TestBucket;
  let proxy: FaultProxy;
  let folder: string;
  let agents: Agents;

  beforeEach(async () => {
    if (ceph === null) return;
    bucket = await createTestBucket(ceph);
    proxy = await startFaultProxy(ceph.endpoint);
    folder = await newFolder();
    agents = createAgents({});
  });
  afterEach(async () => {
    agents.destroy();
    await proxy.stop();
    bucket.s3.destroy();
    await rm(folder, { recursive: true });
  });

  const target = () => path.join(folder, 'in', 'target');

  async function put(key: string, body: Buffer | string): Promise<void> {
    await bucket.s3.send(new PutObjectCommand({ Bucket: bucket.name, Key: key, Body: body }));
  }

  async function putInParts(key: string, body: Buffer): Promise<void> {
    const params = { Bucket: bucket.name, Key: key, Body: body };
    await new Upload({ client: bucket.s3, params, partSize: 5 * MiB }).done();
  }

  async function get(chosen: Partial<DownloadOptions['chosen']>, options: Partial<DownloadOptions> = {}) {
    if (ceph === null) throw new Error('no Ceph');
    const opened = bucketOf({ ...ceph, endpoint: proxy.endpoint }, bucket.name, agents);
    const report = countingReport();
    const done: Downloaded[] = [];
    await download({
      ...{ bucket: opened, report, folder: target(), overwrite: false, only: null, rangeSize: MiB },
      bandwidth: createBandwidth(null),
      chosen: { keys: [], prefixes: [], objects: [], ...chosen },
      patience: patient(opened),
      onDone: (one) => done.push(one),
      ...options,
    });
    return { report, done, proofs: Object.fromEntries(done.map(({ key, proof }) => [key, proof])) };
  }

  /** Contents of all files, by their path below the target. */
  async function files(): Promise<Map<string, string>> {
    const found = await readdir(target(), { recursive: true, withFileTypes: true });
    const all = new Map<string, string>();
    for (const entry of found) {
      if (entry.isDirectory()) continue;
      const file = path.join(entry.parentPath, entry.name);
      all.set(path.relative(target(), file), sha(await readFile(file)));
    }
    return all;
  }

  const sha = (bytes: Buffer | string) => createHash('sha256').update(bytes).digest('hex');
  /** by all requests from this one on */
  const bytesFetched = (first = 0) =>
    proxy.seen
      .slice(first)
      .filter(({ method }) => method === 'GET')
      .reduce((sum, { answered }) => sum + answered, 0);

  it('brings files and folders, with their times, and says how each was proved', async () => {
    const large = random.bytes(3 * MiB + 17);
    const parts = random.bytes(12 * MiB + 5);
    await put('day/a.jpg', 'a');
    await put('day/empty', '');
    await put('day/folder/', '');
    await put('day/large.mp4', large);
    await putInParts('day/parts.mp4', parts);
    await put('other.txt', 'other');
    const began = Date.now();
    const { report, proofs } = await get({ prefixes: ['day/'], keys: ['other.txt', 'day/a.jpg'] });
    expect(report).toMatchObject({ failures: [], items: { total: 6, done: 6 } });
    expect(report.bytes.done).toBe(report.bytes.total);
    expect(await files()).toEqual(
      new Map([
        ['day/a.jpg', sha('a')],
        ['day/empty', sha('')],
        ['day/large.mp4', sha(large)],
        ['day/parts.mp4', sha(parts)],
        ['other.txt', sha('other')],
      ]),
    );
    expect((await stat(path.join(target(), 'day/folder'))).isDirectory()).toBe(true);
    expect(proofs).toMatchObject({ 'day/a.jpg': 'etag-md5', 'day/large.mp4': 'etag-md5', 'day/parts.mp4': 'etag-md5' });
    for (const key of ['day/a.jpg', 'day/large.mp4']) {
      const { LastModified } = await bucket.s3.send(new HeadObjectCommand({ Bucket: bucket.name, Key: key }));
      const { mtimeMs } = await stat(path.join(target(), key));
      expect(Math.abs(mtimeMs - (LastModified?.getTime() ?? 0))).toBeLessThan(1000);
      expect(mtimeMs).toBeLessThan(began);
    }
  });

  it('arrives whole when it is cut 20 times, and fetches nothing twice that was written', async () => {
    const body = random.bytes(24 * MiB + 700 * 1024);
    const soon = 32 * 1024; // however often a range is cut, it is not whole by then
    await put('video.mp4', body);
    let cuts = 20;
    proxy.faults = ({ method, path: key }) => {
      if (method !== 'GET' || !key.endsWith('/video.mp4') || cuts === 0) return null;
      cuts -= 1;
      return { kind: 'cut-answer', after: random.below(soon) };
    };
    const { report } = await get({ keys: ['video.mp4'] });
    expect(cuts).toBe(0);
    expect(report.failures).toEqual([]);
    expect(await files()).toEqual(new Map([['video.mp4', sha(body)]]));
    // What the proxy has handed on may never have been read: some of each cut.
    expect(bytesFetched()).toBeLessThan(body.length + 20 * soon);
  });

  it('goes on where it was stopped: what was whole is not fetched again', async () => {
    const body = random.bytes(20 * MiB);
    await put('video.mp4', body);
    const stop = new AbortController();
    const report = countingReport();
    const half = () => {
      if (report.bytes.done > 9 * MiB) stop.abort(new Error('stopped by the test'));
    };
    if (ceph === null) return;
    const opened = bucketOf({ ...ceph, endpoint: proxy.endpoint }, bucket.name, agents);
    const stopping = {
      ...report,
      moved(bytes: number) {
        report.moved(bytes);
        half();
      },
    };
    const first = get({ keys: ['video.mp4'] }, { report: stopping, patience: patient(opened, stop.signal) });
    await expect(first).rejects.toThrow('stopped by the test');
    const left = await readdir(target());
    expect(left.filter((name) => name.startsWith('.sideline-'))).toHaveLength(2);
    const note = await readFile(path.join(target(), left.find((name) => name.endsWith('.json')) ?? ''), 'utf8');
    const whole = note.match(/^\d+;$/gm)?.length ?? 0;
    expect(whole).toBeGreaterThan(0);
    const before = proxy.seen.length; // what was broken off may still be counted
    await get({ keys: ['video.mp4'] });
    expect(bytesFetched(before)).toBe(body.length - whole * MiB);
    expect(await files()).toEqual(new Map([['video.mp4', sha(body)]]));
  });

  it('begins anew when the object is replaced in the middle', async () => {
    const first = random.bytes(6 * MiB);
    const second = random.bytes(5 * MiB);
    await put('video.mp4', first);
    const replaced: Promise<void>[] = [];
    const opened = countingReport();
    const report = {
      ...opened,
      moved(bytes: number) {
        opened.moved(bytes);
        if (replaced.length === 0) replaced.push(put('video.mp4', second));
      },
    };
    proxy.faults = ({ method }) =>
      method === 'GET' && random.below(3) === 0 ? { kind: 'cut-answer', after: 1000 } : null;
    await get({ keys: ['video.mp4'] }, { report });
    await Promise.all(replaced);
    const [content] = (await files()).values();
    expect([sha(first), sha(second)]).toContain(content);
    expect(opened.failures).toEqual([]);
    expect(await readdir(target())).toEqual(['video.mp4']);
  });

  it.each([
    ['small', 3000],
    ['large', 5 * MiB],
  ])('notices bytes that are damaged on their way, and fetches them again: %s', async (key, size) => {
    const body = random.bytes(size);
    await put(key, body);
    let damaged = 0;
    proxy.faults = ({ method }) => (method === 'GET' && damaged++ === 1 ? { kind: 'flip-answer', at: 77 } : null);
    if (size < MiB) damaged = 1;
    const { report, proofs } = await get({ keys: [key] });
    expect(report.failures).toEqual([]);
    expect(report.bytes.done).toBe(size);
    expect(proofs).toEqual({ [key]: 'etag-md5' });
    expect(await files()).toEqual(new Map([[key, sha(body)]]));
  });

  it('takes nothing for whole that is damaged every time, where ETags are known to be MD5s', async () => {
    if (ceph === null) return;
    await put('a', 'content');
    proxy.faults = ({ method }) => (method === 'GET' ? { kind: 'flip-answer', at: 3 } : null);
    const known = {
      ...({ integrity: 'etag-md5', listParts: true, listUploads: true, conditionalWrites: true } as const),
      ...{ sse: false, versioning: true, tagging: true, probedAt: 0 },
    };
    const opened = bucketOf({ ...ceph, endpoint: proxy.endpoint }, bucket.name, agents, {}, known);
    const { report } = await get({ keys: ['a'] }, { bucket: opened });
    expect(report.failures).toMatchObject([{ key: 'a', reason: { kind: 'integrity', name: 'S3_DOWNLOAD_FAILED' } }]);
    expect(await readdir(target())).toEqual([]);
    const { proofs } = await get({ keys: ['a'] }); // where they may be anything, it is only said to be unproven
    expect(proofs).toEqual({ a: 'none' });
  });

  it('says before it begins that the disk has no room', async () => {
    const huge = { key: 'huge', size: 2 ** 60, etag: 'x', modified: 0 };
    const error = await failureOf(get({ objects: [huge] }));
    expect(error).toMatchObject({ kind: 'target-unwritable', subject: expect.stringContaining('are free') as string });
  });

  it('needs no room for what an earlier run has written', async () => {
    await mkdir(target(), { recursive: true });
    const { bavail, bsize } = await statfs(target());
    const free = bavail * bsize;
    const object = { key: 'in/huge', size: free + 32 * MiB, etag: 'x', modified: 0 };
    if (ceph === null) return;
    const opened = bucketOf(ceph, bucket.name, agents);
    const placed = async function* () {
      yield await Promise.resolve({ object, place: { segments: ['in', 'huge'], isFolder: false } });
    };
    expect(await roomNeeded(opened, placed(), target())).toBe(object.size);
    await mkdir(path.join(target(), 'in'));
    const { file } = partialOf(opened, object, path.join(target(), 'in'));
    const handle = await open(file, 'w');
    await handle.write(random.bytes(MiB), 0, MiB, 0);
    await handle.write('.', 40 * MiB); // what is between the two takes no room
    await handle.close();
    const needed = await roomNeeded(opened, placed(), target());
    expect(object.size - needed).toBeGreaterThanOrEqual(MiB);
    expect(object.size - needed).toBeLessThan(2 * MiB);
  });

  it('keeps to the limit of the bandwidth, and to another one from the moment it is set', async () => {
    const body = random.bytes(3 * MiB);
    await put('a', body);
    const bandwidth = createBandwidth(MiB / 2);
    setTimeout(() => (bandwidth.limit = 2 * MiB), 1000);
    const began = performance.now();
    await get({ keys: ['a'] }, { bandwidth });
    const seconds = (performance.now() - began) / 1000;
    // At most 0.7 MiB in the first second, then 2 MiB in each, a quarter of one's at once. With the second limit alone it is 1.25 s.
    expect(seconds).toBeGreaterThan(1.5);
    expect(seconds).toBeLessThan(5);
    expect(await files()).toEqual(new Map([['a', sha(body)]]));
  });

  it('waits while nobody answers, and goes on by itself', async () => {
    const body = random.bytes(6 * MiB);
    await put('video.mp4', body);
    const report = countingReport();
    let away: Promise<void> | null = null;
    const leaving = {
      ...report,
      moved(bytes: number) {
        report.moved(bytes);
        away ??= proxy.goAway().then(async () => {
          await new Promise((resolve) => setTimeout(resolve, 1500));
          await proxy.comeBack();
        });
      },
    };
    await get({ keys: ['video.mp4'] }, { report: leaving });
    expect(report.failures).toEqual([]);
    expect(await files()).toEqual(new Map([['video.mp4', sha(body)]]));
  });

  it('ends with the reason when nobody answers for too long', async () => {
    await put('a', 'a');
    await proxy.goAway();
    if (ceph === null) return;
    const opened = bucketOf({ ...ceph, endpoint: proxy.endpoint }, bucket.name, agents);
    const error = await failureOf(get({ keys: ['a'] }, { patience: patient(opened, undefined, 300) }));
    expect(error.kind).toBe('host-unreachable');
    await proxy.comeBack();
  });

  it('skips what is there and equal, and replaces nothing else unless it is told to', async () => {
    const body = random.bytes(2 * MiB);
    await put('same.bin', body);
    await put('other.bin', 'from the store');
    await put('same-size.bin', 'AAAA');
    await mkdir(target(), { recursive: true });
    await writeFile(path.join(target(), 'same.bin'), body);
    await writeFile(path.join(target(), 'other.bin'), 'mine');
    await writeFile(path.join(target(), 'same-size.bin'), 'BBBB');
    const now = new Date();
    await utimes(path.join(target(), 'same-size.bin'), now, now);
    const chosen = { prefixes: [''] };
    const { report, done } = await get(chosen);
    expect(done).toMatchObject([{ key: 'same.bin', skipped: true, proof: 'etag-md5' }]);
    expect(report.failures.map(({ key, reason }) => [key, reason.kind]).sort()).toEqual([
      ['other.bin', 'target-exists'],
      ['same-size.bin', 'target-exists'],
    ]);
    expect(await readFile(path.join(target(), 'other.bin'), 'utf8')).toBe('mine');
    expect(bytesFetched()).toBeLessThan(10_000);
    const again = await get(chosen, { overwrite: true });
    expect(again.report.failures).toEqual([]);
    expect(await readFile(path.join(target(), 'other.bin'), 'utf8')).toBe('from the store');
    expect(await readFile(path.join(target(), 'same-size.bin'), 'utf8')).toBe('AAAA');
  });

  it('is asked twice for the same at once, and brings it whole, once', async () => {
    const body = random.bytes(6 * MiB + 5);
    await put('video.mp4', body);
    await put('a', 'small');
    const both = await Promise.all([0, 1].map(() => get({ keys: ['video.mp4', 'a'] })));
    for (const { report } of both) expect(report.failures).toEqual([]);
    expect(await files()).toEqual(
      new Map([
        ['a', sha('small')],
        ['video.mp4', sha(body)],
      ]),
    );
    expect(bytesFetched()).toBe(body.length + 5);
    const skipped = both.flatMap(({ done }) => done.filter((one) => one.skipped).map(({ key }) => key));
    expect(skipped.sort()).toEqual(['a', 'video.mp4']);
  });

  it('tries again only what failed, under the same names', async () => {
    await put('a', 'file');
    await put('a/b', 'below');
    await mkdir(target(), { recursive: true });
    const first = await get({ prefixes: ['a'] });
    const names = [...(await files()).keys()];
    expect(names).toEqual(['a', expect.stringMatching(/^a \([0-9a-f]{8}\)\/b$/)]);
    await rm(path.join(target(), names[1] ?? ''));
    const { report, done } = await get({ prefixes: ['a'] }, { only: new Set(['a/b']) });
    expect(first.report.failures).toEqual([]);
    expect(report.items).toEqual({ total: 1, done: 1 });
    expect(done).toMatchObject([{ key: 'a/b', file: path.join(target(), names[1] ?? '') }]);
  });

  it('brings hostile keys into the folder, whole, and nothing anywhere else', async () => {
    const keys = [
      ...['../../x', '../up', '/etc/passwd', 'a//b', './c', 'd/./e', 'f/../g', '..', 'C:\\x', '\\\\host\\share'],
      ...[
        '<img src=x onerror=alert(1)>',
        '\u202egpj.exe',
        'line\nbreak',
        'tab\there',
        'CON',
        'aux.txt',
        'end.',
        'end ',
      ],
      ...[
        'A.jpg',
        'a.jpg',
        'e\u0301.jpg',
        '\u00e9.jpg',
        'both',
        'both/below',
        '%2e%2e/%2fx',
        '.sideline-x.part',
        '~',
        '-rf',
      ],
      ...[
        'x'.repeat(1024),
        `long/${'y'.repeat(300)}.jpg`,
        `${'deep/'.repeat(200)}z`,
        '?query#hash&a=b+c d',
        "it's(1)!*",
      ],
    ];
    const bodies = new Map(keys.map((key) => [key, random.bytes(1 + random.below(2000))]));
    for (const [key, body] of bodies) await put(key, body);
    await writeFile(path.join(folder, 'witness'), 'untouched');
    const { report, done } = await get({ prefixes: [''] });
    expect(report.failures).toEqual([]);
    expect(done).toHaveLength(keys.length);
    for (const { key, file } of done) {
      expect(file.startsWith(target() + path.sep), key).toBe(true);
      expect(sha(await readFile(file)), key).toBe(sha(bodies.get(key) ?? ''));
    }
    expect((await files()).size).toBe(keys.length);
    expect((await readdir(folder)).sort()).toEqual(['in', 'witness']);
    expect(await readdir(path.join(folder, 'in'))).toEqual(['target']);
  });

  it('follows no link out of the folder', async () => {
    const outside = path.join(folder, 'outside');
    await mkdir(outside);
    await mkdir(path.join(target(), 'inner'), { recursive: true });
    await symlink(outside, path.join(target(), 'leak'));
    await symlink(path.join(target(), 'inner'), path.join(target(), 'inward'));
    await writeFile(path.join(outside, 'victim'), 'untouched');
    await symlink(path.join(outside, 'victim'), path.join(target(), 'file'));
    await put('leak/secret', 'no');
    await put('inward/fine', 'yes');
    await put('file', 'replaced');
    const { report } = await get({ prefixes: [''] }, { overwrite: true });
    expect(report.failures).toMatchObject([{ key: 'leak/secret', reason: { kind: 'link-outside' } }]);
    expect(await readFile(path.join(target(), 'inner', 'fine'), 'utf8')).toBe('yes');
    expect(await readdir(outside)).toEqual(['victim']);
    expect(await readFile(path.join(outside, 'victim'), 'utf8')).toBe('untouched');
    expect((await lstat(path.join(target(), 'file'))).isFile()).toBe(true);
  });

  it('says what is missing, and brings the rest', async () => {
    await put('there', 'x');
    const { report, done } = await get({ keys: ['there', 'gone'] });
    expect(done.map(({ key }) => key)).toEqual(['there']);
    expect(report.failures).toMatchObject([{ key: 'gone', reason: { kind: 'object-missing' } }]);
  });
});
