/** Images prepared with the native library, as in the terminal, and what becomes of processes that break. */
import { execFile } from 'node:child_process';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { forkWith, type ImageProcess, type StartImageProcess } from '../../electron/engine/prepare/image-host.ts';
import {
  createImagePreparer,
  type ImagePreparer,
  type ImagePreparerOptions,
} from '../../electron/engine/prepare/prepare-images.ts';
import { photo } from '../servers/pictures.ts';
import { seededRandom } from '../servers/random.ts';
import { silentLog } from '../servers/silent-log.ts';
import { newFolder } from '../servers/tree.ts';
import { describeImages, made, wanted } from './image-cases.ts';

describeImages('An image, in Node', () => undefined);

describe('A process for images', () => {
  const random = seededRandom('processes');
  let folder = '';
  let started: ImageProcess[] = [];
  let preparer: ImagePreparer | null = null;
  let atWork = 0;
  let mostAtWork = 0;

  beforeEach(async () => {
    folder = await newFolder();
    started = [];
    atWork = mostAtWork = 0;
    await mkdir(path.join(folder, 'in'));
    for (const name of ['a', 'b', 'c', 'd', 'bad']) {
      await writeFile(path.join(folder, 'in', `${name}.jpg`), await photo(random, 800, 600).jpeg().toBuffer());
    }
  });
  afterEach(async () => {
    await preparer?.close();
    expect(started.filter(isRunning)).toEqual([]);
    await rm(folder, { recursive: true });
  });

  /** `meet` is told which image a process was given. */
  function open(options: Partial<ImagePreparerOptions>, meet: (pid: number, image: string) => void = () => undefined) {
    const start: StartImageProcess = (script, events) => {
      const message = (answer: unknown) => {
        if (/"kind":"(done|failed|broken)"/.test(JSON.stringify(answer))) atWork--;
        events.message(answer);
      };
      const child = forkWith()(script, { ...events, message });
      started.push(child);
      const post: ImageProcess['post'] = (order) => {
        child.post(order);
        mostAtWork = Math.max(mostAtWork, ++atWork);
        const [, name = ''] = /(\w+)\.jpg/.exec(JSON.stringify(order)) ?? [];
        meet(child.pid ?? 0, name);
      };
      return { ...child, post };
    };
    preparer = createImagePreparer({ log: silentLog, start, ...options });
    return preparer;
  }

  const target = (name: string) => path.join(folder, 'out', `${name}.webp`);

  async function prepare(name: string, signal?: AbortSignal): Promise<string> {
    const outputs = [{ target: target(name), image: wanted({ format: 'webp', width: 400 }) }];
    const request = { source: path.join(folder, 'in', `${name}.jpg`), outputs };
    if (preparer === null) throw new Error('not opened');
    const prepared = await preparer.prepare(request, signal);
    return made(prepared.outputs[0]).type;
  }

  const written = () => readdir(path.join(folder, 'out')).catch(() => []);
  const settled = (names: readonly string[]) =>
    Promise.all(names.map((name) => prepare(name).catch((error: unknown) => (error as Error).message)));

  it('that is killed at an image once has that image prepared all the same', async () => {
    let killed = false;
    open({}, (pid, image) => {
      if (image !== 'bad' || killed) return;
      killed = process.kill(pid, 'SIGKILL');
    });
    expect(await settled(['a', 'bad', 'b'])).toEqual(['image/webp', 'image/webp', 'image/webp']);
    expect(killed).toBe(true);
  });

  it('that breaks at an image each time fails that image only, which is alone the second time', async () => {
    const atOnce: string[] = [];
    open({}, (pid, image) => {
      atOnce.push(image);
      if (image === 'bad') process.kill(pid, 'SIGKILL');
    });
    const [bad, ...others] = await settled(['bad', 'a', 'b', 'c', 'd']);
    expect(bad).toMatch(/^The image cannot be read \(the program that reads images broke down/);
    expect(others).toEqual(Array(4).fill('image/webp'));
    expect(atOnce.filter((image) => image === 'bad')).toHaveLength(2);
    expect((await written()).toSorted()).toEqual(['a.webp', 'b.webp', 'c.webp', 'd.webp']);
  });

  it('that hangs is ended', async () => {
    open({ patience: { toRead: 1500 } }, (pid, image) => {
      if (image === 'bad') process.kill(pid, 'SIGSTOP');
    });
    const [bad, ...others] = await settled(['bad', 'a', 'b']);
    expect(bad).toMatch(/took too long/);
    expect(others).toEqual(['image/webp', 'image/webp']);
    expect((await written()).toSorted()).toEqual(['a.webp', 'b.webp']);
  });

  it('works on no more than it may, however many are asked for, and stops for a signal', async () => {
    const controller = new AbortController();
    open({ concurrency: 2 });
    const names = Array.from({ length: 2000 }, (_, at) => ['a', 'b', 'c', 'd'][at % 4] ?? '');
    let done = 0;
    const answers = names.map((name) =>
      prepare(name, controller.signal).then(
        () => {
          if (++done === 10) controller.abort(new Error('enough'));
          return 'done';
        },
        (error: unknown) => (error as Error).message,
      ),
    );
    const results = await Promise.all(answers);
    expect(results.filter((result) => result === 'done').length).toBeGreaterThanOrEqual(10);
    expect(results.filter((result) => result === 'enough').length).toBeGreaterThan(1900);
    expect(mostAtWork).toBe(2);
    expect((await written()).filter((file) => file.endsWith('.part'))).toEqual([]);
    expect(await prepare('a')).toBe('image/webp');
  });

  it('leaves nothing when it is closed at work', async () => {
    open({});
    const answers = Promise.all(
      ['a', 'b', 'c'].map((name) => prepare(name).then(String, (error: unknown) => (error as Error).message)),
    );
    await vi.waitUntil(() => started.length === 2);
    await wait(300);
    await preparer?.close();
    for (const answer of await answers) expect(answer).toMatch(/closed|webp/);
    expect((await written()).filter((file) => file.endsWith('.part'))).toEqual([]);
  });

  it('is waited for by a program that closes it, and then lets that program end', async () => {
    const script = path.join(import.meta.dirname, '..', 'bench', 'client-images.ts');
    const args = [script, path.join(folder, 'in'), path.join(folder, 'out')];
    const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: 20_000 });
    expect(stdout).toMatch(/^work \d/);
  });

  it('ends when there is nothing to do, and another comes when there is', async () => {
    open({ patience: { idle: 100 } });
    await prepare('a');
    await vi.waitUntil(() => started.every((one) => !isRunning(one)), { timeout: 5000 });
    expect(await prepare('b')).toBe('image/webp');
    expect(started).toHaveLength(2);
  });

  it('says that a disk does not take what was made', async () => {
    open({});
    await writeFile(path.join(folder, 'out'), 'a file where the folder should be');
    expect(await settled(['a'])).toEqual([
      "The prepared image could not be written to this computer's disk (EEXIST): make room there, then retry.",
    ]);
  });

  it('that cannot be started is said to be our own fault', async () => {
    preparer = createImagePreparer({ log: silentLog, start: forkWith(path.join(folder, 'no-such-program')) });
    await expect(prepare('a')).rejects.toMatchObject({ kind: 'internal' });
  });
});

function isRunning({ pid }: ImageProcess): boolean {
  try {
    return pid !== undefined && process.kill(pid, 0);
  } catch {
    return false;
  }
}
