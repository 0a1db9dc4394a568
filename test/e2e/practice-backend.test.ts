/** What `npm start` opens: the app with a bucket and a backend to practise with, in the real window; and what is left when it is killed. */
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { z } from 'zod';
import { practiceEnv } from '../../scripts/practice-env.ts';
import { isBroker } from '../../shared/connection-kind.ts';
import { seededRandom } from '../servers/random.ts';
import { hashTree, writeTree } from '../servers/tree.ts';
import { axeProblems } from './axe.ts';
import { describeWindow } from './describe-window.ts';
import { launchApp, type LaunchedApp } from './launch.ts';
import { callFrom, choose, drop, finished, showView } from './person.ts';
import { keepScreenshot } from './screenshots.ts';

describeWindow('what npm start opens', () => {
  let folder: string;
  let event: string;
  let launched: LaunchedApp;

  const start = async () => {
    launched = await launchApp({ dataDir: path.join(folder, 'data'), env: practiceEnv });
    await expect.poll(backend, { timeout: 15_000 }).toBeDefined();
  };

  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'sideline-e2e-'));
    event = path.join(folder, 'Cup Final');
    await start();
  });
  afterEach(async () => {
    await launched.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function backend() {
    return (await callFrom(launched.window, 'connections.list', {}))
      .filter(isBroker)
      .find(({ name }) => name === 'Practice backend');
  }
  const address = async () => (await backend())?.config.settings.baseUrl ?? '';
  const answers = (url: string) =>
    fetch(url).then(
      () => true,
      () => false,
    );

  /** SHA-256 of all that is in the bucket: the backend gives it names of its own. */
  async function arrived(): Promise<string[]> {
    const objects = path.join(folder, 'data', 'practice-bucket', 'objects');
    const entries = await readdir(objects, { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile());
    const hashes = files.map(async ({ parentPath, name }) =>
      createHash('sha256')
        .update(await readFile(path.join(parentPath, name)))
        .digest('hex'),
    );
    return (await Promise.all(hashes)).toSorted();
  }
  const wanted = async () => [...(await hashTree(event)).values()].toSorted();

  async function uploadOverBackend(): Promise<void> {
    const { window } = launched;
    await drop(window, [event]);
    const dialog = window.getByRole('dialog');
    // Files go to the bucket where nobody says otherwise.
    await choose(window, dialog.getByRole('button', { name: /Practice bucket/ }), /Practice backend/);
    await dialog.getByRole('button', { name: 'Start upload' }).click();
    await dialog.waitFor({ state: 'hidden' });
  }

  it('shows both, signed in, and a dropped folder arrives over the backend as it is', async () => {
    const files = new Map([['day 1/IMG_1 #1.jpg', 300_000], ['day 1/Größe.png', 70_000], ['film.mp4', 20_000_000]]); // prettier-ignore
    await writeTree(event, files, seededRandom('practice backend'));
    const { window } = launched;
    await showView(window, 'Connections');
    const card = window.getByRole('listitem').filter({ hasText: 'Practice backend' });
    await expect.poll(() => card.innerText()).toContain('coach');
    await keepScreenshot(window, 'practice-connections');
    expect(await axeProblems(window)).toEqual([]);
    await uploadOverBackend();
    await finished(window, 3);
    expect(await arrived()).toEqual(await wanted());
    await showView(window, 'Connections');
    await expect.poll(() => card.innerText()).toContain('3 files');
    await keepScreenshot(window, 'practice-uploaded');
  });

  it('leaves nothing behind when it is killed, and goes on at the next start', async () => {
    await writeTree(event, new Map(Array.from({ length: 20 }, (_, at) => [`IMG_${at}.jpg`, 500_000 + at])), seededRandom('practice kill')); // prettier-ignore
    await callFrom(launched.window, 'settings.set', {
      ...(await callFrom(launched.window, 'settings.get', {})),
      limitRate: 3_000_000,
    });
    const url = await address();
    await uploadOverBackend();
    const done = async () => (await callFrom(launched.window, 'uploads.progress', {})).totals.done.files;
    await expect.poll(done, { timeout: 20_000 }).toBeGreaterThan(2);
    expect(await answers(url)).toBe(true);
    launched.app.process().kill('SIGKILL');
    await expect.poll(() => answers(url), { timeout: 5000 }).toBe(false);

    await start();
    expect(await address()).toBe(url);
    await finished(launched.window, 20);
    expect(await arrived()).toEqual(await wanted());
  });

  it('lets a person practise signing in', async () => {
    const { window } = launched;
    await showView(window, 'Connections');
    const card = window.getByRole('listitem').filter({ hasText: 'Practice backend' });
    await card.getByRole('button', { name: 'Sign out of Practice backend' }).click();
    await expect.poll(() => card.innerText()).toContain('The terminal in which Sideline was started');
    await keepScreenshot(window, 'practice-signed-out');
    await card.getByRole('button', { name: 'Sign in to Practice backend' }).click();
    const dialog = window.getByRole('dialog');
    const kept = await readFile(path.join(folder, 'data', 'practice-bucket', 'backend', 'secrets.json'), 'utf8');
    const { password } = z.object({ password: z.string() }).parse(JSON.parse(kept));
    expect(await dialog.getByRole('textbox', { name: 'User name' }).inputValue()).toBe('coach');
    await dialog.getByLabel('Password', { exact: true }).fill(password);
    await dialog.getByRole('button', { name: 'Sign in' }).click();
    await dialog.waitFor({ state: 'hidden' });
    await expect.poll(() => card.innerText()).toContain('Signed in as coach');
  });

  it('ends the backend when it is quit', async () => {
    const url = await address();
    await expect.poll(() => answers(url)).toBe(true);
    await launched.close();
    expect(await answers(url)).toBe(false);
  });
});
