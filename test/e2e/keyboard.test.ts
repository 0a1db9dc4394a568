/** The main job without a mouse: from the start of the app to the last byte. */
import type { Page } from 'playwright';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { hashTree } from '../servers/tree.ts';
import { describeWindowOnCeph } from './describe-window.ts';
import { answerFileDialog, callFrom, changeSettings, connect, finished, rowsOf } from './person.ts';
import { setStage, type Stage } from './stage.ts';

function* eventFiles(): Generator<readonly [string, number]> {
  for (let at = 1; at <= 12; at++) yield [`IMG_${String(at).padStart(2, '0')}.jpg`, 200_000 + at];
}

describeWindowOnCeph('the keyboard alone', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await setStage(inject('ceph'), eventFiles());
    await changeSettings(stage.window, { limitRate: 50_000 });
    await connect(stage.window, stage.bucket, stage.proxy.endpoint);
    await answerFileDialog(stage.launched.app, [stage.event]);
    await stage.window.getByRole('heading', { level: 1 }).waitFor();
  });
  afterAll(() => stage.end());

  it('adds a folder, starts it, pauses, resumes, cancels a file, and finishes', async () => {
    const { window, event, bucket } = stage;
    const { keyboard } = window;
    await tabTo(window, 'Add folder');
    await keyboard.press('Enter');
    await window.getByRole('dialog').getByText('12 files').waitFor();
    // The focus begins in the field that asks something; Enter starts.
    await expect.poll(() => focusedName(window)).toBe('Folder in the bucket');
    await keyboard.type('2026');
    await keyboard.press('Enter');
    await window.getByRole('dialog').waitFor({ state: 'hidden' });
    await tabTo(window, 'Pause all');
    await keyboard.press('Enter');
    await expect.poll(async () => (await callFrom(window, 'uploads.progress', {})).activity).toBe('paused');
    await expect.poll(async () => (await rowsOf(window)).length).toBe(12);
    // The button has become another in the same place: the focus is not lost.
    await tabTo(window, 'Resume all');
    await keyboard.press('Enter');
    await expect.poll(async () => (await callFrom(window, 'uploads.progress', {})).activity).toBe('uploading');

    await tabTo(window, /^Name/);
    await keyboard.press('ArrowDown');
    for (let down = 1; down < 12; down++) await keyboard.press('ArrowDown');
    await expect.poll(() => focusedRow(window)).toContain('IMG_12.jpg');
    await keyboard.press('Delete');
    const last = async () => (await rowsOf(window)).find(({ key }) => key.endsWith('IMG_12.jpg'))?.state;
    await expect.poll(last).toBe('cancelled');
    await keyboard.press('Shift+ArrowUp');
    await keyboard.press('Shift+ArrowUp');
    await expect.poll(() => window.getByRole('toolbar').innerText()).toContain('3 files selected');
    await keyboard.press('Escape');

    await changeSettings(window, { limitRate: null });
    await finished(window, 11);
    const sent = await hashTree(event, '2026/');
    sent.delete('2026/event/IMG_12.jpg');
    expect(await bucket.hashes()).toEqual(sent);
  });

  it('goes through the views, and each of their controls says what it is', async () => {
    const { window } = stage;
    for (const view of ['History', 'Destinations', 'Connections', 'Settings', 'Uploads']) {
      await tabTo(window, view);
      await window.keyboard.press('Enter');
      await window.getByRole('heading', { level: 1, name: view }).waitFor();
      const names = await tabStops(window);
      expect(names.length).toBeGreaterThan(4);
      expect(names, view).not.toContain('');
    }
  });
});

/** Presses Tab until what has the focus is called so. Throws when it comes round without. */
async function tabTo(window: Page, name: string | RegExp): Promise<void> {
  const seen: string[] = [];
  for (let presses = 0; presses < 60; presses++) {
    const here = await focusedName(window);
    if (typeof name === 'string' ? here === name : name.test(here)) return;
    seen.push(here);
    await window.keyboard.press('Tab');
  }
  throw new Error(`Tab does not lead to ${String(name)}, but to: ${seen.join(', ')}`);
}

/** The names of all that Tab stops at, once round. */
async function tabStops(window: Page): Promise<string[]> {
  const names: string[] = [];
  const first = await markFocus(window);
  do {
    await window.keyboard.press('Tab');
    if (await window.evaluate(() => document.activeElement !== document.body)) names.push(await focusedName(window));
  } while (names.length < 80 && !(await window.evaluate((mark) => document.activeElement?.matches(mark), first)));
  return names;
}

async function markFocus(window: Page): Promise<string> {
  await window.evaluate(() =>
    document.querySelectorAll('[data-began]').forEach((one) => one.removeAttribute('data-began')),
  );
  await window.evaluate(() => document.activeElement?.setAttribute('data-began', ''));
  return '[data-began]';
}

/** As a screen reader has it. */
async function focusedName(window: Page): Promise<string> {
  const devtools = await window.context().newCDPSession(window);
  try {
    const { result } = await devtools.send('Runtime.evaluate', { expression: 'document.activeElement' });
    if (result.objectId === undefined) return '';
    const { nodes } = await devtools.send('Accessibility.getPartialAXTree', {
      objectId: result.objectId,
      fetchRelatives: false,
    });
    return String(nodes[0]?.name?.value ?? '');
  } finally {
    await devtools.detach();
  }
}

function focusedRow(window: Page): Promise<string> {
  return window.evaluate(() => document.activeElement?.closest<HTMLElement>('[row-id]')?.innerText ?? '');
}
