/** Looking into buckets as the window does it: listings, searches, counts, rights, over the whole app but its window. */
import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { PutObjectCommand, PutBucketPolicyCommand } from '@aws-sdk/client-s3';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import type { Core } from '../../electron/app/core.ts';
import { allPages, pagesOf } from '../../electron/admin/browse/pages.ts';
import type { BrowseCount, BrowsePage, BrowseView } from '../../shared/browse.ts';
import { isS3Config } from '../../shared/connection-kind.ts';
import { batchDetailsSchema, destinationRulesSchema } from '../../shared/destination.ts';
import type { Events } from '../../shared/ipc.ts';
import type { Placement } from '../../shared/upload-plan.ts';
import { openTestCore } from '../servers/app-core.ts';
import { openAdminBucket, openAs, type AdminBucket } from '../servers/admin-bucket.ts';
import { failureOf } from '../servers/failure.ts';
import { putMany } from '../servers/many-objects.ts';
import { newFolder } from '../servers/tree.ts';

const ceph = inject('ceph');

/** Of one folder, where it is a few pages, and where it is as many as are promised to be smooth. */
const many = 5000;
const veryMany = 100_000;
const hostile = [
  ...['../../x', 'x/../y', '.', '..', './y', '/lead', '//c', 'a//b', 'folder/', 'folder/inner', 'pl us+and%20 a'],
  ...['<img src=x onerror=alert(1)>', 'tag</Key></Contents>', '&amp;', '"quote\'', 'back\\slash', 'trailing '],
  ...['a\u202Egpj.exe', 'new\nline', 'cr\rx', 'tab\tx', '\u0001\u0007', 'é'.repeat(508), 'emoji😀/a', 'e\u0301', 'é'],
];
const byName: BrowseView = { search: '', kinds: [], sort: { by: 'name', descending: false } };

describe.skipIf(ceph === null)('looking into a bucket', { timeout: 60_000 }, () => {
  let bucket: AdminBucket;
  let folder: string;
  let core: Core;
  let connectionId: number;
  let pushed: { name: string; payload: unknown }[];

  beforeAll(async () => {
    if (ceph === null) return;
    bucket = await openAdminBucket(ceph);
    await putMany(
      bucket.bucket,
      Array.from({ length: many }, (_, at) => `many/IMG_${at}.jpg`),
    );
    await putMany(bucket.bucket, hostile.map((key) => `hostile/${key}`), Buffer.from('hello')); // prettier-ignore
    await putMany(bucket.bucket, ['u/7/a.jpg', 'u/7/b/c.mp4', 'u/8/x.jpg'], Buffer.alloc(100));
  }, 600_000);
  afterAll(() => {
    if (ceph === null) return;
    bucket.close();
    bucket.s3.destroy();
  });

  beforeEach(async () => {
    folder = await newFolder();
    pushed = [];
    core = openTestCore(path.join(folder, 'data'), { push: (name, payload) => void pushed.push({ name, payload }) });
    await core.start({ practice: false });
    connectionId = await connect('Club');
  });
  afterEach(async () => {
    await core.close();
    await rm(folder, { recursive: true });
  });

  async function connect(name: string, config: { bucket?: string; readOnly?: boolean } = {}): Promise<number> {
    if (ceph === null) throw new Error('there is no Ceph');
    const { endpoint, region, accessKeyId, secretAccessKey } = ceph;
    const { id } = await core.handlers['connections.save']({
      ...{ id: null, name, secret: { accessKeyId, secretAccessKey } },
      config: { endpoint, region, bucket: bucket.name, pathStyle: true, credentials: { from: 'stored' }, ...config },
    });
    return id;
  }

  const open = async (prefix: string, search: string | null = null, of = connectionId) =>
    (await core.handlers['browse.open']({ connectionId: of, prefix, search })).listingId;
  const page = async (listingId: number, view = byName, offset = 0, limit = 500): Promise<BrowsePage> =>
    await core.handlers['browse.page']({ listingId, view, offset, limit });

  const plan = async (offerId: string, placement: Placement) =>
    await core.handlers['offers.plan']({ offerId, placement });
  const begin = async (offerId: string, placement: Placement) =>
    await core.handlers['offers.start']({ offerId, placement, details: batchDetailsSchema.parse({}) });

  async function whole(listingId: number, view = byName): Promise<BrowsePage> {
    await expect.poll(async () => (await page(listingId, view)).state, { timeout: 60_000 }).toBe('complete');
    return await page(listingId, view);
  }
  const eventsOf = <Name extends keyof Events>(name: Name) =>
    pushed.filter((one) => one.name === name).map(({ payload }) => payload as Events[Name]);

  it('shows folders and objects, and what this app has sent', async () => {
    const file = path.join(folder, 'sent.jpg');
    await writeFile(file, 'a picture');
    const top = await open('');
    expect((await whole(top)).rows.map(({ key }) => key)).toEqual(['hostile/', 'many/', 'u/']);
    const upper = await open('u/');
    const inner = await open('u/7/');
    await whole(upper);
    expect((await whole(inner)).rows).toMatchObject([
      { kind: 'folder', key: 'u/7/b/', name: 'b' },
      { kind: 'image', key: 'u/7/a.jpg', name: 'a.jpg', size: 100, type: 'image/jpeg', sent: null },
    ]);

    const offer = core.offers.add([file]);
    const placement = { to: 'connection', connectionId, prefix: 'u/7/' } as const;
    await begin(offer.id, placement);
    // It is there without being loaded again, with its receipt.
    await expect.poll(async () => (await page(inner)).rows.at(-1)?.name, { timeout: 15_000 }).toBe('sent.jpg');
    const uploaded = (await page(inner)).rows.at(-1);
    expect(uploaded).toMatchObject({ size: 9, sent: { transferId: 1, isSame: true } });
    const told = expect.objectContaining({ listingId: inner, objects: 2 }) as unknown;
    await expect.poll(() => eventsOf('browsing').flat()).toContainEqual(told);
    await bucket.s3.send(new PutObjectCommand({ Bucket: bucket.name, Key: 'u/7/sent.jpg', Body: 'another' }));
    await core.handlers['browse.refresh']({ listingId: inner });
    await expect.poll(async () => (await page(inner)).rows.at(-1)).toMatchObject({ size: 7, sent: { isSame: false } });
  });

  it('lists hostile keys to the letter, also one by one', async () => {
    const source = pagesOf(bucket.bucket);
    const { signal } = new AbortController();
    const expected = hostile.map((key) => `hostile/${key}`).toSorted();
    for (const limit of [1000, 1]) {
      const pages = allPages((request, abort) => source({ ...request, limit }, abort), { prefix: 'hostile/', delimiter: '' }, signal); // prettier-ignore
      const found = (await Array.fromAsync(pages)).flatMap(({ objects }) => objects.map(({ key }) => key));
      expect(found.toSorted()).toEqual(expected);
    }
    const { rows } = await whole(await open('hostile/'));
    const shown = rows.map(({ key }) => key.slice('hostile/'.length));
    const top = hostile.map((key) => (key.includes('/') ? key.slice(0, key.indexOf('/') + 1) : key));
    expect(shown.toSorted()).toEqual([...new Set(top)].toSorted());
    const slash = await whole(await open('hostile/a/'));
    expect(slash.rows).toMatchObject([{ kind: 'folder', key: 'hostile/a//', name: '' }]);
    const marked = await whole(await open('hostile/folder/'));
    expect(marked).toMatchObject({ marker: { key: 'hostile/folder/', size: 5 }, rows: [{ name: 'inner' }] });
    const names = async (prefix: string) => (await whole(await open(prefix))).rows.map(({ name }) => name);
    expect(await names('hostile/x/../')).toEqual(['y']);
    expect(await names('hostile//')).toEqual(['', 'lead']);
    expect(await names('hostile///')).toEqual(['c']);
  });

  it('pages, sorts, filters and selects among 100,000, with few messages', { timeout: 300_000 }, async () => {
    if (ceph === null) return;
    const large = await openAdminBucket(ceph);
    await putMany(
      large.bucket,
      Array.from({ length: veryMany }, (_, at) => `all/IMG_${at}.jpg`),
    );
    const largeId = await connect('Large', { bucket: large.name });
    const began = performance.now();
    const listingId = await open('all/', null, largeId);
    await expect.poll(async () => (await page(listingId)).total, { interval: 5 }).toBeGreaterThan(0);
    const first = performance.now() - began;
    await whole(listingId);
    const all = performance.now() - began;
    console.log(
      `of ${veryMany} objects the first page is there after ${first.toFixed(0)} ms, all after ${all.toFixed(0)}`,
    );
    const status = await page(listingId, byName, 1234, 1);
    expect(status).toMatchObject({ total: veryMany, objects: veryMany, folders: 0, rows: [{ name: 'IMG_1234.jpg' }] });
    const view = { ...byName, search: 'img_99', sort: { by: 'name', descending: true } } as const;
    const found = Array.from({ length: veryMany }, (_, at) => at).filter((at) => String(at).startsWith('99'));
    const rows = [{ name: `IMG_${found.at(-1)}.jpg` }, { name: `IMG_${found.at(-2)}.jpg` }];
    expect(await page(listingId, view, 0, 2)).toMatchObject({ total: found.length, rows });
    expect(await core.handlers['browse.place']({ listingId, view, key: 'all/IMG_99.jpg' })).toBe(found.length - 1);
    expect(eventsOf('browsing').length).toBeLessThan(((performance.now() - began) / 1000) * 4 + 2);
    large.close();
    large.s3.destroy();
  });

  it('searches below a prefix, and forgets the oldest of too many lists', async () => {
    const found = await whole(await open('', 'C.MP'));
    expect(found).toMatchObject({ total: 1, scanned: many + hostile.length + 4, rows: [{ name: 'u/7/b/c.mp4' }] });
    const first = await open('u/');
    for (let at = 0; at < 6; at++) await open('u/');
    expect(await failureOf(page(first))).toMatchObject({ kind: 'invalid-input' });
  });

  it('counts what is below a folder, and a selection with its folders', async () => {
    const counted = async (what: Parameters<Core['handlers']['browse.count']>[0]): Promise<BrowseCount | undefined> => {
      const { countId } = await core.handlers['browse.count'](what);
      const last = () => eventsOf('counting').findLast((one) => one.countId === countId);
      await expect.poll(() => last()?.state, { timeout: 15_000 }).not.toMatch(/counting|undefined/);
      return last();
    };
    expect(await counted({ connectionId, prefix: 'many/' })).toMatchObject({ objects: many, bytes: 0, state: 'done' });
    const listingId = await open('u/7/');
    await whole(listingId);
    const view = { view: byName, except: { keys: [], prefixes: [] } };
    const all = await counted({ listingId, selection: view });
    expect(all?.bytes).toBeGreaterThanOrEqual(200);
    const one = { rows: { keys: ['u/7/a.jpg'], prefixes: ['u/7/b/'] } };
    expect(await counted({ listingId, selection: one })).toMatchObject({ objects: 2, bytes: 200, state: 'done' });
    const { countId } = await core.handlers['browse.count']({ connectionId, prefix: 'many/' });
    await core.handlers['browse.endCount']({ countId });

    const manyId = await open('many/');
    await whole(manyId);
    const edge = (at: number) => ({ name: `IMG_${at}.jpg`, isFolder: false, size: 0, modified: 0, type: '' });
    const between = { from: edge(1), to: edge(many - 2) };
    const otherwise = { keys: ['many/IMG_0.jpg', 'many/IMG_5.jpg', 'many/IMG_6.jpg'], prefixes: [] };
    const range = { listingId: manyId, selection: { view: byName, between, otherwise } };
    expect(await core.handlers['browse.selected'](range)).toEqual({ rows: many - 3 });
    expect(await counted(range)).toMatchObject({ objects: many - 3, state: 'done' });
  });

  it('shows the buckets of the store, and looks into another over a connection of its own', async () => {
    if (ceph === null) return;
    const other = await openAdminBucket(ceph);
    await putMany(other.bucket, ['there.txt']);
    const buckets = await core.handlers['browse.buckets']({ connectionId });
    expect(buckets).toContainEqual(expect.objectContaining({ name: bucket.name, isCurrent: true, connectionId }));
    expect(buckets).toContainEqual(expect.objectContaining({ name: other.name, isCurrent: false, connectionId: null }));
    const listed = await open('u/');
    const made = await core.handlers['browse.useBucket']({ connectionId, bucket: other.name });
    expect(await core.handlers['browse.useBucket']({ connectionId, bucket: other.name })).toEqual(made);
    expect((await whole(await open('', null, made.connectionId))).rows).toMatchObject([{ key: 'there.txt' }]);
    expect(await page(listed)).toMatchObject({ state: 'complete' }); // what was open stays open
    other.close();
    other.s3.destroy();
  });

  it('keeps those who are locked to their folder in it, and lets them send nowhere else', async () => {
    const rules = { name: 'Mine', prefix: 'u', keyTemplate: '{user_id}/{name}', fields: { user_id: '7' }, ownFolderOnly: true }; // prettier-ignore
    const before = await open('u/8/');
    const [saved] = await core.handlers['destinations.save']({
      destinations: [{ id: null, connectionId, rules: destinationRulesSchema.parse(rules) }],
    });
    expect(await core.handlers['rights.of']({ connectionId })).toEqual({
      ...{ connectionId, denials: [], readOnly: false },
      folders: ['u/7/'],
    });
    expect(await failureOf(page(before))).toMatchObject({ kind: 'invalid-input' });
    for (const prefix of ['', 'u/', 'u/8/', 'u/7'])
      expect(await failureOf(open(prefix))).toMatchObject({ kind: 'prefix-locked' });
    const buckets = Promise.resolve(core.handlers['browse.buckets']({ connectionId }));
    expect(await failureOf(buckets)).toMatchObject({ kind: 'prefix-locked' });
    expect((await whole(await open('u/7/'))).rows.map(({ name }) => name)).toContain('a.jpg');

    const file = path.join(folder, 'x.jpg');
    await writeFile(file, 'x');
    const offerId = core.offers.add([file]).id;
    const start = (placement: Placement) => failureOf(begin(offerId, placement));
    const to = (fields: Record<string, string>): Placement => ({
      ...{ to: 'destinations', exceptions: {} },
      targets: [{ destinationId: saved?.id ?? 0, sorting: [], fields }],
    });
    expect(await start(to({ user_id: '8' }))).toMatchObject({ kind: 'prefix-locked' });
    expect(await start({ to: 'connection', connectionId, prefix: 'u/8/' })).toMatchObject({ kind: 'prefix-locked' });
    expect(await failureOf(plan(offerId, to({ user_id: '8' })))).toMatchObject({ kind: 'prefix-locked' });
  });

  it('changes nothing through a connection that is marked read-only', async () => {
    const only = await connect('Looking', { readOnly: true });
    expect(await core.handlers['rights.of']({ connectionId: only })).toMatchObject({ readOnly: true, folders: null });
    expect((await whole(await open('u/', null, only))).rows.length).toBeGreaterThan(0);
    const file = path.join(folder, 'x.jpg');
    await writeFile(file, 'x');
    const offerId = core.offers.add([file]).id;
    const placement = { to: 'connection', connectionId: only, prefix: '' } as const;
    const refused = { kind: 'read-only', message: expect.stringContaining('Looking') as string };
    expect(await failureOf(plan(offerId, placement))).toMatchObject(refused);
    expect(await failureOf(begin(offerId, placement))).toMatchObject(refused);
    expect(core.session.journal.batches()).toEqual([]);
  });

  it('sends nothing that waited while its connection was marked read-only, until it no longer is', async () => {
    const file = path.join(folder, 'waits.jpg');
    await writeFile(file, 'x');
    await core.handlers['uploads.pauseAll']({});
    await begin(core.offers.add([file]).id, { to: 'connection', connectionId, prefix: 'waits/' });
    const { id, name, config } = core.session.journal.connection(connectionId);
    if (!isS3Config(config)) throw new Error('it is a bucket');
    await core.handlers['connections.save']({ id, name, config: { ...config, readOnly: true }, secret: null });
    await core.handlers['uploads.resumeAll']({});
    const first = () => core.session.journal.transfer(1);
    await expect.poll(() => first()?.state, { timeout: 15_000 }).toBe('failed');
    expect(first()?.reason).toMatchObject({ kind: 'read-only' });
    expect(await bucket.keys('waits/')).toEqual([]);
    await core.handlers['connections.save']({ id, name, config, secret: null });
    await core.handlers['transfers.retry']({ ids: [1] });
    await expect.poll(() => first()?.state, { timeout: 15_000 }).toBe('done');
  });

  it('looks into the practice bucket too', async () => {
    const { id } = await core.handlers['connections.practice']({});
    const file = path.join(folder, 'a b+c.txt');
    await writeFile(file, 'text');
    const listingId = await open('in/', null, id);
    await whole(listingId);
    await begin(core.offers.add([file]).id, { to: 'connection', connectionId: id, prefix: 'in/' });
    await expect
      .poll(async () => (await page(listingId)).rows, { timeout: 15_000 })
      .toMatchObject([{ name: 'a b+c.txt' }]);
    await core.handlers['browse.refresh']({ listingId });
    expect((await whole(listingId)).rows).toMatchObject([{ key: 'in/a b+c.txt', size: 4, sent: { isSame: true } }]);
    expect((await whole(await open('', null, id))).rows).toMatchObject([{ kind: 'folder', key: 'in/' }]);
    const buckets = await core.handlers['browse.buckets']({ connectionId: id });
    expect(buckets).toMatchObject([{ isCurrent: true, createdAt: null, connectionId: id }]);
  });

  it('learns once what the store denies', async () => {
    if (ceph === null) return;
    const closed = await openAdminBucket(ceph);
    const Policy = JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Deny', Principal: '*', Action: 's3:ListBucket', Resource: [`arn:aws:s3:::${closed.name}`] },
      ],
    });
    await closed.s3.send(new PutBucketPolicyCommand({ Bucket: closed.name, Policy }));
    const own = openAs(closed.name, ceph);
    const id = await connect('Closed', { bucket: closed.name });
    const listingId = await open('x/', null, id);
    await expect.poll(async () => (await page(listingId)).state).toBe('failed');
    expect(await page(listingId)).toMatchObject({ problem: { kind: 'denied' }, total: 0 });
    const { denials } = await core.handlers['rights.of']({ connectionId: id });
    expect(denials).toMatchObject([{ right: 'list', folder: 'x/' }]);
    expect(eventsOf('rights').at(-1)).toMatchObject({ connectionId: id, denials: [{ right: 'list' }] });
    own.close();
    closed.close();
    closed.s3.destroy();
  });
});
