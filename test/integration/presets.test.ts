/** Each row of the five systems, used with storage credentials, on a real S3: the keys, headers and images of its documents. */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { GetObjectCommand, HeadObjectCommand } from '@aws-sdk/client-s3';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { recordVideo } from '../../electron/practice/sample-video.ts';
import type { DestinationRules } from '../../shared/destination.ts';
import type { Totals } from '../../shared/domain.ts';
import { presets, type Answers } from '../../shared/presets/index.ts';
import { createTestBucket, type TestBucket } from '../servers/bucket.ts';
import { newFolder } from '../servers/tree.ts';
import { startWorkbench, type Workbench } from '../servers/workbench.ts';

const ceph = inject('ceph');
const uuid = '[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}';
const hex8 = '[0-9a-f]{8}';

type Kind = 'jpg' | 'png' | 'mp4' | 'pdf';

interface Row {
  preset: string;
  answers: Answers;
  destination: RegExp;
  sends: Kind;
  /** of each object that comes of it */
  keys: RegExp[];
  /** as HEAD tells them */
  head?: Record<string, unknown>;
  /** a value of its metadata, whose name Ceph writes with dashes */
  metadata?: string;
  /** longest side in pixels of the first */
  longest?: number;
  /** a type that it refuses */
  refuses?: Kind;
}

const fitness = { user_id: 'user123' };
const open = { CacheControl: 'max-age=86400' };
const made = (folder: string, ext: string) => new RegExp(`^media/${folder}/user123-\\d{10}-${uuid}\\.${ext}$`);
const session = { user_id: 'user123', session_id: 'session456' };
const plugs = { event_id: 'event-id', user_id: '123' };
const byDay = '\\d{4}/\\d{2}/\\d{2}/\\d{6}_\\d{6}';
const sizes = (within: string) =>
  ['large', 'medium', 'thumbnail'].map((size) => new RegExp(`^${within}/\\d{8}_\\d{6}_${hex8}-${size}\\.webp$`));

const rows: Row[] = [
  {
    ...{ preset: 'fitness', answers: fitness, destination: /profile/i, sends: 'jpg', head: open, longest: 300 },
    keys: [new RegExp(`^media/profile_pictures/user123-${uuid}\\.jpg$`)],
    refuses: 'pdf',
  },
  {
    preset: 'fitness',
    answers: fitness,
    destination: /workout (?!plan)/i,
    sends: 'mp4',
    head: open,
    keys: [made('workout_media', 'mp4')],
    refuses: 'pdf',
  },
  {
    preset: 'fitness',
    answers: fitness,
    destination: /food/i,
    sends: 'png',
    head: open,
    keys: [made('food_images', 'png')],
    refuses: 'mp4',
  },
  {
    preset: 'fitness',
    answers: fitness,
    destination: /plan/i,
    sends: 'pdf',
    head: { ...open, ContentType: 'application/pdf' },
    keys: [made('workout_plans', 'pdf')],
    refuses: 'jpg',
  },
  {
    preset: 'fitness',
    answers: fitness,
    destination: /progress/i,
    sends: 'jpg',
    keys: [made('progress_photos', 'jpg')],
    refuses: 'mp4',
  },
  {
    preset: 'fitness',
    answers: fitness,
    destination: /challenge/i,
    sends: 'mp4',
    head: open,
    keys: [made('challenge_media', 'mp4')],
  },
  {
    preset: 'fitness',
    answers: fitness,
    destination: /misc|else|other/i,
    sends: 'pdf',
    head: open,
    keys: [made('misc', 'pdf')],
  },
  {
    ...{ preset: 'idance', answers: session, destination: /video/i, sends: 'mp4', refuses: 'jpg' },
    head: { ContentType: 'video/mp4' },
    keys: [new RegExp(`^sessions/user123/session456/\\d{8}_\\d{6}_${uuid}\\.mp4$`)],
  },
  {
    ...{ preset: 'idance', answers: session, destination: /thumb|still/i, sends: 'png', refuses: 'mp4' },
    head: { ContentType: 'image/jpeg' },
    keys: [new RegExp(`^thumbnails/user123/session456/\\d{8}_\\d{6}_${uuid}\\.jpg$`)],
  },
  {
    preset: 'upload-module',
    answers: { prefix: 'uploads/images', max_size_mb: '5' },
    destination: /public/i,
    sends: 'jpg',
    keys: [/^uploads\/images\//],
  },
  {
    preset: 'upload-module',
    answers: { prefix: 'uploads/images', max_size_mb: '5' },
    destination: /private/i,
    sends: 'pdf',
    keys: [/^uploads\/images\//],
  },
  {
    preset: 'plugs',
    answers: plugs,
    destination: /event/i,
    sends: 'jpg',
    keys: [new RegExp(`^events/event-id/media/${byDay}\\.jpg$`)],
  },
  {
    preset: 'plugs',
    answers: plugs,
    destination: /profile/i,
    sends: 'jpg',
    keys: [new RegExp(`^users/123/profile/${byDay}\\.jpg$`)],
  },
  { preset: 'plugs', answers: plugs, destination: /temp/i, sends: 'mp4', keys: [new RegExp(`^temp/${byDay}\\.mp4$`)] },
  { preset: 'plugs-migration', answers: {}, destination: /./, sends: 'pdf', keys: [/^event\/day 1\/file\.pdf$/] },
  {
    ...{
      preset: 'heaven',
      answers: { image_type: 'user', user_id: '123' },
      destination: /user/i,
      sends: 'jpg',
      refuses: 'pdf',
    },
    keys: [new RegExp(`^users/123/\\d{8}_\\d{6}_${hex8}\\.jpg$`), ...sizes('users/123')],
    metadata: 'user',
  },
  {
    ...{
      preset: 'heaven',
      answers: { image_type: 'property', folder: 'properties' },
      destination: /general|without|all/i,
      sends: 'png',
    },
    keys: [new RegExp(`^properties/\\d{8}_\\d{6}_${hex8}\\.png$`), ...sizes('properties')],
  },
];

describe.skipIf(ceph === null)('the presets', { timeout: 60_000 }, () => {
  let bucket: TestBucket;
  let folder: string;
  let bench: Workbench;

  beforeEach(async () => {
    if (ceph === null) return;
    bucket = await createTestBucket(ceph);
    folder = await newFolder();
    bench = startWorkbench(path.join(folder, 'data'), bucket.env());
  });
  afterEach(async () => {
    await bench.close();
    bucket.s3.destroy();
    await rm(folder, { recursive: true });
  });

  async function fileOf(kind: Kind): Promise<void> {
    const file = path.join(folder, 'event', 'day 1', `file.${kind}`);
    await mkdir(path.dirname(file), { recursive: true });
    const create = { width: 900, height: 700, channels: 3, background: '#3a6' } as const;
    if (kind === 'mp4') await recordVideo({ seed: 'clip', bytes: 200_000, recordedAt: 1_780_000_000 }, file);
    else if (kind === 'pdf') await writeFile(file, '%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n');
    else await sharp({ create }).toFile(file);
  }

  async function send(rules: DestinationRules): Promise<Totals> {
    const connectionId = bench.connection.id;
    const { id: destinationId } = bench.journal.addDestination(connectionId, rules);
    const engine = await bench.engine();
    const targets = [{ destinationId, connectionId, rules, sorting: [] }];
    const batch = await engine.addBatch({ connectionId, prefix: '', roots: [path.join(folder, 'event')], targets });
    await engine.start([batch]);
    return await bench.rest();
  }

  it('fail with what to do about it, where the store cannot encrypt', async () => {
    await fileOf('pdf');
    const [rules] = presets.find(({ id }) => id === 'plugs-migration')?.destinations({}) ?? [];
    if (rules === undefined) throw new Error('no destination');
    expect(rules.sse).toEqual({ by: 'AES256' });
    await send(rules);
    const [failed] = bench.journal.transfers({ states: ['failed'], limit: 5 });
    expect(failed?.reason).toMatchObject({ kind: 'sse-refused', message: expect.stringContaining('AES256') as string });
    expect(await bucket.keys()).toEqual([]);
  });

  it.each(rows)('$preset, $destination: $sends', async ({ preset: id, answers, destination, ...row }) => {
    await fileOf(row.sends);
    if (row.refuses !== undefined) await fileOf(row.refuses);
    const wanted = presets
      .find((one) => one.id === id)
      ?.destinations(answers)
      .find(({ name }) => destination.test(name));
    if (wanted === undefined) throw new Error(`no destination ${String(destination)}`);
    // Ceph encrypts only with a Vault beside it: what is said then has a test of its own.
    const rules = { ...wanted, sse: null };
    const totals = await send(rules);

    const failed = bench.journal.transfers({ states: ['failed'], limit: 5 }).map(({ key, reason }) => [key, reason]);
    expect(failed).toEqual([]);
    const skipped = bench.journal.transfers({ states: ['skipped'], limit: 5 });
    const refused = skipped.filter(({ reason }) => reason?.kind === 'type-refused');
    expect(refused.map(({ source }) => path.extname(source))).toEqual(
      row.refuses === undefined ? [] : [`.${row.refuses}`],
    );
    expect(totals.done.files).toBe(row.keys.length);
    const keys = await bucket.keys();
    for (const pattern of row.keys) expect(keys.filter((key) => pattern.test(key))).toHaveLength(1);
    const Key = keys.find((key) => row.keys[0]?.test(key)) ?? '';
    const object = await bucket.s3.send(new HeadObjectCommand({ Bucket: bucket.name, Key }));
    if (row.head !== undefined) expect(object).toMatchObject(row.head);
    if (row.metadata !== undefined) expect(Object.values(object.Metadata ?? {})).toContain(row.metadata);
    const anyone = await fetch(`${ceph?.endpoint ?? ''}/${bucket.name}/${encodeURI(Key)}`);
    expect(anyone.status).toBe(rules.acl === 'public-read' ? 200 : 403);
    if (row.longest === undefined) return;
    const { Body } = await bucket.s3.send(new GetObjectCommand({ Bucket: bucket.name, Key }));
    const { width, height } = await sharp(await Body?.transformToByteArray()).metadata();
    expect(Math.max(width, height)).toBe(row.longest);
  });
});
