/** A connection to a backend as a person sets it up: its form, its test with each outcome, and what its card says then. */
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Locator } from 'playwright';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startBroker, type Broker } from '../servers/broker/broker.ts';
import { axeProblems } from './axe.ts';
import { describeWindow } from './describe-window.ts';
import { launchApp, type LaunchedApp } from './launch.ts';
import { layoutFlaws } from './layout.ts';
import { callFrom, showView } from './person.ts';
import { keepLooks, keepPicture, keepScreenshot, resize, settled, sizes } from './screenshots.ts';

const password = 'over-the-fence-7';

describeWindow('a connection to a backend in the window', () => {
  let folder: string;
  let backend: Broker;
  let launched: LaunchedApp;
  let form: Locator;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'sideline-e2e-'));
    // Nothing is stored: the addresses that it signs are never used.
    const storage = { endpoint: 'http://127.0.0.1:9', region: 'us-east-1', bucket: 'media' };
    backend = await startBroker({
      storage: { ...storage, accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'not a real one' },
      users: [{ username: 'anna', password }],
    });
    launched = await launchApp({ dataDir: path.join(folder, 'data') });
    launched.window.setDefaultTimeout(10_000);
    form = launched.window.getByRole('dialog');
    await showView(launched.window, 'Connections');
  });
  afterAll(async () => {
    await launched.close();
    await backend.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const field = (name: string) => form.getByRole('textbox', { name, exact: true });

  async function fill(fields: Record<string, string>): Promise<void> {
    for (const [label, text] of Object.entries(fields)) await field(label).fill(text);
  }

  const press = (name: string) => form.getByRole('button', { name, exact: true }).click();

  /** What the test says of these, and of the rest as it is. */
  async function tested(fields: Record<string, string> = {}): Promise<string> {
    await fill(fields);
    await press('Test');
    const said = form.getByRole('status');
    await expect.poll(() => said.innerText(), { timeout: 40_000 }).not.toMatch(/^(Testing the backend.*)?$/s);
    return await said.innerText();
  }

  /** In light and dark, at both sizes: nothing is cut off, and axe finds nothing. */
  async function look(name: string): Promise<void> {
    await keepLooks(launched, name, async ({ title }) => {
      expect(await axeProblems(launched.window), title).toEqual([]);
      expect(await layoutFlaws(launched.window), title).toEqual([]);
    });
    await resize(launched, sizes[0]);
  }

  it('begins with what it is to: a bucket or a backend, by the keyboard too', async () => {
    const { window } = launched;
    await window.getByRole('button', { name: 'Add connection' }).first().click();
    await form.getByRole('option', { name: /The Plugs/ }).waitFor();
    await look('backend-kinds');
    await window.keyboard.press('ArrowDown');
    await window.keyboard.press('ArrowRight');
    await window.keyboard.press('Enter');
    await expect.poll(() => form.getByRole('heading', { level: 2 }).innerText()).toBe('Add The Plugs');
    await expect
      .poll(() => window.evaluate(() => document.activeElement?.closest('.field')?.textContent ?? ''))
      .toContain('Address of the backend');
    await press('Change');
    await form.getByRole('option', { name: /Fitness app/ }).click();
    await look('backend-form');
  });

  it('says at each field what is wrong with it', async () => {
    await press('Save');
    await expect.poll(() => form.innerText()).toContain('An address like https://app.example.org is needed.');
    await fill({ 'Address of the backend': 'http://app.example.org' });
    await expect.poll(() => form.innerText()).toContain('It must begin with https://');
    await fill({ 'Address of the backend': backend.url, 'User name': 'anna' });
    await press('Save');
    await expect.poll(() => form.innerText()).toContain('Write the password.');
    await form.getByRole('radio', { name: 'A token' }).click({ force: true });
    await fill({ Token: 'two words' });
    await press('Save');
    await expect.poll(() => form.innerText()).toContain('A token has no spaces');
    await form.getByRole('radio', { name: 'User name and password' }).click({ force: true });
  });

  it('opens what is folded away where that is wrong', async () => {
    await press('Advanced: paths and fields');
    expect(await field('Ask for a place').inputValue()).toBe('/api/storage/presigned-url');
    await form.getByRole('group', { name: 'Headers' }).first().scrollIntoViewIfNeeded();
    await look('backend-advanced');
    const sent = form.getByRole('group', { name: 'Fields that are sent' }).getByRole('textbox', { name: 'Media type' });
    await sent.fill('');
    await fill({ 'Ask for a place': 'no slash' });
    await press('Advanced: paths and fields');
    await expect.poll(() => field('Ask for a place').count()).toBe(0);
    await fill({ Password: 'x' });
    await press('Save');
    await expect.poll(() => form.innerText()).toContain('A path begins with /');
    expect(await form.innerText()).toContain('This is needed.');
    expect(await form.innerText()).toContain('Usually /api/storage/presigned-url');
    await keepScreenshot(launched.window, 'backend-advanced-wrong');
    await fill({ 'Ask for a place': '/api/nowhere' });
    await sent.fill('content_type');
  });

  it('says what a test finds, each with its own words', async () => {
    expect(await tested({ 'Address of the backend': 'http://127.0.0.1:9', Password: password })).toContain(
      'No backend answers there',
    );
    const here = { 'Address of the backend': backend.url };
    expect(await tested({ ...here, Password: 'a guess' })).toContain('The sign-in was not taken');
    await look('backend-wrong-password');
    expect(await tested({ Password: password })).toContain('The backend has no such path');
    backend.faults.add({ kind: 'wrong-shape', shape: 'html' });
    expect(await tested({ 'Ask for a place': '/api/storage/presigned-url' })).toContain('Something else answers there');
    backend.faults.clear();
    backend.faults.add({ kind: 'status', status: 500 });
    expect(await tested()).toContain('The backend has an error of its own');
    backend.faults.clear();
    expect(await tested()).toMatch(/The backend works\s+It answered in .*\. You are signed in as user1\./s);
  });

  it('stores nothing where the sign-in is not taken', async () => {
    await fill({ Password: 'a guess', 'Name of the connection': 'Team backend' });
    await press('Save');
    await expect.poll(() => form.getByRole('alert').innerText()).toContain('does not accept this sign-in');
    expect(await callFrom(launched.window, 'connections.list', {})).toEqual([]);
  });

  it('has extra fields by name', async () => {
    await form.getByRole('button', { name: 'Add a field: With each request for a place' }).click();
    const line = form.getByRole('group', { name: 'With each request for a place, line 1' });
    await line.getByRole('textbox', { name: 'Name' }).fill('seats');
    await line.getByRole('textbox', { name: 'Value' }).fill('4');
  });

  it('is saved, signed in, and gives no secret back', async () => {
    const { window } = launched;
    await fill({ Password: password });
    await press('Save');
    await form.waitFor({ state: 'hidden' });
    const card = window.getByRole('listitem').filter({ hasText: 'Team backend' });
    await expect.poll(() => card.innerText()).toContain(`Backend · Fitness app · ${new URL(backend.url).host}`);
    await expect.poll(() => card.innerText()).toContain('Signed in as anna');
    await expect.poll(() => card.innerText()).toContain('Nothing was sent over it yet');
    const [saved] = await callFrom(window, 'connections.list', {});
    expect(saved).toMatchObject({ config: { settings: { kind: 'fitness', extra: { place: { seats: 4 } } } } });
    const told = JSON.stringify([saved, await callFrom(window, 'signIns.list', {})]);
    expect(told).not.toContain(password);
    expect(told).not.toMatch(/eyJ/);
    await look('backend-card');
  });

  it('keeps its sign-in when it is edited, unless it is given anew or goes elsewhere', async () => {
    const { window } = launched;
    await window.getByRole('button', { name: 'Edit Team backend' }).click();
    expect(await field('User name').inputValue()).toBe('anna');
    expect(await field('Password').inputValue()).toBe('');
    expect(await form.innerText()).toContain('Signed in as anna. Leave it empty to stay so.');
    expect(await tested()).toContain('You are signed in as user1.');
    await look('backend-edit');
    await fill({ 'Address of the backend': 'https://other.example.org' });
    await expect.poll(() => form.innerText()).toContain('is sent nowhere else');
    await fill({ 'Address of the backend': backend.url, 'Name of the connection': 'Our backend' });
    await press('Save');
    await form.waitFor({ state: 'hidden' });
    const card = window.getByRole('listitem').filter({ hasText: 'Our backend' });
    await expect.poll(() => card.innerText()).toContain('Signed in as anna');
  });

  it('is signed out and in again at its card, and a token is looked at before it counts', async () => {
    const { window } = launched;
    const card = window.getByRole('listitem').filter({ hasText: 'Our backend' });
    await card.getByRole('button', { name: 'Sign out of Our backend' }).click();
    await expect.poll(() => card.innerText()).toContain('Nobody is signed in');
    await card.getByRole('button', { name: 'Sign in to Our backend' }).click();
    await form.waitFor();
    expect(await form.innerText()).toContain(`Fitness app, at ${new URL(backend.url).host}.`);
    expect(await field('User name').inputValue()).toBe('anna');
    await look('backend-sign-in');
    await form.getByRole('radio', { name: 'A token' }).click({ force: true });
    await fill({ Token: backend.token('anna', -10) });
    await press('Sign in');
    await expect.poll(() => form.getByRole('alert').innerText()).toContain('it does not take this token');
    await fill({ Token: `Bearer ${backend.token('anna')}` });
    await press('Sign in');
    await form.waitFor({ state: 'hidden' });
    await expect.poll(() => card.innerText()).toContain('Signed in as user1');
  });

  it('asks at once, though the window was made smaller while somebody typed', async () => {
    const { window } = launched;
    const card = window.getByRole('listitem').filter({ hasText: 'Our backend' });
    const ask = async () => {
      await card.getByRole('button', { name: 'Sign in to Our backend' }).click();
      await form.waitFor();
    };
    await card.getByRole('button', { name: 'Sign out of Our backend' }).click();
    await ask();
    await settled(window);
    await field('User name').focus();
    await resize(launched, sizes[1]);
    await sleep(300); // less than React Aria waits for a keyboard
    await press('Not now');
    await form.waitFor({ state: 'hidden' });
    await resize(launched, sizes[0]);
    await sleep(1000);
    await ask();
    await settled(window);
    const seen = () => window.locator('.dialog-overlay').evaluate((one) => getComputedStyle(one).opacity);
    expect(await seen()).toBe('1');
    await form.getByRole('radio', { name: 'A token' }).click({ force: true });
    await fill({ Token: backend.token('anna') });
    await press('Sign in');
    await form.waitFor({ state: 'hidden' });
  });

  it('can be used at twice the size', async () => {
    const { window, app } = launched;
    const zoom = (to: number) =>
      app.evaluate(({ BrowserWindow }, factor) => {
        BrowserWindow.getAllWindows()[0]?.webContents.setZoomFactor(factor);
      }, to);
    const looked = async (name: string) => {
      await settled(window);
      await keepPicture(app, `${name}.zoomed`);
      expect(await layoutFlaws(window), name).toEqual([]);
    };
    await zoom(2);
    await resize(launched, sizes[1]);
    await looked('backend-card');
    await window.getByRole('button', { name: 'Edit Our backend' }).click();
    await press('Advanced: paths and fields');
    await looked('backend-form');
    await press('Cancel');
    await form.waitFor({ state: 'hidden' });
    await window.getByRole('button', { name: 'Sign out of Our backend' }).click();
    await window.getByRole('button', { name: 'Sign in to Our backend' }).click();
    await form.waitFor();
    await looked('backend-sign-in');
    await press('Not now');
    await form.waitFor({ state: 'hidden' });
    await zoom(1);
  });
});
