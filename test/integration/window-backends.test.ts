/** Connections to backends as the window saves, tests and signs in to them: what is kept, what is sent where, and who is asked. */
import { readdir, readFile, rm } from 'node:fs/promises';
import http from 'node:http';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Core } from '../../electron/app/core.ts';
import { secretName } from '../../electron/storage/secrets.ts';
import { calls, type BackendDraft, type ParsedInput, type SignInState } from '../../shared/ipc.ts';
import { openTestCore } from '../servers/app-core.ts';
import { startBroker, type Broker } from '../servers/broker/broker.ts';
import { failureOf } from '../servers/failure.ts';
import { newFolder } from '../servers/tree.ts';

const password = 'over-the-fence-7';
const withPassword = { with: 'password', username: 'anna', password } as const;

let folder: string;
let core: Core;
let backend: Broker;
let elsewhere: Broker;
let told: SignInState[];

/** Nothing is stored in these tests: what it signs is never used. */
function start(): Promise<Broker> {
  const keys = { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'not a real one' };
  const storage = { endpoint: 'http://127.0.0.1:9', region: 'us-east-1', bucket: 'media', ...keys };
  return startBroker({ storage, users: [{ username: 'anna', password }] });
}

beforeEach(async () => {
  folder = await newFolder();
  [backend, elsewhere] = [await start(), await start()];
  told = [];
  core = openTestCore(folder, {
    push(name, payload) {
      if (name === 'signIns') told = payload as SignInState[];
    },
  });
});
afterEach(async () => {
  await core.close();
  await Promise.all([backend.stop(), elsewhere.stop()]);
  await rm(folder, { recursive: true });
});

/** As main has it after parsing. */
function draft({ settings, ...changes }: Partial<Omit<BackendDraft, 'settings'>> & { settings?: object } = {}) {
  const parsed: ParsedInput<'backends.save'> = calls['backends.save'].input.parse({
    ...{ id: null, name: 'Team', signIn: withPassword, ...changes },
    settings: { kind: 'fitness', baseUrl: backend.url, signIn: { how: 'password' }, ...settings },
  });
  return parsed;
}

const save = async (given: ParsedInput<'backends.save'>) => await core.handlers['backends.save'](given);
const tried = async (given: ParsedInput<'backends.test'>) => await core.handlers['backends.test'](given);
const states = async () => await core.handlers['signIns.list']({});
const authorized = (at: Broker) => at.requests().filter(({ authorization }) => authorization);
const asked = () => expect.poll(() => told.map(({ question }) => question));

async function diskHas(text: string): Promise<boolean> {
  const files = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
  const texts = await Promise.all(files.map(({ parentPath, name }) => readFile(path.join(parentPath, name), 'latin1')));
  return texts.some((content) => content.includes(text));
}

describe('a backend that is saved', () => {
  it('is signed in to, with its token sealed and the password nowhere', async () => {
    const { id } = await save(draft());
    const kept = await core.session.secrets.get(secretName(id));
    expect(kept?.accessKeyId).toBe('anna');
    expect(await states()).toEqual([
      { connectionId: id, signedIn: true, username: 'anna', user: 'user1', question: 'none', waits: false },
    ]);
    for (const secret of [password, kept?.secretAccessKey ?? 'none', kept?.sessionToken ?? 'none']) {
      expect(await diskHas(secret)).toBe(false);
      expect(JSON.stringify([told, await core.handlers['connections.list']({})])).not.toContain(secret);
    }
    expect(await core.handlers['backends.counts']({ id })).toEqual({ successes: 0, failures: 0, bytes: 0, ms: 0 });
  });

  it.each([
    ['password', { ...withPassword, password: 'a guess' }],
    ['token', { with: 'token', token: 'eyJ.no.one' }],
  ] as const)('is not stored where the backend does not take the %s', async (_, signIn) => {
    expect(await failureOf(save(draft({ signIn })))).toMatchObject({ kind: 'sign-in-refused' });
    expect(await core.handlers['connections.list']({})).toEqual([]);
    expect(await core.session.secrets.names()).toEqual([]);
  });

  it('can be signed in to later, and takes a pasted token', async () => {
    const { id } = await save(draft({ signIn: null }));
    expect(await states()).toMatchObject([{ signedIn: false, username: '' }]);
    const token = `Bearer ${backend.token('anna')}`;
    await core.handlers['signIns.answer']({ connectionId: id, signIn: { with: 'token', token } });
    expect(await states()).toMatchObject([{ signedIn: true, username: '', user: 'user1' }]);
    expect(await tried(draft({ id, signIn: null }))).toMatchObject({ ok: true, user: 'user1' });
  });

  it('keeps its sign-in when it is edited, under its old name where the new one is taken', async () => {
    const { id } = await save(draft());
    await save(draft({ name: 'Other' }));
    expect(await failureOf(save(draft({ id, name: 'Other', signIn: null })))).toMatchObject({ kind: 'invalid-input' });
    await save(draft({ id, name: 'Ours', signIn: null, settings: { life: 60 } }));
    const ours = (await states()).find(({ connectionId }) => connectionId === id);
    expect(ours).toMatchObject({ signedIn: true, username: 'anna' });
    expect(backend.requests({ path: '/api/auth/login' })).toHaveLength(2);
  });

  it('never has its token sent to another address', async () => {
    const { id } = await save(draft());
    const moved = draft({ id, signIn: null, settings: { baseUrl: elsewhere.url } });
    expect(await tried(moved)).toMatchObject({ ok: false, outcome: 'sign-in-needed' });
    await save(moved);
    expect(await states()).toMatchObject([{ connectionId: id, signedIn: false }]);
    expect(await core.session.secrets.get(secretName(id))).toBeNull();
    expect(authorized(elsewhere)).toEqual([]);
    await save({ ...moved, signIn: withPassword });
    expect(await tried(moved)).toMatchObject({ ok: true });
    expect(authorized(elsewhere)).not.toEqual([]);
  });

  it('stays of its kind, and is no bucket', async () => {
    const { id } = await save(draft());
    const other = await failureOf(save(draft({ id, signIn: null, settings: { kind: 'plugs' } })));
    expect(other.message).toContain('stays of the kind');
    const bucket = calls['connections.save'].input.parse({
      ...{ id, name: 'Team', secret: null },
      config: {
        ...{ endpoint: elsewhere.url, region: 'us-east-1', bucket: 'media', pathStyle: true },
        credentials: { from: 'stored' },
      },
    });
    for (const name of ['connections.save', 'connections.test', 'connections.createBucket'] as const) {
      const refused = await failureOf((async () => await core.handlers[name](bucket))());
      expect(refused.message, name).toContain('a backend stands before the storage');
    }
    expect(elsewhere.requests()).toEqual([]);
  });
});

describe('who is asked', () => {
  it('a test whose sign-in is over waits for the answer, and is tried again with it', async () => {
    const { id } = await save(draft());
    backend.faults.add({ kind: 'unauthorized', refreshToo: true });
    const answer = tried(draft({ id, signIn: null }));
    await asked().toEqual(['asked']);
    const wrong = { ...withPassword, password: 'a guess' };
    const refused = await failureOf(
      (async () => core.handlers['signIns.answer']({ connectionId: id, signIn: wrong }))(),
    );
    expect(refused.kind).toBe('sign-in-refused');
    await core.handlers['signIns.answer']({ connectionId: id, signIn: withPassword });
    expect(await answer).toMatchObject({ ok: true, user: 'user1' });
    await asked().toEqual(['none']);
  });

  it('is not asked again who does not want to, until they ask', async () => {
    const { id } = await save(draft());
    backend.faults.add({ kind: 'unauthorized', refreshToo: true });
    const answer = tried(draft({ id, signIn: null }));
    await asked().toEqual(['asked']);
    await core.handlers['signIns.answer']({ connectionId: id, signIn: null });
    expect(await answer).toMatchObject({ ok: false, outcome: 'sign-in-needed' });
    await asked().toEqual(['declined']);
    await core.handlers['signIns.ask']({ connectionId: id });
    await asked().toEqual(['asked']);
  });

  it('signing out forgets the token, and the name is filled in the next time', async () => {
    const { id } = await save(draft());
    await core.handlers['signIns.out']({ connectionId: id });
    expect(await states()).toMatchObject([{ signedIn: false, username: 'anna', user: null, question: 'none' }]);
    expect(await core.session.secrets.names()).toEqual([]);
  });

  describe('while an answer is on its way', () => {
    let slow: http.Server;
    let slowUrl: string;
    let answerNow: () => void;
    let isAsked: Promise<undefined>;

    beforeEach(async () => {
      const gate = Promise.withResolvers<undefined>();
      const asking = Promise.withResolvers<undefined>();
      [answerNow, isAsked] = [() => gate.resolve(undefined), asking.promise];
      slow = http.createServer((_request, response) => {
        asking.resolve(undefined);
        void gate.promise.then(() => response.end(JSON.stringify({ access_token: 'slow-token' })));
      });
      await new Promise<void>((resolve) => slow.listen(0, '127.0.0.1', resolve));
      const address = slow.address();
      slowUrl = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
    });
    afterEach(() => {
      slow.closeAllConnections();
      slow.close();
    });

    const pasted = { with: 'token', token: 'slow-token' } as const;
    const refusedToo = (asking: Promise<unknown>) =>
      failureOf(asking).then(({ kind }) => expect(kind).toBe('invalid-input'));
    const keptFor = (id: number) => core.session.secrets.get(secretName(id));

    async function answering(
      signIn: typeof withPassword | typeof pasted,
    ): Promise<{ id: number; asking: Promise<unknown> }> {
      const { id } = await save(draft({ signIn: null, settings: { baseUrl: slowUrl } }));
      const asking = (async () => core.handlers['signIns.answer']({ connectionId: id, signIn }))();
      asking.catch(() => undefined);
      await isAsked;
      return { id, asking };
    }

    it.each([withPassword, pasted])('keeps no $with of one backend for another', async (signIn) => {
      const { id, asking } = await answering(signIn);
      await save(draft({ id, signIn: null, settings: { baseUrl: elsewhere.url } }));
      answerNow();
      await refusedToo(asking);
      expect(await keptFor(id)).toBeNull();
      expect(await states()).toMatchObject([{ signedIn: false }]);
    });

    it.each([withPassword, pasted])('keeps no $with of a backend that was removed', async (signIn) => {
      const { id, asking } = await answering(signIn);
      await core.handlers['connections.remove']({ id });
      answerNow();
      await refusedToo(asking);
      expect(await core.session.secrets.names()).toEqual([]);
    });

    it('is signed out when somebody has signed out', async () => {
      const { id, asking } = await answering(withPassword);
      await core.handlers['signIns.out']({ connectionId: id });
      answerNow();
      await refusedToo(asking);
      expect(await states()).toMatchObject([{ signedIn: false }]);
      expect(await keptFor(id)).toBeNull();
    });
  });

  it('a backend that is removed is asked for no more', async () => {
    const { id } = await save(draft());
    await core.handlers['signIns.ask']({ connectionId: id });
    await asked().toEqual(['asked']);
    await core.handlers['connections.remove']({ id });
    await asked().toEqual([]);
    expect(await failureOf((async () => core.handlers['signIns.ask']({ connectionId: id }))())).toMatchObject({
      kind: 'invalid-input',
    });
  });
});
