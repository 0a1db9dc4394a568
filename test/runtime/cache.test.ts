/** What is in the cache is whole: a download that broke off, or two at once, leave nothing half made. */
import { mkdtemp, mkdir, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { cacheFolder, inCache } from './cache.ts';

let base: string;

beforeEach(async () => {
  base = await mkdtemp(path.join(os.tmpdir(), 'sideline-cache-'));
  vi.stubEnv('XDG_CACHE_HOME', base);
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(base, { recursive: true, force: true });
});

function makes(text: string): (folder: string) => Promise<void> {
  return (folder) => writeFile(path.join(folder, 'made'), text);
}

it('is made once', async () => {
  const first = await inCache('thing-1', makes('first'));
  const second = await inCache('thing-1', makes('second'));
  expect(second).toBe(first);
  expect(await readFile(path.join(second, 'made'), 'utf8')).toBe('first');
});

it('leaves nothing when it fails, and is made at the next try', async () => {
  const breaks = async (folder: string) => {
    await makes('half')(folder);
    throw new Error('the line went down');
  };
  await expect(inCache('thing-1', breaks)).rejects.toThrow('the line went down');
  expect(await readdir(cacheFolder())).toEqual([]);
  expect(await readFile(path.join(await inCache('thing-1', makes('whole')), 'made'), 'utf8')).toBe('whole');
});

it('is one when two make it at the same time', async () => {
  const [one, other] = await Promise.all([inCache('thing-1', makes('same')), inCache('thing-1', makes('same'))]);
  expect(other).toBe(one);
  expect(await readdir(cacheFolder())).toEqual(['thing-1']);
});

it('clears away what a killed process left, and not what another one is making', async () => {
  const old = path.join(cacheFolder(), 'thing-1.partial-abc');
  const young = path.join(cacheFolder(), 'thing-1.partial-def');
  for (const folder of [old, young]) await mkdir(folder, { recursive: true });
  const twoHoursAgo = Date.now() / 1000 - 2 * 60 * 60;
  await utimes(old, twoHoursAgo, twoHoursAgo);
  await inCache('thing-2', makes('it'));
  expect((await readdir(cacheFolder())).sort()).toEqual(['thing-1.partial-def', 'thing-2']);
});
