import axe from 'axe-core';
import type { Page } from 'playwright';

/** React Aria's own place for what is read out: for seconds it names elements that have gone since, having been said. */
const saidAloud = '[data-live-announcer]';

/** What axe finds, as one line a place: none is what we want. Injected through DevTools, for the page's own policy forbids it. */
export async function axeProblems(window: Page): Promise<string[]> {
  if (!(await window.evaluate(() => 'axe' in globalThis))) await window.evaluate(axe.source);
  const { violations } = await window.evaluate(
    (spared) =>
      (globalThis as unknown as { axe: typeof axe }).axe.run({ exclude: spared }, { resultTypes: ['violations'] }),
    saidAloud,
  );
  return violations.flatMap(({ id, help, nodes }) => nodes.map(({ html }) => `${id}: ${help}: ${html.slice(0, 300)}`));
}
