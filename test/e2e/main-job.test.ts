/** The main job in the real window: a folder is dropped, the plug is pulled, nothing is lost. */
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, inject, it } from 'vitest';
import { createTestBucket, type TestBucket } from '../servers/bucket.ts';
import { startFaultProxy, type FaultProxy } from '../servers/fault-proxy.ts';
import { seededRandom } from '../servers/random.ts';
import { hashTree, writeTree } from '../servers/tree.ts';
import { describeWindowOnCeph } from './describe-window.ts';
import { launchApp, type LaunchedApp } from './launch.ts';
import { callFrom, connect, drop, finished, upload } from './person.ts';
import { keepScreenshot } from './screenshots.ts';

const ceph = inject('ceph');
const MiB = 2 ** 20;

describeWindowOnCeph('the main job in the window', () => {
  let folder: string;
  let event: string;
  let bucket: TestBucket;
  let proxy: FaultProxy;
  let launched: LaunchedApp;

  beforeEach(async () => {
    if (ceph === null) return;
    folder = await mkdtemp(path.join(os.tmpdir(), 'sideline-e2e-'));
    event = path.join(folder, 'Cup Final & Friends');
    bucket = await createTestBucket(ceph);
    proxy = await startFaultProxy(ceph.endpoint);
    launched = await launchApp({ dataDir: path.join(folder, 'data') });
  });
  afterEach(async () => {
    await launched.close();
    await proxy.stop();
    bucket.s3.destroy();
    await rm(folder, { recursive: true, force: true });
  });

  async function writeEvent(photos: number, clip: number): Promise<void> {
    const files = new Map([['clips/final.mp4', clip]]);
    for (let at = 0; at < photos; at++) files.set(`day ${at % 3}/IMG_${at} #1.jpg`, 50_000 + at);
    await writeTree(event, files, seededRandom('event'));
  }

  async function restart(): Promise<void> {
    launched = await launchApp({ dataDir: path.join(folder, 'data') });
  }

  const again = () => launched.window;

  it('drops a folder, starts it, and everything arrives as it is on disk', async () => {
    await writeEvent(40, 40 * MiB);
    await connect(again(), bucket);
    await drop(again(), [event]);
    const dialog = again().getByRole('dialog');
    await expect.poll(() => dialog.innerText()).toContain('41 files');
    await keepScreenshot(again(), 'offer');
    await dialog.getByRole('textbox', { name: 'Folder in the bucket' }).fill('2026/');
    await again().keyboard.press('Enter');
    await finished(again(), 41);
    await keepScreenshot(again(), 'done');
    expect(await bucket.hashes()).toEqual(await hashTree(event, '2026/'));
    await expect.poll(() => again().locator('body').innerText()).toContain('All done');
  });

  it('goes on after it was killed in the middle, and sends nothing twice that had arrived', async () => {
    await writeEvent(20, 96 * MiB);
    await callFrom(again(), 'settings.set', { limitRate: 30 * MiB });
    await connect(again(), bucket, proxy.endpoint);
    await upload(again(), [event]);
    const parts = () => proxy.seen.filter(({ query, status }) => query.has('partNumber') && status === 200).length;
    await expect.poll(parts, { timeout: 30_000 }).toBeGreaterThan(2);
    const inFlight = proxy.inFlight().length;
    launched.app.process().kill('SIGKILL');
    await expect.poll(() => proxy.inFlight().length).toBe(0);
    await restart();
    await callFrom(again(), 'settings.set', { limitRate: null });
    await finished(again(), 21);
    expect(await bucket.hashes()).toEqual(await hashTree(event));
    expect(await bucket.uploadsLeft()).toEqual([]);
    const sent = proxy.seen.filter(({ method, path: of }) => method === 'PUT' && of.includes('Cup Final'));
    expect(sent.length).toBeLessThanOrEqual(20 + 12 + inFlight); // 96 MiB are 12 parts of 8 MiB
  });

  it('goes on after it was quit in the middle from the menu', async () => {
    await writeEvent(20, 64 * MiB);
    await callFrom(again(), 'settings.set', { limitRate: 20 * MiB });
    await connect(again(), bucket, proxy.endpoint);
    await upload(again(), [event]);
    await expect.poll(() => proxy.seen.filter(({ status }) => status === 200).length).toBeGreaterThan(5);
    const ended = new Promise((resolve) => launched.app.process().once('exit', resolve));
    await launched.app.evaluate(({ Menu }) => {
      const items = Menu.getApplicationMenu()?.items.flatMap((menu) => menu.submenu?.items ?? []);
      items?.find(({ role }) => role === 'quit')?.click();
    });
    expect(await ended).toBe(0);
    await restart();
    await callFrom(again(), 'settings.set', { limitRate: null });
    await finished(again(), 21);
    expect(await bucket.hashes()).toEqual(await hashTree(event));
  });

  it('pauses, resumes, waits for the server and retries, by the buttons', async () => {
    await writeEvent(30, 48 * MiB);
    await callFrom(again(), 'settings.set', { limitRate: 8 * MiB });
    await connect(again(), bucket, proxy.endpoint);
    await upload(again(), [event]);
    await expect.poll(() => again().locator('.transfer-grid').innerText(), { timeout: 4000 }).toMatch(/\d [kM]B\/s/);
    await again().getByRole('button', { name: 'Pause all' }).click();
    await expect.poll(() => again().locator('body').innerText()).toContain('Paused');
    await keepScreenshot(again(), 'paused');
    await proxy.goAway();
    await again().getByRole('button', { name: 'Resume all' }).click();
    await expect
      .poll(() => again().locator('body').innerText(), { timeout: 20_000 })
      .toContain('Waiting for the network');
    await keepScreenshot(again(), 'offline');
    await proxy.comeBack();
    await callFrom(again(), 'settings.set', { limitRate: null });
    await finished(again(), 31);
    expect(await bucket.hashes()).toEqual(await hashTree(event));
  });
});
