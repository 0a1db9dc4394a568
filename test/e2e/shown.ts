/** What the windows showed when a test failed: CI keeps no pictures, and half of what goes wrong there is seen nowhere else. */
import { errors, type Page } from 'playwright';
import { inputOf } from './input-record.ts';
import { openWindows } from './launch.ts';
import { keepScreenshot } from './screenshots.ts';

/** As text, for the test's failure; the picture goes beside the others. Never rejects: the failure itself matters more. */
export async function whatIsShown(test: string): Promise<string> {
  const told: string[] = [];
  for (const window of openWindows()) {
    try {
      await keepScreenshot(window, `failed.${test.replaceAll(/[^\w]+/g, '-')}`);
      told.push(`The window showed:\n${await shownIn(window)}`);
    } catch (error) {
      told.push(`The window could not be asked: ${error instanceof errors.TimeoutError ? 'no answer' : String(error)}`);
    }
  }
  return told.join('\n');
}

async function shownIn(window: Page): Promise<string> {
  const parts = await window.evaluate(() => {
    const start = (one: Element | null) => one?.cloneNode(false) as Element | undefined;
    const tags = (list: Iterable<Element | null>) => [...list].map((one) => start(one)?.outerHTML ?? 'nothing');
    const texts = (selector: string) =>
      [...document.querySelectorAll<HTMLElement>(selector)].map((one) => one.innerText.slice(0, 1500));
    return {
      dialogs: texts('[role=dialog], [role=alertdialog]'),
      messages: texts('.toast'),
      selected: texts('[aria-selected=true]'),
      focus: tags([document.activeElement]),
      inert: tags(document.querySelectorAll('[inert]')),
      faded: tags([...document.querySelectorAll('body *')].filter((one) => getComputedStyle(one).opacity === '0')),
      moving: document
        .getAnimations()
        .map(
          ({ playState, effect }) =>
            `${playState} ${tags([effect instanceof KeyframeEffect ? effect.target : null])[0] ?? ''}`,
        ),
    };
  });
  return Object.entries({ ...parts, input: await inputOf(window) })
    .map(([name, lines]) => `  ${name}: ${lines.length === 0 ? 'none' : lines.join('\n    | ').slice(0, 5000)}`)
    .join('\n');
}
