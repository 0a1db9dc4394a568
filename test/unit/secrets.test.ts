import { chmod, mkdir, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fileSecretStore, secretName } from '../../electron/storage/secrets.ts';
import { failureOf } from '../servers/failure.ts';

const first = { accessKeyId: 'AKIAFIRST', secretAccessKey: 'first/secret+key' };
const second = { accessKeyId: 'AKIASECOND', secretAccessKey: 'second "secret" \\ key 日本', sessionToken: 'token==' };
const windows = process.platform === 'win32';

let folder: string;
let file: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'sideline-secrets-'));
  file = path.join(folder, 'secrets.json');
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

describe('fileSecretStore', () => {
  it('has nothing before anything is stored, and makes no file to say so', async () => {
    const store = fileSecretStore(file);
    expect(await store.get('connection:1')).toBeNull();
    expect(await readdir(folder)).toEqual([]);
  });

  it('gives back what was stored, under its own name, to the next start too', async () => {
    const store = fileSecretStore(file);
    await store.set(secretName(1), first);
    await store.set(secretName(2), second);
    expect(await store.get(secretName(1))).toEqual(first);
    expect(await fileSecretStore(file).get(secretName(2))).toEqual(second);
    expect(await store.get(secretName(3))).toBeNull();
  });

  it('replaces what was there, a session token too', async () => {
    const store = fileSecretStore(file);
    await store.set('a', second);
    await store.set('a', first);
    expect(await store.get('a')).toEqual(first);
  });

  it('forgets what is deleted, and leaves no trace of it in the file', async () => {
    const store = fileSecretStore(file);
    await store.set('a', first);
    await store.set('b', second);
    await store.delete('a');
    await store.delete('never there');
    expect(await store.get('a')).toBeNull();
    expect(await store.get('b')).toEqual(second);
    expect(await readFile(file, 'utf8')).not.toContain(first.secretAccessKey);
    expect(await readdir(folder)).toEqual(['secrets.json']);
  });

  it.skipIf(windows)('is readable by nobody else, in a folder that it makes for its owner only', async () => {
    const inside = path.join(folder, 'data', 'deep', 'secrets.json');
    const mask = process.umask(0o000); // the most open that a user can have set
    try {
      const store = fileSecretStore(inside);
      await store.set('a', first);
      await store.set('b', second);
    } finally {
      process.umask(mask);
    }
    expect((await stat(inside)).mode & 0o777).toBe(0o600);
    expect((await stat(path.dirname(inside))).mode & 0o777).toBe(0o700);
  });

  it.skipIf(windows)('refuses a file that others can read, and says how to mend it', async () => {
    const store = fileSecretStore(file);
    await store.set('a', first);
    for (const mode of [0o644, 0o640, 0o604, 0o660]) {
      await chmod(file, mode);
      const refusal = await failureOf(store.get('a'));
      expect(refusal.kind).toBe('invalid-input');
      expect(refusal.message).toContain(file);
      expect(refusal.message).toContain('chmod 600');
      expect((await failureOf(store.set('b', second))).kind).toBe('invalid-input');
    }
    await chmod(file, 0o600);
    expect(await store.get('a')).toEqual(first);
    expect(await store.get('b')).toBeNull();
  });

  it.each([
    ['cut off', (text: string) => text.slice(0, -20)],
    ['empty', () => ''],
    ['zeros after a power cut', (text: string) => '\0'.repeat(text.length)],
    ['another shape', () => '{"a": {"secretAccessKey": "first/secret+key"}}'],
    ['a list', () => '[]'],
  ])('a file that is damaged (%s) is reported and left as it is', async (_, damage) => {
    const store = fileSecretStore(file);
    await store.set('a', first);
    const damaged = damage(await readFile(file, 'utf8'));
    await writeFile(file, damaged);
    for (const work of [store.get('a'), store.set('b', second), store.delete('a')]) {
      const failure = await failureOf(work);
      expect(failure.kind).toBe('invalid-input');
      expect(failure.message).toContain(file);
      expect(failure.message).toContain('damaged');
      expect(inspect(failure, { depth: null, showHidden: true })).not.toMatch(/first\/secret|second "secret"|token==/);
    }
    expect(await readFile(file, 'utf8')).toBe(damaged);
    // What the sentence says to do works, without a restart.
    await rm(file);
    await store.set('b', second);
    expect(await store.get('b')).toEqual(second);
  });

  it('a file that cannot be read is an error, not an empty store', async () => {
    await mkdir(file);
    const failure = await failureOf(fileSecretStore(file).get('a'));
    expect(failure.kind).toBe('invalid-input');
    expect(failure.message).toContain(file);
  });

  it('keeps every one of many that are set and deleted at once', async () => {
    const store = fileSecretStore(file);
    const names = Array.from({ length: 40 }, (_, at) => secretName(at));
    await store.set('old', second);
    const credentialsOf = (name: string) => ({ ...first, accessKeyId: `KEY ${name}` });
    await Promise.all([...names.map((name) => store.set(name, credentialsOf(name))), store.delete('old')]);
    for (const name of names) expect(await store.get(name)).toEqual(credentialsOf(name));
    expect(await store.get('old')).toBeNull();
    expect(await readdir(folder)).toEqual(['secrets.json']);
  });

  it.skipIf(windows)('is whole at every moment while it is written', async () => {
    const store = fileSecretStore(file);
    const long = { ...first, sessionToken: 'x'.repeat(100_000) };
    await store.set('a', long);
    const writing = new AbortController();
    const writes = (async () => {
      for (let round = 0; round < 30; round++) await store.set(`b${round % 3}`, { ...long, accessKeyId: `K${round}` });
      writing.abort();
    })();
    let reads = 0;
    while (!writing.signal.aborted) {
      // Another process reads here: it has no part in the store's own order.
      expect(await fileSecretStore(file).get('a')).toEqual(long);
      reads++;
    }
    await writes;
    expect(reads).toBeGreaterThan(0);
  });

  it.skipIf(windows)('does not trust what a crash left of an earlier writing', async () => {
    await writeFile(`${file}.new`, 'half a fi', { mode: 0o644 });
    const store = fileSecretStore(file);
    await store.set('a', first);
    expect(await store.get('a')).toEqual(first);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });

  it('goes on after a writing that failed', async () => {
    const store = fileSecretStore(file);
    await mkdir(`${file}.new`); // in the way
    const failure = await failureOf(store.set('a', first));
    expect(failure.kind).toBe('invalid-input');
    expect(failure.message).toContain(file);
    await rm(`${file}.new`, { recursive: true });
    await store.set('b', second);
    expect(await store.get('b')).toEqual(second);
  });
});
