/** Pictures of the window as the tests saw it: for whoever looks at it, in test/e2e/screenshots. */
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { ElectronApplication, Page } from 'playwright';
import { expect } from 'vitest';
import type { LaunchedApp } from './launch.ts';
import { changeSettings } from './person.ts';

const folder = path.join(import.meta.dirname, 'screenshots');

export const themes = ['light', 'dark'] as const;
/** CSS pixels at 100 % */
export const sizes = [
  { width: 1280, height: 800 },
  { width: 800, height: 600 },
] as const;
type Size = (typeof sizes)[number];

export async function keepScreenshot(window: Page, name: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await window.screenshot({ path: path.join(folder, `${name}.png`) });
}

/** The same, taken by Electron: Playwright's is of a part only where the window is zoomed. */
export async function keepPicture(app: ElectronApplication, name: string): Promise<void> {
  const picture = await app.evaluate(async ({ BrowserWindow }) => {
    const image = await BrowserWindow.getAllWindows()[0]?.webContents.capturePage();
    return image?.toPNG().toString('base64') ?? '';
  });
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, `${name}.png`), picture, 'base64');
}

export interface Look {
  theme: (typeof themes)[number];
  size: Size;
  /** for the words of an assertion */
  title: string;
}

/** The view as it is, in light and dark and at both sizes: `NAME.light.1280x800.png`. `look` is called at each. */
export async function keepLooks(launched: LaunchedApp, name: string, look: (at: Look) => Promise<void>): Promise<void> {
  for (const theme of themes) {
    await changeSettings(launched.window, { theme });
    await expect.poll(() => launched.window.locator('html').getAttribute('data-theme')).toBe(theme);
    for (const size of sizes) {
      await resize(launched, size);
      await settled(launched.window);
      const title = `${name}.${theme}.${size.width}x${size.height}`;
      await keepScreenshot(launched.window, title);
      await look({ theme, size, title });
    }
  }
}

/** Resolves when nothing fades or slides any more, so that neither a picture nor axe meets half a colour. */
export async function settled(window: Page): Promise<void> {
  await window.evaluate(async () => {
    const frame = () => new Promise(requestAnimationFrame);
    const moving = () =>
      document
        .getAnimations()
        .filter(({ playState, effect }) => playState === 'running' && effect?.getComputedTiming().endTime !== Infinity);
    // What has ended may let the next begin, a few frames later.
    for (let still = 0; still < 4; still = moving().length > 0 ? 0 : still + 1) {
      await Promise.allSettled(moving().map(({ finished }) => finished));
      await frame();
    }
  });
}

/** Resolves when the page has been laid out anew. */
export async function resize({ app, window }: LaunchedApp, size: Size): Promise<void> {
  await app.evaluate(({ BrowserWindow }, { width, height }) => {
    BrowserWindow.getAllWindows()[0]?.setContentSize(width, height);
  }, size);
  const zoom = await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.webContents.getZoomFactor());
  const wanted = Math.round(size.width / (zoom ?? 1));
  await expect.poll(() => window.evaluate(() => Math.abs(innerWidth)), { timeout: 5000 }).toBe(wanted);
  await window.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
}
