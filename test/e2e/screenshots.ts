/** Pictures of the window as the tests saw it: for whoever looks at it, in test/e2e/screenshots. */
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { Page } from 'playwright';

const folder = path.join(import.meta.dirname, 'screenshots');

export async function keepScreenshot(window: Page, name: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await window.screenshot({ path: path.join(folder, `${name}.png`) });
}
