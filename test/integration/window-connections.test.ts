import { mkdir, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import http from 'node:http';
import net, { type AddressInfo } from 'node:net';
import path from 'node:path';
import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { asS3 } from '../../shared/connection-kind.ts';
import type { Capabilities, Connection, Credentials } from '../../shared/domain.ts';
import { SidelineError, type ErrorKind } from '../../shared/errors.ts';
import { calls, type ConnectionDraft, type ParsedInput } from '../../shared/ipc.ts';
import { createPractice } from '../../electron/app/practice.ts';
import { appHandlers } from '../../electron/ipc/app.ts';
import { connectionHandlers, type ConnectionDeps } from '../../electron/ipc/connections.ts';
import type { Journal } from '../../electron/journal/journal.ts';
import { openJournal } from '../../electron/journal/open.ts';
import { createAgents, type Agents } from '../../electron/storage/agents.ts';
import { awsProfiles } from '../../electron/storage/aws-profiles.ts';
import { layeredSecrets, safeSecretStore, type Cipher } from '../../electron/storage/safe-secrets.ts';
import { fileSecretStore, secretName, type SecretStore } from '../../electron/storage/secrets.ts';
import { startDiscardServer } from '../servers/discard-server.ts';
import { newFolder } from '../servers/tree.ts';
import { failureOf } from '../servers/failure.ts';

const windows = process.platform === 'win32';
const first: Credentials = { accessKeyId: 'AKIAFIRST', secretAccessKey: 'first/secret+key' };
const second: Credentials = { accessKeyId: 'AKIASECOND', secretAccessKey: 'second-secret', sessionToken: 'token==' };
const capabilities: Capabilities = {
  ...{ integrity: 'crc32', listParts: true, listUploads: true, conditionalWrites: true },
  ...{ sse: false, versioning: false, tagging: true, probedAt: 1 },
};

let folder: string;
let closers: (() => unknown)[];
let warnings: string[];
const log = { warn: (...words: unknown[]) => void warnings.push(inspect(words, { depth: null })) };

beforeEach(async () => {
  folder = await newFolder();
  closers = [];
  warnings = [];
});

afterEach(async () => {
  for (const close of closers.toReversed()) await close();
});

/** What the system's keychain does: only who has the right key of it reads what it wrote. */
function keychain(key: number): Cipher {
  const scramble = (bytes: Buffer) => Buffer.from(bytes.map((byte) => byte ^ key));
  return {
    encrypt: (text) => scramble(Buffer.from(`sealed:${text}`)),
    decrypt(bytes) {
      const text = scramble(bytes).toString();
      if (!text.startsWith('sealed:')) throw new Error(`Error while decrypting ${text}`);
      return text.slice('sealed:'.length);
    },
  };
}

describe('safeSecretStore', () => {
  const file = () => path.join(folder, 'data', 'secrets.bin');
  const at = new Date('2026-05-01T10:00:00.000Z');
  const open = (key = 7) => safeSecretStore({ file: file(), cipher: keychain(key), log, now: () => at });

  it('gives back what was stored, to the next start too, and never writes it in clear', async () => {
    const store = open();
    expect(await store.get('a')).toBeNull();
    await store.set('a', first);
    await store.set('b', second);
    expect([await store.get('a'), await open().get('b')]).toEqual([first, second]);
    await store.delete('a');
    await store.delete('never there');
    expect([await open().get('a'), await open().get('b')]).toEqual([null, second]);
    const written = await readFile(file(), 'latin1');
    expect(written).not.toMatch(/secret|AKIA|token/);
    expect(await readdir(path.dirname(file()))).toEqual(['secrets.bin']);
    if (!windows) expect((await stat(file())).mode & 0o777).toBe(0o600);
  });

  it('keeps every one of many that are set at once', async () => {
    const store = open();
    const names = Array.from({ length: 30 }, (_, id) => secretName(id));
    await Promise.all(names.map((name) => store.set(name, { ...first, accessKeyId: name })));
    for (const name of names) expect(await store.get(name)).toMatchObject({ accessKeyId: name });
  });

  it('what cannot be decrypted is missing in words, stays as it is, and is set aside when a key is stored', async () => {
    await open(7).set('a', first);
    const before = await readFile(file());
    const stranger = open(99);
    const failure = await failureOf(stranger.get('a'));
    expect(failure.kind).toBe('credentials-missing');
    expect(failure.message).toContain('cannot be decrypted');
    expect(failure.message).toContain('enter a key');
    await stranger.delete('a');
    expect(await readFile(file())).toEqual(before);
    expect(await open(7).get('a')).toEqual(first); // the keychain was only locked

    await stranger.set('b', second);
    expect(await stranger.get('b')).toEqual(second);
    expect(await stranger.get('a')).toBeNull();
    const aside = `${file()}.damaged-2026-05-01T10-00-00-000Z`;
    expect(await readFile(aside)).toEqual(before);
    expect(warnings.join('\n')).toContain(path.basename(aside));
    expect(`${warnings.join('\n')} ${inspect(failure, { depth: null })}`).not.toMatch(/first\/secret|sealed/);
  });

  it.each(['', 'no keys', '{}'])('a file of other bytes (%j) is no crash and not written over', async (text) => {
    await mkdir(path.dirname(file()), { recursive: true });
    await writeFile(file(), text);
    expect((await failureOf(open().get('a'))).kind).toBe('credentials-missing');
    await open().set('a', first);
    expect(await open().get('a')).toEqual(first);
    expect(await readdir(path.dirname(file()))).toHaveLength(2);
  });

  it('says so when the system cannot encrypt, or the file cannot be written, and keeps what was there', async () => {
    await open().set('a', first);
    const locked: Cipher = {
      ...keychain(7),
      encrypt: () => {
        throw new Error('the keychain is locked');
      },
    };
    const failure = await failureOf(safeSecretStore({ file: file(), cipher: locked, log }).set('a', second));
    expect([failure.kind, failure.message]).toEqual(['invalid-input', expect.stringContaining('keychain')]);
    await mkdir(`${file()}.new`); // in the way
    expect((await failureOf(open().set('a', second))).message).toContain(file());
    expect(await open().get('a')).toEqual(first);
  });

  describe('with the keys of the terminal command behind it', () => {
    const terminals = () => fileSecretStore(path.join(folder, 'data', 'secrets.json'));
    const both = (key = 7) => layeredSecrets(open(key), terminals());

    it('reads theirs where the window has none; its own win, and what is replaced leaves no copy in clear', async () => {
      await terminals().set('a', first);
      expect(await both().get('a')).toEqual(first);
      await both().set('a', second);
      expect(await both().get('a')).toEqual(second);
      expect(await terminals().get('a')).toBeNull();
    });

    it('reads theirs where its own cannot be decrypted', async () => {
      await open(7).set('b', first);
      await terminals().set('a', first);
      expect(await both(99).get('a')).toEqual(first);
      expect((await failureOf(both(99).get('b'))).kind).toBe('credentials-missing');
    });

    it('deletes both', async () => {
      await terminals().set('a', first);
      await open().set('a', second);
      await both().delete('a');
      expect(await both().get('a')).toBeNull();
    });
  });
});

describe('awsProfiles', () => {
  const names = ['AWS_CONFIG_FILE', 'AWS_SHARED_CREDENTIALS_FILE'];
  const before = names.map((name) => [name, process.env[name]] as const);

  beforeEach(() => {
    process.env.AWS_CONFIG_FILE = path.join(folder, 'config');
    process.env.AWS_SHARED_CREDENTIALS_FILE = path.join(folder, 'credentials');
  });

  afterEach(() => {
    for (const [name, value] of before) {
      if (value === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = value;
    }
  });

  it('is empty where there are no files', async () => {
    expect(await awsProfiles()).toEqual([]);
  });

  it('has those of both files, with region and SSO, and nothing else of them', async () => {
    const config = `
[profile club]
region = eu-central-1
sso_session = club
sso_account_id = 123456789012

[profile old-sso]
sso_start_url = https://club.awsapps.com/start ; a comment

[profile role]
role_arn = arn:aws:iam::123456789012:role/uploads
source_profile = club

[sso-session club]
sso_start_url = https://club.awsapps.com/start

[services other]
s3 =
  endpoint_url = https://s3.example.org

[default]
region = us-east-1
`;
    const credentials = `
[zoe]
aws_access_key_id = AKIAZOE
aws_secret_access_key = TOPSECRET

[default]
aws_access_key_id = AKIADEFAULT
aws_secret_access_key = TOPSECRET
`;
    await writeFile(path.join(folder, 'config'), config);
    await writeFile(path.join(folder, 'credentials'), credentials);
    expect(await awsProfiles()).toEqual([
      { name: 'default', region: 'us-east-1', sso: false },
      { name: 'club', region: 'eu-central-1', sso: true },
      { name: 'old-sso', region: null, sso: true },
      { name: 'role', region: null, sso: true },
      { name: 'zoe', region: null, sso: false },
    ]);
  });

  it('is read anew each time, and takes what is no such file for none', async () => {
    expect(await awsProfiles()).toEqual([]);
    await writeFile(path.join(folder, 'config'), '[profile a]\nregion = eu-west-1\nsource_profile = a\n');
    await writeFile(path.join(folder, 'credentials'), Buffer.from([0xff, 0xfe, 0, 1, 2]));
    expect(await awsProfiles()).toEqual([{ name: 'a', region: 'eu-west-1', sso: false }]);
  });
});

interface Window {
  journal: Journal;
  secrets: SecretStore;
  calls: ReturnType<typeof connectionHandlers>;
  /** as they came: "changed", "forget 3" */
  told: string[];
}

function openWindow(changes: Partial<ConnectionDeps> = {}): Window {
  const journal = openJournal({ folder });
  const agents: Agents = createAgents({});
  const secrets =
    changes.secrets ?? safeSecretStore({ file: path.join(folder, 'secrets.bin'), cipher: keychain(7), log });
  const practice = createPractice({ journal, secrets, folder });
  closers.push(
    () => agents.destroy(),
    () => journal.close(),
    () => practice.stop(),
  );
  const told: string[] = [];
  const deps: ConnectionDeps = {
    ...{ journal, secrets, agents, practice },
    rename: (id, name) => journal.renameConnection(id, name),
    profiles: () => Promise.resolve([{ name: 'club', region: null, sso: true }]),
    protection: () => 'obscured',
    onChange: () => void told.push('changed'),
    forget: (id) => void told.push(`forget ${id}`),
    ...changes,
  };
  return { journal, secrets, calls: connectionHandlers(deps), told };
}

type Changes = Partial<Omit<ConnectionDraft, 'config'>> & { config?: Partial<ConnectionDraft['config']> };

/** As the window sends it, and as main has it after parsing. */
function draft({ config, ...changes }: Changes = {}): ParsedInput<'connections.save'> {
  return calls['connections.save'].input.parse({
    ...{ id: null, name: 'Club', secret: first, ...changes },
    config: {
      ...{ endpoint: 'http://127.0.0.1:9', region: 'us-east-1', bucket: 'media', pathStyle: true },
      credentials: { from: 'stored' },
      ...config,
    },
  });
}

async function expectRefused(work: Promise<unknown>, words: string | RegExp, kind: ErrorKind = 'invalid-input') {
  const failure = await failureOf(work);
  expect(failure.kind).toBe(kind);
  expect(failure.message).toMatch(words);
  expect(inspect(failure, { depth: null })).not.toContain('first/secret');
}

const save = async (window: Window, given: ParsedInput<'connections.save'>) =>
  await window.calls['connections.save'](given);

describe('connections.save', () => {
  it('adds one with its secret, trimmed, and tells about it', async () => {
    const window = openWindow();
    const saved = await save(window, draft({ name: '  Club \n' }));
    expect(saved).toMatchObject({ name: 'Club', practice: false, capabilities: null, config: { bucket: 'media' } });
    expect(await window.secrets.get(secretName(saved.id))).toEqual(first);
    expect(await window.calls['connections.list']({})).toEqual([saved]);
    expect(window.told).toEqual(['changed']);
    const files = await readdir(folder);
    expect(files).toEqual(expect.arrayContaining(['journal.sqlite', 'secrets.bin']));
    for (const file of files) expect(await readFile(path.join(folder, file), 'latin1')).not.toContain('first/secret');
  });

  it('one with the credentials of a profile needs no secret', async () => {
    const window = openWindow();
    const credentials = { from: 'chain', profile: 'club' } as const;
    const saved = await save(window, draft({ secret: null, config: { credentials } }));
    expect(asS3(saved).config.credentials).toEqual(credentials);
    expect(await window.secrets.get(secretName(saved.id))).toBeNull();
  });

  it('refuses a name that is taken, naming the field, and changes nothing', async () => {
    const window = openWindow();
    const one = await save(window, draft());
    const other = await save(window, draft({ name: 'Other', secret: second }));
    window.told.length = 0;
    await expectRefused(save(window, draft({ name: ' Club ', secret: second })), /^Name: .*"Club"/);
    await expectRefused(save(window, draft({ id: other.id, name: 'Club', secret: first })), /^Name: /);
    expect(await window.calls['connections.list']({})).toEqual([one, other]);
    expect(await window.secrets.get(secretName(other.id))).toEqual(second);
    expect(window.told).toEqual([]);
  });

  it('of two new ones of the same name at once only one is added', async () => {
    const window = openWindow();
    const results = await Promise.allSettled([save(window, draft()), save(window, draft({ secret: second }))]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    expect(window.journal.connections()).toHaveLength(1);
  });

  it('the name of one that was removed is free; the one that it was given is not', async () => {
    const window = openWindow();
    const { id } = await save(window, draft());
    await window.calls['connections.remove']({ id });
    await save(window, draft());
    await expectRefused(save(window, draft({ name: `Club (removed ${id})` })), /^Name: /);
    expect(window.journal.connections()).toHaveLength(1);
  });

  it('refuses stored credentials without any secret', async () => {
    const window = openWindow();
    await expectRefused(save(window, draft({ secret: null })), /^Secret access key: .*Enter/);
    expect(window.journal.connections()).toEqual([]);
    const credentials = { from: 'chain', profile: null } as const;
    const { id } = await save(window, draft({ secret: null, config: { credentials } }));
    await expectRefused(save(window, draft({ id, secret: null })), /^Secret access key: /);
    expect(asS3(window.journal.connection(id)).config.credentials).toEqual(credentials);
  });

  it('without a new secret the stored one stays, and what the store can do too', async () => {
    const window = openWindow();
    const { id } = await save(window, draft());
    window.journal.storeCapabilities(id, capabilities);
    window.told.length = 0;
    const saved = await save(window, draft({ id, name: 'Renamed', secret: null }));
    expect(saved).toMatchObject({ id, name: 'Renamed', capabilities });
    expect(window.journal.connection(id)).toMatchObject({ name: 'Renamed', capabilities });
    expect(await window.secrets.get(secretName(id))).toEqual(first);
    expect(window.told).toEqual(['changed']); // what is open of it is still right
  });

  it.each<[string, Changes]>([
    ['endpoint', { config: { endpoint: 'http://127.0.0.1:10' } }],
    ['bucket', { config: { bucket: 'other' } }],
    ['region', { config: { region: 'eu-west-1' } }],
    ['addressing', { config: { pathStyle: false } }],
    ['key', { secret: second }],
  ])('another %s forgets what the store can do, and what is open', async (_, change) => {
    const window = openWindow();
    const { id } = await save(window, draft());
    window.journal.storeCapabilities(id, capabilities);
    window.told.length = 0;
    const saved = await save(window, draft({ id, secret: null, ...change }));
    expect(saved.capabilities).toBeNull();
    expect(window.journal.connection(id)).toMatchObject({ capabilities: null, config: saved.config });
    expect(window.told).toEqual([`forget ${id}`, 'changed']);
  });

  it('who goes over to a profile leaves no secret behind', async () => {
    const window = openWindow();
    const { id } = await save(window, draft());
    await save(window, draft({ id, secret: null, config: { credentials: { from: 'chain', profile: 'club' } } }));
    expect(await window.secrets.get(secretName(id))).toBeNull();
  });

  it('one that is gone cannot be edited, nor can the practice bucket', async () => {
    const window = openWindow();
    await expectRefused(save(window, draft({ id: 77 })), 'no longer there');
    const { id } = await window.calls['connections.practice']({});
    await expectRefused(save(window, draft({ id, name: 'Mine' })), 'practice bucket');
  });

  it('a secret that cannot be stored leaves no connection without one', async () => {
    await mkdir(path.join(folder, 'secrets.bin.new')); // in the way
    const window = openWindow();
    await expectRefused(save(window, draft()), 'could not be stored');
    expect(window.journal.connections()).toEqual([]);
    expect(window.told).toEqual([]);
    await rm(path.join(folder, 'secrets.bin.new'), { recursive: true });
    expect(await save(window, draft())).toMatchObject({ name: 'Club' });
  });

  it('a secret that cannot be replaced leaves the connection as it was', async () => {
    const window = openWindow();
    const { id } = await save(window, draft());
    await mkdir(path.join(folder, 'secrets.bin.new'));
    const edited = draft({ id, name: 'Other', secret: second, config: { bucket: 'other' } });
    await expectRefused(save(window, edited), 'could not be stored');
    expect(window.journal.connection(id)).toMatchObject({ name: 'Club', config: { bucket: 'media' } });
    await rm(path.join(folder, 'secrets.bin.new'), { recursive: true });
    expect(await window.secrets.get(secretName(id))).toEqual(first);
  });

  it('a journal that cannot be written leaves the secret as it was', async () => {
    const broken = () => {
      throw new SidelineError('journal-failed', { subject: 'disk full' });
    };
    const window = openWindow({ rename: broken });
    const { id } = await save(window, draft());
    const edited = draft({ id, secret: second, config: { bucket: 'other' } });
    await expectRefused(save(window, edited), 'disk full', 'journal-failed');
    expect(await window.secrets.get(secretName(id))).toEqual(first);
    expect(window.journal.connection(id)).toMatchObject({ config: { bucket: 'media' } });
  });

  it('a secret that nobody can decrypt any more can be entered anew', async () => {
    const { id } = await save(openWindow(), draft());
    for (const close of closers.splice(0).toReversed()) await close();
    const stranger = safeSecretStore({ file: path.join(folder, 'secrets.bin'), cipher: keychain(99), log });
    await rm(path.join(folder, 'journal.sqlite'));
    const window = openWindow({ secrets: stranger });
    window.journal.addConnection('Club', draft().config);
    await expectRefused(save(window, draft({ id, secret: null })), 'cannot be decrypted', 'credentials-missing');
    await save(window, draft({ id, secret: second }));
    expect(await window.secrets.get(secretName(id))).toEqual(second);
  });
});

describe('what a test has found', () => {
  /** A store that works, with any key. */
  async function working(): Promise<{ endpoint: string; bucket: string }> {
    const { endpoint, bucket, stop } = await startDiscardServer();
    closers.push(stop);
    return { endpoint, bucket };
  }

  const test = async (window: Window, given: ParsedInput<'connections.test'>): Promise<Capabilities> => {
    const answer = await window.calls['connections.test'](given);
    if (!answer.ok) throw new Error(answer.message);
    return answer.capabilities;
  };

  it('is stored with a new connection of that configuration and key, whatever its name', async () => {
    const window = openWindow();
    const typed = { config: await working() };
    const found = await test(window, draft(typed));
    const saved = await save(window, draft({ ...typed, name: 'Another name' }));
    expect(saved.capabilities).toEqual(found);
    expect(window.journal.connection(saved.id).capabilities).toEqual(found);
    expect(window.told).toEqual(['changed']);
  });

  it.each<[string, Changes]>([
    ['bucket', { config: { bucket: 'other' } }],
    ['region', { config: { region: 'eu-west-1' } }],
    ['addressing', { config: { pathStyle: false } }],
    ['key', { secret: second }],
    ['source of the key', { secret: null, config: { credentials: { from: 'chain', profile: null } } }],
  ])('is not stored with another %s', async (_, { config, ...change }) => {
    const window = openWindow();
    const place = await working();
    await test(window, draft({ config: place }));
    expect((await save(window, draft({ ...change, config: { ...place, ...config } }))).capabilities).toBeNull();
  });

  it('is of the last test, and is stored once', async () => {
    const window = openWindow();
    const typed = { config: await working() };
    await test(window, draft(typed));
    expect(await window.calls['connections.test'](draft())).toMatchObject({ ok: false });
    expect((await save(window, draft(typed))).capabilities).toBeNull();
    await test(window, draft({ ...typed, name: 'B' }));
    expect((await save(window, draft({ ...typed, name: 'B' }))).capabilities).not.toBeNull();
    expect((await save(window, draft({ ...typed, name: 'C' }))).capabilities).toBeNull();
  });

  it('is stored with an edited connection, instead of what was known of it before', async () => {
    const window = openWindow();
    const { id } = await save(window, draft());
    window.journal.storeCapabilities(id, capabilities);
    const edited = draft({ id, secret: second, config: await working() });
    const found = await test(window, edited);
    expect(window.journal.connection(id).capabilities).toEqual(capabilities);
    expect((await save(window, edited)).capabilities).toEqual(found);
    expect(window.journal.connection(id).capabilities).toEqual(found);
  });

  it('is stored at once where the connection was tested as it is, and told', async () => {
    const window = openWindow();
    const place = await working();
    const { id } = await save(window, draft({ config: place }));
    window.told.length = 0;
    const found = await test(window, draft({ id, secret: null, config: place }));
    expect(window.journal.connection(id).capabilities).toEqual(found);
    expect(window.told).toEqual(['changed']);
  });

  it('is not that of a key which was replaced meanwhile', async () => {
    const window = openWindow();
    const place = await working();
    const { id } = await save(window, draft({ config: place }));
    const testing = test(window, draft({ id, secret: null, config: place }));
    await save(window, draft({ id, secret: second, config: place }));
    await testing;
    expect(window.journal.connection(id).capabilities).toBeNull();
    expect((await save(window, draft({ id, secret: null, config: place }))).capabilities).toBeNull();
  });
});

describe('connections.remove', () => {
  function transfers(window: Window, connection: Connection, states: readonly ('planned' | 'failed' | 'skipped')[]) {
    const batch = window.journal.addBatch({ connectionId: connection.id, prefix: '', roots: ['/f'], createdAt: 1 });
    window.journal.setPlanned(batch.id, 1);
    states.forEach((state, at) => {
      const file = { source: `/f/${at}`, key: `${at}`, size: 5, mtime: 1, inode: '1', reason: null, checkFirst: false };
      window.journal.addTransfer({ ...file, batchId: batch.id, connectionId: connection.id, state });
    });
    return batch;
  }

  it('takes the connection and its secret away', async () => {
    const window = openWindow();
    const { id } = await save(window, draft());
    window.told.length = 0;
    expect(await window.calls['connections.remove']({ id })).toBeNull();
    expect(await window.calls['connections.list']({})).toEqual([]);
    expect(await window.secrets.get(secretName(id))).toBeNull();
    expect(window.told).toEqual([`forget ${id}`, 'changed']);
    await expectRefused(Promise.resolve(window.calls['connections.remove']({ id })), 'no longer there');
  });

  it('is refused while transfers of it are unfinished, and says how many', async () => {
    const window = openWindow();
    const saved = await save(window, draft());
    const other = await save(window, draft({ name: 'Other' }));
    transfers(window, other, ['planned']);
    transfers(window, saved, ['planned', 'planned', 'skipped']);
    const batch = transfers(window, saved, ['failed']);
    const remove = async () => await window.calls['connections.remove']({ id: saved.id });
    await expectRefused(remove(), '3 files on the way to "Club" are not finished');
    expect(window.journal.connections()).toHaveLength(2);
    expect(await window.secrets.get(secretName(saved.id))).toEqual(first);

    for (const transfer of window.journal.transfers({ connectionId: saved.id, states: ['planned'], limit: 10 })) {
      window.journal.move(transfer, 'cancelled');
    }
    await expectRefused(remove(), '1 file on the way to "Club" is not finished');
    window.journal.clearBatches([batch.id], Date.now());
    await remove();
    expect(window.journal.connections().map(({ name }) => name)).toEqual(['Other']);
  });

  it('is refused while folders are being read', async () => {
    const window = openWindow();
    const saved = await save(window, draft());
    window.journal.setPlanned(transfers(window, saved, ['skipped']).id, null);
    await expectRefused(Promise.resolve(window.calls['connections.remove']({ id: saved.id })), 'still being read');
  });
});

describe('connections.test', () => {
  const discard = async () => {
    const server = await startDiscardServer();
    closers.push(() => server.stop());
    return server;
  };

  it('tries the draft as it is typed, and stores nothing of it', async () => {
    const { endpoint, bucket, accessKeyId, secretAccessKey } = await discard();
    const window = openWindow();
    const typed = draft({ name: 'New', secret: { accessKeyId, secretAccessKey }, config: { endpoint, bucket } });
    const outcome = await window.calls['connections.test'](typed);
    expect(outcome).toMatchObject({ ok: true, capabilities: { integrity: 'crc32', listParts: true } });
    expect(window.journal.connections()).toEqual([]);
    expect(await readdir(folder)).not.toContain('secrets.bin');
    expect(window.told).toEqual([]);
  });

  it('of an edited one uses the stored secret where none is typed, else what is typed', async () => {
    const window = openWindow();
    const practice = await window.calls['connections.practice']({});
    const { config } = asS3(practice);
    const key = await window.secrets.get(secretName(practice.id));
    const { id } = await save(window, draft({ secret: key, config }));
    window.told.length = 0;
    const right = await window.calls['connections.test'](draft({ id, secret: null, config }));
    expect(right).toMatchObject({ ok: true });
    const wrong = await window.calls['connections.test'](draft({ id, config }));
    expect(wrong).toMatchObject({ ok: false, outcome: 'wrong-key' });
    expect(right).toHaveProperty('capabilities', window.journal.connection(id).capabilities);
    expect(await window.secrets.get(secretName(id))).toEqual(key);
    expect(window.told).toEqual(['changed']); // of what the store can do
  });

  it('finds out the proxy on the way to the bucket first', async () => {
    const { endpoint, bucket } = await discard();
    const prepared: string[] = [];
    const prepare = (url: URL) => Promise.resolve(void prepared.push(url.origin));
    const outcome = await openWindow({ prepare }).calls['connections.test'](draft({ config: { endpoint, bucket } }));
    expect([outcome.ok, prepared]).toEqual([true, [endpoint]]);
  });

  it('without any secret says so', async () => {
    const { endpoint, bucket } = await discard();
    const outcome = await openWindow().calls['connections.test'](draft({ secret: null, config: { endpoint, bucket } }));
    expect(outcome).toMatchObject({ ok: false, outcome: 'credentials' });
  });

  it('offers to create a bucket that is missing, and where the host is wrong says that', async () => {
    const { endpoint } = await discard();
    const { calls: answers } = openWindow();
    const missing = await answers['connections.test'](draft({ config: { endpoint, bucket: 'nosuch' } }));
    expect(missing).toMatchObject({ ok: false, outcome: 'no-such-bucket', offer: { create: true } });
    expect(await answers['connections.test'](draft())).toMatchObject({ ok: false, outcome: 'wrong-host' });
  });

  it('is given up after a while, whatever it is that hangs', async () => {
    const silent = net.createServer();
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const sockets = new Set<net.Socket>();
    silent.on('connection', (socket) => sockets.add(socket));
    closers.push(() => {
      silent.close();
      for (const socket of sockets) socket.destroy();
    });
    const endpoint = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
    const secrets: SecretStore = { ...fileSecretStore(path.join(folder, 'none')), get: () => new Promise(() => null) };
    const window = openWindow({ patience: 200, secrets });
    const typed = draft({ config: { endpoint } });
    for (const given of [typed, { ...typed, secret: null }]) {
      const started = performance.now();
      const outcome = await window.calls['connections.test'](given);
      expect(outcome).toMatchObject({ ok: false, outcome: 'wrong-host', offer: null });
      expect(outcome).toHaveProperty('message', expect.stringContaining(new URL(endpoint).host));
      expect(performance.now() - started).toBeLessThan(3000);
    }
    const creating = Promise.resolve(window.calls['connections.createBucket'](typed));
    expect((await failureOf(creating)).kind).toBe('host-unreachable');
  });
});

describe('the other calls', () => {
  it('connections.createBucket asks the store for it, and passes its refusal on', async () => {
    const asked: string[] = [];
    const server = http.createServer((request, response) => {
      asked.push(`${request.method ?? ''} ${request.url ?? ''}`);
      const refused = request.url?.startsWith('/refused') === true;
      response.writeHead(refused ? 403 : 200, { 'content-type': 'application/xml' });
      response.end(refused ? '<Error><Code>AccessDenied</Code><Message>No</Message></Error>' : '');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closers.push(() => server.close());
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const { calls: answers, told } = openWindow();
    expect(await answers['connections.createBucket'](draft({ config: { endpoint } }))).toBeNull();
    expect(asked).toEqual([expect.stringMatching(/^PUT \/media/)]);
    const refused = Promise.resolve(
      answers['connections.createBucket'](draft({ config: { endpoint, bucket: 'refused' } })),
    );
    expect((await failureOf(refused)).kind).toBe('denied');
    expect(told).toEqual([]);
  });

  it('connections.practice adds its connection again when that was deleted while it runs', async () => {
    const window = openWindow();
    const before = await window.calls['connections.practice']({});
    await window.calls['connections.remove']({ id: before.id });
    const after = await window.calls['connections.practice']({});
    expect(await window.calls['connections.list']({})).toEqual([after]);
    expect(after.config).toEqual(before.config);
    const tested = await window.calls['connections.test']({
      ...draft({ id: after.id, secret: null }),
      config: asS3(after).config,
    });
    expect(tested).toMatchObject({ ok: true });
  });

  it('connections.found passes on what the machine has', async () => {
    expect(await openWindow().calls['connections.found']({})).toEqual({
      profiles: [{ name: 'club', region: null, sso: true }],
      secrets: 'obscured',
    });
  });

  it('connections.practice starts it, once, and it shows as such in the list', async () => {
    const window = openWindow();
    const started = await window.calls['connections.practice']({});
    expect(started).toMatchObject({ practice: true, config: { bucket: 'practice' } });
    expect(await window.calls['connections.practice']({})).toEqual(started);
    expect(await window.calls['connections.list']({})).toEqual([started]);
    expect(
      await window.calls['connections.test'](draft({ id: started.id, secret: null, config: asS3(started).config })),
    ).toMatchObject({ ok: true });
    expect(window.told).toEqual(['changed', 'changed', 'changed']); // twice started, once tested
  });
});

describe('the calls about the app', () => {
  function openApp(changes: Partial<Parameters<typeof appHandlers>[0]> = {}) {
    const opened: string[] = [];
    const info = {
      ...{ version: '1.2.3', platform: 'linux' as const, dataFolder: folder, logFolder: path.join(folder, 'logs') },
      ...{ practiceFolder: null, notice: null },
    };
    const answers = appHandlers({
      info: () => info,
      openPath: (given) => Promise.resolve(opened.push(given) > 0 ? '' : ''),
      askWhere: () => Promise.resolve(null),
      diagnostics: () => Promise.resolve('all there is'),
      ...changes,
    });
    return { answers, opened, info };
  }

  it('opens the folders of the app and no other, and makes those that are not there yet', async () => {
    const { answers, opened, info } = openApp();
    expect(await answers['app.info']({})).toEqual(info);
    await answers['app.openFolder']({ folder: 'data' });
    await answers['app.openFolder']({ folder: 'logs' });
    expect(opened).toEqual([info.dataFolder, info.logFolder]);
    expect((await stat(info.logFolder)).isDirectory()).toBe(true);
    await expectRefused(Promise.resolve(answers['app.openFolder']({ folder: 'practice' })), 'not running');
    const { answers: failing } = openApp({ openPath: () => Promise.resolve('no file manager') });
    await expectRefused(Promise.resolve(failing['app.openFolder']({ folder: 'data' })), 'no file manager');
  });

  it('writes the diagnostics where the person wants them, or nowhere', async () => {
    expect(await openApp().answers['app.diagnostics']({})).toBeNull();
    expect(await readdir(folder)).toEqual([]);
    const file = path.join(folder, 'out.txt');
    let proposed = '';
    const { answers } = openApp({
      askWhere: (name) => {
        proposed = name;
        return Promise.resolve(file);
      },
      now: () => new Date('2026-05-01T10:00:00Z'),
    });
    expect(await answers['app.diagnostics']({})).toBe(file);
    expect(proposed).toBe('sideline-diagnostics-2026-05-01.txt');
    expect(await readFile(file, 'utf8')).toBe('all there is');
    const missing = openApp({ askWhere: () => Promise.resolve(path.join(folder, 'nosuch', 'out.txt')) });
    await expectRefused(Promise.resolve(missing.answers['app.diagnostics']({})), 'nosuch');
  });

  it.skipIf(windows)('the diagnostics are for who asked for them only', async () => {
    const file = path.join(folder, 'out.txt');
    await openApp({ askWhere: () => Promise.resolve(file) }).answers['app.diagnostics']({});
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });
});
