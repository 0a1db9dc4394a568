/** Records of a backend whose object is gone: found beside this computer's own, proved by the backend, and deleted there. */
import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { DeleteObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, inject, it, vi } from 'vitest';
import type { Core } from '../../electron/app/core.ts';
import type { AdminTask } from '../../shared/admin-tasks.ts';
import { destinationRulesSchema } from '../../shared/destination.ts';
import { calls } from '../../shared/ipc.ts';
import type { MissingObject, OrphanScan } from '../../shared/orphans.ts';
import { orphans as words } from '../../shared/strings/orphans.ts';
import { openAs } from '../servers/admin-bucket.ts';
import { openTestCore } from '../servers/app-core.ts';
import { person } from '../servers/broker-bench.ts';
import { startBroker, type Broker } from '../servers/broker/broker.ts';
import { openRecords, type MediaRecord } from '../servers/broker/records.ts';
import { createTestBucket, type TestBucket } from '../servers/bucket.ts';
import { putMany } from '../servers/many-objects.ts';
import { seededRandom } from '../servers/random.ts';
import { runSideline } from '../servers/sideline.ts';
import { newFolder, writeTree } from '../servers/tree.ts';

const ceph = inject('ceph');
const hour = 3_600_000;
const other = { username: 'ben', password: 'ben-secret-8' };

describe.skipIf(ceph === null)('records of a backend without object', { timeout: 60_000 }, () => {
  let bucket: TestBucket;
  let folder: string;
  let backend: Broker;
  let core: Core;
  let connectionId: number;
  let teamId: number;

  beforeEach(async () => {
    if (ceph === null) return;
    bucket = await createTestBucket(ceph);
    folder = await newFolder();
    const { endpoint, region, accessKeyId, secretAccessKey } = ceph;
    backend = await startBroker({
      storage: { endpoint, region, bucket: bucket.name, accessKeyId, secretAccessKey },
      users: [{ ...person, id: 'user123' }, other],
      records: { file: path.join(folder, 'records.sqlite') },
      events: { cup: [person.username, other.username], final: [person.username], closed: [other.username] },
    });
    core = openTestCore(path.join(folder, 'data'), {
      askWhere: (name) => Promise.resolve(path.join(folder, name)),
    });
    await core.start({ practice: false });
    connectionId = await connect('Club', bucket);
    teamId = await saveBackend();
  });
  afterEach(async () => {
    await core.close();
    await backend.stop();
    bucket.s3.destroy();
    await rm(folder, { recursive: true });
  });

  async function connect(name: string, to: TestBucket, readOnly = false): Promise<number> {
    const { id } = await core.handlers['connections.save']({
      ...{ id: null, name },
      config: {
        ...{ endpoint: ceph?.endpoint ?? '', region: 'us-east-1', bucket: to.name, pathStyle: true },
        ...{ credentials: { from: 'stored' }, ...(readOnly && { readOnly }) },
      },
      secret: { accessKeyId: ceph?.accessKeyId ?? '', secretAccessKey: ceph?.secretAccessKey ?? '' },
    });
    return id;
  }

  async function saveBackend(settings: object = {}, id: number | null = null): Promise<number> {
    const draft = calls['backends.save'].input.parse({
      ...{ id, name: 'Team', signIn: { with: 'password', ...person } },
      settings: { kind: 'plugs', baseUrl: backend.url, signIn: { how: 'password' }, ...settings },
    });
    return (await core.handlers['backends.save'](draft)).id;
  }

  /** Over the backend, from this computer. */
  async function upload(...names: string[]): Promise<void> {
    await begin(...names);
    const { journal } = core.session;
    await vi.waitFor(() => expect(journal.transfers({ states: ['done'], limit: 100 })).toHaveLength(names.length), {
      timeout: 15_000,
    });
  }

  async function begin(...names: string[]): Promise<void> {
    const source = path.join(folder, 'card');
    await writeTree(source, new Map(names.map((name, at) => [name, 1000 + at])), seededRandom('orphan records'));
    const offer = core.offers.add([source]);
    await core.handlers['offers.start']({
      offerId: offer.id,
      placement: { to: 'connection', connectionId: teamId, prefix: '' },
      details: { title: '', description: '', tags: [], event: 'cup', session: '', person: '' },
    });
  }

  /** As somebody else's computer does. Resolves with the record. */
  async function uploadAs(username: string, event: string): Promise<MediaRecord> {
    const body = new FormData();
    body.set('file', new Blob([`of ${username}`], { type: 'image/jpeg' }), 'b.jpg');
    const headers = { authorization: `Bearer ${backend.token(username)}` };
    const before = new Set(media().map(({ id }) => id));
    const answer = await fetch(`${backend.url}/api/v1/events/${event}/media`, { method: 'POST', body, headers });
    expect(answer.status).toBe(200);
    const added = media().find(({ id }) => !before.has(id));
    if (added === undefined) throw new Error('there is no record of it');
    return added;
  }

  /** Straight into the backend's database. */
  function addRecords(...added: Partial<MediaRecord>[]): void {
    const records = openRecords({ file: path.join(folder, 'records.sqlite') });
    for (const [at, one] of added.entries()) {
      const key = `events/cup/media/added-${at}.jpg`;
      records.addMedia({
        ...{ id: `00000000-0000-4000-8000-${String(at).padStart(12, '0')}`, event_id: 'cup', user_id: 'user123' },
        ...{ title: null, description: null, tags: [], file_url: `https://media.example.org/${key}`, s3_key: key },
        ...{ file_type: 'image/jpeg', file_size: 5, created_at: ago(48 * hour), updated_at: ago(48 * hour) },
        ...one,
      });
    }
    records.close();
  }

  const ago = (ms: number) => new Date(Date.now() - ms).toISOString();
  const media = () => backend.records().media;
  const put = (Key: string) => bucket.s3.send(new PutObjectCommand({ Bucket: bucket.name, Key, Body: 'there' }));
  const drop = (Key: string) => bucket.s3.send(new DeleteObjectCommand({ Bucket: bucket.name, Key }));
  const streamed = () => backend.requests({ path: '*/stream' }).length;
  const deleted = () => backend.requests({ method: 'DELETE' }).length;

  async function scan(olderThan = 0, of = connectionId): Promise<OrphanScan> {
    const order = { connectionId: of, destinationId: null, olderThan };
    const { id } = await core.handlers['orphans.scan'](order);
    return await vi.waitFor(
      async () => {
        const [now] = await core.handlers['orphans.list']({});
        expect(now).toMatchObject({ id, state: 'done' });
        return now as OrphanScan;
      },
      { timeout: 30_000 },
    );
  }

  async function missing(scanId: number): Promise<MissingObject[]> {
    const { rows } = await core.handlers['orphans.page']({ scanId, list: 'missing', offset: 0, limit: 500 });
    return rows as unknown as MissingObject[];
  }

  async function forget(scanId: number, only?: number[]): Promise<{ count: number; task: AdminTask | undefined }> {
    const rows = { scanId, ...(only === undefined ? {} : { only }) };
    const { count, taskId } = await core.handlers['orphans.forgetMissing'](rows);
    const task = await vi.waitFor(
      async () => {
        const found = (await core.handlers['tasks.list']({})).find(({ id }) => id === taskId);
        expect(found?.state).not.toBe('running');
        return found;
      },
      { timeout: 15_000 },
    );
    return { count, task };
  }

  /** Of three that were sent from here, and two of somebody else, one each is gone. */
  async function setGone(): Promise<{ own: MediaRecord; foreign: MediaRecord }> {
    await upload('a.jpg', 'b.jpg', 'c.jpg');
    const foreign = await uploadAs(other.username, 'cup');
    await uploadAs(other.username, 'cup');
    const [, own] = media();
    if (own === undefined) throw new Error('nothing arrived');
    await Promise.all([drop(own.s3_key), drop(foreign.s3_key)]);
    return { own, foreign };
  }

  it('finds those that are gone, each once, with what this computer knows of them; and no other', async () => {
    const { own, foreign } = await setGone();
    const { id, counts } = await scan();
    expect(counts).toMatchObject({ objects: 3, unknown: { count: 0 }, unasked: [] });
    expect(counts.missing).toEqual({
      ...{ count: 2, foreign: 1, unproven: 0 },
      bytes: own.file_size + foreign.file_size,
    });
    const record = { connectionId: teamId, name: 'Team', values: { event_id: 'cup' }, removable: true };
    expect(await missing(id)).toMatchObject([
      { key: own.s3_key, size: own.file_size, id: expect.any(Number) as number, record: { ...record, id: own.id } },
      { key: foreign.s3_key, id: null, source: '', record: { ...record, id: foreign.id } },
    ]);
    expect((await missing(id))[0]?.source).toMatch(/card.[abc]\.jpg$/);
    await core.handlers['orphans.export']({ scanId: id, list: 'missing', format: 'csv' });
    const [head, ...lines] = (await readFile(path.join(folder, 'orphans-missing.csv'), 'utf8')).slice(1).split('\r\n');
    expect(head).toBe('key,bytes,finished,path,backend,record');
    expect(lines[1]).toMatch(new RegExp(`,,Team,${foreign.id}$`));
  });

  it('leaves those that may be on their way: young ones, undated ones, what is of a zone that nobody knows', async () => {
    await put('events/cup/media/there.jpg');
    addRecords(
      { s3_key: 'events/cup/media/there.jpg' },
      { s3_key: 'events/cup/media/old.jpg' },
      { s3_key: 'events/cup/media/pending.jpg', created_at: ago(hour / 2), updated_at: ago(hour / 2) },
      { s3_key: 'events/cup/media/changed.jpg', updated_at: ago(hour / 2) },
      { s3_key: 'events/cup/media/zoneless.jpg', created_at: ago(8 * hour).slice(0, 19), updated_at: '' },
      { s3_key: 'events/cup/media/zoneless-old.jpg', created_at: ago(14 * hour).slice(0, 19), updated_at: '' },
      { s3_key: 'events/cup/media/undated.jpg', created_at: '', updated_at: '' },
    );
    const { id, counts } = await scan(hour);
    expect((await missing(id)).map(({ key }) => path.posix.basename(key))).toEqual(['old.jpg', 'zoneless-old.jpg']);
    expect(counts.missing).toMatchObject({ count: 2, unproven: 1 });
  });

  it('takes nothing for gone that may be of what this computer is sending just now', async () => {
    backend.faults.add({ kind: 'slow', ms: 4000, path: '/api/v1/events/cup/media', method: 'POST' });
    await begin('a.jpg');
    await vi.waitFor(() => expect(media()).toHaveLength(1), { timeout: 15_000 });
    // As a backend may make it, before it has the file.
    addRecords({ s3_key: 'events/cup/media/coming.jpg', file_size: 1000 });
    await put('events/cup/media/else.jpg');
    expect((await scan()).counts.missing).toMatchObject({ count: 0, unproven: 0 });
    const { journal } = core.session;
    await vi.waitFor(() => expect(journal.transfers({ states: ['done'], limit: 1 })).toHaveLength(1), {
      timeout: 15_000,
    });
    expect((await scan()).counts.missing).toMatchObject({ count: 1, unproven: 0 });
  });

  it('deletes the records at the backend and nothing else, but not of what came back; the receipt is marked', async () => {
    const { own, foreign } = await setGone();
    const { id } = await scan();
    expect(await core.handlers['orphans.forgettable']({ scanId: id })).toEqual({
      ...{ receipts: 0, refused: [] },
      records: [{ name: 'Team', count: 2 }],
    });
    await put(foreign.s3_key);
    const before = media();
    const { count, task } = await forget(id);
    expect(count).toBe(0);
    expect(task).toMatchObject({ state: 'failed', items: { done: 1, failed: 1, total: 2 } });
    expect(task?.failures).toMatchObject([{ key: foreign.s3_key, reason: { message: words.cameBack } }]);
    expect(media()).toEqual(before.filter((one) => one.id !== own.id));
    expect(await bucket.keys()).toHaveLength(4);
    expect(deleted()).toBe(1);
    const again = await scan();
    expect(again.counts.missing).toMatchObject({ count: 0, unproven: 0 });
    const sent = core.session.journal.transfers({ states: ['done'], limit: 10 });
    const marked = sent.filter((one) => core.session.journal.historyRow(one.id)?.removedAt !== null);
    expect(marked).toHaveLength(1);
  });

  it('goes on where one fails, and says of each why', async () => {
    addRecords({ s3_key: 'events/cup/a.jpg' }, { s3_key: 'events/cup/b.jpg' }, { s3_key: 'events/cup/c.jpg' });
    await put('events/cup/media/there.jpg');
    const { id } = await scan();
    backend.faults.add({ kind: 'status', status: 500, path: '*/00000000-0000-4000-8000-000000000001' });
    const { task } = await forget(id);
    expect(task).toMatchObject({ state: 'failed', items: { done: 2, failed: 1 } });
    expect(task?.failures).toMatchObject([{ key: 'events/cup/b.jpg', reason: { kind: 'broker-failed' } }]);
    expect(media().map(({ s3_key: key }) => key)).toEqual(['events/cup/b.jpg']);
  });

  it('compares 2,000 records without asking for each', { timeout: 120_000 }, async () => {
    if (ceph === null) return;
    const keys = Array.from({ length: 2000 }, (_, at) => `events/cup/media/${String(at * 7919).padStart(9, '0')}.jpg`);
    addRecords(...keys.toReversed().map((s3_key) => ({ s3_key })));
    const opened = openAs(bucket.name, ceph);
    await putMany(opened.bucket, keys, Buffer.from('there'));
    opened.close();
    expect((await scan()).counts).toMatchObject({ objects: 2000, unknown: { count: 0 }, missing: { count: 0 } });
    expect(streamed()).toBe(0);
    expect(backend.requests({ path: '/api/v1/events/cup/media' }).length).toBeLessThanOrEqual(21);
    await drop(keys[1234] ?? '');
    expect((await scan()).counts.missing).toMatchObject({ count: 1, unproven: 0 });
    expect(streamed()).toBe(2); // that one, and one that is there: what is said of the other then means something
  });

  it('believes no backend that says of everything that it is not there', async () => {
    await setGone();
    await saveBackend({ paths: { stream: '/api/v9/{event_id}/{media_id}', download: null } }, teamId);
    expect((await scan()).counts.missing).toMatchObject({ count: 0, unproven: 2 });
    for (const key of await bucket.keys()) await drop(key);
    expect((await scan()).counts.missing).toMatchObject({ count: 0, unproven: 5 });
    await saveBackend({}, teamId);
    expect((await scan()).counts.missing).toMatchObject({ count: 5, unproven: 0 }); // it speaks otherwise of what nobody has
  });

  it('asks little of a backend that has another storage, and takes nothing there for gone', async () => {
    await upload(...Array.from({ length: 40 }, (_, at) => `${at}.jpg`));
    const elsewhere = await createTestBucket(ceph ?? raise());
    const of = await connect('Elsewhere', elsewhere);
    const { counts } = await scan(0, of);
    expect(counts).toMatchObject({ objects: 0, missing: { count: 0, unproven: 0 }, unasked: [] });
    expect(streamed()).toBeLessThanOrEqual(8);
    elsewhere.s3.destroy();
  });

  it('says what it could not ask: events of others, a storage that fails, a sign-in that is not there', async () => {
    const { own } = await setGone();
    await put('events/closed/media/x.jpg');
    await put('events/no such event/x.jpg');
    const { counts } = await scan();
    expect(counts.missing.count).toBe(2);
    expect(counts.unknown.count).toBe(2);
    expect(counts.unasked).toMatchObject([{ name: 'Team', why: expect.stringContaining('not yours') as string }]);
    const fault = { kind: 'status', status: 500, path: `*/${own.id}/stream` } as const;
    backend.faults.add(fault);
    expect((await scan()).counts.missing).toMatchObject({ count: 1, unproven: 1 });
    await core.handlers['signIns.out']({ connectionId: teamId });
    const alone = await scan();
    expect(alone.counts).toMatchObject({ missing: { count: 0, unproven: 0 }, unasked: [{ name: 'Team' }] });
  });

  it('changes nothing through a read-only connection, nor where the backend cannot delete', async () => {
    const { own, foreign } = await setGone();
    const looker = await connect('Looker', bucket, true);
    const { id } = await scan(0, looker);
    const stays = { count: 1, why: expect.stringMatching(/read-only/) as string };
    expect(await core.handlers['orphans.forgettable']({ scanId: id })).toEqual({
      ...{ receipts: 1, records: [], refused: [stays] },
    });
    const { count, task } = await forget(id);
    expect(count).toBe(1); // this computer's own history may be set right
    expect(task?.failures).toMatchObject([{ key: foreign.s3_key, reason: { kind: 'read-only' } }]);

    await saveBackend({ paths: { remove: null } }, teamId);
    const again = await scan();
    const unable = { count: 1, why: expect.stringMatching(/no way to delete/) as string };
    expect(await core.handlers['orphans.forgettable']({ scanId: again.id, only: [1] })).toMatchObject({
      refused: [unable],
    });
    expect((await missing(again.id)).map(({ key }) => key)).toEqual([own.s3_key, foreign.s3_key]);
    expect((await forget(again.id, [1])).task?.failures).toMatchObject([{ reason: { kind: 'unsupported' } }]);
    expect(deleted()).toBe(0);
    expect(media()).toHaveLength(5);
  });

  it('deletes nothing at another backend than that which it was found at', async () => {
    await setGone();
    const { id } = await scan();
    await saveBackend({ baseUrl: backend.url.replace('127.0.0.1', 'localhost') }, teamId);
    const { task } = await forget(id);
    expect(task?.failures.map(({ reason }) => reason.message)).toEqual([words.otherBackend, words.otherBackend]);
    expect(deleted()).toBe(0);
  });

  describe('at the terminal', () => {
    let env: Record<string, string>;
    const sweep = (...more: string[]) =>
      runSideline(['sweep', '--orphans', '--to', 'Events', '--older-than', '0s', ...more], env);

    beforeEach(async () => {
      env = {
        ...bucket.env(),
        ...{ SIDELINE_DATA_DIR: path.join(folder, 'terminal'), SIDELINE_BROKER_PASSWORD: person.password },
      };
      const team = ['--broker', 'plugs', '--url', backend.url, '--sign-in', person.username];
      expect(await runSideline(['connection', 'add', 'team', ...team], env)).toMatchObject({ code: 0 });
      const store = ['--bucket', bucket.name, '--endpoint', ceph?.endpoint ?? '', '--path-style', '--chain'];
      expect(await runSideline(['connection', 'add', 'club', ...store], env)).toMatchObject({ code: 0 });
      const file = path.join(folder, 'destinations.json');
      const rules = destinationRulesSchema.parse({ name: 'Events', prefix: 'events' });
      const destinations = [{ connection: 'club', rules }];
      await writeFile(file, JSON.stringify({ format: 'sideline-destinations', version: 1, destinations }));
      expect(await runSideline(['destination', 'import', file], env)).toMatchObject({ code: 0 });
    });

    it('lists them, asks, and takes them out of the records', async () => {
      const files = ['a.jpg', 'b.jpg'].map((name) => path.join(folder, name));
      for (const [at, file] of files.entries()) await writeFile(file, seededRandom('orphan records').bytes(2000 + at));
      const sent = ['upload', ...files, '--connection', 'team', '--event', 'cup'];
      expect(await runSideline(sent, env)).toMatchObject({ code: 0 });
      const foreign = await uploadAs(other.username, 'cup');
      const [own, there] = media();
      await Promise.all([drop(own?.s3_key ?? ''), drop(foreign.s3_key)]);
      expect(await sweep('--json')).toMatchObject({ code: 1 });
      const events = (await sweep('--json')).events();
      expect(events).toMatchObject([
        { event: 'missing', key: own?.s3_key, id: expect.any(Number) as number, record: { name: 'team', id: own?.id } },
        { event: 'missing', key: foreign.s3_key, id: null, record: { name: 'team', id: foreign.id } },
        { event: 'summary', missing: { count: 2, foreign: 1, unproven: 0 }, unasked: [] },
      ]);
      expect((await sweep()).stdout).toMatch(/gone: +2 kB {2}events\/cup\/media\/.*\.jpg {2}\(This computer, team\)\n/);
      const unasked = await sweep('--forget');
      expect(unasked.code).toBe(2);
      expect(unasked.stderr).toContain('--yes');
      expect(media()).toHaveLength(3);
      const forgotten = await sweep('--forget', '--yes', '--json');
      const done = forgotten.events().slice(3);
      expect(done.slice(0, 2).toSorted((a, b) => (String(a.key) < String(b.key) ? -1 : 1))).toEqual([
        { event: 'forgotten', key: own?.s3_key, record: own?.id },
        { event: 'forgotten', key: foreign.s3_key, record: foreign.id },
      ]);
      expect(done.slice(2)).toEqual([{ event: 'summary', forgotten: { receipts: 0, records: 2, failed: 0 } }]);
      expect(forgotten.code).toBe(0);
      expect(media()).toEqual([there]);
      expect((await runSideline(['history'], env)).stdout).toMatch(/, deleted\n/);
      expect(await sweep('--forget', '--yes')).toMatchObject({ code: 0 });

      const kept = await bucket.keys();
      const plain = ['upload', files[0] ?? '', '--to', 'Events'];
      expect(await runSideline(plain, env)).toMatchObject({ code: 0 });
      const sentPlainly = (await bucket.keys()).find((key) => !kept.includes(key)) ?? '';
      await drop(sentPlainly);
      expect((await sweep()).stdout).toContain(`${sentPlainly}  (This computer)\n`);
      const marked = await sweep('--forget', '--yes');
      expect(marked).toMatchObject({ code: 0 });
      expect(marked.stdout).toContain(`marked as deleted: ${sentPlainly}\n`);
      expect(await sweep()).toMatchObject({ code: 0 });
    });
  });
});

function raise(): never {
  throw new Error('there is no Ceph');
}
