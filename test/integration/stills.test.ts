/** Stills of videos in the engine, on a real S3: whoever takes them is handed in, as the app hands in its own. */
import { rm, unlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { destinationRulesSchema } from '../../shared/destination.ts';
import type { Transfer } from '../../shared/domain.ts';
import { SidelineError } from '../../shared/errors.ts';
import type { Still, StillTaker } from '../../electron/engine/prepare/stills.ts';
import { recordVideo } from '../../electron/practice/sample-video.ts';
import { createTestBucket, type TestBucket } from '../servers/bucket.ts';
import { startFaultProxy, type FaultProxy } from '../servers/fault-proxy.ts';
import { noise } from '../servers/pictures.ts';
import { seededRandom } from '../servers/random.ts';
import { runSideline } from '../servers/sideline.ts';
import { newFolder, writeTree } from '../servers/tree.ts';
import { startWorkbench, type Workbench } from '../servers/workbench.ts';

const ceph = inject('ceph');
const plain = { format: 'jpeg', width: 320, height: 320 };
const rules = (image: object = plain) => ({
  name: 'Sessions',
  keyTemplate: 'films/{name}',
  image: { width: 40 },
  videoStill: { keyTemplate: 'stills/{stem}.jpg', image },
});

describe.skipIf(ceph === null)('a still of a video', { timeout: 60_000 }, () => {
  let bucket: TestBucket;
  let proxy: FaultProxy;
  let folder: string;
  let event: string;
  let bench: Workbench;

  beforeEach(async () => {
    if (ceph === null) return;
    bucket = await createTestBucket(ceph);
    proxy = await startFaultProxy(ceph.endpoint);
    folder = await newFolder();
    event = path.join(folder, 'event');
    await writeTree(event, new Map(), seededRandom('event'));
    bench = startWorkbench(path.join(folder, 'data'), bucket.env(proxy.endpoint));
  });
  afterEach(async () => {
    await bench.close();
    await proxy.stop();
    bucket.s3.destroy();
    await rm(folder, { recursive: true });
  });

  async function video(name: string): Promise<string> {
    const file = path.join(event, name);
    await writeTree(event, new Map([[name, 0]]), seededRandom(name));
    await recordVideo({ seed: name, bytes: 60_000, recordedAt: 1_780_000_000 }, file);
    return file;
  }

  async function picture(width = 640, height = 360): Promise<Still> {
    const data = await noise(seededRandom('still'), width, height).png().toBuffer();
    return { data, type: 'image/png', width, height, at: 1.25 };
  }

  const taker = (take: StillTaker['take']): StillTaker => ({ take, close: () => Promise.resolve() });

  async function start(stills: StillTaker | null, image?: object) {
    const engine = await bench.engine({ stills });
    const connectionId = bench.connection.id;
    const parsed = destinationRulesSchema.parse(rules(image));
    const [known] = bench.journal.destinations();
    const { id: destinationId } = known ?? bench.journal.addDestination(connectionId, parsed);
    const targets = [{ destinationId, connectionId, rules: parsed, sorting: [] }];
    const batch = await engine.addBatch({ connectionId, prefix: '', roots: [event], targets });
    await engine.start([batch]);
    return { engine, batch };
  }

  const all = (): Transfer[] => bench.journal.transfers({ limit: 100 });
  const still = (): Transfer | undefined => all().find(({ key }) => key.startsWith('stills/'));
  const puts = () =>
    proxy.seen.filter(({ method, path: of }) => method === 'PUT' && of.includes('/stills/')).map((one) => one.path);

  async function objectOf(Key: string): Promise<Buffer> {
    const { Body } = await bucket.s3.send(new GetObjectCommand({ Bucket: bucket.name, Key }));
    return Buffer.from((await Body?.transformToByteArray()) ?? []);
  }

  async function until(holds: () => boolean): Promise<void> {
    while (!holds()) await sleep(5);
  }

  it('goes up beside it, prepared as the rules say, tied to it, and with a receipt of its own', async () => {
    const source = await video('a.mp4');
    const taken: string[] = [];
    const { batch } = await start(
      taker((of) => {
        taken.push(of);
        expect(still()?.size).toBe(0); // its video is counted once
        return picture();
      }),
    );
    expect(await bench.rest()).toMatchObject({ done: { files: 2 } });
    expect(taken).toEqual([source]);
    expect(await bucket.keys()).toEqual(['films/a.mp4', 'stills/a.jpg']);
    const image = await objectOf('stills/a.jpg');
    expect(await sharp(image).metadata()).toMatchObject({ format: 'jpeg', width: 320, height: 180 });
    const [film, made] = all();
    expect(bench.journal.madeFrom(film?.id ?? 0)).toEqual([made?.id]);
    expect(bench.journal.receipt(made?.id ?? 0)).toMatchObject({
      ...{ source, sourceSize: 60_000, type: 'image/jpeg', size: image.length },
      changes: ['still: 1.3', 'resized'],
    });
    expect(bench.journal.totals(batch.id).done.bytes).toBe(60_000 + image.length);
  });

  it('goes up as it was taken where nothing is to be changed', async () => {
    await video('a.mp4');
    const frame = await picture(16, 16);
    await start(
      taker(() => Promise.resolve(frame)),
      { format: 'png', optimise: false },
    );
    await bench.rest();
    const { type, changes } = bench.journal.receipt(still()?.id ?? 0) ?? {};
    expect({ type, changes: changes?.[0] }).toEqual({ type: 'image/png', changes: 'still: 1.3' });
    const sent = await sharp(await objectOf('stills/a.png'))
      .raw()
      .toBuffer();
    expect(sent).toEqual(await sharp(frame.data).raw().toBuffer());
  });

  it('is left by the terminal, with words, and taken by the app when it goes on', async () => {
    await video('a.mp4');
    await start(null);
    expect(await bench.rest()).toMatchObject({ done: { files: 1 }, skipped: { files: 1, bytes: 0 } });
    expect(still()?.reason?.message).toMatch(/taken by the app with a window.* The video itself goes up\./);
    const engine = await bench.engine({ stills: taker(() => picture()) });
    await engine.start(bench.journal.batches());
    await until(() => still()?.state === 'done');
    expect(await bench.rest()).toMatchObject({ done: { files: 2 }, skipped: { files: 0 } });
    expect(proxy.seen.filter(({ method, path: of }) => method === 'PUT' && of.includes('/films/'))).toHaveLength(1);
  });

  it('is skipped where the video cannot be shown, and fails where it is gone', async () => {
    const gone = await video('a.mp4');
    await video('b.mp4');
    await start(
      taker(async (source) => {
        if (source !== gone) throw new SidelineError('still-undecodable', { subject: 'format' });
        await unlink(gone);
        throw new SidelineError('source-gone', { subject: source });
      }),
    );
    await bench.rest();
    const ends = all().filter(({ key }) => key.startsWith('stills/'));
    expect(ends.map(({ state, reason }) => [state, reason?.kind])).toEqual([
      ['failed', 'source-gone'],
      ['skipped', 'still-undecodable'],
    ]);
    expect((await bucket.keys()).includes('films/b.mp4')).toBe(true);
  });

  it('is let go by a pause and a restart, taken anew, and sent once', async () => {
    await video('a.mp4');
    let [taken, stopped] = [0, 0];
    const hanging: StillTaker = taker((_source, signal) => {
      taken += 1;
      return new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => {
          stopped += 1;
          reject(signal.reason as Error);
        });
      });
    });
    const { engine } = await start(hanging);
    await until(() => taken === 1);
    await engine.pause();
    expect([stopped, still()?.state]).toEqual([1, 'paused']);
    await engine.resume();
    await until(() => taken === 2);
    await engine.close();
    expect([stopped, still()?.state]).toEqual([2, 'queued']);
    const next = await bench.engine({ stills: taker(() => picture()) });
    await next.start(bench.journal.batches());
    expect(await bench.rest()).toMatchObject({ done: { files: 2 } });
    expect(puts()).toHaveLength(1);
  });

  it('is taken one at a time, and holds up no image behind it', async () => {
    for (const name of ['a.mp4', 'b.mp4', 'c.mp4']) await video(name);
    for (const name of ['x.png', 'y.png', 'z.png'])
      await noise(seededRandom(name), 60, 40).png().toFile(path.join(event, name));
    const wait = Promise.withResolvers<undefined>();
    let [side, most] = [0, 0];
    await start(
      taker(async () => {
        most = Math.max(most, ++side);
        await wait.promise;
        side -= 1;
        return await picture();
      }),
    );
    const done = () => all().filter(({ key, state }) => key.endsWith('.png') && state === 'done');
    await until(() => done().length === 3);
    expect([side, puts().length]).toEqual([1, 0]);
    wait.resolve(undefined);
    expect(await bench.rest()).toMatchObject({ done: { files: 9 } });
    expect(most).toBe(1);
  });

  it('is said to be left by the terminal command', async () => {
    const file = await video('a.mp4');
    const env = { ...bucket.env(), SIDELINE_DATA_DIR: path.join(folder, 'terminal') };
    const destinations = [{ connection: 'club', rules: rules() }];
    const list = path.join(folder, 'destinations.json');
    await writeFile(list, JSON.stringify({ format: 'sideline-destinations', version: 1, destinations }));
    const where = ['--bucket', bucket.name, '--endpoint', ceph?.endpoint ?? '', '--path-style'];
    expect((await runSideline(['connection', 'add', 'club', ...where], env)).code).toBe(0);
    expect((await runSideline(['destination', 'import', list], env)).code).toBe(0);
    const plan = await runSideline(['plan', file, '--to', 'Sessions'], env);
    expect(plan.stdout).toMatch(
      /a\.mp4 -> films\/a\.mp4 .*\n.*a\.mp4: skipped\. {2}Stills of videos are taken by the app/,
    );
    const ended = await runSideline(['upload', file, '--to', 'Sessions', '--json'], env);
    expect([ended.code, ended.summary()]).toMatchObject([0, { files: 2, done: 1, skipped: 1, bytesTotal: 60_000 }]);
    expect((await runSideline(['status'], env)).stdout).toContain(
      'Stills of videos are taken by the app with a window',
    );
    expect(await bucket.keys()).toEqual(['films/a.mp4']);
  });
});
