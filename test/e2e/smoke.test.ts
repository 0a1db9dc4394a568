/** The built app opens its window, and the page in it has nothing of Node. */
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWindow } from './describe-window.ts';
import { launchApp, type LaunchedApp } from './launch.ts';

describeWindow('the window', () => {
  let dataDir: string;
  let launched: LaunchedApp;

  beforeAll(async () => {
    dataDir = await mkdtemp(path.join(os.tmpdir(), 'sideline-e2e-'));
    launched = await launchApp({ dataDir });
  });

  afterAll(async () => {
    await launched.close();
    await rm(dataDir, { recursive: true, force: true });
  });

  it('opens with the name of the app', async () => {
    expect(await launched.window.title()).toContain('Sideline');
    const visible = await launched.app.evaluate(({ BrowserWindow }) =>
      BrowserWindow.getAllWindows().map((one) => one.isVisible()),
    );
    expect(visible).toEqual([true]);
  });

  it('shows a page from the app itself, with something in it', async () => {
    expect(new URL(launched.window.url()).protocol).toBe('app:');
    await expect.poll(() => launched.window.locator('body').innerText()).not.toBe('');
  });

  it('gives the page nothing of Node and nothing of Electron', async () => {
    const types = await launched.window.evaluate(() =>
      ['require', 'process', 'module', 'Buffer', 'electron'].map((name) => typeof Reflect.get(globalThis, name)),
    );
    expect(types).toEqual(['undefined', 'undefined', 'undefined', 'undefined', 'undefined']);
  });

  it('keeps its data where it was told to', async () => {
    const folder = await launched.app.evaluate(({ app }) => app.getPath('userData'));
    expect(path.relative(dataDir, folder)).not.toMatch(/^\.\./);
  });

  it('isolates and sandboxes the page', async () => {
    const preferences = await launched.app.evaluate(({ BrowserWindow }): unknown => {
      const contents = BrowserWindow.getAllWindows()[0]?.webContents as
        { getLastWebPreferences?: () => unknown } | undefined;
      return contents?.getLastWebPreferences?.(); // Electron has it, and its types do not
    });
    expect(preferences).toMatchObject({
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      webSecurity: true,
    });
  });
});
