/** Backends at the terminal: added, tried, signed in to, uploaded to, cancelled. */
import { spawn } from 'node:child_process';
import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { person } from '../servers/broker-bench.ts';
import { startBroker, type Broker } from '../servers/broker/broker.ts';
import { createTestBucket, type TestBucket } from '../servers/bucket.ts';
import { seededRandom } from '../servers/random.ts';
import { runSideline, startSideline, type Ended } from '../servers/sideline.ts';
import { newFolder } from '../servers/tree.ts';

const ceph = inject('ceph');
const commandLine = path.join(import.meta.dirname, '..', '..', 'electron', 'cli.ts');

describe.skipIf(ceph === null)('a backend at the terminal', { timeout: 60_000 }, () => {
  let bucket: TestBucket;
  let backend: Broker;
  let folder: string;
  let env: Record<string, string>;

  beforeEach(async () => {
    if (ceph === null) return;
    bucket = await createTestBucket(ceph);
    const { endpoint, region, accessKeyId, secretAccessKey } = ceph;
    backend = await startBroker({
      storage: { endpoint, region, bucket: bucket.name, accessKeyId, secretAccessKey },
      users: [{ ...person, id: 'user123' }],
    });
    folder = await newFolder();
    env = { SIDELINE_DATA_DIR: path.join(folder, 'data'), SIDELINE_BROKER_PASSWORD: person.password };
  });
  afterEach(async () => {
    await backend.stop();
    bucket.s3.destroy();
    await rm(folder, { recursive: true });
  });

  const add = (kind: string, more: string[] = ['--sign-in', person.username], other: Record<string, string> = env) =>
    runSideline(['connection', 'add', 'team', '--broker', kind, '--url', backend.url, ...more], other);

  /** With a text on its standard input. */
  async function piped(args: readonly string[], text: string): Promise<number | null> {
    const child = spawn(process.execPath, [commandLine, ...args], { env: { ...process.env, ...env } });
    child.stdin.end(text);
    return await new Promise((resolve) => child.on('close', resolve));
  }

  const listed = async () =>
    JSON.parse((await runSideline(['connection', 'list', '--json'], env)).stdout) as Record<string, unknown>[];

  it.each(['fitness', 'idance', 'upload-module', 'plugs'])('of kind %s is added, tried and listed', async (kind) => {
    expect(await add(kind)).toMatchObject({ code: 0, stderr: '' });
    const tried = await runSideline(['connection', 'test', 'team'], env);
    expect(tried.stdout).toMatch(/^"team" works \(\d+ ms\), signed in as user123\.\n$/);
    expect(tried.code).toBe(0);
    expect(await listed()).toMatchObject([{ name: 'team', config: { kind: 'broker', settings: { kind } } }]);
    expect((await runSideline(['connection', 'list'], env)).stdout).toContain(`${backend.url} (${kind}), 0 files sent`);
    expect(backend.records()).toEqual({ finishedFiles: [], sessions: [], uploads: [], media: [] });
  });

  it('is not stored where the backend does not take the sign-in, or something is missing', async () => {
    const wrong = await add('plugs', undefined, { ...env, SIDELINE_BROKER_PASSWORD: 'wrong' });
    expect(wrong).toMatchObject({ code: 1 });
    expect(wrong.stderr).toMatch(/does not accept this sign-in/);
    const refused: [Promise<Ended>, RegExp][] = [
      [add('plugs', []), /--sign-in with a user name, or --token-stdin/],
      [add('other'), /--broker/],
      [runSideline(['connection', 'add', 'x', '--broker', 'plugs', '--sign-in', 'anna'], env), /--url/],
      [runSideline(['connection', 'add', 'x', '--chain'], env), /--bucket/],
      [add('plugs', ['--sign-in', 'anna', '--settings', path.join(folder, 'none.json')]), /--settings/],
    ];
    for (const [command, words] of refused) {
      const ended = await command;
      expect(ended.stderr).toMatch(words);
      expect(ended.code).toBe(2);
    }
    expect(await listed()).toEqual([]);
    expect(await readFile(path.join(folder, 'data', 'secrets.json'), 'utf8').catch(() => '{}')).not.toContain('wrong');
  });

  it('takes a token from standard input, and settings from a file', async () => {
    const settings = path.join(folder, 'settings.json');
    await writeFile(settings, JSON.stringify({ largestFile: 1000 }));
    const token = ['connection', 'add', 'team', '--broker', 'fitness', '--url', backend.url, '--token-stdin'];
    expect(await piped([...token, '--settings', settings], `Bearer ${backend.token(person.username)}\n`)).toBe(0);
    expect((await runSideline(['connection', 'test', 'team', '--json'], env)).events()).toMatchObject([{ ok: true }]);
    const file = path.join(folder, 'a.jpg');
    await writeFile(file, Buffer.alloc(1001));
    const upload = await runSideline(['upload', file, '--connection', 'team', '--json'], env);
    expect(upload.summary()).toMatchObject({ failed: 1 });
    const plan = await runSideline(['status', '--json'], env);
    expect(plan.stdout).toContain('larger than the storage accepts (1 kB)');
  });

  it('that asks to sign in again ends with 3 and says so; after sign-in, resume goes on', async () => {
    const settings = path.join(folder, 'settings.json');
    await writeFile(settings, JSON.stringify({ signIn: { how: 'password', refreshPath: null } }));
    expect(await add('plugs', ['--sign-in', person.username, '--settings', settings])).toMatchObject({ code: 0 });
    backend.faults.add({ kind: 'unauthorized', path: '/api/v1/*' });
    const file = path.join(folder, 'a.jpg');
    await writeFile(file, seededRandom('terminal backends').bytes(5000));
    const upload = await runSideline(['upload', file, '--connection', 'team', '--event', 'cup', '--title', 'A'], env);
    expect(upload.stdout + upload.stderr).toMatch(/asks to sign in again/);
    expect(upload.code).toBe(3);
    const tried = await runSideline(['connection', 'test', 'team'], env);
    expect(tried.code).toBe(1);
    expect(await runSideline(['connection', 'sign-in', 'team', '--sign-in', person.username], env)).toMatchObject({
      code: 0,
    });
    expect(await runSideline(['resume', '--json'], env)).toMatchObject({ code: 0 });
    expect(backend.records().media).toMatchObject([{ event_id: 'cup', title: 'A' }]);
    expect(await listed()).toMatchObject([{ counts: { successes: 1, failures: 0, bytes: 5000 } }]);
  });

  it('is told by "cancel" what will not come', async () => {
    expect(await add('upload-module')).toMatchObject({ code: 0 });
    const file = path.join(folder, 'a.mp4');
    await writeFile(file, seededRandom('terminal backends').bytes(3_000_000));
    const upload = ['upload', file, '--connection', 'team', '--limit-rate', '100K'];
    const { child, ended } = startSideline(upload, env);
    await expect.poll(() => backend.records().uploads.length, { timeout: 10_000 }).toBe(1);
    await sleep(300);
    child.kill('SIGKILL');
    await ended;
    expect(backend.records().uploads).toMatchObject([{ status: 'pending' }]);
    expect(await runSideline(['cancel'], env)).toMatchObject({ code: 0 });
    expect(backend.records().uploads).toMatchObject([{ status: 'failed' }]);
    expect(await bucket.keys()).toEqual([]);
  });

  it('has no bucket to be listed, and says so', async () => {
    await add('fitness');
    const ended = await runSideline(['ls', '--connection', 'team'], env);
    expect(ended.stderr).toMatch(/over "team" a backend stands before the storage/);
    expect(ended.code).toBe(2);
  });
});
