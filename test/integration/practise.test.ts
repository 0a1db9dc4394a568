/** What `npm start` does where there is no display: the main job on the practice bucket, killed half-way; here with a smaller sample. */
import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { DeleteObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import ExifReader from 'exifreader';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { compare } from '../../electron/practice/compare.ts';
import { plainNarrator } from '../../electron/practice/narrator.ts';
import { practise } from '../../electron/practice/practise.ts';
import type { PracticeBucket } from '../../electron/practice/practice-bucket.ts';
import type { SampleEvent } from '../../electron/practice/sample-event.ts';
import { newFolder } from '../servers/tree.ts';

const sample = { photos: 20, videos: 2, videoBytes: 30_000_000 };

let folder: string;
let said: string[];
beforeEach(async () => {
  folder = await newFolder();
  said = [];
});
afterEach(() => rm(folder, { recursive: true }));

const run = (more?: (practice: PracticeBucket, event: SampleEvent) => Promise<boolean>) =>
  practise({
    ...{ folder, sample, output: 'ignore', narrator: plainNarrator((line) => said.push(line)) },
    ...(more === undefined ? {} : { more }),
  });

/** Relative paths of all files. */
async function filesIn(of: string): Promise<string[]> {
  const entries = await readdir(of, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => path.join(parentPath, name));
}

it('makes an event as cameras do, sends it in two runs of which the first is killed, and says so', async () => {
  let event: SampleEvent | undefined;
  const good = await run((_, made) => {
    event = made;
    return Promise.resolve(true);
  });
  expect(said.join('\n')).toMatch(/Killed with SIGKILL when \d+ % had arrived/);
  expect(good).toBe(true);
  const files = event?.files ?? 0;
  expect(said.join('\n')).toContain(`${files} of ${files} objects are equal to their files, byte for byte.`);

  const all = await filesIn(event?.folder ?? '');
  expect(all.length).toBe(files + (event?.junk ?? 0));
  const photo = all.find((file) => /\.jpe?g$/i.test(file)) ?? '';
  const { exif, gps } = ExifReader.load(await readFile(photo), { expanded: true });
  expect(exif?.DateTimeOriginal?.description).toMatch(/^2026:/);
  expect(gps).toMatchObject({ Latitude: expect.any(Number) as number, Longitude: expect.any(Number) as number });
  const sizes = await Promise.all(all.map(async (file) => (await stat(file)).size));
  expect(Math.max(...sizes)).toBeGreaterThanOrEqual(sample.videoBytes);
  expect(sizes).toContain(0);
});

it('is no success where an object is another than its file, is missing, or is there though nothing was sent under its key', async () => {
  const problems: string[] = [];
  const good = await run(async (practice, event) => {
    const objects = path.join(practice.folder, 'practice');
    const photos = (await filesIn(objects)).filter((file) => file.endsWith('.jpg'));
    const [damaged = '', deleted = ''] = photos;
    const bytes = await readFile(damaged);
    bytes.writeUInt8(bytes.readUInt8(bytes.length - 1) ^ 1, bytes.length - 1);
    await writeFile(damaged, bytes);

    const keyOf = (file: string) => path.relative(practice.folder, file).split(path.sep).join('/');
    const { endpoint, region, bucket: Bucket, accessKeyId, secretAccessKey } = practice;
    const s3 = new S3Client({ endpoint, region, forcePathStyle: true, credentials: { accessKeyId, secretAccessKey } });
    await s3.send(new DeleteObjectCommand({ Bucket, Key: keyOf(deleted) }));
    await s3.send(new PutObjectCommand({ Bucket, Key: `${keyOf(damaged)}.foreign`, Body: 'not ours' }));
    s3.destroy();

    const prefix = `practice/${(await readdir(objects))[0] ?? ''}/`;
    const found = await compare(practice, prefix, event.folder, () => undefined);
    expect(found.equal).toBe(event.files - 2);
    problems.push(...found.problems);
    return found.problems.length === 0;
  });
  expect(good).toBe(false);
  expect(problems.map((problem) => problem.split(':')[0]).sort()).toEqual(['Different', 'Missing', 'There, but not in the folder']); // prettier-ignore
});
