/** A connection to a backend among the others: shown, chosen, removed; nothing of the window expects a bucket of it. */
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openJournal } from '../../electron/journal/open.ts';
import { parseBrokerSettings } from '../../shared/broker-settings.ts';
import { axeProblems } from './axe.ts';
import { describeWindow } from './describe-window.ts';
import { launchApp, type LaunchedApp } from './launch.ts';
import { keepScreenshot } from './screenshots.ts';

describeWindow('a backend among the connections', () => {
  let folder: string;
  let launched: LaunchedApp;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'sideline-e2e-'));
    const dataDir = path.join(folder, 'data');
    const journal = openJournal({ folder: dataDir });
    const settings = parseBrokerSettings({ kind: 'plugs', baseUrl: 'https://app.example.org' });
    journal.addConnection('Team backend', { kind: 'broker', settings });
    journal.addConnection('Club', {
      ...{ endpoint: 'http://127.0.0.1:9', region: 'us-east-1', bucket: 'media', pathStyle: true },
      credentials: { from: 'stored' },
    });
    journal.close();
    launched = await launchApp({ dataDir });
  });
  afterAll(async () => {
    await launched.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('is shown with its host, and can be removed', async () => {
    const { window } = launched;
    await window.getByRole('button', { name: 'Connections' }).click();
    const card = window.getByRole('listitem').filter({ hasText: 'Team backend' });
    await expect.poll(() => card.innerText()).toContain('Backend · app.example.org');
    await keepScreenshot(window, 'connection-backend');
    expect(await axeProblems(window)).toEqual([]);
    await card.getByRole('button', { name: 'Delete Team backend' }).click();
    await window.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click();
    await expect.poll(() => window.locator('main').innerText()).not.toContain('Team backend');
    await expect.poll(() => window.locator('main').innerText()).toContain('Club');
  });
});
