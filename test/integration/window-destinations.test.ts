/** Destinations as the window has them: stored, shown with a sample, taken over from files and written to them. */
import { mkdir, readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Choice, Core } from '../../electron/app/core.ts';
import { parseDestinationFile } from '../../shared/destination-file.ts';
import type { Destination } from '../../shared/destination.ts';
import { calls, type CallInput, type EventName, type ParsedInput, type SampleResult } from '../../shared/ipc.ts';
import { presets } from '../../shared/presets/index.ts';
import { openTestCore } from '../servers/app-core.ts';
import { failureOf } from '../servers/failure.ts';
import { recordVideo } from '../../electron/practice/sample-video.ts';
import { fromCamera, photo } from '../servers/pictures.ts';
import { seededRandom } from '../servers/random.ts';
import { newFolder } from '../servers/tree.ts';

type Draft = CallInput<'destinations.save'>['destinations'][number];

let folder: string;
let core: Core;
let connectionId: number;
/** what the system's dialogs answer */
let chosen: { open: string | null; save: string | null };
let asked: (Choice | { save: string })[];
let told: [EventName, unknown][];

beforeEach(async () => {
  folder = await newFolder();
  chosen = { open: null, save: null };
  [asked, told] = [[], []];
  core = open('data');
  connectionId = await connect('Club');
});
afterEach(async () => {
  await core.close();
  await rm(folder, { recursive: true });
});

function open(data: string): Core {
  return openTestCore(path.join(folder, data), {
    choose(kind) {
      asked.push(kind);
      return Promise.resolve(chosen.open === null ? [] : [chosen.open]);
    },
    askWhere(name) {
      asked.push({ save: name });
      return Promise.resolve(chosen.save);
    },
    push: (name, payload) => void told.push([name, payload]),
  });
}

async function connect(name: string, of = core): Promise<number> {
  const config = { endpoint: 'http://127.0.0.1:9', region: 'us-east-1', bucket: 'media', pathStyle: true };
  const draft = calls['connections.save'].input.parse({
    ...{ id: null, name, secret: null },
    config: { ...config, credentials: { from: 'chain', profile: null } },
  });
  return (await of.handlers['connections.save'](draft)).id;
}

/** As main has it after parsing. */
function drafts(...wanted: (Partial<Draft> & Pick<Draft, 'rules'>)[]): ParsedInput<'destinations.save'> {
  const destinations = wanted.map((one) => ({ id: null, connectionId, ...one }));
  return calls['destinations.save'].input.parse({ destinations });
}

const save = async (...wanted: Parameters<typeof drafts>) => core.handlers['destinations.save'](drafts(...wanted));
const list = async (of = core) => of.handlers['destinations.list']({});
const names = (all: readonly Destination[]) => all.map(({ rules }) => rules.name);
const lastTold = (event: EventName) => told.findLast(([name]) => name === event)?.[1];
const refusalOf = async (work: unknown) => {
  const { kind, message } = await failureOf(Promise.resolve(work));
  expect(kind).toBe('invalid-input');
  return message;
};

describe('destinations.save and remove', () => {
  it('stores all of them with their defaults, for the next start too, and tells the window', async () => {
    const saved = await save({ rules: { name: ' Photos ' } }, { rules: { name: 'Films', keyTemplate: 'f/{name}' } });
    expect(saved.map(({ rules }) => [rules.name, rules.keyTemplate])).toEqual([
      ['Photos', '{relative_path}'],
      ['Films', 'f/{name}'],
    ]);
    expect(names(await list())).toEqual(['Films', 'Photos']);
    expect(lastTold('destinations')).toEqual(await list());
    await core.close();
    core = open('data');
    expect(names(await list())).toEqual(['Films', 'Photos']);
    told = [];
    await core.start({ practice: false });
    expect(names(lastTold('destinations') as Destination[])).toEqual(['Films', 'Photos']);
  });

  it('refuses a name that is taken, and stores none of the others', async () => {
    const [photos] = await save({ rules: { name: 'Photos' } });
    expect(await refusalOf(save({ rules: { name: 'Films' } }, { rules: { name: 'Photos' } }))).toMatch(
      /^Name: .*“Photos”/,
    );
    expect(await refusalOf(save({ rules: { name: 'Two' } }, { rules: { name: 'Two' } }))).toMatch(/^Name: .*“Two”/);
    expect(names(await list())).toEqual(['Photos']);
    // What is edited keeps its name, or gives it free.
    await save({ id: photos?.id ?? 0, rules: { name: 'Pictures' } }, { rules: { name: 'Photos' } });
    expect(names(await list())).toEqual(['Photos', 'Pictures']);
  });

  it('refuses a connection or a destination that is not there', async () => {
    expect(await refusalOf(save({ connectionId: 999, rules: { name: 'A' } }))).toContain('no longer there');
    expect(await refusalOf(save({ rules: { name: 'B' } }, { id: 999, rules: { name: 'A' } }))).toContain('no longer');
    expect(await refusalOf(failing(() => core.handlers['destinations.remove']({ id: 999 })))).toContain('no longer');
    expect(await list()).toEqual([]);
  });

  it('removes one, whose name is free again', async () => {
    const [photos] = await save({ rules: { name: 'Photos' } });
    await core.handlers['destinations.remove']({ id: photos?.id ?? 0 });
    expect(lastTold('destinations')).toEqual([]);
    await save({ rules: { name: 'Photos' } });
    expect(await refusalOf(save({ rules: { name: `Photos (removed ${String(photos?.id)})` } }))).toContain('Name: ');
  });

  it('keeps the connection that destinations use, and names them', async () => {
    const [films] = await save({ rules: { name: 'Films' } }, { rules: { name: 'Photos' } });
    const remove = () => failing(() => core.handlers['connections.remove']({ id: connectionId }));
    expect(await refusalOf(remove())).toContain('"Films" and "Photos" go to "Club"');
    await core.handlers['destinations.remove']({ id: films?.id ?? 0 });
    expect(await refusalOf(remove())).toContain('"Photos" goes to "Club"');
    const other = await connect('Other');
    const [photos] = await list();
    await save({ id: photos?.id ?? 0, connectionId: other, rules: { name: 'Photos' } });
    await core.handlers['connections.remove']({ id: connectionId });
    expect(core.session.journal.connections().map(({ name }) => name)).toEqual(['Other']);
  });

  it('lists one whose connection is gone, as an earlier Sideline may have left it', async () => {
    await save({ rules: { name: 'Photos' } });
    core.session.journal.removeConnection(connectionId);
    expect(names(await list())).toEqual(['Photos']);
    chosen.save = path.join(folder, 'all.json');
    await core.handlers['destinations.export']({ ids: (await list()).map(({ id }) => id) });
    expect(parseDestinationFile(await readFile(chosen.save, 'utf8'))).toHaveLength(1);
  });

  it.each(presets)('stores what the preset $id makes', async ({ asks, destinations }) => {
    const made = destinations(Object.fromEntries(asks.map(({ name, example }) => [name, example])));
    await save(...made.map((rules) => ({ rules })));
    expect((await list()).toSorted((a, b) => a.id - b.id).map(({ rules }) => rules)).toEqual(made);
  });
});

/** A handler may throw before it returns a promise. */
async function failing(work: () => unknown): Promise<unknown> {
  return await work();
}

describe('destinations.sample', () => {
  type Asked = Partial<CallInput<'destinations.sample'>>;

  async function sample(rules: object, more: Asked = {}): Promise<SampleResult> {
    const input = { connectionId, fields: {}, sampleId: null, ...more, rules: { name: 'x', ...rules } };
    return await core.handlers['destinations.sample'](calls['destinations.sample'].input.parse(input));
  }

  async function choose(file: string): Promise<string> {
    chosen.open = file;
    const found = await core.handlers['destinations.chooseSample']({});
    expect(asked.at(-1)).toBe('sample');
    return found?.id ?? '';
  }

  it('shows the key, headers and address that the photo of every Sideline gets', async () => {
    const rules = {
      ...{ prefix: 'cup', keyTemplate: '{taken:yyyy-MM-dd}/{event_id}/{stem}.{ext}', fields: { event_id: 'finals' } },
      ...{ cacheControl: 'max-age=60', acl: 'public-read', metadata: { team: 'Blue' } },
    };
    const { type, file, refusal, outputs } = await sample(rules);
    expect([type, refusal, file.name]).toEqual(['image/jpeg', null, 'IMG_2041.JPG']);
    expect(file.width).toBeLessThan(file.height ?? 0); // it was held upright
    expect(outputs).toEqual([
      {
        ...{ role: 'file', name: null, key: 'cup/2026-06-20/finals/IMG_2041.jpg', type: 'image/jpeg', changes: [] },
        ...{ size: file.size, width: file.width, height: file.height },
        headers: {
          'content-type': 'image/jpeg',
          'cache-control': 'max-age=60',
          'x-amz-acl': 'public-read',
          'x-amz-meta-team': 'Blue',
        },
        url: 'http://127.0.0.1:9/media/cup/2026-06-20/finals/IMG_2041.jpg',
      },
    ]);
    const [behind] = (await sample({ ...rules, publicUrlBase: 'https://cdn.example.org/a/' })).outputs;
    expect(behind?.url).toBe('https://cdn.example.org/a/cup/2026-06-20/finals/IMG_2041.jpg');
  });

  it('prepares it really: sizes, types and changes of all that is made, and leaves no file', async () => {
    const { file, outputs } = await sample({
      ...{ keyTemplate: '{name}', originalPrefix: 'raw', image: { width: 400, height: 400, format: 'webp' } },
      derived: [{ name: 'tiny', keyTemplate: 'tiny/{stem}.{ext}', image: { width: 64, height: 64, format: 'jpeg' } }],
    });
    expect(outputs.map(({ role, name, key, type }) => [role, name, key, type])).toEqual([
      ['file', null, 'IMG_2041.webp', 'image/webp'],
      ['original', null, 'raw/IMG_2041.JPG', 'image/jpeg'],
      ['derived', 'tiny', 'tiny/IMG_2041.jpg', 'image/jpeg'],
    ]);
    const [made, original, tiny] = outputs;
    expect(made).toMatchObject({ height: 400 });
    expect(made?.changes).toEqual(expect.arrayContaining(['rotated', 'resized', 'converted', 'metadata-removed']));
    expect(original).toMatchObject({ size: file.size, changes: [] });
    expect(made?.size).toBeLessThan(file.size / 4);
    expect(tiny?.size).toBeLessThan(made?.size ?? 0);
    expect(await readdir(path.join(folder, 'data', 'samples'))).toEqual(['IMG_2041.JPG']);
    await core.close();
    await expect(readdir(path.join(folder, 'data', 'samples'))).rejects.toThrow('ENOENT');
    core = open('data');
  });

  it('says what is missing or refused, and sends nothing of it', async () => {
    const missing = await sample({ keyTemplate: '{event_id}/{name}' });
    expect(missing.outputs).toEqual([]);
    expect(missing.refusal).toMatchObject({ kind: 'invalid-input', message: 'The value of event_id is empty.' });
    const given = await sample({ keyTemplate: '{event_id}/{name}' }, { fields: { event_id: 'cup' } });
    expect(given.outputs[0]?.key).toBe('cup/IMG_2041.JPG');
    expect((await sample({ accepts: ['video/*'] })).refusal).toMatchObject({ kind: 'type-refused' });
    expect((await sample({ maxSize: 100 })).refusal).toMatchObject({ kind: 'over-limit' });
    expect((await sample({ prefix: 'a/../b' })).refusal).toMatchObject({ kind: 'key-invalid' });
    expect(await refusalOf(sample({}, { connectionId: 999 }))).toContain('no longer there');
    expect(await refusalOf(sample({}, { sampleId: 'unknown' }))).toContain('choose it again');
  });

  it('shows a file that a person chose, by its content, as if its folder had been dropped', async () => {
    const random = seededRandom('a sample');
    const file = path.join(folder, 'Finals', 'anna.heic'); // it is no HEIC
    await mkdir(path.dirname(file));
    await writeFile(file, await fromCamera(photo(random, 900, 600).jpeg(), 6).toBuffer());
    const id = await choose(file);
    const found = await sample({ image: { width: 300 } }, { sampleId: id });
    expect(found.type).toBe('image/jpeg');
    expect(found.file).toMatchObject({ name: 'anna.heic', width: 600, height: 900 });
    expect(found.outputs[0]).toMatchObject({ key: 'Finals/anna.heic', width: 300, height: 450 });
    // It is looked at again when it has changed.
    await writeFile(file, 'no image any more');
    expect((await sample({ image: { width: 300 } }, { sampleId: id })).type).toBe('application/octet-stream');
    await rm(file);
    expect((await failureOf(sample({}, { sampleId: id }))).kind).toBe('source-gone');
  });

  it('shows a video with its still, which is taken later', async () => {
    const file = path.join(folder, 'GX01.mp4');
    await recordVideo({ seed: 'a sample', bytes: 60_000, recordedAt: 1_780_000_000 }, file);
    const still = { keyTemplate: 'stills/{stem}.{ext}', image: { width: 640 } };
    const { outputs } = await sample({ keyTemplate: '{name}', videoStill: still }, { sampleId: await choose(file) });
    expect(outputs.map(({ role, key, size, type }) => [role, key, size, type])).toEqual([
      ['file', 'GX01.mp4', 60_000, 'video/mp4'],
      ['still', 'stills/GX01.jpg', null, 'image/jpeg'],
    ]);
  });

  it('a broken image is refused in words, as an upload would be', async () => {
    const file = path.join(folder, 'broken.jpg');
    const whole = await photo(seededRandom('broken'), 400, 300).jpeg().toBuffer();
    await writeFile(file, whole.subarray(0, 60));
    const { refusal, outputs } = await sample({ image: { width: 100 } }, { sampleId: await choose(file) });
    expect([refusal?.kind, outputs]).toEqual(['image-unreadable', []]);
  });

  it('answers the newest question; the older ones end, however slow they are', async () => {
    const file = path.join(folder, 'large.png');
    await writeFile(file, await photo(seededRandom('large'), 5000, 4000).png({ compressionLevel: 0 }).toBuffer());
    const sampleId = await choose(file);
    const slow = failureOf(sample({ image: { format: 'avif', width: 4900 } }, { sampleId }));
    await new Promise((done) => setTimeout(done, 300)); // it has begun
    const also = failureOf(sample({ image: { format: 'avif', width: 4800 } }, { sampleId }));
    const began = performance.now();
    const newest = await sample({ image: { format: 'jpeg', width: 100, optimise: false } }, { sampleId });
    expect(newest.outputs[0]).toMatchObject({ width: 100 });
    expect([(await slow).kind, (await also).kind]).toEqual(['superseded', 'superseded']);
    expect(performance.now() - began).toBeLessThan(20_000);
    // Another key of the same image is not prepared again.
    const again = performance.now();
    const other = await sample(
      { keyTemplate: 'other/{name}', image: { format: 'jpeg', width: 100, optimise: false } },
      { sampleId },
    );
    expect(other.outputs[0]).toMatchObject({ key: 'other/large.jpg', size: newest.outputs[0]?.size });
    expect(performance.now() - again).toBeLessThan((again - began) / 2);
  }, 60_000);
});

describe('destinations from files, and to them', () => {
  const photos = { name: 'Photos', prefix: 'events', accepts: ['image/*'], tags: { kind: 'photo' } };

  async function fileOf(content: unknown, name = 'destinations.json'): Promise<void> {
    chosen.open = path.join(folder, name);
    const text = typeof content === 'string' ? content : JSON.stringify(content);
    await writeFile(chosen.open, text);
  }
  const whole = (...destinations: unknown[]) => ({ format: 'sideline-destinations', version: 1, destinations });
  const read = () => core.handlers['destinations.readFile']({});
  const take = (fileId: string, more: object = {}) =>
    failing(() =>
      core.handlers['destinations.import']({ fileId, connections: { Club: connectionId }, replace: false, ...more }),
    );

  it('what one computer writes another takes over, in the order in which it was made', async () => {
    await save({ rules: { ...photos, name: 'Zoo' } }, { rules: photos });
    chosen.save = path.join(folder, 'all.json');
    expect(await core.handlers['destinations.export']({ ids: (await list()).map(({ id }) => id) })).toBe(chosen.save);
    expect(asked.at(-1)).toEqual({ save: 'sideline-destinations.json' });
    const text = await readFile(chosen.save, 'utf8');
    expect(parseDestinationFile(text).map(({ rules }) => rules.name)).toEqual(['Zoo', 'Photos']);
    expect(text).not.toMatch(/secret|accessKey|127\.0\.0\.1/);

    const before = await list();
    await core.close();
    core = open('other');
    connectionId = await connect('Cloud');
    chosen.open = chosen.save;
    const file = await read();
    expect(file).toMatchObject({
      name: 'all.json',
      destinations: [
        { name: 'Zoo', connection: 'Club', connectionId: null, exists: false },
        { name: 'Photos', connection: 'Club', connectionId: null, exists: false },
      ],
    });
    expect(await take(file?.id ?? '')).toEqual({ imported: 2 });
    expect((await list()).map(({ rules }) => rules)).toEqual(before.map(({ rules }) => rules));
    expect((await list()).every((one) => one.connectionId === connectionId)).toBe(true);
    expect(lastTold('destinations')).toEqual(await list());
  });

  it('asks before it replaces, and takes over all or nothing', async () => {
    const [old] = await save({ rules: { name: 'Photos', prefix: 'old' } });
    await fileOf(whole({ connection: 'Club', rules: { name: 'Films' } }, { connection: 'Club', rules: photos }));
    const file = await read();
    expect(file?.destinations.map(({ exists, connectionId: id }) => [exists, id])).toEqual([
      [false, connectionId],
      [true, connectionId],
    ]);
    const id = file?.id ?? '';
    expect(await refusalOf(take(id))).toContain('“Photos” is there already');
    expect(await refusalOf(take(id, { replace: true, connections: {} }))).toContain('the connection “Club”');
    expect(await refusalOf(take(id, { replace: true, connections: { Club: 999 } }))).toContain('no longer there');
    expect((await list()).map(({ rules }) => rules.prefix)).toEqual(['old']);
    expect(await take(id, { replace: true })).toEqual({ imported: 2 });
    expect((await list()).map(({ id: one, rules }) => [rules.name, rules.prefix, one === old?.id])).toEqual([
      ['Films', '', false],
      ['Photos', 'events', true],
    ]);
    expect(await refusalOf(take(id, { replace: true }))).toContain('choose it again');
  });

  it.each([
    ['no JSON', '{"format":', /it is no JSON/],
    ['another kind of file', { name: 'package' }, /this is no file of destinations/],
    ['a later version', { ...whole(), version: 2 }, /newer Sideline/],
    ['nothing', whole(), /there is none in it/],
    [
      'an unknown field',
      whole({ connection: 'Club', rules: { ...photos, run: 'rm' } }),
      /destinations\.0\.rules: .*run/,
    ],
    [
      'a template that climbs',
      whole({ connection: 'Club', rules: { ...photos, keyTemplate: '../{name}' } }),
      /destinations\.0\.rules\.keyTemplate: /,
    ],
    [
      'a header with a second one in it',
      whole({ connection: 'Club', rules: { ...photos, cacheControl: 'a\r\nx-evil: 1' } }),
      /cacheControl: .*line break/,
    ],
    [
      'a prototype for metadata',
      `{"format":"sideline-destinations","version":1,"destinations":[{"connection":"Club","rules":{"name":"P","metadata":{"constructor":1,"__proto__":{"x":"y"}}}}]}`,
      /metadata/,
    ],
    [
      'a thousand and one',
      whole(...Array.from({ length: 1001 }, (_, at) => ({ connection: 'C', rules: { name: `n${at}` } }))),
      /destinations: /,
    ],
    [
      'one name twice',
      whole({ connection: 'Club', rules: photos }, { connection: 'Club', rules: photos }),
      /two destinations/,
    ],
    [
      'a path as the name of a connection',
      whole({ connection: 'x'.repeat(300), rules: photos }),
      /destinations\.0\.connection/,
    ],
  ])('refuses a file with %s, and says where', async (_what, content, words) => {
    await fileOf(content);
    const refusal = await refusalOf(failing(read));
    expect(refusal).toMatch(words);
    expect(refusal).toMatch(/[^.]\.$/);
    expect(await list()).toEqual([]);
  });

  it('refuses what is too large, no file, or cannot be read, and what was not chosen', async () => {
    await fileOf(`${' '.repeat(17 * 1024 * 1024)}{}`);
    expect(await refusalOf(failing(read))).toContain('is no file of destinations');
    chosen.open = folder;
    expect(await refusalOf(failing(read))).toContain('is no file of destinations');
    await symlink('/dev/zero', path.join(folder, 'endless.json'));
    chosen.open = path.join(folder, 'endless.json');
    expect(await refusalOf(failing(read))).toContain('is no file of destinations');
    chosen.open = path.join(folder, 'nothing.json');
    expect(await refusalOf(failing(read))).toContain('cannot be read');
    chosen.open = null;
    expect(await read()).toBeNull();
    expect(await refusalOf(take('../../etc/passwd'))).toContain('choose it again');
  });

  it('writes only where the person says, and says when that cannot be', async () => {
    const [one] = await save({ rules: { ...photos, name: 'Café / Photos' } });
    const ids = [one?.id ?? 0];
    expect(await core.handlers['destinations.export']({ ids })).toBeNull();
    expect(asked.at(-1)).toEqual({ save: 'sideline-Café-Photos.json' });
    chosen.save = path.join(folder, 'no', 'such', 'folder.json');
    expect(await refusalOf(failing(() => core.handlers['destinations.export']({ ids })))).toContain(
      'could not be written',
    );
    expect(await refusalOf(failing(() => core.handlers['destinations.export']({ ids: [999] })))).toContain('no longer');
  });
});
