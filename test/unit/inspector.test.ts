/** Looking into files on threads. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pino from 'pino';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { createInspector, type Inspector } from '../../electron/engine/inspect/inspector.ts';
import { fileType, movieBox } from '../servers/media.ts';
import { silentLog } from '../servers/silent-log.ts';

const nothingKnown = { type: null, width: null, height: null, duration: null, taken: null };
const movie = Buffer.concat([fileType('isom'), movieBox({ size: [1280, 720] })]);
let folder = '';
let inspector: Inspector | null = null;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'sideline-inspector-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));
afterEach(async () => {
  await inspector?.close();
  inspector = null;
});

function start(options: { threads?: number; script?: URL; log?: pino.Logger } = {}): Inspector {
  inspector = createInspector({ threads: 2, log: silentLog, ...options });
  return inspector;
}

async function file(name: string, content: Uint8Array = movie): Promise<string> {
  const place = path.join(folder, name);
  await writeFile(place, content);
  return place;
}

/** A thread that hangs at files named `hang`, ends itself at those named `crash`, and is itself with all others. */
async function faultyScript(): Promise<URL> {
  const inside = new URL('../../electron/engine/inspect/inspect.ts', import.meta.url);
  const place = path.join(folder, 'faulty.mts');
  const script = `
    import { parentPort, workerData } from 'node:worker_threads';
    import { inspectFile } from ${JSON.stringify(inside.href)};
    const state = new Int32Array(workerData);
    parentPort.on('message', async (orders) => {
      const answers = [];
      for (const { id, path } of orders) {
        Atomics.store(state, 2, id);
        Atomics.add(state, 0, 1);
        if (path.endsWith('hang')) for (;;);
        if (path.endsWith('crash')) process.exit(1);
        if (path.endsWith('slow disk')) {
          Atomics.store(state, 1, 1);
          Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 6500);
          Atomics.store(state, 1, 0);
        }
        answers.push({ id, inspected: await inspectFile(path) });
      }
      Atomics.store(state, 2, 0);
      parentPort.postMessage(answers);
    });`;
  await writeFile(place, script);
  return new URL(`file://${place}`);
}

it('answers each of many files, in whichever order', async () => {
  const { inspect } = start();
  const sizes = Array.from({ length: 200 }, (_, at) => at + 1);
  const files = sizes.map((size) =>
    file(`${size}`, Buffer.concat([fileType('isom'), movieBox({ size: [size, 2 * size] })])),
  );
  const found = await Promise.all(files.map(async (one) => inspect(await one)));
  expect(found.map(({ width, height }) => [width, height])).toEqual(sizes.map((size) => [size, 2 * size]));
});

it('says which file cannot be read, and goes on with the others', async () => {
  const { inspect } = start({ threads: 1 });
  const all = [inspect(path.join(folder, 'gone')), inspect(folder), inspect(await file('there'))];
  const [gone, special, there] = await Promise.allSettled(all);
  expect(gone).toMatchObject({ reason: { kind: 'source-gone', subject: path.join(folder, 'gone') } });
  expect(special).toMatchObject({ reason: { kind: 'source-special' } });
  expect(there).toMatchObject({ value: { type: 'video/mp4', width: 1280 } });
});

it('a file that a thread hangs or crashes at is one of which nothing is known; a slow disk is waited for', async () => {
  const lines: string[] = [];
  const log = pino({}, { write: (line: string) => void lines.push(line) });
  const { inspect } = start({ threads: 1, script: await faultyScript(), log });
  const names = ['first', 'hang', 'second', 'crash', 'slow disk', 'last'];
  const files = await Promise.all(names.map((name) => file(name)));
  const found = await Promise.all(files.map((one) => inspect(one)));
  const good = expect.objectContaining({ type: 'video/mp4', width: 1280 }) as unknown;
  expect(found).toEqual([good, nothingKnown, good, nothingKnown, good, good]);
  expect(lines.map((line) => path.basename((JSON.parse(line) as { file: string }).file))).toEqual(['hang', 'crash']);
});

it('what is no longer wanted rejects, before it begins and after', async () => {
  const { inspect } = start({ threads: 1 });
  const place = await file('unwanted');
  await expect(inspect(place, AbortSignal.abort(new Error('enough')))).rejects.toThrow('enough');
  const controller = new AbortController();
  const unwanted = Array.from({ length: 50 }, () => inspect(place, controller.signal));
  const wanted = inspect(place);
  controller.abort(new Error('enough'));
  for (const one of await Promise.allSettled(unwanted)) expect(one).toMatchObject({ reason: { message: 'enough' } });
  expect(await wanted).toMatchObject({ width: 1280 });
});

it('a thread that cannot start is an error, not a file without a type', async () => {
  const { inspect } = start({ script: new URL('file:///no/such/thread.mjs') });
  await expect(inspect(await file('any'))).rejects.toMatchObject({ kind: 'internal' });
});

it('what is not answered when it is closed rejects, and what is asked after', async () => {
  const { inspect, close } = start({ threads: 1 });
  const place = await file('late');
  const asked = Promise.allSettled(Array.from({ length: 30 }, () => inspect(place)));
  await close();
  for (const one of await asked) expect(one).toMatchObject({ reason: { kind: 'invalid-input' } });
  await expect(inspect(place)).rejects.toMatchObject({ kind: 'invalid-input' });
});
