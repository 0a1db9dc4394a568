/** The app among others on a desktop: what it is started with, how it closes, where its window stands, what it does when it breaks. */
import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { ElectronApplication, Page } from 'playwright';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { channels } from '../../shared/channels.ts';
import { describeWindow } from './describe-window.ts';
import { launchApp, startAgain, type LaunchedApp } from './launch.ts';
import { layoutFlaws } from './layout.ts';
import { callFrom, changeSettings, drop, finished, showView, upload } from './person.ts';
import { keepPicture, keepScreenshot, resize } from './screenshots.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'sideline-e2e-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** A file or, where its name has no dot, a folder with one in it. */
async function put(name: string): Promise<string> {
  const place = path.join(folder, name);
  if (!name.includes('.')) await mkdir(place);
  await writeFile(name.includes('.') ? place : path.join(place, 'one.jpg'), name.repeat(1000));
  return place;
}

describeWindow('the app as it is started', () => {
  let launched: LaunchedApp | null = null;
  afterEach(async () => {
    await launched?.close();
    launched = null;
  });

  async function start(...args: string[]): Promise<Page> {
    launched = await launchApp({ dataDir: path.join(folder, 'data'), env: { SIDELINE_PRACTICE: '1' }, args });
    return launched.window;
  }

  it('offers what it was started with, and what a second start hands over', async () => {
    const [clip, photos, later] = [await put('clip.mp4'), await put('photos'), await put('later.mp4')];
    const window = await start(clip, photos);
    const dialog = window.getByRole('dialog', { name: 'Upload clip.mp4 and 1 more' });
    await dialog.getByText('2 files').waitFor();
    await dialog.getByRole('button', { name: 'Start upload' }).click();
    await finished(window, 2);
    if (launched === null) return;
    expect(await startAgain(launched, { dataDir: path.join(folder, 'data'), args: [later] })).toBe(0);
    const second = window.getByRole('dialog', { name: 'Upload later.mp4' });
    await second.getByRole('button', { name: 'Start upload' }).click();
    await finished(window, 3);
    expect(await windows(launched.app)).toBe(1);
  });

  it('opens where it stood, as large and as zoomed as it was', async () => {
    const window = await start();
    if (launched === null) return;
    const wanted = { x: 60, y: 40, width: 1000, height: 700 };
    await launched.app.evaluate(
      ({ BrowserWindow }, bounds) => BrowserWindow.getAllWindows()[0]?.setBounds(bounds),
      wanted,
    );
    await zoomIn(launched.app);
    await expect.poll(() => window.evaluate(() => Math.round((1000 / innerWidth) * 10))).toBe(11);
    await launched.close();
    await start();
    const bounds = await launched.app.evaluate(({ BrowserWindow }) =>
      BrowserWindow.getAllWindows()[0]?.getNormalBounds(),
    );
    expect(bounds).toEqual(wanted);
    const zoom = () =>
      launched?.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.webContents.getZoomFactor());
    await expect.poll(zoom).toBeCloseTo(1.1);
  });

  it('closes at once when nothing is on its way', async () => {
    await start();
    if (launched === null) return;
    const { app } = launched;
    await answerQuestions(app, 'Keep the Window Open');
    const ended = new Promise((resolve) => app.process().once('exit', resolve));
    await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close());
    expect(await ended).toBe(0);
  });

  it('asks once before it closes with work going on, and closes only when told to', async () => {
    const file = await put('clip.mp4');
    await writeFile(file, Buffer.alloc(4_000_000, 7));
    const window = await start();
    if (launched === null) return;
    const { app } = launched;
    await changeSettings(window, { limitRate: 10_000 });
    await upload(window, [file]);
    await expect.poll(async () => (await callFrom(window, 'uploads.progress', {})).active.length).toBe(1);
    const close = () => app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close());

    const asked = await answerQuestions(app, 'Keep the Window Open');
    await close();
    expect(await asked()).toHaveLength(1);
    expect(await windows(app)).toBe(1);
    expect((await callFrom(window, 'uploads.progress', {})).activity).toBe('uploading');

    await answerQuestions(app, 'Quit');
    const ended = new Promise((resolve) => app.process().once('exit', resolve));
    await close().catch(() => undefined); // it may be gone before it answers
    expect(await ended).toBe(0);
  });
});

describeWindow('the app as it stands', () => {
  let dataDir: string;
  let launched: LaunchedApp;

  beforeAll(async () => {
    dataDir = await mkdtemp(path.join(os.tmpdir(), 'sideline-e2e-'));
    launched = await launchApp({ dataDir, env: { SIDELINE_PRACTICE: '1' } });
    await launched.window.getByRole('heading', { level: 1 }).waitFor();
  });
  afterAll(async () => {
    await launched.close();
    await rm(dataDir, { recursive: true, force: true });
  });

  it('has the menu that the system expects', async () => {
    const menu = await launched.app.evaluate(({ Menu }) =>
      (Menu.getApplicationMenu()?.items ?? []).map(({ label, submenu }) => ({
        label,
        items: (submenu?.items ?? []).filter(({ type }) => type !== 'separator').map((item) => item.role ?? item.label),
      })),
    );
    const roles = menu.flatMap(({ items }) => items.map((item) => item.toLowerCase()));
    for (const role of ['undo', 'redo', 'cut', 'copy', 'paste', 'selectall', 'quit', 'togglefullscreen', 'about'])
      expect(roles).toContain(role);
    expect(menu.map(({ label }) => label.replace('&', ''))).toEqual(
      expect.arrayContaining(['File', 'Edit', 'Transfers', 'View', 'Help']),
    );
    const keys = await launched.app.evaluate(({ Menu }) =>
      (Menu.getApplicationMenu()?.items ?? []).flatMap(({ submenu }) =>
        (submenu?.items ?? []).flatMap(({ accelerator }) => accelerator ?? []),
      ),
    );
    expect(new Set(keys).size).toBe(keys.length); // no two for the same keys
    expect(keys).toEqual(expect.arrayContaining(['CmdOrCtrl+O', 'CmdOrCtrl+F', 'CmdOrCtrl+,', 'CmdOrCtrl+Q']));
  });

  it('keeps all in reach at every zoom up to 200 %', async () => {
    const { window, app } = launched;
    const file = path.join(dataDir, 'clip.mp4');
    await writeFile(file, 'clip');
    await upload(window, [file]);
    await finished(window, 1);
    await resize(launched, { width: 1280, height: 800 });
    for (const wanted of [1.25, 1.5, 1.75, 2]) {
      do await zoomIn(app);
      while ((await zoomOf(app)) < wanted - 0.01);
      await expect
        .poll(() => window.evaluate(() => Math.round((1280 / innerWidth) * 100) / 100))
        .toBeCloseTo(wanted, 1);
      for (const view of ['Uploads', 'Connections', 'Settings'] as const) {
        await showView(window, view);
        await settled(window);
        expect(await layoutFlaws(window), `${view} at ${wanted * 100} %`).toEqual([]);
        if (wanted === 2) await keepPicture(app, `zoom-200-${view.toLowerCase()}.light.1280x800`);
      }
    }
    await showView(window, 'Uploads');
    await drop(window, [file]);
    await window.getByRole('button', { name: 'Start upload' }).waitFor();
    await settled(window);
    expect(await layoutFlaws(window)).toEqual([]);
    await keepPicture(app, 'zoom-200-offer.light.1280x800');
    await window.keyboard.press('Escape');
    await resize(launched, { width: 800, height: 600 });
    await settled(window);
    expect(await layoutFlaws(window), 'Uploads in a small window').toEqual([]);
    await keepPicture(app, 'zoom-200-uploads.light.800x600');
    await resize(launched, { width: 1280, height: 800 });
    await app.evaluate(({ Menu }) => {
      const items = Menu.getApplicationMenu()?.items.flatMap((menu) => menu.submenu?.items ?? []);
      items?.find((item) => item.label === 'Actual Size')?.click();
    });
    expect(await zoomOf(app)).toBe(1);
  });

  it('moves nothing for who does not want it', async () => {
    const { window } = launched;
    await window.emulateMedia({ reducedMotion: 'reduce' });
    await drop(window, [dataDir]);
    await window.getByRole('dialog').waitFor();
    const moving = () =>
      window.evaluate(() => document.getAnimations().filter(({ playState }) => playState === 'running').length);
    await expect.poll(moving).toBe(0);
    await window.keyboard.press('Escape');
    await expect.poll(moving).toBe(0);
    await window.emulateMedia({ reducedMotion: 'no-preference' });
  });

  it('says so when the page breaks, and opens again', async () => {
    const { window, app } = launched;
    await app.evaluate(({ BrowserWindow }, channel) => {
      // What no main process sends: the page is right to throw.
      BrowserWindow.getAllWindows()[0]?.webContents.send(channel, 'progress', { activity: 'idle', batches: [{}] });
    }, channels.event);
    await window.getByRole('heading', { name: 'This window stopped working' }).waitFor();
    await keepScreenshot(window, 'broken.light.1280x800');
    await window.getByRole('button', { name: 'Open again' }).click();
    await window.getByRole('heading', { level: 1, name: 'Uploads' }).waitFor();
    expect((await callFrom(window, 'app.info', {})).version).not.toBe('');
  });
});

function windows(app: ElectronApplication): Promise<number> {
  return app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length);
}

function zoomOf(app: ElectronApplication): Promise<number> {
  return app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.webContents.getZoomFactor() ?? 0);
}

async function zoomIn(app: ElectronApplication): Promise<void> {
  await app.evaluate(({ Menu }) => {
    const items = Menu.getApplicationMenu()?.items.flatMap((menu) => menu.submenu?.items ?? []);
    items?.find((item) => item.label === 'Zoom In')?.click();
  });
}

/** Two frames, and no motion left. */
async function settled(window: Page): Promise<void> {
  await window.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  await expect
    .poll(() =>
      window.evaluate(() => document.getAnimations().filter(({ playState }) => playState === 'running').length),
    )
    .toBe(0);
}

/** The system's message boxes are answered by the button that is called so. Returns what has been asked since. */
async function answerQuestions(app: ElectronApplication, button: string): Promise<() => Promise<string[]>> {
  await app.evaluate(({ dialog }, wanted) => {
    const asked: string[] = [];
    Reflect.set(globalThis, 'askedByTheApp', asked);
    dialog.showMessageBoxSync = (...args: unknown[]) => {
      const { message, buttons = [] } = args.at(-1) as Electron.MessageBoxSyncOptions;
      asked.push(message);
      return buttons.indexOf(wanted);
    };
  }, button);
  return () => app.evaluate(() => Reflect.get(globalThis, 'askedByTheApp') as string[]);
}
