/** 100,000 objects in one folder of a store, in the real window: what a person who scrolls, sorts and filters makes it do. */
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ElectronApplication, Page } from 'playwright';
import { z } from 'zod';
import { startListedFolder } from '../../servers/listed-folder.ts';
import { launchApp } from '../launch.ts';
import { browse } from '../../../shared/strings/browse.ts';
import { connectTo, measured, onTape } from './large-batch.ts';
import { scroll } from './long-tasks.ts';

export interface LargeFolder {
  objects: number;
  /** from the press on the folder until its first rows are drawn, and until all is loaded. ms */
  firstRows: number;
  loaded: number;
  /**
   * Tasks of the renderer that took more than 50 ms of processor time, ms each: while it is loaded, and while a person uses the
   * list and the grid of pictures.
   */
  longTasks: { loading: number[]; list: number[]; grid: number[] };
}

export async function measureLargeFolder(objects: number): Promise<LargeFolder> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'sideline-folder-'));
  const store = await startListedFolder('event/', objects, (at) => `event/IMG_${String(at).padStart(6, '0')}.jpg`);
  const launched = await launchApp({ dataDir: path.join(folder, 'data'), entry: measured });
  try {
    const { app, window } = launched;
    await connectTo(window, { ...store, accessKeyId: 'key', secretAccessKey: 'secret' });
    await window.getByRole('navigation').getByRole('button', { name: browse.title }).click();
    const event = window.locator('.browse-name', { hasText: 'event' });
    await event.waitFor();
    const from = performance.now();
    await onTape(app, 'beginTrace');
    await event.dblclick();
    await window.locator('.browse-name', { hasText: 'IMG_000000' }).waitFor();
    const firstRows = performance.now() - from;
    await window.getByText(browse.sum({ folders: 0, objects, bytes: 0 })).waitFor({ timeout: 120_000 });
    const loaded = performance.now() - from;
    const loading = await ownTasks(app);
    await onTape(app, 'beginTrace');
    await scroll(window, '.browse-grid');
    for (const name of ['size', 'name'] as const) {
      await window.getByRole('columnheader', { name: browse.list.columns[name] }).click();
      await sleep(300);
    }
    await filter(window);
    const list = await ownTasks(app);
    await window.getByRole('button', { name: browse.toolbar.grid }).click();
    await window.locator('.browse-tile').first().waitFor();
    await onTape(app, 'beginTrace');
    await scroll(window, '.browse-tiles');
    await filter(window);
    const grid = await ownTasks(app);
    return { objects, firstRows, loaded, longTasks: { loading, list, grid } };
  } finally {
    await launched.close();
    await store.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function ownTasks(app: ElectronApplication): Promise<number[]> {
  return z.array(z.number()).parse(await onTape(app, 'endTrace'));
}

async function filter(window: Page): Promise<void> {
  const field = window.getByRole('searchbox');
  await field.pressSequentially('IMG_04', { delay: 60 });
  await sleep(500);
  await field.clear();
  await sleep(500);
}
