/** A menu that says why some of it is greyed out: to those who see it, and to those who have it read out. */
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startPracticeBucket, type PracticeBucket } from '../../electron/practice/practice-bucket.ts';
import { axeProblems } from './axe.ts';
import { describeWindow } from './describe-window.ts';
import { launchApp, type LaunchedApp } from './launch.ts';
import { layoutFlaws } from './layout.ts';
import { callFrom } from './person.ts';
import { keepScreenshot } from './screenshots.ts';

describeWindow('a menu with reasons in it', () => {
  let folder: string;
  let launched: LaunchedApp;
  let practice: PracticeBucket;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'sideline-e2e-'));
    practice = await startPracticeBucket({ folder: path.join(folder, 'bucket') });
    const { endpoint, region, bucket, accessKeyId, secretAccessKey } = practice;
    const secret = { accessKeyId, secretAccessKey };
    const s3 = new S3Client({ endpoint, region, forcePathStyle: true, credentials: secret });
    await s3.send(new PutObjectCommand({ Bucket: bucket, Key: 'a.txt', Body: 'x' }));
    s3.destroy();
    launched = await launchApp({ dataDir: path.join(folder, 'data') });
    await launched.window.emulateMedia({ reducedMotion: 'reduce' });
    await callFrom(launched.window, 'connections.save', {
      ...{ id: null, name: 'Archive', secret },
      config: { endpoint, region, bucket, pathStyle: true, readOnly: true, credentials: { from: 'stored' } },
    });
  });
  afterAll(async () => {
    await launched.close();
    await practice.stop();
    await rm(folder, { recursive: true });
  });

  it('calls an item by its name alone, and describes it by the reason', async () => {
    const { window } = launched;
    await window.getByRole('navigation').getByRole('button', { name: 'Browse' }).click();
    await window.locator('.ag-row[row-id="oa.txt"]').click({ button: 'right' });
    const description = /^This connection is marked as read-only\./;
    for (const name of ['Move to…', 'Rename…', 'Delete…', 'Delete old versions…']) {
      const item = window.getByRole('menuitem', { name, exact: true, description, disabled: true });
      await item.waitFor();
      const hint = item.locator('.menu-hint');
      const drawn = await hint.evaluate((element) => getComputedStyle(element, '::after').content);
      expect(drawn).toContain('This connection is marked as read-only.');
      const { height } = (await hint.boundingBox()) ?? { height: 0 };
      expect(height).toBeGreaterThan(10);
    }
    await keepScreenshot(window, 'menu-with-reasons');
    expect(await axeProblems(window)).toEqual([]);
    expect(await layoutFlaws(window)).toEqual([]);
  });
});
