import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fitBounds, loadPlace, nextZoom, savePlace, smallest, zooms } from '../../electron/window-place.ts';

/** A laptop with its menu bar, and a larger screen left of it. */
const laptop = { x: 0, y: 24, width: 1440, height: 876 };
const beside = { x: -2560, y: 0, width: 2560, height: 1440 };

describe('the bounds of a window', () => {
  const bounds = { x: 100, y: 80, width: 1000, height: 700 };

  it('stay where they were, on any screen', () => {
    expect(fitBounds(bounds, [laptop, beside])).toEqual(bounds);
    const there = { ...bounds, x: -2000 };
    expect(fitBounds(there, [laptop, beside])).toEqual(there);
  });

  it('are in the middle of the primary screen when theirs is gone', () => {
    expect(fitBounds({ ...bounds, x: -2000 }, [laptop])).toEqual({ x: 220, y: 112, width: 1000, height: 700 });
  });

  it.each([
    ['above it', { y: -300 }],
    ['below it', { y: 890 }],
    ['right of it but for a sliver', { x: 1400 }],
    ['left of it but for a sliver', { x: -960 }],
  ])('are in the middle when the title bar is %s', (_, away) => {
    expect(fitBounds({ ...bounds, ...away }, [laptop])).toMatchObject({ x: 220, width: 1000 });
  });

  it('may reach over the edge as long as a hand can take the title bar', () => {
    const half = { ...bounds, x: 1200 };
    expect(fitBounds(half, [laptop])).toEqual(half);
  });

  it('are no larger than the screen, and no smaller than what every view needs', () => {
    expect(fitBounds({ x: 0, y: 24, width: 5000, height: 4000 }, [laptop])).toEqual(laptop);
    expect(fitBounds({ x: 0, y: 24, width: 5, height: 5 }, [laptop])).toMatchObject(smallest);
  });

  it('are in the middle at the first start', () => {
    const first = fitBounds(null, [laptop, beside]);
    expect(first.x * 2 + first.width).toBe(laptop.width);
    expect(first.y * 2 + first.height).toBe(laptop.y * 2 + laptop.height);
  });

  it('are kept where the system names no screen', () => {
    expect(fitBounds(bounds, [])).toEqual(bounds);
  });
});

describe('the zoom', () => {
  it('goes from 100 to 200 % in steps, and stays at the ends', () => {
    const up = zooms.map((zoom) => nextZoom(zoom, 1));
    expect(up).toEqual([...zooms.slice(1), 2]);
    expect(zooms.map((zoom) => nextZoom(zoom, -1))).toEqual([1, ...zooms.slice(0, -1)]);
  });

  it('comes to a step from between two', () => {
    expect([nextZoom(1.3, 1), nextZoom(1.3, -1)]).toEqual([1.5, 1.25]);
  });
});

describe('window.json', () => {
  let folder: string;
  beforeEach(() => void (folder = mkdtempSync(path.join(os.tmpdir(), 'sideline-place-'))));
  afterEach(() => rmSync(folder, { recursive: true }));
  const nowhere = { bounds: null, maximised: false, zoom: 1 };

  it('brings back what was saved, and leaves nothing beside it', () => {
    const place = { bounds: { x: -5, y: 6, width: 900, height: 700 }, maximised: true, zoom: 1.5 };
    savePlace(folder, nowhere);
    savePlace(folder, place);
    expect(loadPlace(folder)).toEqual(place);
    expect(readdirSync(folder)).toEqual(['window.json']);
  });

  it.each(['', '{', '[]', 'null', '{"bounds":{"x":"1"},"maximised":1,"zoom":50}'])(
    'means no place when it is %s',
    (text) => {
      writeFileSync(path.join(folder, 'window.json'), text);
      expect(loadPlace(folder)).toEqual(nowhere);
    },
  );

  it('is not needed', () => {
    expect(loadPlace(path.join(folder, 'none'))).toEqual(nowhere);
  });

  it('keeps what is valid in it', () => {
    const bounds = { x: 1, y: 2, width: 900, height: 700 };
    writeFileSync(path.join(folder, 'window.json'), JSON.stringify({ bounds, zoom: 'large' }));
    expect(loadPlace(folder)).toEqual({ ...nowhere, bounds });
  });
});
