/** A proxy that asks for a name and password, in the window: asked in a dialog, answered by the keyboard, and it goes on. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Locator } from 'playwright';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startDiscardServer, type DiscardServer } from '../servers/discard-server.ts';
import { startLoginProxy, type LoginProxy } from '../servers/login-proxy.ts';
import { seededRandom } from '../servers/random.ts';
import { writeTree } from '../servers/tree.ts';
import { axeProblems } from './axe.ts';
import { describeWindow } from './describe-window.ts';
import { launchApp, type LaunchedApp } from './launch.ts';
import { callFrom, changeSettings, drop, finished, showView } from './person.ts';
import { keepScreenshot, settled, themes } from './screenshots.ts';

const password = 'behind-the-fence';

describeWindow('a proxy that asks for a name and password', () => {
  let folder: string;
  let event: string;
  let store: DiscardServer;
  let proxy: LoginProxy;
  let launched: LaunchedApp;
  let dialog: Locator;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'sideline-e2e-'));
    event = path.join(folder, 'event');
    const files = Array.from({ length: 20 }, (_, at) => [`IMG_${at}.jpg`, 20_000 + at] as const);
    await writeTree(event, new Map(files), seededRandom('event'));
    store = await startDiscardServer();
    proxy = await startLoginProxy(`coach:${password}`);
    launched = await launchApp({ dataDir: path.join(folder, 'data') });
    const { window } = launched;
    dialog = window.getByRole('dialog', { name: 'The proxy asks for a name and password' });
    await changeSettings(window, { proxy: { use: 'address', address: proxy.url } });
    await callFrom(window, 'connections.save', {
      ...{ id: null, name: 'Club storage' },
      config: {
        ...{ endpoint: store.endpoint, region: store.region, bucket: store.bucket, pathStyle: true },
        credentials: { from: 'stored' },
      },
      secret: { accessKeyId: store.accessKeyId, secretAccessKey: store.secretAccessKey },
    });
  });
  afterAll(async () => {
    await launched.close();
    await proxy.stop();
    await store.stop();
    await rm(folder, { recursive: true, force: true });
  });

  async function look(name: string): Promise<void> {
    for (const theme of themes) {
      await changeSettings(launched.window, { theme });
      await expect.poll(() => launched.window.locator('html').getAttribute('data-theme')).toBe(theme);
      await settled(launched.window);
      await keepScreenshot(launched.window, `${name}-${theme}`);
      expect(await axeProblems(launched.window), `${name}, ${theme}`).toEqual([]);
    }
  }

  const focused = () => launched.window.evaluate(() => document.activeElement?.getAttribute('type') ?? '');

  it('is answered later when the person does not want to now, and everything waits', async () => {
    const { window } = launched;
    await drop(window, [event]);
    await window.getByRole('dialog').getByRole('button', { name: 'Start upload' }).click();
    await dialog.waitFor();
    expect(await dialog.innerText()).toContain(new URL(proxy.url).host);
    await look('proxy-login');
    await window.keyboard.press('Escape');
    await dialog.waitFor({ state: 'hidden' });
    await expect.poll(() => window.locator('.overview h2').innerText()).toBe('A name and password are needed');
    await expect.poll(() => window.locator('.view-notice').innerText()).toContain(new URL(proxy.url).host);
    const { totals, activity } = await callFrom(window, 'uploads.progress', {});
    expect([activity, totals.failed.files, totals.done.files]).toEqual(['held', 0, 0]);
    await look('proxy-waits');
    const before = proxy.refused;
    await window.waitForTimeout(1500);
    expect([proxy.refused, await dialog.count()]).toEqual([before, 0]);
  });

  it('takes the answer by the keyboard, says when it was wrong, and goes on by itself', async () => {
    const { window } = launched;
    await window.getByRole('button', { name: 'Sign in to the proxy' }).first().focus();
    await window.keyboard.press('Enter');
    await dialog.waitFor();
    await expect.poll(focused).toBe('text');
    await window.keyboard.press('Enter');
    await expect.poll(() => dialog.innerText()).toContain('Write the password.');
    // Nothing here can lock it away: it is kept because somebody says so.
    const remember = dialog.getByRole('checkbox', { name: 'Remember it on this computer' });
    expect(await dialog.innerText()).toContain('no keyring');
    expect(await remember.isChecked()).toBe(false);
    await remember.press('Space');
    expect(await remember.isChecked()).toBe(true);
    await dialog.getByRole('textbox', { name: 'User name' }).focus();
    await window.keyboard.type('coach');
    await window.keyboard.press('Tab');
    await window.keyboard.type('a guess');
    await window.keyboard.press('Enter');
    await expect.poll(() => dialog.getByRole('alert').innerText()).toContain('did not take');
    await expect.poll(focused).toBe('password');
    expect(await remember.isChecked()).toBe(true); // as it was answered
    await settled(window);
    await keepScreenshot(window, 'proxy-login-wrong');
    expect(await axeProblems(window)).toEqual([]);
    await window.keyboard.type(password);
    await window.keyboard.press('Enter');
    await finished(window, 20);
    expect(await dialog.count()).toBe(0);
    expect(store.stats().objects).toBe(20);
    expect((await callFrom(window, 'uploads.progress', {})).totals.failed.files).toBe(0);
  });

  it('is shown in the settings without its password, and can be forgotten', async () => {
    const { window } = launched;
    await showView(window, 'Settings');
    const card = window.getByRole('region', { name: 'Network' });
    await expect.poll(() => card.innerText()).toContain('coach, kept with the keys');
    await card.scrollIntoViewIfNeeded();
    await look('proxy-settings');
    expect(await window.content()).not.toContain(password);
    for (const file of ['secrets.bin', 'settings.json', 'logs/sideline.log']) {
      expect((await readFile(path.join(folder, 'data', file))).includes(password), file).toBe(false);
    }
    await card.getByRole('button', { name: /^Forget the name and password of/ }).click();
    await expect.poll(() => card.innerText()).not.toContain('coach');
    expect(await callFrom(window, 'proxies.list', {})).toMatchObject([{ known: 'no', username: '' }]);
  });

  it('has its name and password moved out of an address that is typed with them', async () => {
    const { window } = launched;
    const field = window.getByRole('textbox', { name: 'Address of the proxy' });
    await field.fill(proxy.url.replace('//', `//coach:${password}@`));
    await field.press('Enter');
    await expect.poll(() => field.inputValue()).toBe(proxy.url);
    await expect.poll(() => window.getByRole('region', { name: 'Network' }).innerText()).toContain('coach, kept');
    expect(await readFile(path.join(folder, 'data', 'settings.json'), 'utf8')).not.toContain(password);
  });
});
