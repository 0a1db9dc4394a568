/** Whether the renderer stays free while a person uses a long list. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'playwright';

interface Watching {
  longTasks: number[];
}

/** https://developer.mozilla.org/en-US/docs/Web/API/PerformanceLongTaskTiming: all over 50 ms. */
export async function watchLongTasks(window: Page): Promise<void> {
  await window.evaluate(() => {
    const here = globalThis as unknown as Watching;
    here.longTasks = [];
    new PerformanceObserver((seen) => here.longTasks.push(...seen.getEntries().map((entry) => entry.duration))).observe(
      {
        entryTypes: ['longtask'],
      },
    );
  });
}

/** Since they were last asked for. */
export async function longTasks(window: Page): Promise<number[]> {
  return await window.evaluate(() => (globalThis as unknown as Watching).longTasks.splice(0));
}

/** Of up to three rounds: what the list itself causes is in each, what another program on the machine does is not. */
export async function quietest(use: () => Promise<number[]>): Promise<number[]> {
  const rounds: number[][] = [];
  while (rounds.length < 3 && rounds.at(-1)?.length !== 0) rounds.push(await use());
  return rounds.toSorted((a, b) => a.length - b.length)[0] ?? [];
}

/** The wheel, from a notch to the whole list at once. `list`: selects it */
export async function scroll(window: Page, list: string): Promise<void> {
  await window.locator(list).hover();
  for (const step of [120, 120, 600, 600, 3000, 100_000, -200, -100_000, 20_000]) {
    for (let times = 0; times < 10; times++) {
      await window.mouse.wheel(0, step);
      await sleep(16);
    }
  }
}
