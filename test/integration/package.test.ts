/** The packed terminal command: plain JavaScript, away from this checkout, with its own libraries only. */
import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, rm, symlink } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { startDiscardServer } from '../servers/discard-server.ts';
import { seededRandom } from '../servers/random.ts';
import { newFolder, writeTree } from '../servers/tree.ts';

const run = promisify(execFile);
const root = path.join(import.meta.dirname, '..', '..');

it('uploads, once it is unpacked elsewhere', async () => {
  const folder = await newFolder();
  const server = await startDiscardServer();
  try {
    const { stdout } = await run(process.execPath, [path.join(root, 'scripts', 'package.ts')], { cwd: root });
    await run('tar', ['-xzf', stdout.trim(), '-C', folder]);
    const unpacked = path.join(folder, 'package');
    expect((await readdir(unpacked)).toSorted()).toEqual([
      'LICENSE',
      'README.md',
      'electron',
      'package.json',
      'shared',
    ]);
    await linkLibraries(unpacked);
    const event = path.join(folder, 'event');
    await writeTree(event, new Map([['a.jpg', 1000], ['b.mp4', 20_000_000]]), seededRandom('package')); // prettier-ignore

    const uploaded = await run(
      process.execPath,
      [path.join(unpacked, 'electron', 'cli.js'), 'upload', event, '--json'],
      {
        env: {
          ...process.env,
          SIDELINE_DATA_DIR: path.join(folder, 'data'),
          SIDELINE_S3_ENDPOINT: server.endpoint,
          SIDELINE_S3_BUCKET: server.bucket,
          SIDELINE_S3_PATH_STYLE: 'true',
          AWS_ACCESS_KEY_ID: server.accessKeyId,
          AWS_SECRET_ACCESS_KEY: server.secretAccessKey,
        },
      },
    );

    expect(JSON.parse(uploaded.stdout.trim().split('\n').at(-1) ?? '')).toMatchObject({ files: 2, done: 2, failed: 0 });
    expect(server.object('event/b.mp4')).toMatchObject({ size: 20_000_000 });
  } finally {
    await server.stop();
    await rm(folder, { recursive: true });
  }
});

/** Those that it names, and no others: as npm would put them there. */
async function linkLibraries(unpacked: string): Promise<void> {
  const manifest = z.object({ dependencies: z.record(z.string(), z.string()) });
  const { dependencies } = manifest.parse(JSON.parse(await readFile(path.join(unpacked, 'package.json'), 'utf8')));
  for (const name of Object.keys(dependencies)) {
    const link = path.join(unpacked, 'node_modules', ...name.split('/'));
    await mkdir(path.dirname(link), { recursive: true });
    await symlink(path.join(root, 'node_modules', ...name.split('/')), link, 'junction');
  }
}
