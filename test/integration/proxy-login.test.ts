/** A proxy that asks for a name and password, and the whole app but its window: asked once, and nothing fails meanwhile. */
import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import net from 'node:net';
import path from 'node:path';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import tls from 'node:tls';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openCore, type Core, type Surroundings } from '../../electron/app/core.ts';
import { batchDetailsSchema } from '../../shared/destination.ts';
import { calls, type ParsedInput, type ProxyState } from '../../shared/ipc.ts';
import { defaultSettings } from '../../shared/settings.ts';
import { startDiscardServer, type DiscardServer } from '../servers/discard-server.ts';
import { startLoginProxy, type LoginProxy } from '../servers/login-proxy.ts';
import { seededRandom } from '../servers/random.ts';
import { runSideline } from '../servers/sideline.ts';
import { newFolder, writeTree } from '../servers/tree.ts';
import { failureOf } from '../servers/failure.ts';

const certificates = path.join(import.meta.dirname, '..', 'servers', 'tls');
const password = 'p@ss:wörd/1';
const right = { username: 'coach', password, remember: true };

let folder: string;
let store: DiscardServer;
let proxy: LoginProxy;
let closers: (() => unknown)[];

beforeEach(async () => {
  folder = await newFolder();
  store = await startDiscardServer();
  proxy = await startLoginProxy(`coach:${password}`);
  closers = [() => store.stop(), () => proxy.stop()];
});

afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
  await rm(folder, { recursive: true, force: true });
});

/** The store behind TLS, with the certificate of the tests. */
async function tlsFront(): Promise<string> {
  const { hostname, port } = new URL(store.endpoint);
  const file = (name: string) => readFileSync(path.join(certificates, name));
  const open = new Set<net.Socket>();
  const server = tls.createServer({ key: file('server.key'), cert: file('server.crt') }, (socket) => {
    const onward = net.connect(Number(port), hostname);
    open.add(socket).add(onward);
    socket.on('error', () => onward.destroy()).pipe(onward);
    onward.on('error', () => socket.destroy()).pipe(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => {
    for (const socket of open) socket.destroy();
    server.close();
  });
  return `https://127.0.0.1:${(server.address() as net.AddressInfo).port}`;
}

interface App {
  core: Core;
  /** what the window was told of the proxy, each time */
  told: ProxyState[];
  /** of the proxy now; null: nothing is known of it */
  state(): ProxyState | null;
  close(): Promise<void>;
}

const scramble = (bytes: Buffer) => Buffer.from(bytes.map((byte) => byte ^ 7));

async function start(around: Partial<Surroundings> = {}): Promise<App> {
  const told: ProxyState[] = [];
  const core = openCore(path.join(folder, 'data'), {
    ...{ version: '0.0.0', platform: 'linux', nativeBinding: undefined },
    ...{ startImageProcess: undefined, openStills: undefined, decodeImage: null, practiceBackend: null },
    env: { AWS_CA_BUNDLE: path.join(certificates, 'ca.crt') },
    cipher: { encrypt: (text) => scramble(Buffer.from(text)), decrypt: (bytes) => scramble(bytes).toString() },
    secretsProtection: () => 'protected',
    resolveProxy: () => Promise.resolve(`PROXY ${new URL(proxy.url).host}`),
    choose: () => Promise.resolve([]),
    samplePhoto: path.join(import.meta.dirname, '..', '..', 'electron', 'assets', 'sample-photo.jpg'),
    askWhere: () => Promise.resolve(path.join(folder, 'diagnostics.txt')),
    openPath: () => Promise.resolve(''),
    reveal: () => undefined,
    copy: () => Promise.resolve(),
    openUrl: () => Promise.resolve(),
    push(name, payload) {
      if (name !== 'proxies') return;
      const ours = (payload as ProxyState[]).find((one) => one.proxy === proxy.url);
      if (ours !== undefined) told.push(ours);
    },
    ...around,
  });
  let closed: Promise<void> | null = null;
  const close = () => (closed ??= core.close());
  closers.push(close);
  await core.start({ practice: false });
  return { core, told, close, state: () => told.at(-1) ?? null };
}

function draft(endpoint: string): ParsedInput<'connections.test'> {
  return calls['connections.save'].input.parse({
    ...{ id: null, name: 'Club', secret: { accessKeyId: 'AKIA', secretAccessKey: 'not a real one' } },
    config: { endpoint, region: 'us-east-1', bucket: store.bucket, pathStyle: true, credentials: { from: 'stored' } },
  });
}

/** Sends a new folder over a new connection. */
async function upload(app: App, endpoint: string, files = 20, size = 50_000): Promise<void> {
  const names = Array.from({ length: files }, (_, at) => [`IMG_${at}.jpg`, size] as const);
  await writeTree(path.join(folder, 'event'), new Map(names), seededRandom('event'));
  await app.core.handlers['connections.save'](draft(endpoint));
  await uploadTo(app, '');
}

/** Sends that folder once more, over that connection. */
async function uploadTo({ core }: App, prefix: string): Promise<void> {
  const [connection] = core.session.journal.connections();
  const offer = core.offers.add([path.join(folder, 'event')]);
  await core.handlers['offers.start']({
    offerId: offer.id,
    placement: { to: 'connection', connectionId: connection?.id ?? 0, prefix },
    details: batchDetailsSchema.parse({}),
  });
}

const totals = ({ core }: App) => core.engine.snapshot().totals;
const done = (app: App, files = 20) => expect.poll(() => totals(app).done.files, { timeout: 20_000 }).toBe(files);
const isAsked = (app: App) => expect.poll(() => app.state()?.question, { timeout: 10_000 }).toBe('asked');
const activity = async ({ core }: App) => (await core.handlers['uploads.progress']({})).activity;
const answer = ({ core }: App, login: typeof right | null) =>
  core.handlers['proxies.answer']({ proxy: proxy.url, login });
/** How often the person was asked. */
const questions = ({ told }: App) =>
  told.filter(({ question }, at) => question === 'asked' && told[at - 1]?.question !== 'asked').length;

/** That nobody asks the proxy for anything now. */
async function expectQuiet(): Promise<void> {
  await sleep(300);
  const before = proxy.refused;
  await sleep(1500);
  expect(proxy.refused).toBe(before);
}

describe.each(['http', 'https'])('a proxy on the way to %s that asks for a name and password', (scheme) => {
  const endpoint = async () => (scheme === 'http' ? store.endpoint : await tlsFront());

  it('is asked about once, and all that was under way goes on by itself', async () => {
    proxy.login = null;
    const app = await start();
    app.core.engine.bandwidth.limit = 100_000;
    await upload(app, await endpoint());
    await expect.poll(() => app.core.engine.motion().active.length, { timeout: 10_000 }).toBeGreaterThan(3);
    proxy.login = `coach:${password}`;
    proxy.cut();
    app.core.engine.bandwidth.limit = null;
    await isAsked(app);
    await expect.poll(() => app.core.engine.motion()).toMatchObject({ held: true, active: [] });
    expect(await activity(app)).toBe('held');
    await expectQuiet();
    expect(proxy.refused).toBeLessThanOrEqual(40);
    const rows = app.core.session.journal.transfers({ limit: 100 });
    expect(rows.filter(({ state }) => !['queued', 'waiting', 'done'].includes(state))).toEqual([]);
    const waiting = rows.filter(({ state }) => state === 'waiting');
    expect(new Set(waiting.map(({ reason }) => reason?.kind))).toEqual(new Set(['proxy-login']));
    expect(waiting[0]?.reason?.message).toMatch(/^The proxy .*asks for a name and password/);
    const view = { filter: 'all', search: '', batchId: null, sort: { by: 'order', descending: false } } as const;
    const shown = (await app.core.handlers['transfers.page']({ view, offset: 0, limit: 100 })).rows;
    const notDone = shown.filter(({ state }) => state !== 'done');
    expect(notDone.length).toBeGreaterThan(waiting.length);
    expect(new Set(notDone.map(({ state, reason }) => `${state} ${reason?.kind}`))).toEqual(
      new Set(['waiting proxy-login']),
    );
    expect(Math.max(...rows.map(({ attempts }) => attempts))).toBeLessThanOrEqual(1); // of the line that was cut

    await answer(app, right);
    await done(app);
    expect([questions(app), totals(app).failed.files]).toEqual([1, 0]);
    expect(app.state()).toMatchObject({ question: 'none', known: 'kept', username: 'coach', wrong: false });
    expect(store.stats().objects).toBe(20);
  });

  it('asks again when the password was wrong, and says so', async () => {
    const app = await start();
    await upload(app, await endpoint());
    await isAsked(app);
    expect(app.state()?.wrong).toBe(false);
    await answer(app, { ...right, password: 'wrong' });
    await isAsked(app);
    expect(app.state()).toMatchObject({ wrong: true, username: 'coach' });
    await expectQuiet();
    await answer(app, right);
    await done(app);
    expect(questions(app)).toBe(2);
  });

  it('is not asked about again after a Cancel, until somebody acts', async () => {
    const app = await start();
    await upload(app, await endpoint());
    await isAsked(app);
    await answer(app, null);
    expect(app.state()?.question).toBe('declined');
    await expectQuiet();
    app.core.engine.lookAgain('woke');
    await sleep(500);
    expect([app.state()?.question, questions(app), await activity(app)]).toEqual(['declined', 1, 'held']);
    await app.core.handlers['uploads.resumeAll']({});
    await isAsked(app);
    await answer(app, null);
    await app.core.handlers['proxies.ask']({ proxy: proxy.url });
    expect(app.state()?.question).toBe('asked');
    await answer(app, right);
    await done(app);
    expect([questions(app), totals(app).failed.files]).toEqual([3, 0]);
  });

  it('is told by the next run what was remembered, and asked about when that was not wanted', async () => {
    const first = await start();
    await upload(first, await endpoint(), 3);
    await isAsked(first);
    await answer(first, right);
    await done(first, 3);
    await first.close();
    for (const name of await readdir(path.join(folder, 'data'), { recursive: true })) {
      const file = path.join(folder, 'data', name);
      if (!(await stat(file)).isFile()) continue;
      const text = await readFile(file);
      for (const secret of [password, Buffer.from(`coach:${password}`).toString('base64')])
        expect(text.includes(secret), name).toBe(false);
    }

    const second = await start();
    const before = proxy.refused;
    await uploadTo(second, 'again/');
    await expect.poll(() => store.stats().objects, { timeout: 20_000 }).toBe(6);
    expect([questions(second), proxy.refused]).toEqual([0, before]);
    expect(second.state()).toMatchObject({ known: 'kept' });

    await second.core.handlers['proxies.forget']({ proxy: proxy.url });
    expect(second.state()).toMatchObject({ known: 'no', question: 'none', username: '' });
    await uploadTo(second, 'third/');
    await isAsked(second);
    await answer(second, { ...right, remember: false });
    await expect.poll(() => store.stats().objects, { timeout: 20_000 }).toBe(9);
    expect(second.state()).toMatchObject({ known: 'run' });
    await second.close();

    const third = await start();
    expect(await third.core.handlers['proxies.list']({})).toEqual([]);
  });

  it('lets the connection test wait for the answer, and go on', async () => {
    const app = await start();
    const wanted = draft(await endpoint());
    const test = () => app.core.handlers['connections.test'](wanted);
    const declined = test();
    await isAsked(app);
    await answer(app, null);
    expect(await declined).toMatchObject({
      ...{ ok: false, outcome: 'proxy-login', offer: null },
      message: expect.stringContaining('asks for a name and password') as string,
    });
    const answered = test(); // to press the button is to act
    await isAsked(app);
    await answer(app, { ...right, password: 'wrong' });
    await isAsked(app);
    await answer(app, right);
    expect(await answered).toMatchObject({ ok: true });
    expect(await test()).toMatchObject({ ok: true });
    expect(questions(app)).toBe(3);
  });

  it('that takes no name and password fails what goes through it, with words that say why', async () => {
    proxy.challenge = 'Negotiate, NTLM';
    const app = await start();
    await upload(app, await endpoint(), 3);
    await expect.poll(() => totals(app).failed.files, { timeout: 10_000 }).toBe(3);
    const [row] = app.core.session.journal.transfers({ limit: 1 });
    expect(row?.reason).toMatchObject({
      kind: 'proxy-scheme',
      message: expect.stringContaining('Negotiate, NTLM') as string,
    });
    expect(questions(app)).toBe(0);

    const before = proxy.refused;
    await uploadTo(app, 'again/'); // somebody has acted: it is tried again, and what is planned after the refusal fails too
    await expect.poll(() => totals(app).failed.files, { timeout: 10_000 }).toBe(6);
    expect(proxy.refused).toBeGreaterThan(before);
  });

  it('is forgotten when the network has become another one without it', async () => {
    const { host } = new URL(proxy.url);
    let system = `PROXY ${host}`;
    const app = await start({ resolveProxy: () => Promise.resolve(system) });
    await upload(app, await endpoint());
    await isAsked(app);
    await answer(app, null);
    system = 'DIRECT';
    app.core.engine.lookAgain('network');
    await done(app);
    expect(app.state()?.question).toBe('none');
  });

  it('is named in the settings with a name and password, and those are put away', async () => {
    const app = await start({ resolveProxy: () => Promise.resolve('DIRECT') });
    const address = proxy.url.replace('//', `//coach:${encodeURIComponent(password)}@`);
    const shown = await app.core.handlers['settings.set']({ ...defaultSettings, proxy: { use: 'address', address } });
    expect(shown.proxy).toEqual({ use: 'address', address: proxy.url });
    await upload(app, await endpoint(), 3);
    await done(app, 3);
    expect([questions(app), proxy.refused]).toEqual([0, 0]);
    expect(proxy.passed).toBeGreaterThan(0);
    expect(await readFile(path.join(folder, 'data', 'settings.json'), 'utf8')).not.toContain('coach');
  });
});

it('takes a password that an earlier Sideline left in the settings out of them', async () => {
  const first = await start();
  await first.core.handlers['settings.set']({ ...defaultSettings, proxy: { use: 'address', address: proxy.url } });
  await first.close();
  const file = path.join(folder, 'data', 'settings.json');
  const address = proxy.url.replace('//', '//coach:SECRETWORD@');
  await writeFile(file, (await readFile(file, 'utf8')).replace(proxy.url, address));
  const second = await start();
  expect((await second.core.handlers['settings.get']({})).proxy).toEqual({ use: 'address', address: proxy.url });
  expect(await readFile(file, 'utf8')).not.toContain('SECRETWORD');
  expect(second.state()).toMatchObject({ known: 'kept', username: 'coach' });
});

it('tells nobody the password: not the window, the log, or the diagnostics', async () => {
  const told: string[] = [];
  const app = await start({ push: (name, payload) => void told.push(JSON.stringify([name, payload])) });
  await upload(app, store.endpoint, 3);
  await expect.poll(() => told.join()).toContain('"asked"');
  await answer(app, { ...right, password: 'wrong-PASSWORD' });
  await expect.poll(() => told.join(), { timeout: 10_000 }).toContain('"wrong":true');
  app.core.session.log.warn({ text: `coach:wrong-PASSWORD ${Buffer.from('coach:wrong-PASSWORD').toString('base64')}` });
  await app.core.handlers['app.diagnostics']({});
  const said = [
    ...told,
    JSON.stringify(await app.core.handlers['proxies.list']({})),
    await readFile(path.join(folder, 'diagnostics.txt'), 'utf8'),
  ].join('\n');
  expect(said).not.toContain('wrong-PASSWORD');
  expect(said).not.toContain(Buffer.from('coach:wrong-PASSWORD').toString('base64'));
});

it('keeps only what a proxy has asked for', async () => {
  const app = await start();
  const refusal = await failureOf(Promise.resolve(answer(app, right)));
  expect(refusal.kind).toBe('invalid-input');
  expect(await app.core.handlers['proxies.list']({})).toEqual([]);
});

it('the terminal command says what the proxy asks for, and leaves everything waiting', async () => {
  const root = path.join(folder, 'event');
  await writeTree(root, new Map([['IMG_1.jpg', 1000]]), seededRandom('event'));
  const env = {
    ...{ SIDELINE_S3_BUCKET: store.bucket, SIDELINE_S3_ENDPOINT: store.endpoint, SIDELINE_S3_PATH_STYLE: 'true' },
    ...{ AWS_ACCESS_KEY_ID: 'AKIA', AWS_SECRET_ACCESS_KEY: 'not a real one', HTTP_PROXY: proxy.url },
  };
  const args = ['--data-dir', path.join(folder, 'terminal')];
  const refused = await runSideline(['upload', root, ...args], env);
  expect(refused.code).toBe(3);
  expect(refused.stdout).toMatch(/The proxy asks for a name and password.*HTTP_PROXY/);
  const HTTP_PROXY = proxy.url.replace('//', `//coach:${encodeURIComponent(password)}@`);
  expect((await runSideline(['resume', ...args], { ...env, HTTP_PROXY })).code).toBe(0);
  expect(store.stats().objects).toBe(1);
});
