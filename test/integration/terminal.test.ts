/** The terminal command, as a script and a person meet it: what it says, how it ends, what it leaves behind. */
import { readFile, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { openJournal } from '../../electron/journal/open.ts';
import { createTestBucket, type TestBucket } from '../servers/bucket.ts';
import { startFaultProxy, type FaultProxy, type Seen } from '../servers/fault-proxy.ts';
import { seededRandom } from '../servers/random.ts';
import { runSideline, startSideline } from '../servers/sideline.ts';
import { hashTree, newFolder, writeTree } from '../servers/tree.ts';

const ceph = inject('ceph');
const MiB = 2 ** 20;

describe('wrong use', () => {
  it.each([
    [[], /Usage: sideline/],
    [['frobnicate'], /unknown command 'frobnicate'/],
    [['upload'], /missing required argument 'path'/],
    [['upload', '/no/such/folder'], /PATH: there is no file or folder .*no.such.folder/],
    [['upload', ''], /PATH: it is empty/],
    [['cancel', '7'], /ID: there is no file with the number 7/],
    [['retry', '7'], /ID: there is no file with the number 7/],
    [['upload', '.', '--limit-rate', 'fast'], /--limit-rate/],
    [['upload', '.', '--concurrency', '0'], /--concurrency/],
    [['upload', '.', '--prefix', 'a/../b'], /--prefix: no key can begin with "a\/..\/b"/],
    [['upload', '.'], /no connection yet/],
    [['upload', '.', '--connection', 'club'], /--connection: there is none named "club"/],
    [['retry', 'x'], /ID: "x" is no number/],
    [['connection', 'add', 'x', '--bucket', 'B!', '--chain'], /--bucket: a bucket name has/],
    [['connection', 'add', 'x', '--bucket', 'abc', '--endpoint', 'ftp://x', '--chain'], /--endpoint: an endpoint is/],
    [
      ['connection', 'add', 'x', '--bucket', 'abc', '--endpoint', 'http://x/abc', '--chain'],
      /--endpoint: leave out what follows/,
    ],
    [
      ['connection', 'add', 'x', '--bucket', 'abc', '--endpoint', 'http://a:b@x', '--chain'],
      /--endpoint: leave out what follows/,
    ],
  ])('sideline %j ends with 2 and says what is wrong', async (args, words) => {
    const data = await newFolder();
    const ended = await runSideline(args, { SIDELINE_DATA_DIR: data });
    expect(ended.stderr).toMatch(words);
    expect(ended.stderr).not.toMatch(/^ +at .*:\d+/m);
    expect(ended.code).toBe(2);
    await rm(data, { recursive: true });
  });
});

describe('a key that was typed into the window', () => {
  const words =
    'The key of "Club" was typed into the window, and only the window can read it: upload there, or give the terminal a connection of its own with "sideline connection add".';

  /** As the window leaves it: its connection in the journal, its key in a file that only the keychain opens. */
  async function windowsFolder(): Promise<{ data: string; batchId: number }> {
    const data = await newFolder();
    const journal = openJournal({ folder: data });
    const where = { endpoint: 'http://127.0.0.1:9', region: 'us-east-1', bucket: 'media', pathStyle: true };
    const { id } = journal.addConnection('Club', { ...where, credentials: { from: 'stored' } });
    const batch = journal.addBatch({ connectionId: id, prefix: '', roots: [data], createdAt: 1 });
    journal.setPlanned(batch.id, 1);
    const file = { source: path.join(data, 'a.jpg'), key: 'a.jpg', size: 1, mtime: 1, inode: '1' };
    const fresh = { reason: null, checkFirst: false, state: 'planned' } as const;
    journal.addTransfer({ ...file, ...fresh, batchId: batch.id, connectionId: id });
    journal.close();
    await writeFile(path.join(data, 'secrets.bin'), 'sealed');
    return { data, batchId: batch.id };
  }

  it.each([['upload', '.'], ['resume'], ['connection', 'test'], ['ls']])(
    'sideline %s says what to do, and leaves what is under way to the window',
    async (...args) => {
      const { data, batchId } = await windowsFolder();
      const ended = await runSideline(args, { SIDELINE_DATA_DIR: data });
      expect(ended.stderr).toContain(words);
      expect(ended.code).toBe(2);
      const journal = openJournal({ folder: data });
      expect(journal.totals(batchId).planned.files).toBe(1);
      expect(journal.batches()).toHaveLength(1);
      journal.close();
      await rm(data, { recursive: true });
    },
  );

  it('does not keep the terminal from what it can read', async () => {
    const { data, batchId } = await windowsFolder();
    const env = { SIDELINE_DATA_DIR: data, AWS_ACCESS_KEY_ID: 'AKIATERMINAL', AWS_SECRET_ACCESS_KEY: 'secret' };
    const add = ['connection', 'add', 'mine', '--bucket', 'media', '--endpoint', 'http://127.0.0.1:9', '--path-style'];
    expect((await runSideline(add, env)).code).toBe(0);
    const tested = await runSideline(['connection', 'test', 'mine'], env);
    expect(tested.stdout).toContain('127.0.0.1:9');
    expect(tested.stderr).not.toContain('typed into the window');
    const journal = openJournal({ folder: data });
    const mine = journal.connections().find(({ name }) => name === 'mine');
    const batch = journal.addBatch({ connectionId: mine?.id ?? 0, prefix: '', roots: [data], createdAt: 2 });
    journal.setPlanned(batch.id, 1);
    const [planned] = journal.transfers({ batchId, limit: 1 });
    if (planned === undefined) throw new Error('there is no transfer');
    journal.addTransfer({ ...planned, batchId: batch.id, connectionId: batch.connectionId, state: 'planned' });
    journal.close();
    const resumed = await runSideline(['resume', '--wait', '1s'], env);
    expect(resumed.stdout).toContain(words);
    expect(resumed.code).toBe(3); // its own was tried: nothing answers there
    const after = openJournal({ folder: data });
    expect(after.totals(batchId).planned.files).toBe(1);
    after.close();
    await rm(data, { recursive: true });
  });
});

describe.skipIf(ceph === null)('on a real S3', () => {
  let bucket: TestBucket;
  let folder: string;
  let event: string;
  let env: Record<string, string>;
  let proxy: FaultProxy;

  beforeEach(async () => {
    if (ceph === null) return;
    bucket = await createTestBucket(ceph);
    folder = await newFolder();
    event = path.join(folder, 'event');
    proxy = await startFaultProxy(ceph.endpoint);
    env = { ...bucket.env(proxy.endpoint), SIDELINE_DATA_DIR: path.join(folder, 'data') };
  });
  afterEach(async () => {
    await proxy.stop();
    bucket.s3.destroy();
    await rm(folder, { recursive: true });
  });

  const write = (files: [string, number][]) => writeTree(event, new Map(files), seededRandom('terminal'));

  it('ends with 3 where there is no network for longer than --wait, and `resume` goes on', async () => {
    await write([['a.jpg', 1000], ['b.mp4', 20 * MiB]]); // prettier-ignore
    await proxy.goAway();
    const waiting = await runSideline(['upload', event, '--json', '--wait', '1s'], env);
    expect(waiting.code).toBe(3);
    expect(waiting.summary()).toMatchObject({ files: 2, done: 0, failed: 0 });
    const told = await runSideline(['status', '--json'], env);
    expect(JSON.parse(told.stdout)).toMatchObject({ batches: [{ bucket: bucket.name }] });
    await proxy.comeBack();
    const resumed = await runSideline(['resume', '--json'], env);
    expect(resumed.code).toBe(0);
    expect(resumed.summary()).toMatchObject({ files: 2, done: 2 });
    expect(await bucket.hashes()).toEqual(await hashTree(event));
  });

  /** As the window's "Pause" does it, of files that have not begun. */
  function pauseAll(): void {
    const journal = openJournal({ folder: path.join(folder, 'data') });
    const ahead = journal.transfers({ states: ['planned', 'queued', 'waiting'], limit: 100 });
    for (const transfer of ahead) journal.move(transfer, 'paused');
    journal.close();
  }

  it('ends with 3 at once where all that is left is paused, and only `resume` goes on with it', async () => {
    await write([['a.jpg', 1000], ['b.jpg', 2000]]); // prettier-ignore
    await symlink(path.join(folder, 'none.jpg'), path.join(event, 'c.jpg'));
    await proxy.goAway();
    expect((await runSideline(['upload', event, '--wait', '1s'], env)).code).toBe(3);
    await proxy.comeBack();
    pauseAll();
    expect((await runSideline(['status'], env)).stdout).toContain(': 2 paused, 1 failed\n');
    const again = await runSideline(['upload', event], env); // without --wait: it would wait for minutes
    expect([again.code, again.stderr]).toEqual([3, '']);
    expect(again.stdout).toContain('2 wait: "sideline resume" goes on with them.');
    await rm(path.join(event, 'c.jpg'));
    await writeFile(path.join(event, 'c.jpg'), 'c');
    const retried = await runSideline(['retry', '--json'], env);
    expect([retried.code, retried.summary()]).toMatchObject([3, { files: 3, done: 1, failed: 0 }]);
    expect(await bucket.keys()).toEqual(['event/c.jpg']);
    const resumed = await runSideline(['resume', '--json'], env);
    expect([resumed.code, resumed.summary()]).toMatchObject([0, { files: 3, done: 3 }]);
    expect(await bucket.hashes()).toEqual(await hashTree(event));
  });

  it('stops in order on Ctrl-C with 3, and the same command goes on', async () => {
    await write([['b.mp4', 40 * MiB]]);
    const { child, ended } = startSideline(['upload', event, '--json', '--limit-rate', '10M'], env);
    while (!proxy.seen.some(isStoredPart)) await sleep(10);
    child.kill('SIGINT');
    const { code, summary } = await ended;
    expect(code).toBe(3);
    expect(summary()).toMatchObject({ files: 1, done: 0, failed: 0 });
    const again = await runSideline(['upload', event, '--json'], env);
    expect(again.summary()).toMatchObject({ done: 1, failed: 0 });
    expect(again.summary().bytesSent).toBeLessThan(40 * MiB);
    expect(await bucket.hashes()).toEqual(await hashTree(event));
  });

  it('refuses to start twice on the same data, naming the one that runs; status and ls still answer', async () => {
    await write([['b.mp4', 30 * MiB]]);
    const others = Promise.withResolvers<undefined>();
    const isPart = ({ path: of, query }: Seen) => of.includes('/event/') && query.has('partNumber');
    proxy.faults = (request) => (isPart(request) ? { kind: 'hold-answer', until: others.promise } : null);
    const first = startSideline(['upload', event, '--json'], env);
    while (!proxy.seen.some(isPart)) await sleep(10);
    const second = await runSideline(['resume'], env);
    expect(second.code).toBe(2);
    expect(second.stderr).toContain(`process ${first.child.pid}`);
    expect((await runSideline(['status'], env)).stdout).toContain('1 uploading');
    expect((await runSideline(['ls'], env)).code).toBe(0);
    expect((await runSideline(['connection', 'list'], env)).stdout).toContain(bucket.name);
    others.resolve(undefined);
    expect((await first.ended).code).toBe(0);
  });

  it('cancels: what was begun at the storage is aborted', async () => {
    await write([['a.jpg', 10], ['b.mp4', 30 * MiB]]); // prettier-ignore
    const { child, ended } = startSideline(['upload', event, '--limit-rate', '8M'], env);
    while (!proxy.seen.some(isStoredPart)) await sleep(10);
    child.kill('SIGKILL');
    await ended;
    expect(await bucket.uploadsLeft()).toEqual(['event/b.mp4']);
    const cancelled = await runSideline(['cancel'], env);
    expect(cancelled.code).toBe(0);
    expect(cancelled.stdout).toMatch(/[12] files? cancelled/);
    expect(await bucket.uploadsLeft()).toEqual([]);
    expect((await runSideline(['resume'], env)).stdout).toContain('Nothing is left to do.');
  });

  /** Cancelled without network after a crash: its multipart upload is left on the store. */
  async function cancelOffline(): Promise<void> {
    await write([['a.jpg', 10], ['b.mp4', 30 * MiB]]); // prettier-ignore
    const { child, ended } = startSideline(['upload', event, '--limit-rate', '8M'], env);
    while (!proxy.seen.some(isStoredPart)) await sleep(10);
    child.kill('SIGKILL');
    await ended;
    await proxy.goAway();
    expect((await runSideline(['cancel'], env)).code).toBe(3);
    expect(await bucket.uploadsLeft()).toEqual(['event/b.mp4']);
  }

  it.each(['resume', 'retry'])('aborts by `%s` what was cancelled without network', async (command) => {
    await cancelOffline();
    await proxy.comeBack();
    const ended = await runSideline([command], env);
    expect([ended.code, ended.stderr]).toEqual([0, '']);
    expect(ended.stdout).not.toContain('aborted');
    expect(await bucket.uploadsLeft()).toEqual([]);
  });

  it('says what could not be aborted still, without waiting for it, and aborts it by an upload elsewhere', async () => {
    await cancelOffline();
    const offline = await runSideline(['resume', '--json'], env);
    expect(offline.code).toBe(0);
    expect(offline.stdout).toMatch(/could not be aborted yet/);
    expect(offline.summary().seconds).toBeLessThan(6);
    await proxy.comeBack();
    if (ceph === null) return;
    const other = await createTestBucket(ceph);
    const elsewhere = await runSideline(['upload', path.join(event, 'a.jpg')], { ...env, ...other.env() });
    other.s3.destroy();
    expect(elsewhere.code).toBe(0);
    expect(await bucket.uploadsLeft()).toEqual([]);
  });

  it('names `resume` for earlier uploads that are not finished, and `retry` for those that only failed', async () => {
    await write([['a.jpg', 10], ['b.jpg', 10]]); // prettier-ignore
    proxy.faults = ({ method, path: of }) =>
      method === 'PUT' && of.endsWith('/a.jpg') ? { kind: 'refuse', status: 403, code: 'AccessDenied' } : null;
    expect((await runSideline(['upload', event], env)).code).toBe(1);
    const next = await runSideline(['upload', path.join(event, 'b.jpg')], env);
    expect(next.stdout).toContain('1 earlier upload with files that failed: "sideline retry" tries them again.');
    expect(next.stdout).not.toContain('not finished');
  });

  it('ends with 1 when files failed, says why, and `retry` ends with 0 once it can', async () => {
    await write([['a.jpg', 10], ['b.jpg', 10]]); // prettier-ignore
    proxy.faults = ({ method, path: of }) =>
      method === 'PUT' && of.endsWith('/event/a.jpg') ? { kind: 'refuse', status: 403, code: 'AccessDenied' } : null;
    const failed = await runSideline(['upload', event], env);
    expect(failed.code).toBe(1);
    expect(failed.stdout).toContain(`failed: ${path.join(event, 'a.jpg')}`);
    expect(failed.stdout).toMatch(/1 of 2 files/);
    proxy.faults = () => null;
    const retried = await runSideline(['retry'], env);
    expect(retried.stdout).toContain('1 file is tried again.');
    expect(retried.code).toBe(0);
    expect((await bucket.keys()).length).toBe(2);
  });

  it('tries again only what failed for one kind of reason, and says which kinds there are', async () => {
    await write([['a.jpg', 10], ['c.jpg', 10]]); // prettier-ignore
    await symlink(path.join(event, 'none.jpg'), path.join(event, 'b.jpg'));
    proxy.faults = ({ method, path: of }) =>
      method === 'PUT' && of.endsWith('/event/a.jpg') ? { kind: 'refuse', status: 403, code: 'AccessDenied' } : null;
    expect((await runSideline(['upload', event], env)).code).toBe(1);
    proxy.faults = () => null;
    const refused = await runSideline(['retry', '--kind', 'offline'], env);
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining('is of: denied, source-gone.')]);
    const retried = await runSideline(['retry', '--kind', 'denied'], env);
    expect(retried.stdout).toContain('1 file is tried again.');
    expect(retried.code).toBe(1); // the other is still gone
    expect((await bucket.keys()).toSorted()).toEqual(['event/a.jpg', 'event/c.jpg']);
  });

  it('sets a damaged journal aside, says so, and sends nothing twice', async () => {
    await write([['a.jpg', 1000], ['b.mp4', 20 * MiB]]); // prettier-ignore
    expect((await runSideline(['upload', event], env)).code).toBe(0);
    const file = path.join(folder, 'data', 'journal.sqlite');
    await rm(`${file}-wal`, { force: true });
    const bytes = await readFile(file);
    bytes.fill(0x5a, 0, 2048);
    await writeFile(file, bytes);
    const again = await runSideline(['upload', event, '--json'], env);
    expect(again.stderr).toMatch(/The journal was damaged and has been set aside as .*journal\.damaged-/);
    expect(again.code).toBe(0);
    expect(again.summary()).toMatchObject({ bytesSent: 0, failed: 0 });
    expect((await readdir(path.join(folder, 'data'))).some((name) => name.startsWith('journal.damaged-'))).toBe(true);
    expect(await bucket.hashes()).toEqual(await hashTree(event));
  });

  it('keeps secrets out of everything that it writes but the one file that is for them', async () => {
    await write([['a.jpg', 10], ['b.mp4', 20 * MiB]]); // prettier-ignore
    const secret = 'Not-The-Secret-But-One-Like-It-0123456789';
    const own = { SIDELINE_DATA_DIR: env.SIDELINE_DATA_DIR ?? '' };
    const typed = { ...own, AWS_ACCESS_KEY_ID: 'AKIDNOTKNOWN', AWS_SECRET_ACCESS_KEY: secret };
    const where = ['--bucket', bucket.name, '--endpoint', proxy.endpoint, '--path-style'];
    expect((await runSideline(['connection', 'add', 'club', ...where], typed)).code).toBe(0);
    const tested = await runSideline(['connection', 'test', 'club'], own);
    expect(tested.code).toBe(1);
    const refused = await runSideline(['upload', event, '--json'], own);
    expect(refused.code).toBe(1);
    proxy.faults = ({ number }) => (number % 3 === 0 ? { kind: 'refuse', status: 500, code: 'InternalError' } : null);
    const chosen = await runSideline(['upload', event, '--json', '--prefix', 'x', '--connection', 'club'], own);
    const said = [tested, refused, chosen].map(({ stdout, stderr }) => stdout + stderr).join('');
    const secrets = path.join(folder, 'data', 'secrets.json');
    expect(await readFile(secrets, 'utf8')).toContain(secret);
    if (process.platform !== 'win32') expect((await stat(secrets)).mode & 0o777).toBe(0o600);
    const written = await readdir(path.join(folder, 'data'), { recursive: true, withFileTypes: true });
    const files = written.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
    const others = files.filter((file) => file !== secrets);
    expect(others.some((file) => file.endsWith('sideline.log'))).toBe(true);
    for (const text of [said, ...(await Promise.all(others.map((file) => readFile(file, 'latin1'))))]) {
      expect(text.includes(secret)).toBe(false);
      expect(/Signature=[0-9a-f]{16}/i.test(text)).toBe(false);
    }
    const removed = await runSideline(['connection', 'remove', 'club'], own);
    expect(removed.code).toBe(2); // its uploads are not finished
    expect((await runSideline(['cancel'], own)).code).toBe(0);
    expect((await runSideline(['connection', 'remove', 'club'], own)).code).toBe(0);
    expect(await readFile(secrets, 'utf8')).not.toContain(secret);
  });

  it.skipIf(process.platform === 'win32')(
    'prints names as text: control characters of a file name move no cursor',
    async () => {
      await write([['\u001b[2Jgone.jpg', 10]]);
      const ended = await runSideline(['upload', event], env);
      expect(ended.code).toBe(1);
      expect(ended.stdout).toContain('\\u{1b}[2Jgone.jpg');
      expect(ended.stdout).not.toContain('\u001b[2J');
    },
  );

  it('lists what is there', async () => {
    await write([['a.jpg', 10], ['sub/b.jpg', 2000]]); // prettier-ignore
    await runSideline(['upload', event], env);
    const listed = await runSideline(['ls', 'event/sub/'], env);
    expect(listed.stdout).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z +2 kB {2}event\/sub\/b\.jpg\n$/);
    const lines = (await runSideline(['ls', '--recursive', '--json'], env)).events();
    expect(lines.map(({ key, size }) => [key, size])).toEqual([['event/a.jpg', 10], ['event/sub/b.jpg', 2000]]); // prettier-ignore
  });
});

/** One of the event's: the probe of what the store can do sends parts too. */
function isStoredPart({ path: of, query, status }: Seen): boolean {
  return of.includes('/event/') && query.has('partNumber') && status === 200;
}
