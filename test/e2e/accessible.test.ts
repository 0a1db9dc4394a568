/** What everybody needs: names for screen readers, contrast, the keyboard alone. axe looks at every view, light and dark. */
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import axe from 'axe-core';
import type { Page } from 'playwright';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { seededRandom } from '../servers/random.ts';
import { writeTree } from '../servers/tree.ts';
import { describeWindow } from './describe-window.ts';
import { launchApp, type LaunchedApp } from './launch.ts';
import { callFrom, drop, finished } from './person.ts';
import { keepScreenshot } from './screenshots.ts';

const themes = ['light', 'dark'] as const;

/** What axe finds, as one line a place: none is what we want. Injected through DevTools, for the page's own policy forbids it. */
async function problems(window: Page): Promise<string[]> {
  await window.evaluate(axe.source);
  const { violations } = await window.evaluate(() =>
    (globalThis as unknown as { axe: typeof axe }).axe.run(document, { resultTypes: ['violations'] }),
  );
  return violations.flatMap(({ id, help, nodes }) => nodes.map(({ html }) => `${id}: ${help}: ${html.slice(0, 300)}`));
}

describeWindow('the window, for everybody', () => {
  let folder: string;
  let event: string;
  let launched: LaunchedApp;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'sideline-e2e-'));
    event = path.join(folder, 'event');
    const files = Array.from({ length: 12 }, (_, at) => [`IMG_${at}.jpg`, 20_000 + at] as const);
    await writeTree(event, new Map([...files, ['.DS_Store', 100]]), seededRandom('event'));
    launched = await launchApp({ dataDir: path.join(folder, 'data'), env: { SIDELINE_PRACTICE: '1' } });
    await launched.window.waitForSelector('h1');
  });
  afterAll(async () => {
    await launched.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function look(name: string): Promise<void> {
    for (const theme of themes) {
      await callFrom(launched.window, 'settings.set', { theme });
      await expect.poll(() => launched.window.locator('html').getAttribute('data-theme')).toBe(theme);
      await launched.window.waitForTimeout(400); // colours fade
      await keepScreenshot(launched.window, `${name}-${theme}`);
      expect(await problems(launched.window), `${name}, ${theme}`).toEqual([]);
    }
  }

  async function pressMenu(label: string): Promise<void> {
    await launched.app.evaluate(({ Menu }, wanted) => {
      const items = Menu.getApplicationMenu()?.items.flatMap((menu) => menu.submenu?.items ?? []);
      items?.find((item) => item.label === wanted)?.click();
    }, label);
  }

  it('has nothing for axe to find when it is empty', () => look('empty'));

  it('does the main job by the keyboard alone', async () => {
    const { window } = launched;
    await drop(window, [event]); // the system's own file dialog is not ours to press keys in
    await expect.poll(() => window.getByRole('dialog').innerText()).toContain('12 files');
    await look('offer');
    await window.keyboard.press('Enter');
    await finished(window, 12);
    await expect.poll(() => window.getByRole('row').count()).toBeGreaterThan(12);
    await look('done');

    await pressMenu('Find…'); // its keys are the system's to press
    await window.keyboard.type('IMG_1');
    await expect.poll(() => window.locator('[role=row][row-id]').count()).toBe(3); // 1, 10, 11
    await window.keyboard.press('Escape');
    await expect.poll(() => window.locator('[role=row][row-id]').count()).toBe(13);
  });

  it('has nothing for axe to find in the connections, and in their form', async () => {
    const { window } = launched;
    await window
      .getByRole('button', { name: 'Connections' })
      .or(window.getByRole('link', { name: 'Connections' }))
      .click();
    await window.getByRole('heading', { level: 1, name: 'Connections' }).waitFor();
    await look('connections');
    await window.getByRole('button', { name: 'Add connection' }).first().click();
    await window.getByRole('dialog').waitFor();
    await look('connection-form');
    await window.keyboard.press('Escape');
    await window.getByRole('dialog').waitFor({ state: 'hidden' });
  });

  it('has nothing for axe to find in the settings', async () => {
    const { window } = launched;
    await window
      .getByRole('button', { name: 'Settings' })
      .or(window.getByRole('link', { name: 'Settings' }))
      .click();
    await window.getByRole('heading', { level: 1, name: 'Settings' }).waitFor();
    await look('settings');
  });
});
