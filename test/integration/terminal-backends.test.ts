/** Backends at the terminal: added, tried, signed in to, uploaded to, cancelled. */
import { spawn } from 'node:child_process';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DeleteObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { z } from 'zod';
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

  it('renews a pasted token where that which renews it is in the second line', async () => {
    const asked = await fetch(`${backend.url}/api/auth/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ username: person.username, password: person.password }),
    });
    const given = z.object({ access_token: z.string(), refresh_token: z.string() }).parse(await asked.json());
    const token = ['connection', 'add', 'team', '--broker', 'fitness', '--url', backend.url, '--token-stdin'];
    expect(await piped(token, `${given.access_token}\n${given.refresh_token}\nand more`)).toBe(2);
    expect(await piped(token, `${given.access_token}\n${given.refresh_token}\n`)).toBe(0);
    backend.faults.add({ kind: 'unauthorized', path: '/api/storage/*', times: 1 });
    const file = path.join(folder, 'a.jpg');
    await writeFile(file, seededRandom('terminal backends').bytes(1000));
    expect(await runSideline(['upload', file, '--connection', 'team'], env)).toMatchObject({ code: 0 });
    expect(backend.requests({ path: '/api/auth/refresh' })).toHaveLength(1);
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

  it('lists by event and type, compares, and deletes what was sent with its record', async () => {
    await add('plugs');
    const random = seededRandom('terminal backends');
    for (const name of ['a.jpg', 'b.jpg', 'c.mp4']) await writeFile(path.join(folder, name), random.bytes(3000));
    const files = ['a.jpg', 'b.jpg', 'c.mp4'].map((name) => path.join(folder, name));
    expect(
      await runSideline(['upload', ...files, '--connection', 'team', '--event', 'cup', '--title', 'Final'], env),
    ).toMatchObject({ code: 0 });

    const listed = await runSideline(['ls', '--connection', 'team', '--event', 'cup'], env);
    expect(listed.stdout.split('\n')).toHaveLength(4);
    expect(listed.stdout).toMatch(/3 kB {2}events\/cup\/media\/.*\.mp4 {2}Final\n/);
    const videos = (await runSideline(['ls', '--event', 'cup', '--type', 'video/mp4', '--json'], env)).events();
    expect(videos).toMatchObject([{ type: 'video/mp4', size: 3000, title: 'Final' }]);
    const unsaid = await runSideline(['ls', '--connection', 'team'], env);
    expect(unsaid).toMatchObject({ code: 2 });
    expect(unsaid.stderr).toContain('--event');

    expect(await runSideline(['verify', '1'], env)).toMatchObject({
      code: 0,
      stdout: '3 objects are as they were sent.\n',
    });
    const [first] = (await runSideline(['history', '--json'], env)).events();
    const asked = await runSideline(['history', 'delete', String(first?.id)], env);
    expect(asked).toMatchObject({ code: 2 });
    expect(asked.stderr).toContain('--yes');
    expect(backend.records().media).toHaveLength(3);
    expect(await runSideline(['history', 'delete', '99', '--yes'], env)).toMatchObject({ code: 2 });
    const deleted = await runSideline(['history', 'delete', String(first?.id), '--yes'], env);
    expect(deleted).toMatchObject({ code: 0, stdout: `deleted: ${String(first?.key)}\n`, stderr: '' });
    expect(backend.records().media).toHaveLength(2);
    expect(await bucket.keys()).toHaveLength(2);
    expect((await runSideline(['history'], env)).stdout).toMatch(
      new RegExp(`^#${String(first?.id)} .*, deleted\\n`, 'm'),
    );
    expect((await runSideline(['export', '1', '--mapping'], env)).stdout.trim().split('\n')).toHaveLength(3);
    expect(await runSideline(['verify', '1'], env)).toMatchObject({
      code: 0,
      stdout: '2 objects are as they were sent.\n',
    });
    for (const { s3_key: key } of backend.records().media)
      await bucket.s3.send(new DeleteObjectCommand({ Bucket: bucket.name, Key: key }));
    expect(await runSideline(['verify', '1'], env)).toMatchObject({ code: 1 });
  });

  it('lists by prefix where the backend has that', async () => {
    await add('upload-module');
    const file = path.join(folder, 'a.jpg');
    await writeFile(file, seededRandom('terminal backends').bytes(3000));
    expect(await runSideline(['upload', file, '--connection', 'team', '--prefix', 'cup/'], env)).toMatchObject({
      code: 0,
    });
    const keys = async (prefix: string) =>
      (await runSideline(['ls', prefix, '--json'], env)).events().map(({ key }) => key);
    expect(await keys('cup/')).toEqual(await bucket.keys());
    expect(await keys('other/')).toEqual([]);
  });

  const sent = async (kind: string, names: readonly string[], options: readonly string[]): Promise<Buffer[]> => {
    await add(kind);
    const random = seededRandom('terminal backends');
    const bytes = names.map((_, at) => random.bytes(3000 + at));
    for (const [at, name] of names.entries()) await writeFile(path.join(folder, name), bytes[at] ?? '');
    const files = names.map((name) => path.join(folder, name));
    expect(await runSideline(['upload', ...files, '--connection', 'team', ...options], env)).toMatchObject({ code: 0 });
    return bytes;
  };
  const to = () => path.join(folder, 'got');

  it.each([
    ['plugs', ['--event', 'cup']],
    ['upload-module', ['--prefix', 'events/cup/']],
  ])('what somebody else has sent over %s is no orphan, for it has a record of it', async (kind, options) => {
    await sent(kind, ['a.jpg'], options);
    const foreign = 'events/cup/foreign.jpg';
    await bucket.s3.send(new PutObjectCommand({ Bucket: bucket.name, Key: foreign, Body: 'x' }));
    const other = { ...bucket.env(), ...env, SIDELINE_DATA_DIR: path.join(folder, 'other computer') };
    await add(kind, undefined, other);
    const store = ['--bucket', bucket.name, '--endpoint', ceph?.endpoint ?? '', '--path-style', '--chain'];
    expect(await runSideline(['connection', 'add', 'club', ...store], other)).toMatchObject({ code: 0 });
    const file = path.join(folder, 'destinations.json');
    const destinations = [{ connection: 'club', rules: { name: 'Events', prefix: 'events' } }];
    await writeFile(file, JSON.stringify({ format: 'sideline-destinations', version: 1, destinations }));
    expect(await runSideline(['destination', 'import', file], other)).toMatchObject({ code: 0 });
    const swept = async () => {
      const all = ['sweep', '--orphans', '--to', 'Events', '--older-than', '0s', '--json'];
      const events = (await runSideline(all, other)).events();
      const unknown = events.flatMap(({ event, key }) => (event === 'unknown' ? [key] : []));
      return { unknown, summary: events.at(-1) };
    };
    expect(await swept()).toMatchObject({ unknown: [foreign], summary: { objects: 2, unasked: [] } });
    await backend.stop();
    const alone = await swept();
    expect(alone.unknown).toHaveLength(2);
    expect(alone.summary).toMatchObject({ unasked: [{ name: 'team' }] });
  });

  it('P: brings files back by key, by id and all of an event, and deletes them with their records', async () => {
    const [a, b] = await sent('plugs', ['a.jpg', 'b.jpg'], ['--event', 'cup']);
    const [one, other] = backend.records().media;
    if (one === undefined || other === undefined || a === undefined || b === undefined)
      throw new Error('nothing arrived');
    const event = ['--event', 'cup'];
    expect(await runSideline(['get', one.s3_key, '--to', to()], env)).toMatchObject({ code: 2 });
    const got = await runSideline(['get', one.s3_key, other.id, ...event, '--to', to()], env);
    expect(got).toMatchObject({ code: 0, stderr: '' });
    expect(got.stdout).toMatch(/^2 of 2 objects \(6 kB\) brought in .*\.\n$/);
    const contents = await Promise.all((await readdir(to())).map((name) => readFile(path.join(to(), name))));
    expect(contents.toSorted((x, y) => x.length - y.length)).toEqual([a, b]);

    const again = await runSideline(['get', one.s3_key, other.id, ...event, '--to', to(), '--json'], env);
    expect(again.events().at(-1)).toMatchObject({ objects: 2, done: 2, failed: 0, skipped: 2 });
    const file = path.join(to(), path.posix.basename(one.s3_key));
    await writeFile(file, Buffer.alloc(one.file_size));
    const kept = await runSideline(['get', one.s3_key, ...event, '--to', to()], env);
    expect(kept).toMatchObject({ code: 1 });
    expect(await readFile(file)).toEqual(Buffer.alloc(one.file_size));
    expect(await runSideline(['get', one.s3_key, ...event, '--to', to(), '--overwrite'], env)).toMatchObject({
      code: 0,
    });
    expect([a, b]).toContainEqual(await readFile(file));
    const all = path.join(folder, 'all');
    const whole = await runSideline(['get', '', '--recursive', ...event, '--to', all, '--json'], env);
    expect(whole.events().at(-1)).toMatchObject({ objects: 2, done: 2, failed: 0, skipped: 0 });
    expect(await readFile(path.join(all, ...other.s3_key.split('/')))).toHaveLength(other.file_size);
    const missing = await runSideline(['get', 'nobody', one.id, ...event, '--to', to(), '--json'], env);
    expect(missing).toMatchObject({ code: 1 });
    expect(missing.events()).toContainEqual(expect.objectContaining({ event: 'failed', key: 'nobody' }));

    const linked = await runSideline(['link', one.s3_key, ...event], env);
    expect(linked).toMatchObject({ code: 1 });
    expect(linked.stderr).toMatch(/gives no links/);
    const shown = await runSideline(['link', one.s3_key, ...event, '--public', '--json'], env);
    expect(shown.events()).toEqual([{ url: one.file_url, expiresAt: null }]);

    expect(await runSideline(['rm', one.s3_key, ...event], env)).toMatchObject({ code: 2 });
    const trial = await runSideline(['rm', one.s3_key, ...event, '--dry-run'], env);
    expect(trial).toMatchObject({ code: 0, stdout: `would delete: ${one.s3_key}\n` });
    expect(backend.records().media).toHaveLength(2);
    const removed = await runSideline(['rm', one.s3_key, 'nobody', ...event, '--yes'], env);
    expect(removed).toMatchObject({ code: 1, stdout: `deleted: ${one.s3_key}\nnot there: nobody\n` });
    expect(backend.records().media.map(({ id }) => id)).toEqual([other.id]);
    expect(await bucket.keys()).toEqual([other.s3_key]);
    expect((await runSideline(['history'], env)).stdout.match(/, deleted\n/g)).toHaveLength(1);
    const files = ['a.jpg', 'b.jpg'].map((name) => path.join(folder, name));
    const anew = await runSideline(['upload', ...files, '--connection', 'team', ...event, '--json'], env);
    expect(anew.summary()).toMatchObject({ done: 1, skipped: 1 });
  });

  it('U: brings back a folder, links for as long as one wants, and deletes by key and by id', async () => {
    const cup = 'Cup Final #1/Größe';
    const [a] = await sent('upload-module', ['a.jpg', 'b.jpg'], ['--prefix', `${cup}/`]);
    const [one, other] = backend.records().uploads;
    if (one === undefined || other === undefined) throw new Error('nothing arrived');
    const got = await runSideline(['get', cup, '--recursive', '--to', to(), '--json'], env);
    expect(got.events().at(-1)).toMatchObject({ objects: 2, done: 2, failed: 0 });
    expect((await readdir(path.join(to(), 'Größe'))).toSorted()).toEqual(
      (await bucket.keys()).map((key) => path.posix.basename(key)),
    );
    const [made] = (await runSideline(['link', one.key, '--expires', '10m', '--json'], env)).events();
    expect(Date.parse(String(made?.expiresAt)) - Date.now()).toBeLessThan(601_000);
    const bytes = Buffer.from(await (await fetch(String(made?.url))).arrayBuffer());
    expect(bytes.length).toBe(one.size);
    expect(bytes.length === a?.length ? bytes.equals(a) : true).toBe(true);
    expect(await runSideline(['link', one.key, '--upload'], env)).toMatchObject({ code: 2 });
    const removed = await runSideline(['rm', one.key, other.id, '--yes', '--json'], env);
    expect(removed.events()).toMatchObject([
      { key: one.key, outcome: 'deleted' },
      { id: other.id, outcome: 'deleted' },
    ]);
    expect(removed).toMatchObject({ code: 0 });
    expect(backend.records().uploads).toEqual([]);
    expect(await bucket.keys()).toEqual([]);
    expect((await runSideline(['history'], env)).stdout.match(/, deleted\n/g)).toHaveLength(2);
  });

  it('I: brings back, links and deletes by key, and refuses the keys of others', async () => {
    const [video] = await sent('idance', ['a.mp4'], []);
    const [key = ''] = await bucket.keys();
    expect(await runSideline(['get', key, '--to', to()], env)).toMatchObject({ code: 0, stderr: '' });
    expect(await readFile(path.join(to(), path.posix.basename(key)))).toEqual(video);
    const [made] = (await runSideline(['link', key, '--json'], env)).events();
    expect((await fetch(String(made?.url))).status).toBe(200);
    const foreign = key.replace('user123', 'user124');
    for (const command of [['link'], ['get', '--to', to()], ['rm', '--yes']]) {
      const refused = await runSideline([...command, foreign], env);
      expect(refused).toMatchObject({ code: 1 });
      expect(refused.stdout + refused.stderr).toMatch(/another user/);
    }
    const whole = await runSideline(['get', 'sessions', '--recursive', '--to', to()], env);
    expect(whole.stderr).toMatch(/has no list of its files/);
    expect(await runSideline(['rm', key, '--yes'], env)).toMatchObject({ code: 0, stdout: `deleted: ${key}\n` });
    expect(await bucket.keys()).toEqual([]);
    expect((await runSideline(['history'], env)).stdout).toMatch(/, deleted\n/);
  });

  it('F: has none of that, and says so', async () => {
    await add('fitness');
    for (const [command, words] of [
      [['get', 'media/misc/a', '--to', to()], /no way to read/],
      [['link', 'media/misc/a'], /gives no links/],
      [['rm', 'media/misc/a', '--yes'], /no way to delete/],
    ] as const) {
      const ended = await runSideline(command, env);
      expect(ended.stdout + ended.stderr).toMatch(words);
      expect(ended.code).toBe(1);
    }
  });

  it('that has no list says so', async () => {
    await add('fitness');
    const ended = await runSideline(['ls', '--connection', 'team'], env);
    expect(ended.stderr).toMatch(/this backend has no list of its files/);
    expect(ended.code).toBe(1);
  });
});
