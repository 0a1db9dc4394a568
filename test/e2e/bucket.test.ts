/** The bucket check, as an admin uses it: what is wrong is said and set right, keys get their policy, what was left is removed. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import {
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetBucketCorsCommand,
  GetBucketLifecycleConfigurationCommand,
  PutBucketLifecycleConfigurationCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { startBroker } from '../servers/broker/broker.ts';
import { axeProblems } from './axe.ts';
import { describeWindowOnCeph } from './describe-window.ts';
import { layoutFlaws } from './layout.ts';
import { answerSaveDialog, callFrom, connect } from './person.ts';
import { keepLooks, keepPicture, resize, sizes } from './screenshots.ts';
import { setStage, type Stage } from './stage.ts';

const foreignRule = {
  ID: 'accounting',
  Status: 'Enabled',
  Filter: { Prefix: 'invoices/' },
  Expiration: { Days: 3650 },
} as const;
/** above what a click removes */
const leftUploads = 104;
const strangers = ['event/<i onload=x>.jpg', 'event/deep/IMG_0002.jpg', 'notes.txt'];

const person = { username: 'anna', password: 'anna-secret-7' };

function raise(): never {
  throw new Error('there is no Ceph');
}

describeWindowOnCeph('the bucket check', () => {
  let stage: Stage;

  beforeAll(async () => {
    stage = await setStage(inject('ceph'), []);
    await stage.window.emulateMedia({ reducedMotion: 'reduce' });
    const { s3, name: Bucket } = stage.bucket;
    const lifecycle = { Rules: [foreignRule] };
    await s3.send(new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration: lifecycle }));
    for (const Key of strangers) await s3.send(new PutObjectCommand({ Bucket, Key, Body: 'stranger' }));
    for (let at = 0; at < leftUploads; at++)
      await s3.send(new CreateMultipartUploadCommand({ Bucket, Key: `event/clip-${String(at).padStart(3, '0')}.mp4` }));
  });
  afterAll(() => stage.end());

  async function look(name: string): Promise<void> {
    const flaws: string[] = [];
    await keepLooks(stage.launched, name, async ({ size, title }) => {
      const found = await layoutFlaws(stage.window);
      if (size === sizes[0]) found.push(...(await axeProblems(stage.window)));
      flaws.push(...found.map((one) => `${title}: ${one}`));
    });
    await resize(stage.launched, sizes[0]);
    expect(flaws).toEqual([]);
  }

  const button = (name: string | RegExp) => stage.window.getByRole('button', { name, exact: true });
  // A message that is still there has that role too.
  const dialog = () => stage.window.locator('[role=dialog], [role=alertdialog]:not(.toast)');
  const inDialog = (name: string) => dialog().getByRole('button', { name, exact: true });
  const tab = (name: string) => stage.window.getByRole('tab', { name }).click();

  it('says what to do first where there is no bucket', async () => {
    await stage.window.getByRole('navigation').getByRole('button', { name: 'Bucket check' }).click();
    await stage.window.getByRole('heading', { name: 'No bucket yet' }).waitFor();
    await look('bucket-empty');
  });

  it('is reached from the connection, and says what is wrong for the destinations in use', async () => {
    const { window, bucket, proxy } = stage;
    const connectionId = await connect(window, bucket, proxy.endpoint);
    const rules = { overwrite: 'replace' } as const;
    await callFrom(window, 'destinations.save', {
      destinations: [
        { id: null, connectionId, rules: { ...rules, name: 'Event photos', prefix: 'event/', acl: 'public-read' } },
        { id: null, connectionId, rules: { ...rules, name: 'Exchange', prefix: 'temp/' } },
      ],
    });
    await window.getByRole('navigation').getByRole('button', { name: 'Connections' }).click();
    await button('Check the bucket of Club storage').click();
    await window.getByRole('heading', { name: 'Unfinished uploads stay for ever' }).waitFor();
    await window.getByText('judged for 2 destinations').waitFor();
    await look('bucket-check');
    await button(/^Lifecycle Read$/).click();
    await window.getByRole('region', { name: 'Lifecycle' }).getByText('accounting').waitFor();
  });

  it('shows the exact change, makes it, and leaves the rules of others alone', async () => {
    const { window, bucket } = stage;
    await button('Set it right… (Unfinished uploads stay for ever)').click();
    const diff = dialog().getByRole('region', { name: 'The change, line by line' });
    await diff.getByText('sideline-abort-uploads').waitFor();
    expect(await diff.locator('[data-kind="removed"]').count()).toBe(0);
    await look('bucket-mend');
    await inDialog('Other values').click();
    await dialog().getByRole('textbox', { name: 'Remove after' }).fill('14');
    await inDialog('Show the change').click();
    await diff.getByText('14').waitFor();
    await inDialog('Make this change').click();
    await dialog().getByText('Done, and read back').waitFor();
    await look('bucket-mended');
    await inDialog('Close').click();
    await window.getByRole('heading', { name: 'Unfinished uploads stay for ever' }).waitFor({ state: 'hidden' });
    const { Rules = [] } = await bucket.s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket: bucket.name }));
    expect(Rules.find(({ ID }) => ID === 'accounting')).toMatchObject(foreignRule);
    expect(Rules.find(({ ID }) => ID === 'sideline-abort-uploads')).toMatchObject({
      AbortIncompleteMultipartUpload: { DaysAfterInitiation: 14 },
    });
  });

  it('asks for what a change must know, and says at the field what is wrong with it', async () => {
    const { window, bucket } = stage;
    await button('Change a setting').click();
    await window.getByRole('menuitem', { name: 'Let web pages of named addresses use the objects' }).click();
    await inDialog('Show the change').click();
    const origins = dialog().getByRole('textbox', { name: 'Addresses of the web pages' });
    await dialog().getByText('Write at least one address.').waitFor();
    expect(await origins.evaluate((field) => field === document.activeElement)).toBe(true);
    await origins.fill('https://app.example.org/page');
    await inDialog('Show the change').click();
    await dialog().getByText('Only scheme, host and port').waitFor();
    await look('bucket-mend-values');
    await origins.fill('https://app.example.org\nhttp://localhost:5173');
    await inDialog('Show the change').click();
    await inDialog('Make this change').click();
    await dialog().getByText('Done, and read back').waitFor();
    await inDialog('Close').click();
    const { CORSRules = [] } = await bucket.s3.send(new GetBucketCorsCommand({ Bucket: bucket.name }));
    expect(CORSRules[0]?.AllowedOrigins?.toSorted()).toEqual(['http://localhost:5173', 'https://app.example.org']);
  });

  it('puts back what was there before a change, when that was shown', async () => {
    const { window, bucket } = stage;
    const changes = window.getByRole('list', { name: 'Changes made from this computer' });
    await expect.poll(() => changes.getByRole('listitem').count()).toBe(2);
    await look('bucket-changes');
    await changes.getByRole('button', { name: /^Put it back… \(Web pages \(CORS\), / }).click();
    await dialog().getByText('Put back what was there before').waitFor();
    expect(await dialog().locator('[data-kind="removed"]').count()).toBeGreaterThan(5);
    await look('bucket-put-back');
    await inDialog('Make this change').click();
    await dialog().getByText('Done, and read back').waitFor();
    await dialog().getByText('Nothing is set.').waitFor();
    await inDialog('Close').click();
    await expect.poll(() => changes.getByRole('listitem').count()).toBe(3);
    await expect(bucket.s3.send(new GetBucketCorsCommand({ Bucket: bucket.name }))).rejects.toThrow();
  });

  it('gives the policy of each destination and use', async () => {
    const { window, launched, folder, bucket } = stage;
    await tab('Policies');
    const text = window.getByRole('region', { name: 'The policy, as JSON' });
    await expect.poll(() => text.innerText()).toContain('s3:PutObjectAcl');
    await look('bucket-policies');
    await window.getByRole('radio', { name: 'Read', exact: true }).click();
    await expect.poll(() => text.innerText()).toContain('s3:GetObjectVersion');
    expect(await text.innerText()).not.toContain('s3:PutObject');
    await button('Copy').click();
    const copied = () => launched.app.evaluate(({ clipboard }) => clipboard.readText());
    await expect.poll(copied).toContain(`arn:aws:s3:::${bucket.name}/event/*`);
    const file = path.join(folder, 'policy.json');
    await answerSaveDialog(launched.app, file);
    await button('Save…').click();
    await window.getByText(`Saved as ${file}`).waitFor();
    expect(JSON.parse(await readFile(file, 'utf8'))).toEqual(JSON.parse(await copied()));
    await window.getByRole('radio', { name: 'With the bucket' }).click();
    const user = window.getByRole('textbox', { name: 'For whom' });
    await user.fill('*');
    await window.getByText('Write for whom it is').waitFor();
    expect(await text.count()).toBe(0);
    await user.fill('arn:aws:iam:::user/anna');
    await expect.poll(() => text.innerText()).toContain('"arn:aws:iam:::user/anna"');
    await look('bucket-policy-of-bucket');
  });

  it('finds what was left, and removes it when the number was typed', async () => {
    const { window, bucket } = stage;
    await tab('Clean up');
    await look('bucket-left-empty');
    await window.getByRole('textbox', { name: 'Only objects older than' }).fill('0');
    await button('Search').click();
    await window.getByText(`${strangers.length} objects looked at`).waitFor();
    await window.locator('.list-grid [row-id]').first().waitFor();
    await expect.poll(() => window.locator('.list-grid [row-id]').count()).toBe(strangers.length);
    expect(await window.locator('.list-grid').textContent()).toContain('<i onload=x>.jpg');
    await look('bucket-left');
    await window.getByRole('radio', { name: /^Unfinished uploads/ }).click();
    await button('Select all').click();
    await button('Remove…').click();
    await dialog().getByText('None of them is that old').waitFor();
    await dialog().getByRole('textbox', { name: 'Only those older than' }).fill('0');
    await window.keyboard.press('Tab');
    await dialog().getByText(`${leftUploads} unfinished uploads with 0 B`).waitFor();
    await inDialog('Remove').click();
    await dialog().getByText('That is not the number: 104.').waitFor();
    await look('bucket-abort');
    expect(await bucket.uploadsLeft()).toHaveLength(leftUploads);
    await dialog().getByRole('textbox', { name: 'To remove them, type 104' }).fill('104');
    await inDialog('Remove').click();
    await dialog().waitFor({ state: 'hidden' });
    await expect.poll(() => bucket.uploadsLeft(), { timeout: 20_000 }).toEqual([]);
    await window.getByText('Something was cleaned up since this search').waitFor();
  });

  it('deletes what is selected of what nobody knows, by keyboard, and nothing else', async () => {
    const { window, bucket } = stage;
    await button('Search again').click();
    await window.getByRole('radio', { name: /^Not sent from here/ }).click();
    await window.locator('.list-grid [row-index="2"]').click();
    await window.keyboard.press('Delete');
    await inDialog('Delete 1 object').click();
    await dialog().waitFor({ state: 'hidden' });
    await expect.poll(() => bucket.keys(''), { timeout: 20_000 }).toEqual(strangers.slice(0, 2));
  });

  it('takes what is gone out of the records of a backend, when it was asked', async () => {
    const { window, bucket } = stage;
    const { endpoint, region, accessKeyId, secretAccessKey } = inject('ceph') ?? raise();
    const backend = await startBroker({
      storage: { endpoint, region, bucket: bucket.name, accessKeyId, secretAccessKey },
      users: [person],
    });
    try {
      await callFrom(window, 'backends.save', {
        ...{ id: null, name: 'Team', signIn: { with: 'password', ...person } },
        settings: { kind: 'plugs', baseUrl: backend.url, signIn: { how: 'password' } },
      });
      for (const name of ['there.jpg', 'gone.jpg']) {
        const body = new FormData();
        body.set('file', new Blob([name], { type: 'image/jpeg' }), name);
        const headers = { authorization: `Bearer ${backend.token(person.username)}` };
        await fetch(`${backend.url}/api/v1/events/cup/media`, { method: 'POST', body, headers });
      }
      const [there, gone] = backend.records().media;
      await bucket.s3.send(new DeleteObjectCommand({ Bucket: bucket.name, Key: gone?.s3_key ?? '' }));
      await button('Search again').click();
      await window.getByRole('radio', { name: /^Gone/ }).click();
      await window.locator('.list-grid [row-id]').getByText('Team').waitFor();
      await look('bucket-gone');
      await button('Select all').click();
      await button('Take out of the records…').click();
      await dialog().getByText('Team deletes 1 record for good').waitFor();
      await look('bucket-forget');
      expect(backend.records().media).toHaveLength(2);
      await inDialog('Take out').click();
      await dialog().waitFor({ state: 'hidden' });
      await expect.poll(() => backend.records().media, { timeout: 20_000 }).toEqual([there]);
    } finally {
      await backend.stop();
    }
  });

  it('says why nothing can be read, what a store does not have, and what may not be changed', async () => {
    const { window, bucket, proxy } = stage;
    await callFrom(window, 'connections.practice', {});
    const env = bucket.env(proxy.endpoint);
    const config = {
      ...{ endpoint: env.SIDELINE_S3_ENDPOINT ?? null, region: env.SIDELINE_S3_REGION ?? '', bucket: bucket.name },
      ...{ pathStyle: true, credentials: { from: 'stored' } as const },
    };
    const accessKeyId = env.AWS_ACCESS_KEY_ID ?? '';
    const wrong = { accessKeyId, secretAccessKey: 'mistyped' };
    const right = { accessKeyId, secretAccessKey: env.AWS_SECRET_ACCESS_KEY ?? '' };
    await callFrom(window, 'connections.save', { id: null, name: 'Mistyped', config, secret: wrong });
    await callFrom(window, 'connections.save', {
      ...{ id: null, name: 'Looker', config: { ...config, readOnly: true }, secret: right },
    });
    const choose = async (name: string) => {
      await window.locator('.page-head .filter-button').click();
      await window.getByRole('option', { name }).click();
    };
    await tab('Settings');
    await choose('Mistyped');
    await window.getByRole('alert').getByRole('button', { name: 'Try again' }).waitFor();
    await look('bucket-refused');
    await choose('Practice');
    await button(/^Not at this storage: /).click();
    await window.getByText('It does not have these settings').waitFor();
    await look('bucket-practice');
    await button('Change a setting').click();
    const archive = window.getByRole('menuitem', { name: 'Move old objects of one folder' });
    expect(await archive.getAttribute('aria-disabled')).toBe('true');
    await archive.getByText('The storage does not have this setting.').waitFor();
    await keepPicture(stage.launched.app, 'bucket-practice-menu');
    await window.keyboard.press('Escape');
    await choose('Looker');
    await window.getByRole('heading', { name: 'What was read' }).waitFor();
    expect(await button('Change a setting').isDisabled()).toBe(true);
    await look('bucket-read-only');
    await choose('Club storage');
  });

  it('can be read at 200 %', async () => {
    const { launched } = stage;
    await tab('Settings');
    await resize(launched, sizes[1]);
    const zoom = (factor: number) =>
      launched.app.evaluate(
        ({ BrowserWindow }, wanted) => BrowserWindow.getAllWindows()[0]?.webContents.setZoomFactor(wanted),
        factor,
      );
    await zoom(2);
    const flaws: string[] = [];
    for (const name of ['Settings', 'Policies', 'Clean up']) {
      await tab(name);
      await resize(launched, sizes[1]);
      await keepPicture(launched.app, `bucket-${name.toLowerCase().replace(' ', '-')}.800x600.200`);
      flaws.push(...(await layoutFlaws(stage.window)).map((one) => `${name}: ${one}`));
    }
    await zoom(1);
    expect(flaws).toEqual([]);
  });
});
