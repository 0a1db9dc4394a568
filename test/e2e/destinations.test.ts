/** Destinations as a person sets them up: from a preset, by the form with what becomes of a file beside it, and from a file. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Locator } from 'playwright';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { parseDestinationFile } from '../../shared/destination-file.ts';
import { axeProblems } from './axe.ts';
import { describeWindow } from './describe-window.ts';
import { launchApp, type LaunchedApp } from './launch.ts';
import { layoutFlaws } from './layout.ts';
import { answerFileDialog, answerSaveDialog, callFrom } from './person.ts';
import { keepLooks, keepPicture, resize, sizes } from './screenshots.ts';

describeWindow('destinations in the window', () => {
  let folder: string;
  let launched: LaunchedApp;
  let flaws: string[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'sideline-e2e-'));
    launched = await start('data');
  });
  afterAll(async () => {
    await launched.close();
    await rm(folder, { recursive: true, force: true });
  });
  beforeEach(() => (flaws = []));
  afterEach(() => expect(flaws).toEqual([]));

  async function start(data: string): Promise<LaunchedApp> {
    const app = await launchApp({ dataDir: path.join(folder, data) });
    app.window.setDefaultTimeout(10_000);
    // The page's own policy forbids much: what is tried in vain is said there.
    app.window.on('console', (said) => {
      if (said.type() === 'error') flaws.push(said.text());
    });
    await app.window.emulateMedia({ reducedMotion: 'reduce' });
    await app.window.getByRole('heading', { level: 1 }).waitFor();
    return app;
  }

  async function look(name: string): Promise<void> {
    await keepLooks(launched, name, async ({ size, title }) => {
      const found = await layoutFlaws(launched.window);
      if (size === sizes[0]) found.push(...(await axeProblems(launched.window)));
      flaws.push(...found.map((one) => `${title}: ${one}`));
    });
  }

  const button = (name: string | RegExp) => launched.window.getByRole('button', { name, exact: true });
  const dialog = () => launched.window.locator('.dialog'); // a message in the corner has a role like one
  const field = (name: string | RegExp, within: Locator = launched.window.locator('body')) =>
    within.getByRole('textbox', { name, exact: true });
  const preview = () => launched.window.getByRole('complementary', { name: 'What becomes of a file' });
  const key = () => preview().locator('.preview-key').first();
  const list = () => callFrom(launched.window, 'destinations.list', {});
  const focused = () =>
    launched.window.evaluate(() => {
      const at = document.activeElement;
      return at === null ? '' : `${at.tagName} ${at.textContent || at.getAttribute('aria-label') || ''}`.trim();
    });
  const heading = (name: string) => launched.window.getByRole('heading', { level: 1, name });

  async function show(): Promise<void> {
    await launched.window.getByRole('navigation').getByRole('button', { name: 'Destinations' }).click();
    await heading('Destinations').waitFor();
  }

  it('needs a connection first, and says so', async () => {
    await show();
    await button('Add a connection').waitFor();
    await look('destinations-no-connection');
    await button('Add a connection').click();
    await heading('Connections').waitFor();
    await callFrom(launched.window, 'connections.practice', {});
  });

  it('makes those of a preset, asking only for what it cannot know', async () => {
    const { window } = launched;
    await show();
    await look('destinations-empty');
    await button('From a preset').click();
    await look('destinations-presets');
    await dialog()
      .getByRole('option', { name: /Fitness app/ })
      .click();
    await look('destinations-preset-asks');
    await dialog().getByRole('button', { name: 'Make all 7' }).click();
    // What is missing is said at its place, and has the focus.
    await dialog().getByText('This is needed.').waitFor();
    await expect.poll(() => window.evaluate(() => document.activeElement?.getAttribute('placeholder'))).toBe('user123');
    await window.keyboard.type('coach/7');
    await dialog().getByText('so it has no slash in it').waitFor();
    await window.keyboard.press('Backspace');
    await window.keyboard.press('Backspace');
    await dialog().getByText('7 destinations will be made').waitFor();
    await look('destinations-preset-answered');
    await window.keyboard.press('Enter');
    await dialog().waitFor({ state: 'hidden' });
    const made = await list();
    expect(made).toHaveLength(7);
    expect(made.every(({ rules }) => rules.fields.user_id === 'coach')).toBe(true);
    await expect.poll(focused).toMatch(/^H2 /);
    await look('destinations-list');
  });

  it('a second time they get numbers', async () => {
    const { keyboard } = launched.window;
    await button('From a preset').press('Enter');
    await dialog().getByRole('option').first().waitFor();
    for (const key of ['ArrowDown', 'ArrowDown', 'Enter']) await keyboard.press(key);
    await dialog().getByText('2 destinations will be made').waitFor();
    await keyboard.press('Tab'); // from the connection to what is asked
    await keyboard.press('Enter');
    await dialog().waitFor({ state: 'hidden' });
    await button('From a preset').click();
    await dialog()
      .getByRole('option', { name: /Web uploads/ })
      .click();
    await dialog().getByText('“Public uploads” is there already, so this one gets a number').waitFor();
    await dialog().getByRole('button', { name: 'Make all 2' }).click();
    await dialog().waitFor({ state: 'hidden' });
    const names = (await list()).map(({ rules }) => rules.name);
    expect(names).toEqual(expect.arrayContaining(['Public uploads', 'Public uploads 2', 'Private uploads 2']));
  });

  it('shows the key while its template is typed, and what is wrong with it', async () => {
    const { window } = launched;
    await button('New destination').click();
    await heading('New destination').waitFor();
    await expect.poll(() => window.evaluate(() => document.activeElement?.tagName)).toBe('INPUT');
    await expect.poll(() => key().innerText()).toBe('Cup final/IMG_2041.JPG');
    await field('Name').fill('Photos');
    const template = field(/^Name of each file/);
    await template.fill('{taken:yyyy}/{slug}.{ext}');
    await expect.poll(() => key().innerText()).toBe('2026/img-2041.jpg');
    await field('Folder in the bucket').fill('cup');
    await expect.poll(() => key().innerText()).toBe('cup/2026/img-2041.jpg');
    await look('destination-form');

    await template.fill('{takn:yyyy}/{slug}.{ext}');
    await preview().getByText('This is as it was before').waitFor();
    await template.press('Tab');
    await window.getByText('did you mean "{taken:yyyy}"?').waitFor();
    await template.fill('{event_id}/');
    await button('Insert a placeholder').click();
    await look('destination-placeholders');
    await button(/^\{stem\}: /).click();
    await expect.poll(() => template.inputValue()).toBe('{event_id}/{stem}');
    await button('Insert a placeholder').click();
    await preview().getByText('event_id is asked for with each upload').waitFor();
    await field('event_id', preview()).fill('finals');
    await expect.poll(() => key().innerText()).toBe('cup/finals/IMG_2041');
    await template.fill('{event_id}/{name}');
  });

  it('shows what preparing it makes of a photo', async () => {
    await button(/^Images and videos/).click();
    await launched.window.getByText('Prepare images').click();
    await field('Width at most (px)').fill('640');
    await field('Height at most (px)').fill('640');
    const said = preview().getByRole('region', { name: 'The file' });
    await expect.poll(() => said.innerText(), { timeout: 20_000 }).toMatch(/% smaller · 474 × 640 px/);
    await expect.poll(() => said.innerText()).toContain('place, camera and names removed');
    await button('Add a size').click();
    const size = preview().getByRole('region', { name: 'Size “thumbnail”' });
    await expect.poll(() => size.innerText(), { timeout: 20_000 }).toContain('thumbnail/Cup final/IMG_2041.jpg');
    await look('destination-images');
  });

  it('refuses field by field, opens the group that is wrong, and goes there', async () => {
    const { window } = launched;
    await button(/^Links/).click();
    await field('Public address').fill('my domain');
    await button(/^Links/).click();
    await button(/^How it is stored/).click();
    await field('Cache-Control').fill('max-äge');
    await button(/^How it is stored/).click();
    await field('Width at most (px)').first().fill('wide');
    await button('Save').click();
    await expect.poll(() => window.evaluate(() => document.activeElement?.getAttribute('aria-invalid'))).toBe('true');
    await window.getByText('A whole number from 1 to 16,384.').first().waitFor();
    await window.getByText('An address like https://media.example.org.').waitFor();
    await window.getByText('Only letters, digits and signs of ASCII').waitFor();
    await look('destination-wrong');
    await field('Public address').fill('https://media.example.org');
    await field('Cache-Control').fill('max-age=60');
    await field('Width at most (px)').first().fill('640');
    await field('Name', window.getByRole('main')).first().fill('Food images');
    await button('Save').click();
    await window.getByText('Another destination has this name.').waitFor();
    expect(await list()).toHaveLength(11);
  });

  it('keeps what is typed while another view is looked at, and saves it', async () => {
    const { window } = launched;
    await window.getByRole('navigation').getByRole('button', { name: 'Settings' }).click();
    await heading('Settings').waitFor();
    await window.getByRole('navigation').getByRole('button', { name: 'Destinations' }).click();
    await heading('New destination').waitFor();
    await button(/^What is taken/).click();
    await window.getByText('All images', { exact: true }).click();
    await field('Largest file (MB)').fill('25.5');
    await button('Add a rule').click();
    await field('In a folder named').fill('*match*');
    await look('destination-taken');
    await field('Name').first().fill('Match photos');
    await expect
      .poll(() => preview().locator('.preview-url').first().innerText())
      .toContain('https://media.example.org/cup/');
    await button('Save').click();
    await heading('Destinations').waitFor();
    await expect.poll(focused).toBe('H2 Match photos');
    const saved = (await list()).find(({ rules }) => rules.name === 'Match photos');
    expect(saved?.rules).toMatchObject({
      ...{ prefix: 'cup', keyTemplate: '{event_id}/{name}', cacheControl: 'max-age=60' },
      ...{
        accepts: ['image/*'],
        maxSize: 25_500_000,
        sorting: [{ types: ['image/*'], folder: '*match*', file: null }],
      },
      image: { width: 640, height: 640 },
      derived: [{ name: 'thumbnail' }],
      publicUrlBase: 'https://media.example.org',
    });
  });

  it('edits, duplicates and removes by keyboard', async () => {
    const { window } = launched;
    await button('Edit Match photos').focus();
    await window.keyboard.press('Enter');
    await heading('Edit Match photos').waitFor();
    await expect.poll(() => window.evaluate(() => document.activeElement?.tagName)).toBe('INPUT');
    await window.keyboard.press('End');
    await window.keyboard.type(' 2026');
    await window.keyboard.press('Enter');
    await expect.poll(focused).toBe('H2 Match photos 2026');

    await button('More for Match photos 2026').focus();
    await window.keyboard.press('Enter');
    await window.getByRole('menuitem', { name: 'Duplicate' }).waitFor();
    await window.keyboard.press('Enter');
    await heading('New destination').waitFor();
    await expect.poll(() => field('Name').first().inputValue()).toBe('Match photos 2026 copy');
    await button('Cancel').click();
    await dialog().getByText('What you changed here is lost.').waitFor();
    await dialog().getByRole('button', { name: 'Stay' }).click();
    await button('Save').click();
    await expect.poll(focused).toBe('H2 Match photos 2026 copy');

    await button('More for Match photos 2026 copy').focus();
    await window.keyboard.press('Enter');
    await window.getByRole('menuitem', { name: 'Remove' }).waitFor();
    await window.keyboard.press('ArrowUp');
    await window.keyboard.press('Enter');
    await dialog().getByText('What was sent there stays where it is').waitFor();
    await look('destination-remove');
    await dialog().getByRole('button', { name: 'Remove' }).click();
    await dialog().waitFor({ state: 'hidden' });
    expect((await list()).map(({ rules }) => rules.name)).not.toContain('Match photos 2026 copy');
    await expect.poll(focused).toMatch(/^H2 /);
  });

  it('shows a file of one’s own', async () => {
    const { app } = launched;
    const notes = path.join(folder, 'notes.txt');
    await writeFile(notes, 'what was said');
    await answerFileDialog(app, [notes]);
    await button('Edit Food images').click();
    await preview().getByRole('button', { name: 'Use a file of yours' }).click();
    await preview().getByText('It would not be sent').waitFor();
    await preview().getByText('This destination does not take it: text/plain.').waitFor();
    await look('destination-refused');
    await preview().getByRole('button', { name: 'Use the sample photo' }).click();
    await expect.poll(() => key().innerText()).toMatch(/^media\/food_images\/coach-\d{10}-[0-9a-f-]{36}\.jpg$/);
    await button('Cancel').click();
    await heading('Destinations').waitFor();
  });

  it('can be used at twice the size', async () => {
    const { window, app } = launched;
    await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.webContents.setZoomFactor(2));
    await resize(launched, { width: 800, height: 600 });
    flaws.push(...(await layoutFlaws(window)));
    await keepPicture(app, 'destinations-list.zoomed');
    await button('From a preset').click();
    await dialog()
      .getByRole('option', { name: /Heaven/ })
      .click();
    flaws.push(...(await layoutFlaws(window)));
    await keepPicture(app, 'destinations-preset.zoomed');
    await dialog().getByRole('button', { name: 'Cancel' }).click();
    await dialog().waitFor({ state: 'hidden' });
    await button('Edit Match photos 2026').click();
    await field('event_id', preview()).fill('finals');
    await key().waitFor();
    for (const name of [/^What is taken/, /^Images and videos/, /^How it is stored/]) await button(name).click();
    flaws.push(...(await layoutFlaws(window)));
    await keepPicture(app, 'destination-form.zoomed');
    await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.webContents.setZoomFactor(1));
    await resize(launched, sizes[0]);
    await look('destination-form-all');
    await button('Cancel').click();
    await heading('Destinations').waitFor();
  });

  it('goes to another computer as a file', async () => {
    const file = path.join(folder, 'destinations.json');
    await answerSaveDialog(launched.app, file);
    await button('More').click();
    await launched.window.getByRole('menuitem', { name: 'Export all' }).click();
    await launched.window.getByText(`Written to ${file}`).waitFor();
    const written = parseDestinationFile(await readFile(file, 'utf8'));
    expect(written).toHaveLength(12);
    await launched.close();

    launched = await start('other');
    const { window, app } = launched;
    const practice = await callFrom(window, 'connections.practice', {});
    await show();
    await answerFileDialog(app, [file]);
    await button('Import').click();
    await dialog().getByText('Match photos 2026').waitFor();
    await look('destinations-import');
    await dialog().getByRole('button', { name: 'Import' }).click();
    await dialog().waitFor({ state: 'hidden' });
    const taken = await list();
    expect(taken.map(({ rules }) => rules)).toEqual(expect.arrayContaining(written.map(({ rules }) => rules)));
    expect(taken.every(({ connectionId }) => connectionId === practice.id)).toBe(true);

    // The second time all are there: nothing is replaced without being asked.
    await button('More').click();
    await window.getByRole('menuitem', { name: 'Import' }).click();
    await dialog().getByText('Replace the 12 that are there already').waitFor();
    await look('destinations-import-again');
    expect(await dialog().getByRole('button', { name: 'Import' }).isDisabled()).toBe(true);
    await dialog().getByText('Replace the 12 that are there already').click();
    await dialog().getByRole('button', { name: 'Import' }).click();
    await dialog().waitFor({ state: 'hidden' });
    expect((await list()).map(({ id }) => id)).toEqual(taken.map(({ id }) => id));
  });

  it('a file that is none is refused in words', async () => {
    const file = path.join(folder, 'other.json');
    await writeFile(file, '{"name":"package"}');
    await answerFileDialog(launched.app, [file]);
    await button('More').click();
    await launched.window.getByRole('menuitem', { name: 'Import' }).click();
    await launched.window.getByText('this is no file of destinations').waitFor();
  });
});
