/** Builds the window's app, into out/, when it is not built from the sources as they are. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

const root = path.dirname(import.meta.dirname);
const out = path.join(root, 'out');
const sources = ['electron/**/*.ts', 'shared/**/*', 'renderer/**/*', 'package-lock.json', 'electron.vite.config.ts'];

/** Rejects with the build's own words when it fails. A line goes to `log` only when there is something to do. */
export async function ensureBuilt(log: (line: string) => void): Promise<void> {
  const wanted = hashOfSources();
  if (isBuiltFrom(wanted)) return;
  log('Building the app ...');
  const cache = path.join(root, '.cache');
  await mkdir(cache, { recursive: true });
  await removeStale(cache);
  // Beside the old one until it is whole: an app that runs, and a build that fails, keep what they have.
  const fresh = await mkdtemp(path.join(cache, `build-${process.pid}-`));
  try {
    await build(fresh);
    await writeFile(path.join(fresh, 'stamp'), wanted);
    await rm(out, { recursive: true, force: true });
    await rename(fresh, out).catch((error: unknown) => {
      if (!isBuiltFrom(wanted)) throw error; // else another process built the same
    });
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
}

/** Takes away what builds have left in `cache` whose process was killed; its id is in the name. */
export async function removeStale(cache: string): Promise<void> {
  for (const name of await readdir(cache)) {
    const made = /^build-(?:(\d+)-)?\w+$/.exec(name);
    if (made === null || isRunning(Number(made[1]))) continue;
    await rm(path.join(cache, name), { recursive: true, force: true });
  }
}

/** False too for what is no process id. */
function isRunning(pid: number): boolean {
  try {
    return pid > 0 && process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

function isBuiltFrom(hash: string): boolean {
  const stamp = path.join(out, 'stamp');
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === hash;
}

function hashOfSources(): string {
  const hash = createHash('sha256');
  for (const entry of globSync(sources, { cwd: root, withFileTypes: true }).filter((one) => one.isFile())) {
    const file = path.join(entry.parentPath, entry.name);
    hash
      .update(`${path.relative(root, file)}\0`)
      .update(readFileSync(file))
      .update('\0');
  }
  return hash.digest('hex');
}

function build(outDir: string): Promise<void> {
  const tool = path.join(root, 'node_modules', 'electron-vite', 'bin', 'electron-vite.js');
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [tool, 'build', '--logLevel', 'warn', '--outDir', outDir], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, NO_COLOR: '1' },
      timeout: 300_000,
    });
    let said = '';
    child.stdout.on('data', (text: Buffer) => (said += text.toString()));
    child.stderr.on('data', (text: Buffer) => (said += text.toString()));
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`The app could not be built:\n${said.trim()}`));
    });
  });
}
