/** An offer that goes to destinations: sorted by rules, changed by hand, seen before anything is sent. */
import { HeadObjectCommand } from '@aws-sdk/client-s3';
import type { Locator } from 'playwright';
import { afterAll, afterEach, beforeAll, beforeEach, expect, inject, it } from 'vitest';
import { destinationRulesSchema } from '../../shared/destination.ts';
import { giveFirstBytes } from '../servers/first-bytes.ts';
import { axeProblems } from './axe.ts';
import { describeWindowOnCeph } from './describe-window.ts';
import { layoutFlaws } from './layout.ts';
import { callFrom, changeSettings, connect, drop, finished } from './person.ts';
import { keepLooks, keepPicture, resize, sizes } from './screenshots.ts';
import { setStage, type Stage } from './stage.ts';

function* eventFiles(): Generator<readonly [string, number]> {
  for (let at = 1; at <= 30; at++)
    yield [`day ${1 + (at % 2)}/IMG_${String(at).padStart(4, '0')}.jpg`, 20_000 + 7919 * at];
  yield ['day 1/IMG_9000.mp4', 300_000];
  yield ['clips/Final, second half, camera behind the goal (before the colours were graded).mp4', 600_000];
  yield ['clips/interview.mov', 250_000];
  yield ['notes.txt', 1200];
  yield ['line-ups.pdf', 9000];
  yield ['day 1/.DS_Store', 6148];
}
const files = 35;

describeWindowOnCeph('an offer to destinations', () => {
  let stage: Stage;
  let flaws: string[] = [];

  beforeAll(async () => {
    stage = await setStage(inject('ceph'), eventFiles());
    const { window } = stage;
    await giveFirstBytes(stage.event);
    await window.emulateMedia({ reducedMotion: 'reduce' });
    const connectionId = await connect(window, stage.bucket, stage.proxy.endpoint);
    const rules = [
      {
        ...{ name: 'Photos', prefix: 'photos', keyTemplate: '{event_id}/{name}' },
        sorting: [{ types: ['image/*'] }],
        maxSize: 240_000,
      },
      { name: 'Films', prefix: 'films', keyTemplate: '{name}', sorting: [{ types: ['video/*'] }] },
      { name: 'Papers', prefix: 'papers', keyTemplate: '{relative_path}' },
    ].map((one) => destinationRulesSchema.parse(one));
    await callFrom(window, 'destinations.save', {
      destinations: rules.map((one) => ({ id: null, connectionId, rules: one })),
    });
    await window.getByRole('heading', { level: 1 }).waitFor();
  });
  afterAll(() => stage.end());
  beforeEach(() => (flaws = []));
  afterEach(() => expect(flaws).toEqual([]));

  const dialog = () => stage.window.getByRole('dialog');
  const button = (name: string | RegExp) => dialog().getByRole('button', { name });
  const check = (name: string) => dialog().getByRole('checkbox', { name, exact: true });

  async function look(name: string): Promise<void> {
    await keepLooks(stage.launched, name, async ({ size, title }) => {
      const found = await layoutFlaws(stage.window);
      if (size === sizes[0]) found.push(...(await axeProblems(stage.window)));
      flaws.push(...found.map((one) => `${title}: ${one}`));
    });
  }

  async function middleOf(one: Locator): Promise<[number, number]> {
    const box = await one.boundingBox();
    if (box === null) throw new Error('it is not to be seen');
    return [box.x + box.width / 2, box.y + box.height / 2];
  }

  const fileRow = (text: string) => dialog().locator('[role=row][row-id]').filter({ hasText: text });
  const planned = (line: RegExp) =>
    dialog().getByRole('region', { name: 'What will happen' }).getByRole('button', { name: line }).waitFor();

  it('is sorted, changed and started, and arrives as the plan said', async () => {
    const { window, event, bucket } = stage;
    await drop(window, [event]);
    await dialog().getByText(`${files} files`).waitFor();
    await look('offer-destinations-none');
    await check('Photos').check({ force: true });
    await check('Films').check({ force: true });
    await planned(/^Films 3 files/);
    await dialog().getByText('No rule says where it goes').waitFor();
    await look('offer-destinations');

    // Texts go to the films, by a rule of this upload alone.
    await button('Which files Films gets').click();
    await button('Add a rule').click();
    const rule = dialog().getByRole('group', { name: 'Rule 2' });
    await rule.getByRole('button', { name: 'Photos' }).click(); // any kind
    await rule.getByRole('textbox', { name: 'File name' }).fill('*.txt');
    await planned(/^Films 4 files/);
    await look('offer-rules');
    await button('Which files Films gets').click();

    await button('Show every file').click();
    await dialog().getByRole('searchbox', { name: 'Search files' }).fill('img_0003');
    await fileRow('0003.jpg').click();
    await button('Do not send').click();
    await dialog().getByText('1 file placed by hand').waitFor();
    await dialog().getByRole('searchbox', { name: 'Search files' }).fill('line-ups');
    await fileRow('line-ups').click();
    await button('Send to').click();
    await window.getByRole('menuitem', { name: 'Photos' }).click();
    await dialog().getByText('2 files placed by hand').waitFor();
    await dialog().getByRole('searchbox', { name: 'Search files' }).fill('');
    await fileRow('0004.jpg').waitFor();
    await look('offer-files');

    // Pressed, a reason shows its files.
    await button(/Larger than this destination takes/).click();
    await expect.poll(() => dialog().locator('[role=row][row-id]').count()).toBe(3);
    await button(/^Photos \d+ files/).click();

    // What is missing is said, and nothing is started without it.
    await button('Start upload').click();
    await dialog().getByText('This is needed').waitFor();
    expect(
      await dialog()
        .getByRole('textbox', { name: 'Event ID' })
        .evaluate((field) => field === document.activeElement),
    ).toBe(true);
    await dialog().getByRole('textbox', { name: 'Event ID' }).fill('cup-26');
    await button(/^Details/).click();
    await dialog().getByRole('textbox', { name: 'Title' }).fill('Cup final');
    await dialog().getByRole('textbox', { name: 'Tags' }).fill('cup, final');
    await look('offer-details');
    await expect.poll(() => button('Start upload').isEnabled()).toBe(true);
    await button('Start upload').click();
    await dialog().waitFor({ state: 'hidden' });

    const photos = Array.from({ length: 30 }, (_, at) => at + 1)
      .filter((at) => at !== 3 && 20_000 + 7919 * at <= 240_000)
      .map((at) => `photos/cup-26/IMG_${String(at).padStart(4, '0')}.jpg`);
    const others = [
      'films/Final, second half, camera behind the goal (before the colours were graded).mp4',
      ...['films/IMG_9000.mp4', 'films/interview.mov', 'films/notes.txt', 'photos/cup-26/line-ups.pdf'],
    ];
    await finished(window, photos.length + others.length);
    expect((await bucket.keys()).toSorted()).toEqual([...photos, ...others].toSorted());
    const object = await bucket.s3.send(new HeadObjectCommand({ Bucket: bucket.name, Key: 'films/notes.txt' }));
    expect(object.Metadata).toMatchObject({ title: 'Cup final', tags: 'cup,final' });
  });

  it('begins where the last one went, by keyboard alone, in any order, and shows what is on its way', async () => {
    const { window, event } = stage;
    const { keyboard } = window;
    await drop(window, [event]);
    await planned(/get another name/); // all that was sent a moment ago
    expect(await check('Photos').isChecked()).toBe(true);
    expect(await check('Films').isChecked()).toBe(true);
    expect(await check('Papers').isChecked()).toBe(false);

    await check('Papers').focus();
    await keyboard.press('Space');
    await expect.poll(() => check('Papers').isChecked()).toBe(true);
    await button('Which files Papers gets').focus();
    await keyboard.press('Enter');
    await button('Take everything else').focus();
    await keyboard.press('Enter');
    await dialog().getByText('Gets everything').waitFor();
    await button('Move Papers up').focus();
    await keyboard.press('Enter');
    await keyboard.press('Enter');
    // Now it is the first, and takes all.
    await expect
      .poll(() =>
        dialog()
          .getByRole('checkbox')
          .first()
          .evaluate((box) => box.closest('label')?.textContent),
      )
      .toBe('Papers');
    await planned(/^Papers 35 files/);
    await check('Films').focus();
    await keyboard.press('Space');
    await check('Photos').focus();
    await keyboard.press('Space');
    await button('Show every file').focus();
    await keyboard.press('Enter');
    await fileRow('line-ups').waitFor();
    await dialog().getByRole('columnheader', { name: 'File' }).focus();
    await keyboard.press('ArrowDown');
    await keyboard.press('Space');
    await dialog().getByText('1 file selected').waitFor();
    await keyboard.press('Shift+ArrowDown');
    await dialog().getByText('2 files selected').waitFor();
    await keyboard.press('Escape'); // ends the selection, not the dialog
    await dialog().getByText('2 files selected').waitFor({ state: 'hidden' });
    await keyboard.press('Space');
    await keyboard.press('Shift+ArrowUp');
    await dialog().getByText('2 files selected').waitFor();
    await keyboard.press('Delete');
    await dialog().getByText('2 files placed by hand').waitFor();
    await button('Start upload').focus();
    await keyboard.press('Enter');
    await dialog().waitFor({ state: 'hidden' });
    await expect.poll(async () => (await stage.bucket.keys('papers/')).length, { timeout: 20_000 }).toBe(files - 2);
  });

  it('can go up as it is instead, and shows every file of that too', async () => {
    const { window, event } = stage;
    await drop(window, [event]);
    await dialog().getByRole('radio', { name: 'As they are' }).click();
    await dialog().getByRole('textbox', { name: 'Folder in the bucket' }).fill('all');
    await button('Show every file').click();
    await planned(/^To be sent 35 files/);
    await fileRow('all/event/clips/interview.mov').waitFor();
    await look('offer-as-they-are');
    await button('Hide the files').click();
    await button('Start upload').click();
    await dialog().waitFor({ state: 'hidden' });
    await expect.poll(async () => (await stage.bucket.keys('all/')).length, { timeout: 20_000 }).toBe(files);
    // The next one begins there.
    await drop(window, [event]);
    await dialog().getByRole('textbox', { name: 'Folder in the bucket' }).waitFor();
    await dialog().getByRole('radio', { name: 'To destinations' }).click();
    await button('Cancel').click();
    await dialog().waitFor({ state: 'hidden' });
  });

  it('takes a press for one although what comes meanwhile moves the button', async () => {
    const { window, event } = stage;
    await drop(window, [event]);
    await dialog().getByRole('radio', { name: 'To destinations' }).click();
    await check('Papers').check({ force: true });
    await planned(/^Papers/);
    const cancel = button('Cancel');
    const before = await middleOf(cancel);
    await window.mouse.move(...before);
    await window.mouse.down();
    await check('Papers').evaluate((box: HTMLInputElement) => box.click());
    await dialog().getByRole('region', { name: 'What will happen' }).waitFor({ state: 'hidden' });
    expect(await middleOf(cancel)).not.toEqual(before);
    await window.mouse.up();
    await dialog().waitFor({ state: 'hidden' });
  });

  it('takes a press for none that was drawn away from its button', async () => {
    const { window, event } = stage;
    await drop(window, [event]);
    const [x, y] = await middleOf(button('Cancel'));
    await window.mouse.move(x, y);
    await window.mouse.down();
    await window.mouse.move(x, y - 60);
    await window.mouse.up();
    await window.mouse.move(x, y);
    expect(await dialog().isVisible()).toBe(true);
    await window.mouse.down();
    await window.mouse.up();
    await dialog().waitFor({ state: 'hidden' });
  });

  it('stays usable at 200 %', async () => {
    const { window, event, launched } = stage;
    await changeSettings(window, { theme: 'light' });
    await resize(launched, sizes[0]);
    await drop(window, [event]);
    await dialog().getByRole('radio', { name: 'To destinations' }).click();
    await planned(/get another name/);
    await button('Show every file').click();
    await button('Which files Papers gets').click();
    await launched.app.evaluate(({ BrowserWindow }) => {
      BrowserWindow.getAllWindows()[0]?.webContents.setZoomFactor(2);
    });
    await resize(launched, sizes[0]);
    expect(await layoutFlaws(window)).toEqual([]);
    await keepPicture(launched.app, 'zoom-200-offer-destinations.light.1280x800');
    await button('Start upload').scrollIntoViewIfNeeded();
    expect(await button('Start upload').isVisible()).toBe(true);
    await window.keyboard.press('Escape');
  });
});
