/** Sessions of a backend in the window: a video and its picture are one row, in the transfers and in the history, and are deleted as one. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { common } from '../../shared/strings/common.ts';
import { person, startBrokerBench } from '../servers/broker-bench.ts';
import { startBroker, type Broker } from '../servers/broker/broker.ts';
import { createTestBucket, type TestBucket } from '../servers/bucket.ts';
import { box, fileType, movieBox } from '../servers/media.ts';
import { seededRandom } from '../servers/random.ts';
import { axeProblems } from './axe.ts';
import { describeWindowOnCeph } from './describe-window.ts';
import { launchApp, type LaunchedApp } from './launch.ts';
import { layoutFlaws } from './layout.ts';
import { answerFileDialog, callFrom, changeSettings, dismissMessages } from './person.ts';
import { keepLooks, keepPicture, resize, sizes } from './screenshots.ts';

const random = seededRandom('e2e sessions');
const jpeg = (size: number) => Buffer.concat([Buffer.from('ffd8ffe000104a4649460001', 'hex'), random.bytes(size)]);
const movie = (size: number) =>
  Buffer.concat([fileType('isom'), movieBox({ duration: 90_000 }), box('mdat', random.bytes(size))]);
const dances = ['cha-cha', 'quickstep', 'rumba', 'tango', 'waltz'];

describeWindowOnCeph('sessions in the window', () => {
  let folder: string;
  let bucket: TestBucket;
  let backend: Broker;
  let launched: LaunchedApp;
  let connectionId: number;

  beforeAll(async () => {
    const ceph = inject('ceph');
    if (ceph === null) return;
    folder = await mkdtemp(path.join(os.tmpdir(), 'sideline-e2e-'));
    bucket = await createTestBucket(ceph);
    const { endpoint, region, accessKeyId, secretAccessKey } = ceph;
    const storage = { endpoint, region, bucket: bucket.name, accessKeyId, secretAccessKey };
    backend = await startBroker({ storage, users: [{ ...person, id: 'user123' }] });
    const dataDir = path.join(folder, 'data');
    const bench = await startBrokerBench({ folder: dataDir, kind: 'idance', baseUrl: backend.url });
    await bench.signIn();
    connectionId = bench.connection.id;
    await bench.close();
    const event = path.join(folder, 'gala');
    await mkdir(event);
    for (const dance of dances) await writeFile(path.join(event, `${dance}.mp4`), movie(600_000));
    for (const dance of dances.slice(1)) await writeFile(path.join(event, `${dance}.jpg`), jpeg(20_000));
    launched = await launchApp({ dataDir });
    launched.window.setDefaultTimeout(10_000);
    await launched.window.emulateMedia({ reducedMotion: 'reduce' });
  });
  afterAll(async () => {
    await launched.close();
    await backend.stop();
    bucket.s3.destroy();
    await rm(folder, { recursive: true, force: true });
  });

  async function look(name: string): Promise<void> {
    const flaws: string[] = [];
    await keepLooks(launched, name, async ({ size, title }) => {
      const found = await layoutFlaws(launched.window);
      if (size === sizes[0]) found.push(...(await axeProblems(launched.window)));
      flaws.push(...found.map((one) => `${title}: ${one}`));
    });
    await resize(launched, sizes[0]);
    expect(flaws).toEqual([]);
  }

  const rows = () => launched.window.locator('.transfer-grid [row-id]');
  const chip = (name: string) => launched.window.getByRole('radio', { name: new RegExp(`^${name}`) });
  const totals = async () => (await callFrom(launched.window, 'uploads.progress', {})).totals;

  it('are one row each, from the plan until the backend knows that they are complete', async () => {
    const { window, app } = launched;
    backend.faults.add({ kind: 'slow', ms: 4000, path: '/api/sessions/complete' });
    backend.faults.add({ kind: 'status', status: 403, path: '/api/s3/upload/thumbnail', times: 1 });
    await changeSettings(window, { limitRate: 500_000 });
    await answerFileDialog(app, [path.join(folder, 'gala')]);
    const offer = await callFrom(window, 'offers.choose', { kind: 'folder' });
    const placement = { to: 'connection', connectionId, prefix: '' } as const;
    await callFrom(window, 'offers.start', { offerId: offer?.id ?? '', placement, details: {} });
    await expect.poll(() => rows().count()).toBe(dances.length);
    await expect.poll(() => chip('All').innerText()).toContain(String(dances.length));
    expect(await rows().first().locator('.session-mark').innerText()).toBe('Session');
    await expect
      .poll(() => rows().allInnerTexts(), { timeout: 20_000 })
      .toContainEqual(expect.stringContaining('Completing the session'));
    await look('sessions-under-way');
    await changeSettings(window, { limitRate: null });
    await expect.poll(async () => (await totals()).done.files, { timeout: 30_000 }).toBe(2 * dances.length - 2);
    await expect.poll(() => chip('Failed').innerText()).toContain('1');
    await chip('Failed').click();
    await expect.poll(() => rows().allInnerTexts()).toEqual([expect.stringContaining('The picture of the session: ')]);
    await look('sessions-failed');
    await rows().first().getByRole('button', { name: 'Retry', includeHidden: true }).click();
    await expect.poll(async () => (await totals()).done.files).toBe(2 * dances.length - 1);
    await chip('All').click();
    await expect
      .poll(() => rows().allInnerTexts(), { timeout: 20_000 })
      .toEqual(dances.map(() => expect.stringContaining('Done') as string));
    await look('sessions-done');
  });

  it('are one line of the history, with all that went there, and are deleted as one when it was asked', async () => {
    const { window } = launched;
    backend.faults.clear();
    await window.getByRole('navigation').getByRole('button', { name: 'History' }).click();
    const lines = window.locator('.history-grid [row-id]');
    await expect.poll(() => lines.count()).toBe(dances.length);
    await lines.filter({ hasText: 'Session' }).first().click();
    const details = window.getByRole('complementary', { name: 'Details of the file' });
    await expect.poll(() => details.innerText()).toContain('complete, and the backend knows it');
    await look('history-session');
    await details.getByRole('button', { name: 'Copy link' }).click();
    await window.getByText(/The link was copied\. Whoever has it can open the file until/).waitFor();
    await window
      .locator('.toast', { hasText: 'The link was copied' })
      .getByRole('button', { name: common.dismiss })
      .click();
    const link = await launched.app.evaluate(({ clipboard }) => clipboard.readText());
    expect((await fetch(link)).status).toBe(200);
    expect(await window.evaluate(() => document.documentElement.outerHTML.includes('X-Amz-Signature'))).toBe(false);

    const before = (await bucket.keys()).length;
    await details.getByRole('button', { name: 'Delete' }).click();
    const ask = window.getByRole('alertdialog', { name: /^Delete / });
    await ask.getByRole('button', { name: 'Keep it' }).click();
    await ask.waitFor({ state: 'hidden' });
    expect(await bucket.keys()).toHaveLength(before);
    await details.getByRole('button', { name: 'Delete' }).click();
    await look('history-session-delete');
    await ask.getByRole('button', { name: 'Delete' }).click();
    await ask.waitFor({ state: 'hidden' });
    await expect.poll(async () => (await bucket.keys()).length).toBeLessThan(before);
    await expect.poll(() => lines.filter({ hasText: 'Deleted' }).count()).toBe(1);
    await expect.poll(() => details.innerText()).toContain('this is what was known of it');
    // The message would lie over the foot of a small window.
    await window.locator('.toast').first().waitFor();
    await dismissMessages(window);
    await look('history-session-deleted');
    await keepPicture(launched.app, 'history-session-deleted');
    expect(await details.getByRole('button', { name: 'Delete' }).count()).toBe(0);
    expect(await details.getByRole('button', { name: 'Copy link' }).isDisabled()).toBe(true);
  });

  it('are compared with what the backend has now', async () => {
    const { window } = launched;
    await window.getByRole('complementary').getByRole('button', { name: 'Show the whole upload' }).click();
    await window.getByRole('button', { name: 'Verify again' }).click();
    await window.getByText(/All \d+ files are there, exactly as sent\./).waitFor();
  });
});
