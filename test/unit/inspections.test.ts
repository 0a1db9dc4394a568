import { rm, stat, utimes } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { fingerprintOf } from '../../electron/engine/fingerprint.ts';
import { createInspections, type Inspections } from '../../electron/engine/inspect/inspections.ts';
import { createInspector, type Inspector } from '../../electron/engine/inspect/inspector.ts';
import { seededRandom } from '../servers/random.ts';
import { silentLog } from '../servers/silent-log.ts';
import { newFolder, writeTree } from '../servers/tree.ts';

let folder: string;
let inspector: Inspector;
/** the files that were really looked into */
let asked: string[];

beforeEach(async () => {
  folder = await newFolder();
  const names = ['a.txt', 'b.txt', 'c.txt'];
  await writeTree(folder, new Map(names.map((name) => [name, 100])), seededRandom('inspections'));
  asked = [];
  const real = createInspector({ threads: 1, log: silentLog });
  inspector = {
    ...real,
    inspect(file, signal) {
      asked.push(path.basename(file));
      return real.inspect(file, signal);
    },
  };
});
afterEach(async () => {
  await inspector.close();
  await rm(folder, { recursive: true });
});

async function ask(inspections: Inspections, name: string) {
  const file = path.join(folder, name);
  return await inspections.of(file, fingerprintOf(await stat(file)));
}

it('looks into a file once, as long as it stays what it is', async () => {
  const inspections = createInspections(inspector);
  const first = await ask(inspections, 'a.txt');
  expect(await ask(inspections, 'a.txt')).toBe(first);
  expect(await ask(inspections, 'b.txt')).toBe(first); // says as little
  expect(asked).toEqual(['a.txt', 'b.txt']);
  await utimes(path.join(folder, 'a.txt'), new Date(), new Date(Date.now() - 60_000));
  await ask(inspections, 'a.txt');
  expect(asked).toEqual(['a.txt', 'b.txt', 'a.txt']);
});

it('forgets the oldest where there are too many', async () => {
  const inspections = createInspections(inspector, 2);
  for (const name of ['a.txt', 'b.txt', 'c.txt', 'b.txt', 'a.txt', 'c.txt']) await ask(inspections, name);
  expect(asked).toEqual(['a.txt', 'b.txt', 'c.txt', 'a.txt']);
});

it('keeps nothing of a file that cannot be read', async () => {
  const inspections = createInspections(inspector);
  const file = path.join(folder, 'gone.txt');
  const nothing = { size: 1, mtime: 1, inode: '1' };
  await expect(inspections.of(file, nothing)).rejects.toMatchObject({ kind: 'source-gone' });
  await expect(inspections.of(file, nothing)).rejects.toMatchObject({ kind: 'source-gone' });
  expect(asked).toEqual(['gone.txt', 'gone.txt']);
});
