/** What objects are shown as, and how their texts become harmless. */
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { endingOf, showsOf } from '../../electron/admin/preview/kind-of.ts';
import { exifThumb } from '../../electron/admin/preview/exif-thumb.ts';
import { createPlaces } from '../../electron/admin/preview/places.ts';
import { isText, textOf } from '../../electron/admin/preview/text-of.ts';
import { seededRandom } from '../servers/random.ts';

describe('what an object is shown as', () => {
  it.each([
    ['image/jpeg', 'image', 'image/jpeg'],
    ['image/tiff', 'image', 'image/webp'],
    ['image/heic', 'none', null],
    ['image/svg+xml', 'text', null],
    ['text/html', 'text', null],
    ['application/xhtml+xml', 'text', null],
    ['application/javascript', 'text', null],
    ['application/json', 'text', null],
    ['video/quicktime', 'video', 'video/mp4'],
    ['audio/mpeg', 'audio', 'audio/mpeg'],
    ['application/pdf', 'pdf', 'application/pdf'],
    ['application/x-msdownload', 'none', null],
    ['constructor', 'none', null],
  ])('%s: %s', (type, kind, as) => {
    expect(showsOf(type, false)).toMatchObject({ kind, as });
  });

  it('is a picture where the system decodes it', () => {
    const picture = { kind: 'image', as: 'image/webp', prepare: true };
    expect(showsOf('image/heic', true)).toEqual(picture);
    expect(showsOf('image/heif', true)).toEqual(picture);
    expect(showsOf('image/x-canon-cr2', true).kind).toBe('none');
  });

  it('is never opened with another program where that could run it', () => {
    for (const type of [
      'text/html',
      'image/svg+xml',
      'application/zip',
      'application/x-sh',
      'text/javascript',
      '__proto__',
    ])
      expect(endingOf(type), type).toBeNull();
    expect(endingOf('application/pdf')).toBe('pdf');
  });
});

describe('the beginning of a text', () => {
  it('has no control character left but tabs and line ends, whatever was in it', () => {
    const random = seededRandom('texts');
    for (let turn = 0; turn < 200; turn++) {
      const text = textOf(random.bytes(500));
      expect(text).not.toMatch(/(?![\t\n\f])\p{Cc}|[\u202a-\u202e\u2066-\u2069]/u);
    }
  });

  it('leaves off a letter that is cut', () => {
    const bytes = Buffer.from('aä😀');
    expect([...bytes.keys()].map((end) => textOf(bytes.subarray(0, end)))).toEqual([
      '',
      'a',
      'a',
      'aä',
      'aä',
      'aä',
      'aä',
    ]);
    expect(isText(bytes.subarray(0, 5))).toBe(true);
  });

  it('is told from what is none', () => {
    expect(isText(Buffer.from('plain'))).toBe(true);
    expect(isText(Buffer.from('\ufeffwide', 'utf16le'))).toBe(true);
    expect(isText(Buffer.from([0x41, 0, 0x42]))).toBe(false);
    expect(isText(Buffer.from([0xc3, 0x28, 0x41]))).toBe(false);
  });
});

it('finds no small picture in what is damaged, and never fails', () => {
  const random = seededRandom('exif');
  const head = Buffer.from('ffd8ffe100ff457869660000', 'hex');
  for (let turn = 0; turn < 200; turn++) expect(exifThumb(Buffer.concat([head, random.bytes(600)]))).toBeNull();
  expect(exifThumb(Buffer.alloc(0))).toBeNull();
});

describe('places', () => {
  it('are taken by so many at a time, in order, and given back whatever happens', async () => {
    const places = createPlaces(2);
    const { signal } = new AbortController();
    let now = 0;
    let most = 0;
    const begun: number[] = [];
    const work = (at: number) => async () => {
      begun.push(at);
      most = Math.max(most, ++now);
      await sleep(2);
      now--;
      if (at % 3 === 0) throw new Error('broken');
    };
    const all = await Promise.allSettled(Array.from({ length: 9 }, (_, at) => places.in(work(at), signal)));
    expect(all.map(({ status }) => status === 'rejected')).toEqual(
      [0, 1, 2, 3, 4, 5, 6, 7, 8].map((at) => at % 3 === 0),
    );
    expect(most).toBe(2);
    expect(begun).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it('are not waited for by those that have left', async () => {
    const places = createPlaces(1);
    const stop = new AbortController();
    const first = places.in(() => sleep(10), new AbortController().signal);
    const left = places.in(() => Promise.resolve('never'), stop.signal);
    stop.abort(new Error('gone'));
    await expect(left).rejects.toThrow('gone');
    await first;
    expect(await places.in(() => Promise.resolve('next'), new AbortController().signal)).toBe('next');
  });
});
