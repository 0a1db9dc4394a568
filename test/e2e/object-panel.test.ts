/** One object in the window: how it looks, what is told of it, what is changed about it, links to it, and what it was before. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import {
  DeleteBucketPolicyCommand,
  HeadObjectCommand,
  PutBucketPolicyCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import type { Locator, Page } from 'playwright';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { pdf } from '../servers/pdf.ts';
import { photo } from '../servers/pictures.ts';
import { seededRandom } from '../servers/random.ts';
import { axeProblems } from './axe.ts';
import { h264, padding, recordClip, type Clip } from './clips.ts';
import { describeWindowOnCeph } from './describe-window.ts';
import { layoutFlaws } from './layout.ts';
import { answerSaveDialog, choose as chooseOption, connect, dismissMessages } from './person.ts';
import { keepLooks, keepPicture, keepScreenshot, resize, sizes } from './screenshots.ts';
import { setStage, type Stage } from './stage.ts';

describeWindowOnCeph('an object in the window', { timeout: 90_000 }, () => {
  const random = seededRandom('objects');
  const clip: Clip = { type: h264, width: 320, height: 180, scenes: [{ seconds: 2, colours: ['red', 'blue'] }] };
  const rest = 60 * 2 ** 20;
  let stage: Stage;
  let window: Page;

  const put = (Key: string, Body: Buffer | string, more: object = {}) =>
    stage.bucket.s3.send(new PutObjectCommand({ Bucket: stage.bucket.name, Key, Body, ...more }));
  const panel = () => window.getByRole('complementary', { name: 'Details of the object' });
  const fact = (name: string): Locator => panel().locator('dl > div', { has: window.getByText(name, { exact: true }) });

  beforeAll(async () => {
    // The viewer of PDFs as the Chromium of the Electron that is shipped has it; older ones have it too, but not by default.
    stage = await setStage(inject('ceph'), [], ['--enable-features=PdfOopif']);
    window = stage.window;
    const { s3, name } = stage.bucket;
    await s3.send(new PutBucketVersioningCommand({ Bucket: name, VersioningConfiguration: { Status: 'Enabled' } }));
    await put('final.jpg', await photo(random, 600, 900).jpeg().toBuffer(), { ContentType: 'image/jpeg' });
    await put('final.jpg', await photo(random, 1600, 900).jpeg().toBuffer(), {
      ...{ ContentType: 'image/jpeg', CacheControl: 'max-age=86400', ACL: 'public-read' },
      ...{ Metadata: { event: 'Cup final' }, Tagging: 'year=2026' },
    });
    await put('page.jpg', '<!doctype html><title>x</title><script>document.title = "ran"</script>', {
      ContentType: 'text/html',
    });
    await put('closed.txt', 'before');
    await put('closed.txt', 'now', { Tagging: 'year=2026' });
    await put('plan.pdf', pdf([0, 0.5, 0], 'https://example.org/'));
    await put('page.pdf', '<!doctype html><title>x</title><script>parent.document.title = "ran"</script>', {
      ContentType: 'application/pdf',
    });
    await put('whistle.wav', wav());
    // Behind what is played there is much that nobody wants.
    await put('clip.mp4', Buffer.concat([await recordClip(window, clip), padding(rest), Buffer.alloc(rest - 16)]));
    await connect(window, stage.bucket, stage.proxy.endpoint);
    await window.getByRole('navigation').getByRole('button', { name: 'Browse' }).click();
  }, 120_000);
  afterAll(() => stage.end());

  /** A second of silence: 8,000 samples of 8 bits. */
  function wav(): Buffer {
    const head = Buffer.from(
      '52494646641f000057415645666d74201000000001000100401f0000401f00000100080064617461401f0000',
      'hex',
    );
    return Buffer.concat([head, Buffer.alloc(8000, 128)]);
  }

  const zoom = (factor: number) =>
    stage.launched.app.evaluate(
      ({ BrowserWindow }, to) => BrowserWindow.getAllWindows()[0]?.webContents.setZoomFactor(to),
      factor,
    );

  async function open(key: string): Promise<void> {
    await window.getByRole('row').filter({ hasText: key }).getByText(key).first().dblclick();
    await panel().getByRole('heading', { level: 2, name: key }).waitFor();
  }

  it('is shown with all that the store tells, in light and dark, at every size', async () => {
    await open('final.jpg');
    const image = panel().getByRole('img', { name: 'Preview of final.jpg' });
    await expect.poll(() => image.evaluate((element: HTMLImageElement) => element.naturalWidth)).toBe(1600);
    await expect.poll(() => fact('Cache-Control').textContent()).toContain('max-age=86400');
    expect(await fact('year').textContent()).toContain('2026');
    expect(await panel().textContent()).toContain('Everybody who knows its address can read it.');
    expect(await panel().getByRole('listitem').count()).toBe(2);
    await keepLooks(stage.launched, 'object-panel', async ({ title }) => {
      // Where there is no room beside the list it comes anew, in a dialog.
      await window.getByText('Everybody who knows its address can read it.').waitFor();
      await window.getByRole('img', { name: 'Preview of final.jpg' }).waitFor();
      await keepScreenshot(window, title);
      expect(await axeProblems(window), title).toEqual([]);
      expect(await layoutFlaws(window), title).toEqual([]);
    });
    await zoom(2);
    expect(await layoutFlaws(window), 'at 200 %').toEqual([]);
    await keepPicture(stage.launched.app, 'object-panel-200');
    await zoom(1);
    await resize(stage.launched, { width: 1280, height: 800 });
  });

  it('runs nothing of what it shows, and reaches no further than its addresses', async () => {
    await open('page.jpg');
    await panel().getByRole('region', { name: 'Preview of page.jpg' }).waitFor();
    expect(await window.title()).not.toBe('ran');
    await open('final.jpg');
    const image = panel().getByRole('img', { name: 'Preview of final.jpg' });
    const address = (await image.getAttribute('src')) ?? '';
    expect(address).toMatch(/^object:\/\/preview\/[0-9a-f]{32}$/);
    const reached = await window.evaluate(async (url) => {
      const read = await fetch(url).then(
        () => 'read',
        () => 'refused',
      );
      const framed = await new Promise((done) => {
        const frame = document.createElement('iframe');
        document.addEventListener('securitypolicyviolation', ({ effectiveDirective }) => done(effectiveDirective), {
          once: true,
        });
        frame.src = url;
        document.body.append(frame);
        setTimeout(() => done('loaded'), 2000);
      });
      document.querySelector('iframe')?.remove();
      return { read, framed };
    }, address);
    expect(reached).toEqual({
      read: 'refused',
      framed: expect.stringMatching(/^(connect|frame)-src$|^default-src$/) as unknown,
    });
  });

  it('is shown as a PDF where it is one, whose links and scripts lead nowhere', async () => {
    await open('plan.pdf');
    const frame = window.getByTitle('Preview of plan.pdf');
    expect(await frame.getAttribute('src')).toMatch(/^object:\/\/pdf\/[0-9a-f]{32}#/);
    for (const size of sizes.toReversed()) {
      await resize(stage.launched, size);
      await expect
        .poll(async () => await colourIn(await frame.boundingBox()), { timeout: 20_000 })
        .toEqual([0, 128, 0]);
      await keepPicture(stage.launched.app, `object-pdf.${size.width}x${size.height}`);
      expect(await axeProblems(window)).toEqual([]);
      expect(await layoutFlaws(window)).toEqual([]);
    }
    await frame.click();
    await window.keyboard.press('Enter');

    await open('page.pdf');
    await panel().getByRole('region', { name: 'Preview of page.pdf' }).waitFor();
    expect(await window.title()).not.toBe('ran');
    const windows = await stage.launched.app.evaluate(({ BrowserWindow }) =>
      BrowserWindow.getAllWindows().map(({ webContents }) => webContents.getURL()),
    );
    expect(windows.filter((url) => !url.startsWith('still:'))).toEqual(['app://sideline/index.html']);
    await expect.poll(() => stage.proxy.inFlight()).toEqual([]);
  });

  /** In the middle, as it is painted: what is in the frame is another process'. */
  async function colourIn(box: Awaited<ReturnType<Locator['boundingBox']>>): Promise<number[] | null> {
    if (box === null) return null;
    const { x, y, width, height } = box;
    const middle = { x: Math.round(x + width / 2), y: Math.round(y + height / 2), width: 8, height: 8 };
    const png = await stage.launched.app.evaluate(async ({ BrowserWindow }, area) => {
      const [shown] = BrowserWindow.getAllWindows().filter((one) => one.isVisible());
      return (await shown?.webContents.capturePage(area))?.toPNG().toString('base64') ?? '';
    }, middle);
    const { channels } = await sharp(Buffer.from(png, 'base64')).stats();
    return channels.slice(0, 3).map(({ mean }) => Math.round(mean));
  }

  it('plays as a video where it is one, and is asked for no longer when it is left', async () => {
    await open('clip.mp4');
    const video = panel().locator('video');
    await expect.poll(() => video.evaluate((element: HTMLVideoElement) => element.videoWidth)).toBe(320);
    const time = await video.evaluate(async (element: HTMLVideoElement) => {
      element.muted = true;
      await element.play();
      await new Promise((done) => element.addEventListener('timeupdate', done, { once: true }));
      return element.currentTime;
    });
    expect(time).toBeGreaterThan(0);
    await open('final.jpg');
    await expect.poll(() => stage.proxy.inFlight()).toEqual([]);
    const read = stage.proxy.seen.filter(({ method, path: asked }) => method === 'GET' && asked.endsWith('/clip.mp4'));
    expect(read.reduce((sum, { answered }) => sum + answered, 0)).toBeLessThan(rest / 2);
  });

  it('is heard as a sound where it is one', async () => {
    await open('whistle.wav');
    const sound = panel().locator('audio');
    await expect.poll(() => sound.evaluate((element: HTMLAudioElement) => element.duration)).toBe(1);
    expect(await sound.getAttribute('aria-label')).toBe('Preview of whistle.wav');
  });

  it('is changed where something was typed, and asks before that is lost', async () => {
    await open('final.jpg');
    await panel().getByRole('button', { name: 'Edit' }).click();
    const dialog = window.getByRole('dialog', { name: 'Edit final.jpg' });
    const language = dialog.getByRole('textbox', { name: 'Content-Language' });
    expect(await dialog.getByRole('button', { name: 'Save' }).isDisabled()).toBe(true);
    await language.fill('dé');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.getByText('Only letters, digits and signs of ASCII, without a line break.').waitFor();
    expect(await axeProblems(window)).toEqual([]);
    await keepScreenshot(window, 'object-edit');
    await window.keyboard.press('Escape');
    await window.getByRole('alertdialog').getByRole('button', { name: 'Stay' }).click();
    await language.fill('de');
    await resize(stage.launched, { width: 800, height: 600 });
    await resize(stage.launched, { width: 1280, height: 800 });
    expect(await language.inputValue()).toBe('de');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.waitFor({ state: 'hidden' });
    await expect.poll(() => fact('Content-Language').textContent()).toContain('de');
    const head = await stage.bucket.s3.send(new HeadObjectCommand({ Bucket: stage.bucket.name, Key: 'final.jpg' }));
    expect(head).toMatchObject({
      ...{ ContentLanguage: 'de', CacheControl: 'max-age=86400', ContentType: 'image/jpeg' },
      Metadata: { event: 'Cup final' },
    });
  });

  const deny = (...actions: readonly string[]) => {
    const { s3, name: Bucket } = stage.bucket;
    const Statement = actions.map((Action) => ({
      ...{ Effect: 'Deny', Principal: '*', Action, Resource: `arn:aws:s3:::${Bucket}/closed.txt` },
    }));
    return s3.send(
      new PutBucketPolicyCommand({ Bucket, Policy: JSON.stringify({ Version: '2012-10-17', Statement }) }),
    );
  };
  /** The window then asks once more for what was denied before. */
  const allowAll = async () => {
    await stage.bucket.s3.send(new DeleteBucketPolicyCommand({ Bucket: stage.bucket.name }));
    await window.getByRole('button', { name: 'Refresh' }).click();
  };
  const reason = /^Access was denied to closed\.txt.* press Refresh in Browse\.$/;

  it('says why its access may not be changed once that was denied, and saves the rest without it', async () => {
    await open('closed.txt');
    await panel().getByRole('button', { name: 'Edit' }).click();
    const dialog = window.getByRole('dialog', { name: 'Edit closed.txt' });
    const access = dialog.getByRole('button', { name: /Who may read it/ });
    const language = dialog.getByRole('textbox', { name: 'Content-Language' });
    const save = dialog.getByRole('button', { name: 'Save' });
    await deny('s3:PutObjectAcl');
    await language.fill('fr');
    await chooseOption(window, access, /^Private/);
    await save.click();
    await dialog.getByRole('alert').getByText('Access was denied to closed.txt').waitFor();
    await dialog.getByText(reason).waitFor();
    expect([await access.isDisabled(), await access.textContent()]).toEqual([true, 'Leave it as it is']);
    await dialog.getByText('All else is changed.').waitFor();
    expect(await save.isDisabled()).toBe(true);
    await keepScreenshot(window, 'object-edit-denied');
    expect(await axeProblems(window)).toEqual([]);
    expect(await layoutFlaws(window)).toEqual([]);
    await language.fill('it');
    await save.click();
    await dialog.waitFor({ state: 'hidden' });
    await expect.poll(() => fact('Content-Language').textContent()).toContain('it');
    const ofAccess = stage.proxy.seen.filter(({ method, path: asked, query }) => {
      return method === 'PUT' && asked.endsWith('/closed.txt') && query.has('acl');
    });
    expect(ofAccess).toHaveLength(1);
    await allowAll();
  });

  it('says why its tags may not be changed once that was denied, and keeps those that are there', async () => {
    await open('closed.txt');
    await panel().getByRole('button', { name: 'Edit' }).click();
    const dialog = window.getByRole('dialog', { name: 'Edit closed.txt' });
    const tags = dialog.getByRole('group', { name: 'Tags', exact: true });
    const value = tags.getByRole('textbox', { name: 'Value' });
    await deny('s3:PutObjectTagging');
    await value.fill('2027');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await tags.locator('.field-description').getByText(reason).waitFor();
    expect([await value.isDisabled(), await value.inputValue()]).toEqual([true, '2026']);
    await tags.getByRole('button', { name: 'Add tag' }).hover();
    await window.getByRole('tooltip', { name: reason }).waitFor();
    await keepScreenshot(window, 'object-tags-denied');
    expect(await axeProblems(window)).toEqual([]);
    expect(await layoutFlaws(window)).toEqual([]);
    await dialog.getByText('Nothing is changed yet.').waitFor();
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await dialog.waitFor({ state: 'hidden' });
    await allowAll();
  });

  it('is linked to by what main copies, and others upload by a page', async () => {
    await open('final.jpg');
    await panel().getByRole('button', { name: 'Links' }).click();
    const dialog = window.getByRole('dialog', { name: 'Links to final.jpg' });
    await dialog.getByRole('button', { name: 'Copy link' }).click();
    await dialog.getByText(/^Copied\. It expires /).waitFor();
    const copied = await stage.launched.app.evaluate(({ clipboard }) => clipboard.readText());
    const answer = await fetch(copied);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('image/jpeg');
    await answer.body?.cancel();
    expect(await window.evaluate(() => document.body.textContent)).not.toContain('X-Amz-Signature');

    const copyAgain = async () => {
      await stage.launched.app.evaluate(({ clipboard }) => clipboard.clear());
      await dialog.getByRole('button', { name: 'Copy link' }).click();
      const read = () => stage.launched.app.evaluate(({ clipboard }) => clipboard.readText());
      await expect.poll(read).not.toBe('');
      return await read();
    };
    await dialog.getByRole('button', { name: /Valid for/ }).click();
    await window.getByRole('option', { name: '8 hours' }).click();
    await dialog.getByText('Save as a file instead').click();
    await dialog.getByRole('textbox', { name: 'Name of the saved file' }).fill('Finale Köln.jpg');
    const saving = await copyAgain();
    expect(new URL(saving).searchParams.get('X-Amz-Expires')).toBe('28800');
    const saved = await fetch(saving);
    const name = `filename*=UTF-8''${encodeURIComponent('Finale Köln.jpg')}`;
    expect(saved.headers.get('content-disposition')).toContain(name);
    await saved.body?.cancel();

    await dialog.getByRole('radio', { name: 'Link to upload' }).click();
    await dialog.getByRole('textbox', { name: 'Key that the file gets' }).fill('in/by-link.png');
    await dialog.getByRole('textbox', { name: 'Only of this type' }).fill('image/png');
    const sending = await copyAgain();
    const send = (type: string) => fetch(sending, { method: 'PUT', body: 'x', headers: { 'content-type': type } });
    expect([(await send('text/html')).status, (await send('image/png')).status]).toEqual([403, 200]);
    expect(await stage.bucket.keys('in/')).toEqual(['in/by-link.png']);

    await dialog.getByRole('radio', { name: 'Upload page' }).click();
    const file = path.join(stage.folder, 'upload.html');
    await answerSaveDialog(stage.launched.app, file);
    await dialog.getByRole('textbox', { name: 'Only of this type' }).fill('image/*');
    await keepScreenshot(window, 'object-links');
    expect(await axeProblems(window)).toEqual([]);
    await dialog.getByRole('button', { name: 'Save the page' }).click();
    await dialog.getByText(/^Saved as /).waitFor();
    expect(await readFile(file, 'utf8')).toContain('<form');
    await dialog.getByRole('button', { name: 'Close' }).click();
  });

  it('is looked at as it was, and brought back', async () => {
    await open('final.jpg');
    const oldest = panel().getByRole('listitem').last();
    const choose = async (item: string) => {
      await oldest.getByRole('button').click();
      await window.getByRole('menuitem', { name: item }).click();
    };
    await choose('Show it');
    const image = panel().getByRole('img', { name: 'Preview of final.jpg' });
    await expect.poll(() => image.evaluate((element: HTMLImageElement) => element.naturalWidth)).toBe(600);
    await panel()
      .getByText(/not what is there now/)
      .waitFor();
    await keepScreenshot(window, 'object-version');
    expect(await axeProblems(window)).toEqual([]);
    await choose('Make it the current one');
    await window.getByRole('alertdialog').getByRole('button', { name: 'Bring it back' }).click();
    await panel()
      .getByText(/not what is there now/)
      .waitFor({ state: 'hidden' });
    await expect.poll(() => panel().getByRole('listitem').count()).toBe(4);
    await expect.poll(() => image.evaluate((element: HTMLImageElement) => element.naturalWidth)).toBe(600);
  });

  it('greys out of its versions what may not be done with them, with the reason', async () => {
    await open('closed.txt');
    const menu = panel().getByRole('listitem').last().getByRole('button');
    const item = (name: string) => window.getByRole('menuitem', { name, exact: true });
    const act = async (name: string) => {
      await menu.click();
      await item(name).click();
      await item(name).waitFor({ state: 'hidden' });
    };
    const deniedMessage = async () => {
      await window.locator('.toast', { hasText: 'Access was denied to closed.txt' }).waitFor();
      await dismissMessages(window);
    };
    /** what of the menu is greyed with the reason */
    const greyed = async () => {
      await menu.click();
      const items = window.getByRole('menuitem', { disabled: true, description: reason });
      const names = await items.locator('[slot=label]').allTextContents();
      await window.keyboard.press('Escape');
      await item('Show it').waitFor({ state: 'hidden' });
      return names;
    };
    expect(await greyed()).toEqual([]);

    await deny('s3:PutObject', 's3:DeleteObjectVersion');
    await act('Make it the current one');
    const asking = window.getByRole('alertdialog');
    await asking.getByRole('button', { name: 'Bring it back' }).click();
    await asking.getByText(/^Access was denied/).waitFor();
    await asking.getByRole('button', { name: 'Cancel' }).click();
    await expect.poll(greyed).toEqual(['Make it the current one']);
    await act('Delete it for good');
    await asking.getByRole('textbox', { name: 'To delete, type 1' }).fill('1');
    await asking.getByRole('button', { name: 'Delete 1 version' }).click();
    await deniedMessage();
    await expect.poll(greyed).toEqual(['Make it the current one', 'Delete it for good']);

    await deny('s3:GetObject', 's3:GetObjectVersion');
    await act('Open it');
    await deniedMessage();
    await expect
      .poll(greyed)
      .toEqual([
        ...['Show it', 'Open it', 'Copy a link to it', 'Download it'],
        ...['Make it the current one', 'Delete it for good'],
      ]);
    await menu.click();
    await keepScreenshot(window, 'object-version-denied');
    expect(await layoutFlaws(window)).toEqual([]);
    await window.keyboard.press('Escape');
    await allowAll();
    await expect.poll(greyed).toEqual([]);
  });

  it('has a small picture in the grid, a video too', async () => {
    await window.getByRole('button', { name: 'Grid' }).click();
    const pictures = window.getByRole('option').locator('img');
    const widths = () =>
      pictures.evaluateAll((all: HTMLImageElement[]) =>
        all.map(({ src, naturalWidth }) => [src.slice(0, 14), naturalWidth]),
      );
    // What is called a picture and is none shows its kind.
    await expect.poll(widths, { timeout: 20_000 }).toEqual([
      ['object://thumb', 256],
      ['object://thumb', 171],
    ]);
    await keepScreenshot(window, 'object-thumbs');
  });
});
