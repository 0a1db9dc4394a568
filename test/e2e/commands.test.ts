/** What can be done with files in the list: by selection, by menu, by the buttons, each checked against what the main process says. */
import { rename } from 'node:fs/promises';
import path from 'node:path';
import type { Locator } from 'playwright';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import type { TransferState } from '../../shared/domain.ts';
import { hashTree } from '../servers/tree.ts';
import { describeWindowOnCeph } from './describe-window.ts';
import { callFrom, changeSettings, chooseMenu, connect, finished, rowsOf, upload } from './person.ts';
import { setStage, type Stage } from './stage.ts';

const files = 24;
const nameOf = (at: number) => `IMG_${String(at).padStart(2, '0')}.jpg`;
/** The later ones are the larger. */
const sizeOf = (at: number) => 100_000 + at * 10_000;

function* eventFiles(): Generator<readonly [string, number]> {
  for (let at = 1; at <= files; at++) yield [nameOf(at), sizeOf(at)];
  yield ['.DS_Store', 6148];
  yield ['Thumbs.db', 9000];
}

describeWindowOnCeph('the commands of the list', () => {
  let stage: Stage;
  /** keys that the store denies */
  let denied: string[] = [];

  beforeAll(async () => {
    stage = await setStage(inject('ceph'), eventFiles());
    const { window, bucket, proxy, event } = stage;
    proxy.faults = ({ method, path: key }) =>
      method === 'PUT' && denied.some((name) => key.endsWith(name))
        ? { kind: 'refuse', status: 403, code: 'AccessDenied' }
        : null;
    await changeSettings(window, { limitRate: 20_000 }); // nothing arrives while the commands are tried
    await connect(window, bucket, proxy.endpoint);
    await upload(window, [event]);
    await window.getByRole('radio', { name: new RegExp(`^All ?${files + 2}`) }).waitFor();
    await sortBy('Name');
    await row(nameOf(1)).waitFor();
  });
  afterAll(() => stage.end());

  const row = (name: string): Locator => stage.window.locator(`[role=row][row-id]:has(.name-cell[title$='${name}'])`);
  const toolbar = () => stage.window.getByRole('toolbar', { name: 'What to do with the selected files' });
  const menuItem = (name: string) => stage.window.getByRole('menuitem', { name });
  const dialog = () => stage.window.getByRole('alertdialog');

  async function sortBy(column: string): Promise<void> {
    await stage.window.getByRole('columnheader', { name: column }).click();
  }

  async function filterBy(name: string): Promise<void> {
    await stage.window.getByRole('radio', { name: new RegExp(`^${name}`) }).click();
  }

  const hasFocusInList = () => stage.window.evaluate(() => document.activeElement?.closest('[row-id]') !== null);

  /** By main, not by what is drawn. */
  async function statesOf(...at: number[]): Promise<TransferState[]> {
    const rows = await rowsOf(stage.window);
    return at.map((one) => rows.find(({ key }) => key.endsWith(nameOf(one)))?.state ?? 'planned');
  }

  async function selected(): Promise<string[]> {
    const rows = stage.window.locator('[role=row][row-id][aria-selected=true] .name-cell');
    return (await rows.allInnerTexts()).map((text) => text.replaceAll('\n', '').replace('event/', '')).toSorted();
  }

  /** Names as they are drawn, from the top. */
  async function drawn(): Promise<string[]> {
    const rows = await stage.window
      .locator('[role=row][row-id]:has(.name-cell)')
      .evaluateAll((elements) =>
        elements
          .toSorted((a, b) => Number(a.getAttribute('row-index')) - Number(b.getAttribute('row-index')))
          .map((element) => element.querySelector<HTMLElement>('.name-cell')?.title ?? ''),
      );
    return rows.map((key) => key.replace('event/', ''));
  }

  it('selects by click, with Shift, with Ctrl, and all with Ctrl+A', async () => {
    const { window } = stage;
    await row(nameOf(2)).click();
    await expect.poll(selected).toEqual([nameOf(2)]);
    await row(nameOf(5)).click({ modifiers: ['Shift'] });
    await expect.poll(selected).toEqual([2, 3, 4, 5].map(nameOf));
    await row(nameOf(3)).click({ modifiers: ['Control'] });
    await expect.poll(selected).toEqual([2, 4, 5].map(nameOf));
    await row(nameOf(7)).click({ modifiers: ['Control'] });
    await expect.poll(selected).toEqual([2, 4, 5, 7].map(nameOf));
    await expect.poll(() => toolbar().innerText()).toContain('4 files selected');
    await window.keyboard.press('Control+a');
    await expect.poll(() => toolbar().innerText()).toContain(`All ${files + 2} files of this view selected`);
    await window.keyboard.press('Escape');
    await expect.poll(selected).toEqual([]);
    await toolbar().waitFor({ state: 'hidden' });
  });

  it('has its texts under the heads of their columns, and moves none of them when it has the focus', async () => {
    const left = (of: Locator) => of.evaluate((element) => element.getBoundingClientRect().left);
    const name = row(nameOf(6)).locator('.name-cell');
    const before = await name.boundingBox();
    expect(before?.x).toBe(await left(stage.window.getByText('Name', { exact: true })));
    await row(nameOf(6)).click({ position: { x: 30, y: 15 } });
    await expect.poll(selected).toEqual([nameOf(6)]);
    expect(await name.boundingBox()).toEqual(before);
    await stage.window.keyboard.press('Escape');
  });

  it('pauses and resumes what is selected, and nothing else', async () => {
    await row(nameOf(10)).click();
    await row(nameOf(12)).click({ modifiers: ['Shift'] });
    await expect.poll(selected).toEqual([10, 11, 12].map(nameOf));
    await toolbar().getByRole('button', { name: 'Pause' }).click();
    await expect.poll(() => statesOf(10, 11, 12)).toEqual(['paused', 'paused', 'paused']);
    expect((await rowsOf(stage.window)).filter(({ state }) => state === 'paused')).toHaveLength(3);
    await toolbar().getByRole('button', { name: 'Resume' }).click();
    await expect.poll(() => statesOf(10, 11, 12)).not.toContain('paused');
    await toolbar().getByRole('button', { name: 'Clear selection' }).click();
  });

  it('sends first what is selected, by the menu of a row', async () => {
    await row(nameOf(12)).click({ button: 'right' });
    await menuItem('Send first').click();
    const order = () => rowsOf(stage.window, { sort: { by: 'order', descending: false } });
    await expect.poll(async () => (await order())[0]?.key).toBe(`event/${nameOf(12)}`);
    await expect.poll(selected).toEqual([nameOf(12)]); // the menu says of what it speaks
    await stage.window.getByRole('menu').waitFor({ state: 'hidden' });
  });

  it('opens the menu by keyboard, on the row that has the focus', async () => {
    const { window } = stage;
    for (const keys of ['Shift+F10', 'ContextMenu']) {
      await row(nameOf(4)).click();
      await window.keyboard.press(keys);
      await window.getByRole('menu').waitFor();
      const focused = () => window.evaluate(() => document.activeElement?.textContent ?? '');
      await expect.poll(focused).toContain('Pause');
      await window.keyboard.press('Escape');
      await window.getByRole('menu').waitFor({ state: 'hidden' });
      // The focus is back where it was.
      await expect.poll(hasFocusInList).toBe(true);
    }
    await window.keyboard.press('ContextMenu');
    await window.getByRole('menu').waitFor();
    await window.keyboard.press('Enter'); // its first item: Pause
    await expect.poll(() => statesOf(4)).toEqual(['paused']);
    await expect.poll(() => row(nameOf(4)).innerText()).toContain('Paused');
    await row(nameOf(4)).click({ button: 'right' });
    await menuItem('Resume').click();
    await expect.poll(() => statesOf(4)).not.toEqual(['paused']);
  });

  it('offers for a file only what makes sense for it', async () => {
    const { window } = stage;
    await row(nameOf(4)).click({ button: 'right' });
    expect(await menuItem('Retry').getAttribute('aria-disabled')).toBe('true');
    expect(await menuItem('Copy reason').getAttribute('aria-disabled')).toBe('true');
    expect(await menuItem('Cancel upload').getAttribute('aria-disabled')).toBeNull();
    await menuItem('Select all').click();
    await expect.poll(() => toolbar().innerText()).toContain('All 26 files');
    await toolbar().getByRole('button', { name: 'Clear selection' }).click();
    await window.getByRole('menu').waitFor({ state: 'hidden' });
  });

  it('cancels one at once, and asks before it cancels several', async () => {
    const { window } = stage;
    await row(nameOf(1)).click({ button: 'right' });
    await menuItem('Cancel upload').click();
    await expect.poll(() => statesOf(1)).toEqual(['cancelled']);
    await row(nameOf(2)).click();
    await row(nameOf(3)).click({ modifiers: ['Control'] });
    await expect.poll(selected).toEqual([2, 3].map(nameOf));
    await window.keyboard.press('Delete');
    await dialog().getByRole('button', { name: 'Keep going' }).click();
    await dialog().waitFor({ state: 'hidden' });
    expect(await statesOf(2, 3)).not.toContain('cancelled');
    await window.keyboard.press('Delete');
    await dialog().getByRole('button', { name: 'Cancel uploads' }).click();
    await expect.poll(() => statesOf(2, 3)).toEqual(['cancelled', 'cancelled']);
    expect((await rowsOf(window)).filter(({ state }) => state === 'cancelled')).toHaveLength(3);
    await expect.poll(hasFocusInList).toBe(true); // back from the question
    await window.keyboard.press('Escape');
  });

  it('filters by state, and says what was skipped and why', async () => {
    const { window } = stage;
    await filterBy('Skipped');
    await expect
      .poll(async () => (await drawn()).toSorted())
      .toEqual(['.DS_Store', nameOf(1), nameOf(2), nameOf(3), 'Thumbs.db']);
    expect(await row('.DS_Store').innerText()).toContain('A system file that nobody wants');
    expect(await row(nameOf(1)).innerText()).toContain('Cancelled');
    await filterBy('Failed');
    await window.getByText('No file matches this view.').waitFor();
    await window.getByRole('button', { name: 'Show all files' }).click();
    await row(nameOf(6)).waitFor();
  });

  it('searches, and does by Ctrl+A only what is found, but what was taken out of it', async () => {
    const { window } = stage;
    await chooseMenu(stage.launched.app, 'Find…');
    await window.keyboard.type('img_2');
    await expect.poll(drawn).toEqual([20, 21, 22, 23, 24].map(nameOf));
    const selectAll = async () => {
      await row(nameOf(20)).click(); // the rows that are found may just be drawn anew, and then have no focus
      await window.keyboard.press('Control+a');
      return await toolbar().innerText();
    };
    await expect.poll(selectAll, { interval: 500 }).toContain('All 5 files');
    await row(nameOf(22)).click({ modifiers: ['Control'] });
    await expect.poll(() => toolbar().innerText()).toContain('4 files selected');
    await expect.poll(selected).toEqual([20, 21, 23, 24].map(nameOf));
    await toolbar().getByRole('button', { name: 'Pause' }).click();
    await expect.poll(() => statesOf(20, 21, 23, 24)).toEqual(Array(4).fill('paused'));
    expect((await rowsOf(window)).filter(({ state }) => state === 'paused')).toHaveLength(4);
    await toolbar().getByRole('button', { name: 'Resume' }).click();
    await expect.poll(() => statesOf(20, 21, 22, 23, 24)).not.toContain('paused');
    await toolbar().getByRole('button', { name: 'Clear selection' }).click();
    await row(nameOf(20)).click();
    await toolbar().waitFor();
    await chooseMenu(stage.launched.app, 'Find…'); // the field comes back, with the focus in it
    await expect.poll(() => window.evaluate(() => document.activeElement?.getAttribute('type'))).toBe('search');
    await window.keyboard.press('Escape');
    await expect.poll(async () => (await drawn()).length).toBeGreaterThan(10);
  });

  it('sorts by a header, with the mouse and with the keyboard', async () => {
    const { window } = stage;
    await sortBy('Name');
    await expect.poll(async () => (await drawn()).slice(0, 2)).toEqual(['Thumbs.db', nameOf(24)]);
    const size = window.getByRole('columnheader', { name: 'Size' });
    await window.getByRole('columnheader', { name: 'Name' }).focus();
    await window.keyboard.press('ArrowRight');
    await window.keyboard.press('Enter');
    await expect.poll(() => size.getAttribute('aria-sort')).toBe('ascending');
    await expect
      .poll(async () => (await drawn()).filter((name) => name.startsWith('IMG')).slice(0, 2))
      .toEqual([nameOf(1), nameOf(2)]);
    await window.keyboard.press('Enter');
    await expect.poll(() => size.getAttribute('aria-sort')).toBe('descending');
    await expect.poll(async () => (await drawn()).slice(0, 2)).toEqual([nameOf(24), nameOf(23)]);
    await sortBy('Name');
    await expect.poll(async () => (await drawn()).includes(nameOf(4))).toBe(true);
  });

  it('says of what failed what to do, and retries it: one by its button, one by the menu, the rest by "Retry failed"', async () => {
    const { window, event, launched } = stage;
    denied = [19, 20, 21, 22].map(nameOf); // far behind: nothing of these is on its way yet
    const gone = path.join(event, nameOf(23));
    await rename(gone, `${gone}.away`);
    await changeSettings(window, { limitRate: null });
    const arrived = files - 3 - 5; // three were cancelled, five fail
    await finished(window, arrived);
    expect(await statesOf(19, 20, 21, 22, 23)).toEqual(Array(5).fill('failed'));
    await filterBy('Failed');
    await expect.poll(async () => (await drawn()).length).toBe(5);
    expect(await row(nameOf(19)).innerText()).toContain('Access was denied');
    expect(await row(nameOf(23)).innerText()).toContain('The file is no longer there');
    const card = window.getByRole('listitem').filter({ hasText: '5 failed' });
    await expect.poll(() => card.count()).toBe(1); // progress and rows reach the window apart

    denied = denied.slice(1);
    await row(nameOf(19)).getByRole('button', { name: 'Retry' }).click();
    await expect.poll(() => statesOf(19)).toEqual(['done']);
    expect(await statesOf(20, 21, 22, 23)).toEqual(Array(4).fill('failed'));

    await rename(`${gone}.away`, gone);
    await row(nameOf(23)).click({ button: 'right' });
    await menuItem('Retry').click();
    await expect.poll(() => statesOf(23)).toEqual(['done']);
    await toolbar().getByRole('button', { name: 'Clear selection' }).click();

    await window.getByRole('button', { name: 'Retry failed' }).click(); // the store has not changed its mind
    await expect.poll(() => window.locator('body').innerText()).toContain('3 files are tried again');
    await expect.poll(() => statesOf(20, 21, 22)).toEqual(Array(3).fill('failed'));
    denied = [];
    await chooseMenu(launched.app, 'Retry Failed');
    await finished(window, files - 3);
    await filterBy('All');
  });

  it('has sent what was not cancelled, byte for byte, and clears it when asked', async () => {
    const { window, event, bucket } = stage;
    const wanted = await hashTree(event);
    for (const name of ['.DS_Store', 'Thumbs.db', nameOf(1), nameOf(2), nameOf(3)]) wanted.delete(`event/${name}`);
    expect(await bucket.hashes()).toEqual(wanted);
    await window.getByRole('button', { name: 'Clear finished' }).click();
    await window.getByText('Drop a folder to begin').waitFor();
    expect((await callFrom(window, 'uploads.progress', {})).batches).toEqual([]);
    await expect.poll(() => rowsOf(window)).toEqual([]); // a page may be a third of a second old
  });

  it('shows the connection, when that is what is wrong', async () => {
    const { window, bucket, proxy, event } = stage;
    proxy.faults = ({ path: key }) =>
      key.includes(bucket.name) ? { kind: 'refuse', status: 403, code: 'InvalidAccessKeyId' } : null;
    await upload(window, [path.join(event, nameOf(1))]);
    const failed = row(nameOf(1));
    await expect.poll(() => failed.innerText(), { timeout: 20_000 }).toContain('Check connection');
    expect(await failed.innerText()).toContain('does not know this access key');
    await failed.getByRole('button', { name: 'Check connection' }).click();
    await window.getByRole('heading', { level: 1, name: 'Connections' }).waitFor();
  });
});
