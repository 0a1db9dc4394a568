/** One object in the window: how it looks, what is told of it, what is changed about it, links to it, and what it was before. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { HeadObjectCommand, PutBucketVersioningCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import type { Locator, Page } from 'playwright';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { photo } from '../servers/pictures.ts';
import { seededRandom } from '../servers/random.ts';
import { axeProblems } from './axe.ts';
import { h264, padding, recordClip, type Clip } from './clips.ts';
import { describeWindowOnCeph } from './describe-window.ts';
import { layoutFlaws } from './layout.ts';
import { answerSaveDialog, connect } from './person.ts';
import { keepLooks, keepPicture, keepScreenshot, resize } from './screenshots.ts';
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
    stage = await setStage(inject('ceph'), []);
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
    // Behind what is played there is much that nobody wants.
    await put('clip.mp4', Buffer.concat([await recordClip(window, clip), padding(rest), Buffer.alloc(rest - 16)]));
    await connect(window, stage.bucket, stage.proxy.endpoint);
    await window.getByRole('navigation').getByRole('button', { name: 'Browse' }).click();
  }, 120_000);
  afterAll(() => stage.end());

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
