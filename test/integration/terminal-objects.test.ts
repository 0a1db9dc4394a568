/** `sideline stat` and `link`, as a process of their own. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { z } from 'zod';
import { createTestBucket, type TestBucket } from '../servers/bucket.ts';
import type { CephServer } from '../servers/ceph.ts';
import { runSideline } from '../servers/sideline.ts';

const ceph = inject('ceph');

describe.skipIf(ceph === null)('at the terminal', () => {
  let bucket: TestBucket;
  let folder: string;
  const sideline = (...words: string[]) =>
    runSideline([...words, '--data-dir', path.join(folder, 'data')], bucket.env());

  beforeAll(async () => {
    bucket = await createTestBucket(ceph as CephServer);
    folder = await mkdtemp(path.join(os.tmpdir(), 'sideline-objects-'));
    await bucket.s3.send(
      new PutObjectCommand({
        ...{ Bucket: bucket.name, Key: 'a/photo \u202e.jpg', Body: 'a photo', ContentType: 'image/jpeg' },
        ...{ Metadata: { event: 'cup' }, Tagging: 'year=2026' },
      }),
    );
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('stat shows what is known, and ends with 1 where one is missing', async () => {
    const shown = await sideline('stat', 'a/photo \u202e.jpg', 'nothing.jpg');
    expect(shown.code).toBe(1);
    expect(shown.stdout).toContain('a/photo \\u{202e}.jpg');
    for (const text of ['7 B (7 bytes)', 'image/jpeg', 'cup', 'year=2026', 'FULL_CONTROL'])
      expect(shown.stdout).toContain(text);
    expect(shown.stderr).toContain('There is no object nothing.jpg.');
    const json = await sideline('stat', 'a/photo \u202e.jpg', '--json');
    expect(json.code).toBe(0);
    expect(JSON.parse(json.stdout)).toMatchObject({ size: 7, metadata: { event: 'cup' }, receipt: null });
  });

  it('link makes addresses that work until they expire', async () => {
    const made = z.object({ url: z.url(), expiresAt: z.iso.datetime().nullable() });
    const linked = async (...words: string[]) =>
      made.parse(JSON.parse((await sideline('link', 'a/photo \u202e.jpg', '--json', ...words)).stdout));
    const reading = await linked('--expires', '2s', '--download', 'cup.jpg');
    const answer = await fetch(reading.url);
    expect(await answer.text()).toBe('a photo');
    expect(answer.headers.get('content-disposition')).toBe('attachment; filename="cup.jpg"');
    const shared = await linked('--public');
    expect(shared.expiresAt).toBeNull();
    expect((await fetch(shared.url)).status).toBe(403);
    await expect.poll(async () => (await fetch(reading.url)).status).toBe(403);
  });

  it('link lets others upload, by an address or a page', async () => {
    const { stdout } = await sideline('link', 'in/new.txt', '--upload', '--type', 'text/plain', '--json');
    const { url } = z.object({ url: z.url() }).parse(JSON.parse(stdout));
    const sent = await fetch(url, { method: 'PUT', body: 'new', headers: { 'content-type': 'text/plain' } });
    expect(sent.status).toBe(200);
    const page = path.join(folder, 'upload.html');
    const form = await sideline('link', 'in/${filename}', '--form', page, '--max-size', '1M', '--expires', '1d');
    expect(form).toMatchObject({ code: 0 });
    expect(form.stdout).toContain(page);
    expect(await readFile(page, 'utf8')).toContain('One file of at most 1.05 MB.');
  });

  it.each([
    [['--max-size', '1M'], /--max-size: only a form/],
    [['--expires', '8d'], /--expires: a link lasts/],
    [['--form', 'x.html', '--type', 'image'], /--type: a type is written like/],
    [['--upload', '--public'], /cannot be used with/],
  ])('link refuses %j', async (words, message) => {
    const refused = await sideline('link', 'a', ...words);
    expect(refused).toMatchObject({ code: 2 });
    expect(refused.stderr).toMatch(message);
  });
});
