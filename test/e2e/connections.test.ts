/** A connection as a person sets it up: the form, its test with each outcome that a person can cause, and what they then see. */
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Locator } from 'playwright';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { createTestBucket, type TestBucket } from '../servers/bucket.ts';
import { describeWindowOnCeph } from './describe-window.ts';
import { launchApp, type LaunchedApp } from './launch.ts';
import { callFrom } from './person.ts';
import { keepScreenshot } from './screenshots.ts';

const ceph = inject('ceph');

describeWindowOnCeph('a connection in the window', () => {
  let folder: string;
  let bucket: TestBucket;
  let env: Record<string, string>;
  let launched: LaunchedApp;
  let form: Locator;

  beforeAll(async () => {
    if (ceph === null) return;
    folder = await mkdtemp(path.join(os.tmpdir(), 'sideline-e2e-'));
    bucket = await createTestBucket(ceph);
    env = bucket.env();
    launched = await launchApp({ dataDir: path.join(folder, 'data') });
    const { window } = launched;
    form = window.getByRole('dialog');
    await window.getByRole('button', { name: 'Connections' }).click();
    await window.getByRole('button', { name: 'Add connection' }).first().click();
    await form.getByRole('option', { name: /Ceph/ }).click();
    await fill({
      'Server address': env.SIDELINE_S3_ENDPOINT,
      Bucket: bucket.name,
      'Access key ID': env.AWS_ACCESS_KEY_ID,
      'Secret access key': env.AWS_SECRET_ACCESS_KEY,
    });
  });
  afterAll(async () => {
    await launched.close();
    bucket.s3.destroy();
    await rm(folder, { recursive: true, force: true });
  });

  async function fill(fields: Record<string, string | undefined>): Promise<void> {
    for (const [label, text] of Object.entries(fields)) {
      await form.getByRole('textbox', { name: label, exact: true }).fill(text ?? '');
    }
  }

  /** What the test says of these, and of the rest as it is. */
  async function tested(fields: Record<string, string | undefined>): Promise<string> {
    await fill(fields);
    await form.getByRole('button', { name: 'Test', exact: true }).click();
    const said = form.getByRole('status');
    await expect.poll(() => said.innerText(), { timeout: 40_000 }).not.toMatch(/^(Testing the connection.*)?$/s);
    return await said.innerText();
  }

  it('says what is wrong: host, key, secret, bucket', async () => {
    const free = 'http://127.0.0.1:9';
    expect(await tested({ 'Server address': free })).toContain('No storage answers there');
    const right = { 'Server address': env.SIDELINE_S3_ENDPOINT };
    expect(await tested({ ...right, 'Access key ID': 'NOBODY' })).toContain('The access key is not known');
    const known = { 'Access key ID': env.AWS_ACCESS_KEY_ID };
    expect(await tested({ ...known, 'Secret access key': 'not-it' })).toContain('The secret is wrong');
    await keepScreenshot(launched.window, 'connection-wrong-secret');
    expect(await tested({ 'Secret access key': env.AWS_SECRET_ACCESS_KEY, Bucket: missing })).toContain(
      'The bucket does not exist',
    );
  });

  const missing = `test-${randomBytes(6).toString('hex')}`;

  it('creates the bucket that is missing, and proves that the connection works', async () => {
    await form.getByRole('button', { name: `Create the bucket ${missing}` }).click();
    await expect.poll(() => form.getByRole('status').innerText(), { timeout: 20_000 }).toContain('was created');
    expect(await tested({ Bucket: missing })).toContain('The connection works');
    await keepScreenshot(launched.window, 'connection-works');
  });

  it('saves it, and nobody sees the secret again', async () => {
    await form.getByRole('button', { name: 'Save' }).click();
    await form.waitFor({ state: 'hidden' });
    const { window } = launched;
    await expect.poll(() => window.locator('main').innerText()).toContain(missing);
    const [saved] = await callFrom(window, 'connections.list', {});
    expect(saved).toMatchObject({ name: missing, config: { bucket: missing, credentials: { from: 'stored' } } });
    const secret = env.AWS_SECRET_ACCESS_KEY ?? '';
    expect(JSON.stringify(saved)).not.toContain(secret);
    expect(await window.content()).not.toContain(secret);
    for (const file of ['secrets.bin', 'journal.sqlite', 'logs/sideline.log']) {
      expect((await readFile(path.join(folder, 'data', file))).includes(secret), file).toBe(false);
    }
  });

  const focused = () =>
    launched.window.evaluate(
      () => `${document.activeElement?.tagName ?? ''} ${document.activeElement?.textContent ?? ''}`,
    );

  it('has the focus then, on its name', async () => {
    await expect.poll(focused).toBe(`H2 ${missing}`);
  });

  it('says what the test has found of the storage, without another test', async () => {
    const { window } = launched;
    const [saved] = await callFrom(window, 'connections.list', {});
    expect(saved).toMatchObject({ capabilities: { integrity: 'etag-md5', listParts: true, sse: false } });
    const card = window.getByRole('listitem').filter({ hasText: missing });
    expect(await card.innerText()).toContain('Every upload is proved by its MD5');
    await card.getByRole('button', { name: `What this storage can do: ${missing}` }).click();
    const said = card.getByRole('group');
    await said.waitFor();
    expect(await said.innerText()).toMatch(/Checks every upload by checksum:\s+yes/);
    expect(await said.innerText()).toMatch(/Encrypts what it stores when asked to:\s+no/);
    await keepScreenshot(window, 'connection-abilities');
  });

  it('an edited one leaves the focus at its card', async () => {
    const { window } = launched;
    await window.getByRole('button', { name: `Edit ${missing}` }).click();
    await form.getByRole('button', { name: 'Save' }).click();
    await form.waitFor({ state: 'hidden' });
    await expect.poll(focused).toBe(`H2 ${missing}`);
  });

  async function remove(name: string): Promise<void> {
    const { window } = launched;
    await window.getByRole('button', { name: `Delete ${name}` }).click();
    const asked = window.getByRole('alertdialog');
    await asked.getByRole('button', { name: 'Delete' }).click();
    await asked.waitFor({ state: 'hidden' });
  }

  it('one that is deleted leaves the focus to its neighbour', async () => {
    await callFrom(launched.window, 'connections.practice', {});
    await remove('Practice bucket');
    await expect.poll(focused).toBe(`H2 ${missing}`);
  });

  it('deletes it when asked twice, and the focus is where another can be added', async () => {
    const { window } = launched;
    await remove(missing);
    await expect.poll(() => callFrom(window, 'connections.list', {})).toEqual([]);
    await expect.poll(focused).toBe('BUTTON Add connection');
  });

  it('the practice bucket has the focus when the button that made it is gone', async () => {
    await launched.window.getByRole('button', { name: /practice bucket/ }).click();
    await expect.poll(focused).toBe('H2 Practice bucket');
  });
});
