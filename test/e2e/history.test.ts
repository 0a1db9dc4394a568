/** The history of what was sent, as a person uses it: found, looked at, shared, written to files, and compared with the store. */
import { createHash } from 'node:crypto';
import { copyFile, mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { DeleteObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import type { HistoryQuery } from '../../shared/history.ts';
import type { CallInput } from '../../shared/ipc.ts';
import { axeProblems } from './axe.ts';
import { describeWindowOnCeph } from './describe-window.ts';
import { layoutFlaws } from './layout.ts';
import {
  answerFileDialog,
  answerSaveDialog,
  callFrom,
  changeSettings,
  chooseMenu,
  connect,
  finished,
} from './person.ts';
import { keepLooks, keepPicture, resize, sizes } from './screenshots.ts';
import { setStage, type Stage } from './stage.ts';

const photos = 42;
const clip = 'Final, second half, camera behind the goal (before the colours were graded).mp4';

function* eventFiles(): Generator<readonly [string, number]> {
  for (let at = 1; at <= photos; at++)
    yield [`day ${1 + (at % 3)}/IMG_${String(at).padStart(4, '0')}.jpg`, 20_000 + 791 * at];
  yield [`clips/${clip}`, 18 * 2 ** 20];
  yield ['clips/interview.mov', 900_000];
  yield ['results.pdf', 31_000];
}
const files = photos + 3;

const details: CallInput<'offers.start'>['details'] = {
  ...{ title: 'Regional cup', description: 'All cameras, before the colours were graded.', tags: ['cup', 'finals'] },
  ...{ event: 'cup-2026', session: 'finals', person: 'Ada Lovelace' },
};

const everything: HistoryQuery = {
  ...{ search: '', kinds: [], destinationIds: [], batchId: null, tag: null, from: null, until: null },
  sort: { by: 'finished', descending: true },
};

describeWindowOnCeph('the history', () => {
  let stage: Stage;
  let connectionId: number;

  beforeAll(async () => {
    stage = await setStage(inject('ceph'), eventFiles());
    await stage.window.emulateMedia({ reducedMotion: 'reduce' });
    connectionId = await connect(stage.window, stage.bucket, stage.proxy.endpoint);
    await stage.window.getByRole('heading', { level: 1 }).waitFor();
  });
  afterAll(() => stage.end());

  async function look(name: string): Promise<void> {
    const flaws: string[] = [];
    await keepLooks(stage.launched, name, async ({ size, title }) => {
      const found = await layoutFlaws(stage.window);
      if (size === sizes[0]) found.push(...(await axeProblems(stage.window)));
      flaws.push(...found.map((one) => `${title}: ${one}`));
    });
    await resize(stage.launched, sizes[0]);
    expect(flaws).toEqual([]);
  }

  const button = (name: string | RegExp) => stage.window.getByRole('button', { name, exact: true });
  const rows = () => stage.window.locator('.history-grid [row-id]');
  const count = () => stage.window.locator('.page-head').getByRole('status').innerText();
  const panel = () => stage.window.getByRole('complementary', { name: 'Details of the file' });
  const openHistory = async () => {
    await stage.window.getByRole('navigation').getByRole('button', { name: 'History' }).click();
    await stage.window.getByRole('heading', { level: 1, name: 'History' }).waitFor();
  };
  const search = (text: string) => stage.window.getByRole('searchbox', { name: 'Search name or path' }).fill(text);

  /** Chooses in one of the filters, and closes it where it stays open. */
  async function filter(name: string, ...options: string[]): Promise<void> {
    await stage.window.getByRole('search').getByRole('button', { name }).click();
    for (const option of options) await stage.window.getByRole('option', { name: option }).click();
    if ((await stage.window.getByRole('listbox').count()) > 0) await stage.window.keyboard.press('Escape');
    await stage.window.getByRole('listbox').waitFor({ state: 'hidden' });
  }

  /** Starts an upload through the bridge: how it is offered is tested elsewhere. */
  async function send(
    folder: string,
    placement: CallInput<'offers.start'>['placement'],
    said: CallInput<'offers.start'>['details'] = {},
  ): Promise<void> {
    await answerFileDialog(stage.launched.app, [folder]);
    const offer = await callFrom(stage.window, 'offers.choose', { kind: 'folder' });
    await callFrom(stage.window, 'offers.start', { offerId: offer?.id ?? '', placement, details: said });
  }

  const clipboard = () => stage.launched.app.evaluate(({ clipboard: held }) => held.readText());

  it('says that nothing was sent yet, and shows what is sent meanwhile', async () => {
    await openHistory();
    await stage.window.getByRole('heading', { name: 'Nothing has been sent yet' }).waitFor();
    await look('history-empty');
    await send(stage.event, { to: 'connection', connectionId, prefix: '2026/' }, details);
    await finished(stage.window, files);
    await expect.poll(count, { timeout: 15_000 }).toBe(`${files} files`);
  });

  it('shows the newest first, and sorts by its columns', async () => {
    await look('history');
    const keys = async (query: Partial<HistoryQuery>) =>
      (
        await callFrom(stage.window, 'history.page', { query: { ...everything, ...query }, offset: 0, limit: 500 })
      ).rows.map(({ key }) => key);
    const firstRow = () => stage.window.locator('.history-grid [row-index="0"]').textContent();
    const [newest = ''] = await keys({});
    await expect.poll(firstRow).toContain(newest);
    await stage.window.getByRole('columnheader', { name: 'Size' }).click();
    await expect.poll(firstRow).toContain('graded).mp4');
    await stage.window.getByRole('columnheader', { name: 'Size' }).click();
    await expect.poll(firstRow).toContain('IMG_0001.jpg');
    await stage.window.getByRole('columnheader', { name: 'Name' }).click();
    const [first = ''] = await keys({ sort: { by: 'name', descending: false } });
    await expect.poll(firstRow).toContain(first);
    await stage.window.getByRole('columnheader', { name: 'Finished' }).click();
    await expect.poll(firstRow).toContain(newest);
  });

  it('finds by name, path, kind, day and tag, and says so when nothing is found', async () => {
    await chooseMenu(stage.launched.app, 'Find…');
    await stage.window.keyboard.type('INTERVIEW');
    await expect.poll(count).toBe('1 file');
    await expect.poll(() => rows().textContent()).toContain('interview.mov');
    await search(stage.event.slice(0, 40));
    await expect.poll(count).toBe(`${files} files`);
    await search('');
    await filter('Kind', 'Videos');
    await expect.poll(count).toBe('2 files');
    await filter('Kind', 'Documents');
    await expect.poll(count).toBe('3 files');
    await button('Clear filters').click();
    await filter('When', 'Today');
    await expect.poll(count).toBe(`${files} files`);
    await filter('When', 'Between two days');
    await stage.window.getByLabel('First day').fill('2020-01-01');
    await stage.window.getByLabel('Last day').fill('2020-12-31');
    await stage.window.getByText('No file that was sent matches this.').waitFor();
    await look('history-nothing');
    await stage.window.getByLabel('Last day').fill('2019-12-31');
    await stage.window.getByText('The last day is before the first.').waitFor();
    await stage.window.locator('.files-nothing').getByRole('button', { name: 'Clear filters' }).click();
    await filter('Tag', 'finals');
    await expect.poll(count).toBe(`${files} files`);
    await button('Clear filters').click();
    await stage.window.getByRole('search').getByRole('button', { name: 'Kind' }).click();
    await look('history-kinds');
    await stage.window.keyboard.press('Escape');
  });

  it('shows all that is known of a file', async () => {
    await search('interview');
    await expect.poll(count).toBe('1 file');
    await rows().first().click();
    await panel().getByRole('heading', { name: 'interview.mov' }).waitFor();
    const bytes = await readFile(path.join(stage.event, 'clips/interview.mov'));
    const md5 = createHash('md5').update(bytes).digest('hex');
    for (const known of ['2026/event/clips/interview.mov', 'Club storage', '900 kB', 'video/quicktime', md5])
      await expect.poll(() => panel().innerText()).toContain(known);
    const text = await panel().innerText();
    expect(text).toContain(path.join(stage.event, 'clips/interview.mov'));
    expect(text).toContain('Proved by its');
    expect(text).toContain('Ada Lovelace');
    await search('');
    await expect.poll(count).toBe(`${files} files`);
    await rows().nth(3).click();
    await panel().waitFor();
    await look('history-details');
  });

  it('opens, copies its link, which works, and its address, and shows the file', async () => {
    const { window, launched } = stage;
    await search('interview');
    await expect.poll(count).toBe('1 file');
    await rows().first().click();
    await panel().getByRole('button', { name: 'Copy link' }).click();
    await window.getByText(/The link was copied\. Whoever has it can open the file until .*\d/).waitFor();
    const answer = await fetch(await clipboard());
    expect(answer.status).toBe(200);
    const sent = await readFile(path.join(stage.event, 'clips/interview.mov'));
    expect(Buffer.from(await answer.arrayBuffer()).equals(sent)).toBe(true);
    await panel().getByRole('button', { name: 'Copy address' }).click();
    await expect.poll(clipboard).toMatch(/^http[^?]*interview\.mov$/);
    await launched.app.evaluate(({ shell }) => {
      const seen = globalThis as unknown as { opened: string[] };
      seen.opened = [];
      shell.openExternal = (url) => Promise.resolve(void seen.opened.push(url));
      shell.showItemInFolder = (file) => void seen.opened.push(file);
    });
    const opened = () => launched.app.evaluate(() => (globalThis as unknown as { opened: string[] }).opened);
    await panel().getByRole('button', { name: 'Open' }).click();
    await expect.poll(opened).toEqual([expect.stringMatching(/^http.*interview\.mov\?/)]);
    await panel().getByRole('button', { name: 'Show file' }).click();
    await expect.poll(async () => (await opened())[1]).toBe(path.join(stage.event, 'clips/interview.mov'));
    await panel().getByRole('button', { name: 'Close details' }).click();
    await panel().waitFor({ state: 'hidden' });
  });

  it('is used by keyboard alone', async () => {
    const { window } = stage;
    const { keyboard } = window;
    await search('');
    await expect.poll(count).toBe(`${files} files`);
    await window.getByRole('searchbox', { name: 'Search name or path' }).focus();
    const names = ['Kind', 'When', 'Tag', 'Upload'];
    for (const name of names) {
      await keyboard.press('Tab');
      await expect.poll(() => window.evaluate(() => document.activeElement?.textContent)).toBe(name);
    }
    await keyboard.press('Tab'); // the heads of the columns
    await keyboard.press('ArrowDown');
    await keyboard.press('ArrowDown');
    await keyboard.press(' ');
    const shown = () => panel().getByRole('heading', { level: 2 }).innerText();
    const second = await shown();
    await keyboard.press('ArrowDown');
    await expect.poll(shown).not.toBe(second);
    const third = await shown();
    await keyboard.press('Control+c');
    await expect.poll(async () => decodeURIComponent(await clipboard())).toMatch(new RegExp(`${escaped(third)}$`));
    await keyboard.press('Escape');
    await panel().waitFor({ state: 'hidden' });
    await keyboard.press('Shift+F10');
    await window.getByRole('menu').waitFor();
    await look('history-menu');
    await keyboard.press('Escape');
    await window.getByRole('menu').waitFor({ state: 'hidden' });

    // A narrow window has no room for the details beside the list: the focus goes into a dialog, and comes back.
    await resize(stage.launched, sizes[1]);
    await keyboard.press(' ');
    await window.getByRole('dialog', { name: third }).waitFor();
    await keyboard.press('Escape');
    await window.getByRole('dialog').waitFor({ state: 'hidden' });
    await expect
      .poll(() => window.evaluate(() => document.activeElement?.closest<HTMLElement>('[row-id]')?.textContent))
      .toContain(third);
    await resize(stage.launched, sizes[0]);
  });

  it('shows a whole upload, and writes its receipts and mapping to files', async () => {
    const { window, launched, folder } = stage;
    await filter('Upload', 'Regional cup');
    const card = window.getByRole('region', { name: 'Upload: Regional cup' });
    await card.getByText('Session: finals').waitFor();
    await look('history-batch');
    const saved = path.join(folder, 'saved');
    await answerSaveDialog(launched.app, saved);
    const written = async (form: RegExp) => {
      await card.getByRole('button', { name: 'Export' }).click();
      await window.getByRole('menuitem', { name: form }).click();
      await window.getByText(`Saved as ${saved}`).waitFor();
      await window.getByRole('button', { name: 'Dismiss' }).first().click();
      return await readFile(saved, 'utf8');
    };
    const csv = await written(/All that is known, as a table/);
    expect(csv.trimEnd().split('\r\n')).toHaveLength(files + 1);
    expect(csv).toContain('2026/event/results.pdf');
    const mapping = await written(/Old path, key and address \(JSON\)/);
    expect(JSON.parse(mapping)).toHaveLength(files);
    expect(mapping).toContain(JSON.stringify(path.join(stage.event, 'results.pdf')));
  });

  it('compares an upload with the store, and names what is missing', async () => {
    const { window, bucket, proxy } = stage;
    const card = window.getByRole('region', { name: 'Upload: Regional cup' });
    await card.getByRole('button', { name: 'Verify again' }).click();
    await card.getByText(`All ${files} files are there, exactly as sent.`).waitFor({ timeout: 30_000 });
    await look('history-verified');
    const missing = '2026/event/day 2/IMG_0001.jpg';
    await bucket.s3.send(new DeleteObjectCommand({ Bucket: bucket.name, Key: missing }));
    await card.getByRole('button', { name: 'Verify again' }).click();
    await card.getByText(/1 is missing from the store; 44 are there, exactly as sent/).waitFor({ timeout: 30_000 });
    await look('history-missing');
    await card
      .getByRole('listbox', { name: 'What is not as it was sent' })
      .getByRole('option', { name: missing })
      .click();
    await expect.poll(count).toBe('1 file');
    await expect.poll(() => rows().textContent()).toContain('IMG_0001.jpg');
    await card.getByRole('button', { name: 'Hide the result' }).click();

    proxy.faults = ({ method }) => (method === 'PUT' ? null : { kind: 'stall', after: 0 });
    await card.getByRole('button', { name: 'Verify again' }).click();
    await card.getByRole('progressbar').waitFor();
    await card.getByRole('button', { name: 'Stop' }).click();
    await card.getByRole('progressbar').waitFor({ state: 'hidden' });
    proxy.faults = () => null;
    await card.getByRole('button', { name: 'Show all uploads' }).click();
    await card.waitFor({ state: 'hidden' });
    await search('');
  });

  it('is where the reason of a skipped file leads to', async () => {
    const { window, folder } = stage;
    const [destination] = await callFrom(window, 'destinations.save', {
      destinations: [{ id: null, connectionId, rules: { name: 'Clips', keyTemplate: 'clips/{name}.{ext}' } }],
    });
    const target = { destinationId: destination?.id ?? 0, sorting: [], fields: {} };
    const again = path.join(folder, 'again');
    await mkdir(again);
    const source = path.join(stage.event, 'clips/interview.mov');
    await copyFile(source, path.join(again, 'first.mov'));
    await send(again, { to: 'destinations', targets: [target], exceptions: {} });
    await finished(window, files + 1);
    await copyFile(source, path.join(again, 'second.mov'));
    await send(again, { to: 'destinations', targets: [target], exceptions: {} });
    const skipped = async () => (await callFrom(window, 'uploads.progress', {})).totals.skipped.files;
    await expect.poll(skipped, { timeout: 20_000 }).toBe(2);
    await window.getByRole('navigation').getByRole('button', { name: 'Uploads' }).click();
    await window.getByRole('radio', { name: /^Skipped/ }).click();
    await window
      .locator('[row-id]', { hasText: 'second.mov' })
      .getByRole('button', { name: 'Show in history' })
      .click();
    await window.getByRole('heading', { level: 1, name: 'History' }).waitFor();
    await expect.poll(count).toBe('1 file');
    await expect.poll(() => rows().textContent()).toMatch(/clips\/first\.mov[^]*Clips/);
    await button('Clear filters').click();
    await filter('Destination', 'Clips');
    await expect.poll(count).toBe('1 file');
    await button('Clear filters').click();
  });

  it('keeps all in reach at 200 %', async () => {
    const { window, launched } = stage;
    const zoom = (factor: number) =>
      launched.app.evaluate(
        ({ BrowserWindow }, to) => BrowserWindow.getAllWindows()[0]?.webContents.setZoomFactor(to),
        factor,
      );
    await changeSettings(window, { theme: 'light' });
    await filter('Upload', 'Regional cup');
    await zoom(2);
    await expect.poll(() => window.evaluate(() => innerWidth)).toBe(640);
    await expect.poll(() => layoutFlaws(window)).toEqual([]);
    await keepPicture(launched.app, 'zoom-200-history.light.1280x800');
    await rows().first().click();
    await window.getByRole('dialog').getByText('Ada Lovelace').waitFor();
    await expect.poll(() => layoutFlaws(window)).toEqual([]);
    await keepPicture(launched.app, 'zoom-200-history-details.light.1280x800');
    await window.keyboard.press('Escape');
    await zoom(1);
  });
});

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
