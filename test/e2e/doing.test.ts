/** What is done with objects in the window: deleted and brought back, copied, named, downloaded; and the tray that tells of it. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import {
  DeleteBucketPolicyCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  ListObjectVersionsCommand,
  PutBucketPolicyCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import type { Locator } from 'playwright';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { axeProblems } from './axe.ts';
import { describeWindowOnCeph } from './describe-window.ts';
import { layoutFlaws } from './layout.ts';
import {
  answerFileDialog,
  answerSaveDialog,
  callFrom,
  choose as chooseOption,
  connect,
  dismissMessages,
} from './person.ts';
import { keepLooks, keepPicture, keepScreenshot, resize, sizes } from './screenshots.ts';
import { setStage, type Stage } from './stage.ts';

interface Version {
  key: string;
  version: string;
  bytes: number;
  isLatest: boolean;
  /** Of a delete marker its own version: so the store names what of that it has deleted. */
  marker: string | null;
}

/** As an export names what it tells of one. */
interface Told {
  version: string;
}

const photos = 120;
const texts = ['readme.txt', 'results 2026.txt', 'notes/draft.txt'];

describeWindowOnCeph('doing things with objects', () => {
  let stage: Stage;
  let connectionId: number;

  beforeAll(async () => {
    stage = await setStage(inject('ceph'), []);
    const { s3, name } = stage.bucket;
    await s3.send(new PutBucketVersioningCommand({ Bucket: name, VersioningConfiguration: { Status: 'Enabled' } }));
    const keys = Array.from({ length: photos }, (_, at) => `photos/IMG_${String(at).padStart(4, '0')}.jpg`);
    await Promise.all(
      [...keys, ...texts].map((Key) => s3.send(new PutObjectCommand({ Bucket: name, Key, Body: `this is ${Key}` }))),
    );
    await stage.window.emulateMedia({ reducedMotion: 'reduce' });
    connectionId = await connect(stage.window, stage.bucket);
    await stage.window.getByRole('navigation').getByRole('button', { name: 'Browse' }).click();
    await row('fphotos/').waitFor();
  }, 120_000);
  afterAll(() => stage.end());

  const row = (id: string) => stage.window.locator(`.ag-row[row-id="${id}"]`);
  const toolbar = () => stage.window.getByRole('toolbar');
  const dialog = (name: string | RegExp) =>
    stage.window.getByRole(/Delete "/.test(String(name)) ? 'alertdialog' : 'dialog', { name });
  const tray = () => stage.window.getByRole('region', { name: 'Tasks' });

  /** What was done last may just move the rows, and another one be under the mouse; the pause is that between two clicks. */
  async function select(id: string): Promise<void> {
    const clicked = async () => {
      await row(id).click();
      return await row(id).getAttribute('aria-selected');
    };
    await expect.poll(clicked, { interval: 1000 }).toBe('true');
  }

  async function choose(id: string, action: string): Promise<void> {
    await select(id);
    await toolbar().getByRole('button', { name: action }).click();
  }

  async function look(name: string): Promise<void> {
    const flaws: string[] = [];
    await stage.window.mouse.move(1, 1); // no tooltip over it
    await keepLooks(stage.launched, name, async ({ size, title }) => {
      const found = await layoutFlaws(stage.window);
      if (size === sizes[0]) found.push(...(await axeProblems(stage.window)));
      flaws.push(...found.map((one) => `${title}: ${one}`));
    });
    await resize(stage.launched, sizes[0]);
    expect(flaws).toEqual([]);
  }

  it('deletes a folder only after its name was typed, and brings it back from the message', async () => {
    const { window, bucket } = stage;
    await choose('fphotos/', 'Delete');
    const asking = dialog(/Delete "photos"/);
    await asking.getByText(`${photos} objects`).first().waitFor();
    const button = asking.getByRole('button', { name: `Delete ${photos} objects` });
    const field = asking.getByRole('textbox');
    expect(await button.isDisabled()).toBe(true);
    expect(await asking.getByRole('button', { name: 'Cancel' }).evaluate((one) => one === document.activeElement)).toBe(
      true,
    );
    await look('doing.delete');
    await field.fill('photo');
    await field.press('Enter');
    expect(await button.isDisabled()).toBe(true);
    await field.fill('photos');
    await field.press('Enter'); // deletes nothing by itself
    expect((await bucket.keys('photos/')).length).toBe(photos);
    await button.click();
    await expect.poll(() => bucket.keys('photos/'), { timeout: 20_000 }).toEqual([]);
    // The button that opened the dialog is gone: the focus is somewhere all the same.
    await expect
      .poll(() => window.evaluate(() => document.activeElement?.closest('.browse, .toasts') !== null))
      .toBe(true);
    const message = window.locator('.toast', { hasText: `Deleted ${photos} objects` });
    await message.getByRole('button', { name: 'Undo' }).click();
    await expect.poll(async () => (await bucket.keys('photos/')).length, { timeout: 20_000 }).toBe(photos);
    await row('fphotos/').waitFor();
  }, 60_000);

  it('asks only once for little, and the safe answer has the focus', async () => {
    const { bucket, window } = stage;
    await choose('oreadme.txt', 'Delete');
    const asking = dialog('Delete "readme.txt"?');
    await asking.getByRole('button', { name: 'Delete 1 object' }).waitFor();
    await window.keyboard.press('Enter');
    await asking.waitFor({ state: 'hidden' });
    expect(await bucket.keys('readme')).toEqual(['readme.txt']);
  });

  it('copies into a folder that is typed, and one that is chosen', async () => {
    const { bucket } = stage;
    await choose('oreadme.txt', 'Copy to');
    const asking = dialog('Copy "readme.txt"');
    await asking.getByRole('option', { name: 'photos' }).waitFor();
    await look('doing.copy');
    await asking.getByRole('option', { name: 'notes' }).click();
    await expect.poll(() => asking.getByRole('textbox').inputValue()).toBe('notes/');
    await asking.getByRole('textbox').fill('notes/new');
    await asking.getByText('notes/new/ is not there yet').waitFor();
    await asking.getByRole('button', { name: 'Copy here' }).click();
    await asking.waitFor({ state: 'hidden' });
    await expect.poll(() => bucket.keys('notes/new/')).toEqual(['notes/new/readme.txt']);
  });

  it('gives another name, and says what is wrong with one', async () => {
    const { bucket, window } = stage;
    await choose('oreadme.txt', 'Rename');
    const asking = dialog('Rename "readme.txt"');
    const field = asking.getByRole('textbox');
    // the name without its extension is selected
    await window.keyboard.type('results 2026');
    expect(await field.inputValue()).toBe('results 2026.txt');
    await field.press('Enter');
    await asking.getByText('Something with this name is there already.').waitFor();
    await field.fill('');
    await field.press('Enter');
    await asking.getByText('Type a name.').waitFor();
    await look('doing.rename');
    await field.fill('read me.txt');
    await field.press('Enter');
    await asking.waitFor({ state: 'hidden' });
    await expect.poll(() => bucket.keys('read')).toEqual(['read me.txt']);
    await row('oread me.txt').waitFor();
  });

  it('makes a folder', async () => {
    const { bucket, window } = stage;
    await window.keyboard.press('Escape');
    await window.getByRole('button', { name: 'New folder' }).click();
    const asking = dialog('New folder');
    await asking.getByRole('textbox').fill('day 3');
    await asking.getByRole('button', { name: 'Create folder' }).click();
    await asking.waitFor({ state: 'hidden' });
    expect(await bucket.keys('day 3')).toEqual(['day 3/']);
    await row('fday 3/').waitFor();
  });

  it('downloads, lists what failed with its reason, and replaces it when that is said', async () => {
    const { window, launched } = stage;
    const folder = path.join(stage.folder, 'downloads');
    await mkdir(folder);
    await writeFile(path.join(folder, 'results 2026.txt'), 'another one');
    await answerFileDialog(launched.app, [folder]);
    await window.evaluate(([id]) => globalThis.window.sideline.call('tasks.clear', {}).then(() => id), [connectionId]);
    await choose('oresults 2026.txt', 'Download');
    await tray().getByText('Download of results 2026.txt: 1 failed').waitFor();
    const message = window.locator('.toast', { hasText: 'Download of results 2026.txt: There is a file' });
    await keepScreenshot(window, 'doing-failed');
    await message.getByRole('button', { name: 'Show what failed' }).click();
    const failed = tray().getByRole('list', { name: /What failed/ });
    await failed.getByText('results 2026.txt', { exact: true }).waitFor();
    await expect.poll(() => failed.evaluate((element) => element === document.activeElement)).toBe(true);
    await message.waitFor({ state: 'hidden' });
    await look('doing.tray');
    await answerFileDialog(launched.app, []); // it knows where to
    await tray().getByRole('button', { name: 'Replace the files' }).click();
    const asking = window.getByRole('alertdialog', { name: 'Replace 1 file?' });
    await asking.getByText(`Another file has this name in ${folder}.`).waitFor();
    await look('doing.replace');
    await window.keyboard.press('Enter'); // on the safe answer
    await asking.waitFor({ state: 'hidden' });
    expect(await readFile(path.join(folder, 'results 2026.txt'), 'utf8')).toBe('another one');
    await tray().getByRole('button', { name: 'Replace the files' }).click();
    await asking.getByRole('button', { name: 'Replace 1 file' }).click();
    await tray().getByText('Downloaded results 2026.txt').waitFor();
    expect(await readFile(path.join(folder, 'results 2026.txt'), 'utf8')).toBe('this is results 2026.txt');
    await tray().getByRole('button', { name: 'Clear what has ended' }).click();
    await tray().waitFor({ state: 'hidden' });
  });

  it('remembers what was deleted, and shows what became of it', async () => {
    const { window } = stage;
    await window.getByRole('button', { name: 'Deletions' }).click();
    const log = dialog('Deletions');
    await log.getByRole('heading', { name: 'photos/' }).waitFor();
    const photosGone = log.getByRole('listitem').filter({ hasText: 'photos/' });
    await photosGone.getByRole('button', { name: 'Show the objects' }).click();
    await log.getByText('photos/IMG_0000.jpg').waitFor();
    expect(await log.getByText('Brought back').count()).toBeGreaterThan(10);
    await look('doing.deletions');
    expect((await callFrom(window, 'deletions.list', { offset: 0, limit: 10 })).total).toBe(2); // that of the other name, too
  });

  it('finds what others have deleted in the folder, and brings it back', async () => {
    const { bucket } = stage;
    const { s3, name } = bucket;
    const Objects = Array.from({ length: 12 }, (_, at) => ({ Key: `photos/IMG_${String(at).padStart(4, '0')}.jpg` }));
    await s3.send(new DeleteObjectsCommand({ Bucket: name, Delete: { Objects } }));
    await dialog('Deletions').getByRole('button', { name: 'What is deleted in this folder' }).click();
    const deleted = dialog('Deleted in the whole bucket');
    await deleted.getByRole('button', { name: 'Bring back photos/IMG_0003.jpg' }).waitFor();
    await look('doing.deleted');
    await deleted.getByRole('button', { name: 'Bring back photos/IMG_0003.jpg' }).click();
    await expect.poll(() => bucket.keys('photos/IMG_0003')).toHaveLength(1);
    await expect.poll(() => deleted.getByRole('button', { name: 'Bring back photos/IMG_0003.jpg' }).count()).toBe(0);
    await deleted.getByRole('button', { name: 'Bring back all of this folder' }).click();
    await expect.poll(async () => (await bucket.keys('photos/')).length).toBe(photos);
    await deleted.getByRole('button', { name: 'Close' }).click();
  });

  it('deletes what has an evil name, shown as text in the question and in the log, and by no second click', async () => {
    const { bucket, window } = stage;
    const evil = `notes/<img src=x onerror="document.title='ran'">\u202egpj.exe\n.jpg`;
    const shown = '<img src=x onerror="document.title=\'ran\'">\\u{202e}gpj.exe\\u{a}.jpg';
    await bucket.s3.send(new PutObjectCommand({ Bucket: bucket.name, Key: evil, Body: 'evil' }));
    await row('fnotes/').dblclick();
    const evilRow = window.locator('.ag-row', { hasText: 'img src=x' });
    await evilRow.click();
    await expect.poll(() => evilRow.getAttribute('aria-selected')).toBe('true');
    // The second of two clicks lands on the button in the moment in which it comes up.
    await window.evaluate(() => {
      new MutationObserver((_, observer) => {
        const button = [...document.querySelectorAll('button')].find((one) => one.textContent === 'Delete 1 object');
        if (button === undefined) return;
        observer.disconnect();
        button.click();
      }).observe(document.body, { subtree: true, childList: true, characterData: true });
    });
    await toolbar().getByRole('button', { name: 'Delete' }).click();
    const asking = window.getByRole('alertdialog');
    const button = asking.getByRole('button', { name: 'Delete 1 object' });
    await expect.poll(() => button.isEnabled()).toBe(true);
    expect(await bucket.keys('notes/<')).toEqual([evil]);
    expect(await asking.getByRole('heading').textContent()).toBe(`Delete "${shown}"?`);
    expect(await asking.locator('img').count()).toBe(0);
    await keepPicture(stage.launched.app, 'doing-delete-evil');
    await button.click();
    await expect.poll(() => bucket.keys('notes/<')).toEqual([]);
    await window.getByRole('button', { name: 'Deletions' }).click();
    const log = dialog('Deletions');
    await log.getByRole('heading', { name: shown }).waitFor();
    await log
      .getByRole('listitem')
      .filter({ hasText: shown })
      .getByRole('button', { name: 'Show the objects' })
      .click();
    await log.getByText(`notes/${shown}`, { exact: true }).last().waitFor();
    expect([await log.locator('img').count(), await window.title()]).toEqual([0, expect.not.stringContaining('ran')]);
    await log.getByRole('button', { name: 'Close' }).click();
  });

  it('greys out what the storage has denied once, with the reason, until it is asked again', async () => {
    const { bucket, window } = stage;
    const Statement = ['s3:DeleteObject', 's3:DeleteObjectVersion'].map((Action) => ({
      ...{ Effect: 'Deny', Principal: '*', Action, Resource: `arn:aws:s3:::${bucket.name}/photos/*` },
    }));
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement });
    await bucket.s3.send(new PutBucketPolicyCommand({ Bucket: bucket.name, Policy }));
    await window.keyboard.press('Escape');
    await window.getByRole('button', { name: 'To the folder above' }).click();
    await row('fphotos/').dblclick();
    await choose('ophotos/IMG_0001.jpg', 'Delete');
    await window.getByRole('alertdialog').getByRole('button', { name: 'Delete 1 object' }).click();
    await window.locator('.toast', { hasText: 'Deletion of photos/IMG_0001.jpg: Access was denied' }).waitFor();
    expect(await bucket.keys('photos/IMG_0001')).toHaveLength(1);
    await select('ophotos/IMG_0002.jpg');
    const button = toolbar().getByRole('button', { name: 'Delete' });
    await expect.poll(() => button.getAttribute('aria-disabled')).toBe('true');
    await button.hover();
    await window.getByRole('tooltip', { name: /^Access was denied to photos/ }).waitFor();
    await keepPicture(stage.launched.app, 'doing-denied');
    expect(await toolbar().getByRole('button', { name: 'Download' }).getAttribute('aria-disabled')).toBeNull();
    const log = dialog('Deletions');
    const rest = log
      .getByRole('listitem')
      .filter({ hasText: 'photos/IMG_0001.jpg' })
      .getByRole('button', { name: 'Delete the rest' });
    await window.getByRole('button', { name: 'Deletions' }).click();
    await expect.poll(() => rest.getAttribute('aria-disabled')).toBe('true');
    await log.getByRole('button', { name: 'Close' }).click();
    await bucket.s3.send(new DeleteBucketPolicyCommand({ Bucket: bucket.name }));
    await window.getByRole('button', { name: 'Refresh' }).click();
    await expect.poll(() => button.getAttribute('aria-disabled')).toBeNull();
    await window.getByRole('button', { name: 'Deletions' }).click();
    await rest.click();
    await window.getByRole('alertdialog').getByRole('button', { name: 'Delete the rest' }).click();
    await expect.poll(() => bucket.keys('photos/IMG_0001')).toEqual([]);
    await log.getByRole('button', { name: 'Close' }).click();
    await window.keyboard.press('Escape');
    await window.getByRole('button', { name: 'To the folder above' }).click();
  });

  describe('old versions', () => {
    const asking = () => stage.window.getByRole('alertdialog', { name: 'Delete the old versions of "old" for good?' });
    const log = () => dialog('Deletions');
    let before: Version[];

    async function versionsIn(Prefix: string): Promise<Version[]> {
      const { s3, name } = stage.bucket;
      const { Versions = [], DeleteMarkers = [] } = await s3.send(
        new ListObjectVersionsCommand({ Bucket: name, Prefix }),
      );
      const markers = DeleteMarkers.map((one) => ({ ...one, Size: 0, marker: one.VersionId ?? '' }));
      const versions = [...Versions.map((one) => ({ ...one, marker: null })), ...markers];
      return versions
        .map(({ Key = '', VersionId = '', Size = 0, IsLatest = false, marker }) => ({
          ...{ key: Key, version: VersionId, bytes: Size, isLatest: IsLatest, marker },
        }))
        .sort((one, other) => one.version.localeCompare(other.version));
    }

    /** Writes the newest entry of the log, and reads the file. */
    async function exported(format: 'CSV' | 'JSON'): Promise<string> {
      const { window, launched } = stage;
      const file = path.join(stage.folder, `deletion.${format.toLowerCase()}`);
      await answerSaveDialog(launched.app, file);
      await log().getByRole('listitem').first().getByRole('button', { name: 'Export' }).click();
      await window.getByRole('menuitem', { name: `As ${format}…` }).click();
      await window.locator('.toast', { hasText: `Written to ${file}` }).waitFor();
      return await readFile(file, 'utf8');
    }

    it('go for good only after their number was typed, and what is current stays', async () => {
      const { bucket, window } = stage;
      const at = (Key: string) => ({ Bucket: bucket.name, Key });
      for (const Body of ['one', 'three', 'fourth'])
        await bucket.s3.send(new PutObjectCommand({ ...at('old/a, "b".txt'), Body }));
      await bucket.s3.send(new PutObjectCommand({ ...at('old/gone.txt'), Body: 'gone' }));
      await bucket.s3.send(new DeleteObjectCommand(at('old/gone.txt')));
      await bucket.s3.send(new PutObjectCommand({ ...at('old/only.txt'), Body: 'only' }));
      before = await versionsIn('old/');
      await window.getByRole('button', { name: 'Refresh' }).click();
      await row('fold/').click({ button: 'right' });
      await window.getByRole('menuitem', { name: 'Delete old versions…' }).click();
      await asking().getByText('4 versions, 12 B.').waitFor();
      await asking().getByText('They are deleted for good: there is no undo, and what is current stays.').waitFor();
      const button = asking().getByRole('button', { name: 'Delete 4 versions' });
      const cancel = asking().getByRole('button', { name: 'Cancel' });
      expect(await cancel.evaluate((element) => element === document.activeElement)).toBe(true);
      await look('doing.old-versions');
      const field = asking().getByRole('textbox', { name: 'To delete, type 4 or the name old' });
      for (const typed of ['5', 'yes']) {
        await field.fill(typed);
        expect(await button.isDisabled()).toBe(true);
      }
      await field.fill('4');
      await field.press('Enter'); // deletes nothing by itself
      expect(await versionsIn('old/')).toEqual(before);
      await button.click();
      await expect
        .poll(() => versionsIn('old/'), { timeout: 20_000 })
        .toEqual(before.filter(({ key, isLatest }) => isLatest && key !== 'old/gone.txt'));
      const message = window.locator('.toast', { hasText: 'Deleted 4 versions' });
      await message.waitFor();
      expect(await message.getByRole('button', { name: 'Undo' }).count()).toBe(0);
      await dismissMessages(window);
    });

    it('are in the files that their deletion is exported to, each with what became of it', async () => {
      const { window } = stage;
      const gone = before.filter(({ key, isLatest }) => !isLatest || key === 'old/gone.txt');
      await window.getByRole('button', { name: 'Deletions' }).click();
      await log().getByText('4 versions, 12 B: done').waitFor();
      const told = JSON.parse(await exported('JSON')) as { deletion: object; objects: Told[] };
      expect(told.deletion).toMatchObject({ what: 'old-versions', objects: 4, bytes: 12, state: 'done' });
      const byVersion = told.objects.toSorted((one, other) => one.version.localeCompare(other.version));
      expect(byVersion).toEqual(
        gone.map(({ key, version, bytes, marker }) => ({
          ...{ key, version, bytes, marker, outcome: 'deleted', reason: null },
        })),
      );
      const [head, ...lines] = (await exported('CSV')).split('\r\n');
      expect(head).toBe('\ufeffkey,bytes,version,marker,outcome,reason');
      const quoted = (key: string) => (key.includes(',') ? `"${key.replaceAll('"', '""')}"` : key);
      expect(lines.toSorted()).toEqual(
        [
          '',
          ...gone.map((one) => `${quoted(one.key)},${one.bytes},${one.version},${one.marker ?? ''},deleted,`),
        ].toSorted(),
      );
      await dismissMessages(window);
      await log().getByRole('button', { name: 'Close' }).click();
    });
  });

  describe('what would be refused afterwards', () => {
    const denied = /Access was denied to .* press Refresh in Browse\./;
    const readOnly = /This connection is marked as read-only/;
    const radio = (asking: Locator, name: string) => asking.getByRole('radio', { name });
    const menuItem = (name: string) => stage.window.getByRole('menuitem', { name });
    const toast = (text: string | RegExp) => stage.window.locator('.toast', { hasText: text });

    async function deny(...actions: string[]): Promise<void> {
      const { s3, name } = stage.bucket;
      const Resource = `arn:aws:s3:::${name}/photos/*`;
      const Statement = actions.map((Action) => ({ Effect: 'Deny', Principal: '*', Action, Resource }));
      const Policy = JSON.stringify({ Version: '2012-10-17', Statement });
      await s3.send(new PutBucketPolicyCommand({ Bucket: name, Policy }));
    }
    async function allowAll(): Promise<void> {
      await stage.bucket.s3.send(new DeleteBucketPolicyCommand({ Bucket: stage.bucket.name }));
      await stage.window.getByRole('button', { name: 'Refresh' }).click();
    }
    async function setReadOnly(isReadOnly: boolean): Promise<void> {
      const all = await callFrom(stage.window, 'connections.list', {});
      const connection = all.find(({ id }) => id === connectionId);
      if (connection === undefined || 'kind' in connection.config) throw new Error('no connection');
      const { name, config } = connection;
      await callFrom(stage.window, 'connections.save', {
        ...{ id: connectionId, name, secret: null },
        config: { ...config, readOnly: isReadOnly },
      });
      await stage.window
        .getByText('Read-only', { exact: true })
        .waitFor({ state: isReadOnly ? 'visible' : 'detached' });
    }
    async function openLinksOf(id: string): Promise<Locator> {
      await row(id).click({ button: 'right' });
      await menuItem('More links…').click();
      return dialog(/^Links to /);
    }

    it('is no link to what may not be read: the menu, the keys and the dialog say why', async () => {
      const { window, launched } = stage;
      const folder = path.join(stage.folder, 'unread');
      await mkdir(folder);
      await answerFileDialog(launched.app, [folder]);
      await deny('s3:GetObject');
      await row('fphotos/').dblclick();
      await choose('ophotos/IMG_0003.jpg', 'Download');
      await toast(/IMG_0003\.jpg.*Access was denied/).waitFor();
      await dismissMessages(window);
      await launched.app.evaluate(({ clipboard }) => clipboard.writeText('as before'));
      await select('ophotos/IMG_0003.jpg');
      await window.keyboard.press('Control+c');
      await toast(denied).waitFor();
      expect(await launched.app.evaluate(({ clipboard }) => clipboard.readText())).toBe('as before');
      await dismissMessages(window);
      await row('ophotos/IMG_0003.jpg').click({ button: 'right' });
      expect(await menuItem('Copy link').getAttribute('aria-disabled')).toBe('true');
      expect(await menuItem('Copy link').textContent()).toMatch(denied);
      const described = window.getByRole('menuitem', { name: 'Copy link', exact: true, description: denied });
      expect(await described.count()).toBe(1);
      expect(await axeProblems(window)).toEqual([]);
      await window.keyboard.press('Escape');
      const asking = await openLinksOf('ophotos/IMG_0003.jpg');
      await asking.getByText(denied).waitFor();
      expect(await asking.getByRole('button', { name: 'Copy link' }).isDisabled()).toBe(true);
      await look('doing.links-denied');
      await radio(asking, 'Public address').click();
      await expect.poll(() => asking.getByRole('button', { name: 'Copy address' }).isEnabled()).toBe(true);
      await radio(asking, 'Link to upload').click();
      expect(await asking.getByRole('button', { name: 'Copy link' }).isEnabled()).toBe(true);
      await asking.getByRole('button', { name: 'Close' }).click();
      await window.getByRole('button', { name: 'To the folder above' }).click();
      await allowAll();
    });

    it('is no copy into a folder, and no link to upload there, where writing was denied', async () => {
      const { bucket } = stage;
      await deny('s3:PutObject');
      await choose('oresults 2026.txt', 'Copy to');
      const copying = dialog('Copy "results 2026.txt"');
      const copyHere = copying.getByRole('button', { name: 'Copy here' });
      await copying.getByRole('textbox').fill('photos');
      await copyHere.click();
      await toast(/Access was denied/).waitFor();
      await choose('oresults 2026.txt', 'Copy to');
      for (const typed of ['photos', 'photos/below']) {
        await copying.getByRole('textbox').fill(typed);
        await copying.getByText(denied).waitFor();
        expect(await copyHere.isDisabled()).toBe(true);
      }
      await look('doing.copy-denied');
      await copying.getByRole('textbox').fill('elsewhere');
      await expect.poll(() => copyHere.isEnabled()).toBe(true);
      await copying.getByRole('button', { name: 'Cancel' }).click();
      const asking = await openLinksOf('oresults 2026.txt');
      const key = asking.getByRole('textbox', { name: 'Key that the file gets' });
      for (const [kind, action] of [
        ['Link to upload', 'Copy link'],
        ['Upload page', 'Save the page'],
      ] as const) {
        await radio(asking, kind).click();
        await key.fill('photos/new.jpg');
        await asking.getByText(denied).waitFor();
        expect(await asking.getByRole('button', { name: action }).isDisabled()).toBe(true);
        await key.fill('elsewhere/new.jpg');
        await expect.poll(() => asking.getByRole('button', { name: action }).isEnabled()).toBe(true);
      }
      await asking.getByRole('button', { name: 'Close' }).click();
      expect(await bucket.keys('photos/results')).toEqual([]);
      await allowAll();
    });

    it('is nothing that changes a read-only connection', async () => {
      await setReadOnly(true);
      const asking = await openLinksOf('oresults 2026.txt');
      expect(await asking.getByRole('button', { name: 'Copy link' }).isEnabled()).toBe(true);
      for (const [kind, action] of [
        ['Link to upload', 'Copy link'],
        ['Upload page', 'Save the page'],
      ] as const) {
        await radio(asking, kind).click();
        await asking.getByText(readOnly).waitFor();
        expect(await asking.getByRole('button', { name: action }).isDisabled()).toBe(true);
      }
      await asking.getByRole('button', { name: 'Close' }).click();
      await choose('oresults 2026.txt', 'Copy to');
      const copying = dialog('Copy "results 2026.txt"');
      await copying.getByText(readOnly).waitFor();
      expect(await copying.getByRole('button', { name: 'Copy here' }).isDisabled()).toBe(true);
      await copying.getByRole('button', { name: 'Cancel' }).click();
      await setReadOnly(false);
    });

    it('is no copy to another connection that is read-only', async () => {
      const { window } = stage;
      const [first] = await callFrom(window, 'connections.list', {});
      if (first === undefined || 'kind' in first.config) throw new Error('no connection');
      const { id } = await callFrom(window, 'connections.save', {
        ...{ id: null, name: 'Archive', secret: { accessKeyId: 'a', secretAccessKey: 'b' } },
        config: { ...first.config, readOnly: true },
      });
      await choose('oresults 2026.txt', 'Copy to');
      const copying = dialog('Copy "results 2026.txt"');
      await chooseOption(window, copying.getByRole('button', { name: /To the connection/ }), /^Archive/);
      await copying.getByText(readOnly).waitFor();
      expect(await copying.getByRole('button', { name: 'Copy here' }).isDisabled()).toBe(true);
      await copying.getByRole('button', { name: 'Cancel' }).click();
      await callFrom(window, 'connections.remove', { id });
    });
  });

  it('fits at 200 %', async () => {
    const { window, launched } = stage;
    const zoom = (factor: number) =>
      launched.app.evaluate(
        ({ BrowserWindow }, to) => BrowserWindow.getAllWindows()[0]?.webContents.setZoomFactor(to),
        factor,
      );
    await select('oread me.txt');
    await zoom(2);
    await resize(launched, sizes[0]);
    await window.keyboard.press('Delete');
    const asking = dialog('Delete "read me.txt"?');
    await asking.getByRole('button', { name: 'Delete 1 object' }).waitFor();
    await keepPicture(launched.app, 'zoom-200-doing-delete.1280x800');
    const flaws = await layoutFlaws(window);
    await zoom(1);
    expect(flaws).toEqual([]);
  });
});
