/** Where a window goes that a person puts away: never to where they could not find it. */
import { describe, expect, it, vi } from 'vitest';

vi.mock('electron', () => ({ dialog: {} }));
const { putAway, startAway } = await import('../../electron/closing.ts');

function fakeWindow(state: { destroyed?: boolean; visible?: boolean } = {}) {
  const done: string[] = [];
  return {
    done,
    hide: () => void done.push('hide'),
    minimize: () => void done.push('minimize'),
    isDestroyed: () => state.destroyed ?? false,
    isVisible: () => state.visible ?? false,
  };
}

const host = () => Promise.resolve(true);
const noHost = () => Promise.resolve(false);

describe('a window that is put away', () => {
  it.each([
    ['in the tray', host, {}, ['hide']],
    ['minimised, where no tray is seen', noHost, {}, ['minimize']],
    ['gone, where it was closed meanwhile', host, { destroyed: true }, []],
  ])('is %s', async (_, canHide, state, done) => {
    const window = fakeWindow(state);
    await putAway(window, canHide);
    expect(window.done).toEqual(done);
  });
});

describe('a window that starts in the tray', () => {
  it.each([
    ['stays hidden', host, {}, []],
    ['is minimised, where no tray is seen', noHost, {}, ['minimize']],
    ['stays as it is, where somebody asked for it meanwhile', noHost, { visible: true }, []],
    ['is let alone, where it was closed meanwhile', noHost, { destroyed: true }, []],
  ])('%s', async (_, canHide, state, done) => {
    const window = fakeWindow(state);
    await startAway(window, canHide);
    expect(window.done).toEqual(done);
  });
});
