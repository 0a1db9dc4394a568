/** What `npm start` adds to the app: the reference backend over the practice bucket, as a connection that is signed in. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import http from 'node:http';
import { readdir, readFile, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Core, Surroundings } from '../../electron/app/core.ts';
import { backendCommand } from '../../electron/practice/backend-process.ts';
import { startPracticeBucket } from '../../electron/practice/practice-bucket.ts';
import { recordVideo } from '../../electron/practice/sample-video.ts';
import { brokerKinds } from '../../shared/broker-settings.ts';
import { asBroker, isS3 } from '../../shared/connection-kind.ts';
import { batchDetailsSchema } from '../../shared/destination.ts';
import type { BrokerConnection } from '../../shared/domain.ts';
import type { Events } from '../../shared/ipc.ts';
import { openTestCore } from '../servers/app-core.ts';
import { person, startBrokerBench } from '../servers/broker-bench.ts';
import { startBroker } from '../servers/broker/broker.ts';
import { openRecords, type UploadRecord } from '../servers/broker/records.ts';
import { practiceCommand } from '../servers/practice-command.ts';
import { seededRandom } from '../servers/random.ts';
import { hashTree, newFolder, writeTree } from '../servers/tree.ts';

let folder: string;
let event: string;
let cores: Core[] = [];
let notices: Events['notice'][] = [];

beforeEach(async () => {
  folder = await newFolder();
  event = path.join(folder, 'event');
  notices = [];
});
afterEach(async () => {
  await Promise.all(cores.splice(0).map((core) => core.close()));
  await rm(folder, { recursive: true });
});

async function start(around: Partial<Surroundings> = {}): Promise<Core> {
  const core = openTestCore(path.join(folder, 'data'), {
    practiceBackend: practiceCommand(),
    push: (name, payload) => {
      if (name === 'notice') notices.push(payload as Events['notice']);
    },
    ...around,
  });
  cores.push(core);
  await core.start({ practice: true });
  return core;
}

async function end(core: Core): Promise<void> {
  cores = cores.filter((one) => one !== core);
  await core.close();
}

const backendOf = (core: Core): BrokerConnection =>
  asBroker(core.session.journal.connections().find(({ name }) => name === 'Practice backend') ?? fail());
const fail = (): never => {
  throw new Error('there is no practice backend');
};
const addressOf = (core: Core) => backendOf(core).config.settings.baseUrl;
const signInOf = async (core: Core) => (await core.session.brokers.open(backendOf(core))).broker.signIn;

async function upload(core: Core, root: string, files: number): Promise<void> {
  const { id: offerId } = core.offers.add([root]);
  const placement = { to: 'connection' as const, connectionId: backendOf(core).id, prefix: '' };
  await core.handlers['offers.start']({ offerId, placement, details: batchDetailsSchema.parse({}) });
  await expect.poll(() => core.engine.snapshot().totals.done.files, { timeout: 20_000 }).toBe(files);
}

const kept = (...names: string[]) => path.join(folder, 'data', 'practice-bucket', ...names);

/** What the backend remembers of the files that it was given. */
function records(): UploadRecord[] {
  const opened = openRecords({ file: kept('backend', 'records.sqlite') });
  try {
    return opened.all().uploads;
  } finally {
    opened.close();
  }
}

/** SHA-256 of every object, by the name of the file that it was, as the records have it. */
async function arrived(): Promise<Map<string, string>> {
  const hashes = new Map<string, string>();
  for (const { key, name } of records().filter(({ status }) => status === 'complete')) {
    const bytes = await readFile(kept('objects', ...key.split('/')));
    hashes.set(name, createHash('sha256').update(bytes).digest('hex'));
  }
  return hashes;
}

async function wanted(): Promise<Map<string, string>> {
  const hashes = await hashTree(event);
  return new Map([...hashes].map(([key, hash]) => [path.posix.basename(key), hash]));
}

const answers = (url: string) =>
  fetch(url).then(
    () => true,
    () => false,
  );

describe('the practice backend', () => {
  it('is started again where it has ended by itself, at its address', async () => {
    const [program, ...args] = practiceCommand();
    const file = path.join(folder, 'pid');
    const note = `import { writeFileSync } from 'node:fs'; writeFileSync(${JSON.stringify(file)}, String(process.pid));`;
    const core = await start({
      practiceBackend: [program, '--import', `data:text/javascript,${encodeURIComponent(note)}`, ...args],
    });
    const url = addressOf(core);
    const pid = Number(await readFile(file, 'utf8'));
    process.kill(pid, 'SIGKILL');
    await expect.poll(() => answers(url)).toBe(false);
    await expect.poll(() => answers(url), { timeout: 15_000 }).toBe(true);
    expect(Number(await readFile(file, 'utf8'))).not.toBe(pid);
    await writeTree(event, new Map([['a.jpg', 5000]]), seededRandom('practice backend again'));
    await upload(core, event, 1);
    expect(addressOf(core)).toBe(url);
    await end(core);
    expect(await answers(url)).toBe(false);
    expect(notices).toEqual([]);
  });

  it('is there beside the bucket, signed in, and takes a folder: all of it arrives in the bucket as it is', async () => {
    const files = new Map([['a.jpg', 0], ['b c.png', 70_000], ['day 1/Größe.mp4', 9_000_000], ['plan.csv', 1200]]); // prettier-ignore
    await writeTree(event, files, seededRandom('practice backend'));
    const core = await start();
    const names = core.session.journal.connections().map(({ name }) => name);
    expect(names).toEqual(['Practice backend', 'Practice bucket']);
    expect(await (await signInOf(core)).user()).toBe('user1');
    await upload(core, event, 4);
    await end(core);
    expect(records().map(({ status }) => status)).toEqual(Array(4).fill('complete'));
    expect(await arrived()).toEqual(await wanted());
    expect(notices).toEqual([]);
  });

  it('ends with the app, and is the same at the next start: address, records, tokens, password', async () => {
    await writeTree(event, new Map([['a.jpg', 5000]]), seededRandom('practice backend'));
    const core = await start();
    await upload(core, event, 1);
    const before = backendOf(core);
    const secrets = await readFile(kept('backend', 'secrets.json'), 'utf8');
    if (process.platform !== 'win32') expect((await stat(kept('backend', 'secrets.json'))).mode & 0o777).toBe(0o600);
    const token = await (await signInOf(core)).token(AbortSignal.timeout(5000));
    const list = `${addressOf(core)}/api/uploads`;
    await end(core);
    expect(await answers(list)).toBe(false);

    const again = await start();
    expect(backendOf(again)).toEqual(before);
    expect(await readFile(kept('backend', 'secrets.json'), 'utf8')).toBe(secrets);
    const answer = await fetch(list, { headers: { authorization: `Bearer ${token}` } });
    expect([answer.status, await answer.json()]).toEqual([
      200,
      { success: true, truncated: false, objects: [expect.objectContaining({ size: 5000 })] },
    ]);
    expect((await fetch(list)).status).toBe(401);
  });

  it('is added again where it was deleted, and moves where its address was taken', async () => {
    const core = await start();
    const { config } = backendOf(core);
    await core.handlers['connections.remove']({ id: backendOf(core).id });
    await core.handlers['connections.practice']({});
    const { id } = backendOf(core);
    expect(backendOf(core).config).toEqual(config);
    expect(await (await signInOf(core)).isIn()).toBe(true);
    await end(core);
    const other = http.createServer().listen(Number(new URL(config.settings.baseUrl).port), '127.0.0.1');
    await once(other, 'listening');
    const again = await start();
    other.close();
    expect(backendOf(again).id).toBe(id);
    expect(addressOf(again)).not.toBe(config.settings.baseUrl);
    expect(await (await signInOf(again)).user()).toBe('user1');
    expect(notices).toEqual([]);
  });

  it('is practice like the bucket where the app is started from its sources, and nowhere else', async () => {
    const listed = async (core: Core) =>
      (await core.handlers['connections.list']({})).map(({ name, practice }) => [name, practice]);
    const core = await start();
    expect(await listed(core)).toEqual([
      ['Practice backend', true],
      ['Practice bucket', true],
    ]);
    await end(core);
    const without = await start({ practiceBackend: null });
    expect(await answers(addressOf(without))).toBe(false);
    expect(await listed(without)).toEqual([
      ['Practice backend', false],
      ['Practice bucket', true],
    ]);
  });

  it('that does not come up is said, and the bucket is there all the same', async () => {
    const core = await start({ practiceBackend: [process.execPath, '--eval', 'process.exit(3)', '--'] });
    expect(core.session.journal.connections().map(({ name }) => name)).toEqual(['Practice bucket']);
    expect(notices).toMatchObject([{ level: 'warning', text: expect.stringContaining('did not start') as string }]);
    expect(core.session.journal.connections().every(isS3)).toBe(true);
  });

  it('does not outlive an app that is killed in the middle of an upload, which goes on at the next start', async () => {
    const files = new Map(Array.from({ length: 24 }, (_, at) => [`IMG_${at}.jpg`, 500_000 + at]));
    await writeTree(event, files, seededRandom('practice backend'));
    const script = path.join(import.meta.dirname, '..', 'servers', 'practise-app.ts');
    const app = spawn(process.execPath, [script, path.join(folder, 'data'), event], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let said = '';
    for (const stream of [app.stdout, app.stderr]) stream.on('data', (text: Buffer) => (said += text.toString()));
    await expect.poll(() => said, { timeout: 20_000 }).toMatch(/"done":[2-9]/);
    const url = /"url":"([^"]+)"/.exec(said)?.[1] ?? '';
    expect(await answers(url)).toBe(true);
    const [, password = 'none'] = /sign in as coach with the password (\S+)/.exec(said) ?? [];
    expect(await readFile(kept('backend', 'secrets.json'), 'utf8')).toContain(`"${password}"`);
    app.kill('SIGKILL');
    await expect.poll(() => answers(url)).toBe(false);

    const core = await start();
    expect(addressOf(core)).toBe(url);
    await expect.poll(() => core.engine.snapshot().totals.done.files, { timeout: 20_000 }).toBe(24);
    const complete = records().filter(({ status }) => status === 'complete');
    expect(complete.map(({ name }) => name).toSorted()).toEqual([...files.keys()].toSorted());
    expect(await arrived()).toEqual(await wanted());
    expect(await readdir(kept('incoming'))).toEqual([]);
  });
});

it.each(brokerKinds)('serves a connection of kind %s that a person adds to it', async (kind) => {
  const practice = await startPracticeBucket({ folder: path.join(folder, 'bucket') });
  const backend = await startBroker({ storage: practice, users: [{ ...person, id: 'user1' }] });
  const bench = await startBrokerBench({ folder: path.join(folder, 'data'), kind, baseUrl: backend.url });
  try {
    const file = path.join(folder, 'Final #1.mp4');
    await recordVideo({ seed: kind, bytes: 9_000_000, recordedAt: 1_782_000_000 }, file);
    await bench.signIn();
    const totals = await bench.upload([file], { details: { event: 'cup' } });
    expect(bench.transfers().map(({ reason }) => reason)).toEqual([null]);
    expect(totals.done.files).toBe(1);
    const objects = await readdir(practice.folder, { recursive: true, withFileTypes: true });
    const [object, ...others] = objects.filter((entry) => entry.isFile());
    const stored = path.join(object?.parentPath ?? '', object?.name ?? '');
    const there = await readFile(stored);
    expect([there.equals(await readFile(file)), others]).toEqual([true, []]);
    // What a backend shows to everyone, everyone can read; all else only who has a signature.
    const key = path.relative(practice.folder, stored).split(path.sep).join('/');
    expect((await fetch(`${practice.endpoint}/practice/${key}`)).status).toBe(kind === 'fitness' ? 200 : 403);
  } finally {
    await bench.close();
    await backend.stop();
    await practice.stop();
  }
});

it('is started by a program and its arguments, or not at all', () => {
  expect(backendCommand({})).toBeNull();
  expect(backendCommand({ SIDELINE_PRACTICE_BACKEND: '["node","a.ts"]' })).toEqual(['node', 'a.ts']);
  for (const text of ['node a.ts', '"node"', '["", "a"]'])
    expect(() => backendCommand({ SIDELINE_PRACTICE_BACKEND: text }), text).toThrow();
});
