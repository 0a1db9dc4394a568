/** What a person does with the window; and what its page could do, through the same bridge. */
import { expect } from 'vitest';
import { errors, type ElectronApplication, type Locator, type Page } from 'playwright';
import type { Answer, Bridge, CallInput, CallName, CallOutput } from '../../shared/ipc.ts';
import type { Settings } from '../../shared/settings.ts';
import { common } from '../../shared/strings/common.ts';
import type { TransferRow, View } from '../../shared/transfer-list.ts';
import type { TestBucket } from '../servers/bucket.ts';
import { inputOf } from './input-record.ts';

declare global {
  interface Window {
    sideline: Bridge;
  }
}

/** Calls main as the page's own code does. Throws with the words of a refusal. */
export async function callFrom<Name extends CallName>(
  window: Page,
  name: Name,
  input: CallInput<Name>,
): Promise<CallOutput<Name>> {
  const answer = await window.evaluate(([called, given]) => globalThis.window.sideline.call(called, given), [
    name,
    input,
  ] as const);
  const typed = answer as Answer<CallOutput<Name>>;
  if (!typed.ok) throw new Error(typed.error.message);
  return typed.output;
}

/** Sets these, and leaves the others as they are. */
export async function changeSettings(window: Page, change: Partial<Settings>): Promise<void> {
  await callFrom(window, 'settings.set', { ...(await callFrom(window, 'settings.get', {})), ...change });
}

/** A connection to a test's bucket, as the form would save it. Returns its id. */
export async function connect(window: Page, bucket: TestBucket, endpoint?: string): Promise<number> {
  const env = bucket.env(endpoint);
  const { id } = await callFrom(window, 'connections.save', {
    id: null,
    name: 'Club storage',
    config: {
      endpoint: env.SIDELINE_S3_ENDPOINT ?? null,
      region: env.SIDELINE_S3_REGION ?? '',
      bucket: bucket.name,
      pathStyle: true,
      credentials: { from: 'stored' },
    },
    secret: {
      accessKeyId: env.AWS_ACCESS_KEY_ID ?? '',
      secretAccessKey: env.AWS_SECRET_ACCESS_KEY ?? '',
    },
  });
  return id;
}

/** A real drop in the middle of the window: the system's own files, through Chromium's drag and drop. */
export async function drop(window: Page, files: readonly string[]): Promise<void> {
  const devtools = await window.context().newCDPSession(window);
  const data = { items: [], files: [...files], dragOperationsMask: 1 };
  const [x, y] = await window.evaluate(() => [innerWidth / 2, innerHeight / 2] as const);
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
    await devtools.send('Input.dispatchDragEvent', { type, x, y, data });
  }
  await devtools.detach();
}

/** Opens a list by its button and chooses of it. Who sees that it is not open presses once more, and here that is told. */
export async function choose(window: Page, button: Locator, option: string | RegExp): Promise<void> {
  const wanted = window.getByRole('option', { name: option, exact: true });
  for (let presses = 1; presses <= 3; presses++) {
    await button.click();
    if (await shows(wanted)) break;
    console.log(`no list after press ${presses} of ${String(button)}:`, await inputOf(window));
  }
  await wanted.click();
}

async function shows(wanted: Locator): Promise<boolean> {
  try {
    await wanted.waitFor({ timeout: 3000 });
    return true;
  } catch (error) {
    if (error instanceof errors.TimeoutError) return false;
    throw error;
  }
}

/** Drops, and starts what the dialog then offers. */
export async function upload(window: Page, files: readonly string[]): Promise<void> {
  await drop(window, files);
  const dialog = window.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Start upload' }).click();
  await dialog.waitFor({ state: 'hidden' });
}

/** Resolves when so many files are done and nothing else is ahead. */
export async function finished(window: Page, files: number): Promise<void> {
  await expect
    .poll(async () => (await callFrom(window, 'uploads.progress', {})).totals.done.files, { timeout: 60_000 })
    .toBe(files);
  await expect.poll(async () => (await callFrom(window, 'uploads.progress', {})).activity).toBe('idle');
}

/** What the main process says of the files of a view, the whole event by its names when nothing else is said. */
export async function rowsOf(window: Page, view: Partial<View> = {}): Promise<TransferRow[]> {
  const whole: View = { filter: 'all', search: '', batchId: null, sort: { by: 'name', descending: false } };
  return (await callFrom(window, 'transfers.page', { view: { ...whole, ...view }, offset: 0, limit: 500 })).rows;
}

/** Chooses an item of the app's own menu, as its keys would: those are the system's to press. */
export async function chooseMenu(app: ElectronApplication, label: string): Promise<void> {
  const found = await app.evaluate(({ Menu }, wanted) => {
    const items = Menu.getApplicationMenu()?.items.flatMap((menu) => menu.submenu?.items ?? []);
    const item = items?.find((one) => one.label === wanted);
    item?.click();
    return item !== undefined;
  }, label);
  expect(found, `the menu has "${label}"`).toBe(true);
}

/** What the system's dialog for files and folders answers from now on: it is not ours to press keys in. */
export async function answerFileDialog(app: ElectronApplication, paths: string[]): Promise<void> {
  await app.evaluate(({ dialog }, filePaths) => {
    dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths });
  }, paths);
}

/** The same of the dialog that asks where to save. */
export async function answerSaveDialog(app: ElectronApplication, filePath: string): Promise<void> {
  await app.evaluate(({ dialog }, chosen) => {
    dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath: chosen });
  }, filePath);
}

/** Presses "Dismiss" on all that is said in the corner; by itself it would go after seven seconds or twenty. */
export async function dismissMessages(window: Page): Promise<void> {
  const buttons = window.locator('.toast').getByRole('button', { name: common.dismiss });
  await expect
    .poll(async () => {
      await buttons.evaluateAll((all) => all.forEach((one) => (one as HTMLElement).click()));
      return await window.locator('.toast').count();
    })
    .toBe(0);
}

export async function showView(window: Page, name: 'Uploads' | 'Connections' | 'Settings'): Promise<void> {
  await window.getByRole('navigation').getByRole('button', { name }).click();
  await window.getByRole('heading', { level: 1, name }).waitFor();
}
