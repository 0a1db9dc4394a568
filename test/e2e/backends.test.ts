/** A connection to a backend among the others: shown, chosen, removed; nothing of the window expects a bucket of it. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openJournal } from '../../electron/journal/open.ts';
import { parseBrokerSettings } from '../../shared/broker-settings.ts';
import { axeProblems } from './axe.ts';
import { describeWindow } from './describe-window.ts';
import { launchApp, type LaunchedApp } from './launch.ts';
import { layoutFlaws } from './layout.ts';
import { callFrom, drop } from './person.ts';
import { keepLooks, keepScreenshot, resize, sizes } from './screenshots.ts';

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

  async function look(name: string): Promise<void> {
    await keepLooks(launched, name, async ({ title }) => {
      expect(await axeProblems(launched.window), title).toEqual([]);
      expect(await layoutFlaws(launched.window), title).toEqual([]);
    });
    await resize(launched, sizes[0]);
  }

  it('has destinations that offer what a backend can do, and no more', async () => {
    const { window } = launched;
    const main = window.locator('main');
    await window.getByRole('navigation').getByRole('button', { name: 'Destinations' }).click();
    await main.getByRole('button', { name: 'New destination' }).first().click();
    await main.getByRole('textbox', { name: 'Name', exact: true }).fill('Match day');
    await main.getByRole('button', { name: /Connection$/ }).click();
    await window.getByRole('option', { name: 'Team backend' }).click();
    await expect.poll(() => main.innerText()).toContain('The backend names the files and decides how they are stored');
    await expect.poll(() => main.innerText()).toContain('The Plugs names it');
    for (const absent of ['Folder in the bucket', 'key template)', 'How it is stored', 'When it is there already'])
      expect(await main.innerText()).not.toContain(absent);
    await look('backend-destination');
    await main.getByRole('button', { name: 'Save' }).click();
    const card = window.getByRole('listitem').filter({ hasText: 'Match day' });
    await expect.poll(() => card.innerText()).toContain('Team backend');
    expect(await card.innerText()).not.toContain('Finals/');
    await look('backend-destination-card');
  });

  it('is told what it cannot do without, through a destination too', async () => {
    const { window } = launched;
    const event = path.join(folder, 'event');
    await mkdir(event);
    await writeFile(path.join(event, 'a.jpg'), 'not a photo');
    await drop(window, [event]);
    const dialog = window.getByRole('dialog');
    await dialog.getByRole('textbox', { name: 'Event ID' }).waitFor();
    expect(await dialog.innerText()).toContain('app.example.org');
    await look('backend-offer-destination');
    await dialog.getByRole('button', { name: 'Start upload' }).click();
    await expect.poll(() => dialog.innerText()).toContain('This is needed');
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await dialog.waitFor({ state: 'hidden' });
    const [match] = await callFrom(window, 'destinations.list', {});
    await callFrom(window, 'destinations.remove', { id: match?.id ?? 0 });
  });

  it('is shown with its host, and can be removed', async () => {
    const { window } = launched;
    await window.getByRole('button', { name: 'Connections' }).click();
    const card = window.getByRole('listitem').filter({ hasText: 'Team backend' });
    await expect.poll(() => card.innerText()).toContain('Backend · The Plugs · app.example.org');
    await expect.poll(() => card.innerText()).toContain('Nobody is signed in');
    await keepScreenshot(window, 'connection-backend');
    expect(await axeProblems(window)).toEqual([]);
    await card.getByRole('button', { name: 'Delete Team backend' }).click();
    await window.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click();
    await expect.poll(() => window.locator('main').innerText()).not.toContain('Team backend');
    await expect.poll(() => window.locator('main').innerText()).toContain('Club');
  });
});
