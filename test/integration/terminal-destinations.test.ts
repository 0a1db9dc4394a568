/** Destinations from the terminal: taken over from a file, planned with, sent to, written to a file again. */
import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { HeadObjectCommand } from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { parseDestinationFile } from '../../shared/destination-file.ts';
import { createTestBucket, type TestBucket } from '../servers/bucket.ts';
import { seededRandom } from '../servers/random.ts';
import { runSideline, type Ended } from '../servers/sideline.ts';
import { newFolder, writeTree } from '../servers/tree.ts';

const ceph = inject('ceph');

describe.skipIf(ceph === null)('sideline destination', { timeout: 60_000 }, () => {
  let bucket: TestBucket;
  let folder: string;
  let event: string;
  let env: Record<string, string>;

  beforeEach(async () => {
    if (ceph === null) return;
    bucket = await createTestBucket(ceph);
    folder = await newFolder();
    event = path.join(folder, 'event');
    env = { SIDELINE_DATA_DIR: path.join(folder, 'data') };
    const { endpoint, accessKeyId, secretAccessKey } = ceph;
    const keys = { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey };
    const where = ['--bucket', bucket.name, '--endpoint', endpoint, '--path-style'];
    const added = await runSideline(['connection', 'add', 'club', ...where], { ...env, ...keys });
    expect(added.code).toBe(0);
  });
  afterEach(async () => {
    bucket.s3.destroy();
    await rm(folder, { recursive: true });
  });

  const run = (...args: string[]): Promise<Ended> => runSideline(args, env);

  async function fileOf(destinations: unknown, more: object = {}): Promise<string> {
    const file = path.join(folder, 'destinations.json');
    await writeFile(file, JSON.stringify({ format: 'sideline-destinations', version: 1, destinations, ...more }));
    return file;
  }

  const photos = {
    connection: 'club',
    rules: {
      name: 'Photos',
      prefix: 'events',
      keyTemplate: '{event_id}/photos/{name}',
      accepts: ['image/*'],
      cacheControl: 'max-age=60',
      sorting: [{ types: ['image/*'] }],
    },
  };
  const films = {
    connection: 'club',
    rules: { name: 'Films', keyTemplate: 'films/{name}', sorting: [{ file: '*.mp4' }] },
  };

  it('takes a file over, and writes the same again', async () => {
    const imported = await run('destination', 'import', await fileOf([photos, films]));
    expect(imported).toMatchObject({ code: 0, stdout: '2 destinations are imported.\n' });
    expect((await run('destination', 'list')).stdout).toBe(
      'Films: films/{name} over club\nPhotos: events/{event_id}/photos/{name} over club\n',
    );
    const copy = path.join(folder, 'copy.json');
    expect((await run('destination', 'export', copy)).code).toBe(0);
    const text = await readFile(copy, 'utf8');
    expect(parseDestinationFile(text).map(({ rules }) => rules.name)).toEqual(['Photos', 'Films']);
    expect(text).not.toMatch(/secret|access/i);
    const only = await run('destination', 'export', '--only', 'Photos');
    expect(parseDestinationFile(only.stdout)).toMatchObject([photos]);
    expect((await run('destination', 'import', copy)).stderr).toContain('give --replace');
    expect((await run('destination', 'import', copy, '--replace')).code).toBe(0);
    expect((await run('destination', 'remove', 'Films')).code).toBe(0);
    expect((await run('destination', 'list', '--json')).stdout).toContain('"Photos"');
  });

  it('adds the destinations of a preset, with its answers', async () => {
    const preset = (...args: string[]) => run('destination', 'preset', ...args);
    expect((await preset('plugs')).stderr).toContain('Event ID: This is needed.');
    expect((await preset('plug', '--set', 'event_id=7')).stderr).toContain('there are: fitness, idance');
    expect((await preset('plugs', '--set', 'event_id=7', '--connection', 'x')).stderr).toContain('none named "x"');
    const added = await preset('plugs', '--set', 'event_id=7', '--connection', 'club');
    expect(added).toMatchObject({ code: 0, stdout: 'Added: Temporary files, Member profiles, Event media.\n' });
    expect((await preset('plugs', '--set', 'event_id=8')).stderr).toContain('give --replace');
    expect((await preset('plugs', '--set', 'event_id=8', '--replace')).code).toBe(0);
    const exported = parseDestinationFile((await run('destination', 'export')).stdout);
    expect(exported).toHaveLength(3);
    expect(exported[2]?.rules).toMatchObject({ name: 'Event media', fields: { event_id: '8' } });
    expect(exported[2]?.rules.sorting).not.toEqual([]);
    const removed = await run('connection', 'remove', 'club');
    expect(removed).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('"Temporary files" go to "club"') as string,
    });
  });

  it.each([
    ['no JSON', '{', /it is no JSON/],
    ['another file', '{"name":"x"}', /this is no file of destinations/],
    [
      'a wrong field',
      [{ ...photos, rules: { ...photos.rules, keyTemplate: '{user}' } }],
      /destinations\.0\.rules\.keyTemplate: .*did you mean/,
    ],
    ['an unknown field', [{ ...photos, rules: { ...photos.rules, colour: 1 } }], /destinations\.0\.rules: .*colour/],
    ['a name twice', [photos, photos], /two destinations are named "Photos"/],
    [
      'an unknown connection',
      [photos, { ...films, connection: 'nowhere' }],
      /none named "nowhere" \(there are: club\)/,
    ],
  ])('refuses %s, and takes over nothing of it', async (_what, content, words) => {
    const file = typeof content === 'string' ? path.join(folder, 'wrong.json') : await fileOf(content);
    if (typeof content === 'string') await writeFile(file, content);
    const ended = await run('destination', 'import', file);
    expect(ended.stderr).toMatch(words);
    expect(ended.code).toBe(2);
    expect((await run('destination', 'list')).stdout).toBe('There is no destination yet.\n');
  });

  it('plans, sorts and sends, with the fields and details of this time', async () => {
    await run('destination', 'import', await fileOf([photos, films]));
    const png = Buffer.from(
      'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
      'base64',
    );
    await writeTree(
      event,
      new Map([
        ['final.mp4', 3000],
        ['notes.txt', 20],
      ]),
      seededRandom('terminal'),
    );
    await writeFile(path.join(event, 'a.png'), png);
    const to = ['--to', 'Photos', '--to', 'Films', '--set', 'event_id=42'];

    const planned = await run('plan', event, ...to, '--json');
    expect(planned.code).toBe(0);
    const lines = planned.events();
    expect(lines.at(-1)).toEqual({ planned: 2, skipped: 1, failed: 0, bytes: 3000 + png.length });
    expect(lines.slice(0, -1)).toMatchObject([
      { source: path.join(event, 'a.png'), key: 'events/42/photos/a.png', destination: 'Photos' },
      { source: path.join(event, 'final.mp4'), key: 'films/final.mp4', destination: 'Films' },
      { source: path.join(event, 'notes.txt'), state: 'skipped', key: null, destination: null },
    ]);
    expect(await bucket.keys()).toEqual([]);

    const sent = await run('upload', event, ...to, '--event', 'Cup', '--tag', 'final', '--json');
    expect(sent.summary()).toMatchObject({ done: 2, skipped: 1, failed: 0 });
    expect(await bucket.keys()).toEqual(['events/42/photos/a.png', 'films/final.mp4']);
    const Key = 'events/42/photos/a.png';
    const object = await bucket.s3.send(new HeadObjectCommand({ Bucket: bucket.name, Key }));
    expect(object).toMatchObject({ CacheControl: 'max-age=60', ContentType: 'image/png' });
    expect(object.Metadata).toEqual({ event: 'Cup', tags: 'final' });
  });

  it('says which name is unknown, which field is missing, and what cannot stand together', async () => {
    await run('destination', 'import', await fileOf([photos]));
    await writeTree(event, new Map([['a.bin', 10]]), seededRandom('x'));
    expect((await run('upload', event, '--to', 'Fotos')).stderr).toContain(
      '--to: there is no destination named "Fotos" (there are: Photos)',
    );
    expect((await run('upload', event, '--to', 'Photos', '--prefix', 'x')).stderr).toContain(
      'leave --connection and --prefix out',
    );
    expect((await run('plan', event, '--to', 'Photos', '--set', 'event_id')).stderr).toContain('field=value');
    for (const [set, words] of [
      [[], '--set: "Photos" needs a value for event_id.'],
      [['--set', 'event_id=a/b'], '--set: "Photos": The value of event_id must not contain "/".'],
    ] as const) {
      const refused = await run('upload', event, '--to', 'Photos', ...set);
      expect(refused.stderr).toContain(words);
      expect(refused.code).toBe(2);
    }
    expect((await run('status', '--json')).stdout).not.toContain('a.bin'); // nothing was begun
    const unset = await run('plan', event, '--to', 'Photos');
    expect(unset.stdout).toContain('does not take it');
  });
});
