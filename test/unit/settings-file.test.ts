import { mkdir, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { SidelineError } from '../../shared/errors.ts';
import { defaultSettings, type Settings } from '../../shared/settings.ts';
import { createProxyLogins } from '../../electron/app/proxy-login.ts';
import { createSettings } from '../../electron/app/settings-file.ts';
import { settingsHandlers } from '../../electron/ipc/settings.ts';
import { fileSecretStore } from '../../electron/storage/secrets.ts';
import { newFolder } from '../servers/tree.ts';

const windows = process.platform === 'win32';
const chosen: Settings = {
  ...defaultSettings,
  limitRate: 500_000,
  limitHours: { from: 480, to: 1080 },
  proxy: { use: 'address', address: 'http://coach:secret@proxy.example.org:3128' },
  theme: 'dark',
};

let folder: string;
let file: string;
let warnings: unknown[];
const log = { warn: (...words: unknown[]) => void warnings.push(words) };

beforeEach(async () => {
  folder = await newFolder();
  file = path.join(folder, 'settings.json');
  warnings = [];
});

describe('createSettings', () => {
  it('is the defaults at first, and makes no file to say so', async () => {
    expect(createSettings(folder, log).get()).toEqual(defaultSettings);
    expect(await readdir(folder)).toEqual([]);
    expect(warnings).toEqual([]);
  });

  it('keeps what is set, for the next start too', async () => {
    const settings = createSettings(folder, log);
    expect(await settings.set(chosen)).toEqual(chosen);
    expect(settings.get()).toEqual(chosen);
    expect(createSettings(folder, log).get()).toEqual(chosen);
    expect(await readdir(folder)).toEqual(['settings.json']);
    expect(warnings).toEqual([]);
  });

  it.skipIf(windows)('only its owner can read it: it may hold a password', async () => {
    await createSettings(folder, log).set(chosen);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });

  it('tells every listener of each change, until it no longer wants to know', async () => {
    const settings = createSettings(folder, log);
    const heard: string[] = [];
    const end = settings.onChange(({ theme }) => heard.push(theme));
    await settings.set(chosen);
    end();
    await settings.set(defaultSettings);
    expect(heard).toEqual(['dark']);
  });

  it('keeps unknown fields out, and takes those that are missing as at the first start', async () => {
    await writeFile(file, JSON.stringify({ theme: 'light', colour: 'green' }));
    const settings = createSettings(folder, log);
    expect(settings.get()).toEqual({ ...defaultSettings, theme: 'light' });
    await settings.set(settings.get());
    expect(await readFile(file, 'utf8')).not.toContain('colour');
  });

  it.each([
    ['cut off', '{"theme": "da'],
    ['empty', ''],
    ['zeros after a power cut', '\0'.repeat(200)],
    ['a list', '[]'],
    ['nothing', 'null'],
  ])('a file that is damaged (%s) is set aside as it is, and named in the log', async (_, text) => {
    await writeFile(file, text);
    expect(createSettings(folder, log).get()).toEqual(defaultSettings);
    const aside = (await readdir(folder)).find((name) => name.includes('damaged')) ?? '';
    expect(await readFile(path.join(folder, aside), 'utf8')).toBe(text);
    expect(JSON.stringify(warnings)).toContain(aside);
    warnings = [];
    expect(createSettings(folder, log).get()).toEqual(defaultSettings);
    expect(warnings).toEqual([]); // it was mended once and for all
  });

  it('keeps each field that is valid by itself, over the next start too', async () => {
    await writeFile(file, JSON.stringify({ ...chosen, theme: 'sepia', concurrency: 1000 }));
    const kept = { ...chosen, theme: 'system', concurrency: null };
    expect(createSettings(folder, log).get()).toEqual(kept);
    expect(createSettings(folder, log).get()).toEqual(kept);
    expect(warnings).toHaveLength(1);
  });

  it('a folder in its place is no crash either', async () => {
    await mkdir(file);
    const settings = createSettings(folder, log);
    expect(settings.get()).toEqual(defaultSettings);
    await settings.set(chosen);
    expect(createSettings(folder, log).get()).toEqual(chosen);
  });

  it('what cannot be written is refused, and nothing has changed', async () => {
    const settings = createSettings(folder, log);
    const heard: Settings[] = [];
    settings.onChange((now) => heard.push(now));
    await mkdir(`${file}.new`); // in the way
    const failure: unknown = await settings.set(chosen).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(SidelineError);
    expect(failure).toMatchObject({ kind: 'invalid-input', message: expect.stringContaining(file) as string });
    expect([settings.get(), heard]).toEqual([defaultSettings, []]);
    await rm(`${file}.new`, { recursive: true });
    expect(await settings.set(chosen)).toEqual(chosen);
  });

  it('of many changes at once the last one stays', async () => {
    const settings = createSettings(folder, log);
    const all = Array.from({ length: 20 }, (_, at) => ({ ...chosen, limitRate: 2000 + at }));
    await Promise.all(all.map((one) => settings.set(one)));
    expect(settings.get().limitRate).toBe(2019);
    expect(createSettings(folder, log).get().limitRate).toBe(2019);
  });

  it('answers the calls of the window', async () => {
    const secrets = fileSecretStore(path.join(folder, 'secrets.json'));
    const logins = createProxyLogins({ secrets, log, push: () => undefined, onAnswer: () => undefined });
    const calls = settingsHandlers({ settings: createSettings(folder, log), logins });
    const shown = { ...chosen, proxy: { use: 'address', address: 'http://proxy.example.org:3128' } };
    expect(await calls['settings.set'](chosen)).toEqual(shown);
    expect(await calls['settings.get']({})).toEqual(shown);
    expect(logins.loginFor('http://proxy.example.org:3128')).toEqual({ username: 'coach', password: 'secret' });
    expect(await readFile(file, 'utf8')).not.toContain('secret');
  });
});
