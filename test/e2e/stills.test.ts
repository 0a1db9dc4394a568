/** Stills of videos, taken by the app: the pair of video and thumbnail as iDance wants it, and what comes of bad videos. */
import { existsSync, readFileSync } from 'node:fs';
import { open, readdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import sharp from 'sharp';
import { afterEach, beforeEach, expect, inject, it } from 'vitest';
import { destinationRulesSchema, type DestinationRules } from '../../shared/destination.ts';
import { presets } from '../../shared/presets/index.ts';
import type { PlacementTarget } from '../../shared/upload-plan.ts';
import { h264, padding, recordClip, turned, type Clip, type Scene } from './clips.ts';
import { describeWindowOnCeph } from './describe-window.ts';
import { launchApp } from './launch.ts';
import { answerFileDialog, callFrom, changeSettings, connect, finished, rowsOf } from './person.ts';
import { setStage, type Stage } from './stage.ts';

const GiB = 2 ** 30;
const MiB = 2 ** 20;
const colours = ['#d03020', '#2040c0'] as const;
/** The two of a pair differ in the first folder and the ending only. */
const key = /^(sessions|thumbnails)\/(ada\/s-42\/\d{8}_\d{6}_[\w-]+)\.(mp4|jpg)$/;

describeWindowOnCeph('the stills of the app', { timeout: 120_000 }, () => {
  let stage: Stage;
  let connectionId: number;
  let targets: PlacementTarget[];
  const recorded = new Map<string, Buffer>();

  beforeEach(async () => {
    stage = await setStage(inject('ceph'), []);
    connectionId = await connect(stage.window, stage.bucket, stage.proxy.endpoint);
    const rules = presets.find(({ id }) => id === 'idance')?.destinations({ user_id: 'ada', session_id: 's-42' }) ?? [];
    targets = await save(rules);
  });
  afterEach(() => stage.end());

  async function save(rules: readonly DestinationRules[]): Promise<PlacementTarget[]> {
    const saved = await callFrom(stage.window, 'destinations.save', {
      destinations: rules.map((one) => ({ id: null, connectionId, rules: one })),
    });
    const named = saved.filter(({ rules: { name } }) => rules.some((one) => one.name === name));
    return named.map(({ id, rules: { sorting } }) => ({ destinationId: id, sorting, fields: {} }));
  }

  /** Recorded once, for it takes as long as it lasts. */
  async function record(more: Partial<Clip> = {}): Promise<Buffer> {
    const clip = { type: h264, width: 640, height: 360, scenes: [{ seconds: 1.5, colours }], ...more } as const;
    const name = JSON.stringify(clip);
    const video = recorded.get(name) ?? (await recordClip(stage.window, clip));
    recorded.set(name, video);
    return video;
  }

  async function write(name: string, content: Buffer): Promise<string> {
    const file = path.join(stage.folder, name);
    await writeFile(file, content);
    return file;
  }

  async function send(files: string[]): Promise<void> {
    const { window, launched } = stage;
    await answerFileDialog(launched.app, files);
    const offer = await callFrom(window, 'offers.choose', { kind: 'files' });
    const placement = { to: 'destinations', targets, exceptions: {} } as const;
    const details = { title: '', description: '', tags: [], event: '', session: '', person: '' };
    await callFrom(window, 'offers.start', { offerId: offer?.id ?? '', placement, details });
  }

  const thumbnails = () => stage.bucket.keys('thumbnails/');
  const sentThumbnails = () =>
    stage.proxy.seen.filter(({ method, path: of }) => method === 'PUT' && of.includes('thumbnails/'));

  /** Of what is there only once. */
  async function objectOf(folder: 'sessions' | 'thumbnails'): Promise<Buffer> {
    const { s3, name, keys } = stage.bucket;
    const found = await keys(`${folder}/`);
    expect(found).toHaveLength(1);
    const { Body, ContentType } = await s3.send(new GetObjectCommand({ Bucket: name, Key: found[0] }));
    expect(ContentType).toBe(folder === 'thumbnails' ? 'image/jpeg' : 'video/mp4');
    return Buffer.from((await Body?.transformToByteArray()) ?? []);
  }

  /** How much more red than blue it is there, by the share of its width and of its height. */
  async function redness(image: Buffer, [x, y]: readonly [number, number]): Promise<number> {
    const { width, height } = await sharp(image).metadata();
    const square = { left: Math.round(width * x) - 10, top: Math.round(height * y) - 10, width: 20, height: 20 };
    const { channels } = await sharp(await sharp(image).extract(square).toBuffer()).stats();
    return (channels[0]?.mean ?? NaN) - (channels[2]?.mean ?? NaN);
  }

  it('go up beside their videos, under the keys of a pair', async () => {
    const video = await record();
    await send([await write('dance.mp4', video)]);
    await finished(stage.window, 2);
    const pair = (await stage.bucket.keys()).map((one) => key.exec(one) ?? []);
    expect(pair.map(([, folder, , ending]) => [folder, ending])).toEqual([
      ['sessions', 'mp4'],
      ['thumbnails', 'jpg'],
    ]);
    expect(pair[0]?.[2]).toBe(pair[1]?.[2]);
    expect(await objectOf('sessions')).toEqual(video);
    const still = await objectOf('thumbnails');
    expect(await sharp(still).metadata()).toMatchObject({ format: 'jpeg', width: 640, height: 360 });
    expect(await redness(still, [0.25, 0.5])).toBeGreaterThan(100);
    expect(await redness(still, [0.75, 0.5])).toBeLessThan(-100);
  });

  it('are taken of what else Chromium plays, of an unknown length too', async () => {
    const videoStill = { keyTemplate: 'thumbnails/{stem}.png', image: { format: 'png', width: 64 } };
    targets = await save([destinationRulesSchema.parse({ name: 'Films', keyTemplate: 'films/{name}', videoStill })]);
    const kinds = {
      'vp8.webm': 'video/webm;codecs=vp8',
      'vp9.mp4': 'video/mp4;codecs=vp9',
      'av1.mp4': 'video/mp4;codecs=av01',
    };
    const files: string[] = [];
    for (const [name, type] of Object.entries(kinds)) files.push(await write(name, await record({ type })));
    await send(files);
    await finished(stage.window, 6);
    expect(await stage.bucket.keys()).toEqual([
      ...['films/av1.mp4', 'films/vp8.webm', 'films/vp9.mp4'],
      ...['thumbnails/av1.png', 'thumbnails/vp8.png', 'thumbnails/vp9.png'],
    ]);
  });

  it('do not show the black at the beginning, and are turned as their videos are', async () => {
    const scenes: Scene[] = [
      { seconds: 0.5, colours: ['black', 'black'] },
      { seconds: 1.5, colours },
    ];
    await send([await write('dance.mp4', turned(await record({ scenes })))]);
    await finished(stage.window, 2);
    const still = await objectOf('thumbnails');
    expect(await sharp(still).metadata()).toMatchObject({ width: 360, height: 640 });
    expect(await redness(still, [0.5, 0.25])).toBeGreaterThan(100);
    expect(await redness(still, [0.5, 0.75])).toBeLessThan(-100);
  });

  /** A server on this computer, which notes what it is asked for. */
  async function listen() {
    const asked: string[] = [];
    const server = createServer((request, answer) => {
      asked.push(request.url ?? '');
      answer.setHeader('access-control-allow-origin', '*').end('away');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return { asked, server, away: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
  }

  it('are taken where nothing else can be reached', async () => {
    const { asked, away, server } = await listen();
    await send([await write('dance.mp4', await record())]);
    await finished(stage.window, 2);
    const script = `(async () => {
      const reach = (url) => fetch(url).then(({ status }) => status, () => 'refused');
      location.href = ${JSON.stringify(`${away}/page`)};
      const image = new Image();
      image.src = ${JSON.stringify(`${away}/image`)};
      await new Promise((resolve) => image.addEventListener('error', resolve));
      return {
        here: location.protocol,
        opened: window.open(${JSON.stringify(`${away}/window`)}),
        app: [typeof window.sideline, typeof require, typeof process],
        video: await reach('video'),
        reached: [
          await reach(${JSON.stringify(`${away}/data`)}),
          await reach('app://sideline/index.html'),
          await reach('file:///etc/hostname'),
        ],
        place: await navigator.permissions.query({ name: 'geolocation' }).then(({ state }) => state),
      };
    })()`;
    const found: unknown = await stage.launched.app.evaluate(
      ({ webContents }, code) =>
        webContents
          .getAllWebContents()
          .find((one) => one.getURL().startsWith('still:'))
          ?.executeJavaScript(code),
      script,
    );
    expect(found).toEqual({
      ...{ here: 'still:', opened: null, app: ['undefined', 'undefined', 'undefined'] },
      ...{ video: 404, reached: ['refused', 'refused', 'refused'], place: 'denied' },
    });
    expect(asked).toEqual([]);
    server.close();
  });

  it('say why where there is none: the video goes up all the same, and nothing in it is run or fetched', async () => {
    const { asked, away, server } = await listen();
    const video = await record();
    const type = video.subarray(0, video.readUInt32BE(0)); // by which it is a video
    const behind = (text: string) => Buffer.concat([type, Buffer.from(text)]);
    const files = Object.entries({
      'noise.mp4': behind('\u0007'.repeat(5000)),
      'cut.mp4': video.subarray(0, video.indexOf('moof') + 30),
      'page.mp4': behind(`<!doctype html><script src="${away}/script"></script><img src="${away}/image">`),
      'image.mp4': behind(`<svg xmlns="http://www.w3.org/2000/svg"><image href="${away}/image"/></svg>`),
      'list.mp4': behind(`\n#EXTM3U\n#EXT-X-VERSION:3\n#EXTINF:1,\n${away}/piece.ts\n#EXT-X-ENDLIST\n`),
      'good.mp4': video,
    });
    await send(await Promise.all(files.map(([name, content]) => write(name, content))));
    await finished(stage.window, 7);
    const skipped = (await rowsOf(stage.window)).filter(({ state }) => state === 'skipped');
    expect(skipped.map(({ reason, size }) => [reason?.kind, size])).toEqual(Array(5).fill(['still-undecodable', 0]));
    expect(skipped[0]?.reason?.message).toMatch(/cannot show .* or it is damaged\. The video itself goes up\.$/);
    expect(await stage.bucket.keys('sessions/')).toHaveLength(6);
    expect(await thumbnails()).toHaveLength(1);
    expect(asked).toEqual([]);
    server.close();
  });

  it.runIf(existsSync('/proc/self/io'))('are taken of 40 GB with little of it read', async () => {
    const video = await record();
    const source = path.join(stage.folder, 'long.mp4');
    const file = await open(source, 'w'); // of the hole in it the disk keeps nothing
    const [start, hole] = [video.readUInt32BE(0), 40 * GiB];
    await file.write(video.subarray(0, start), 0, start, 0);
    await file.write(padding(hole), 0, 16, start);
    await file.write(video.subarray(start), 0, video.length - start, start + hole);
    await file.close();
    await changeSettings(stage.window, { limitRate: 1_000_000 }); // its upload is not what is looked at
    const { pid = 0 } = stage.launched.app.process();
    const read = () => Number(/^rchar: (\d+)/m.exec(readFileSync(`/proc/${pid}/io`, 'utf8'))?.[1]);
    const before = read();
    await send([source]);
    const size = async () => (await rowsOf(stage.window)).find((row) => row.key.startsWith('thumbnails/'))?.size;
    await expect.poll(size, { timeout: 20_000 }).toBeGreaterThan(0);
    expect(read() - before).toBeLessThan(200 * MiB); // with the parts that are on their way
    const prepared = path.join(stage.dataDir, 'prepared');
    const [still = ''] = await readdir(prepared);
    expect(await redness(await readFile(path.join(prepared, still)), [0.25, 0.5])).toBeGreaterThan(100);
  });

  /** What befalls the next pages that show a video, one after another. */
  function haunt(...what: ('crash' | 'hang' | 'nothing')[]): Promise<void> {
    return stage.launched.app.evaluate(({ app }, left) => {
      app.on('web-contents-created', (_event, contents) => {
        contents.on('dom-ready', () => {
          const next = contents.getURL().startsWith('still:') ? left.shift() : 'nothing';
          if (next === 'crash') contents.forcefullyCrashRenderer();
          if (next === 'hang') void contents.executeJavaScript('for (;;) {}');
        });
      });
    }, what);
  }

  it('come although the process that takes them crashes; where it always does, or hangs, the others come', async () => {
    const video = await record();
    await haunt('crash', 'nothing', 'crash', 'crash', 'hang');
    const stills = async () => (await rowsOf(stage.window)).filter((row) => row.key.startsWith('thumbnails/'));
    const ended = async () => (await stills()).filter(({ state }) => state === 'done' || state === 'skipped').length;
    for (const [at, name] of ['crashes-once', 'crashes-twice', 'hangs', 'good'].entries()) {
      await send([await write(`${name}.mp4`, Buffer.concat([video, padding(16), Buffer.from(name)]))]);
      await expect.poll(ended, { timeout: 30_000 }).toBe(at + 1); // that of a later upload may else be taken first
    }
    await finished(stage.window, 6);
    const rows = await stills();
    const ends = rows.map(({ source, state, reason }) => [path.basename(source, '.mp4'), [state, reason?.message]]);
    expect(Object.fromEntries(ends)).toEqual({
      'crashes-once': ['done', undefined],
      'crashes-twice': ['skipped', expect.stringContaining('broke down at it')],
      hangs: ['skipped', expect.stringContaining('took too long')],
      good: ['done', undefined],
    });
  });

  it('are neither lost nor sent twice when the app is killed', async () => {
    const video = await record();
    const names = ['a', 'b', 'c', 'd'];
    const files = names.map((name) => write(`${name}.mp4`, Buffer.concat([video, padding(16), Buffer.from(name)])));
    await send(await Promise.all(files));
    await expect.poll(() => sentThumbnails().length, { interval: 5, timeout: 20_000 }).toBeGreaterThan(0);
    const { app } = stage.launched;
    const dead = new Promise((resolve) => app.process().once('exit', resolve));
    app.process().kill('SIGKILL');
    await dead;
    const underWay = sentThumbnails().filter(({ over }) => !over).length;
    stage.launched = await launchApp({ dataDir: stage.dataDir });
    await finished(stage.launched.window, 8);
    expect(await thumbnails()).toHaveLength(4);
    expect(sentThumbnails().length).toBeLessThanOrEqual(4 + underWay);
    expect(new Set(sentThumbnails().map(({ path: of }) => of)).size).toBe(4);
  });

  it('keep no app from ending whose window is closed', async () => {
    await send([await write('dance.mp4', await record())]);
    await finished(stage.window, 2);
    const { app } = stage.launched;
    const urls = () =>
      app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().map((one) => one.webContents.getURL()));
    expect((await urls()).some((url) => url.startsWith('still:'))).toBe(true);
    const ended = new Promise((resolve) => app.process().once('exit', resolve));
    await stage.window.close().catch(() => undefined); // it may be gone before it answers
    expect(await ended).toBe(0);
  });
});
