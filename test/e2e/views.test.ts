/**
 * Every view, as a person sees it: in light and dark, in a large window and in a small one. A picture of each is kept, nothing is cut
 * off, and axe finds nothing.
 */
import { rename } from 'node:fs/promises';
import path from 'node:path';
import type { Locator } from 'playwright';
import { afterAll, afterEach, beforeAll, beforeEach, expect, inject, it } from 'vitest';
import { hashTree } from '../servers/tree.ts';
import { axeProblems } from './axe.ts';
import { describeWindowOnCeph } from './describe-window.ts';
import { layoutFlaws } from './layout.ts';
import { callFrom, changeSettings, drop, finished, rowsOf, showView } from './person.ts';
import { keepLooks, sizes } from './screenshots.ts';
import { setStage, type Stage } from './stage.ts';

const MiB = 2 ** 20;
const photos = 44;
const refused = ['IMG_0007.jpg', 'IMG_0019.jpg'];

function* eventFiles(): Generator<readonly [string, number]> {
  for (let at = 1; at <= photos; at++)
    yield [`day ${1 + (at % 3)}/IMG_${String(at).padStart(4, '0')}.jpg`, 210_000 + 7919 * at];
  yield ['clips/Final, second half, camera behind the goal (before the colours were graded).mp4', 24 * MiB];
  yield ['clips/interview.mov', 9 * MiB];
  yield ['day 1/.DS_Store', 6148];
  yield ['day 2/Thumbs.db', 9000];
}
const files = photos + 2;

describeWindowOnCeph('every view', () => {
  let stage: Stage;

  beforeAll(async () => {
    stage = await setStage(inject('ceph'), eventFiles());
    // Colours and places do not fade from one to the next while a picture is taken.
    await stage.window.emulateMedia({ reducedMotion: 'reduce' });
    await stage.window.getByRole('heading', { level: 1 }).waitFor();
  });
  afterAll(() => stage.end());

  /** Of all pictures of a test together, so that one run says all. */
  let flaws: string[] = [];
  beforeEach(() => (flaws = []));
  afterEach(() => expect(flaws).toEqual([]));

  async function look(name: string): Promise<void> {
    await keepLooks(stage.launched, name, async ({ size, title }) => {
      const found = await layoutFlaws(stage.window);
      if (size === sizes[0]) found.push(...(await axeProblems(stage.window)));
      flaws.push(...found.map((one) => `${title}: ${one}`));
    });
  }

  const button = (name: string) => stage.window.getByRole('button', { name, exact: true });
  const dialog = () => stage.window.getByRole('dialog').or(stage.window.getByRole('alertdialog'));

  async function closeDialog(): Promise<void> {
    await stage.window.keyboard.press('Escape');
    await dialog().waitFor({ state: 'hidden' });
  }

  it('of an app that was never used', async () => {
    const { window, event } = stage;
    await look('uploads-empty');
    await drop(window, [event]);
    await dialog().getByText(`${files} files`).waitFor();
    await look('uploads-offer-no-connection');
    await closeDialog();
    const devtools = await window.context().newCDPSession(window);
    const held = { x: 300, y: 300, data: { items: [], files: [event], dragOperationsMask: 1 } };
    await devtools.send('Input.dispatchDragEvent', { type: 'dragEnter', ...held });
    await window.getByText('Drop to upload').waitFor();
    await look('uploads-drop');
    await devtools.send('Input.dispatchDragEvent', { type: 'dragCancel', ...held });
    await devtools.detach();
    await window.mouse.move(310, 310);
    await window.getByText('Drop to upload').waitFor({ state: 'hidden' });
  });

  it('of the connections', async () => {
    const { window, bucket, proxy } = stage;
    await showView(window, 'Connections');
    await look('connections-empty');
    await button('Add connection').click();
    await look('connections-provider');
    await dialog()
      .getByRole('option', { name: /Amazon/ })
      .click();
    await look('connections-form-aws');
    await dialog().getByRole('button', { name: 'Change provider' }).click();
    await dialog().getByRole('option', { name: /Ceph/ }).click();
    await look('connections-form-s3-compatible');
    const env = bucket.env(proxy.endpoint);
    await fill(dialog(), {
      'Server address': env.SIDELINE_S3_ENDPOINT,
      Bucket: bucket.name,
      'Access key ID': env.AWS_ACCESS_KEY_ID,
      'Secret access key': 'mistyped',
      'Name of the connection': 'Club storage',
    });
    await test('The secret is wrong');
    await look('connections-test-refused');
    await fill(dialog(), { 'Secret access key': env.AWS_SECRET_ACCESS_KEY });
    await test('The connection works');
    await look('connections-test-works');
    await dialog().getByRole('button', { name: 'Save' }).click();
    await dialog().waitFor({ state: 'hidden' });
    await callFrom(window, 'connections.practice', {});
    await window.getByText('Practice', { exact: true }).waitFor();
    await look('connections-list');
    await button('Delete Club storage').click();
    await look('connections-delete');
    await dialog().getByRole('button', { name: 'Keep it' }).click();
    await dialog().waitFor({ state: 'hidden' });
  });

  async function test(outcome: string): Promise<void> {
    await dialog().getByRole('button', { name: 'Test', exact: true }).click();
    await dialog().getByText(outcome).waitFor({ timeout: 40_000 });
  }

  it('of the settings', async () => {
    await showView(stage.window, 'Settings');
    await stage.window.getByRole('heading', { level: 2, name: 'Speed' }).waitFor();
    await look('settings');
    await changeSettings(stage.window, { limitRate: 5 * MiB, limitHours: { from: 1200, to: 420 }, concurrency: 8 });
    await look('settings-all-set');
    await button('Save diagnostics').scrollIntoViewIfNeeded();
    await look('settings-end');
    await changeSettings(stage.window, { limitRate: 2 * MiB, limitHours: null, concurrency: null });
  });

  it('of an upload that is offered, under way, paused, and without network', async () => {
    const { window, event, proxy } = stage;
    proxy.faults = ({ method, path: key }) =>
      method === 'PUT' && refused.some((name) => key.endsWith(name))
        ? { kind: 'refuse', status: 403, code: 'AccessDenied' }
        : null;
    await drop(window, [event]);
    await dialog().getByText(`${files} files`).waitFor();
    await look('uploads-offer');
    await dialog().getByRole('button', { name: 'Start upload' }).click();
    await expect
      .poll(async () => (await callFrom(window, 'uploads.progress', {})).totals.failed.files, { timeout: 30_000 })
      .toBeGreaterThan(0);
    await window.getByText(/peak/).waitFor();
    await look('uploads-busy');
    await button('Pause all').click();
    await window.getByRole('heading', { level: 2, name: 'Paused' }).waitFor();
    await look('uploads-paused');
    await proxy.goAway();
    await button('Resume all').click();
    await window.getByRole('heading', { level: 2, name: 'Waiting for the network' }).waitFor({ timeout: 20_000 });
    await look('uploads-offline');
  });

  it('of what failed, what was skipped, what is selected and its menu, and of all being done', async () => {
    const { window, event, proxy, bucket } = stage;
    const clip = path.join(event, 'clips', 'interview.mov');
    const unsent = (await rowsOf(window, { search: 'interview' })).every(({ state }) => state !== 'done');
    if (unsent) await rename(clip, `${clip}.away`);
    await changeSettings(window, { limitRate: null });
    await proxy.comeBack();
    await finished(window, files - refused.length - (unsent ? 1 : 0));
    await window.getByRole('radio', { name: /^Failed/ }).click();
    await window.getByRole('button', { name: 'Retry', exact: true }).first().waitFor();
    expect(await window.locator('.overview').innerText()).not.toContain('100%');
    await look('uploads-failed');
    await window.locator('[role=row][row-id]').first().click();
    const reasons = (await rowsOf(window, { filter: 'failed' })).map(({ reason }) => reason?.message);
    expect(reasons).toContain(await window.locator('.list-reason').innerText());
    await look('uploads-reason');
    await button('Clear selection').click();
    await window.getByRole('radio', { name: /^Skipped/ }).click();
    await window.getByText('.DS_Store', { exact: false }).first().waitFor();
    await look('uploads-skipped');
    await window.getByRole('radio', { name: /^Done/ }).click();
    const row = window.locator('[role=row][row-id]').first();
    await row.click();
    await look('uploads-selection');
    const bar = window.getByRole('toolbar', { name: 'What to do with the selected files' });
    for (const name of ['Pause', 'Resume', 'Retry', 'Send first', 'Cancel upload'])
      expect(await bar.getByRole('button', { name }).isDisabled(), name).toBe(true); // it is done
    await row.click({ button: 'right' });
    await window.getByRole('menu').waitFor();
    await look('uploads-menu');
    await window.keyboard.press('Escape');
    await window.getByRole('menu').waitFor({ state: 'hidden' });
    await button('Clear selection').click();
    await window.getByRole('radio', { name: /^All/ }).click();
    if (unsent) await rename(`${clip}.away`, clip);
    proxy.faults = () => null;
    await button('Retry failed').click();
    await finished(window, files);
    await look('uploads-done');
    const sent = await hashTree(event);
    for (const key of sent.keys()) if (/\.DS_Store$|Thumbs\.db$/.test(key)) sent.delete(key);
    expect(await bucket.hashes()).toEqual(sent);
  });
});

async function fill(form: Locator, fields: Record<string, string | undefined>): Promise<void> {
  for (const [label, text] of Object.entries(fields)) {
    await form.getByRole('textbox', { name: label, exact: true }).fill(text ?? '');
  }
}
