/** What was sent, from the terminal: listed, compared with the store, written to files for other programs. */
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { crc32 } from 'node:zlib';
import { DeleteObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { openJournal } from '../../electron/journal/open.ts';
import { createTestBucket, type TestBucket } from '../servers/bucket.ts';
import { parseCsv, recordsOf } from '../servers/csv.ts';
import { seededRandom } from '../servers/random.ts';
import { runSideline } from '../servers/sideline.ts';
import { newFolder, writeTree } from '../servers/tree.ts';

const ceph = inject('ceph');

describe.skipIf(ceph === null)('sideline history, verify, export', { timeout: 60_000 }, () => {
  let bucket: TestBucket;
  let folder: string;
  let event: string;
  let env: Record<string, string>;

  beforeEach(async () => {
    if (ceph === null) return;
    bucket = await createTestBucket(ceph);
    folder = await newFolder();
    event = path.join(folder, 'event');
    env = { ...bucket.env(), SIDELINE_DATA_DIR: path.join(folder, 'data') };
  });
  afterEach(async () => {
    bucket.s3.destroy();
    await rm(folder, { recursive: true });
  });

  const run = (...args: string[]) => runSideline(args, env);

  async function upload(files: Record<string, number>, ...args: string[]): Promise<void> {
    await rm(event, { recursive: true, force: true });
    await writeTree(event, new Map(Object.entries(files)), seededRandom('terminal-history'));
    expect(await run('upload', event, ...args)).toMatchObject({ code: 0 });
  }

  const keysOf = async (...args: string[]) =>
    (await run('history', '--json', ...args)).events().map(({ key }) => String(key));

  it('lists what was sent, the newest first, by search, tag, upload and date; also while another Sideline works', async () => {
    expect((await run('history')).stdout).toBe('Nothing was sent that fits.\n');
    await upload({ 'a.jpg': 10, 'final/B.MP4': 20 }, '--title', 'Cup', '--tag', 'cup');
    await upload({ 'c.pdf': 30 }, '--prefix', 'second');
    const journal = openJournal({ folder: env.SIDELINE_DATA_DIR ?? '' });
    try {
      expect((await keysOf()).toSorted()).toEqual(['event/a.jpg', 'event/final/B.MP4', 'second/event/c.pdf']);
      expect((await keysOf())[0]).toBe('second/event/c.pdf');
      expect(await keysOf('--search', 'FINAL/b')).toEqual(['event/final/B.MP4']);
      expect((await keysOf('--tag', 'cup')).toSorted()).toEqual(['event/a.jpg', 'event/final/B.MP4']);
      expect(await keysOf('--batch', '2')).toEqual(['second/event/c.pdf']);
      expect(await keysOf('--until', '2020-01-01')).toEqual([]);
      const today = new Date();
      const day = [today.getFullYear(), today.getMonth() + 1, today.getDate()]
        .map((one) => String(one).padStart(2, '0'))
        .join('-');
      expect(await keysOf('--since', day, '--until', day)).toHaveLength(3);
      expect((await run('history', '--limit', '1')).stdout).toMatch(
        /c\.pdf -> http.*c\.pdf\n\.\.\. and 2 objects more/,
      );
      const batches = await run('history', '--batches');
      expect(batches.stdout).toMatch(
        /^Upload 2, .*: event, 1 object, 30 B\nUpload 1, .*: Cup \[cup\], 2 objects, 30 B\n$/,
      );
    } finally {
      journal.close();
    }
  });

  it.each([
    [['history', '--since', 'May'], 'write it like 2026-05-01'],
    [['history', '--since', '2026-05-02', '--until', '2026-05-01'], '--until: it is not after --since'],
    [['history', '--destination', 'Nowhere'], '--destination: there is no destination named "Nowhere"'],
    [['history', '--limit', 'x'], 'whole number'],
    [['verify', 'x'], '"history --batches" shows them'],
    [['verify', '7'], 'There is no upload number 7'],
    [['export', '7'], 'There is no upload number 7'],
    [['export', '1', '--format', 'xml'], 'csv, json'],
  ])('refuses %j with words', async (args, words) => {
    openJournal({ folder: env.SIDELINE_DATA_DIR ?? '' }).close();
    const ended = await run(...args);
    expect(ended.stderr).toContain(words);
    expect(ended.code).toBe(2);
  });

  it('compares an upload with the store, and ends with 1 where something is missing or different', async () => {
    await upload({ 'a.jpg': 1000, 'b.jpg': 1000, 'c.jpg': 1000 });
    const fine = await run('verify', '1');
    expect(fine).toMatchObject({ code: 0, stdout: '3 objects are as they were sent.\n' });
    await bucket.s3.send(new DeleteObjectCommand({ Bucket: bucket.name, Key: 'event/a.jpg' }));
    await bucket.s3.send(new PutObjectCommand({ Bucket: bucket.name, Key: 'event/b.jpg', Body: Buffer.alloc(1000) }));
    const found = await run('verify', '1');
    expect(found.code).toBe(1);
    expect(found.stdout).toMatch(/missing: event\/a\.jpg\n {2}It is no longer there\.\ndifferent: event\/b\.jpg\n/);
    expect(found.stdout).toMatch(/1 object is as they were sent, 1 different, 1 missing\.\n$/);
    const [result] = (await run('verify', '1', '--json')).events();
    expect(result).toMatchObject({
      batchId: 1,
      counts: { same: 1, different: 1, missing: 1, unknown: 0, unproven: 0 },
    });
    env = { ...env, AWS_SECRET_ACCESS_KEY: 'wrong' };
    expect(await run('verify', '1')).toMatchObject({ code: 3 });
  });

  it('writes all of it, and the mapping, so that other programs read back what it was', async () => {
    const names = ['=1+1.jpg', '-dash.jpg', '@at.jpg', '+plus.jpg', 'a, "b".jpg', 'Müller 日本 🏆.jpg', "it's.jpg"];
    await upload(
      Object.fromEntries(names.map((name, at) => [name, 100 + at])),
      ...['--title', '=SUM(A1)', '--tag', 'cup', '--tag', 'final', '--description', 'two\nlines'],
    );
    const out = path.join(folder, 'out.csv');
    await writeFile(out, 'an older one');
    expect(await run('export', '1', '--out', out)).toMatchObject({ code: 0, stdout: '', stderr: '' });
    const text = await readFile(out, 'utf8');
    expect(text.startsWith('\ufeffpath,pathBytes,')).toBe(true);
    const records = recordsOf(text.slice(1));
    expect(records).toHaveLength(names.length);
    for (const name of names) {
      const bytes = await readFile(path.join(event, name));
      const record = records.find((one) => one.key === `event/${name.normalize('NFC')}`);
      const crc = Buffer.alloc(4);
      crc.writeUInt32BE(crc32(bytes));
      expect(record).toMatchObject({
        ...{
          path: path.join(event, name),
          pathBytes: String(bytes.length),
          bytes: String(bytes.length),
          output: 'file',
        },
        ...{ bucket: bucket.name, type: 'image/jpeg', crc32: crc.toString('hex') },
        crc32Base64: crc.toString('base64').replace(/^\+/, "'+"), // a spreadsheet would take it for a formula
        ...{ batch: '1', title: "'=SUM(A1)", tags: 'cup, final', description: 'two\nlines', connection: 'environment' },
      });
      expect(Date.parse(record?.finished ?? '')).toBeGreaterThanOrEqual(Date.parse(record?.began ?? ''));
      expect(decodeURIComponent(new URL(record?.url ?? '').pathname)).toBe(
        `/${bucket.name}/event/${name.normalize('NFC')}`,
      );
    }

    const mapping = await run('export', '1', '--mapping');
    expect(parseCsv(mapping.stdout)[0]).toEqual(['path', 'key', 'url', 'output']);
    const json: unknown = JSON.parse((await run('export', '1', '--mapping', '--format', 'json')).stdout);
    expect(json).toEqual(recordsOf(mapping.stdout));
    expect(JSON.parse((await run('export', '1', '--format', 'json')).stdout)).toMatchObject({
      format: 'sideline-receipts',
      batch: { id: 1, title: '=SUM(A1)', tags: ['cup', 'final'] },
      receipts: names.map(() => ({ integrity: expect.any(String) as unknown, etag: expect.any(String) as unknown })),
    });
  });

  it('makes harmless what a spreadsheet would run, and leaves nothing half where it cannot write', async () => {
    await upload({ '=cmd.jpg': 10 }, '--prefix', '=evil');
    const [record] = recordsOf((await run('export', '1', '--mapping')).stdout);
    expect(record?.key).toBe("'=evil/event/=cmd.jpg");
    const refused = await run('export', '1', '--out', path.join(folder, 'no such folder', 'out.csv'));
    expect(refused).toMatchObject({ code: 2 });
    expect(refused.stderr).toContain('could not be written');
    const before = (await readdir(folder)).toSorted();
    expect(await run('export', '1', '--out', event)).toMatchObject({ code: 2 }); // a folder is there
    expect((await readdir(folder)).toSorted()).toEqual(before);
  });
});
