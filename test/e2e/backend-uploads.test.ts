/** Each kind of backend in the window, from adding it to what has arrived; a sign-in that ends in the middle; and no secret left behind. */
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Locator } from 'playwright';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { z } from 'zod';
import { startBroker, type Broker } from '../servers/broker/broker.ts';
import { createTestBucket, type TestBucket } from '../servers/bucket.ts';
import { box, fileType, movieBox } from '../servers/media.ts';
import { seededRandom } from '../servers/random.ts';
import { axeProblems } from './axe.ts';
import { describeWindowOnCeph } from './describe-window.ts';
import { launchApp, type LaunchedApp } from './launch.ts';
import { layoutFlaws } from './layout.ts';
import { callFrom, choose, drop, finished, showView } from './person.ts';
import { keepLooks, resize, sizes } from './screenshots.ts';
import { findInFiles, findInPage } from './secret-search.ts';

const ceph = inject('ceph');
const random = seededRandom('backend uploads');
const username = 'anna-of-the-harbour';
const password = 'kettle-drum-of-brass-41';
const kinds = ['Fitness app', 'iDance', 'Upload module', 'The Plugs'] as const;

const secretsSchema = z.record(
  z.string(),
  z.object({ secretAccessKey: z.string(), sessionToken: z.string().optional() }),
);

describeWindowOnCeph('uploads over backends in the window', () => {
  let folder: string;
  let bucket: TestBucket;
  let backend: Broker;
  let launched: LaunchedApp;
  let dialog: Locator;
  /** SHA-256 of what was uploaded so far */
  const sent: string[] = [];
  /** every token that the app was seen to keep */
  const tokens = new Set<string>();

  beforeAll(async () => {
    if (ceph === null) return;
    folder = await mkdtemp(path.join(os.tmpdir(), 'sideline-e2e-'));
    bucket = await createTestBucket(ceph);
    const { endpoint, region, accessKeyId, secretAccessKey } = ceph;
    backend = await startBroker({
      storage: { endpoint, region, bucket: bucket.name, accessKeyId, secretAccessKey },
      users: [{ username, password }],
    });
    launched = await launchApp({ dataDir: path.join(folder, 'data') });
    launched.window.setDefaultTimeout(10_000);
    dialog = launched.window.getByRole('dialog');
  });
  afterAll(async () => {
    await launched.close();
    await backend.stop();
    bucket.s3.destroy();
    await rm(folder, { recursive: true, force: true });
  });

  const field = (name: string) => dialog.getByRole('textbox', { name, exact: true });
  /** By its keys: a text that a test hands over would be in the page's memory by the test. */
  async function typePassword(): Promise<void> {
    await field('Password').focus();
    await launched.window.keyboard.press('ControlOrMeta+a');
    await launched.window.keyboard.type(password);
  }

  const press = (name: string) => dialog.getByRole('button', { name, exact: true }).click();
  const progress = () => callFrom(launched.window, 'uploads.progress', {});

  /** Videos with a picture of the same name each, no two with the same content. */
  async function footage(name: string, pairs: number): Promise<string> {
    const event = path.join(folder, name);
    await mkdir(event);
    const write = async (file: string, bytes: Buffer) => {
      sent.push(createHash('sha256').update(bytes).digest('hex'));
      await writeFile(path.join(event, file), bytes);
    };
    for (let at = 0; at < pairs; at++) {
      const frames = box('mdat', random.bytes(1000 + random.below(200_000)));
      await write(`dance ${at}.mp4`, Buffer.concat([fileType('isom'), movieBox({ duration: 60_000 }), frames]));
      await write(`dance ${at}.jpg`, random.bytes(1000 + random.below(50_000)));
    }
    return event;
  }

  /** Drops these, and starts what is offered over that connection. `told`: what the backend wants to know */
  async function uploadOver(name: string, event: string, told: Record<string, string> = {}): Promise<void> {
    const { window } = launched;
    await drop(window, [event]);
    await choose(window, dialog.getByRole('button', { name: /Send to/ }), name);
    for (const [label, text] of Object.entries(told)) await field(label).fill(text);
    await press('Start upload');
    await dialog.waitFor({ state: 'hidden' });
  }

  async function keepTokens(): Promise<void> {
    const file = await readFile(path.join(folder, 'data', 'secrets.bin'), 'base64');
    const clear = await launched.app.evaluate(
      // eslint-disable-next-line @typescript-eslint/no-deprecated -- as the app itself does it: see surroundings.ts
      ({ safeStorage }, bytes) => safeStorage.decryptString(Buffer.from(bytes, 'base64')),
      file,
    );
    for (const { secretAccessKey, sessionToken } of Object.values(secretsSchema.parse(JSON.parse(clear)))) {
      tokens.add(secretAccessKey);
      if (sessionToken !== undefined) tokens.add(sessionToken);
    }
  }

  async function look(name: string): Promise<void> {
    await keepLooks(launched, name, async ({ title }) => {
      expect(await axeProblems(launched.window), title).toEqual([]);
      expect(await layoutFlaws(launched.window), title).toEqual([]);
    });
    await resize(launched, sizes[0]);
  }

  it.each(kinds)('%s: added, signed in to, and all of it arrives', async (kind) => {
    const { window } = launched;
    await showView(window, 'Connections');
    await window.getByRole('button', { name: 'Add connection' }).first().click();
    await dialog.getByRole('option', { name: kind }).click();
    await field('Address of the backend').fill(backend.url);
    await field('User name').fill(username);
    await typePassword();
    await field('Name of the connection').fill(`Club ${kind}`);
    await press('Test');
    await expect.poll(() => dialog.getByRole('status').innerText(), { timeout: 20_000 }).toContain('The backend works');
    await press('Save');
    await dialog.waitFor({ state: 'hidden' });
    await keepTokens();

    await showView(window, 'Uploads');
    const event = await footage(kind, 3);
    await uploadOver(`Club ${kind}`, event, kind === 'The Plugs' ? { 'Event ID': 'cup-final' } : {});
    await finished(window, sent.length);
    const arrived = [...(await bucket.hashes()).values()];
    expect(arrived.toSorted()).toEqual(sent.toSorted());
    expect((await progress()).totals.failed.files).toBe(0);

    await showView(window, 'Connections');
    const card = window.getByRole('listitem').filter({ hasText: `Club ${kind}` });
    await expect.poll(() => card.innerText()).toContain(`Signed in as ${username}`);
    await expect.poll(() => card.innerText()).toMatch(/6 files sent, .* · .* each on average/);
  });

  it('an event that a backend cannot do without is asked for before anything leaves', async () => {
    const { window } = launched;
    await showView(window, 'Connections');
    await look('backend-cards');
    await showView(window, 'Uploads');
    await drop(window, [path.join(folder, 'iDance')]);
    await choose(window, dialog.getByRole('button', { name: /Send to/ }), 'Club The Plugs');
    await press('Start upload');
    await expect.poll(() => dialog.innerText()).toContain('This is needed: the backend takes nothing without it.');
    await look('backend-offer');
    await press('Cancel');
    await dialog.waitFor({ state: 'hidden' });
  });

  it('a sign-in that ends in the middle is asked for once, and waits for whoever does not want to now', async () => {
    const { window } = launched;
    backend.faults.add({ kind: 'unauthorized', refreshToo: true, path: '/api/storage/*', after: 7 });
    backend.faults.add({ kind: 'slow', ms: 50, path: '/api/storage/*' });
    await uploadOver('Club Fitness app', await footage('second half', 10));
    await dialog.waitFor({ timeout: 30_000 });
    expect(await dialog.getByRole('heading', { level: 2 }).innerText()).toBe('Sign in to Club Fitness app');
    expect(await dialog.innerText()).toContain('What goes there waits until you have signed in');
    expect(await field('User name').inputValue()).toBe(username);
    await look('backend-asks');
    await press('Not now');
    await dialog.waitFor({ state: 'hidden' });
    await expect.poll(() => window.locator('.overview h2').innerText()).toBe('A name and password are needed');
    const host = new URL(backend.url).host;
    await expect.poll(() => window.locator('.view-notice').innerText()).toContain(host);
    await look('backend-waits');
    const calls = backend.requests({ path: '/api/storage/*' }).length;
    await window.waitForTimeout(1500);
    expect([backend.requests({ path: '/api/storage/*' }).length, await dialog.count()]).toEqual([calls, 0]);
    const { activity, totals } = await progress();
    expect([activity, totals.failed.files]).toEqual(['held', 0]);
  });

  it('takes the answer by the keyboard, says when it was wrong, and goes on by itself', async () => {
    const { window } = launched;
    await window.locator('.view-notice').getByRole('button', { name: 'Sign in' }).focus();
    await window.keyboard.press('Enter');
    await dialog.waitFor();
    const focused = () => window.evaluate(() => document.activeElement?.getAttribute('type') ?? '');
    await expect.poll(focused).toBe('password');
    await window.keyboard.press('Enter');
    await expect.poll(() => dialog.innerText()).toContain('Write the password.');
    await window.keyboard.type('a guess');
    await window.keyboard.press('Enter');
    await expect.poll(() => dialog.getByRole('alert').innerText()).toContain('does not accept this sign-in');
    await look('backend-asks-wrong');
    await typePassword();
    await window.keyboard.press('Enter');
    await finished(window, sent.length);
    expect(await dialog.count()).toBe(0);
    expect(await window.locator('.view-notice').count()).toBe(0);
    const arrived = [...(await bucket.hashes()).values()];
    expect(arrived.toSorted()).toEqual(sent.toSorted());
    expect((await progress()).totals.failed.files).toBe(0);
    await keepTokens();
  });

  it('no token and no password is in the memory of the page, nor in any file', { timeout: 150_000 }, async () => {
    const { window } = launched;
    expect(tokens.size).toBeGreaterThanOrEqual(6);
    const entries = [...tokens].map((token, at) => [`token ${at}`, token] as const);
    const secrets = {
      ...{ ...Object.fromEntries(entries), password },
      key: ceph?.secretAccessKey ?? 'no Ceph',
    };
    // The user name and the name of a connection are known there: they show that this finds what there is.
    expect(await findInPage(window, { ...secrets, username })).toEqual({ heap: ['username'] });
    const files = await findInFiles(path.join(folder, 'data'), { ...secrets, name: 'Club iDance' });
    expect([...new Set(Object.values(files).flat())]).toEqual(['name']);
    expect(Object.keys(files).some((file) => file.startsWith('journal.sqlite'))).toBe(true);

    const [token = ''] = tokens;
    await window.evaluate(
      (texts) => {
        Reflect.set(globalThis, 'probe', { held: texts });
        localStorage.setItem('probe', texts[1] ?? '');
      },
      [password, token],
    );
    const probed = await findInPage(window, secrets);
    expect(probed).toEqual({ heap: ['token 0', 'password'], storage: ['token 0'] });
  });
});
