/** Looking into a bucket as an admin does: from folder to folder, finding, selecting, uploading; with names as hostile as keys can be. */
import path from 'node:path';
import { CreateBucketCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { shownName } from '../../renderer/features/browse/words.ts';
import { printable } from '../../shared/format.ts';
import { cephGuest } from '../servers/ceph.ts';
import { photo } from '../servers/pictures.ts';
import { seededRandom } from '../servers/random.ts';
import { axeProblems } from './axe.ts';
import { describeWindowOnCeph } from './describe-window.ts';
import { layoutFlaws } from './layout.ts';
import { callFrom, choose, connect, drop, finished } from './person.ts';
import { keepLooks, keepPicture, keepScreenshot, resize, sizes } from './screenshots.ts';
import { setStage, type Stage } from './stage.ts';

const photos = 9;
const finals = '2026/regional cup/finals/';
const deep = '2026/regional cup/finals, second half, camera behind the goal (before the colours were graded)/a/b/c/';
const hostile = [
  'odd/../../x',
  'odd//no name before this',
  'odd/<img src=x onerror="document.title=1">.jpg',
  'odd/gpj.\u202Eexe.jpg',
  'odd/line\nbreak.txt',
  'odd/   ',
  `odd/${'a very long name '.repeat(59)}`,
  `odd/${'é'.repeat(510)}`, // 1,024 bytes
];

describeWindowOnCeph('the browse view', () => {
  let stage: Stage;

  const put = (Key: string, Body: Buffer | string = 'x') =>
    stage.bucket.s3.send(new PutObjectCommand({ Bucket: stage.bucket.name, Key, Body }));

  beforeAll(async () => {
    stage = await setStage(inject('ceph'), [['late.txt', 4000]]);
    await stage.window.emulateMedia({ reducedMotion: 'reduce' });
    const random = seededRandom('browse');
    for (let at = 1; at <= photos; at++) {
      await put(
        `${finals}IMG_${String(at).padStart(4, '0')}.jpg`,
        await photo(random, 320, 200 + 20 * at)
          .jpeg()
          .toBuffer(),
      );
    }
    await put(`${finals}goal.mp4`, Buffer.alloc(70_000));
    await put(`${finals}notes.txt`, 'offside');
    await put(`${finals}replays/one.mov`, Buffer.alloc(5000));
    await put(`${deep}last.jpg`);
    await put('poster.pdf', Buffer.alloc(31_000));
    for (const key of hostile) await put(key);
    for (let at = 0; at < 1200; at += 40) {
      await Promise.all(
        Array.from({ length: 40 }, (_, more) => put(`many/file ${String(at + more).padStart(4, '0')}`)),
      );
    }
    await connect(stage.window, stage.bucket, stage.proxy.endpoint);
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

  const window = () => stage.window;
  const button = (name: string | RegExp) => window().getByRole('button', { name, exact: true });
  const names = () => window().locator('.browse-grid [row-id] .browse-name').allTextContents();
  const row = (name: string) => window().locator('.browse-grid .browse-name', { hasText: name }).first();
  const crumbs = () => window().getByRole('navigation', { name: 'Folders' }).getByRole('button').allTextContents();
  const status = () => window().locator('.browse-status').innerText();
  const press = (key: string) => window().keyboard.press(key);
  const shows = (...all: string[]) => expect.poll(names, { timeout: 10_000 }).toEqual(all);
  const goTo = (crumb: string) =>
    window().getByRole('navigation', { name: 'Folders' }).getByRole('button', { name: crumb }).click();

  it('shows folders first, and how much there is here and below', async () => {
    await window().getByRole('navigation', { name: 'Views' }).getByRole('button', { name: 'Browse' }).click();
    await shows('Folder2026', 'Foldermany', 'Folderodd', 'Documentposter.pdf');
    await expect.poll(status).toContain('3 folders, 1 object, 31 kB');
    await expect
      .poll(status)
      .toContain(`with all folders below: ${(photos + 4 + 1 + hostile.length + 1200).toLocaleString('en-US')} objects`);
    await look('browse');
  });

  it('goes into folders and out of them by keys, and keeps the focus where the person was', async () => {
    await row('many').click();
    await press('Enter');
    await expect.poll(names).toContain('Otherfile 0000');
    await press('Backspace');
    await shows('Folder2026', 'Foldermany', 'Folderodd', 'Documentposter.pdf');
    await expect.poll(() => window().locator('.ag-cell-focus').textContent()).toContain('many');
    await press('Alt+ArrowLeft');
    await expect.poll(names).toContain('Otherfile 0000');
    await press('Alt+ArrowRight');
    await row('2026').dblclick();
    await row('regional cup').dblclick();
    await row('finals, second').dblclick();
    for (const name of ['a', 'b', 'c']) {
      await expect.poll(names).toEqual([`Folder${name}`]);
      await row(name).dblclick();
    }
    await shows('Imagelast.jpg');
    await look('browse-deep');
    await goTo('2 more folders');
    await window().getByRole('menuitem', { name: 'regional cup' }).click();
    await expect.poll(crumbs).toEqual([stage.bucket.name, '2026', 'regional cup']);
  });

  it('shows names as text, whatever is in them', async () => {
    await goTo(stage.bucket.name);
    await row('odd').dblclick();
    await expect.poll(names).toContain('Other"   "');
    const shown = (await names()).join('|');
    expect(shown).toContain('Image<img src=x onerror="document.title=1">.jpg');
    expect(shown).toContain('Imagegpj.\\u{202e}exe.jpg');
    expect(shown).toContain('Documentline\\u{a}break.txt');
    expect(shown).toContain('Folder(no name)');
    expect(await window().locator('.browse img').count()).toBe(0);
    await look('browse-odd');
    const title = window().getByRole('complementary').getByRole('heading', { level: 2 });
    for (const key of hostile.slice(2)) {
      const name = shownName(key.slice('odd/'.length));
      await row(name.trim()).dblclick();
      await expect.poll(() => title.textContent()).toBe(name);
      const facts = window().getByRole('complementary').locator('dl').first();
      await expect.poll(() => facts.innerText().catch(() => '')).toContain(printable(key).trim());
      expect(await layoutFlaws(window()), name).toEqual([]);
    }
    await keepScreenshot(window(), 'browse-odd-panel');
    await press('Escape');
    await button('Grid').click();
    const tiles = () => window().getByRole('listbox').getByRole('option').allTextContents();
    await expect.poll(async () => (await tiles()).join('|')).toContain('<img src=x onerror="document.title=1">.jpg');
    expect((await tiles()).join('|')).toContain('gpj.\\u{202e}exe.jpg');
    expect(await layoutFlaws(window())).toEqual([]);
    await keepScreenshot(window(), 'browse-odd-grid');
    await button('List').click();
    expect(await window().title()).not.toBe('1');
    await row('..').dblclick();
    await row('..').dblclick();
    await shows('Otherx');
    await expect.poll(crumbs).toEqual([stage.bucket.name, 'odd', '..', '..']);
    await goTo('odd');
    await row('(no name)').dblclick();
    await shows('Otherno name before this');
  });

  it('filters as it is typed, and searches below', async () => {
    await goTo(stage.bucket.name);
    await row('many').dblclick();
    await expect.poll(status).toContain('1,200 objects');
    const field = window().getByRole('searchbox');
    await field.fill('119');
    await expect
      .poll(names)
      .toEqual(['Otherfile 0119', 'Otherfile 1119', ...Array.from({ length: 10 }, (_, at) => `Otherfile 119${at}`)]);
    await expect.poll(status).toContain('12 shown');
    await field.fill('img_');
    await window().getByText('Nothing here has that in its name.').waitFor();
    await goTo(stage.bucket.name);
    await field.fill('IMG_000');
    await field.press('Enter');
    await expect.poll(names).toHaveLength(photos);
    await expect.poll(status).toContain(`${photos} objects found`);
    expect((await names())[0]).toBe(`Image${finals}IMG_0001.jpg`);
    await look('browse-search');
    await press('Escape');
    await expect.poll(names).toContain('Foldermany');
  });

  it('selects by click, range, and all, those that are not loaded included', async () => {
    await row('many').dblclick();
    await row('file 0003').click();
    await row('file 0007').click({ modifiers: ['Shift'] });
    expect(await window().evaluate(() => document.getSelection()?.toString())).toBe('');
    await row('file 0009').click({ modifiers: ['Control'] });
    await expect.poll(status).toContain('Selected: 6 objects, 6 B');
    await press('Control+a');
    await window().getByText('All 1,200 selected').waitFor();
    await expect.poll(status).toContain('Selected: 1,200 objects, 1.2 kB');
    await row('file 0003').click({ modifiers: ['Control'] });
    await window().getByText('1,199 selected').waitFor();
    await row('file 0005').click({ button: 'right' });
    await window().getByRole('menuitem', { name: 'Copy key' }).waitFor();
    await keepScreenshot(window(), 'browse-menu');
    await press('Escape');
    await press('Escape');
    await button('Upload here').waitFor();
    await row('file 0003').click();
    await press('Shift+End');
    await expect.poll(status).toContain('Selected: 1,197 objects');
    await window().getByText('1,197 selected').waitFor();
    await press('Shift+ArrowUp');
    await expect.poll(status).toContain('Selected: 1,196 objects');
    await row('file 1190').click({ modifiers: ['Control'] });
    await window().getByText('1,195 selected').waitFor();
    // What arrives between is selected too, as it would be with all.
    await put('many/file 1150 b');
    await button('Refresh').click();
    await window().getByText('1,196 selected').waitFor();
    await button('Delete…').click();
    const asking = window().getByRole('alertdialog');
    await asking.getByText('1,196 objects').first().waitFor();
    expect(await window().evaluate(() => document.getSelection()?.toString())).toBe('');
    await keepScreenshot(window(), 'browse-range-delete');
    await press('Escape');
    await asking.waitFor({ state: 'hidden' });
    // In whose place the bar of the selection is.
    await stage.launched.app.evaluate(({ Menu }) => {
      const items = Menu.getApplicationMenu()?.items.flatMap((menu) => menu.submenu?.items ?? []);
      items?.find((item) => item.accelerator === 'CmdOrCtrl+F')?.click();
    });
    const field = window().getByRole('searchbox');
    await expect.poll(() => field.evaluate((element) => element === document.activeElement)).toBe(true);
  });

  it('takes a drop into the folder, and shows it when it has arrived', async () => {
    await goTo(stage.bucket.name);
    await row('2026').dblclick();
    await row('regional cup').waitFor();
    await drop(window(), [path.join(stage.event, 'late.txt')]);
    const dialog = window().getByRole('dialog');
    expect(await dialog.getByRole('textbox', { name: 'Folder' }).inputValue()).toBe('2026/');
    await dialog.getByRole('button', { name: 'Start upload' }).click();
    await finished(window(), 1);
    await expect.poll(names, { timeout: 10_000 }).toContain('Documentlate.txtSent by Sideline');
    await row('late.txt').dblclick();
    await window().getByRole('complementary').getByText('What is there now is what was sent.').waitFor();
    await press('Escape');
  });

  it('shows pictures of images', async () => {
    await row('regional cup').dblclick();
    await row('finals').first().waitFor();
    await window().locator('.browse-grid').getByTitle(finals, { exact: true }).dblclick();
    await expect.poll(status).toContain('11 objects');
    await button('Grid').click();
    const tiles = window().getByRole('listbox').getByRole('option');
    await expect.poll(() => tiles.count()).toBe(photos + 3);
    const loaded = () =>
      window()
        .locator('.browse-tile img')
        .evaluateAll((all) => all.filter((one) => (one as HTMLImageElement).naturalWidth > 0).length);
    await expect.poll(loaded, { timeout: 20_000 }).toBe(photos);
    await tiles.nth(1).click();
    await press('Shift+ArrowRight');
    await expect.poll(status).toContain('Selected: 2 objects');
    await look('browse-grid');
    await press('Home');
    await press('Enter');
    await expect.poll(() => tiles.count()).toBe(1);
    await press('Backspace');
    await expect.poll(() => tiles.count()).toBe(photos + 3);
    await button('List').click();
  });

  it('shows details beside the list', async () => {
    await row('IMG_0002').dblclick();
    await window().getByRole('complementary').waitFor();
    await keepScreenshot(window(), 'browse-panel');
    await press('Escape');
    await window().getByRole('complementary').waitFor({ state: 'detached' });
  });

  it('shows with Space what the focus is on, and copies a link to it with two keys', async () => {
    const panel = window().getByRole('complementary');
    await row('IMG_0002').click();
    await press(' ');
    await panel.getByRole('heading', { name: 'IMG_0002.jpg' }).waitFor();
    await press('ArrowDown');
    await panel.getByRole('heading', { name: 'IMG_0003.jpg' }).waitFor();
    await press(' ');
    await panel.waitFor({ state: 'detached' });
    await window().getByText('1 selected').waitFor();
    await press('Control+c');
    const message = window().locator('.toast', { hasText: 'The link is in the clipboard' });
    await message.waitFor();
    const link = await stage.launched.app.evaluate(({ clipboard }) => clipboard.readText());
    expect(link).toContain('IMG_0003.jpg?');
    expect((await fetch(link)).headers.get('content-type')).toBe('application/octet-stream');
    await message.getByRole('button').click();
    await row('IMG_0005').click({ modifiers: ['Control'] });
    await press('ArrowDown');
    await press('Control+ ');
    await window().getByText('3 selected').waitFor();
    await press('Control+Backspace'); // where there is no key to delete with
    await window().getByRole('alertdialog', { name: 'Delete 3 items?' }).waitFor();
    await press('Escape');
    await press('Escape');
  });

  it('greys out what a read-only connection may not do, and says why', async () => {
    const [connection] = await callFrom(window(), 'connections.list', {});
    if (connection === undefined || 'kind' in connection.config) throw new Error('no connection');
    const { id, name, config } = connection;
    await callFrom(window(), 'connections.save', { id, name, config: { ...config, readOnly: true }, secret: null });
    await window().getByText('Read-only', { exact: true }).waitFor();
    await row('IMG_0002').click();
    await expect.poll(() => button('Delete…').getAttribute('aria-disabled')).toBe('true');
    await button('Delete…').hover();
    await window().getByRole('tooltip').waitFor();
    await keepScreenshot(window(), 'browse-read-only');
    expect(await button('Download').getAttribute('aria-disabled')).toBeNull();
    await press('Escape');
    await callFrom(window(), 'connections.save', { id, name, config, secret: null });
    await window().getByText('Read-only', { exact: true }).waitFor({ state: 'detached' });
  });

  it('shows only the folder that a destination keeps its users to, and an empty one as empty', async () => {
    const [connection] = await callFrom(window(), 'connections.list', {});
    const rules = { name: 'Sevens', prefix: 'sessions/7', keyTemplate: '{name}', ownFolderOnly: true };
    const draft = { id: null, connectionId: connection?.id ?? 0, rules };
    const [made] = await callFrom(window(), 'destinations.save', { destinations: [draft] });
    await window().getByText('Own folder only').waitFor();
    await goTo(stage.bucket.name);
    await button('sessions/7/').click();
    await window().getByRole('heading', { name: 'This folder is empty' }).waitFor();
    await look('browse-own-folder');
    // Nor is the whole bucket searched for what nobody knows of.
    await window().getByRole('navigation').getByRole('button', { name: 'Bucket check' }).click();
    await window().getByRole('tab', { name: 'Clean up' }).click();
    await choose(window(), button(/^Sevens/), 'Sevens');
    expect(await window().getByText('The whole bucket').count()).toBe(0);
    await window().getByRole('navigation').getByRole('button', { name: 'Browse' }).click();
    await callFrom(window(), 'destinations.remove', { id: made?.id ?? 0 });
    await window().getByText('Own folder only').waitFor({ state: 'detached' });
    await goTo(stage.bucket.name);
    await expect.poll(names).toContain('Foldermany');
  });

  it('says what is wrong where the storage does not answer, and goes on when asked again', async () => {
    await row('2026').dblclick();
    await row('regional cup').waitFor();
    await stage.proxy.goAway();
    await row('regional cup').dblclick();
    await window().getByRole('heading', { name: 'The storage did not answer' }).waitFor({ timeout: 40_000 });
    await look('browse-offline');
    await stage.proxy.comeBack();
    await button('Try again').click();
    await expect.poll(names).toContain('Folderfinals');
  });

  it('says what is denied, and offers a folder that may be seen', async () => {
    const env = stage.bucket.env();
    const { id } = await callFrom(window(), 'connections.save', {
      id: null,
      name: 'Guest',
      config: {
        ...{ endpoint: env['SIDELINE_S3_ENDPOINT'] ?? null, region: env['SIDELINE_S3_REGION'] ?? '' },
        ...{ bucket: stage.bucket.name, pathStyle: true, credentials: { from: 'stored' } },
      },
      secret: { accessKeyId: cephGuest.accessKeyId, secretAccessKey: cephGuest.secretAccessKey },
    });
    await window().getByRole('button', { name: 'Club storage Connection' }).click();
    await window().getByRole('option', { name: 'Guest' }).click();
    await window().getByRole('heading', { name: 'This folder cannot be shown' }).waitFor();
    await look('browse-denied');
    await window().getByRole('textbox', { name: 'Folder' }).fill('2026');
    await press('Enter');
    await expect.poll(crumbs).toEqual([stage.bucket.name, '2026']);
    await callFrom(window(), 'connections.remove', { id });
    await expect.poll(names).toContain('Foldermany');
  });

  it('finds another bucket of the store when it is asked again, and looks into it', async () => {
    const Bucket = `${stage.bucket.name}-more`;
    await stage.bucket.s3.send(new CreateBucketCommand({ Bucket }));
    await stage.bucket.s3.send(new PutObjectCommand({ Bucket, Key: 'there.txt', Body: 'x' }));
    await button('Refresh').click();
    // What tells of the new connection comes later than the answer.
    await stage.launched.app.evaluate(({ BrowserWindow }) => {
      const page = BrowserWindow.getAllWindows()[0]?.webContents;
      const send = page?.send.bind(page);
      if (page === undefined || send === undefined) throw new Error('there is no window');
      page.send = (channel, ...what: unknown[]) =>
        void setTimeout(() => send(channel, ...what), what[0] === 'connections' ? 300 : 0);
    });
    await button('Other buckets Bucket').click();
    await window().getByRole('combobox', { name: 'Find a bucket' }).fill(Bucket);
    await window().getByRole('option', { name: Bucket }).click();
    await shows('Documentthere.txt');
    await expect.poll(crumbs).toEqual([Bucket]);
    await button('Back').click();
    await expect.poll(crumbs).toEqual([stage.bucket.name]);
    await expect.poll(names).toContain('Foldermany');
  });

  it('stays usable at 200 %', async () => {
    await stage.launched.app.evaluate(({ BrowserWindow }) => {
      BrowserWindow.getAllWindows()[0]?.webContents.setZoomFactor(2);
    });
    await resize(stage.launched, sizes[0]);
    await row('many').click();
    await button('Delete…').waitFor();
    await keepPicture(stage.launched.app, 'zoom-200-browse');
    expect(await layoutFlaws(window())).toEqual([]);
  });
});
