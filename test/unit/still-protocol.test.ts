/** still:// gives the hidden page its script and the one video that is worked on, in ranges, and nothing else of the disk. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { SidelineError } from '../../shared/errors.ts';
import { momentsOf } from '../../renderer/still/moments.ts';
import { isTelling, measureTone } from '../../renderer/still/tone.ts';
import type { Still } from '../../electron/engine/prepare/stills.ts';
import { answerStill, isOfStills, stillPage, type Shown } from '../../electron/stills/still-protocol.ts';
import { openVideo, type VideoFile } from '../../electron/stills/video-file.ts';
import { seededRandom } from '../servers/random.ts';

const id = '0123456789abcdef0123456789abcdef';
const size = 1_000_003;
const content = Buffer.from(seededRandom('video').bytes(size));
let folder: string;
let video: VideoFile;
let shown: Shown;
let frames: Still[];
let refusals: string[];
let unreadable: string[];
let asked: number;

beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'sideline-still-'));
  writeFileSync(path.join(folder, 'video.mp4'), content);
});
afterAll(() => rmSync(folder, { recursive: true }));
beforeEach(async () => {
  video = await openVideo(path.join(folder, 'video.mp4'));
  [frames, refusals, unreadable, asked] = [[], [], [], 0];
  shown = {
    ...{ id, video },
    onAsked: () => (asked += 1),
    onUnreadable: (error) => unreadable.push(error.kind),
    onFrame: (still) => frames.push(still),
    onRefused: (why) => refusals.push(why),
  };
});
afterEach(() => video.close());

const ask = (what: string, init: RequestInit = {}) =>
  answerStill(shown, 'the script', new Request(`${stillPage(id)}${what}`, init));
const range = (bytes: string) => ask('video', { headers: { range: `bytes=${bytes}` } });
const bytesOf = async (answer: Response) => Buffer.from(await answer.arrayBuffer());

describe('the page', () => {
  it('has its script, and a policy by which it can reach nothing else', async () => {
    const page = await ask('');
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(await page.text()).toContain('src="take.js"');
    const policy = page.headers.get('content-security-policy') ?? '';
    expect(policy.split('; ').filter((one) => !one.endsWith("'none'"))).toEqual([
      "script-src 'self'",
      "media-src 'self'",
      "connect-src 'self'",
    ]);
    expect(await (await ask('take.js')).text()).toBe('the script');
  });

  it.each(['video/', 'video/../../x', '..%2fvideo', 'frame', 'refused', 'other', '%2e%2e/video.mp4', '/etc/passwd'])(
    'gets nothing at %s',
    async (what) => expect((await ask(what)).status).toBe(404),
  );

  it('is there for the video of its own id only, and while one is worked on', async () => {
    const other = new Request(`${stillPage('f'.repeat(32))}video`);
    expect((await answerStill(shown, '', other)).status).toBe(404);
    expect((await answerStill(null, '', new Request(`${stillPage(id)}video`))).status).toBe(404);
    expect(asked).toBe(0);
    expect(
      ['still://video/x', 'still://video.evil/x', 'https://a.b/still://video/', 'file:///x'].map(isOfStills),
    ).toEqual([...[true, false, false, false]]);
  });
});

describe('the video', () => {
  it.each([
    ['0-', 0, size],
    ['0-0', 0, 1],
    ['500000-', 500_000, size],
    ['300-299999', 300, 300_000],
    [`${size - 1}-`, size - 1, size],
    [`10-${size + 100}`, 10, size],
  ])('is given from %s on', async (wanted, start, end) => {
    const answer = await range(wanted);
    expect(answer.status).toBe(206);
    expect(answer.headers.get('content-range')).toBe(`bytes ${start}-${end - 1}/${size}`);
    expect(answer.headers.get('content-length')).toBe(String(end - start));
    expect((await bytesOf(answer)).equals(content.subarray(start, end))).toBe(true);
  });

  it.each([`${size}-`, '5-4', '-5', 'a-b', '0-1,4-5', '99999999999999999-'])('has no range %s', async (wanted) => {
    const answer = await range(wanted);
    expect([answer.status, answer.headers.get('content-range')]).toEqual([416, `bytes */${size}`]);
  });

  it('is given whole to who asks for no range, and read as it is taken', async () => {
    const before = asked;
    const answer = await ask('video');
    expect([answer.status, answer.headers.get('accept-ranges')]).toEqual([200, 'bytes']);
    const reader = answer.body?.getReader();
    await reader?.read();
    expect(asked - before).toBe(2); // the request, and one piece
    await reader?.cancel();
    expect((await bytesOf(await ask('video'))).equals(content)).toBe(true);
  });

  it('is no fault of its own when it can be read no further', async () => {
    const error = new SidelineError('source-unreadable', { subject: 'EIO' });
    shown.video = { ...video, read: () => Promise.reject(error) };
    await expect(bytesOf(await ask('video'))).rejects.toBe(error);
    expect(unreadable).toEqual(['source-unreadable']);
  });

  it('is at its end once it is closed', async () => {
    const answer = await ask('video');
    await video.close();
    expect(await bytesOf(answer)).toHaveLength(0);
    expect(unreadable).toEqual([]);
  });

  it.each([
    ['gone.mp4', 'source-gone'],
    ['', 'source-special'],
  ])('is no video where there is no file: %s', async (name, kind) =>
    expect(openVideo(path.join(folder, name))).rejects.toMatchObject({ kind }),
  );
});

describe('what the page hands back', () => {
  const post = (what: string, body: string) => ask(what, { method: 'POST', body });

  it('is a frame with its measures', async () => {
    expect((await post('frame?at=1.5&width=640&height=360', 'pixels')).status).toBe(204);
    expect(frames).toEqual([{ data: Buffer.from('pixels'), type: 'image/png', at: 1.5, width: 640, height: 360 }]);
  });

  it.each(['', '?at=-1&width=1&height=1', '?at=1&width=9000&height=1', '?at=x&width=1&height=1'])(
    'is refused with the measures %s',
    async (measures) => {
      expect((await post(`frame${measures}`, 'pixels')).status).toBe(400);
      expect(frames).toEqual([]);
    },
  );

  it('is no more than a frame can be', async () => {
    let left = 70;
    const body = new ReadableStream<Uint8Array>({
      pull: (controller) => (left-- > 0 ? controller.enqueue(new Uint8Array(2 ** 20)) : controller.close()),
    });
    const init = { method: 'POST', body, duplex: 'half' } as const;
    expect((await ask('frame?at=1&width=1&height=1', init)).status).toBe(413);
    expect(frames).toEqual([]);
  });

  it('or why there is none, in few words', async () => {
    await post('refused', '4 DEMUXER_ERROR');
    await post('refused', 'x'.repeat(2000));
    expect(refusals.map((why) => why.slice(0, 20).length)).toEqual([15, 20]);
    expect(refusals[1]).toHaveLength(1000);
  });
});

describe('a moment', () => {
  it.each([
    [2, [0.2, 0.6, 1.2]],
    [3600, [3, 1080, 2160]],
    [Infinity, [1, 2, 0]],
    [NaN, [1, 2, 0]],
  ])('of %s seconds', (duration, moments) => {
    const found = momentsOf(duration);
    found.forEach((moment, at) => expect(moment).toBeCloseTo(moments[at] ?? NaN));
    expect(found).toHaveLength(3);
  });

  const tone = (...lights: number[]) =>
    measureTone(Uint8ClampedArray.from(lights.flatMap((one) => [one, one, one, 255])));

  it('tells something where it is neither black nor of one colour', () => {
    const { brightness, spread } = tone(0, 255);
    expect([brightness, spread].map((one) => one.toFixed(3))).toEqual(['127.500', '127.500']);
    expect(tone(10, 90, 160, 30)).toSatisfy(isTelling);
    for (const flat of [tone(0, 0, 0, 2), tone(200, 200, 202, 201), tone(5, 30, 12, 9)])
      expect(flat).not.toSatisfy(isTelling);
  });
});
