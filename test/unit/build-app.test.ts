/** What a killed build leaves behind goes with the next one; that of one which runs stays. */
import { spawnSync } from 'node:child_process';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { removeStale } from '../../scripts/build-app.ts';
import { newFolder } from '../servers/tree.ts';

it('takes away the folders of builds whose process is gone, and nothing else', async () => {
  const cache = await newFolder();
  const { pid: ended } = spawnSync(process.execPath, ['-e', '']);
  const [gone, old, running] = [`build-${ended}-aB3xyz`, 'build-Zz09aa', `build-${process.pid}-aB3xyz`];
  for (const name of [gone, old, running]) {
    await mkdir(path.join(cache, name, 'renderer'), { recursive: true });
    await writeFile(path.join(cache, name, 'renderer', 'index.html'), '');
  }
  await writeFile(path.join(cache, 'setting-up'), '1');
  await removeStale(cache);
  expect((await readdir(cache)).toSorted()).toEqual([running, 'setting-up'].toSorted());
  await rm(cache, { recursive: true });
});
