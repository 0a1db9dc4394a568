/** Deleting on a real store, bringing back, deleting for good; and the log that tells the truth about all of it. */
import { randomBytes } from 'node:crypto';
import { appendFile, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectVersionsCommand,
  PutBucketPolicyCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { deletedPage } from '../../electron/admin/delete/deleted.ts';
import { newLogId } from '../../electron/admin/log-id.ts';
import { createDeletionPages, deletionInfo, listDeletions } from '../../electron/admin/delete/past.ts';
import { beginDeletion, runDeletion, type DeletionReport } from '../../electron/admin/delete/run.ts';
import { surveyDeletion, undoableOf, type Survey } from '../../electron/admin/delete/survey.ts';
import { undelete } from '../../electron/admin/delete/undelete.ts';
import { undoDeletion } from '../../electron/admin/delete/undo.ts';
import { startPracticeBucket } from '../../electron/practice/practice-bucket.ts';
import type { DeletionTarget } from '../../shared/deletions.ts';
import { asSidelineError } from '../../shared/errors.ts';
import { openAdminBucket, openAs, type AdminBucket } from '../servers/admin-bucket.ts';
import { cephGuest } from '../servers/ceph.ts';
import { failureOf } from '../servers/failure.ts';
import { startFaultProxy, type FaultProxy } from '../servers/fault-proxy.ts';
import { putMany } from '../servers/many-objects.ts';
import { seededRandom } from '../servers/random.ts';
import { newFolder } from '../servers/tree.ts';

const ceph = inject('ceph');
const { signal } = new AbortController();

/** Keys that programs trip over, all under `hard/`. */
const hardKeys = [
  'new\nline',
  'carriage\rreturn',
  'tab\there',
  '<img src=x onerror=alert(1)>&amp;"\'',
  '\u202etxt.exe',
  'control\u0001\u001f',
  ' space ',
  'a+b%20c%',
  `${'é'.repeat(509)}x`, // 1,024 bytes with its folder
  '../../x',
  '/a//b',
  '.',
  '🏆',
  '\uffff',
].map((name) => `hard/${name}`);

describe.skipIf(ceph === null)('deletions', { timeout: 90_000 }, () => {
  let store: AdminBucket;
  let folder: string;
  let failures: { key: string; kind: string }[];
  let done: number;

  beforeEach(async () => {
    if (ceph === null) return;
    store = await openAdminBucket(ceph);
    folder = await newFolder();
    [failures, done] = [[], 0];
  });
  afterEach(async () => {
    store.close();
    store.s3.destroy();
    await rm(folder, { recursive: true });
  });

  const report: DeletionReport = {
    total: () => undefined,
    done: (items) => void (done += items),
    failed: (key, error) => void failures.push({ key, kind: asSidelineError(error).kind }),
  };

  const keepVersions = (Status: 'Enabled' | 'Suspended' = 'Enabled') =>
    store.s3.send(new PutBucketVersioningCommand({ Bucket: store.name, VersioningConfiguration: { Status } }));
  const names = (count: number, prefix = 'event/') =>
    Array.from({ length: count }, (_, at) => `${prefix}${String(at).padStart(6, '0')}.jpg`);
  const put = (key: string, text: string) =>
    store.s3.send(new PutObjectCommand({ Bucket: store.name, Key: key, Body: text }));
  const get = async (key: string) =>
    (await store.s3.send(new GetObjectCommand({ Bucket: store.name, Key: key }))).Body?.transformToString();

  const survey = (target: DeletionTarget, bucket = store.bucket): Promise<Survey> =>
    surveyDeletion(
      { bucket, dataFolder: folder },
      { id: newLogId(Date.now()), target, program: 'terminal' },
      () => undefined,
      signal,
    );
  const page = { prefix: 'event/', after: null, most: 100, mostRead: 1000 };
  const below = (...prefixes: string[]): DeletionTarget => ({ what: 'objects', keys: [], prefixes });
  const deps = (bucket = store.bucket) => ({ bucket, dataFolder: folder, backoff: { first: 5, longest: 50 } });

  async function begun(target: DeletionTarget, bucket = store.bucket): Promise<string> {
    const { id } = await survey(target, bucket);
    await beginDeletion(folder, id);
    return id;
  }
  async function deleted(target: DeletionTarget, bucket = store.bucket): Promise<string> {
    const id = await begun(target, bucket);
    await runDeletion(deps(bucket), id, report, signal);
    return id;
  }
  const outcomesOf = async (id: string) => (await deletionInfo(folder, id)).outcomes;
  const entriesOf = async (id: string) => {
    const pages = createDeletionPages(folder);
    try {
      return (await pages.page(id, { outcomes: [], offset: 0, limit: 20_000 })).entries;
    } finally {
      await pages.close();
    }
  };
  const logOf = (id: string) => path.join(folder, 'deletions', `${id}.jsonl`);

  it('counts what is there, and deletes that and nothing that has come since', async () => {
    await putMany(store.bucket, names(10_000), Buffer.from('12345'));
    await putMany(store.bucket, names(3, 'event-2/'));
    const found = await survey({
      what: 'objects',
      keys: ['event/000001.jpg', 'gone'],
      prefixes: ['event/', 'event/0'],
    });
    expect(found.counts).toEqual({ objects: 10_000, bytes: 50_000, oldVersions: null, missing: 1, final: 0 });
    expect([found.versioning, undoableOf(found)]).toEqual(['off', 'none']);
    await putMany(store.bucket, ['event/new.jpg']);
    await beginDeletion(folder, found.id);
    await runDeletion(deps(), found.id, report, signal);
    expect((await store.keys()).toSorted()).toEqual([...names(3, 'event-2/'), 'event/new.jpg'].toSorted());
    expect([done, failures]).toEqual([10_000, []]);
    const info = await deletionInfo(folder, found.id);
    expect(info).toMatchObject({ state: 'done', objects: 10_000, bytes: 50_000, undoable: 0 });
    expect(info.outcomes).toMatchObject({ deleted: 10_000, unknown: 0, untried: 0 });
    expect((await failureOf(undoDeletion(deps(), found.id, report, signal))).kind).toBe('invalid-input');
  });

  it('brings all back to the byte where the bucket keeps versions, but not over what has come since', async () => {
    await keepVersions();
    const random = seededRandom('admin-delete undo');
    const contents = new Map(names(600).map((key) => [key, random.bytes(1 + random.below(40)).toString('hex')]));
    for (const [key, text] of contents) if (random.below(20) === 0) await put(key, `old ${text}`);
    await putMany(
      store.bucket,
      [...contents.keys()].filter((_, at) => at % 100 !== 0),
      Buffer.from('same'),
    );
    for (const [key, text] of [...contents].filter((_, at) => at % 100 === 0)) await put(key, text);
    const before = await store.hashes();

    const id = await deleted(below('event/'));
    expect(await store.keys()).toEqual([]);
    expect(await deletionInfo(folder, id)).toMatchObject({ state: 'done', undoable: 600 });
    await put('event/000003.jpg', 'uploaded again');
    await deleted({ what: 'objects', keys: ['event/000003.jpg'], prefixes: [] });
    await put('event/000007.jpg', 'uploaded again');

    await undoDeletion(deps(), id, report, signal);
    expect(await outcomesOf(id)).toMatchObject({ restored: 598, replaced: 2, deleted: 0 });
    expect(failures.map(({ key, kind }) => [key, kind])).toEqual([
      ['event/000003.jpg', 'object-newer'],
      ['event/000007.jpg', 'object-newer'],
    ]);
    expect(await get('event/000007.jpg')).toBe('uploaded again');
    const after = await store.hashes();
    before.delete('event/000003.jpg');
    before.delete('event/000007.jpg');
    after.delete('event/000007.jpg');
    expect(after).toEqual(before);
    expect((await failureOf(undoDeletion(deps(), id, report, signal))).kind).toBe('invalid-input');
  });

  it.each([['off'], ['on']])('takes keys of all kinds to the letter, with versions %s', async (versions) => {
    if (versions === 'on') await keepVersions();
    await putMany(store.bucket, hardKeys, Buffer.from('hard'));
    const id = await deleted({ what: 'objects', keys: hardKeys.slice(0, 7), prefixes: [] });
    expect((await entriesOf(id)).map(({ key, outcome }) => [key, outcome])).toEqual(
      hardKeys.slice(0, 7).map((key) => [key, 'deleted']),
    );
    const rest = await deleted(below('hard/'));
    expect((await entriesOf(rest)).map(({ key }) => key).toSorted()).toEqual(hardKeys.slice(7).toSorted());
    expect([failures, (await survey(below('hard/'))).counts.objects]).toEqual([[], 0]);
    if (versions === 'off') return;
    for (const one of [id, rest]) await undoDeletion(deps(), one, report, signal);
    expect([failures, (await survey(below('hard/'))).counts.objects]).toEqual([[], hardKeys.length]);
  });

  it('says what the store denies and why, and deletes the rest; what is left goes when it may', async () => {
    await putMany(store.bucket, [...names(500), ...names(40, 'event/locked/')]);
    const Policy = JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        {
          ...{ Effect: 'Deny', Principal: '*', Action: 's3:DeleteObject' },
          Resource: `arn:aws:s3:::${store.name}/event/locked/*`,
        },
      ],
    });
    await store.s3.send(new PutBucketPolicyCommand({ Bucket: store.name, Policy }));
    const id = await deleted(below('event/'));
    expect(await store.keys()).toEqual(names(40, 'event/locked/'));
    expect(failures.toSorted((one, other) => (one.key < other.key ? -1 : 1))).toEqual(
      names(40, 'event/locked/').map((key) => ({ key, kind: 'denied' })),
    );
    expect(await deletionInfo(folder, id)).toMatchObject({ state: 'failed', outcomes: { deleted: 500, failed: 40 } });
    const [first] = (await entriesOf(id)).filter(({ outcome }) => outcome === 'failed');
    expect(first).toMatchObject({ key: 'event/locked/000000.jpg', reason: { kind: 'denied' } });
    // Learned from an answer that was good as a whole, and of this folder only.
    expect(store.rights.of(1)).toMatchObject([{ right: 'delete', folder: 'event/locked/', setting: null }]);

    const open = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: '*', Action: 's3:ListBucket', Resource: `arn:aws:s3:::${store.name}` }] }); // prettier-ignore
    await store.s3.send(new PutBucketPolicyCommand({ Bucket: store.name, Policy: open }));
    await put('event/locked/000005.jpg', 'written anew since');
    failures = [];
    await runDeletion(deps(), id, report, signal);
    expect(failures).toEqual([{ key: 'event/locked/000005.jpg', kind: 'object-changed' }]);
    expect(await store.keys()).toEqual(['event/locked/000005.jpg']);
    expect(store.rights.of(1)).toEqual([]);
  });

  it('looks once more at what was counted a while ago: what was written since is not what a person saw', async () => {
    await putMany(store.bucket, names(60));
    await put('lone.jpg', 'old');
    const id = await begun({ what: 'objects', keys: ['lone.jpg'], prefixes: ['event/'] });
    for (const key of ['event/000000.jpg', 'event/000031.jpg', 'event/000059.jpg', 'lone.jpg']) await put(key, 'new');
    await runDeletion({ ...deps(), holds: -1 }, id, report, signal);
    const kept = ['event/000000.jpg', 'event/000031.jpg', 'event/000059.jpg', 'lone.jpg'];
    expect(failures.toSorted((one, other) => (one.key < other.key ? -1 : 1))).toEqual(
      kept.map((key) => ({ key, kind: 'object-changed' })),
    );
    expect(await store.keys()).toEqual(kept);
  });

  it('lets those delete who may do nothing else', async () => {
    if (ceph === null) return;
    await putMany(store.bucket, names(60));
    const Statement = [
      {
        ...{ Effect: 'Allow', Principal: { AWS: [cephGuest.arn] }, Action: 's3:DeleteObject' },
        Resource: `arn:aws:s3:::${store.name}/event/*`,
      },
    ];
    await store.s3.send(
      new PutBucketPolicyCommand({ Bucket: store.name, Policy: JSON.stringify({ Version: '2012-10-17', Statement }) }),
    );
    const guest = openAs(store.name, ceph, { user: cephGuest });
    try {
      const found = await survey({ what: 'objects', keys: names(60), prefixes: [] }, guest.bucket);
      expect([found.counts.objects, undoableOf(found)]).toEqual([60, 'unknown']);
      await beginDeletion(folder, found.id);
      await runDeletion({ ...deps(guest.bucket), holds: -1 }, found.id, report, signal);
      expect([failures, await store.keys()]).toEqual([[], []]);
      expect(guest.rights.of(1).map(({ right }) => right)).not.toContain('delete');
    } finally {
      guest.close();
    }
  });

  describe('over a bad line', () => {
    let proxy: FaultProxy;
    let through: ReturnType<typeof openAs>;

    beforeEach(async () => {
      if (ceph === null) return;
      proxy = await startFaultProxy(ceph.endpoint);
      through = openAs(store.name, ceph, { endpoint: proxy.endpoint });
    });
    afterEach(async () => {
      through.close();
      await proxy.stop();
    });

    it('makes one mark for each object, however often answers are lost, so that an undo finds them', async () => {
      await keepVersions();
      await putMany(store.bucket, names(450));
      const random = seededRandom('admin-delete lost answers');
      let posts = 0;
      proxy.faults = ({ method }) => {
        // The first of each round, and then seldom enough that no batch fails five times in a row.
        if (method !== 'POST' || (posts++ % 10 > 0 && random.below(8) > 0)) return null;
        return random.pick([
          { kind: 'lose-answer' },
          { kind: 'cut', after: 200 },
          { kind: 'refuse', status: 503, code: 'SlowDown' },
        ] as const);
      };
      for (let round = 0; round < 3; round++) {
        const id = await deleted(below('event/'), through.bucket);
        const { DeleteMarkers = [] } = await store.s3.send(new ListObjectVersionsCommand({ Bucket: store.name }));
        expect(DeleteMarkers).toHaveLength(450);
        await undoDeletion(deps(through.bucket), id, report, signal);
        expect([failures, (await store.keys()).length]).toEqual([[], 450]);
      }
      expect(posts).toBeGreaterThan(30);
    });

    it.each([
      ['refuses it', 501, 'NotImplemented'],
      ['denies it', 403, 'AccessDenied'],
    ])('deletes one by one where the store %s for many', async (_, status, code) => {
      await keepVersions();
      await putMany(store.bucket, names(300));
      proxy.faults = ({ method }) => (method === 'POST' ? { kind: 'refuse', status, code } : null);
      const id = await deleted(below('event/'), through.bucket);
      expect([failures, await store.keys()]).toEqual([[], []]);
      await undoDeletion(deps(through.bucket), id, report, signal);
      expect([failures, (await store.keys()).length]).toEqual([[], 300]);
    });

    it('stops where the network is gone, says what it knows, and goes on later', async () => {
      await putMany(store.bucket, names(1000));
      let posts = 0;
      proxy.faults = ({ method }) => (method === 'POST' && ++posts > 2 ? { kind: 'lose-answer' } : null);
      const id = await begun(below('event/'), through.bucket);
      const failure = await failureOf(runDeletion(deps(through.bucket), id, report, signal));
      expect(failure.kind).toBe('connection-lost');
      const info = await deletionInfo(folder, id);
      expect(info.state).toBe('failed');
      expect(info.outcomes).toMatchObject({ deleted: 2 * 125, failed: 0 });
      expect(info.outcomes.unknown + info.outcomes.untried).toBe(750);
      proxy.faults = () => null;
      await runDeletion(deps(through.bucket), id, report, signal);
      expect(await deletionInfo(folder, id)).toMatchObject({ state: 'done', outcomes: { deleted: 1000 } });
      expect(await store.keys()).toEqual([]);
    });
  });

  it('ends when it is cancelled, without losing sight of what is under way', async () => {
    await putMany(store.bucket, names(1600));
    const id = await begun(below('event/'));
    const stop = new AbortController();
    const cancelling = { ...report, done: () => stop.abort(new Error('cancelled')) };
    await expect(runDeletion(deps(), id, cancelling, stop.signal)).rejects.toThrow('cancelled');
    const { state, outcomes } = await deletionInfo(folder, id);
    expect([state, outcomes.unknown, outcomes.untried + outcomes.deleted]).toEqual(['cancelled', 0, 1600]);
    expect(await store.keys()).toHaveLength(outcomes.untried);
  });

  it('empties the wastebasket of a folder, and brings nothing back by it', async () => {
    await keepVersions();
    for (const text of ['one', 'two', 'three']) await put('event/kept.jpg', text);
    await put('event/gone.jpg', 'secret');
    await put('other/gone.jpg', 'stays');
    await deleted({ what: 'objects', keys: ['event/gone.jpg', 'other/gone.jpg'], prefixes: [] });
    const basket = await survey({ what: 'old-versions', keys: [], prefixes: ['event/'] });
    expect(basket.counts).toMatchObject({ objects: 4, bytes: 3 + 3 + 6 });
    expect(undoableOf(basket)).toBe('none');
    await beginDeletion(folder, basket.id);
    await runDeletion(deps(), basket.id, report, signal);
    expect([failures, await get('event/kept.jpg')]).toEqual([[], 'three']);
    const { Versions = [], DeleteMarkers = [] } = await store.s3.send(
      new ListObjectVersionsCommand({ Bucket: store.name }),
    );
    expect(Versions.map(({ Key }) => Key)).toEqual(['event/kept.jpg', 'other/gone.jpg']);
    expect(DeleteMarkers.map(({ Key }) => Key)).toEqual(['other/gone.jpg']);
  });

  it('leaves the mark of what it may not delete: nothing comes back by half a deletion', async () => {
    await keepVersions();
    await put('event/a.jpg', 'a');
    await deleted(below('event/'));
    const Statement = [
      { Effect: 'Deny', Principal: '*', Action: 's3:DeleteObjectVersion', Resource: `arn:aws:s3:::${store.name}/*` },
    ];
    await store.s3.send(
      new PutBucketPolicyCommand({ Bucket: store.name, Policy: JSON.stringify({ Version: '2012-10-17', Statement }) }),
    );
    const id = await deleted({ what: 'old-versions', keys: [], prefixes: ['event/'] });
    expect(await outcomesOf(id)).toMatchObject({ failed: 1, untried: 1, deleted: 0 });
    expect(await store.keys()).toEqual([]);
  });

  it('brings back what two have deleted at once, by the undo of either, and from what is deleted in the folder', async () => {
    await keepVersions();
    await putMany(store.bucket, names(40));
    const [mine, theirs] = [await begun(below('event/')), await begun(below('event/'))];
    await runDeletion(deps(), mine, report, signal);
    await runDeletion(deps(), theirs, report, signal); // not looked at once more: it saw the same objects just now
    expect((await deletedPage(store.bucket, page, signal)).objects).toHaveLength(40);
    await undoDeletion(deps(), mine, report, signal);
    expect([failures, (await store.keys()).length]).toEqual([[], 40]);
    await undoDeletion(deps(), theirs, report, signal);
    expect([failures, await outcomesOf(theirs)]).toMatchObject([[], { restored: 40 }]);

    for (let round = 0; round < 3; round++) await store.s3.send(new DeleteObjectCommand({ Bucket: store.name, Key: 'event/000007.jpg' })); // prettier-ignore
    const { objects } = await deletedPage(store.bucket, page, signal);
    expect(objects.map(({ key }) => key)).toEqual(['event/000007.jpg']);
    const all = { prefix: 'event/', marks: null, only: null };
    await undelete({ bucket: store.bucket, onChange: () => undefined }, all, report, signal);
    expect([failures, (await store.keys()).length]).toEqual([[], 40]);
  });

  it('says of a locked version until when it is, and does not take it for a want of rights', async () => {
    const Bucket = `test-lock-${randomBytes(6).toString('hex')}`;
    await store.s3.send(new CreateBucketCommand({ Bucket, ObjectLockEnabledForBucket: true }));
    if (ceph === null) return;
    const locked = openAs(Bucket, ceph);
    const until = new Date(Date.now() + 20_000);
    const kept = { ObjectLockMode: 'GOVERNANCE', ObjectLockRetainUntilDate: until } as const;
    const putLocked = async (Key: string, lock: object) =>
      (await store.s3.send(new PutObjectCommand({ Bucket, Key, Body: Key, ...lock }))).VersionId ?? '';
    const versions = [
      { key: 'free', versionId: await putLocked('free', {}) },
      { key: 'held', versionId: await putLocked('held', { ObjectLockLegalHoldStatus: 'ON' }) },
      { key: 'kept', versionId: await putLocked('kept', kept) },
    ];
    try {
      const id = await deleted({ what: 'versions', versions }, locked.bucket);
      const [free, held, retained] = await entriesOf(id);
      expect([free?.outcome, held?.reason?.kind, retained?.reason?.kind]).toEqual([
        ...['deleted', 'object-protected', 'object-protected'],
      ]);
      expect(held?.reason?.message).toContain('legal hold');
      const day = until.toISOString().slice(0, 10);
      expect(retained?.reason?.message).toContain(`until ${day} (object lock, governance mode)`);
      expect(locked.rights.of(1)).toEqual([]);
    } finally {
      locked.close();
    }
  });

  it('deletes single versions for good', async () => {
    await keepVersions();
    for (const text of ['one', 'two', 'three']) await put('a.jpg', text);
    const { Versions = [] } = await store.s3.send(new ListObjectVersionsCommand({ Bucket: store.name }));
    const [latest, middle] = Versions.map(({ VersionId = '' }) => VersionId);
    const versions = [latest, middle, 'no-such-version'].map((versionId) => ({
      key: 'a.jpg',
      versionId: versionId ?? '',
    }));
    const id = await deleted({ what: 'versions', versions });
    expect(await deletionInfo(folder, id)).toMatchObject({ objects: 2, undoable: 0, outcomes: { deleted: 2 } });
    expect(await get('a.jpg')).toBe('one');
  });

  it('says of a bucket whose versioning is suspended what cannot be undone', async () => {
    await put('old.jpg', 'from before'); // its version is `null`
    await keepVersions();
    await put('kept.jpg', 'with a version');
    await keepVersions('Suspended');
    const found = await survey(below(''));
    expect([found.versioning, undoableOf(found), found.counts.final]).toEqual(['suspended', 'some', 1]);
    await beginDeletion(folder, found.id);
    await runDeletion(deps(), found.id, report, signal);
    await undoDeletion(deps(), found.id, report, signal);
    expect(await store.keys()).toEqual(['kept.jpg']);
    expect(await outcomesOf(found.id)).toMatchObject({ restored: 1, lost: 1 });
  });

  it('refuses what the connection or a destination forbids before it asks for anything', async () => {
    if (ceph === null) return;
    await put('own/a.jpg', 'a');
    const readOnly = openAs(store.name, ceph, { readOnly: true });
    const locked = openAs(store.name, ceph, { prefixes: ['own/'] });
    try {
      expect((await failureOf(survey(below('own/'), readOnly.bucket))).kind).toBe('read-only');
      expect((await failureOf(survey(below(''), locked.bucket))).kind).toBe('prefix-locked');
      expect((await failureOf(survey(below('own'), locked.bucket))).kind).toBe('prefix-locked');
      const id = await begun(below('own/'));
      expect((await failureOf(runDeletion(deps(readOnly.bucket), id, report, signal))).kind).toBe('read-only');
      expect([failures, await outcomesOf(id)]).toMatchObject([[], { untried: 1 }]);
      await deleted(below('own/'), locked.bucket);
      expect(await store.keys()).toEqual([]);
    } finally {
      readOnly.close();
      locked.close();
    }
  });

  it('does not run a deletion of another bucket, nor one that nobody began', async () => {
    if (ceph === null) return;
    await put('a.jpg', 'a');
    const id = await begun(below(''));
    const other = await openAdminBucket(ceph);
    try {
      expect((await failureOf(runDeletion(deps(other.bucket), id, report, signal))).kind).toBe('invalid-input');
    } finally {
      other.close();
      other.s3.destroy();
    }
    const { id: onlySurveyed } = await survey(below(''));
    expect((await failureOf(runDeletion(deps(), onlySurveyed, report, signal))).kind).toBe('invalid-input');
    expect((await failureOf(deletionInfo(folder, '../../etc/passwd'))).kind).toBe('invalid-input');
    expect(await store.keys()).toEqual(['a.jpg']);
  });

  it('reads a log whose last line a crash has cut, and goes on behind it', async () => {
    await keepVersions();
    await putMany(store.bucket, names(200));
    const id = await deleted(below('event/'));
    const text = await readFile(logOf(id), 'utf8');
    const cutAt = text.indexOf('{"line":"did"') + 30;
    await rm(logOf(id));
    await appendFile(logOf(id), text.slice(0, cutAt));
    const info = await deletionInfo(folder, id);
    expect([info.state, info.objects]).toEqual(['interrupted', 200]);
    expect(info.outcomes.unknown).toBeGreaterThan(0);
    await undoDeletion(deps(), id, report, signal);
    const after = await deletionInfo(folder, id);
    expect(after.outcomes.restored).toBe(info.outcomes.unknown);
    expect(await listDeletions(folder, { offset: 0, limit: 10 })).toMatchObject({ total: 1, deletions: [{ id }] });
  });
});

describe('a deletion in the practice bucket', () => {
  it('deletes what is named, one folder and not its neighbour, and says that nothing comes back', async () => {
    const folder = await newFolder();
    const practice = await startPracticeBucket({ folder: path.join(folder, 'bucket') });
    const store = openAs(practice.bucket, practice);
    try {
      const { bucket } = store;
      await putMany(bucket, ['cup/a b&c.jpg', 'cup/é.jpg', 'cup-2/a.jpg']);
      const id = newLogId(Date.now());
      const target: DeletionTarget = { what: 'objects', keys: ['gone.jpg'], prefixes: ['cup/'] };
      const order = { id, target, program: 'window' } as const;
      const found = await surveyDeletion({ bucket, dataFolder: folder }, order, () => undefined, signal);
      expect(found.counts).toMatchObject({ objects: 2, missing: 1 });
      expect(undoableOf(found)).toBe('none');
      await beginDeletion(folder, id);
      const failed: string[] = [];
      const report = { total: () => undefined, done: () => undefined, failed: (key: string) => void failed.push(key) };
      await runDeletion({ bucket, dataFolder: folder }, id, report, signal);
      const left: string[] = [];
      for await (const { key } of bucket.storage.list('', signal)) left.push(key);
      expect([failed, left]).toEqual([[], ['cup-2/a.jpg']]);
    } finally {
      store.close();
      await practice.stop();
      await rm(folder, { recursive: true });
    }
  });
});
